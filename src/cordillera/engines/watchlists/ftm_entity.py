"""From one FollowTheMoney entity, and the lines that belong to it, to a list entry.

A property that was decoded is touched once: its use is looked up, and its values are kept as the list that
they came as. The flat form, whose values are texts alone, has a path of its own that asks nothing of them.

>>> line = Flat(id="a", schema="Person", properties={"name": ["Ana Velez"], "birthDate": ["1980-05"]})
>>> read_entity(line, EntityKind.PERSON, "line[1]", (Sides(), Tally())).births[0].precision.value
'month'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cordillera.engines.names.model import BirthRange, Document, DocumentKind, ListedName
from cordillera.engines.watchlists.ftm_sides import (
    NOT_LISTED,
    Flat,
    Line,
    Listing,
    Sides,
    address_of,
    birth_of_text,
    documents_of,
    joined,
    listing_of,
)
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
    NUMBER_KINDS,
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
    from collections.abc import Iterable, Sequence

_NAMES = (
    ("name", NAME, False),
    ("alias", ALIAS, False),
    ("previousName", PREVIOUS, False),
    ("weakAlias", WEAK, True),
    ("abbreviation", SHORT, True),
)
_WRITTEN: Final = 16  # places of a property whose paths are written once and for all
_PATHS: Final = {name: tuple(f"{name}[{place}]" for place in range(_WRITTEN)) for name, _, _ in _NAMES}
_NONE: Final[list[str]] = []


class _Found:
    """The values of one entity: texts by the bin they fall into, and what belongs to it."""

    __slots__ = ("bins", "documents", "listing")

    def __init__(self) -> None:
        self.bins: dict[int, list[str]] = {}
        self.documents: list[Document] = []
        self.listing: Listing = NOT_LISTED

    def add(self, use: int, texts: list[str]) -> None:
        """Put texts into a bin; nearly every bin is filled by one property, whose list it is."""
        bins = self.bins
        bins[use] = bins[use] + texts if use in bins else texts


def read_entity(line: Flat | Line, kind: EntityKind, path: str, context: tuple[Sides, Tally]) -> ListedEntity:
    """Return the entry that a line states; what is refused, unread or left is counted."""
    sides, tally = context
    found = _gathered(line, sides, tally) if isinstance(line, Flat) else _nested_too(line, sides, tally)
    get, documents = found.bins.get, found.documents
    programme, listed_on = _listing(line.id, found, sides)
    documents += sides.documents(line.id)
    return ListedEntity(
        line.id,
        kind,
        _names(found.bins),
        _births(get(BIRTH, _NONE), tally),
        tuple(documents) if len(documents) < 2 else tuple(_distinct(documents)),
        _once(get(NATIONALITY, _NONE)),
        programme,
        listed_on,
        path,
        _once(get(BIRTHPLACE, _NONE)),
        _once(get(ADDRESS, _NONE)),
    )


def _gathered(line: Flat, sides: Sides, tally: Tally) -> _Found:
    """Sort the values of a line without nested entities into bins."""
    found, left = _Found(), 0
    bins = found.bins
    properties = line.properties
    for use, values in zip(map(USES.__getitem__, properties), properties.values(), strict=True):
        if use == LEFT:
            left += len(values)
        elif use < BINS:
            bins[use] = bins[use] + values if use in bins else values
        else:
            _apart(found, use, values, (sides, tally))
    tally.left += left
    return found


def _nested_too(line: Line, sides: Sides, tally: Tally) -> _Found:
    """Sort the values of a line that may hold entities into bins."""
    found = _Found()
    for name, values in line.properties.items():
        use = USES[name]
        if use == REFUSED:
            tally.refused += len(values)
            continue
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) < len(values):
            for value in values:
                if isinstance(value, Line):
                    _nested(found, value, tally)
        if use == LEFT:
            tally.left += len(texts)
        elif use < BINS:
            found.add(use, texts)
        else:
            _apart(found, use, texts, (sides, tally))
    return found


def _apart(found: _Found, use: int, values: Sequence[str], context: tuple[Sides, Tally]) -> None:
    """Take what is neither kept as it stands nor left: numbers, addresses by id, protected traits."""
    sides, tally = context
    if use >= DOCUMENT:
        kind = NUMBER_KINDS[use - DOCUMENT]
        found.documents += [Document(kind, text) for text in values]
    elif use == REFUSED:
        tally.refused += len(values)
    else:
        texts = [sides.place(place) for place in values]
        tally.unread += texts.count("")
        found.add(ADDRESS, [text for text in texts if text])


def _nested(found: _Found, line: Line, tally: Tally) -> None:
    if line.schema in DOCUMENTS:
        found.documents += documents_of(line, tally)
    elif line.schema in PLACES:
        found.add(ADDRESS, [address_of(line)])
    elif line.schema in SANCTIONS:
        found.listing = joined(found.listing, listing_of(line))
    else:
        tally.left += 1


def _listing(reference: str, found: _Found, sides: Sides) -> Listing:
    listing = found.listing
    if PROGRAMME in found.bins:
        listing = joined(listing, (", ".join(found.bins[PROGRAMME]), None))
    return joined(sides.listing(reference), listing)


def _names(bins: dict[int, list[str]]) -> tuple[ListedName, ...]:
    """Return each name once; one that consists of the stated parts gets them."""
    given, family, whole = _parts(bins) if GIVEN in bins and FAMILY in bins else ("", "", ())
    found: dict[str, ListedName] = {}
    for name, use, weak in _NAMES:
        if use in bins:
            texts = bins[use]
            for text, path in zip(texts, _paths(name, len(texts)), strict=False):
                if text in whole:
                    found.setdefault(text, ListedName(text, given, family, weak, path))
                elif text not in found:
                    found[text] = ListedName(text, "", "", weak, path)
    return tuple(found.values())


def _parts(bins: dict[int, list[str]]) -> tuple[str, str, tuple[str, ...]]:
    """Return given and family names, and the names that consist of them."""
    given, family = " ".join(bins[GIVEN]), " ".join(bins[FAMILY])
    whole = (f"{given} {family}", f"{family}, {given}", f"{family} {given}") if given and family else ()
    return given, family, whole


def _paths(name: str, count: int) -> Iterable[str]:
    return _PATHS[name] if count <= _WRITTEN else [f"{name}[{place}]" for place in range(count)]


def _births(texts: list[str], tally: Tally) -> tuple[BirthRange, ...]:
    read = [birth for text in texts if (birth := birth_of_text(text)) is not None]
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
