"""The one place where the desk meets the comparison of two people, organisations or vessels, and its unit.

>>> like(Subject("1", "Jhon Velez"), listed_of("2", ("John Vélez",), (), ())).similarity > 0.8
True
"""

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from cordillera.desks.people.person_model import Likeness
from cordillera.engines.names.basis import rests_on
from cordillera.engines.names.birth import read_births
from cordillera.engines.names.conclude import compare_person
from cordillera.engines.names.kinds_conclude import compare_entry
from cordillera.engines.names.model import Document, ListedName, ListedPerson, Subject, SubjectKind
from cordillera.engines.names.weights import LIST_THRESHOLD
from cordillera.foundation.explain import Term

SCALE: Final = "bits"
"""The unit of scores and thresholds; what a node stored in another one is not used."""
LOWEST: Final = 0.55
"""From this similarity of the names an item is worth an officer's look."""


class Scored(Protocol):
    """What every answer of the engine has."""

    @property
    def similarity(self) -> float:
        """Of the names alone, in [0, 1]."""
        ...

    @property
    def score(self) -> float:
        """The score in bits."""
        ...

    @property
    def probability(self) -> float:
        """Of being one person, given all evidence."""
        ...

    @property
    def completeness(self) -> float:
        """Of the evidence, in [0, 1]."""
        ...

    @property
    def terms(self) -> tuple[Term, ...]:
        """What sums to the score."""
        ...

    @property
    def listed_name(self) -> str:
        """The name that fits best."""
        ...


def default_threshold() -> float:
    """Return the shipped alert threshold in bits."""
    return LIST_THRESHOLD


def grid_of() -> tuple[float, ...]:
    """Return the thresholds in bits that can be chosen and are measured."""
    return tuple(step / 4 for step in range(-40, 121))


def listed_of(
    ref: str,
    names: Sequence[str],
    births: Sequence[str],
    documents: Sequence[Document],
    kind: SubjectKind = SubjectKind.PERSON,
) -> ListedPerson:
    """Return an item as the engine compares an entry; dates that cannot be read say nothing."""
    read = tuple(birth for text in births for birth in read_births(text))
    return ListedPerson(ref, tuple(ListedName(name) for name in names), read, tuple(documents), kind=kind)


def like(subject: Subject, person: ListedPerson) -> Likeness:
    """Compare a subject with an entry by the rules of the entry's kind; terms sum to the score."""
    if person.kind is SubjectKind.PERSON:
        return told(compare_person(subject, person))
    return told(compare_entry(msgspec.structs.replace(subject, kind=person.kind), person))


def told(match: Scored) -> Likeness:
    """Return what the engine says of a match."""
    return Likeness(
        similarity=match.similarity,
        score=match.score,
        scale=SCALE,
        terms=match.terms,
        name=match.listed_name,
        probability=match.probability,
        completeness=match.completeness,
        rests_on=rests_on(match.terms),
    )
