r"""The MIME of AS2 (RFC 4130): what is signed taken out byte for byte, and receipts put together.

The standard e-mail parser reads headers and undoes transfer encodings; what a signature is over is cut out
of the bytes as they came, since a parser that writes them anew would break it.

>>> signed_parts(b"--b\r\nX: 1\r\n\r\nhello\r\n--b\r\n\r\nsig\r\n--b--", "b")
[b'X: 1\r\n\r\nhello', b'\r\nsig']
"""

import base64
import binascii
from collections.abc import Mapping
from email.errors import MessageError
from email.parser import BytesHeaderParser
from email.policy import HTTP
from typing import Final

import msgspec

from cordillera.desks.travellers.as2_errors import As2Malformed

CRLF: Final = b"\r\n"
SIGNED, ENCRYPTED = "multipart/signed", "application/pkcs7-mime"
SIGNATURES: Final = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_ENCRYPTED: Final = frozenset({ENCRYPTED, "application/x-pkcs7-mime"})
_MOST_HEADER: Final = 16 * 1024
_LONGEST_BOUNDARY: Final = 70


class Entity(msgspec.Struct, frozen=True):
    """A MIME entity: media type with parameters (names in lower case), transfer encoding, body as it came."""

    media_type: str
    parameters: Mapping[str, str]
    encoding: str
    body: bytes

    @property
    def is_encrypted(self) -> bool:
        """Whether it is EnvelopedData."""
        return self.media_type in _ENCRYPTED and self.parameters.get("smime-type", "") in {
            "",
            "enveloped-data",
        }

    @property
    def is_compressed(self) -> bool:
        """Whether it is CompressedData."""
        return self.media_type in _ENCRYPTED and self.parameters.get("smime-type") == "compressed-data"

    def decoded(self) -> bytes:
        """Return the body without its transfer encoding; raise `As2Malformed`."""
        if self.encoding in {"", "binary", "7bit", "8bit"}:
            return self.body
        try:
            if self.encoding == "base64":
                return base64.b64decode(b"".join(self.body.split()), validate=True)
            if self.encoding == "quoted-printable":
                return binascii.a2b_qp(self.body)
        except binascii.Error as error:
            raise As2Malformed(part="encoding") from error
        raise As2Malformed(part="encoding")


def entity_of(head: bytes, body: bytes) -> Entity:
    """Return the entity of these headers and this body; raise `As2Malformed`."""
    if len(head) > _MOST_HEADER:
        raise As2Malformed(part="headers")
    try:
        told = BytesHeaderParser(policy=HTTP).parsebytes(head)
        kind = told.get("content-type")
        if kind is None:
            return Entity("text/plain", {}, "", body)
        encoding = str(told.get("content-transfer-encoding", "")).strip().lower()
        parameters = {str(name).lower(): str(value) for name, value in kind.params.items()}
        return Entity(str(kind.content_type).lower(), parameters, encoding, body)
    except (MessageError, ValueError, LookupError, AttributeError, IndexError) as error:
        raise As2Malformed(part="headers") from error  # the parser raises many kinds for hostile headers


def entity(raw: bytes) -> Entity:
    """Read an entity, headers first; raise `As2Malformed`."""
    if raw.startswith(CRLF):
        return entity_of(b"", raw[2:])
    head, found, body = raw.partition(CRLF * 2)
    if not found:
        raise As2Malformed(part="headers")
    return entity_of(head + CRLF * 2, body)


def signed_parts(body: bytes, boundary: str) -> list[bytes]:
    """Return the parts between boundary lines, each without the line break before the next boundary.

    Raises `As2Malformed` without a boundary, or a closing one.
    """
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii():
        raise As2Malformed(part="boundary")
    mark = CRLF + b"--" + boundary.encode("ascii")
    pieces = (CRLF + body).split(mark)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise As2Malformed(part="boundary")
    parts = []
    for piece in pieces[1:-1]:
        padding, found, part = piece.partition(CRLF)
        if not found or padding.strip(b" \t"):
            raise As2Malformed(part="boundary")
        parts.append(part)
    return parts


class Receipt(msgspec.Struct, frozen=True):
    """What a receipt says: of which message, by whom, with which disposition; `mic` is "" where unknown."""

    reporter: str
    recipient: str
    message_id: str
    disposition: str
    mic: str
    text: str


def report(receipt: Receipt) -> bytes:
    """Return the report of a receipt as a MIME entity (RFC 8098, RFC 4130 section 7), to be signed."""
    fields = [
        "Reporting-UA: Cordillera",
        f"Original-Recipient: rfc822; {receipt.recipient}",
        f"Final-Recipient: rfc822; {receipt.recipient}",
        f"Original-Message-ID: {receipt.message_id}",
        f"Disposition: automatic-action/MDN-sent-automatically; {receipt.disposition}",
        *([f"Received-Content-MIC: {receipt.mic}"] if receipt.mic else []),
    ]
    human = f"Content-Type: text/plain; charset=us-ascii\r\n\r\n{receipt.text}\r\n"
    machine = "Content-Type: message/disposition-notification\r\n\r\n" + "\r\n".join(fields) + "\r\n"
    boundary = "report-of-cordillera"
    head = (
        f'Content-Type: multipart/report; report-type=disposition-notification; boundary="{boundary}"\r\n\r\n'
    )
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in (human, machine))
    return f"{head}{body}--{boundary}--\r\n".encode("ascii", "replace")


def signed(content: bytes, signature: bytes) -> tuple[str, bytes]:
    """Return media type and body of content with its detached signature."""
    boundary = "signed-by-cordillera"
    kind = f'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="{boundary}"'
    mark = f"--{boundary}".encode()
    head = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
    head += b"Content-Transfer-Encoding: base64\r\n\r\n"
    part = head + base64.encodebytes(signature).replace(b"\n", CRLF)
    return kind, CRLF.join((mark, content, mark, part + mark + b"--", b""))


def plain_token(text: str) -> str:
    r"""Return what of a header of others may stand in one of ours: printable ASCII, no break of line.

    >>> plain_token("<a@b>\r\nX: 1")
    '<a@b>X: 1'
    """
    return "".join(sign for sign in text if " " <= sign <= "~")[:256]
