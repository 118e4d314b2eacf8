"""A name that fits and the evidence beside it become one answer, whose terms sum to its score.

Conditions:
1. name and evidence are added, in bits; what only one side states says nothing;
2. an alias that the list itself calls weak lowers by WEAK_ALIAS, and a better name that is not weak counts;
3. by such an alias alone nobody is an alert (`names.weak_alias_alone`): without a second fact that agrees
   (birth, document, place of birth) the score stays WEAK_BELOW under the alert line, however well it fits;
   3a. nor by one that is not spelt as it is (`names.weak_alias_near`): a word near in letters or consonants
   to a byname, and a birthday in common, are chance on a long list;
4. the same document (`names.document_equal`) makes a candidate whatever the name, since names are changed
   and papers borrowed: the name then lowers by no more than NAME_AGAINST;
5. without it, and without any word that fits, nobody is an alert (`names.no_word_fits`): people share
   birthdays and towns, and the score stays WEAK_BELOW under the alert line;
6. what 3 or 5 hold back is no alert on a list whose own threshold is lower, either (`held_back`).

>>> listed = ListedPerson("7", (ListedName("VELEZ, John"), ListedName("El Halcon Negro", weak=True)))
>>> compare_person(Subject("1", "Jhon Beles"), listed).listed_name
'VELEZ, John'
>>> compare_person(Subject("1", "El Halcon Negro"), listed).score < LIST_THRESHOLD
True
"""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import msgspec

from cordillera.engines.names import constants
from cordillera.engines.names.calibration import probability
from cordillera.engines.names.core import NameTally, Side, compare_names, side_of
from cordillera.engines.names.evidence import Facts, complete_facts, facts_listed, facts_of, weigh_facts
from cordillera.engines.names.likeness import FULL, Reason
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.pairs import terms_of
from cordillera.engines.names.parts import NameParts, read_parts
from cordillera.engines.names.weights import GRID, LIST_THRESHOLD
from cordillera.foundation.explain import Term, total

__all__ = [
    "Asking",
    "Best",
    "Match",
    "Weighed",
    "WeighsIn",
    "compare_person",
    "conclude",
    "explain",
    "held_back",
    "most_bits",
    "read_listed",
    "weigh_listed",
]

WEAK_ALIAS: Final = -2.0  # bits
WEAK_BELOW: Final = 1.0
NAME_AGAINST: Final = -10.0
_SAME_DOCUMENT: Final = "names.document_equal"
_HELD_BACK: Final = frozenset({"names.weak_alias_alone", "names.weak_alias_near", "names.no_word_fits"})
_NOT_SPELT_SO: Final = frozenset(
    reason.message for reason in (Reason.NEAR, Reason.WITHOUT_VOWELS, Reason.CUT_SHORT, Reason.INITIAL)
)
_NAMELESS: Final = ListedName("")


class Match(msgspec.Struct, frozen=True):
    """A candidate, not verified: the entry, the name that fits best, and what the comparison found.

    `score` is in bits and the sum of `terms`; `similarity` (of the names alone), `probability` (of being one
    person, given all evidence) and `completeness` (of the evidence) lie in [0, 1].
    """

    entry_id: str
    listed_name: str
    similarity: float
    score: float
    probability: float
    completeness: float
    terms: tuple[Term, ...]


class Best(msgspec.Struct, frozen=True):
    """The name of a person that fits best: its number among the person's names, and the comparison."""

    name: int
    tally: NameTally


class Weighed(msgspec.Struct, frozen=True, gc=False):
    """The evidence beside a name, and the facts of the listed person that it was weighed with."""

    terms: tuple[Term, ...]
    facts: Facts


class WeighsIn(Protocol):
    """What is known of a subject: the name as read and as compared, and the facts beside it."""

    @property
    def parts(self) -> NameParts:
        """The name as read."""
        ...

    @property
    def side(self) -> Side:
        """The name as compared."""
        ...

    @property
    def facts(self) -> Facts:
        """Dates, numbers, places."""
        ...


class Asking(msgspec.Struct, frozen=True):
    """A subject read for one comparison."""

    parts: NameParts
    side: Side
    facts: Facts


class ReadName(msgspec.Struct, frozen=True):
    """A name of the list as read, and as compared."""

    parts: NameParts
    side: Side


def read_listed(name: ListedName) -> ReadName:
    """Return a name of the list as read."""
    parts = read_parts(name.full, name.given, name.family)
    return ReadName(parts, side_of(parts))


def asking(subject: Subject) -> Asking:
    """Return a subject as read for comparisons."""
    parts = read_parts(subject.full_name, subject.given_names, subject.family_names, may_be_cut=True)
    return Asking(parts, side_of(parts), facts_of(subject))


def most_bits(score: int, evidence: Sequence[Term]) -> float:
    """Return the bits that a name's score, in 1/GRID, and this evidence give at most (conditions 1 and 4)."""
    name = score / GRID
    return (max(name, NAME_AGAINST) if _same_document(evidence) else name) + total(evidence)


def weigh_listed(asked: WeighsIn, person: ListedPerson) -> Weighed:
    """Return the evidence beside the names of a listed person."""
    facts = facts_listed(person)
    return Weighed(weigh_facts(asked.facts, facts), facts)


def held_back(terms: Iterable[Term]) -> bool:
    """Tell whether a comparison is no alert, whatever the threshold (condition 6)."""
    return any(term.name in _HELD_BACK for term in terms)


def compare_person(subject: Subject, person: ListedPerson) -> Match:
    """Return the comparison of a subject with the best-fitting name of a person, whatever its score."""
    asked = asking(subject)
    best = _best(asked.side, list(enumerate(_names(person))))
    return _concluded(asked, person, best, weigh_listed(asked, person))


def explain(asked: WeighsIn, person: ListedPerson, number: int, listed: ReadName) -> Match:
    """Return the comparison of a subject with one name of a person, read beforehand: all terms, on demand."""
    best = Best(number, compare_names(asked.side, listed.side))
    return _match(asked, person, best, weigh_listed(asked, person), listed.parts)


def conclude(
    asked: WeighsIn, person: ListedPerson, best: Best, evidence: Weighed, threshold: float
) -> Match | None:
    """Return the match of a person whose best name is `best`, or None when it is below `threshold`."""
    match = _concluded(asked, person, best, evidence)
    return match if match.score >= threshold else None


def _concluded(asked: WeighsIn, person: ListedPerson, best: Best, evidence: Weighed) -> Match:
    names = _names(person)
    found = _match(asked, person, best, evidence)
    if names[best.name].weak:  # 2
        others = [(at, name) for at, name in enumerate(names) if not name.weak]
        rival = _match(asked, person, _best(asked.side, others), evidence) if others else found
        return max(found, rival, key=lambda match: match.score)
    return found


def _match(
    asked: WeighsIn,
    person: ListedPerson,
    best: Best,
    weighed: Weighed,
    listed: NameParts | None = None,
) -> Match:
    name, evidence = _names(person)[best.name], weighed.terms
    listed = listed or read_parts(name.full, name.given, name.family)
    place = f"list:{person.entry_id}/{name.path or 'name'}"
    against = best.tally.score / GRID
    terms = (*terms_of(asked.parts, listed, best.tally, place), *evidence)
    if against < NAME_AGAINST and _same_document(evidence):
        terms = (*terms, Term("names.document_over_name", NAME_AGAINST - against))
    if not best.tally.similarity and not _same_document(evidence):
        terms = (*terms, _lowered("names.no_word_fits", total(terms)))
    if name.weak:
        terms = (*terms, Term("names.weak_alias", WEAK_ALIAS, name.full))
        if not any(term.contribution > 0.0 for term in evidence):
            terms = (*terms, _lowered("names.weak_alias_alone", total(terms)))
        elif not _same_document(evidence) and any(term.name in _NOT_SPELT_SO for term in terms):
            terms = (*terms, _lowered("names.weak_alias_near", total(terms)))
    score = total(terms)
    return Match(
        entry_id=person.entry_id,
        listed_name=name.full,
        similarity=best.tally.similarity / FULL,
        score=score,
        probability=probability(score),
        completeness=complete_facts(asked.facts, weighed.facts),
        terms=terms,
    )


def _same_document(evidence: Sequence[Term]) -> bool:
    return any(term.name == _SAME_DOCUMENT for term in evidence)


def _lowered(reason: str, score: float) -> Term:
    """Conditions 3, 3a and 5."""
    return Term(reason, round(min(0.0, LIST_THRESHOLD - WEAK_BELOW - score) * GRID) / GRID)


def _best(own: Side, names: Sequence[tuple[int, ListedName]]) -> Best:
    compared = (Best(at, compare_names(own, read_listed(name).side)) for at, name in names)
    return max(compared, key=lambda best: best.tally.score)


def _names(person: ListedPerson) -> tuple[ListedName, ...]:
    return person.names[: constants.MAX_NAMES] or (_NAMELESS,)
