"""From one FollowTheMoney entity, and the lines that belong to it, to a list entry.

>>> line = Line(id="a", schema="Person", properties={"name": ["Ana Velez"], "birthDate": ["1980-05"]})
>>> read_entity(line, EntityKind.PERSON, "line[1]", (Sides(), Tally())).births[0].precision.value
'month'
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING

import msgspec

from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import BirthRange, Document, DocumentKind, ListedName
from cordillera.engines.watchlists.ftm_words import (
    ADDRESS,
    ALIAS,
    BINS,
    BIRTH,
    BIRTHPLACE,
    DOCUMENT,
    DOCUMENTS,
    FAMILY,
    GIVEN,
    LEFT,
    NAME,
    NATIONALITY,
    NUMBERS,
    PLACES,
    PREVIOUS,
    PROGRAMME,
    REFUSED,
    SANCTIONS,
    SHORT,
    USES,
    WEAK,
)
from cordillera.engines.watchlists.limits import Tally
from cordillera.engines.watchlists.model import EntityKind, ListedEntity

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADDRESS_PARTS = ("street", "street2", "postOfficeBox", "postalCode", "city", "region", "state", "country")
_NAMES = (
    ("name", NAME, False),
    ("alias", ALIAS, False),
    ("previousName", PREVIOUS, False),
    ("weakAlias", WEAK, True),
    ("abbreviation", SHORT, True),
)
Listing = tuple[str, date | None]
"""The programmes under which an entity is listed, and since when."""
NOT_LISTED: Listing = ("", None)
_birth = lru_cache(maxsize=65_536)(read_birth)


class Head(msgspec.Struct, gc=False):
    """Of a line only what it is about."""

    schema: str = ""


Values = list["str | Line"]


class Line(msgspec.Struct, gc=False):
    """One entity as written; a property's values are texts, or entities in the nested form."""

    id: str = ""
    schema: str = ""
    properties: dict[str, Values] = {}
    target: bool | None = None
    statements: msgspec.Raw = msgspec.Raw(b"")
    prop: str = ""


class Sides:
    """What belongs to entities by their id: documents, programmes with a date, and texts of addresses."""

    def __init__(self) -> None:
        self._documents: dict[str, tuple[Document, ...]] = {}
        self._listings: dict[str, Listing] = {}
        self._places: dict[str, str] = {}

    def take(self, line: Line, tally: Tally) -> None:
        """Keep a line that belongs to another entity until that is read."""
        if line.schema in PLACES:
            self._places[line.id] = address_of(line)
            return
        owners = _texts(line, "holder") or _texts(line, "entity")
        for owner in owners:
            if line.schema in DOCUMENTS:
                self._documents[owner] = self._documents.get(owner, ()) + documents_of(line, tally)
            else:
                self._listings[owner] = _joined(self._listings.get(owner, NOT_LISTED), listing_of(line))

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


class _Found:
    """The values of one entity: texts by bin, and what belongs to it."""

    __slots__ = ("bins", "documents", "listing")

    def __init__(self) -> None:
        self.bins: list[list[str]] = [[] for _ in range(BINS)]
        self.documents: list[Document] = []
        self.listing: Listing = NOT_LISTED


def read_entity(line: Line, kind: EntityKind, path: str, context: tuple[Sides, Tally]) -> ListedEntity:
    """Return the entry that a line states; what is refused, unread or left is counted."""
    sides, tally = context
    found = _gathered(line, sides, tally)
    bins, documents = found.bins, found.documents
    if bins[PROGRAMME]:
        found.listing = _joined(found.listing, (", ".join(bins[PROGRAMME]), None))
    programme, listed_on = _joined(sides.listing(line.id), found.listing)
    documents += sides.documents(line.id)
    return ListedEntity(
        line.id,
        kind,
        _names(bins),
        _births(bins[BIRTH], tally),
        tuple(_distinct(documents)) if len(documents) > 1 else tuple(documents),
        _once(bins[NATIONALITY]),
        programme,
        listed_on,
        path,
        _once(bins[BIRTHPLACE]),
        _once(bins[ADDRESS]),
    )


def _gathered(line: Line, sides: Sides, tally: Tally) -> _Found:
    """Sort the values of a line into bins."""
    found = _Found()
    bins = found.bins
    for name, values in line.properties.items():
        use = USES[name]
        if use == REFUSED:
            tally.refused += len(values)
            continue
        texts = [value for value in values if value.__class__ is str]
        if len(texts) < len(values):
            for value in values:
                if isinstance(value, Line):
                    _nested(found, value, tally)
        if use < BINS:
            bins[use] += texts
        elif use == LEFT:
            tally.left += len(texts)
        elif use == DOCUMENT:
            found.documents += [Document(NUMBERS[name], text) for text in texts]
        else:
            _places(found, texts, sides, tally)
    return found


def _places(found: _Found, names: list[str], sides: Sides, tally: Tally) -> None:
    """Take the addresses that an entity names; one that the file lacks is counted."""
    texts = [sides.place(name) for name in names]
    tally.unread += texts.count("")
    found.bins[ADDRESS] += [text for text in texts if text]


def _nested(found: _Found, line: Line, tally: Tally) -> None:
    if line.schema in DOCUMENTS:
        found.documents += documents_of(line, tally)
    elif line.schema in PLACES:
        found.bins[ADDRESS].append(address_of(line))
    elif line.schema in SANCTIONS:
        found.listing = _joined(found.listing, listing_of(line))
    else:
        tally.left += 1


def documents_of(line: Line, tally: Tally) -> tuple[Document, ...]:
    """Return the documents that a Passport or Identification states; one without a number is counted."""
    kind = DocumentKind.PASSPORT if line.schema == "Passport" else document_kind(_first(line, "type") or "id")
    numbers = _texts(line, "number") or _texts(line, "passportNumber")
    tally.unread += not numbers
    issuer = intern(_first(line, "country"))
    return tuple(Document(kind, number, issuer) for number in numbers)


def address_of(line: Line) -> str:
    """Return an address as one text."""
    return _first(line, "full") or ", ".join(
        part for name in _ADDRESS_PARTS for part in _texts(line, name) if part
    )


def listing_of(line: Line) -> Listing:
    """Return programme and date of a Sanction."""
    programme = _texts(line, "programId") or _texts(line, "program")
    return _listed(", ".join(programme), _first(line, "listingDate") or _first(line, "startDate"))


@lru_cache(maxsize=65_536)
def _listed(programme: str, written: str) -> Listing:
    """Return a listing; those that are equal are one object, as a million sanctions share few."""
    day = _birth(written)
    return intern(programme), day.first if day else None


def _joined(left: Listing, right: Listing) -> Listing:
    """Return the programmes of both without repetition, and the earlier date."""
    if right is NOT_LISTED:
        return left
    if left is NOT_LISTED:
        return right
    programmes = dict.fromkeys(part for text in (left[0], right[0]) if text for part in text.split(", "))
    days = [day for day in (left[1], right[1]) if day]
    return intern(", ".join(programmes)), min(days) if days else None


def _names(bins: list[list[str]]) -> tuple[ListedName, ...]:
    """Return each name once; one that consists of the stated parts gets them."""
    given, family = " ".join(bins[GIVEN]), " ".join(bins[FAMILY])
    whole = (f"{given} {family}", f"{family}, {given}", f"{family} {given}") if given and family else ()
    found: dict[str, ListedName] = {}
    for name, use, weak in _NAMES:
        for place, text in enumerate(bins[use]):
            if text not in found:
                path = f"{name}[{place}]"
                if text in whole:
                    found[text] = ListedName(text, given, family, weak, path)
                else:
                    found[text] = ListedName(text, "", "", weak, path)
    return tuple(found.values())


def _births(texts: list[str], tally: Tally) -> tuple[BirthRange, ...]:
    read = [birth for birth in map(_birth, texts) if birth is not None]
    tally.unread += len(texts) - len(read)
    return tuple(read)


def _distinct(documents: list[Document]) -> Iterable[Document]:
    """Return each number of a kind once, the one with an issuer first."""
    found: dict[tuple[DocumentKind, str], Document] = {}
    for document in documents:
        key = document.kind, document.number
        if key not in found or not found[key].issuer:
            found[key] = document
    return found.values()


def _once(values: list[str]) -> tuple[str, ...]:
    return tuple(values) if len(values) < 2 else tuple(dict.fromkeys(values))


def _texts(line: Line, name: str) -> list[str]:
    return [value for value in line.properties.get(name, ()) if isinstance(value, str)]


def _first(line: Line, name: str) -> str:
    return next(iter(_texts(line, name)), "")
