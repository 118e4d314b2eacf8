"""`cordillera message bulk` and `replay`: archives and folders taken in, then read again, in one node."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

MESSAGE = (
    "UNB+UNOC:4+XA+EC+261121:1000+{0}'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA12'LOC+125+BOG'LOC+87+UIO'"
    "DTM+232:2611211300:201'NAD+FL+++LLUMIQUINGA:{0}'DTM+329:940402'UNT+8+1'UNZ+1+{0}'"
)


def run(home: Path, *command: str) -> tuple[int, list[dict]]:
    done = subprocess.run(
        [sys.executable, "-m", "cordillera", "message", *command, "--home", str(home), "--json"],
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_an_archive_and_a_folder_are_taken_in_once_and_read_again(tmp_path: Path) -> None:
    home, folder, archive = tmp_path / "home", tmp_path / "folder", tmp_path / "many.zip"
    home.mkdir()
    (home / "cordillera.toml").touch()
    folder.mkdir()
    (folder / "c.edi").write_text(MESSAGE.format("C"))
    with zipfile.ZipFile(archive, "w") as made:
        for name in "AB":
            made.writestr(f"{name}.edi", MESSAGE.format(name))
        made.writestr("bad.edi", b"\x00 rubbish")
    code, first = run(home, "bulk", str(archive), str(folder))
    assert [one["result"] for one in first] == ["stored", "stored", "quarantined", "stored"]
    assert code == 1
    _, second = run(home, "bulk", str(archive), str(folder), str(tmp_path / "none"))
    assert [one["result"] for one in second] == ["duplicate"] * 4 + ["refused"]
    code, told = run(home, "replay", "--from", "2026-01-01", "--to", "2036-01-01")
    assert (code, told[-1]["summary"]["messages"], told[-1]["summary"]["changed"]) == (0, 4, 0)
