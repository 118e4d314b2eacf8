"""What a name asks of the index: for each word the words of the list that it may fit, and what that can earn.

Conditions of the bound, which no score of `core.compare_names` exceeds:
1. a pair of words earns at most a share of the information of the commoner one, less what the likeness loses;
2. an initial earns at most INITIAL, whatever it begins;
3. two words of the subject that the list writes as one earn what that word tells; or that the list divides
   elsewhere;
4. a word that the list writes as two earns what it tells itself, at either half;
5. a single word that fits costs ONE_WORD;
6. when both names have a word that fits none, that costs what words of these roles cost that contradict
   each other, at least the least of it;
7. every other line of a score is negative.

One thing is narrower than the comparison: a word of the subject that the list divides (4) is found by the
letters or the sound of both halves, not when a half is only spelt nearly so.

>>> hoods = Neighbourhoods(["velez", "john"])
>>> asked = ask(side_of(read_parts("Jhon Beles")), hoods, told_of(hoods.tokens))
>>> asked.tokens.tolist(), asked.initials
([1, 0], 0)
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names import weights as w
from cordillera.engines.names.core import (
    LEAST_JOINED,
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
from cordillera.engines.names.neighbourhood import Neighbourhoods
from cordillera.engines.names.postings import Ints, Segment
from cordillera.engines.names.roles import Role
from cordillera.engines.names.tokens import Tokens

__all__ = ["CLASHES", "Asked", "ask", "may_reach", "penalties", "read_parts", "side_of", "told_of"]

_TWO: Final = 2
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
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
    Role.MATERNAL: w.CONFLICT_MATERNAL,
    Role.PATRONYMIC: w.CONFLICT_PATRONYMIC,
}
CLASHES: Final = np.array([_CONFLICTS.get(role, 0) for role in Role], np.int32)
_LOSSES: Final = np.array(w.LOSSES, np.int32)


class Asked(msgspec.Struct, frozen=True):
    """Word i reaches `tokens[starts[i]:starts[i + 1]]`, earning at most `gains`; `admits`: read its postings.

    `initials`: how many words are initials, which fit any word that begins with them.
    """

    starts: Ints
    tokens: Ints
    gains: Ints
    admits: npt.NDArray[np.uint8]
    initials: int


class _Reached(msgspec.Struct):
    """What one word reaches, being gathered."""

    tokens: list[Ints] = []
    gains: list[Ints] = []
    admits: list[npt.NDArray[np.uint8]] = []

    def add(self, tokens: Sequence[int] | Ints, gains: int | Ints, *, admits: bool = True) -> None:
        """Add tokens with what they earn at most."""
        numbers = np.asarray(tokens, np.int32)
        self.tokens.append(numbers)
        self.gains.append(np.broadcast_to(np.asarray(gains, np.int32), numbers.shape))
        self.admits.append(np.full(len(numbers), admits, np.uint8))


def told_of(tokens: Tokens, first: int = 0) -> Ints:
    """Return the information of the words of a vocabulary from `first` on, in 1/GRID bit."""
    words = (tokens.text(number) for number in range(first, len(tokens)))
    return np.array([information(commonness(word.rstrip(MARKS))) for word in words], np.int32)


def ask(side: Side, hoods: Neighbourhoods, told: Ints) -> Asked:
    """Return what a name asks; `told` is the information of each word of the vocabulary."""
    reached = [_Reached() for _ in side.texts]
    for i, text in enumerate(side.texts):
        if len(text) > 1:
            _alone(reached[i], text, side.information[i], hoods, told)
            _divided(reached[i], text, side.information[i], hoods)
        if i and len(text) > 1 and len(side.texts[i - 1]) > 1:
            _together(reached[i - 1 : i + 1], side, i, hoods, told)
    parts = [
        (
            np.concatenate([_NO_INTS, *one.tokens]),
            np.concatenate([_NO_INTS, *one.gains]),
            np.concatenate([_NO_BYTES, *one.admits]),
        )
        for one in reached
    ]
    return Asked(
        np.cumsum([0, *(len(tokens) for tokens, _, _ in parts)]).astype(np.int32),
        np.concatenate([_NO_INTS, *(tokens for tokens, _, _ in parts)]),
        np.concatenate([_NO_INTS, *(gains for _, gains, _ in parts)]),
        np.concatenate([_NO_BYTES, *(admits for _, _, admits in parts)]),
        sum(len(text) == 1 for text in side.texts),
    )


_NO_INTS: Final = np.empty(0, np.int32)
_NO_BYTES: Final = np.empty(0, np.uint8)


def gain(own: int, told: Ints) -> Ints:
    """Return what a pair of equal words earns at most."""
    return np.minimum(own, told) * w.SHARE_OF_INFORMATION // w.GRID


def _alone(reached: _Reached, text: str, own: int, hoods: Neighbourhoods, told: Ints) -> None:
    """Conditions 1 and 2; a word that fits without earning anything is told, for conditions 5 and 6."""
    reach = hoods.reach(text)
    gains = gain(own, told[reach.numbers]) - _LOSSES[reach.units]
    worth = gains > 0
    fits = (gains >= w.LEAST_GAIN) & ~worth
    reached.add(reach.numbers[worth], gains[worth])
    reached.add(reach.numbers[fits], 0)
    initials = (hoods.tokens.number(letter) for letter in _LETTERS if initial_of(letter) == initial_of(text))
    reached.add([number for number in initials if number >= 0], max(w.INITIAL, 0))


def _together(reached: Sequence[_Reached], side: Side, i: int, hoods: Neighbourhoods, told: Ints) -> None:
    """Condition 3: this word and the one before it written as one."""
    text = as_one(side.texts[i - 1], side.texts[i])
    if len(text) < SHORTEST_JOINED:
        return
    own = min(side.information[i - 1] + side.information[i], w.MOST_INFORMATION)
    reach = hoods.reach(text)
    whole = reach.numbers[reach.units >= LEAST_JOINED]
    most = int(gain(own, np.array([own]))[0])
    for one in reached:
        one.add(whole, gain(own, told[whole]))
        for first, second in hoods.divisions(text, by_sound=False):
            one.add(first, most)
            one.add(second, most)


def _divided(reached: _Reached, text: str, own: int, hoods: Neighbourhoods) -> None:
    """Condition 4: the half with fewer words is looked up, both count."""
    bare = text.rstrip(MARKS)
    if len(bare) < SHORTEST_JOINED:
        return
    most = int(gain(own, np.array([own]))[0])
    for first, second in hoods.divisions(bare, by_sound=True):
        short = len(first) <= len(second)
        reached.add(first, most, admits=short)
        reached.add(second, most, admits=not short)


def penalties(asked: Asked) -> tuple[int, int, int]:
    """Return what conditions 5 and 6 cost: one word, least conflict; and how many initials lift them."""
    return w.ONE_WORD, LEAST_CONFLICT, asked.initials


def may_reach(
    side: Side, asked: Asked, segment: Segment, needed: int, initials: npt.NDArray[np.bool_]
) -> list[int]:
    """Return the names that can earn `needed`: the readable reference of `postings_kernel.reaching`."""
    found = []
    for row in range(segment.names):
        span = slice(segment.starts[row], segment.starts[row + 1])
        listed = list(zip(segment.tokens[span].tolist(), segment.roles[span].tolist(), strict=True))
        lenient = asked.initials or any(initials[token] for token, _ in listed)
        if _most_earned(side, asked, listed, lenient=bool(lenient)) >= needed:
            found.append(row)
    return found


def _most_earned(side: Side, asked: Asked, listed: list[tuple[int, int]], *, lenient: bool) -> int:
    words = {token for token, _ in listed}
    total, alone, reached = 0, set[int](), set[int]()
    for i, _role in enumerate(side.roles):
        met = [at for at in range(asked.starts[i], asked.starts[i + 1]) if int(asked.tokens[at]) in words]
        total += max((int(asked.gains[at]) for at in met), default=0)
        reached |= {int(asked.tokens[at]) for at in met}
        if not met:
            alone.add(i)
    there = {role for token, role in listed if token not in reached}
    if lenient:
        return total
    if len(side.roles) - len(alone) < _TWO:
        total += w.ONE_WORD
    if alone and there:
        clash = {int(side.roles[i]) for i in alone} & there
        total += min(LEAST_CONFLICT, sum(int(CLASHES[role]) for role in clash))
    return total
