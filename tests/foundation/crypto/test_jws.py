"""One JWS profile: Ed25519 over exact bytes, three header members, no keys from outside."""

import gzip
import json
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as peer
from joserfc.jwk import OKPKey

from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.errors import BadSignature
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.errors import BadInput

KEY = SigningKey(b"\x01" * 32)


def token(header: dict[str, object], payload: bytes = b"{}") -> str:
    signed = f"{jws.encode(json.dumps(header).encode())}.{jws.encode(payload)}"
    return f"{signed}.{jws.encode(KEY.sign(signed.encode()))}"


def test_a_peer_reads_what_we_sign_and_we_read_what_it_signs():
    jwk = OKPKey.import_key(
        {"kty": "OKP", "crv": "Ed25519", "x": jws.encode(KEY.public_bytes), "d": jws.encode(KEY.seed)}
    )
    ours = json.loads(jws.sign_flattened(KEY, b"exact bytes", typ="t"))
    assert peer.deserialize_json(ours, jwk, algorithms=["Ed25519"]).payload == b"exact bytes"
    assert jwk.thumbprint() == jws.thumbprint(KEY.public_bytes)
    theirs = peer.serialize_compact(
        {"alg": "Ed25519", "kid": "k", "typ": "t"}, b"p", jwk, algorithms=["Ed25519"]
    )
    read = jws.read_compact(theirs)
    jws.verify(read, KEY.verify_key)
    assert (read.kid, read.payload) == ("k", b"p")


@pytest.mark.parametrize("alg", ["none", "HS256", "EdDSA", "RS256", "", None, 7])
def test_algorithm_confusion_is_refused(alg):
    with pytest.raises(jws.ForbiddenAlgorithm):
        jws.read_compact(token({"alg": alg, "kid": "k", "typ": "t"}))


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c", "crit", "b64", "cty", "zip"])
def test_headers_that_bring_keys_or_change_meaning_are_refused(name):
    with pytest.raises(jws.ForbiddenHeader):
        jws.read_compact(token({"alg": "Ed25519", "kid": "k", "typ": "t", name: "x"}))


def test_a_header_named_twice_is_refused():
    protected = jws.encode(b'{"alg":"Ed25519","alg":"none","kid":"k","typ":"t"}')
    with pytest.raises(BadInput):
        jws.read_compact(f"{protected}.e30.{jws.encode(bytes(64))}")


def test_an_unprotected_header_is_refused():
    flattened = json.loads(jws.sign_flattened(KEY, b"{}", typ="t")) | {"header": {"kid": "evil"}}
    with pytest.raises(BadInput):
        jws.read_flattened(json.dumps(flattened).encode())


def test_base64_that_could_be_written_otherwise_is_refused():
    header, payload, signature = token({"alg": "Ed25519", "kid": "k", "typ": "t"}, b"a").split(".")
    assert payload == "YQ"
    with pytest.raises(jws.JwsMalformed):
        jws.read_compact(f"{header}.YR.{signature}")


@given(st.integers(0, 63), st.integers(1, 255))
def test_any_changed_signature_byte_is_refused(place, flip):
    read = jws.read_compact(jws.sign_compact(KEY, b"{}", typ="t"))
    forged = bytearray(jws.decode(read.signature))
    forged[place] ^= flip
    with pytest.raises(BadSignature):
        jws.verify(
            jws.read_compact(f"{read.protected}.{read.encoded}.{jws.encode(bytes(forged))}"), KEY.verify_key
        )


def test_wycheproof_jws_of_other_algorithms_are_all_refused(shared: Path):
    raw = gzip.decompress((shared / "exchange/wycheproof/json_web_signature_test.json.gz").read_bytes())
    cases = [case for group in json.loads(raw)["testGroups"] for case in group["tests"]]
    assert len(cases) > 200
    for case in cases:
        text = case["jws"] if isinstance(case["jws"], str) else json.dumps(case["jws"])
        with pytest.raises(BadInput):
            jws.read_compact(text)


def test_wycheproof_signatures_pass_through_the_same_verifier(shared: Path):
    raw = gzip.decompress((shared / "exchange/wycheproof/ed25519_test.json.gz").read_bytes())
    seen = 0
    with warnings.catch_warnings():
        for group in json.loads(raw)["testGroups"]:
            key = VerifyKey(bytes.fromhex(group["publicKey"]["pk"]))
            for case in group["tests"]:
                seen += 1
                try:
                    key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
                    held = True
                except BadSignature:
                    held = False
                assert held == (case["result"] == "valid"), case["tcId"]
    assert seen > 50
