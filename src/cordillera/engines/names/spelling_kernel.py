"""The distance of `spelling.py`, compiled: the same whole numbers for words given as codes.

Shapes: `left`, `right` are uint8 vectors of symbol codes; the result is in units of 1/UNIT letter.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from cordillera.engines.names.spelling import DELETION, LONGEST, SUBSTITUTION
from cordillera.foundation.kernels import kernel

ROWS: Final = 3
_DOUBLED: Final = 3
_SWAPPED: Final = 10
_OUTSET: Final = 4
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
    before, above, row = room[0], room[1], room[2]
    row[0] = 0
    for j in range(len(right)):
        row[j + 1] = row[j] + lost(right, j)
    for i in range(len(left)):
        before, above, row = above, row, before
        gone = lost(left, i)
        row[0] = above[0] + gone
        for j in range(len(right)):
            best = above[j] + SUBSTITUTION[left[i], right[j]]
            if i == 0 and j == 0 and left[i] != right[j]:
                best += _OUTSET
            best = min(best, above[j + 1] + gone, row[j] + lost(right, j))
            if (
                i > 0
                and j > 0
                and left[i] == right[j - 1]
                and right[j] == left[i - 1]
                and left[i] != right[j]
            ):
                best = min(best, before[j - 1] + _SWAPPED)
            row[j + 1] = best
    return int(row[len(right)])


# Compiled with c93ed0ffa11e959b
