"""Sealing to a public key."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.bindings._rust import openssl as binding
from cryptography.hazmat.primitives import hpke as native

from cordillera.foundation.crypto.errors import BadKey, SealBroken
from cordillera.foundation.crypto.hpke import HpkePrivateKey, HpkePublicKey

KEY = HpkePrivateKey(b"\x07" * 32)
SUITE = native.Suite(native.KEM.MLKEM768_X25519, native.KDF.HKDF_SHA256, native.AEAD.AES_256_GCM)


def test_what_is_sealed_opens_under_the_same_header_only():
    sealed = KEY.public.seal(b"question", info=b"header")
    assert KEY.open(sealed, info=b"header") == b"question"
    with pytest.raises(SealBroken):
        KEY.open(sealed, info=b"another header")


def theirs(key: HpkePrivateKey) -> native.MLKEM768X25519PrivateKey:
    return native.MLKEM768X25519PrivateKey(key._lattice, key._curve)


@pytest.mark.parametrize("size", [0, 1, 31, 2048, 8192])
def test_the_library_opens_what_we_seal_and_we_open_what_it_seals(size: int):
    """The library's HPKE is the reference of ours; so are the draft's vectors, below."""
    content, info = bytes(range(256)) * 32, b"cordillera/1|header"
    assert SUITE.decrypt(KEY.public.seal(content[:size], info=info), theirs(KEY), info=info) == content[:size]
    sealed = SUITE.encrypt(content[:size], theirs(KEY).public_key(), info=info)
    assert KEY.open(sealed, info=info) == content[:size]


def test_what_leaves_together_shares_one_agreement_and_no_key():
    sealing = KEY.public.sealing()
    first, second = sealing.seal(b"question", info=b"1"), sealing.seal(b"question", info=b"2")
    assert first[:1120] == second[:1120]
    assert first[1120:] != second[1120:]
    for sealed, info in ((first, b"1"), (second, b"2")):
        assert KEY.open(sealed, info=info) == b"question"
        assert SUITE.decrypt(sealed, theirs(KEY), info=info) == b"question"
    with pytest.raises(SealBroken):
        KEY.open(first, info=b"2")


def test_one_key_and_nonce_never_seal_twice():
    sealing = KEY.public.sealing()
    sealing.seal(b"question", info=b"1")
    with pytest.raises(ValueError, match="1"):
        sealing.seal(b"another question", info=b"1")


def test_every_sealing_agrees_on_a_secret_of_its_own():
    assert KEY.public.seal(b"x", info=b"")[:1120] != KEY.public.seal(b"x", info=b"")[:1120]


def test_the_secret_that_is_kept_opens_nothing_of_another_sealing():
    """What was opened last leaves a secret behind; a ciphertext moved under that encapsulation stays shut."""
    one, other = KEY.public.seal(b"one", info=b"i"), KEY.public.seal(b"other", info=b"i")
    assert KEY.open(one, info=b"i") == b"one"
    with pytest.raises(SealBroken):
        KEY.open(one[:1120] + other[1120:], info=b"i")
    assert KEY.open(other, info=b"i") == b"other"


def test_another_key_opens_nothing():
    with pytest.raises(SealBroken):
        HpkePrivateKey(b"\x08" * 32).open(KEY.public.seal(b"question", info=b""), info=b"")


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(1200), bytes(5000)])
def test_garbage_is_a_broken_seal_and_nothing_else(sealed):
    with pytest.raises(SealBroken):
        KEY.open(sealed, info=b"")


def test_public_key_survives_its_bytes():
    again = HpkePublicKey(KEY.public.public_bytes)
    assert KEY.open(again.seal(b"x", info=b"i"), info=b"i") == b"x"


@pytest.mark.parametrize("size", [0, 32, 1184, 1217])
def test_key_of_another_size_is_refused(size):
    with pytest.raises(BadKey):
        HpkePublicKey(bytes(size))


def test_all_zero_agreement_point_is_refused():
    """A low-order X25519 point would make half of the hybrid secret known to everybody."""
    with pytest.raises((BadKey, ValueError)):
        HpkePublicKey(KEY.public.public_bytes[:1184] + bytes(32)).seal(b"x", info=b"")


def test_the_published_hybrid_vectors_open(shared: Path):
    """Keys from their seeds, then the draft's ciphertexts; our own suite differs in the AEAD only."""
    vectors = json.loads((shared / "exchange/hpke/hpke_pq.json").read_text("utf-8"))
    hybrid = [vector for vector in vectors if int(vector["kem_id"]) == 25722]
    assert hybrid
    for vector in hybrid:
        key = HpkePrivateKey(bytes.fromhex(vector["skRm"]))
        assert key.public.public_bytes.hex() == vector["pkRm"]
        kdf = {1: native.KDF.HKDF_SHA256, 17: native.KDF.SHAKE256}[int(vector["kdf_id"])]
        suite = native.Suite(native.KEM.MLKEM768_X25519, kdf, native.AEAD.CHACHA20_POLY1305)
        for case in vector["encryptions"][:1]:
            sealed, info, aad = (
                bytes.fromhex(vector["enc"] + case["ct"]),
                bytes.fromhex(vector["info"]),
                bytes.fromhex(case["aad"]),
            )
            opened = binding.hpke._decrypt_with_aad(suite, sealed, theirs(key), info, aad)
            assert opened.hex() == case["pt"]
