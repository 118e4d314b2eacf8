"""`cordillera keys`: from the offline root to a drill, as an operator does it."""

import json
from pathlib import Path

import pytest

from cordillera.cli.keys import DUTIES
from cordillera.cli.main import app
from cordillera.foundation.crypto.root import PassphraseRefused, read_public
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.exchange.drill import DUTIES as NAMED
from cordillera.trust.exchange.errors import DelegationRefused, KeyMissing
from cordillera.trust.exchange.thaw import NoSuchChannel


def run(capfdbinary, *words: str) -> dict[str, object]:
    app([*words, "--json"], result_action="return_value")
    told = json.loads(capfdbinary.readouterr().out)
    assert isinstance(told, dict)
    return told


@pytest.fixture
def root(tmp_path: Path, capfdbinary) -> tuple[str, ...]:
    """A root made on an offline machine: the words that open it."""
    (tmp_path / "passphrase").write_text("an invented passphrase\n")
    opened = ("--passphrase-file", str(tmp_path / "passphrase"))
    made = run(capfdbinary, "keys", "root", "create", "--out", str(tmp_path / "root.json"), *opened)
    assert made["root"] == read_public(tmp_path / "root.json").kid
    return opened


def test_a_node_gets_its_root_turns_keys_over_and_drills(tmp_path: Path, root: tuple[str, ...], capfdbinary):
    home = tmp_path / "ec"
    write_settings(home, NewNode("ec", "EC", "EC-PN"))
    at, files = ("--home", str(home)), {name: str(tmp_path / name) for name in ("ask", "word", "root.json")}
    asked = run(capfdbinary, "keys", "delegation", "request", "--out", files["ask"], *at)
    assert (asked["node"], asked["epoch"]) == ("ec", 1)
    words = ("keys", "root", "sign", files["ask"], "--root", files["root.json"], "--out", files["word"])
    run(capfdbinary, *words, *root)
    assert run(capfdbinary, "keys", "delegation", "install", files["word"], *at)["told"] == {}
    with pytest.raises(DelegationRefused):
        run(capfdbinary, "keys", "delegation", "install", files["word"], *at)
    listed = run(capfdbinary, "keys", "list", *at)["keys"]
    assert isinstance(listed, list)
    assert {one["use"] for one in listed} == {"bundle", "signing", "sealing", "tls"}
    assert not any("place" in one for one in listed)
    with pytest.raises(KeyMissing):
        run(capfdbinary, "keys", "revoke", "nobody", "--reason", "why", *at)
    before = {one["kid"] for one in listed if one["state"] == "current"}
    rehearsed = run(capfdbinary, "keys", "drill", "--scratch", *at)
    assert (rehearsed["unproved"], rehearsed["old_sealing_keys_gone"]) == ([], True)
    assert rehearsed["scratch_seconds"] > 0
    assert rehearsed["seconds"] > 0
    assert not list(tmp_path.glob(".scratch-*"))
    kept = run(capfdbinary, "keys", "list", *at)["keys"]
    assert {one["kid"] for one in kept if one["state"] == "current"} == before
    drilled = run(capfdbinary, "keys", "drill", *at)
    assert (drilled["unproved"], drilled["partners"]) == ([], [])
    with pytest.raises(NoSuchChannel):
        run(capfdbinary, "exchange", "channel", "show", "in", "us", "us-ec-2025", *at)


def test_a_root_does_not_sign_under_another_passphrase(tmp_path: Path, root: tuple[str, ...], capfdbinary):
    del root
    (tmp_path / "other").write_text("another passphrase\n")
    (tmp_path / "ask").write_text("{}")
    shown = run(capfdbinary, "keys", "root", "show", str(tmp_path / "root.json"))
    assert shown["root"] == read_public(tmp_path / "root.json").kid
    with pytest.raises(PassphraseRefused):
        app(
            ["keys", "root", "create", "--out", str(tmp_path / "x"), "--passphrase-file", "/dev/null"],
            result_action="return_value",
        )


def test_every_duty_has_its_sentence():
    assert set(DUTIES) == set(NAMED)
