"""Opening a signed upload (AS2, RFC 4130): from headers and body to the carrier's bytes, or a refusal.

It must hold, in this order; each has an error type of its own, which the receipt names:

1. `AS2-From`, `AS2-To` and `Message-ID` are there and well-formed, and the receipt, where one is wanted, is
   wanted in the same connection: `As2Malformed`, `As2Asynchronous` (an address to call would let a sender
   make this node call anybody).
2. What is encrypted opens with this node's key: `As2NotDecrypted`. Where only encrypted messages may come,
   it is encrypted: `As2NotSigned`.
3. It is signed in two parts, with exactly one signature: `As2NotSigned`, `As2Malformed`.
4. The signature is that of the carrier's certificate, in force here, over the bytes of the first part as they
   came, and the certificate is valid now: `As2WrongSignature`.
5. Only then is anything unpacked, within the limit: `As2TooLarge`.
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from cordillera.desks.travellers.as2_errors import (
    As2Asynchronous,
    As2Malformed,
    As2NotDecrypted,
    As2NotSigned,
    As2TooLarge,
    As2WrongSignature,
)
from cordillera.desks.travellers.as2_mime import (
    SIGNATURES,
    SIGNED,
    Entity,
    entity,
    entity_of,
    plain_token,
    signed_parts,
)
from cordillera.foundation.crypto.ber import BadEncoding
from cordillera.foundation.crypto.cms import (
    NotDecrypted,
    PinnedCertificate,
    SigningIdentity,
    TooMuch,
    decompressed,
    verify,
)
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.errors import BadSignature
from cordillera.foundation.errors import CordilleraError

NAME: Final = re.compile(
    r"[\x21\x23-\x5b\x5d-\x7e](?:[\x20\x21\x23-\x5b\x5d-\x7e]{0,126}[\x21\x23-\x5b\x5d-\x7e])?"
)
_MESSAGE_ID: Final = re.compile(r"[\x21-\x7e]{1,255}")
_DISPOSITIONS: Final[dict[str, str]] = {
    As2NotDecrypted.code: "decryption-failed",
    As2WrongSignature.code: "authentication-failed",
    As2NotSigned.code: "insufficient-message-security",
    As2TooLarge.code: "decompression-failed",
}
UNEXPECTED: Final = "unexpected-processing-error"
DONE: Final = "processed"


class Envelope(msgspec.Struct, frozen=True):
    """The headers of an upload that say who to whom, which message, and which receipt is wanted."""

    sender: str
    recipient: str
    message_id: str
    wants_receipt: bool
    wants_signed: bool


class Opened(msgspec.Struct, frozen=True):
    """An upload that holds: the carrier's bytes, and the check of what was signed, as the receipt says it."""

    payload: bytes
    mic: str


class Allowed(msgspec.Struct, frozen=True):
    """What a carrier may send, and how it is checked."""

    certificate: PinnedCertificate
    encrypted_only: bool
    most_bytes: int


def envelope_of(headers: Mapping[str, str]) -> Envelope:
    """Read the headers (names in lower case): condition 1."""
    sender, recipient = (unquoted(headers.get(name, "")) for name in ("as2-from", "as2-to"))
    message_id = headers.get("message-id", "").strip()
    if not (NAME.fullmatch(sender) and NAME.fullmatch(recipient) and _MESSAGE_ID.fullmatch(message_id)):
        raise As2Malformed(part="names")
    if headers.get("receipt-delivery-option", "").strip():
        raise As2Asynchronous
    options = headers.get("disposition-notification-options", "").lower()
    return Envelope(
        sender,
        recipient,
        message_id,
        wants_receipt=bool(headers.get("disposition-notification-to", "").strip()),
        wants_signed="pkcs7-signature" in options,
    )


def opened(
    headers: Mapping[str, str], body: bytes, allowed: Allowed, keys: tuple[SigningIdentity, datetime]
) -> Opened:
    """Open an upload from a carrier (conditions 2 to 5); raise the error of the condition it fails."""
    own, now = keys
    outer = entity_of(_head(headers), body)
    if outer.is_encrypted:  # 2
        outer = _decrypted(outer, own)
    elif allowed.encrypted_only:
        raise As2NotSigned(condition=2)
    if outer.media_type != SIGNED:  # 3
        raise As2NotSigned(condition=3)
    parts = signed_parts(outer.body, outer.parameters.get("boundary", ""))
    if len(parts) != 2:
        raise As2Malformed(part="parts")
    content, signature = parts[0], entity(parts[1])
    if signature.media_type not in SIGNATURES:
        raise As2NotSigned(condition=3)
    try:
        verify(signature.decoded(), content, allowed.certificate, now)  # 4
    except BadSignature as error:
        raise As2WrongSignature(**error.facts) from error
    return Opened(_payload(entity(content), allowed.most_bytes), mic_of(content))  # 5


def mic_of(content: bytes) -> str:
    """Return the check of signed content as receipts carry it (RFC 4130 section 7.3.1)."""
    return f"{base64.b64encode(sha256(content)).decode()}, sha-256"


def disposition_of(error: CordilleraError | None) -> str:
    """Return how a receipt names what became of a message (RFC 4130 section 7.5)."""
    if error is None:
        return DONE
    return f"{DONE}/error: {_DISPOSITIONS.get(error.code, UNEXPECTED)}"


def _decrypted(outer: Entity, own: SigningIdentity) -> Entity:
    try:
        return entity(own.decrypt(outer.decoded()))
    except NotDecrypted as error:
        raise As2NotDecrypted from error


def _payload(part: Entity, most: int) -> bytes:
    if not part.is_compressed:
        payload = part.decoded()
    else:
        try:
            payload = entity(decompressed(part.decoded(), most)).decoded()
        except TooMuch as error:
            raise As2TooLarge(limit=most) from error
        except BadEncoding as error:
            raise As2Malformed(part="compressed") from error
    if len(payload) > most:
        raise As2TooLarge(limit=most)
    return payload


def _head(headers: Mapping[str, str]) -> bytes:
    told = {name: plain_token(headers[name]) for name in ("content-type",) if name in headers}
    told |= {name: headers[name] for name in ("content-transfer-encoding",) if name in headers}
    lines = [f"{name}: {plain_token(value)}" for name, value in told.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii", "replace")


def unquoted(text: str) -> str:
    """An AS2 name as its header writes it, without quotes."""
    plain = text.strip()
    quoted = len(plain) > 1 and plain[0] == plain[-1] == '"'
    return plain[1:-1].replace('\\"', '"').replace("\\\\", "\\") if quoted else plain
