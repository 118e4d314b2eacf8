"""The one place where the desk meets the name engine's comparison of two people, and its unit.

>>> like(Subject("1", "Jhon Velez"), listed_of("2", ("John Vélez",), (), ())).similarity > 0.8
True
"""

from collections.abc import Sequence
from typing import Final, Protocol

from cordillera.desks.people.person_model import Likeness
from cordillera.engines.names.birth import read_births
from cordillera.engines.names.conclude import compare_person
from cordillera.engines.names.model import Document, ListedName, ListedPerson, Subject
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
    return tuple(step / 2 for step in range(-20, 61))


def listed_of(
    ref: str, names: Sequence[str], births: Sequence[str], documents: Sequence[Document]
) -> ListedPerson:
    """Return an item as the engine compares a listed person; dates that cannot be read say nothing."""
    read = tuple(birth for text in births for birth in read_births(text))
    return ListedPerson(ref, tuple(ListedName(name) for name in names), read, tuple(documents))


def like(subject: Subject, person: ListedPerson) -> Likeness:
    """Compare a subject with a person; terms sum to the score."""
    return told(compare_person(subject, person))


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
    )
