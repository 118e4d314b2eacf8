"""The one place where the desk meets the name engine's comparison of two people.

Score, similarity, probability and completeness are read where the engine gives them; where its scale is the
unit interval, the score is the similarity and there is no probability.

>>> like(Subject("1", "Jhon Velez"), listed_of("2", ("John Vélez",), (), ())).similarity > 0.8
True
"""

from collections.abc import Sequence
from typing import Final, Protocol

from cordillera.desks.people.person_model import Likeness
from cordillera.engines.names import constants
from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.compare import compare
from cordillera.engines.names.evidence import completeness
from cordillera.engines.names.model import Document, ListedName, ListedPerson, Match, Subject
from cordillera.foundation.explain import Term

UNIT: Final = "unit"
BITS: Final = "bits"
SCALE: Final = BITS if "probability" in Match.__struct_fields__ else UNIT
"""The scale of the engine's score."""
LOWEST: Final = 0.55
"""From this similarity of the names an item is worth an officer's look."""


class Scored(Protocol):
    """What every answer of the engine has, whatever its scale."""

    @property
    def score(self) -> float:
        """The score, in the unit of `SCALE`."""
        ...

    @property
    def terms(self) -> tuple[Term, ...]:
        """What sums to it."""
        ...

    @property
    def listed_name(self) -> str:
        """The name that fits best."""
        ...


def default_threshold() -> float:
    """Return the shipped alert threshold, in the unit of `SCALE`."""
    return constants.ALERT_THRESHOLD


def grid_of() -> tuple[float, ...]:
    """Return the thresholds that can be chosen and are measured, in the unit of `SCALE`."""
    if SCALE == UNIT:
        return tuple(step / 100 for step in range(60, 101))
    return tuple(step / 2 for step in range(-20, 61))


def listed_of(
    ref: str, names: Sequence[str], births: Sequence[str], documents: Sequence[Document]
) -> ListedPerson:
    """Return an item as the engine compares a listed person; dates that cannot be read say nothing."""
    read = tuple(birth for text in births if (birth := read_birth(text)) is not None)
    return ListedPerson(ref, tuple(ListedName(name) for name in names), read, tuple(documents))


def like(subject: Subject, person: ListedPerson) -> Likeness:
    """Compare a subject with a person; terms sum to the score."""
    return told(compare(subject, person), (subject, person))


def told(match: Scored, compared: tuple[Subject, ListedPerson] | None = None) -> Likeness:
    """Return what the engine says of a match, whatever its scale."""
    given = getattr(match, "completeness", None)
    return Likeness(
        similarity=min(1.0, max(0.0, getattr(match, "similarity", match.score))),
        score=match.score,
        scale=SCALE,
        terms=match.terms,
        name=match.listed_name,
        probability=getattr(match, "probability", None),
        completeness=completeness(*compared) if given is None and compared else given or 0.0,
    )
