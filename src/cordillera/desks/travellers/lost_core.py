r"""Lists of documents reported lost or stolen: numbers and issuing states, read whole or not at all.

The list is kept as blind keys alone: what was reported is found again by the number in a carrier's message
and cannot be read back. Columns: `number` and `issuer` (a country's name or code), in any order, others are
not read.

>>> read_lost(b"number,issuer\nab 123456,Colombia\n").keys
('co|AB123456',)
"""

import csv
import io
from collections.abc import Iterable
from typing import Final

import msgspec

from cordillera.desks.travellers.errors import LostListEmpty, LostListUnreadable
from cordillera.engines.names.documents_number import normal_number
from cordillera.engines.names.places_countries import country_of

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_ROWS: Final = 2_000_000
_LONGEST: Final = 200
_COLUMNS: Final = ("number", "issuer")


class LostList(msgspec.Struct, frozen=True):
    """What a file told: the keys of documents, and how many rows had no number or no known state."""

    keys: tuple[str, ...]
    left_out: int


def read_lost(raw: bytes) -> LostList:
    """Return the documents of a file; it must hold, or `LostListUnreadable` is raised.

    1. It is UTF-8, at most `MOST_BYTES` and `MOST_ROWS`, with the columns `number` and `issuer`.
    2. It names at least one document: an empty file does not end a list by mistake.
    """
    if len(raw) > MOST_BYTES:
        raise LostListUnreadable(reason="size", line=0)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LostListUnreadable(reason="utf-8", line=raw[: error.start].count(b"\n") + 1) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    keys, left_out = set[str](), 0
    try:
        if not set(_COLUMNS) <= set(reader.fieldnames or ()):
            raise LostListUnreadable(reason="columns", line=1)
        for number, row in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise LostListUnreadable(reason="rows", line=reader.line_num)
            key = lost_key(*((row[name] or "")[:_LONGEST] for name in _COLUMNS))
            keys |= {key} - {""}
            left_out += not key
    except csv.Error:
        raise LostListUnreadable(reason="csv", line=reader.line_num) from None
    if not keys:
        raise LostListUnreadable(reason="empty", line=reader.line_num)
    return LostList(tuple(sorted(keys)), left_out)


def lost_of(documents: Iterable[tuple[str, str]]) -> LostList:
    """Return the documents of pairs of number and state; raise `LostListEmpty` where none is usable."""
    told = [lost_key(number, issuer) for number, issuer in documents]
    keys = set(told) - {""}
    if not keys:
        raise LostListEmpty
    return LostList(tuple(sorted(keys)), told.count(""))


def lost_key(number: str, issuer: str) -> str:
    """Return by what a document is found on a list, or "" without a usable number or a known state."""
    plain, country = normal_number(number), country_of(issuer) if issuer else ""
    return f"{country}|{plain}" if plain and country else ""
