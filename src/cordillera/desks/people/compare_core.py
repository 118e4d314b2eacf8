"""Two people side by side: the words of both names, what ties them, and what each tie is worth.

The drawing is made from the terms of the comparison and nothing else, so the picture, the table beside it
and the score cannot differ.

>>> from cordillera.desks.people.compare_engine import like, listed_of
>>> from cordillera.engines.names.model import Subject
>>> found = align(like(Subject("1", "Jhon Velez"), listed_of("2", ("John Vélez Torres",), (), ())).terms)
>>> [word.text for word in found.right if word.alone]
['Torres']
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Literal

import msgspec

from cordillera.foundation.explain import Evidence, Term

_NAMES: Final = frozenset(
    {"subject.full_name", "subject.given_names", "subject.family_names", "subject.name"}
)
_LISTED: Final = ("list:", "listed")
_NO_NAME: Final = ("listed.date_of_birth", "listed.document")
ROW: Final = 52
_BOX: Final = 230
_GAP: Final = 140
WIDTH: Final = 2 * _BOX + _GAP
Verdict = Literal["equal", "near", "against"]


class Spot(msgspec.Struct, frozen=True):
    """One word as drawn: its text, its row, whether it has no partner, what that costs."""

    text: str
    row: int
    alone: bool
    against: bool
    worth: float | None = None

    @property
    def y(self) -> int:
        """The top of its box."""
        return self.row * ROW


class Tie(msgspec.Struct, frozen=True):
    """What joins two words: the reason (message id), its worth, and how it is drawn."""

    left: int
    right: int
    reason: str
    worth: float
    verdict: Verdict

    @property
    def path(self) -> str:
        """The curve from box to box, in the units of the drawing."""
        y1, y2 = self.left * ROW + 20, self.right * ROW + 20
        middle = _BOX + _GAP // 2
        return f"M{_BOX} {y1}C{middle} {y1} {middle} {y2} {_BOX + _GAP} {y2}"


class Alignment(msgspec.Struct, frozen=True):
    """The drawing: words of both names, ties, and the terms that are about no word (birth, document)."""

    left: tuple[Spot, ...]
    right: tuple[Spot, ...]
    ties: tuple[Tie, ...]
    others: tuple[Term, ...]

    @property
    def height(self) -> int:
        """The height of the drawing."""
        return max(len(self.left), len(self.right), 1) * ROW


def align(terms: Iterable[Term]) -> Alignment:
    """Return the drawing of a comparison."""
    pairs: list[tuple[Term, Evidence | None, Evidence | None]] = []
    others: list[tuple[Term, Evidence | None, Evidence | None]] = []
    for term in terms:
        ours, theirs = _own(term), _other(term)
        (pairs if ours or theirs else others).append((term, ours, theirs))
    left = _words(ours for _, ours, _ in pairs)
    right = _words(theirs for _, _, theirs in pairs)
    ties = tuple(
        Tie(left.index(ours), right.index(theirs), term.name, term.contribution, _verdict(term, ours, theirs))
        for term, ours, theirs in pairs
        if ours and theirs
    )
    single = {
        one: term for term, ours, theirs in pairs if bool(ours) != bool(theirs) for one in (ours or theirs,)
    }
    return Alignment(
        tuple(_spot(row, word, single) for row, word in enumerate(left)),
        tuple(_spot(row, word, single) for row, word in enumerate(right)),
        ties,
        tuple(sorted((term for term, _, _ in others), key=lambda term: (term.contribution >= 0, term.name))),
    )


def contradicting(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Return the terms that lower the score, the heaviest first: they are read before all others.

    A term that points to nothing (a limit, a rounding, a prior) moves the score and contradicts nobody.
    """
    lowering = (term for term in terms if term.contribution < 0 and (term.evidence or term.detail))
    return tuple(sorted(lowering, key=lambda term: term.contribution))


def crossing(ties: Sequence[Tie]) -> bool:
    """Tell whether words stand in another order on the two sides."""
    ordered = sorted(ties, key=lambda tie: tie.left)
    return any(one.right > two.right for one, two in pairwise(ordered))


def _own(term: Term) -> Evidence | None:
    return next((item for item in term.evidence if item.source in _NAMES), None)


def _other(term: Term) -> Evidence | None:
    found = (item for item in term.evidence if item.source.startswith(_LISTED))
    return next((item for item in found if item.source not in _NO_NAME), None)


def _words(items: Iterable[Evidence | None]) -> list[Evidence]:
    found = dict.fromkeys(item for item in items if item is not None)
    return sorted(found, key=lambda item: (item.source, item.start))


def _spot(row: int, word: Evidence, single: dict[Evidence | None, Term]) -> Spot:
    term = single.get(word)
    if term is None:
        return Spot(word.text, row, alone=False, against=False)
    return Spot(word.text, row, alone=True, against=term.contribution < 0, worth=term.contribution)


def _verdict(term: Term, ours: Evidence | None, theirs: Evidence | None) -> Verdict:
    if term.contribution < 0:
        return "against"
    same = ours is not None and theirs is not None and ours.text.casefold() == theirs.text.casefold()
    return "equal" if same or term.name.endswith("word_equal") else "near"
