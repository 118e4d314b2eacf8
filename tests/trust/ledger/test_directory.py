"""An exported log is verified to the last byte, ours and foreign ones."""

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.ledger import tree
from cordillera.trust.ledger.checkpoint import Checkpoint, sign_checkpoint
from cordillera.trust.ledger.directory import verify_directory
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.note import NoteKey
from cordillera.trust.ledger.tiles import TileId, bundles_of, pack_entries, tile_path, tiles_of
from cordillera.trust.ledger.verify import main

ORIGIN = "example.org/log"
KEY = SigningKey(bytes(range(32)))
VKEY = NoteKey.of(ORIGIN, KEY.public_bytes).vkey
TESSERA_VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def write_log(folder: Path, entries: list[bytes], sizes: tuple[int, ...], key: SigningKey = KEY) -> Path:
    """A log as another implementation would write it, straight from the definitions."""
    node = tree.perfect_nodes([tree.leaf_hash(one) for one in entries])
    size = len(entries)
    files = {"log.vkey": f"{NoteKey.of(ORIGIN, key.public_bytes).vkey}\n".encode()}
    for signed in (*sizes, size):
        note = sign_checkpoint(Checkpoint(ORIGIN, signed, tree.range_root(0, signed, node)), key)
        files[f"checkpoint.{signed}"] = files["checkpoint"] = note
    for tile in tiles_of(size):
        first, span = tile.index * 256, 256**tile.level
        hashes = [
            tree.range_root((first + n) * span, (first + n + 1) * span, node) for n in range(tile.width)
        ]
        files[tile_path(tile)] = b"".join(hashes)
    for bundle in bundles_of(size):
        files[tile_path(bundle)] = pack_entries(entries[bundle.start : bundle.end])
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


ENTRIES = [b"entry number %d" % n for n in range(600)]


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Path:
    return write_log(tmp_path_factory.mktemp("log"), ENTRIES, (0, 1, 255, 256, 300))


@pytest.fixture
def copied(exported, tmp_path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "copy"))


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def place_of(folder: Path, vkeys=()) -> str:
    with pytest.raises(LogBroken) as broken:
        verify_directory(folder, vkeys)
    return broken.value.place


def test_a_whole_log_verifies_with_every_checkpoint(exported):
    report = verify_directory(exported)
    assert (report.size, report.checkpoints) == (600, 6)
    assert verify_directory(exported, [VKEY]) == report


def test_one_changed_byte_in_any_file_is_found_and_named(copied):
    missed = []
    for name in files_of(copied):
        path = copied / name
        whole = path.read_bytes()
        for at in sorted({0, 1, 2, len(whole) // 3, len(whole) // 2, len(whole) - 2, len(whole) - 1}):
            for flip in (0x01, 0x80):
                changed = bytearray(whole)
                changed[at] ^= flip
                path.write_bytes(changed)
                if place_of(copied) != name:
                    missed.append((name, at, flip))
        path.write_bytes(whole)
    assert not missed
    assert verify_directory(copied).size == 600


@pytest.mark.parametrize("change", ["cut", "grown", "emptied", "removed"])
def test_a_file_that_is_shorter_longer_or_gone_is_named(copied, change):
    missed = []
    for name in files_of(copied):
        path = copied / name
        whole = path.read_bytes()
        if change == "removed":
            path.unlink()
        else:
            path.write_bytes({"cut": whole[:-1], "grown": whole + b"\n", "emptied": b""}[change])
        earlier = change == "removed" and name.startswith("checkpoint.")
        if not earlier and place_of(copied, [VKEY] if earlier else ()) != name:
            missed.append(name)
        path.write_bytes(whole)
    assert not missed


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "tile/0/003", "tile/0/002.p/89", "tile/0/0", "tile/entries/x000/001", "checkpoint.601",
     "checkpoint.01", "tile/1/000", "tile/64/000", "tile/2/000.p/1", "tile/0/002.p/0", "tile/0/002.p/088"],
)  # fmt: skip
def test_a_file_that_belongs_to_no_log_is_named(copied, name):
    path = copied / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((copied / "tile/0/000").read_bytes())
    assert place_of(copied) == name


def test_a_link_is_no_plain_file(copied):
    (copied / "tile/0/000").rename(copied / "elsewhere")
    (copied / "tile/0/000").symlink_to(copied / "elsewhere")
    assert place_of(copied) in {"elsewhere", "tile/0/000"}


def test_partial_tiles_of_earlier_sizes_must_begin_the_later_ones(copied):
    for tile in (TileId(0, 0, 255), TileId(0, 2, 7), TileId(1, 0, 1)):
        whole = copied / tile_path(
            next(t for t in tiles_of(600) if t.level == tile.level and t.index == tile.index)
        )
        part = copied / tile_path(tile)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(whole.read_bytes()[: 32 * tile.width])
    bundle = copied / "tile/entries/001.p/44"
    bundle.parent.mkdir(parents=True)
    bundle.write_bytes(pack_entries(ENTRIES[256:300]))
    assert verify_directory(copied).size == 600
    bundle.write_bytes(pack_entries([*ENTRIES[256:299], b"another"]))
    assert place_of(copied) == "tile/entries/001.p/44"
    bundle.write_bytes(pack_entries(ENTRIES[256:300]))
    part = copied / "tile/0/000.p/255"
    part.write_bytes(part.read_bytes()[:-1] + b"\x00")
    assert place_of(copied) == "tile/0/000.p/255"


def test_entries_and_tiles_rewritten_together_contradict_the_signed_root(tmp_path, exported):
    forged = write_log(tmp_path / "forged", [*ENTRIES[:280], b"forged", *ENTRIES[281:]], ())
    for name in files_of(exported):
        if name.startswith("checkpoint"):
            shutil.copy(exported / name, forged / name)
    with pytest.raises(LogBroken) as broken:
        verify_directory(forged)
    assert broken.value.place == "checkpoint.300"
    assert broken.value.reason == "leaves 256 to 299 do not lead to the signed root"


def test_a_log_signed_anew_by_another_key_fails_under_the_given_one(tmp_path):
    forged = write_log(tmp_path / "forged", ENTRIES[:5], (), SigningKey(bytes(32)))
    assert verify_directory(forged).size == 5
    assert place_of(forged, [VKEY]) == "log.vkey"
    (forged / "log.vkey").unlink()
    assert place_of(forged, [VKEY]) == "checkpoint"


def test_the_foreign_log_verifies_with_all_its_checkpoints(shared):
    report = verify_directory(shared / "exchange" / "tessera-log", [TESSERA_VKEY])
    assert (report.size, report.checkpoints) == (15, 16)
    assert base64.b64encode(report.root) == b"rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs="


def test_a_changed_byte_in_any_file_of_the_foreign_log_is_named(shared, tmp_path):
    copy = tmp_path / "log"
    for name in files_of(shared / "exchange" / "tessera-log"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shared / "exchange" / "tessera-log" / name, copy / name)
    missed = []
    for name in files_of(copy):
        whole = (copy / name).read_bytes()
        for at in range(0, len(whole), 1 + len(whole) // 5):
            (copy / name).write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
            if place_of(copy, [TESSERA_VKEY]) != name:
                missed.append((name, at))
        (copy / name).write_bytes(whole)
    assert not missed


def test_a_kept_checkpoint_must_be_part_of_the_log(exported, tmp_path, capsys):
    kept = exported / "checkpoint.255"
    assert main([str(exported), "--vkey", VKEY, "--checkpoint", str(kept)]) == 0
    shorter = write_log(tmp_path / "shorter", ENTRIES[:200], ())
    assert main([str(shorter), "--vkey", VKEY, "--checkpoint", str(kept)]) == 1
    assert "lost leaves" in capsys.readouterr().out
    rewritten = write_log(tmp_path / "rewritten", [b"other", *ENTRIES[1:]], ())
    assert main([str(rewritten), "--vkey", VKEY, "--checkpoint", str(kept)]) == 1
    assert "rewritten" in capsys.readouterr().out


def test_the_verifier_runs_alone_and_imports_no_database(exported):
    script = (
        "import sys, runpy\n"
        f"sys.argv = ['verify', {str(exported)!r}, '--json']\n"
        "try:\n    runpy.run_module('cordillera.trust.ledger.verify', run_name='__main__')\n"
        "except SystemExit as done:\n    code = done.code\n"
        "foreign = {'sqlalchemy', 'psycopg', 'msgspec', 'litestar', 'structlog'} & set(sys.modules)\n"
        "sys.exit(repr(foreign) if foreign else code)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"size": 600' in done.stdout


def test_a_checkpoint_alone_is_verified_by_its_key(exported, tmp_path):
    head = exported / "checkpoint"
    assert main(["--checkpoint", str(head), "--vkey", VKEY, "--json"]) == 0
    changed = tmp_path / "checkpoint"
    changed.write_bytes(head.read_bytes().replace(b"600", b"601"))
    assert main(["--checkpoint", str(changed), "--vkey", VKEY]) == 1
    assert main(["--checkpoint", str(tmp_path / "missing"), "--vkey", VKEY]) == 1


@pytest.mark.parametrize(
    "words", [[], ["--checkpoint", "x"], ["--proof", "x"], ["--proof", "x", "--leaf", "y"]]
)
def test_a_verifier_that_is_asked_too_little_says_so(words):
    with pytest.raises(SystemExit) as usage:
        main(words)
    assert usage.value.code == 2
