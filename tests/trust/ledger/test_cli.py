"""`cordillera ledger`, on a home of its own with its embedded database."""

import json
from pathlib import Path

import pytest

from cordillera.cli.ledger import app
from cordillera.foundation.store.database import Scope
from cordillera.runtime.node import open_node
from cordillera.trust.ledger.errors import ExportNotEmpty
from cordillera.trust.ledger.model import Event, LeafDecision, LeafKind
from cordillera.trust.ledger.verify import main as verify_alone


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A node that has recorded 300 events and sequenced none."""
    path = tmp_path_factory.mktemp("home")
    with open_node(path) as node:
        with node.store.transaction(Scope.node("test")) as tx:
            for number in range(300):
                event = Event(
                    kind=LeafKind.RELEASE,
                    actor="node",
                    agency="node",
                    purpose="organised_crime",
                    message_id=f"m{number}",
                    peer="us",
                    direction="out",
                    decision=LeafDecision(allow=True, articles=("US-EC/art3",), policy_hash="00"),
                )
                node.ledger.record(tx, event)
        yield path


@pytest.fixture
def run(home, capfdbinary):
    """Run one command; return its exit code and output."""

    def command(*words, at_home=True):
        place = ["--home", str(home)] if at_home else []
        with pytest.raises(SystemExit) as done:
            app([*map(str, words), *place])
        return done.value.code or 0, capfdbinary.readouterr().out

    return command


def test_export_and_verify_here_and_alone(run, tmp_path):
    code, out = run("export", tmp_path / "log", "--json")
    size = json.loads(out)["size"]
    assert (code, size >= 300) == (0, True)
    code, out = run("verify", tmp_path / "log", "--json", at_home=False)
    found = json.loads(out)
    assert code == 0
    assert list(found) == ["size", "root", "checkpoints", "ok"]
    assert (found["size"], found["ok"]) == (size, True)
    code, out = run("verify", "--json")
    assert code == 0
    assert json.loads(out)["root"] == found["root"]
    vkey = run("vkey")[1].decode().strip()
    assert run("verify", tmp_path / "log", "--vkey", vkey, at_home=False)[0] == 0
    assert verify_alone([str(tmp_path / "log"), "--vkey", vkey, "--json"]) == 0


def test_one_changed_byte_makes_verify_exit_1_and_name_the_file(run, tmp_path):
    run("export", tmp_path / "log")
    path = next((tmp_path / "log" / "tile/entries/001.p").iterdir())
    raw = bytearray(path.read_bytes())
    raw[500] ^= 1
    path.write_bytes(raw)
    code, out = run("verify", tmp_path / "log", "--json", at_home=False)
    found = json.loads(out)
    assert code == 1
    assert (found["ok"], found["place"]) == (False, f"tile/entries/001.p/{path.name}")
    assert found["reason"].startswith("entry 25")
    assert b"NOT VERIFIED" in run("verify", tmp_path / "log", at_home=False)[1]


def test_an_export_is_written_into_an_empty_folder_only(home, tmp_path):
    (tmp_path / "something").touch()
    with pytest.raises(ExportNotEmpty):
        app(["export", str(tmp_path), "--home", str(home)])


def test_a_proof_by_index_or_message_verifies_alone(run, tmp_path):
    vkey = run("vkey")[1].decode().strip()
    proof = tmp_path / "leaf.tlog-proof"
    for reference in ("17", "m299"):
        assert run("proof", reference, "--out", proof)[0] == 0
        leaf = Path(f"{proof}.leaf")
        assert verify_alone(["--proof", str(proof), "--leaf", str(leaf), "--vkey", vkey]) == 0
    assert b"c2sp.org/tlog-proof@v1\nindex 17\n" in run("proof", "17")[1]
    leaf.write_bytes(leaf.read_bytes().replace(b"us", b"cl"))
    assert verify_alone(["--proof", str(proof), "--leaf", str(leaf), "--vkey", vkey, "--json"]) == 1


def test_show_lists_the_newest_leaves(run):
    code, out = run("show", "--limit", "320", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    first, second, *_ = (line for line in lines if line["kind"] == "release")
    assert code == 0
    assert (first["index"], second["index"]) == (299, 298)
    assert [line["index"] for line in lines] == sorted((line["index"] for line in lines), reverse=True)
    assert (first["kind"], first["decision"], first["articles"]) == ("release", "allowed", ["US-EC/art3"])
    assert b"US-EC/art3" in run("show", "--limit", "320")[1]


def test_verify_says_which_leaves_no_checkpoint_speaks_of_yet(run, home):
    with open_node(home) as node, node.store.transaction(Scope.node("test")) as tx:
        node.ledger.record(tx, Event(kind=LeafKind.CONSULTATION, actor="node", agency="node"))
        first = node.ledger.checkpoint(tx).size == 0
    code, out = run("verify", "--json")
    assert (code, json.loads(out)["ok"], json.loads(out)["unsigned"] >= 1) == (0, True, True)
    code, out = run("verify")
    assert f"for {'their first' if first else 'the next'} checkpoint" in " ".join(out.decode().split())


def test_a_witness_is_named_in_the_policy_and_the_change_is_a_leaf(run, home, tmp_path):
    from cordillera.foundation.crypto.signing import SigningKey
    from cordillera.trust.ledger.cosignature import witness_key

    vkey = witness_key("supervisor/w", SigningKey(bytes(32)).public_bytes).vkey
    code, out = run("policy", "trust", "supervisor", vkey, "http://127.0.0.1:8790", "--json")
    assert (code, json.loads(out)["witnesses"]) == (0, 1)
    code, out = run("policy", "show", "--json")
    standing = json.loads(out)["standing"]
    assert (standing["fresh"], standing["reason"], standing["witnesses"]) == (False, "never", ["supervisor"])
    with open_node(home) as node, node.store.transaction(Scope.node("test")) as tx:
        (event,) = node.ledger.events(tx, kind=LeafKind.SETTINGS_CHANGED)
    assert event.detail["witness"] == "supervisor"
    (home / "witness.policy").unlink()
    code, out = run("vkey", "--witness")
    assert out.decode().startswith("cordillera/node/witness+")
    place = tmp_path / "witness"
    code, out = run("witness", "add-log", run("vkey")[1].decode().strip(), "--home", place, at_home=False)
    assert code == 0
    code, out = run("witness", "list", "--home", place, "--json", at_home=False)
    assert json.loads(out)["logs"] == [{"log": "cordillera/node", "size": 0}]


def test_a_drawn_sample_is_opened_and_verified_against_the_export(run, tmp_path):
    run("export", tmp_path / "log")
    code, _ = run("sample", tmp_path / "opened", "--why", "lawfulness", "--json")
    assert code == 0
    code, out = run("audit", tmp_path / "log", "--opened", tmp_path / "opened", "--json", at_home=False)
    assert json.loads(out)["size"] >= 300
    assert (tmp_path / "opened").stat().st_mode & 0o777 == 0o600


def test_a_proof_verifies_alone_by_the_command_too(run, tmp_path):
    run("proof", "m7", "--out", tmp_path / "m7.tlog-proof")
    vkey = run("vkey")[1].decode().strip()
    code, out = run("verify-proof", tmp_path / "m7.tlog-proof", "--vkey", vkey, "--json", at_home=False)
    assert (code, json.loads(out)["ok"]) == (0, True)
    code, _ = run("verify-proof", tmp_path / "m7.tlog-proof", "--vkey", "x", at_home=False)
    assert code == 1
