"""What items of one person agree on and what they cannot both be right about; the strictest of their terms.

>>> one = Item(source="list", ref="1", label="Ana", births=("1980-05-04",))
>>> other = Item(source="record", ref="2", label="Ana", births=("1975",))
>>> [(found.fact, found.left, found.right) for found in contradictions((one, other))]
[('birth', '1980-05-04', '1975')]
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations
from typing import Final

from cordillera.desks.people.compare_engine import like, listed_of
from cordillera.desks.people.person_model import Badge, Contradiction, Item
from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.documents import normal_number
from cordillera.engines.names.model import Document, DocumentKind, Subject

_LEVELS: Final = ("clear", "green", "amber", "amber-strict", "red")
_NAMES_DIFFER: Final = 0.60
_MOST: Final = 12  # items compared with each other


def contradictions(items: Sequence[Item]) -> tuple[Contradiction, ...]:
    """Return what items contradict each other in, each pair of facts once.

    1. dates of birth whose intervals share no day;
    2. national identity documents of one issuer with different numbers (passports are renewed: no conflict);
    3. names of which no two are alike.
    """
    found: dict[tuple[str, str, str], Contradiction] = {}
    for left, right in combinations(items[:_MOST], 2):
        for one in (*_births(left, right), *_documents(left, right), *_names(left, right)):
            found.setdefault((one.fact, one.left, one.right), one)
    return tuple(found.values())


def joined(items: Iterable[Item]) -> Badge:
    """Return the handling of items together: the strictest level, all codes and conditions; amber of none."""
    badges = sorted((item.badge for item in items), key=lambda badge: -_LEVELS.index(badge.level))
    if not badges:
        return Badge()
    return Badge(
        badges[0].level,
        " + ".join(dict.fromkeys(badge.stamp for badge in badges if badge.stamp)),
        tuple(dict.fromkeys(code for badge in badges for code in sorted(badge.codes))),
        tuple(dict.fromkeys(word for badge in badges for word in badge.conditions)),
    )


def first_to_go(items: Iterable[Item]) -> datetime | None:
    """Return when the shortest-lived of some items is erased."""
    return min((item.erase_after for item in items if item.erase_after is not None), default=None)


def subject_of_item(item: Item) -> Subject:
    """Return an item as the name engine compares a subject: its first name, birth and documents."""
    birth = item.births[0] if item.births else ""
    name = item.names[0] if item.names else ""
    return Subject(item.ref, name, date_of_birth=birth, documents=item.documents, kind=item.compared_as)


def _births(left: Item, right: Item) -> Iterable[Contradiction]:
    ours = [(text, read_birth(text)) for text in left.births]
    theirs = [(text, read_birth(text)) for text in right.births]
    known = [(a, b) for a in ours for b in theirs if a[1] is not None and b[1] is not None]
    if known and not any(a[1].first <= b[1].last and b[1].first <= a[1].last for a, b in known):  # type: ignore[union-attr]
        yield _said("birth", (left, known[0][0][0]), (right, known[0][1][0]))


def _documents(left: Item, right: Item) -> Iterable[Contradiction]:
    for own in filter(_national, left.documents):
        others = [one for one in right.documents if _national(one) and one.issuer == own.issuer]
        if others and all(normal_number(own.number) != normal_number(one.number) for one in others):
            yield _said("document", (left, own.number), (right, others[0].number))


def _names(left: Item, right: Item) -> Iterable[Contradiction]:
    if not left.names or not right.names:
        return
    person = listed_of(right.ref, right.names, (), (), right.compared_as)
    best = max(like(Subject(left.ref, name), person).similarity for name in left.names[:_MOST])
    if best < _NAMES_DIFFER:
        yield _said("name", (left, left.names[0]), (right, right.names[0]))


def _national(document: Document) -> bool:
    return (
        document.kind is DocumentKind.NATIONAL_ID
        and bool(document.issuer)
        and bool(normal_number(document.number))
    )


def _said(fact: str, left: tuple[Item, str], right: tuple[Item, str]) -> Contradiction:
    return Contradiction(fact, left[1], left[0].provenance.origin, right[1], right[0].provenance.origin)
