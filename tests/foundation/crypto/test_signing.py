"""Ed25519 against published vectors, attacks included."""

import gzip
import json
from pathlib import Path

import pytest

from cordillera.foundation.crypto.errors import BadKey, BadSignature
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey


def test_a_signature_holds_for_its_bytes_only() -> None:
    key = SigningKey.generate()
    key.verify_key.verify(key.sign(b"a"), b"a")
    with pytest.raises(BadSignature):
        key.verify_key.verify(key.sign(b"a"), b"b")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_bytes_of_another_length_are_no_key(size: int) -> None:
    with pytest.raises(BadKey):
        SigningKey(bytes(size))
    with pytest.raises(BadKey):
        VerifyKey(bytes(size))


def test_wycheproof_signatures_are_judged_as_published(shared: Path) -> None:
    (path,) = (shared / "exchange" / "wycheproof").glob("*d25519*.json.gz")
    judged = 0
    for group in json.loads(gzip.decompress(path.read_bytes()))["testGroups"]:
        key = VerifyKey(bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            assert _holds(key, case["sig"], case["msg"]) is (case["result"] == "valid"), case["tcId"]
            judged += 1
    assert judged > 50


def _holds(key: VerifyKey, signature: str, message: str) -> bool:
    try:
        key.verify(bytes.fromhex(signature), bytes.fromhex(message))
    except BadSignature:
        return False
    return True
