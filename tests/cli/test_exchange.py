"""`cordillera exchange`: two operators join their nodes."""

import json
from pathlib import Path

import pytest

from cordillera.cli.main import app
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.settings import NodeSettings, Settings
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.exchange.errors import BundleRefused, UnknownPartner
from cordillera.trust.exchange.identity import NodeIdentity, read_bundle


def run(capfdbinary, home: Path, *words: str) -> object:
    app([*words, "--home", str(home), "--json"], result_action="return_value")
    return json.loads(capfdbinary.readouterr().out)


@pytest.fixture
def us_bundle(tmp_path: Path) -> Path:
    settings = Settings(home=tmp_path, node=NodeSettings(id="us", country="US", agency="US-CBP"))
    identity = NodeIdentity(settings, KeyRing(tmp_path / "us-keys"), SystemClock())
    file = tmp_path / "us.bundle"
    file.write_bytes(identity.signed_bundle() + b"\n")
    return file


def test_a_partner_is_added_listed_and_revoked(tmp_path: Path, us_bundle: Path, capfdbinary):
    home = tmp_path / "ec"
    write_settings(home, NewNode("ec", "EC", "EC-PN"))
    own = tmp_path / "ec.bundle"
    told = run(capfdbinary, home, "exchange", "identity", "--out", str(own))
    assert isinstance(told, dict)
    assert read_bundle(own.read_bytes().strip()).fingerprints == tuple(told["certificates"])
    (added,) = run(capfdbinary, home, "exchange", "partner", "add", str(us_bundle))
    assert (added["id"], added["status"]) == ("us", "active")
    assert run(capfdbinary, home, "exchange", "partner", "list") == [added]
    assert run(capfdbinary, home, "exchange", "status") == []
    assert run(capfdbinary, home, "exchange", "partner", "add", str(us_bundle)) == [added]
    with pytest.raises(BundleRefused):
        run(capfdbinary, home, "exchange", "partner", "add", str(own))
    (revoked,) = run(capfdbinary, home, "exchange", "partner", "revoke", "us")
    assert revoked["status"] == "revoked"
    with pytest.raises(UnknownPartner):
        run(capfdbinary, home, "exchange", "partner", "revoke", "cl")
