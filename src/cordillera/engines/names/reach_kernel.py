"""What the words of a question reach in a list, and the most that a name can earn: compiled.

The readable reference is `candidates.py`; a test compares both name by name.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from cordillera.engines.names import weights as w
from cordillera.engines.names.candidates import CLASHES, LEAST_CONFLICT
from cordillera.engines.names.screen_arrays import Asked, Bytes, Ints, Lexicon, Longs
from cordillera.foundation.kernels import kernel

_LOSSES: Final = np.array(w.LOSSES, np.int32)
_ONE_WORD: Final = w.ONE_WORD
_ONE_OF_MANY: Final = w.ONE_OF_MANY
_NOTHING_FITS: Final = w.NOTHING_FITS
_INITIAL: Final = max(w.INITIAL, 0)


@kernel
def best_gain(own: int, told: int) -> int:
    """Return what a pair of equal words earns at most."""
    return min(own, told) * w.SHARE_OF_INFORMATION // w.GRID


@kernel
def told_together(told: int) -> int:
    """Return what words tell that tell so much one by one."""
    return told - max(0, (told - w.TOGETHER) // 2)


@kernel
def told_apart(together: int) -> int:
    """Return the least that words tell one by one of which `told_together` is at least this."""
    return together if together <= w.TOGETHER else 2 * together - w.TOGETHER - 1


@kernel
def table(
    asked: Asked, lexicon: Lexicon, slots: Ints, first: int, last: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the words of the list that the question reaches, most gain and likeness by word, and who joins.

    A gain of -1: the words do not fit. `slots` tells the line of a word.
    """
    count = last - first
    room = asked.reach[last] - asked.reach[first] + asked.wholes[last] - asked.wholes[first]
    room += len(lexicon.letter_tokens)
    lines = np.empty(room, np.int32)
    gains = np.full((room, count), -1, np.int32)
    units = np.zeros((room, count), np.int32)
    joined = np.zeros(room, np.int32)
    used = 0
    for i in range(count):
        word = first + i
        if asked.single[word]:
            continue
        for at in range(asked.reach[word], asked.reach[word + 1]):
            if asked.near[at] >= len(lexicon.told):
                continue  # a word added since
            alike = np.int64(asked.units[at])
            gain = best_gain(asked.told[word], lexicon.told[asked.near[at]]) - _LOSSES[alike]
            if gain >= w.LEAST_GAIN:
                line, used = line_of(asked.near[at], slots, lines, used)
                units[line, i] = alike
                gains[line, i] = max(gains[line, i], gain, 0)
        for token in lexicon.letter_tokens:
            if lexicon.initials[token] == asked.initials[word]:
                line, used = line_of(token, slots, lines, used)
                gains[line, i] = max(gains[line, i], _INITIAL)
        for at in range(asked.wholes[word], asked.wholes[word + 1]):
            if asked.whole[at] >= len(lexicon.told):
                continue
            line, used = line_of(asked.whole[at], slots, lines, used)
            gain = best_gain(asked.together[word], lexicon.told[asked.whole[at]])
            gains[line, i] = max(gains[line, i], gain)
            gains[line, i - 1] = max(gains[line, i - 1], gain)
            joined[line] = 1
    return lines[:used], gains[:used], units[:used], joined[:used]


@kernel
def line_of(token: int, slots: Ints, lines: Ints, used: int) -> tuple[int, int]:
    """Return the line of a word, a new one when it has none, and how many lines there are."""
    line = slots[token]
    if line < 0:
        line = used
        slots[token] = used
        lines[used] = token
        used += 1
    return line, used


@kernel
def bound(  # noqa: C901, PLR0912, PLR0913 - one sum, on arrays
    which: tuple[int, int, int, int],
    own: tuple[Bytes, Bytes],
    names: tuple[Ints, Ints, Bytes],
    lengths: Bytes,
    slots: Ints,
    gains: Ints,
    joined: Ints,
    credit: Longs,
) -> tuple[int, bool]:
    """Return the most that a name can earn (`candidates.may_reach`), and whether words may be as one.

    `which`: a question's first word and the end of its words, the name, its marks. `own`: which words of the
    questions are initials, and the roles; `names`: where names begin, their words, the roles.
    """
    first, last, row, marks = which
    (single, own_roles), (starts, tokens, roles) = own, names
    count = last - first
    start, end = starts[row], starts[row + 1]
    total = fit = own_alone = there_alone = 0
    lenient, unknown = marks != 0, marks != 0
    listed_alone = False
    for t in range(start, end):
        token = tokens[t]
        line = slots[token]
        if lengths[token] == 1:
            lenient = True
        if line < 0:
            listed_alone = True
            there_alone |= 1 << roles[t]
        elif joined[line]:
            lenient = unknown = True
    for i in range(count):
        best = -1
        for t in range(start, end):
            line = slots[tokens[t]]
            if line >= 0:
                best = max(best, gains[line, i])
        if marks >> i & 1:
            best = max(best, credit[i])
        if best >= 0:
            fit += 1
            total += best
        else:
            own_alone |= 1 << own_roles[first + i]
        if single[first + i]:
            lenient = True
    total = told_together(total)
    if lenient:
        return total, unknown
    many = min(count, end - start) > 1
    if fit == 0:
        total += _ONE_WORD + _NOTHING_FITS
    elif fit == 1:
        total += _ONE_WORD + (_ONE_OF_MANY if many else 0)
    if (listed_alone and fit < count) or (many and fit < 2):
        total += min(LEAST_CONFLICT, clash(own_alone & there_alone))
    return total, unknown


@kernel
def clash(roles: int) -> int:
    """Return what words of one role cost that stand alone on both sides."""
    cost = 0
    for role in range(len(CLASHES)):
        if roles >> role & 1:
            cost += CLASHES[role]
    return cost


@kernel
def apart(year: int, other: int) -> int:
    """Return how far apart births are: 1 in one year or unknown, 2 near, 3 few years, 4 more."""
    years = abs(year - other)
    if year == 0 or other == 0 or years == 0:
        return 1
    return 2 if years <= 2 else 3 if years <= 10 else 4


@kernel
def year_from(years: npt.NDArray[np.signedinteger], low: int, high: int, year: int) -> int:
    """Return the first place in [low, high) whose year is not before `year`; years are sorted there."""
    while low < high:
        middle = (low + high) >> 1
        if years[middle] < year:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def year_soon(years: npt.NDArray[np.signedinteger], low: int, high: int, year: int) -> int:
    """Return what `year_from` does, from `low` on in steps that double: the place is likely near."""
    step = 1
    while low + step <= high and years[low + step - 1] < year:
        low += step
        step *= 2
    return year_from(years, low, min(low + step, high), year)


@kernel
def span_of(keys: Ints, key: int) -> tuple[int, int]:
    """Return where a key begins and ends in sorted keys."""
    low = year_from(keys, 0, len(keys), key)
    high = low
    while high < len(keys) and keys[high] == key:
        high += 1
    return low, high


@kernel
def place_of(keys: Ints, token: int) -> int:
    """Return where a word stands in sorted `keys`, or -1. A full vocabulary is its own keys."""
    if token < len(keys) and keys[token] == token:
        return token
    at = year_from(keys, 0, len(keys), token)
    return at if at < len(keys) and keys[at] == token else -1


# Compiled with b7f0485ee89aa82c
