"""An attachment in sealed parts: chunks of 512 KiB and a manifest, under a key that the message carries.

```
reference = "a." base64url(first 20 bytes of SHA-256(part 0)) "." base64url(24-byte secret)
key       = HMAC-SHA-256(secret, "cordillera/attachment/1")
part 0    = AES-256-GCM(key, manifest, aad "attachment|0")       manifest names every other part's SHA-256
part n    = AES-256-GCM(key, chunk n, aad "attachment|n")
```
The signed message carries the reference, so the signature reaches every byte: reference, manifest, parts.
Whoever lacks the message can neither ask for the parts nor open them, and where the message's content is
erased, the secret is gone with it.

>>> packed = pack(b"a photograph" * 9, "photo.jpg", "image/jpeg")
>>> unpack(packed.reference, dict(enumerate(packed.parts))).name
'photo.jpg'
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.crypto.digest import hmac_sha256, sha256
from cordillera.foundation.crypto.errors import SealBroken
from cordillera.foundation.crypto.jws import decode, encode
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.sealing import open_sealed, seal
from cordillera.foundation.errors import BadInput
from cordillera.trust.attachments.errors import (
    AttachmentBroken,
    AttachmentIncomplete,
    AttachmentTooLarge,
    BadReference,
)

CHUNK: Final = 512 * 1024
MAX_SIZE: Final = 256 * 1024 * 1024
MARK: Final = "a"
_ID, _SECRET = 20, 24
_LABEL: Final = b"cordillera/attachment/1"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an attachment is, and the SHA-256 (hex) of each sealed part after this one."""

    v: int
    name: Annotated[str, msgspec.Meta(max_length=200)]
    media_type: Annotated[str, msgspec.Meta(max_length=100)]
    size: Annotated[int, msgspec.Meta(ge=1, le=MAX_SIZE)]
    parts: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MAX_SIZE // CHUNK)]


class Packed(msgspec.Struct, frozen=True):
    """An attachment ready to be kept: how messages name it, and its sealed parts."""

    reference: str
    parts: tuple[bytes, ...]


class Attachment(msgspec.Struct, frozen=True):
    """An attachment, opened and whole."""

    name: str
    media_type: str
    content: bytes


class Named(msgspec.Struct, frozen=True):
    """A reference taken apart; `id` is public to sender and receiver, `key` opens the parts."""

    id: str
    key: bytes


def pack(content: bytes, name: str, media_type: str) -> Packed:
    """Seal `content` in parts; raise `AttachmentTooLarge`."""
    if not 1 <= len(content) <= MAX_SIZE:
        raise AttachmentTooLarge(size=len(content), limit=MAX_SIZE)
    secret = token_bytes(_SECRET)
    key = hmac_sha256(secret, _LABEL)
    chunks = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)]
    parts = [seal(key, chunk, _place(number)) for number, chunk in enumerate(chunks, start=1)]
    manifest = Manifest(1, name[:200], media_type[:100], len(content), tuple(sha256(p).hex() for p in parts))
    first = seal(key, canonical.dumps(manifest), _place(0))
    return Packed(f"{MARK}.{_id_of(first)}.{encode(secret)}", (first, *parts))


def read_reference(reference: str) -> Named:
    """Take a reference apart; raise `BadReference`."""
    mark, _, rest = reference.partition(".")
    name, _, secret = rest.partition(".")
    try:
        raw, known = decode(secret), decode(name)
    except BadInput as error:
        raise BadReference from error
    if mark != MARK or len(raw) != _SECRET or len(known) != _ID:
        raise BadReference
    return Named(name, hmac_sha256(raw, _LABEL))


def manifest_of(reference: str, first: bytes) -> Manifest:
    """Open the manifest that a reference names. It must hold.

    1. Part 0 has the hash that the reference carries.
    2. It opens under the reference's key, as part 0.
    3. It is a manifest of this version, whose parts could hold its size.

    Raises `BadReference`, `AttachmentBroken`.
    """
    named = read_reference(reference)
    if _id_of(first) != named.id:
        raise AttachmentBroken(part=0)
    manifest = canonical.to_struct(_open(named.key, first, 0), Manifest)
    if manifest.v != 1 or len(manifest.parts) != -(-manifest.size // CHUNK):
        raise AttachmentBroken(part=0)
    return manifest


def unpack(reference: str, parts: Mapping[int, bytes]) -> Attachment:
    """Open an attachment whose parts are all here.

    4. Every part is here and has the hash that the manifest names.
    5. It opens under the key, in its place, and together they have the size that the manifest names.

    Raises `BadReference`, `AttachmentBroken`, `AttachmentIncomplete`.
    """
    if 0 not in parts:
        raise AttachmentIncomplete(missing=1)
    manifest = manifest_of(reference, parts[0])
    content = b"".join(_chunks(read_reference(reference).key, manifest, parts))
    if len(content) != manifest.size:
        raise AttachmentBroken(part=0)
    return Attachment(manifest.name, manifest.media_type, content)


def missing(manifest: Manifest, held: frozenset[int]) -> tuple[int, ...]:
    """Return which parts are still to be fetched."""
    return tuple(number for number in range(1, len(manifest.parts) + 1) if number not in held)


def check_part(manifest: Manifest, number: int, part: bytes) -> None:
    """Raise `AttachmentBroken` unless this is the part that the manifest names there."""
    if not 1 <= number <= len(manifest.parts) or sha256(part).hex() != manifest.parts[number - 1]:
        raise AttachmentBroken(part=number)


def _chunks(key: bytes, manifest: Manifest, parts: Mapping[int, bytes]) -> Iterator[bytes]:
    lacking = missing(manifest, frozenset(parts))
    if lacking:
        raise AttachmentIncomplete(missing=len(lacking))
    for number in range(1, len(manifest.parts) + 1):
        check_part(manifest, number, parts[number])
        yield _open(key, parts[number], number)


def _open(key: bytes, part: bytes, number: int) -> bytes:
    try:
        return open_sealed(key, part, _place(number))
    except SealBroken as error:
        raise AttachmentBroken(part=number) from error


def _id_of(first: bytes) -> str:
    return encode(sha256(first)[:_ID])


def _place(number: int) -> bytes:
    return f"attachment|{number}".encode()
