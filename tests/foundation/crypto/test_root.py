"""The offline root: two signatures that only hold together, and a file that only its passphrase opens."""

import json
import stat
from pathlib import Path

import msgspec
import pytest

from cordillera.foundation.crypto.errors import BadKey, BadSignature
from cordillera.foundation.crypto.jws import decode, encode
from cordillera.foundation.crypto.root import PassphraseRefused, RootKey, RootPublic, read_public

CONTEXT = "cordillera/test/1"
PASSPHRASE = "an invented passphrase"


@pytest.fixture(scope="module")
def root() -> RootKey:
    return RootKey.generate()


def _flipped(text: str) -> str:
    raw = bytearray(decode(text))
    raw[7] ^= 1
    return encode(bytes(raw))


def test_a_root_signature_holds_for_its_bytes_and_its_context(root: RootKey) -> None:
    signature = root.sign(b"data", CONTEXT)
    root.public.verify(signature, b"data", CONTEXT)
    for data, context in ((b"Data", CONTEXT), (b"data", "cordillera/test/2"), (b"", CONTEXT)):
        with pytest.raises(BadSignature):
            root.public.verify(signature, data, context)


@pytest.mark.parametrize("half", ["ed25519", "ml_dsa_65"])
def test_one_good_half_is_no_signature(root: RootKey, half: str) -> None:
    signature = root.sign(b"data", CONTEXT)
    broken = msgspec.structs.replace(signature, **{half: _flipped(getattr(signature, half))})
    with pytest.raises(BadSignature) as caught:
        root.public.verify(broken, b"data", CONTEXT)
    assert caught.value.facts["part"] == half


@pytest.mark.parametrize("half", ["ed25519", "ml_dsa_65"])
@pytest.mark.parametrize("junk", ["", "AAAA", "not base64!"])
def test_junk_in_place_of_a_half_is_no_signature(root: RootKey, half: str, junk: str) -> None:
    broken = msgspec.structs.replace(root.sign(b"data", CONTEXT), **{half: junk})
    with pytest.raises(BadSignature):
        root.public.verify(broken, b"data", CONTEXT)


def test_a_half_of_one_root_fits_no_other(root: RootKey) -> None:
    """Both roots share the curve key; the signature must still not be movable."""
    other = RootKey.from_seed(root._curve.seed + bytes(range(32)))
    signature = msgspec.structs.replace(root.sign(b"data", CONTEXT), kid=other.public.kid)
    with pytest.raises(BadSignature) as caught:
        other.public.verify(signature, b"data", CONTEXT)
    assert caught.value.facts["part"] == "ed25519"


def test_a_signature_names_its_root(root: RootKey) -> None:
    with pytest.raises(BadSignature):
        root.public.verify(RootKey.generate().sign(b"data", CONTEXT), b"data", CONTEXT)


@pytest.mark.parametrize("context", ["", "With Capitals", "a|b", "x" * 65])
def test_a_context_is_a_short_plain_name(root: RootKey, context: str) -> None:
    with pytest.raises(BadKey):
        root.sign(b"data", context)


def test_the_public_root_survives_json(root: RootKey) -> None:
    text = json.loads(json.dumps(root.public.as_text()))
    assert RootPublic.from_text(text) == root.public
    assert RootPublic.from_text(text).kid == root.public.kid
    for broken in ({}, {**text, "more": ""}, {**text, "ed25519": "AA"}, {**text, "ml_dsa_65": "AA"}, "text"):
        with pytest.raises(BadKey):
            RootPublic.from_text(broken)


def test_a_saved_root_opens_with_its_passphrase_only(tmp_path: Path, root: RootKey) -> None:
    path = tmp_path / "root.json"
    root.save(path, PASSPHRASE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_public(path) == root.public
    loaded = RootKey.load(path, PASSPHRASE)
    root.public.verify(loaded.sign(b"data", CONTEXT), b"data", CONTEXT)
    with pytest.raises(PassphraseRefused):
        RootKey.load(path, PASSPHRASE + "!")


def test_a_root_is_never_written_over(tmp_path: Path, root: RootKey) -> None:
    path = tmp_path / "root.json"
    path.write_text("something dear")
    with pytest.raises(FileExistsError):
        root.save(path, PASSPHRASE)
    assert path.read_text() == "something dear"


def test_a_short_passphrase_is_refused(tmp_path: Path, root: RootKey) -> None:
    with pytest.raises(PassphraseRefused):
        root.save(tmp_path / "root.json", "short")


def test_a_changed_file_does_not_open(tmp_path: Path, root: RootKey) -> None:
    """The public keys are bound to the sealed ones: a swapped public root is noticed."""
    path = tmp_path / "root.json"
    root.save(path, PASSPHRASE)
    kept = json.loads(path.read_text())
    kept["head"]["public"] = RootKey.generate().public.as_text()
    path.write_text(json.dumps(kept))
    with pytest.raises(PassphraseRefused):
        RootKey.load(path, PASSPHRASE)


@pytest.mark.parametrize("change", [{"memory_kib": 1 << 30}, {"name": "md5"}, {"passes": 0}])
def test_a_file_that_asks_for_another_derivation_is_refused(
    tmp_path: Path, root: RootKey, change: dict[str, object]
) -> None:
    path = tmp_path / "root.json"
    root.save(path, PASSPHRASE)
    kept = json.loads(path.read_text())
    kept["head"]["kdf"] |= change
    path.write_text(json.dumps(kept))
    with pytest.raises(BadKey):
        RootKey.load(path, PASSPHRASE)


def test_another_file_is_no_root(tmp_path: Path) -> None:
    path = tmp_path / "root.json"
    path.write_bytes(b"not json")
    with pytest.raises(BadKey):
        read_public(path)
