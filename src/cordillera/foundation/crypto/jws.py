r"""JSON Web Signatures (RFC 7515) over exact bytes with one algorithm, "Ed25519" (RFC 9864).

The reader is stricter than the standard: the protected header holds `alg`, `kid` and `typ` and nothing
else. Headers that fetch keys (`jku`, `x5u`, `jwk`, `x5c`), change meaning (`crit`, `b64`) or stand
outside the signature are refused before a key is chosen.

>>> key = SigningKey(b"\x01" * 32)
>>> token = sign_compact(key, b'{"a":1}', typ="test")
>>> read_compact(token).payload
b'{"a":1}'
>>> verify(read_compact(token), key.verify_key)
"""

import base64
from functools import lru_cache

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.errors import BadInput

ALGORITHM = "Ed25519"
_ALLOWED = {"alg", "kid", "typ"}
_FRAME = [b"{", b":", b",", b":", b",", b":", b"}"]
_NAMES = [b"payload", b"protected", b"signature"]


class JwsMalformed(BadInput):
    """The text is no JWS of the one shape that is used here."""

    code = "jws.malformed"


class ForbiddenAlgorithm(BadInput):
    """The header names an algorithm other than Ed25519: an algorithm confusion attack, or "none"."""

    code = "jws.forbidden_algorithm"


class ForbiddenHeader(BadInput):
    """The header asks to fetch or embed a key, or to be understood in another way."""

    code = "jws.forbidden_header"


class Unverified(msgspec.Struct, frozen=True):
    """A JWS that was read but not verified: its `kid` may choose a known key, its payload proves nothing."""

    kid: str
    typ: str
    payload: bytes
    protected: str
    encoded: str
    signature: str


class _Flattened(msgspec.Struct, forbid_unknown_fields=True):
    payload: str
    protected: str
    signature: str


def encode(data: bytes) -> str:
    """Return base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Read base64url without padding, in its one canonical form; raise `JwsMalformed`."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise JwsMalformed(reason="base64url") from error
    if encode(data) != text:  # foreign characters are skipped above, and missing here
        raise JwsMalformed(reason="base64url is not canonical")
    return data


@lru_cache(maxsize=256)
def thumbprint(public_bytes: bytes) -> str:
    """Return the key id: the RFC 7638 thumbprint of an Ed25519 public key."""
    return encode(sha256(canonical.dumps({"crv": "Ed25519", "kty": "OKP", "x": encode(public_bytes)})))


@lru_cache(maxsize=64)
def _protected(public_bytes: bytes, typ: str) -> str:
    return encode(canonical.dumps({"alg": ALGORITHM, "kid": thumbprint(public_bytes), "typ": typ}))


def sign_compact(key: SigningKey, payload: bytes, *, typ: str) -> str:
    """Return `header.payload.signature` over exactly `payload`."""
    signed = f"{_protected(key.public_bytes, typ)}.{encode(payload)}"
    return f"{signed}.{encode(key.sign(signed.encode('ascii')))}"


def sign_flattened(key: SigningKey, payload: bytes, *, typ: str) -> bytes:
    """Return the flattened JSON form over exactly `payload`, as canonical bytes."""
    protected, encoded, signature = sign_compact(key, payload, typ=typ).split(".")
    return f'{{"payload":"{encoded}","protected":"{protected}","signature":"{signature}"}}'.encode("ascii")


def read_compact(token: str) -> Unverified:
    """Take a compact JWS apart and check its header; verify nothing yet."""
    parts = token.split(".")
    if len(parts) != 3:
        raise JwsMalformed(reason="parts")
    return _read(parts[0], parts[1], parts[2])


def read_flattened(raw: bytes) -> Unverified:
    """Take a flattened JWS apart and check its header; verify nothing yet."""
    parts = raw.split(b'"')
    if parts[::2] == _FRAME and parts[1::4] == _NAMES:  # as `sign_flattened` writes it
        payload, protected, signature = (part.decode("ascii", "replace") for part in parts[3::4])
    else:
        found = canonical.to_struct(raw, _Flattened)
        payload, protected, signature = found.payload, found.protected, found.signature
    return _read(protected, payload, signature)


def verify(token: Unverified, key: VerifyKey) -> None:
    """Return nothing when `key` signed exactly this; raise `BadSignature` otherwise."""
    key.verify(decode(token.signature), f"{token.protected}.{token.encoded}".encode("ascii"))


def _read(protected: str, payload: str, signature: str) -> Unverified:
    kid, typ = _header(protected)
    if len(decode(signature)) != 64:
        raise JwsMalformed(reason="signature length")
    return Unverified(kid, typ, decode(payload), protected, payload, signature)


@lru_cache(maxsize=256)
def _header(protected: str) -> tuple[str, str]:
    header = canonical.loads(decode(protected), max_bytes=1024, max_depth=2)
    if not isinstance(header, dict):
        raise JwsMalformed(reason="header")
    if header.get("alg") != ALGORITHM:
        raise ForbiddenAlgorithm(alg=str(header.get("alg"))[:32])
    extra = sorted(set(header) - _ALLOWED)
    if extra:
        raise ForbiddenHeader(header=extra[0][:32])
    kid, typ = header.get("kid"), header.get("typ")
    if not isinstance(kid, str) or not isinstance(typ, str):
        raise JwsMalformed(reason="kid and typ must be text")
    return kid, typ
