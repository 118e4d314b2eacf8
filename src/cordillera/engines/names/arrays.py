"""Names and words as arrays: what the compiled comparison reads, and the room it works in.

A name is a row of `Names`: numbers of words, their roles, their information, and the number of each word
written as one with the next (-1: no such word). `Words` tells, per word, its neighbours with their likeness,
the class of its first letter, whether it is a single letter, and its sound symbols.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cordillera.engines.names.spelling import LONGEST
from cordillera.engines.names.spelling_kernel import ROWS

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]


class Words(NamedTuple):
    """The words: neighbours in CSR (sorted), class of the first letter, one letter or not, symbols."""

    starts: npt.NDArray[np.int64]
    neighbours: Ints
    units: Ints
    initials: Bytes
    single: Bytes
    letters: npt.NDArray[np.int64]
    symbols: Bytes


class Names(NamedTuple):
    """The names in CSR; `lengths` is the length of each word written as one with the next."""

    starts: npt.NDArray[np.int64]
    words: Ints
    roles: Bytes
    told: Ints
    joins: Ints
    lengths: Ints
    syllabic: Bytes


class Scratch(NamedTuple):
    """Room for one comparison, used again for the next; `flags[0]`: the names are syllabic."""

    words: Ints
    roles: Ints
    told: Ints
    single: Bytes
    counts: Ints
    units: Ints
    gains: Ints
    pairs: Ints
    alone: Ints
    clash: Ints
    prices: npt.NDArray[np.int64]
    distances: Ints
    flags: Bytes


PARTS: Final = 8  # of a name, at most: MAX_PARTS


def scratch() -> Scratch:
    """Return room for comparisons in one thread."""
    return Scratch(
        words=np.zeros((2, PARTS), np.int32),
        roles=np.zeros((2, PARTS), np.int32),
        told=np.zeros((2, PARTS), np.int32),
        single=np.zeros((2, PARTS), np.uint8),
        counts=np.zeros(2, np.int32),
        units=np.zeros((PARTS, PARTS), np.int32),
        gains=np.zeros((PARTS, PARTS), np.int32),
        pairs=np.zeros((PARTS, 2), np.int32),
        alone=np.zeros((2, PARTS), np.int32),
        clash=np.zeros((PARTS, 3), np.int32),
        prices=np.zeros((6, PARTS + 1), np.int64),
        distances=np.zeros((ROWS, LONGEST + 1), np.int32),
        flags=np.zeros(2, np.uint8),
    )
