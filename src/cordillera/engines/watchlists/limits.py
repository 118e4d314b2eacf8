"""How much of one entry is taken: a partner that sends ten thousand aliases must not stop the line.

What is beyond is counted, never silently lost; a list that floods is seen by its count.

>>> tally = Tally()
>>> bounded(tuple("abc"), 2, tally), tally.capped
(('a', 'b'), 1)
"""

from typing import Final, TypeVar

import msgspec

from cordillera.engines.names.constants import MAX_NAMES
from cordillera.engines.names.model import Document
from cordillera.engines.watchlists.model import ListedEntity

MAX_BIRTHS: Final = 32
MAX_DOCUMENTS: Final = 200
MAX_NATIONALITIES: Final = 32
MAX_PLACES: Final = 64
MAX_VALUE: Final = 1_000  # characters of one value
MAX_LINE: Final = 16 * 1024 * 1024  # bytes of one record
T = TypeVar("T")


class Tally:
    """What was left out while a file was read.

    `refused`: values that state a protected trait. `unread`: dates and documents that could not be read.
    `capped`: values beyond a limit. `skipped`: records that are no entry. `left`: values of fields that
    are not on the allow-list.
    """

    __slots__ = ("capped", "left", "refused", "skipped", "unread")

    def __init__(self) -> None:
        self.refused = 0
        self.unread = 0
        self.capped = 0
        self.skipped = 0
        self.left = 0


def bounded(values: tuple[T, ...], limit: int, tally: Tally) -> tuple[T, ...]:
    """Return at most `limit` values, and count the rest."""
    if len(values) <= limit:
        return values
    tally.capped += len(values) - limit
    return values[:limit]


def within_limits(entity: ListedEntity, tally: Tally) -> ListedEntity:
    """Return an entry of which every field is within its limit; what is beyond is counted."""
    if _is_small(entity):
        return entity
    long = sum(len(name.full) > MAX_VALUE for name in entity.names)
    tally.capped += long
    names = tuple(name for name in entity.names if len(name.full) <= MAX_VALUE) if long else entity.names
    return msgspec.structs.replace(
        entity,
        names=bounded(names, MAX_NAMES, tally),
        births=bounded(entity.births, MAX_BIRTHS, tally),
        documents=bounded(_short_numbers(entity, tally), MAX_DOCUMENTS, tally),
        nationalities=bounded(_short(entity.nationalities, tally), MAX_NATIONALITIES, tally),
        birthplaces=bounded(_short(entity.birthplaces, tally), MAX_PLACES, tally),
        addresses=bounded(_short(entity.addresses, tally), MAX_PLACES, tally),
        programme=entity.programme[:MAX_VALUE],
    )


def _is_small(entity: ListedEntity) -> bool:
    """Whether nothing can be beyond a limit: true of nearly every entry, so it must cost little."""
    if len(entity.names) > MAX_BIRTHS or len(entity.documents) > MAX_BIRTHS:
        return False
    total = len(entity.programme)
    for name in entity.names:
        total += len(name.full)
    for document in entity.documents:
        total += len(document.number)
    for place in entity.addresses + entity.birthplaces + entity.nationalities:
        total += len(place)
    return total <= MAX_VALUE and len(entity.births) <= MAX_BIRTHS and len(entity.nationalities) <= MAX_BIRTHS


def _short(values: tuple[str, ...], tally: Tally) -> tuple[str, ...]:
    kept = tuple(value for value in values if len(value) <= MAX_VALUE)
    tally.capped += len(values) - len(kept)
    return kept


def _short_numbers(entity: ListedEntity, tally: Tally) -> tuple[Document, ...]:
    kept = tuple(document for document in entity.documents if len(document.number) <= MAX_VALUE)
    tally.capped += len(entity.documents) - len(kept)
    return kept
