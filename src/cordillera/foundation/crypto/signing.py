"""Ed25519 signatures (RFC 8032) over exact bytes, by a key in memory or in a token (PKCS#11).

libsodium signs and verifies in half the time that OpenSSL takes, and every message is signed and verified
twice (docs/adr/0047). It refuses what RFC 8032 leaves open: keys and points of small order, and numbers
that are not written in their one way.

>>> key = SigningKey.generate()
>>> VerifyKey(key.public_bytes).verify(key.sign(b"data"), b"data")
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from cordillera.foundation.crypto.errors import BadKey, BadSignature, KeyUnavailable
from cordillera.foundation.crypto.random import token_bytes

SEED: Final = 32
PUBLIC: Final = 32
SIGNATURE: Final = 64


class SigningKey:
    """A private key. What is signed with it stays the same whether it lies in memory or in a token."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED:
            raise BadKey(kind="Ed25519 seed", size=len(seed))
        self.public_bytes, secret = crypto_sign_seed_keypair(seed)
        self._sign: Callable[[bytes], bytes] = partial(_sign, secret)
        self._seed = seed

    @classmethod
    def in_token(cls, public_bytes: bytes, sign: Callable[[bytes], bytes]) -> "SigningKey":
        """Return a key whose secret never leaves the token that `sign` asks."""
        key = cls.__new__(cls)
        key._sign, key._seed = sign, b""  # noqa: SLF001 - an alternative constructor
        key.public_bytes = VerifyKey(public_bytes).public_bytes
        return key

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes; raise `KeyUnavailable` when a token keeps them."""
        if not self._seed:
            raise KeyUnavailable(reason="the token keeps the key")
        return self._seed

    @classmethod
    def generate(cls) -> "SigningKey":
        """Make a new key from the operating system's randomness."""
        return cls(token_bytes(SEED))

    @classmethod
    def from_bytes(cls, seed: bytes) -> "SigningKey":
        """Read a key from its 32-byte seed; raise `BadKey`."""
        return cls(seed)

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte signature over `data`."""
        return self._sign(data)

    @property
    def verify_key(self) -> "VerifyKey":
        """The public half."""
        return VerifyKey(self.public_bytes)


class VerifyKey:
    """A public key of 32 bytes."""

    def __init__(self, public_bytes: bytes) -> None:
        if len(public_bytes) != PUBLIC:
            raise BadKey(kind="Ed25519 public key", size=len(public_bytes))
        self.public_bytes = bytes(public_bytes)

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return nothing when the signature holds; raise `BadSignature` otherwise."""
        if len(signature) != SIGNATURE:
            raise BadSignature
        try:
            crypto_sign_open(signature + data, self.public_bytes)
        except BadSignatureError as error:
            raise BadSignature from error


def _sign(secret: bytes, data: bytes) -> bytes:
    return crypto_sign(data, secret)[:SIGNATURE]
