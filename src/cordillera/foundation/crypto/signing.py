"""Ed25519 signatures (RFC 8032) over exact bytes, by a key in memory or in a token (PKCS#11).

>>> key = SigningKey.generate()
>>> VerifyKey(key.public_bytes).verify(key.sign(b"data"), b"data")
"""

from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from cordillera.foundation.crypto.errors import BadKey, BadSignature, KeyUnavailable


class SigningKey:
    """A private key. What is signed with it stays the same whether it lies in memory or in a token."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise BadKey(kind="Ed25519 seed", size=len(seed))
        key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        self._sign: Callable[[bytes], bytes] = key.sign
        self._seed = seed
        self.public_bytes = key.public_key().public_bytes_raw()

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
        return cls(ed25519.Ed25519PrivateKey.generate().private_bytes_raw())

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
        try:
            self._key = ed25519.Ed25519PublicKey.from_public_bytes(public_bytes)
        except ValueError as error:
            raise BadKey(kind="Ed25519 public key", size=len(public_bytes)) from error
        self.public_bytes = public_bytes

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return nothing when the signature holds; raise `BadSignature` otherwise."""
        try:
            self._key.verify(signature, data)
        except InvalidSignature as error:
            raise BadSignature from error
