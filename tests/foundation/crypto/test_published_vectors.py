"""Published vectors for the primitives that the exchange rests on, valid and hostile alike.

Where the product has a wrapper, the wrapper is tried; where a primitive is used through HPKE or a root key,
the library that provides it is.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.errors import SealBroken
from cordillera.foundation.crypto.sealing import open_sealed
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.errors import BadInput

Case = dict[str, str]


def wycheproof(shared: Path, name: str) -> Iterator[tuple[dict[str, object], Case]]:
    raw = gzip.decompress((shared / f"exchange/wycheproof/{name}_test.json.gz").read_bytes())
    for group in json.loads(raw)["testGroups"]:
        for case in group["tests"]:
            yield group, case


def cookbook(shared: Path, folder: str) -> list[dict[str, dict[str, object]]]:
    files = sorted((shared / "exchange/jose-cookbook" / folder).glob("*.json"))
    return [json.loads(file.read_text("utf-8")) for file in files]


def test_sealed_values_are_judged_as_wycheproof_says(shared: Path):
    seen = 0
    for group, case in wycheproof(shared, "aes_gcm"):
        if (group["keySize"], group["ivSize"], group["tagSize"]) != (256, 96, 128):
            continue
        seen += 1
        blob = bytes.fromhex("01" + case["iv"] + case["ct"] + case["tag"])
        key, aad = bytes.fromhex(case["key"]), bytes.fromhex(case["aad"])
        if case["result"] == "valid":
            assert open_sealed(key, blob, aad) == bytes.fromhex(case["msg"]), case["tcId"]
        else:
            with pytest.raises(SealBroken):
                open_sealed(key, blob, aad)
    assert seen > 30


def test_no_low_order_point_gives_a_shared_secret(shared: Path):
    seen = refused = 0
    for _, case in wycheproof(shared, "x25519"):
        seen += 1
        private = x25519.X25519PrivateKey.from_private_bytes(bytes.fromhex(case["private"]))
        public = x25519.X25519PublicKey.from_public_bytes(bytes.fromhex(case["public"]))
        try:
            assert private.exchange(public).hex() == case["shared"], case["tcId"]
            assert int(case["shared"], 16) != 0
        except ValueError:
            refused += 1
            assert int(case["shared"], 16) == 0, case["tcId"]
            assert case["result"] != "valid"
    assert seen > 300
    assert refused > 0


def test_keys_are_derived_as_wycheproof_says(shared: Path):
    for _, case in wycheproof(shared, "hkdf_sha256"):
        size = int(case["size"])
        salt, info, secret = (bytes.fromhex(case[name]) for name in ("salt", "info", "ikm"))
        if case["result"] == "valid":
            made = HKDF(hashes.SHA256(), size, salt, info).derive(secret)
            assert made.hex() == case["okm"], case["tcId"]
        else:
            with pytest.raises(ValueError, match="larger"):
                HKDF(hashes.SHA256(), size, salt, info).derive(secret)


def test_post_quantum_signatures_are_judged_as_wycheproof_says(shared: Path):
    seen = 0
    for group, case in wycheproof(shared, "mldsa_44_verify"):
        seen += 1
        held = True
        try:
            key = mldsa.MLDSA44PublicKey.from_public_bytes(bytes.fromhex(str(group["publicKey"])))
            context = bytes.fromhex(case.get("ctx", ""))
            key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]), context or None)
        except (InvalidSignature, ValueError):
            held = False
        assert held == (case["result"] == "valid"), case["tcId"]
    assert seen > 20


def test_elliptic_signatures_are_judged_as_wycheproof_says(shared: Path):
    for group, case in wycheproof(shared, "ecdsa_secp256r1_sha256_p1363"):
        point = group["publicKey"]
        assert isinstance(point, dict)
        key = ec.EllipticCurvePublicKey.from_encoded_point(
            ec.SECP256R1(), bytes.fromhex(point["uncompressed"])
        )
        raw = bytes.fromhex(case["sig"])
        held = len(raw) == 64
        try:
            pair = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
            key.verify(encode_dss_signature(*pair), bytes.fromhex(case["msg"]), ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError):
            held = False
        assert held == (case["result"] == "valid"), case["tcId"]


@pytest.mark.parametrize("name", ["json_web_encryption", "json_web_key"])
def test_encryption_and_key_sets_are_never_taken_for_our_signatures(shared: Path, name: str):
    seen = 0
    for _, case in wycheproof(shared, name):
        given = case.get("jwe") or case.get("jws") or ""
        seen += 1
        with pytest.raises(BadInput):
            jws.read_compact(given if isinstance(given, str) else json.dumps(given))
    assert seen > 20


def test_the_cookbook_signature_of_ed25519_is_reproduced(shared: Path):
    (case,) = cookbook(shared, "curve25519")
    given, signing = case["input"], case["signing"]
    key = given["key"]
    assert isinstance(key, dict)
    signed = SigningKey.from_bytes(jws.decode(key["d"])).sign(str(signing["sig-input"]).encode())
    assert jws.encode(signed) == signing["sig"]


def read_either(form: object) -> jws.Unverified:
    return jws.read_compact(form) if isinstance(form, str) else jws.read_flattened(json.dumps(form).encode())


@pytest.mark.parametrize("folder", ["curve25519", "jws", "jwe", "rfc7797"])
def test_cookbook_messages_of_other_profiles_are_refused_by_a_typed_error(shared: Path, folder: str):
    seen = 0
    for case in cookbook(shared, folder):
        for form in case["output"].values():
            seen += 1
            with pytest.raises(BadInput):
                read_either(form)
    assert seen > 0
