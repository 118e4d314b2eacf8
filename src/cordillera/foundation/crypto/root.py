r"""The root of an organisation: one Ed25519 key and one ML-DSA-65 key (FIPS 204) that only sign together.

The root lives offline. It signs what must outlast every other key: the trust bundle's delegations,
revocations, and agreements. A signature holds only when both halves hold, so neither a broken curve nor
a broken lattice is enough. Both halves sign the same bytes, which name the root and a context: what was
signed in one context is no signature in another, and a half taken from one root fits no other.
Reference: docs/adr/0027.

>>> root = RootKey.from_seed(b"\x01" * 64)
>>> signature = root.sign(b"bundle", "cordillera/bundle/1")
>>> root.public.verify(signature, b"bundle", "cordillera/bundle/1")
>>> root.public.verify(signature, b"bundle", "cordillera/agreement/1")
Traceback (most recent call last):
...
cordillera.foundation.crypto.errors.BadSignature: crypto.bad_signature(part='ed25519')
"""

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import mldsa

from cordillera.foundation import canonical
from cordillera.foundation.crypto import sealing
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.errors import BadKey, BadSignature, SealBroken
from cordillera.foundation.crypto.jws import decode, encode
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.errors import BadInput

SHORTEST_PASSPHRASE: Final = 12
MAX_FILE: Final = 16_384
_SEED: Final = 32
_DOMAIN: Final = b"cordillera-root/1"
_CONTEXT: Final = re.compile(r"[a-z0-9./_-]{1,64}")
_MOST_MEMORY: Final = 1_048_576
"""KiB; a file that asks for more than 1 GiB is not opened."""


class PassphraseRefused(BadInput):
    """The passphrase is shorter than 12 characters, or does not open the root."""

    code = "crypto.passphrase"


class RootSignature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Both halves of a root's signature, base64url, and which root made it."""

    kid: str
    ed25519: str
    ml_dsa_65: str


class RootPublic(msgspec.Struct, frozen=True, dict=True):
    """The public halves: 32 bytes of Ed25519, 1,952 bytes of ML-DSA-65."""

    ed25519: bytes
    ml_dsa_65: bytes

    @cached_property
    def kid(self) -> str:
        """The id of the root: the hash of both public keys, in the manner of RFC 7638."""
        return encode(sha256(canonical.dumps(self.as_text())))

    def as_text(self) -> dict[str, str]:
        """Return the keys as JSON carries them, base64url."""
        return {"ed25519": encode(self.ed25519), "ml_dsa_65": encode(self.ml_dsa_65)}

    @classmethod
    def from_text(cls, keys: object) -> "RootPublic":
        """Read what `as_text` wrote; raise `BadKey`."""
        if not isinstance(keys, dict) or set(keys) != {"ed25519", "ml_dsa_65"}:
            raise BadKey(kind="root")
        try:
            found = cls(decode(str(keys["ed25519"])), decode(str(keys["ml_dsa_65"])))
            _lattice_public(found.ml_dsa_65)
            VerifyKey(found.ed25519)
        except (BadInput, ValueError) as error:
            raise BadKey(kind="root") from error
        return found

    def verify(self, signature: RootSignature, data: bytes, context: str) -> None:
        """Return nothing when the signature holds; raise `BadSignature` otherwise. It must hold.

        1. It names this root.
        2. The Ed25519 half is over exactly this root, context and data.
        3. The ML-DSA-65 half is over the same.
        """
        if signature.kid != self.kid:
            raise BadSignature(part="root")
        signed = _signed(self.kid, data, context)
        try:
            VerifyKey(self.ed25519).verify(decode(signature.ed25519), signed)
        except BadInput as error:
            raise BadSignature(part="ed25519") from error
        try:
            _lattice_public(self.ml_dsa_65).verify(decode(signature.ml_dsa_65), signed, _DOMAIN)
        except (InvalidSignature, BadInput, ValueError) as error:
            raise BadSignature(part="ml_dsa_65") from error


class RootKey:
    """The private root; it exists in memory only while it signs."""

    def __init__(self, curve: SigningKey, lattice_seed: bytes) -> None:
        if len(lattice_seed) != _SEED:
            raise BadKey(kind="ML-DSA-65 seed", size=len(lattice_seed))
        self._curve = curve
        self._lattice_seed = lattice_seed
        self._lattice = mldsa.MLDSA65PrivateKey.from_seed_bytes(lattice_seed)
        self.public = RootPublic(curve.public_bytes, self._lattice.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> "RootKey":
        """Make a root from the operating system's randomness."""
        return cls.from_seed(token_bytes(2 * _SEED))

    @classmethod
    def from_seed(cls, seed: bytes) -> "RootKey":
        """Read a root from its 64 secret bytes; raise `BadKey`."""
        return cls(SigningKey(seed[:_SEED]), seed[_SEED:])

    def sign(self, data: bytes, context: str) -> RootSignature:
        """Sign `data` in a context such as "cordillera/agreement/1" with both keys."""
        signed = _signed(self.public.kid, data, context)
        curve, lattice = self._curve.sign(signed), self._lattice.sign(signed, _DOMAIN)
        return RootSignature(self.public.kid, encode(curve), encode(lattice))

    def save(self, path: Path, passphrase: str) -> None:
        """Write the root to a new file (mode 0600) under a passphrase; raise `PassphraseRefused`.

        The key that seals it comes from argon2id (RFC 9106, second recommended choice: 64 MiB, 3 passes).
        """
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise PassphraseRefused(shortest=SHORTEST_PASSPHRASE)
        head = _Head(
            v=1,
            kid=self.public.kid,
            public=self.public.as_text(),
            kdf=_Argon(salt=encode(token_bytes(16))),
        )
        secret = self._curve.seed + self._lattice_seed
        sealed = sealing.seal(_derive(head.kdf, passphrase), secret, canonical.dumps(head))
        content = canonical.dumps(_File(head, encode(sealed)))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content + b"\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def load(cls, path: Path, passphrase: str) -> "RootKey":
        """Open the root in a file; raise `PassphraseRefused`, `BadKey` when the file is no root."""
        kept = _read(path)
        try:
            secret = sealing.open_sealed(
                _derive(kept.head.kdf, passphrase), decode(kept.sealed), canonical.dumps(kept.head)
            )
        except SealBroken as error:
            raise PassphraseRefused(reason="does not open the root") from error
        return cls.from_seed(secret)


def read_public(path: Path) -> RootPublic:
    """Return the public root of a file, without its passphrase; raise `BadKey`."""
    return RootPublic.from_text(_read(path).head.public)


class _Argon(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    salt: str
    name: str = "argon2id"
    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: int
    kid: str
    public: dict[str, str]
    kdf: _Argon


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    head: _Head
    sealed: str


def _read(path: Path) -> _File:
    with path.open("rb") as file:
        raw = file.read(MAX_FILE + 1)
    try:
        kept = canonical.to_struct(raw, _File, max_bytes=MAX_FILE)
    except BadInput as error:
        raise BadKey(kind="root", reason=error.code) from error
    kdf = kept.head.kdf
    affordable = 8 <= kdf.memory_kib <= _MOST_MEMORY and 1 <= kdf.passes <= 16 and 1 <= kdf.lanes <= 16
    if kept.head.v != 1 or kdf.name != "argon2id" or not affordable:
        raise BadKey(kind="root", reason="version or key derivation")
    return kept


def _derive(kdf: _Argon, passphrase: str) -> bytes:
    return hash_secret_raw(
        passphrase.encode("utf-8"), decode(kdf.salt), kdf.passes, kdf.memory_kib, kdf.lanes, 32, Type.ID
    )


def _signed(kid: str, data: bytes, context: str) -> bytes:
    if not _CONTEXT.fullmatch(context):
        raise BadKey(kind="context", context=context[:64])
    return b"|".join((_DOMAIN, kid.encode(), context.encode(), data))


def _lattice_public(raw: bytes) -> mldsa.MLDSA65PublicKey:
    return mldsa.MLDSA65PublicKey.from_public_bytes(raw)
