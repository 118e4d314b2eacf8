r"""Hybrid post-quantum sealing to a public key: HPKE (RFC 9180) with X25519 + ML-KEM-768.

What is sealed today stays closed to whoever records the traffic and owns a quantum computer later. The
single-shot base mode has no sender authentication; a signature inside does that. `info` binds the bytes
of a clear header: open under another header and the seal is broken.

>>> key = HpkePrivateKey(b"\x07" * 32)
>>> key.open(key.public.seal(b"question", info=b"header"), info=b"header")
b'question'
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

from cordillera.foundation.crypto.errors import BadKey, SealBroken

SUITE = "X25519MLKEM768-HKDF-SHA256-AES-256-GCM"
_MLKEM_SEED = 64
_MLKEM_PUBLIC = 1184
_X25519 = 32
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class HpkePublicKey:
    """What others seal to: the ML-KEM-768 key (1,184 bytes) followed by the X25519 key (32 bytes)."""

    def __init__(self, public_bytes: bytes) -> None:
        if len(public_bytes) != _MLKEM_PUBLIC + _X25519:
            raise BadKey(kind="HPKE public key", size=len(public_bytes))
        try:
            lattice = mlkem.MLKEM768PublicKey.from_public_bytes(public_bytes[:_MLKEM_PUBLIC])
            curve = x25519.X25519PublicKey.from_public_bytes(public_bytes[_MLKEM_PUBLIC:])
        except ValueError as error:
            raise BadKey(kind="HPKE public key", size=len(public_bytes)) from error
        self._key = hpke.MLKEM768X25519PublicKey(lattice, curve)
        self.public_bytes = public_bytes

    def seal(self, plaintext: bytes, *, info: bytes) -> bytes:
        """Return encapsulation and ciphertext in one; 1,136 bytes longer than `plaintext`."""
        return _SUITE.encrypt(plaintext, self._key, info=info)


class HpkePrivateKey:
    """A private key: the 32-byte seed of draft-ietf-hpke-pq, expanded with SHAKE-256 (FIPS 202)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _X25519:
            raise BadKey(kind="HPKE secret", size=len(secret))
        seed = hashlib.shake_256(secret).digest(_MLKEM_SEED + _X25519)
        lattice = mlkem.MLKEM768PrivateKey.from_seed_bytes(seed[:_MLKEM_SEED])
        curve = x25519.X25519PrivateKey.from_private_bytes(seed[_MLKEM_SEED:])
        self._key = hpke.MLKEM768X25519PrivateKey(lattice, curve)
        raw = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        self.public = HpkePublicKey(raw)

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """Open what was sealed to this key under `info`; raise `SealBroken` for anything else."""
        try:
            return _SUITE.decrypt(sealed, self._key, info=info)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(reason="hpke") from error
