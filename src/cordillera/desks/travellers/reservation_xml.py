"""Reservations in XML on their way in: read, reduced to what may be kept, the bytes overwritten likewise.

Of the bytes only punctuation, blanks and the fields that were kept are left, each exactly as kept, at its
place; names of elements go too, since anybody may invent one.

>>> told_in_xml(b"UNB+UNOA:4+A+B") is None
True
"""

import re
from collections.abc import Iterator

from cordillera.desks.travellers.reservation_keeping import kept
from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.pnr_fields import fields_in
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage
from cordillera.engines.edifact.pnrgov_xml import read_pnrgov_xml
from cordillera.foundation.errors import BadInput

_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}<")
_MARKUP = frozenset(b"<>/=\"'&;:?! \t\r\n")
_TABLE = bytes(byte if byte in _MARKUP else ord("#") for byte in range(256))
_DIGITS = re.compile(rb"\d{1,8}")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?")


def is_xml(raw: bytes) -> bool:
    """Tell whether a file begins like XML: here that is reservations, read or not."""
    return _BEGINS.match(raw) is not None


def masked_markup(raw: bytes) -> bytes:
    """Return the bytes of a file in XML that could not be read: punctuation and blanks, nothing else."""
    return raw.translate(_TABLE)


def told_in_xml(raw: bytes) -> PnrgovMessage | None:
    """Return the message of an XML file as it may be kept; None when it is none that can be read."""
    if not is_xml(raw):
        return None
    try:
        return kept(read_pnrgov_xml(raw))
    except BadInput:
        return None


def masked_xml(raw: bytes, message: PnrgovMessage) -> bytes:
    """Return the bytes of an XML file with only what was kept of it."""
    shown = bytearray(masked_markup(raw))
    for field in fields_in((message.sender, message.flight, message.pnrs)):
        for start, piece in _as_kept(raw, field):
            shown[start : start + len(piece)] = piece
    return bytes(shown)


def _as_kept(raw: bytes, field: Field) -> Iterator[tuple[int, bytes]]:
    """The bytes that say no more than the kept field: the same text, the digits of a date, or its length."""
    piece = raw[field.start : field.end]
    if piece.decode("utf-8", "replace").strip() == field.text:
        yield field.start, piece
    elif _ISO.fullmatch(field.text):
        yield from ((field.start + run.start(), run.group()) for run in _DIGITS.finditer(piece))
    elif len(piece) == len(field.text) and field.text.isascii():
        yield field.start, field.text.encode()
