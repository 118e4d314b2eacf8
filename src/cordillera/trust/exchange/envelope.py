"""The envelope: a clear routing header, and a signed payload sealed to the recipient.

```
frame  : "CDE1" | u32 header length | header | u32 body length | body
header : canonical JSON, routing only, no personal data
body   : HPKE(X25519 + ML-KEM-768), info = "cordillera/1|" || SHA-256(header bytes)
inner  : u32 length | flattened JWS (Ed25519) over the exact payload bytes | zeros up to a multiple
payload: who to whom under which agreement (again, signed), legal, handling, retention, data
```
The same bytes travel over HTTP, in a file or on a stick. Three types keep the steps apart: what arrived
is a `SealedEnvelope`, what our key opened an `OpenedEnvelope`, what the partner's key and the header
confirm a `VerifiedEnvelope`; only the last reaches any effect. Reference: docs/adr/0008.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec

from cordillera.foundation import canonical, shapes
from cordillera.foundation.crypto import hpke, jws
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.errors import BadSignature, SealBroken
from cordillera.foundation.crypto.signing import SigningKey, VerifyKey
from cordillera.foundation.errors import BadInput
from cordillera.trust.exchange.errors import (
    EnvelopeMalformed,
    EnvelopeTooLarge,
    HeaderMismatch,
    Misdirected,
    Tampered,
    UnknownKey,
    UnsupportedEnvelope,
)

VERSION = 1
MAGIC = b"CDE1"
MAX_ENVELOPE = 1_048_576
MAX_HEADER = 4_096
GENESIS = "0" * 64
TYP = "cordillera-payload+jws"

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Data = TypeVar("Data", bound=msgspec.Struct)
MessageType = Literal[
    "query.person",
    "answer.person",
    "hit.confirmed",
    "hit.rejected",
    "notice.suspect",
    "notice.accepted",
    "notice.declined",
    "info.request",
    "info.response",
    "record.correct",
    "record.block",
    "record.unblock",
    "record.erase",
    "record.recall",
    "record.dispute",
    "record.extend",
    "record.done",
    "consent.request",
    "consent.grant",
    "consent.refuse",
    "consent.revoke",
    "agreement.status",
    "redress.find",
    "redress.found",
    "lookup.blinded",
    "lookup.evaluated",
]
PADDING: Mapping[str, int] = {"answer.person": 8_192}
_DEFAULT_PADDING = 2_048


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a relay may read. Times are UTC; `prev_msg_hash` chains the messages of one channel."""

    v: int
    msg_id: UUID
    sender: str
    recipient: str
    agreement_id: str
    agr_hash: str
    channel_seq: int
    prev_msg_hash: str
    created: Moment
    expires: Moment
    type: MessageType
    enc_kid: str
    suite: str


class Legal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why: what every query must name (PCSC 1(5), 3, 5; Pruem 39). `officer_id` is a pseudonym abroad."""

    purpose: Word
    offence: Word
    max_penalty_months: int
    case_ref: Word
    officer_id: Word
    officer_roles: Annotated[tuple[Word, ...], msgspec.Meta(max_length=16)]
    ordered_by: Word
    article: Word = ""
    urgency: Word = "routine"
    individual_case: bool = True
    environment: Word = "exercise"
    service: Word = ""
    judicial_ref: Word = ""
    onward_to: Word = ""
    consent_ref: Word = ""
    grounds: Annotated[tuple[Word, ...], msgspec.Meta(max_length=16)] = ()


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the recipient may keep it."""

    erase_after: Moment
    review_at: Moment
    notes: Word = ""


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the sender signs. Recipient and agreement are repeated inside, so nobody can pass it on."""

    v: int
    msg_id: UUID
    sender: str
    recipient: str
    agreement_id: str
    agr_hash: str
    type: MessageType
    legal: Legal
    subject_category: Word
    handling: Annotated[dict[Word, Word], msgspec.Meta(max_length=16)]
    retention: Retention
    data: dict[str, object]


class SealedEnvelope(msgspec.Struct, frozen=True):
    """Bytes that arrived, with a header that nobody has confirmed yet."""

    raw: bytes
    header: Header
    header_bytes: bytes
    body: bytes

    @property
    def hash(self) -> str:
        """SHA-256 of the whole envelope, as the channel chains it."""
        return sha256(self.raw).hex()


class OpenedEnvelope(msgspec.Struct, frozen=True):
    """An envelope that was sealed to us under exactly this header; who sealed it is still open."""

    sealed: SealedEnvelope
    token: jws.Unverified


class VerifiedEnvelope(msgspec.Struct, frozen=True):
    """An envelope whose payload the partner signed for us under this agreement."""

    header: Header
    header_bytes: bytes
    hash: str
    payload: Payload
    payload_bytes: bytes
    signature: str


def seal(header: Header, payload: bytes, key: SigningKey, recipient: hpke.Seals) -> SealedEnvelope:
    """Sign `payload` and seal it to `recipient` under `header`; raise `EnvelopeTooLarge`."""
    header_bytes = canonical.dumps(header)
    inner = pad(jws.sign_flattened(key, payload, typ=TYP), PADDING.get(header.type, _DEFAULT_PADDING))
    body = recipient.seal(inner, info=_info(header_bytes))
    raw = b"".join((MAGIC, _length(header_bytes), header_bytes, _length(body), body))
    if len(raw) > MAX_ENVELOPE:
        raise EnvelopeTooLarge(size=len(raw), limit=MAX_ENVELOPE)
    return SealedEnvelope(raw, header, header_bytes, body)


def split(batch: bytes, limit: int) -> list[bytes]:
    """Cut a batch of at most `limit` concatenated envelopes; their sizes are judged one by one later.

    Raises `EnvelopeMalformed`, and `EnvelopeTooLarge` for more envelopes, before the rest is looked at.
    """
    found: list[bytes] = []
    at = 0
    while at < len(batch):
        if len(found) == limit:
            raise EnvelopeTooLarge(limit=limit)
        end = _frame_end(batch, at)
        found.append(batch[at:end])
        at = end
    return found


def read(raw: bytes) -> SealedEnvelope:
    """Read an envelope that must hold.

    1. It is no larger than 1 MiB, checked before anything is parsed.
    2. The frame has our magic, a header of at most 4 KiB and a body, and nothing after it.
    3. The header is strict JSON (no duplicate keys, NaN, ...) with exactly the header's fields.
    4. Version, suite and type are spoken here.
    """
    if len(raw) > MAX_ENVELOPE:
        raise EnvelopeTooLarge(size=len(raw), limit=MAX_ENVELOPE)
    if _frame_end(raw, 0) != len(raw):
        raise EnvelopeMalformed(reason="bytes after the envelope")
    size = int.from_bytes(raw[4:8], "big")
    if size > MAX_HEADER:
        raise EnvelopeTooLarge(size=size, limit=MAX_HEADER)
    header_bytes = raw[8 : 8 + size]
    header = canonical.to_struct(header_bytes, Header, max_bytes=MAX_HEADER)
    if header.v != VERSION or header.suite != hpke.SUITE:
        raise UnsupportedEnvelope(version=header.v, suite=header.suite[:64])
    return SealedEnvelope(raw, header, header_bytes, raw[12 + size :])


def open_envelope(
    sealed: SealedEnvelope, own_id: str, keys: Mapping[str, hpke.HpkePrivateKey]
) -> OpenedEnvelope:
    """Open an envelope that must hold.

    5. The header names this node as recipient.
    6. It was sealed to one of our keys.
    7. Header and body are the ones that were sealed together.
    8. The padding is zeros, and the JWS has no header but `alg` (Ed25519), `kid` and `typ`.
    """
    if sealed.header.recipient != own_id:
        raise Misdirected(recipient=sealed.header.recipient[:64])
    key = keys.get(sealed.header.enc_kid)
    if key is None:
        raise UnknownKey(kid=sealed.header.enc_kid[:64])
    try:
        inner = key.open(sealed.body, info=_info(sealed.header_bytes))
    except SealBroken as error:
        raise Tampered(part="body") from error
    token = jws.read_flattened(unpad(inner))
    if token.typ != TYP:
        raise EnvelopeMalformed(reason="typ")
    return OpenedEnvelope(sealed, token)


def verify(opened: OpenedEnvelope, own_id: str, keys: Mapping[str, VerifyKey]) -> VerifiedEnvelope:
    """Verify an envelope that must hold.

    9. The signing key is one of the partner's current keys; keys are never taken from the message.
    10. The signature is by that key over exactly these payload bytes.
    11. The payload is strict JSON with exactly the payload's fields.
    12. The signed recipient is this node: nobody forwarded a message meant for another.
    13. The signed copy of the routing header equals the header.
    """
    key = keys.get(opened.token.kid)
    if key is None:
        raise UnknownKey(kid=opened.token.kid[:64])
    try:
        jws.verify(opened.token, key)
    except BadSignature as error:
        raise Tampered(part="signature") from error
    payload = canonical.to_struct(opened.token.payload, Payload, max_bytes=MAX_ENVELOPE)
    if payload.recipient != own_id:
        raise Misdirected(recipient=payload.recipient[:64])
    header = opened.sealed.header
    for name in ("v", "msg_id", "sender", "agreement_id", "agr_hash", "type"):
        if getattr(payload, name) != getattr(header, name):
            raise HeaderMismatch(field=name)
    return VerifiedEnvelope(
        header=header,
        header_bytes=opened.sealed.header_bytes,
        hash=opened.sealed.hash,
        payload=payload,
        payload_bytes=opened.token.payload,
        signature=opened.token.signature,
    )


def pad(content: bytes, block: int) -> bytes:
    """Return length, content and zeros, up to a multiple of `block` bytes: size tells nothing."""
    filled = len(content).to_bytes(4, "big") + content
    return filled + bytes(-len(filled) % block)


def unpad(padded: bytes) -> bytes:
    """Undo `pad`; raise `EnvelopeMalformed` when anything but zeros follows the content."""
    size = int.from_bytes(padded[:4], "big")
    content, rest = padded[4 : 4 + size], padded[4 + size :]
    if len(content) != size or rest.count(0) != len(rest):
        raise EnvelopeMalformed(reason="padding")
    return content


def data_of(payload: Payload, kind: type[Data]) -> Data:
    """Convert the data of a payload to its type; raise `BadInput`."""
    try:
        return shapes.convert(payload.data, kind, strict=True)
    except msgspec.ValidationError as error:
        raise BadInput(reason=str(error)) from error


def _info(header_bytes: bytes) -> bytes:
    return b"cordillera/1|" + sha256(header_bytes)


def _length(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big")


def _frame_end(raw: bytes, at: int) -> int:
    if raw[at : at + 4] != MAGIC:
        raise EnvelopeMalformed(reason="magic")
    body_at = at + 8 + int.from_bytes(raw[at + 4 : at + 8], "big")
    if body_at + 4 > len(raw):
        raise EnvelopeMalformed(reason="cut short")
    end = body_at + 4 + int.from_bytes(raw[body_at : body_at + 4], "big")
    if end > len(raw):
        raise EnvelopeMalformed(reason="cut short")
    return end
