"""The distance of `spelling.py`, compiled: the same whole numbers for words given as codes.

Shapes: `left`, `right` are uint8 vectors of symbol codes; the result is in units of 1/UNIT letter.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from cordillera.engines.names.spelling import DELETION, LONGEST, SUBSTITUTION
from cordillera.foundation.kernels import kernel

ROWS: Final = 4  # three of the distance, and what it costs to leave out each symbol of the right word
_DOUBLED: Final = 3
_SWAPPED: Final = 10
_OUTSET: Final = 4
_FAR: Final = 1 << 20  # more than any distance
Codes = npt.NDArray[np.uint8]


@kernel
def lost(word: Codes, place: int) -> int:
    """Return what it costs to leave out one symbol."""
    if place > 0 and word[place - 1] == word[place]:
        return _DOUBLED
    return int(DELETION[word[place]]) + (0 if place > 0 else _OUTSET)


@kernel
def apart(left: Codes, right: Codes) -> int:
    """Return the distance of two folded words."""
    return apart_in(np.zeros((ROWS, LONGEST + 1), np.int32), left, right)


@kernel
def apart_in(room: npt.NDArray[np.int32], left: Codes, right: Codes) -> int:
    """Return the distance of two folded words, worked out in `room` (ROWS, LONGEST + 1)."""
    return apart_within(room, left, right, _FAR)


@kernel
def apart_within(room: npt.NDArray[np.int32], left: Codes, right: Codes, most: int) -> int:
    """Return the distance of two folded words, or something above `most` when it is more than that.

    No cost is negative, so words are that far apart once all of two rows is.
    """
    before, above, row, costs = room[0], room[1], room[2], room[3]
    size = len(right)
    row[0] = 0
    for j in range(size):
        costs[j] = lost(right, j)
        row[j + 1] = row[j] + costs[j]
    nearest = 0
    for i in range(len(left)):
        before, above, row = above, row, before
        sign, gone, last = left[i], lost(left, i), nearest
        row[0] = nearest = above[0] + gone
        for j in range(size):
            best = above[j] + SUBSTITUTION[sign, right[j]]
            if i == 0 and j == 0 and sign != right[j]:
                best += _OUTSET
            best = min(best, above[j + 1] + gone, row[j] + costs[j])
            if i > 0 and j > 0 and sign == right[j - 1] and right[j] == left[i - 1] and sign != right[j]:
                best = min(best, before[j - 1] + _SWAPPED)
            row[j + 1] = best
            nearest = min(nearest, best)
        if min(last, nearest) > most:
            return _FAR
    return int(row[size])


# Compiled with 22f3bff33507ff4a
