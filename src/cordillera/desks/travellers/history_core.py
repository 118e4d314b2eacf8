"""Which journeys held here are one person's: pure, and never by a name alone.

Two travellers of one agency are linked only when all of this holds.

1. They are on two flights that do not overlap in time: nobody flies twice at once.
2. Nothing contradicts: no given name, no birth date, no number of which a person has one.
3. The chance that they are one person, names and evidence together, is at least `LEAST`.
4. They share a) a document whose check digits hold, or b) the whole birth date and one thing more: a
   document's number, a telephone, mail address or card, or the place of birth.
5. No officer parted them, nor people of whom the same is told.
6. Neither is also linked with somebody from whom an officer parted the other: then either could be meant.

A link that rests on another journey (`THROUGH`) is made where both of its steps stand.

>>> both_whole("1980-05-17", "1980-05-17"), both_whole("1980", "1980")
(True, False)
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from math import prod
from typing import Final
from uuid import UUID

import msgspec

from cordillera.desks.travellers.model import AskedFacts, TravelDocument, TravellerFacts
from cordillera.engines.names.birth import read_births
from cordillera.engines.names.conclude import Match, compare_person
from cordillera.engines.names.documents import document_keys, document_kind
from cordillera.engines.names.documents_schemes import Verdict, identify
from cordillera.engines.names.model import Document, ListedName, ListedPerson, Subject
from cordillera.engines.names.spelling import skeleton
from cordillera.foundation.explain import Term

LEAST: Final = 0.9999
"""Measured on invented people with one birth date (`scripts/measure_history.py`, docs/history.md)."""
LEAST_THROUGH: Final = 0.999
_WHOLE: Final = 10
_AGAINST: Final = frozenset({"names.given_contradicts", "names.no_given_name_fits"})
_MUST_AGREE: Final = ("names.birth_", "names.document_differs")
_SAME_NUMBER: Final = "names.document_equal"
_SAME_TOWN: Final = "names.birthplace_"

Told = TravellerFacts | AskedFacts


class Ground(StrEnum):
    """What a link rests on beside the name."""

    DOCUMENT = "document"
    BIRTH = "birth"
    THROUGH = "through"


class Span(msgspec.Struct, frozen=True):
    """When a flight is in the air (UTC); None where it is not known."""

    departs: datetime | None = None
    arrives: datetime | None = None


class Sighting(msgspec.Struct, frozen=True):
    """A traveller on one flight, and what their reservations share with others (blind keys)."""

    id: UUID
    flight_id: UUID
    facts: Told
    span: Span = Span()
    shares: frozenset[bytes] = frozenset()


class Weighed(msgspec.Struct, frozen=True):
    """Why two journeys are one person's: ground, chance, bits, and the terms that sum to them."""

    ground: Ground
    probability: float
    bits: float
    terms: tuple[Term, ...]


def weigh(one: Sighting, other: Sighting) -> Weighed | None:
    """Return why two are one person, or None: conditions 1 to 4."""
    if one.flight_id == other.flight_id or overlap(one.span, other.span):  # 1
        return None
    if not _could_share(one, other):  # 4, before anything is compared at length
        return None
    match = compared(one.facts, other.facts)
    if _contradicted(match) or match.probability < LEAST:  # 2, 3
        return None
    ground = _ground(one, other, match)  # 4
    return None if ground is None else Weighed(ground, match.probability, match.score, match.terms)


def compared(one: Told, other: Told) -> Match:
    """Return what the name engine says of two travellers; nationality and sex have no part in it."""
    listed = ListedPerson(
        "other",
        (ListedName(other.full_name, other.given_names, other.family_names),),
        read_births(other.date_of_birth),
        _documents(other),
        (other.birthplace,) if other.birthplace else (),
    )
    subject = Subject(
        "one",
        one.full_name,
        one.given_names,
        one.family_names,
        one.date_of_birth,
        _documents(one),
        one.birthplace,
    )
    return compare_person(subject, listed)


def overlap(one: Span, other: Span) -> bool:
    """Tell whether two flights are in the air at once; what is not known overlaps with nothing."""
    if one.departs is None or one.arrives is None or other.departs is None or other.arrives is None:
        return False
    return max(one.departs, other.departs) < min(one.arrives, other.arrives)


def both_whole(one: str, other: str) -> bool:
    """Tell whether two birth dates are the same whole date."""
    return len(one) == _WHOLE and one == other


def search_keys(facts: Told, *, more: bool = True) -> tuple[str, ...]:
    """Return under which words somebody may be found again: documents, and the birth date with a name.

    Without anything `more` that a birth date needs beside it (condition 4), only the documents.

    >>> from cordillera.desks.travellers.model import TravelDocument
    >>> search_keys(AskedFacts("ANA VELEZ", "ANA", "VELEZ", "1980-05-17", (TravelDocument("P", "AB12345"),)))
    ('born:1980-05-17|bls', 'born:1980-05-17|n', 'passport:AB12345')
    """
    numbers = {key for one in _documents(facts) for key in document_keys(one)}
    return (*(sorted(_born_keys(facts)) if more else ()), *sorted(numbers))


def leaves_traces(facts: Told) -> bool:
    """Tell whether somebody could be found again at all: whether `search_keys` has any."""
    if any(True for _ in _born_keys(facts)):
        return True
    return any(any(True for _ in document_keys(one)) for one in _documents(facts))


def _born_keys(facts: Told) -> Iterable[str]:
    if len(facts.date_of_birth) != _WHOLE:
        return
    for names in (facts.family_names, facts.given_names):
        words = [shape for word in names.split() if (shape := skeleton(_plain(word)))]
        if words:
            yield f"born:{facts.date_of_birth}|{words[0]}"


def person_key(facts: Told) -> str:
    """Return all that tells a person from others, as one text: what a parting is remembered by."""
    names = " ".join(sorted(_plain(facts.full_name).split()))
    numbers = ",".join(sorted({_plain(one.number) for one in facts.documents if one.number}))
    return f"{names}|{facts.date_of_birth}|{numbers}"


def through(
    one: Sighting, other: Sighting, chances: Collection[float], alike: Weighed | None = None
) -> Weighed | None:
    """Return the link of two who are each linked with a third, or None: conditions 1 and 2, and the chance.

    The chance is that both steps hold; their own names may differ as far as the two steps allow.
    """
    if one.flight_id == other.flight_id or overlap(one.span, other.span):
        return None
    chance = prod(chances)
    if alike is not None:  # told of as the one between: what holds of the one holds of the other
        whole = chance >= LEAST_THROUGH
        return Weighed(Ground.THROUGH, chance, alike.bits, alike.terms) if whole else None
    match = compared(one.facts, other.facts)
    if _contradicted(match) or chance < LEAST_THROUGH:
        return None
    return Weighed(Ground.THROUGH, chance, match.score, match.terms)


class Apart:
    """Whom officers parted: two journeys, and whoever is told of as they were (condition 5)."""

    def __init__(self, pairs: Iterable[tuple[UUID, UUID]], persons: Iterable[tuple[bytes, bytes]]) -> None:
        """Take the journeys that were parted, and by blind index who they were."""
        self._pairs = {frozenset(pair) for pair in pairs}
        self._persons = {frozenset(pair) for pair in persons if pair[0] != pair[1]}

    def __bool__(self) -> bool:
        """Whether anybody was parted at all."""
        return bool(self._pairs or self._persons)

    def parts(self, one: tuple[UUID, bytes], other: tuple[UUID, bytes]) -> bool:
        """Tell whether two, each a journey's id and a person's index, are known to be two people."""
        if frozenset((one[0], other[0])) in self._pairs:
            return True
        return one[1] != other[1] and frozenset((one[1], other[1])) in self._persons


def doubtful(
    near: Mapping[UUID, Collection[UUID]], persons: Mapping[UUID, bytes], apart: Apart
) -> frozenset[UUID]:
    """Return who of those one traveller resembles may not be linked with them: condition 6.

    `near` names for each of them whom they are linked with already; `persons` the index of everybody.
    """
    found: set[UUID] = set()
    for one, other in combinations(near if apart else (), 2):
        sides = ((one, *near[one]), (other, *near[other]))
        if any(apart.parts((a, persons[a]), (b, persons[b])) for a in sides[0] for b in sides[1]):
            found |= {one, other}
    return frozenset(found)


def _documents(facts: Told) -> tuple[Document, ...]:
    return tuple(document_of(one) for one in facts.documents if one.number)


def document_of(told: TravelDocument) -> Document:
    """Return a travel document as the name engine reads it."""
    return Document(document_kind(told.type), told.number, told.issuer)


def chance_without_contradiction(one: Told, other: Told) -> float:
    """Return the chance that two are one person, 0 where a fact contradicts (conditions 2 and 3)."""
    match = compared(one, other)
    return 0.0 if _contradicted(match) else match.probability


def _contradicted(match: Match) -> bool:
    return any(
        term.name in _AGAINST or (term.contribution < 0.0 and term.name.startswith(_MUST_AGREE))
        for term in match.terms
    )


def _could_share(one: Sighting, other: Sighting) -> bool:
    """Whether two have a document's key in common, or a birth date and something more on both sides."""
    numbers = [
        {key for each in _documents(side.facts) for key in document_keys(each)} for side in (one, other)
    ]
    if numbers[0] & numbers[1]:
        return True
    born = both_whole(one.facts.date_of_birth, other.facts.date_of_birth)
    return born and (bool(one.shares & other.shares) or bool(one.facts.birthplace and other.facts.birthplace))


def _ground(one: Sighting, other: Sighting, match: Match) -> Ground | None:
    said = {term.name for term in match.terms if term.contribution > 0.0}
    if _SAME_NUMBER in said and _same_checked(one.facts, other.facts):
        return Ground.DOCUMENT
    if not both_whole(one.facts.date_of_birth, other.facts.date_of_birth):
        return None
    more = _SAME_NUMBER in said or bool(one.shares & other.shares)
    return Ground.BIRTH if more or any(name.startswith(_SAME_TOWN) for name in said) else None


def _same_checked(one: Told, other: Told) -> bool:
    """Whether both carry one number whose check digits hold."""
    return bool(_checked(one) & _checked(other))


def _checked(facts: Told) -> set[tuple[str, str]]:
    read = [identify(one) for one in _documents(facts)]
    return {(one.scheme, one.number) for one in read if one.verdict is Verdict.VALID and one.scheme}


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum() or letter.isspace())
