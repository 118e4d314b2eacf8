"""Names and words as arrays: what the compiled comparison reads, and the room it works in.

A name is a row of `Names`: numbers of words, their roles, their information, and the number of each word
written as one with the next (-1: no such word). `Words` tells, per word, its neighbours with their likeness,
the class of its first letter, whether it is a single letter, its sound symbols, and its frame.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cordillera.engines.names.spelling import LONGEST
from cordillera.engines.names.spelling_kernel import ROWS

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]


class Words(NamedTuple):
    """The words: neighbours in CSR (sorted), class of the first letter, single or not, symbols, frames."""

    starts: npt.NDArray[np.int64]
    neighbours: Ints
    units: Ints
    initials: Bytes
    single: Bytes
    letters: npt.NDArray[np.int64]
    symbols: Bytes
    frames: Ints


class Names(NamedTuple):
    """The names in CSR; `lengths` is the length of each word written as one with the next.

    `hints`: by which two names are told apart that write nothing as one (`kernel.hints_of`).
    """

    starts: npt.NDArray[np.int64]
    words: Ints
    roles: Bytes
    told: Ints
    joins: Ints
    lengths: Ints
    syllabic: Bytes
    hints: npt.NDArray[np.uint64]


PARTS: Final = 8  # of a name, at most: MAX_PARTS

# The room of one comparison is one array, since an array costs time each time it is handed on. Its rows:
WORDS: Final = 0  # two rows each, the left name and the right: numbers of words,
ROLES: Final = 2  # their roles,
TOLD: Final = 4  # their information,
SINGLE: Final = 6  # whether they are single letters,
ALONE: Final = 8  # and the words that have no partner
COUNTS: Final = 10  # how many words the names have, and whether they are of syllables (column STRICT)
PAIRS: Final = 11  # two rows: the words paired
CLASH: Final = 13  # three rows: the words that contradict each other, and how
UNITS: Final = 16  # PARTS rows: likeness
GAINS: Final = 24  # PARTS rows: what a pair earns, with SAVED
PRICES: Final = 32  # six rows of the assignment
DISTANCES: Final = 38  # rows of the distance in spelling
STRICT: Final = 2


def scratch() -> Ints:
    """Return the room for comparisons in one thread."""
    return np.zeros((DISTANCES + ROWS, LONGEST + 1), np.int32)
