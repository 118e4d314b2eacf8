"""A name as it is compared, and what a comparison of two names tells (`core.py`).

What a comparison asks of a name alone is told once and stays with it.

>>> Line("names.prior", -1, -1, -512).amount / 1024
-0.5
>>> Words(("de", "la", "cruz")).ones, Words(("ana", "j")).halves
({'dela': ('de',), 'lacruz': ('la',)}, ())
"""

from functools import cached_property
from itertools import pairwise
from typing import Final

import msgspec

from cordillera.engines.names import weights as w
from cordillera.engines.names.culture.marks import MARKS
from cordillera.engines.names.frames import frame, frames_of
from cordillera.engines.names.roles import Role, is_syllabic
from cordillera.engines.names.screen_arrays import NO_JOIN

SHORTEST_JOINED: Final = 5
Half = tuple[str, str, str, int]  # two words written as one, the two, and the frame of the one
INITIAL_WEIGHT: Final = w.GRID


def as_one(first: str, second: str) -> str:
    """Return two words written as one."""
    return first.rstrip(MARKS) + second


def half_of(first: str, second: str) -> Half | None:
    """Return two words as a word may stand for both; not initials, nor what is too short."""
    one = as_one(first, second)
    if len(one) < SHORTEST_JOINED or len(first) == 1 or len(second) == 1:
        return None
    return one, first, second, frame(one)


class Words(msgspec.Struct, frozen=True, dict=True):
    """The words of a name, in order."""

    texts: tuple[str, ...]

    @cached_property
    def ones(self) -> dict[str, tuple[str, ...]]:
        """Each word and the next written as one, and the first words of which that is made."""
        found: dict[str, tuple[str, ...]] = {}
        for first, second in pairwise(self.texts):
            one = as_one(first, second)
            found[one] = (*found.get(one, ()), first)
        return found

    @cached_property
    def halves(self) -> tuple[Half, ...]:
        """The neighbours that a word may stand for."""
        found = [half_of(first, second) for first, second in pairwise(self.texts)]
        return tuple([half for half in found if half])

    @cached_property
    def frames(self) -> frozenset[int]:
        """The frames of the words that may stand for two."""
        return frozenset([own for text in self.texts if len(text) > 1 for own in frames_of(text)])

    @cached_property
    def divided(self) -> tuple[frozenset[str], frozenset[int]]:
        """The words that neighbours are as one, and their frames."""
        return frozenset([half[0] for half in self.halves]), frozenset([half[3] for half in self.halves])

    def may_meet(self, other: "Words") -> bool:
        """Tell whether either name may write as one what the other divides; most do not."""
        (own_ones, own_frames), (other_ones, other_frames) = self.divided, other.divided
        return not (
            own_frames.isdisjoint(other.frames)
            and other_frames.isdisjoint(self.frames)
            and own_ones.isdisjoint(other.ones)
            and other_ones.isdisjoint(self.ones)
        )

    @cached_property
    def has_initials(self) -> bool:
        """Whether a word is a single letter."""
        return 1 in map(len, self.texts)

    @cached_property
    def is_syllabic(self) -> bool:
        """Whether the name is Chinese or Korean: a near spelling is another name."""
        return is_syllabic(self.texts)


class Framed(Words, frozen=True):
    """The words of a name of which an index knows the frame of each and the next (NO_JOIN: no half)."""

    joins: tuple[int, ...]

    @cached_property
    def halves(self) -> tuple[Half, ...]:
        """The neighbours that a word may stand for."""
        pairs = zip(pairwise(self.texts), self.joins, strict=False)
        return tuple([(as_one(*pair), *pair, own) for pair, own in pairs if own != NO_JOIN])


class Side(Words, frozen=True):
    """A name ready to be compared: texts, roles, and the information of each part in 1/GRID bit.

    `spans`: the first and last part of the name as read that each entry stands for.
    """

    roles: tuple[Role, ...]
    information: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """The weights of the words in the similarity: their information, little for an initial."""
        told = zip(self.texts, self.information, strict=True)
        return tuple([INITIAL_WEIGHT if len(text) == 1 else one for text, one in told])


class Line(msgspec.Struct, frozen=True, gc=False):
    """One addend of the score: reason, number of the part on either side (-1: none), contribution."""

    reason: str
    left: int
    right: int
    amount: int


class NameTally(msgspec.Struct, frozen=True):
    """Two names compared: score in 1/GRID bit, similarity in 1/1024, the lines, and the sides as joined."""

    score: int
    similarity: int
    lines: tuple[Line, ...]
    left: Side
    right: Side
