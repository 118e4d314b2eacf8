"""What belongs to entities of FollowTheMoney: documents, sanctions and addresses, nested or on own lines.

>>> from cordillera.engines.watchlists.limits import Tally
>>> line = Flat(id="p", schema="Passport", properties={"holder": ["a"], "number": ["AB123456"]})
>>> sides, tally = Sides(), Tally()
>>> sides.take(line, tally)
>>> [document.number for document in sides.documents("a")], sides.documents("a")
(['AB123456'], ())
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Final

import msgspec

from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.birth_text import EARLIEST, LATEST, birth_of
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import BirthRange, Document, DocumentKind, Precision
from cordillera.engines.watchlists.ftm_words import DOCUMENTS, PLACES

if TYPE_CHECKING:
    from cordillera.engines.watchlists.limits import Tally

_ADDRESS_PARTS = ("street", "street2", "postOfficeBox", "postalCode", "city", "region", "state", "country")
Listing = tuple[str, date | None]
"""The programmes under which an entity is listed, and since when."""
NOT_LISTED: Listing = ("", None)
_NONE: Final[list[str]] = []
_ISO_DAY: Final = 10  # characters of a whole date
_YEARS: Final = {str(year): birth_of(year) for year in range(EARLIEST, LATEST + 1)}


@lru_cache(maxsize=65_536)
def birth_of_text(text: str) -> BirthRange | None:
    """Return what `read_birth` does; the two forms that nearly every list writes take a short way."""
    if text in _YEARS:
        return _YEARS[text]
    if len(text) == _ISO_DAY and text[4] == text[7] == "-":
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return read_birth(text)
        if EARLIEST <= day.year <= LATEST:
            return BirthRange(day, day, Precision.DAY)
    return read_birth(text)


class Head(msgspec.Struct, gc=False):
    """Of a line only what it is about."""

    schema: str = ""


class Flat(msgspec.Struct, gc=False):
    """One entity whose values are all texts, as in `entities.ftm.json`: read faster than the nested form."""

    id: str = ""
    schema: str = ""
    properties: dict[str, list[str]] = {}
    target: bool | None = None
    statements: msgspec.Raw = msgspec.Raw(b"")
    prop: str = ""


class Line(msgspec.Struct, gc=False):
    """One entity as written; a property's values are texts, or entities in the nested form."""

    id: str = ""
    schema: str = ""
    properties: dict[str, list[str | Line]] = {}
    target: bool | None = None
    statements: msgspec.Raw = msgspec.Raw(b"")
    prop: str = ""


class Sides:
    """What belongs to entities by their id: documents, programmes with a date, and texts of addresses."""

    def __init__(self) -> None:
        self._documents: dict[str, tuple[Document, ...]] = {}
        self._listings: dict[str, Listing] = {}
        self._places: dict[str, str] = {}

    def take(self, line: Flat | Line, tally: Tally) -> None:
        """Keep a line that belongs to another entity until that is read."""
        if line.schema in PLACES:
            self._places[line.id] = address_of(line)
            return
        owners = _texts(line, "holder") or _texts(line, "entity")
        if line.schema in DOCUMENTS:
            documents = documents_of(line, tally) if owners else ()
            for owner in owners:
                self._documents[owner] = self._documents.get(owner, ()) + documents
        else:
            listing = listing_of(line)
            for owner in owners:
                self._listings[owner] = joined(self._listings.get(owner, NOT_LISTED), listing)

    def documents(self, owner: str) -> tuple[Document, ...]:
        """Return the documents of an entity, once."""
        return self._documents.pop(owner, ())

    def listing(self, owner: str) -> Listing:
        """Return programme and date of an entity, once."""
        return self._listings.pop(owner, NOT_LISTED)

    def place(self, name: str) -> str:
        """Return the text of an address, "" when the file lacks it."""
        return self._places.get(name, "")

    def left(self) -> int:
        """Return how many belong to an entity that the file lacks or that is no entry."""
        return len(self._documents) + len(self._listings)


def documents_of(line: Flat | Line, tally: Tally) -> tuple[Document, ...]:
    """Return the documents that a Passport or Identification states; one without a number is counted."""
    kind = DocumentKind.PASSPORT if line.schema == "Passport" else _kind(_first(line, "type") or "id")
    numbers = _texts(line, "number") or _texts(line, "passportNumber")
    tally.unread += not numbers
    issuer = intern(_first(line, "country"))
    return tuple([Document(kind, number, issuer) for number in numbers])


def address_of(line: Flat | Line) -> str:
    """Return an address as one text."""
    return _first(line, "full") or ", ".join(
        part for name in _ADDRESS_PARTS for part in _texts(line, name) if part
    )


def listing_of(line: Flat | Line) -> Listing:
    """Return programme and date of a Sanction."""
    programme = _texts(line, "programId") or _texts(line, "program")
    return _listed(", ".join(programme), _first(line, "listingDate") or _first(line, "startDate"))


def joined(left: Listing, right: Listing) -> Listing:
    """Return the programmes of both without repetition, and the earlier date."""
    if right is NOT_LISTED:
        return left
    if left is NOT_LISTED:
        return right
    programmes = dict.fromkeys(part for text in (left[0], right[0]) if text for part in text.split(", "))
    days = [day for day in (left[1], right[1]) if day]
    return intern(", ".join(programmes)), min(days) if days else None


@lru_cache(maxsize=65_536)
def _listed(programme: str, written: str) -> Listing:
    """Return a listing; those that are equal are one object, as a million sanctions share few."""
    day = birth_of_text(written)
    return intern(programme), day.first if day else None


_kind = lru_cache(maxsize=4_096)(document_kind)


def _texts(line: Flat | Line, name: str) -> list[str]:
    if isinstance(line, Flat):
        return line.properties.get(name, _NONE)  # texts alone, as its decoder saw to it
    return [value for value in line.properties.get(name, ()) if isinstance(value, str)]


def _first(line: Flat | Line, name: str) -> str:
    texts = _texts(line, name)
    return texts[0] if texts else ""
