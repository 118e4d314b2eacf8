"""The comparison of `core.py`, compiled: the same score and similarity, bit for bit, for names as arrays.

The weights are compiled in: after a change run `scripts/stamp_kernels.py`, or numba's cache stays old.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from cordillera.engines.names import core
from cordillera.engines.names import weights as w
from cordillera.engines.names.arrays import (
    COUNTS,
    GAINS,
    ROLES,
    SINGLE,
    STRICT,
    TOLD,
    UNITS,
    WORDS,
    Bytes,
    Ints,
    Names,
    Words,
)
from cordillera.engines.names.assignment_kernel import best_pairs
from cordillera.engines.names.frames import FRAMES
from cordillera.engines.names.likeness import FULL
from cordillera.engines.names.roles import Role
from cordillera.engines.names.score_kernel import score, similarity
from cordillera.foundation.kernels import kernel

_ROLES: Final = tuple(Role)
_CHANGE: Final = np.array([[core.role_change(a, b) for b in _ROLES] for a in _ROLES], np.int32)
_MISPLACED: Final = np.array([[core.misplaced(a, b) for b in _ROLES] for a in _ROLES], np.int32)
_LOSSES: Final = np.array(w.LOSSES, np.int32)
_SHORTEST: Final = core.SHORTEST_JOINED
_JOINED: Final = core.LEAST_JOINED
_JOINED_SYLLABIC: Final = core.LEAST_JOINED_SYLLABIC
_MOST: Final = w.MOST_INFORMATION
_LAST: Final = 63
_SIX: Final = 6
Longs = npt.NDArray[np.int64]


@kernel
def find(neighbours: Ints, low: int, high: int, word: int) -> int:
    """Return the place of a word among sorted neighbours [low, high), or -1."""
    end = high
    while low < high:
        middle = (low + high) >> 1
        if neighbours[middle] < word:
            low = middle + 1
        else:
            high = middle
    return low if low < end and neighbours[low] == word else -1


@kernel
def compare_rows(words: Words, names: Names, pairs: npt.NDArray[np.int64], room: Ints) -> Ints:
    """Return score and similarity of each pair of names (rows of `names`), in 1/1024."""
    found = np.empty((len(pairs), 2), np.int32)
    starts, parts, roles, told, joins, lengths, syllabic, hints = (
        names  # once: taking an array out costs time
    )
    near, neighbours, units = words.starts, words.neighbours, words.units
    initials, frames, single = words.initials, words.frames, words.single
    letters, symbols = words.letters, words.symbols
    for number in range(len(pairs)):
        left, right = pairs[number, 0], pairs[number, 1]
        room[COUNTS, STRICT] = both_syllabic(syllabic[left], syllabic[right])
        for side in range(2):
            row, other = (right, left) if side else (left, right)
            if not hinted(hints, row, other) or divides((row, other), starts, parts, joins, lengths, frames):
                copy(room, (row, side), starts, parts, roles, told, single)
            else:
                load(words, names, room, (row, other, side))
        find_edges(room, near, neighbours, units, initials)
        count = best_pairs(room)
        found[number, 0] = score(letters, symbols, room, count)
        found[number, 1] = similarity(room, count)
    return found


@kernel
def hints_of(starts: Longs, parts: Ints, joins: Ints, lengths: Ints, frames: Ints) -> npt.NDArray[np.uint64]:
    """Return four sets of 64 for each name: frames of its words, in two ways, and of words written as one."""
    found = np.zeros((len(starts) - 1, 4), np.uint64)
    for row in range(len(starts) - 1):
        for place in range(starts[row], starts[row + 1]):
            for number in range(FRAMES):
                add_hint(found, row, 0, frames[parts[place], number])
            if place + 1 < starts[row + 1] and joins[place] >= 0 and lengths[place] >= _SHORTEST:
                add_hint(found, row, 2, frames[joins[place], 0])
    return found


@kernel
def add_hint(hints: npt.NDArray[np.uint64], row: int, at: int, frame: int) -> None:
    """Add a frame to two sets of a name."""
    hints[row, at] |= np.uint64(1) << np.uint64(frame & _LAST)
    hints[row, at + 1] |= np.uint64(1) << np.uint64(frame >> _SIX & _LAST)


@kernel
def hinted(hints: npt.NDArray[np.uint64], row: int, other: int) -> bool:
    """Tell whether the other name may write two words of a name as one; few that do not seem to."""
    return bool(
        hints[row, 2] & (hints[other, 0] | hints[other, 2])
        and hints[row, 3] & (hints[other, 1] | hints[other, 3])
    )


@kernel
def divides(  # noqa: PLR0913 - as below
    which: tuple[int, int], starts: Longs, parts: Ints, joins: Ints, lengths: Ints, frames: Ints
) -> bool:
    """Tell that the other name has no word with the frame of two words of a name, nor these two."""
    row, other = which
    begin, stop = starts[other], starts[other + 1]
    for place in range(starts[row], starts[row + 1] - 1):
        one = joins[place]
        if one < 0 or lengths[place] < _SHORTEST:
            continue
        wanted = frames[one, 0]
        for at in range(begin, stop):
            if joins[at] == one or framed(frames, parts[at], wanted):
                return False
    return True


@kernel
def copy(  # noqa: PLR0913 - arrays one by one: taking them out of a group costs more than the work
    room: Ints, which: tuple[int, int], starts: Longs, parts: Ints, roles: Bytes, told: Ints, single: Bytes
) -> None:
    """Put a name into the scratch as it is."""
    row, side = which
    start, count = starts[row], starts[row + 1] - starts[row]
    for at in range(count):
        place = start + at
        word = parts[place]
        room[WORDS + side, at], room[ROLES + side, at] = word, roles[place]
        room[TOLD + side, at], room[SINGLE + side, at] = told[place], single[word]
    room[COUNTS, side] = count


@kernel
def load(words: Words, names: Names, room: Ints, which: tuple[int, int, int]) -> None:
    """Condition 2a: put a name into the scratch, words joined that the other name writes as one."""
    row, other, side = which
    least = _JOINED_SYLLABIC if room[COUNTS, STRICT] else _JOINED
    place, end, count = names.starts[row], names.starts[row + 1], 0
    while place < end:
        word, role, told = names.words[place], names.roles[place], names.told[place]
        joins = place + 1 < end and names.joins[place] >= 0 and names.lengths[place] >= _SHORTEST
        if joins and writes_as_one(words, names, (place, other), least):
            word, role = names.joins[place], names.roles[place + 1]
            told = min(told + names.told[place + 1], _MOST)
            place += 1
        room[WORDS + side, count], room[ROLES + side, count], room[TOLD + side, count] = word, role, told
        room[SINGLE + side, count] = words.single[word]
        place += 1
        count += 1
    room[COUNTS, side] = count


@kernel
def framed(frames: Ints, word: int, wanted: int) -> bool:
    """Tell whether a word has the frame of two words written as one (`frames.frames_of`)."""
    for number in range(FRAMES):  # noqa: SIM110 - compiled code has no generators
        if frames[word, number] == wanted:
            return True
    return False


@kernel
def writes_as_one(words: Words, names: Names, where: tuple[int, int], least: int) -> bool:
    """Tell whether the other name writes the words at `place` and after it as one."""
    place, other = where
    first, second, one = names.words[place], names.words[place + 1], names.joins[place]
    if words.single[first] or words.single[second]:
        return False
    start, end = names.starts[other], names.starts[other + 1]
    for at in range(start, end - 1):
        if names.joins[at] == one and names.words[at] != first:
            return True
    begin, stop = words.starts[one], words.starts[one + 1]
    near, units = words.neighbours, words.units
    for at in range(start, end):
        word = names.words[at]
        if words.single[word] or not framed(words.frames, word, words.frames[one, 0]):
            continue
        found = find(near, begin, stop, word)
        together = FULL if one == word else units[found] if found >= 0 else 0
        if together < least:
            continue
        apart = 0
        for half in (first, second):
            found = find(near, words.starts[half], words.starts[half + 1], word)
            alike = FULL if half == word else units[found] if found >= 0 else 0
            apart = max(apart, alike)
        if together > apart:
            return True
    return False


@kernel
def find_edges(
    room: Ints, starts: npt.NDArray[np.int64], neighbours: Ints, units: Ints, initials: Bytes
) -> None:
    """Condition 2: fill likeness and gains (with SAVED; 0: the words do not fit)."""
    for i in range(room[COUNTS, 0]):
        own = room[WORDS, i]
        begin, stop = starts[own], starts[own + 1]
        for j in range(room[COUNTS, 1]):
            other = room[WORDS + 1, j]
            alike = FULL if own == other else 0
            if room[SINGLE, i] != room[SINGLE + 1, j]:
                alike = FULL if initials[own] == initials[other] else 0
            elif own != other and begin < stop:
                found = find(neighbours, begin, stop, other)
                alike = units[found] if found >= 0 else 0
            room[UNITS + i, j] = alike
            room[GAINS + i, j] = pair_gain(room, i, j)


@kernel
def pair_gain(room: Ints, i: int, j: int) -> int:
    """Condition 2: return what a pair of words earns, with SAVED; 0: they do not fit (`core.gain_of`)."""
    alike = room[UNITS + i, j]
    if alike == 0:
        return 0
    gain = w.INITIAL + _MISPLACED[room[ROLES, i], room[ROLES + 1, j]]
    if room[SINGLE, i] == 0 and room[SINGLE + 1, j] == 0:
        told = min(room[TOLD, i], room[TOLD + 1, j])
        lost = _LOSSES[alike] * (w.SYLLABIC_LOSS if room[COUNTS, STRICT] else 1)
        gain = told * w.SHARE_OF_INFORMATION // w.GRID - lost
    gain += _CHANGE[room[ROLES, i], room[ROLES + 1, j]]
    return gain + w.SAVED if gain >= w.LEAST_GAIN else 0


@kernel
def both_syllabic(own: int, other: int) -> int:
    """Tell whether a near spelling loses more (`core.compare_names`, strict)."""
    return own & other


# Compiled with d156fa6ccf15f977
