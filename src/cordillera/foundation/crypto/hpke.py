r"""Hybrid post-quantum sealing to a public key: HPKE (RFC 9180) with X25519 + ML-KEM-768.

What is sealed today stays closed to whoever records the traffic and owns a quantum computer later. The
single-shot base mode has no sender authentication; a signature inside does that. `info` binds the bytes
of a clear header: open under another header and the seal is broken.

The key agreement (draft-ietf-hpke-pq, MLKEM768-X25519, which is X-Wing) costs ten times what the rest does.
A `Sealing` makes one for several plaintexts to the same key; each has its own `info`, and so a key and nonce
of its own. Every result is an ordinary single-shot ciphertext (docs/adr/0057).

>>> key = HpkePrivateKey(b"\x07" * 32)
>>> key.open(key.public.seal(b"question", info=b"header"), info=b"header")
b'question'
"""

import hashlib
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cordillera.foundation.crypto.digest import hmac_sha256
from cordillera.foundation.crypto.errors import BadKey, SealBroken

SUITE = "X25519MLKEM768-HKDF-SHA256-AES-256-GCM"
_MLKEM_SEED = 64
_MLKEM_PUBLIC = 1184
_MLKEM_CIPHERTEXT = 1088
_X25519 = 32
_ENCAPSULATION = _MLKEM_CIPHERTEXT + _X25519
_SUITE_ID: Final = b"HPKE" + bytes.fromhex("647a 0001 0002")
"""KEM MLKEM768-X25519, KDF HKDF-SHA256, AEAD AES-256-GCM."""
_XWING: Final = b"\\.//^\\"


class Seals(Protocol):
    """What plaintexts can be sealed with to one recipient."""

    def seal(self, plaintext: bytes, *, info: bytes) -> bytes:
        """Return encapsulation and ciphertext in one."""
        ...


class HpkePublicKey:
    """What others seal to: the ML-KEM-768 key (1,184 bytes) followed by the X25519 key (32 bytes)."""

    def __init__(self, public_bytes: bytes) -> None:
        if len(public_bytes) != _MLKEM_PUBLIC + _X25519:
            raise BadKey(kind="HPKE public key", size=len(public_bytes))
        try:
            self._lattice = mlkem.MLKEM768PublicKey.from_public_bytes(public_bytes[:_MLKEM_PUBLIC])
            self._curve = x25519.X25519PublicKey.from_public_bytes(public_bytes[_MLKEM_PUBLIC:])
        except ValueError as error:
            raise BadKey(kind="HPKE public key", size=len(public_bytes)) from error
        self.public_bytes = public_bytes

    def seal(self, plaintext: bytes, *, info: bytes) -> bytes:
        """Return encapsulation and ciphertext in one; 1,136 bytes longer than `plaintext`."""
        return self.sealing().seal(plaintext, info=info)

    def sealing(self) -> "Sealing":
        """Agree on a secret with this key, for plaintexts that leave together; raise `BadKey`."""
        ephemeral = x25519.X25519PrivateKey.generate()
        shown = ephemeral.public_key().public_bytes_raw()
        lattice_secret, lattice_shown = self._lattice.encapsulate()
        try:
            curve_secret = ephemeral.exchange(self._curve)
        except ValueError as error:  # a point of low order: half of the secret would be known to all
            raise BadKey(kind="HPKE public key", size=len(self.public_bytes)) from error
        secret = _combined(lattice_secret, curve_secret, shown, self.public_bytes[_MLKEM_PUBLIC:])
        return Sealing(lattice_shown + shown, secret)


class Sealing:
    """One encapsulation, under which several plaintexts are sealed, each under an `info` of its own.

    The same `info` twice would be the same key and nonce twice, and is refused with ValueError.
    """

    def __init__(self, encapsulation: bytes, secret: bytes) -> None:
        self._encapsulation = encapsulation
        self._secret = secret
        self._used: set[bytes] = set()

    def seal(self, plaintext: bytes, *, info: bytes) -> bytes:
        """Return encapsulation and ciphertext in one; 1,136 bytes longer than `plaintext`."""
        if info in self._used:
            raise ValueError(info)
        self._used.add(info)
        key, nonce = _scheduled(self._secret, info)
        return self._encapsulation + AESGCM(key).encrypt(nonce, plaintext, None)


class HpkePrivateKey:
    """A private key: the 32-byte seed of draft-ietf-hpke-pq, expanded with SHAKE-256 (FIPS 202)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _X25519:
            raise BadKey(kind="HPKE secret", size=len(secret))
        seed = hashlib.shake_256(secret).digest(_MLKEM_SEED + _X25519)
        self._lattice = mlkem.MLKEM768PrivateKey.from_seed_bytes(seed[:_MLKEM_SEED])
        self._curve = x25519.X25519PrivateKey.from_private_bytes(seed[_MLKEM_SEED:])
        self._shown = self._curve.public_key().public_bytes_raw()
        self._last = (b"", b"")
        self.public = HpkePublicKey(self._lattice.public_key().public_bytes_raw() + self._shown)

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """Open what was sealed to this key under `info`; raise `SealBroken` for anything else."""
        try:
            key, nonce = _scheduled(self._agreed(sealed[:_ENCAPSULATION]), info)
            return AESGCM(key).decrypt(nonce, sealed[_ENCAPSULATION:], None)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(reason="hpke") from error

    def _agreed(self, encapsulation: bytes) -> bytes:
        """Return the secret of an encapsulation; the last one is kept, beside the key that makes it again."""
        last, secret = self._last
        if last != encapsulation:
            lattice, shown = encapsulation[:_MLKEM_CIPHERTEXT], encapsulation[_MLKEM_CIPHERTEXT:]
            lattice_secret = self._lattice.decapsulate(lattice)
            curve_secret = self._curve.exchange(x25519.X25519PublicKey.from_public_bytes(shown))
            secret = _combined(lattice_secret, curve_secret, shown, self._shown)
            self._last = (encapsulation, secret)
        return secret


def _combined(lattice_secret: bytes, curve_secret: bytes, shown: bytes, curve_public: bytes) -> bytes:
    """Return the start of the key schedule: X-Wing's combination of both, extracted."""
    shared = hashlib.sha3_256(lattice_secret + curve_secret + shown + curve_public + _XWING)
    return _extract(shared.digest(), b"secret", b"")


def _scheduled(secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return key and nonce of the base mode (RFC 9180 5.1)."""
    context = b"\x00" + _NO_PSK + _extract(b"", b"info_hash", info)
    return _expand(secret, b"key", context, 32), _expand(secret, b"base_nonce", context, 12)


def _extract(salt: bytes, label: bytes, content: bytes) -> bytes:
    return hmac_sha256(salt, b"HPKE-v1" + _SUITE_ID + label + content)


def _expand(secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """Return at most 32 bytes: one block of HKDF-Expand (RFC 5869 2.3) is enough here."""
    return hmac_sha256(secret, size.to_bytes(2, "big") + b"HPKE-v1" + _SUITE_ID + label + context + b"\x01")[
        :size
    ]


_NO_PSK: Final = _extract(b"", b"psk_id_hash", b"")
