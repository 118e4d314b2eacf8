"""What a name of the list can earn at most with a name that is asked: the readable reference of the bound.

Conditions of the bound, which no score of `core.compare_names` exceeds:
1. a pair of words earns at most a share of the information of the commoner one, less what the likeness loses;
2. an initial earns at most INITIAL, whatever it begins;
3. two words of the subject that the list may write as one earn what that word tells, or that the list divides
   elsewhere;
4. a word that the list may write as two earns what it tells itself;
5. what words earn together beyond TOGETHER counts by half;
6. a single word that fits costs ONE_WORD, and ONE_OF_MANY when both names have others; none, NOTHING_FITS;
7. when both names have a word that fits none, that costs what words of these roles cost that contradict
   each other, at least the least of it;
8. every other line of a score is negative; 6 and 7 are left out where words may be written as one, or where
   there are initials.

Which words may be written as one is told by their frame (`frames.py`).

>>> hoods = Neighbourhoods(["velez", "john"])
>>> best = Reached(side_of(read_parts("Jhon Beles")), hoods, told_of(hoods.tokens))
>>> [sorted(hoods.tokens.text(token) for token in one) for one in best.gains]
[['john'], ['velez']]
"""

from itertools import pairwise
from typing import Final

import numpy as np

from cordillera.engines.names import weights as w
from cordillera.engines.names.core import (
    SHORTEST_JOINED,
    Side,
    as_one,
    information,
    initial_of,
    read_parts,
    side_of,
)
from cordillera.engines.names.culture.common import commonness
from cordillera.engines.names.culture.marks import MARKS
from cordillera.engines.names.frames import frame, frames_of
from cordillera.engines.names.neighbourhood import Neighbourhoods
from cordillera.engines.names.postings import Ints, Segment
from cordillera.engines.names.roles import Role
from cordillera.engines.names.tokens import Tokens

__all__ = ["CLASHES", "LEAST_CONFLICT", "Reached", "may_reach", "read_parts", "side_of", "told_of"]

_TWO: Final = 2
LEAST_CONFLICT: Final = max(
    w.BOTH_HAVE_MORE,
    w.CONFLICT_FAMILY,
    w.CONFLICT_GIVEN,
    w.CONFLICT_INITIAL,
    w.CONFLICT_MATERNAL,
    w.CONFLICT_OTHER,
    w.CONFLICT_PATRONYMIC,
)
_CONFLICTS: Final = {
    Role.GIVEN: w.CONFLICT_GIVEN,
    Role.FAMILY: w.CONFLICT_FAMILY,
    Role.SURNAME: w.CONFLICT_FAMILY,
    Role.MATERNAL: w.CONFLICT_MATERNAL,
    Role.PATRONYMIC: w.CONFLICT_PATRONYMIC,
}
CLASHES: Final = np.array([_CONFLICTS.get(role, 0) for role in Role], np.int32)


def told_of(tokens: Tokens, first: int = 0) -> Ints:
    """Return the information of the words of a vocabulary from `first` on, in 1/GRID bit."""
    words = (tokens.text(number) for number in range(first, len(tokens)))
    return np.array([information(commonness(word)) for word in words], np.int32)


def gain(own: int, told: int) -> int:
    """Return what a pair of equal words earns at most."""
    return min(own, told) * w.SHARE_OF_INFORMATION // w.GRID


class Reached:
    """What the words of a name that is asked reach in a vocabulary, and what that earns at most."""

    def __init__(self, side: Side, hoods: Neighbourhoods, told: Ints) -> None:
        self.side = side
        self.tokens, self.told = hoods.tokens, told
        self.gains: list[dict[int, int]] = [{} for _ in side.texts]
        self.whole: set[int] = set()
        self.framed: dict[int, tuple[int, tuple[int, ...]]] = {}
        self.divided: dict[str, tuple[int, tuple[int, ...]]] = {}
        for i, text in enumerate(side.texts):
            if len(text) > 1:
                self._alone(i, hoods)
                for one in frames_of(text):
                    self.framed[one] = gain(side.information[i], side.information[i]), (i,)
        for i in range(1, len(side.texts)):
            self._together(i, hoods)

    def _alone(self, i: int, hoods: Neighbourhoods) -> None:
        """Conditions 1 and 2; a word that fits without earning anything is told, for conditions 6 and 7."""
        reach = hoods.reach(self.side.texts[i])
        for token, units in zip(reach.numbers.tolist(), reach.units.tolist(), strict=True):
            earned = gain(self.side.information[i], int(self.told[token])) - w.LOSSES[units]
            if earned >= w.LEAST_GAIN:
                self.gains[i][token] = max(earned, 0)
        for token, text in enumerate(self.tokens.words()):
            if len(text) == 1 and initial_of(text) == initial_of(self.side.texts[i]):
                self.gains[i][token] = max(self.gains[i].get(token, 0), w.INITIAL, 0)

    def _together(self, i: int, hoods: Neighbourhoods) -> None:
        """Condition 3: this word and the one before it written as one."""
        pair = self.side.texts[i - 1 : i + 1]
        text = as_one(*pair)
        if len(text) < SHORTEST_JOINED or min(map(len, pair)) == 1:
            return
        own = min(sum(self.side.information[i - 1 : i + 1]), w.MOST_INFORMATION)
        for token in hoods.written_as_one(text).tolist():
            self.whole.add(token)
            for at in (i - 1, i):
                self.gains[at][token] = max(self.gains[at].get(token, 0), gain(own, int(self.told[token])))
        self.divided[text.rstrip(MARKS)] = gain(own, own), (i - 1, i)

    def most_earned(self, tokens: list[int], roles: list[int]) -> int:
        """Return the most that a name of these words can earn (conditions 1 to 8)."""
        joins = self._joins(tokens)
        total, alone, reached = 0, set[int](), set[int]()
        for i, gains in enumerate(self.gains):
            met = [token for token in tokens if token in gains]
            earned_so = [earned for earned, words in joins if i in words]
            total += max([gains[token] for token in met] + earned_so, default=0)
            reached |= set(met)
            if not met and not earned_so:
                alone.add(i)
        total -= max(0, (total - w.TOGETHER) // 2)
        texts = (*self.side.texts, *(self.tokens.text(token) for token in tokens))
        if joins or self.whole & set(tokens) or any(len(text.rstrip("~_")) == 1 for text in texts):
            return total
        fit, many = len(self.gains) - len(alone), min(len(self.gains), len(tokens)) > 1
        if fit < _TWO:
            total += w.ONE_WORD + ((w.ONE_OF_MANY if many else 0) if fit else w.NOTHING_FITS)
        there = {role for token, role in zip(tokens, roles, strict=True) if token not in reached}
        if (alone and there) or (many and fit < _TWO):
            clash = {int(self.side.roles[i]) for i in alone} & there
            total += min(LEAST_CONFLICT, sum(int(CLASHES[role]) for role in clash))
        return total

    def _joins(self, tokens: list[int]) -> list[tuple[int, tuple[int, ...]]]:
        """Conditions 3 and 4: return what the words earn that two words of the list may be."""
        found = []
        for first, second in pairwise(tokens):
            pair = self.tokens.text(first), self.tokens.text(second)
            text = as_one(*pair)
            if len(text) < SHORTEST_JOINED or min(map(len, pair)) == 1:
                continue
            if frame(text) in self.framed:
                found.append(self.framed[frame(text)])
            elsewhere = self.divided.get(text.rstrip(MARKS))
            if elsewhere and self.side.texts[elsewhere[1][0]] != pair[0]:
                found.append(elsewhere)
        return found


def may_reach(reached: Reached, segment: Segment, needed: int) -> list[int]:
    """Return the names that can earn `needed`: the readable reference of `screen_kernel.screen`."""
    found = []
    for row in range(segment.names):
        span = slice(segment.starts[row], segment.starts[row + 1])
        if reached.most_earned(segment.tokens[span].tolist(), segment.roles[span].tolist()) >= needed:
            found.append(row)
    return found
