"""Signing keys in a token: SoftHSM2 stands for the hardware (PKCS#11)."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest

from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.errors import BadSignature, KeyUnavailable
from cordillera.foundation.crypto.hsm import Pkcs11Token, token_of
from cordillera.foundation.crypto.jws import thumbprint
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.settings import Settings, TokenSettings
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.exchange.identity import NodeIdentity
from cordillera.trust.exchange.keys import Keys
from cordillera.trust.ledger.service import Ledger

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN = "4711"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> TokenSettings:
    """A fresh token; skipped where SoftHSM2 or its binding is not installed, which fails in CI."""
    module = next((path for path in MODULES if Path(path).exists()), "")
    tool = shutil.which("softhsm2-util")
    if not module or not tool or find_spec("pkcs11") is None:
        reason = "SoftHSM2 (softhsm2) or python-pkcs11 (requirements/hsm.txt) is not installed"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    home = tmp_path_factory.mktemp("softhsm")
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")  # the library reads it when it is loaded
    command = [tool, "--init-token", "--free", "--label", "cordillera-test", "--pin", PIN, "--so-pin", "0815"]
    subprocess.run(command, check=True, capture_output=True)
    pin_file = home / "pin"
    pin_file.write_text(f"{PIN}\n")
    return TokenSettings(module=module, label="cordillera-test", pin_file=str(pin_file))


@pytest.fixture
def token(settings: TokenSettings) -> Iterator[Pkcs11Token]:
    """The token, logged out at the end."""
    opened = Pkcs11Token(settings)
    yield opened
    opened.close()


def test_without_a_module_in_the_settings_there_is_no_token():
    assert token_of(TokenSettings()) is None


def test_a_key_made_in_the_token_signs_there_and_verifies_everywhere(token: Pkcs11Token):
    key = token.make("one")
    key.verify_key.verify(key.sign(b"data"), b"data")
    with pytest.raises(BadSignature):
        key.verify_key.verify(key.sign(b"data"), b"other")


def test_the_secret_never_leaves_the_token(token: Pkcs11Token):
    with pytest.raises(KeyUnavailable):
        _ = token.make("two").seed


def test_another_session_finds_the_same_key_until_it_is_destroyed(settings: TokenSettings):
    first, other = Pkcs11Token(settings), Pkcs11Token(settings)
    made = first.make("three")
    first.close()
    assert other.signing("three").public_bytes == made.public_bytes
    other.destroy("three")
    other.destroy("three")
    with pytest.raises(KeyUnavailable):
        other.signing("three")
    other.close()
    with pytest.raises(KeyUnavailable):
        made.sign(b"data")


@pytest.mark.parametrize("change", [{"label": "nobody"}, {"module": "/nowhere.so"}, {"pin_file": "/nowhere"}])
def test_a_token_that_cannot_be_opened_is_told_so(settings: TokenSettings, change: dict[str, str]):
    with pytest.raises(KeyUnavailable):
        Pkcs11Token(msgspec.structs.replace(settings, **change)).make("four")


def test_a_wrong_pin_opens_nothing(settings: TokenSettings, tmp_path: Path):
    wrong = tmp_path / "pin"
    wrong.write_text("0000\n")
    with pytest.raises(KeyUnavailable) as refused:
        Pkcs11Token(msgspec.structs.replace(settings, pin_file=str(wrong))).make("five")
    assert refused.value.facts["reason"] == "PinIncorrect"


def test_a_node_signs_its_messages_with_the_token_and_destroys_the_key_there(
    token: Pkcs11Token, store: Store, keyring: KeyRing, clock: FixedClock, tmp_path: Path
):
    """The next signing key of a node with a token is made in it; the last file key is destroyed."""
    whole, ledger = Settings(home=tmp_path), Ledger(keyring, clock, "cordillera/test")
    identity = NodeIdentity(whole, keyring, clock, "", token)
    keys = Keys(identity, store, ledger, clock)
    keys.open()
    first = identity.kid
    clock.advance(timedelta(seconds=2))
    with store.transaction(Scope.node("test")) as tx:
        keys.rotate(tx, "operator", "signing")
    keys.tick()
    assert identity.kid != first
    assert thumbprint(identity.signing.public_bytes) == identity.kid
    identity.signing.verify_key.verify(identity.signing.sign(b"data"), b"data")
    with store.transaction(Scope.node("test")) as tx:
        held = {row.kid: row for row in keys.all(tx)}
        assert (held[identity.kid].holder, held[first].destroyed_at is not None) == ("token", True)
        keys.revoke(tx, "operator", [identity.kid], "lost")
    place = held[identity.kid].place
    keys.tick()
    with pytest.raises(KeyUnavailable):
        token.signing(place)
