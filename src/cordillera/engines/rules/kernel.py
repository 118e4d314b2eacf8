"""Columns to bitsets: 64 rows to a word, row r in bit r % 64 of word r // 64. Reference: `core.py`.

Every function fills `out`, whose length is the number of words; bits behind the last row are 0.
"""

import numpy as np
import numpy.typing as npt

from cordillera.foundation.kernels import kernel

Words = npt.NDArray[np.uint64]


@kernel
def range_bits(values: npt.NDArray[np.integer], low: int, high: int, out: Words) -> None:
    """Set the bit of each value from `low` to `high`, both included."""
    n = values.shape[0]
    for word in range(out.shape[0]):
        start = word * 64
        bits = np.uint64(0)
        for bit in range(min(64, n - start)):
            value = values[start + bit]
            bits |= np.uint64((value >= low) & (value <= high)) << np.uint64(bit)
        out[word] = bits


@kernel
def table_bits(codes: npt.NDArray[np.integer], table: npt.NDArray[np.uint8], out: Words) -> None:
    """Set the bit of each code c for which `table[c + 1]` is 1; code -1 is unknown."""
    n = codes.shape[0]
    for word in range(out.shape[0]):
        start = word * 64
        bits = np.uint64(0)
        for bit in range(min(64, n - start)):
            bits |= np.uint64(table[codes[start + bit] + 1]) << np.uint64(bit)
        out[word] = bits


@kernel
def flag_bits(flags: npt.NDArray[np.bool_], out: Words) -> None:
    """Set the bit of each True."""
    n = flags.shape[0]
    for word in range(out.shape[0]):
        start = word * 64
        bits = np.uint64(0)
        for bit in range(min(64, n - start)):
            bits |= np.uint64(flags[start + bit]) << np.uint64(bit)
        out[word] = bits


@kernel
def at_least_bits(things: Words, starts: npt.NDArray[np.int64], count: int, out: Words) -> None:
    """Set the bit of each owner with `count` bits or more among its things."""
    n = starts.shape[0] - 1
    first = starts[0]
    for word in range(out.shape[0]):
        bits = np.uint64(0)
        for bit in range(min(64, n - word * 64)):
            owner = word * 64 + bit
            found = 0
            for thing in range(starts[owner] - first, starts[owner + 1] - first):
                found += (things[thing >> 6] >> np.uint64(thing & 63)) & np.uint64(1)
            bits |= np.uint64(found >= count) << np.uint64(bit)
        out[word] = bits


@kernel
def set_rows(words: Words, first: int, rows: int, out: npt.NDArray[np.int32]) -> int:
    """Write the rows of set bits, counted from `first`, to `out`; return how many there are."""
    found = 0
    for word in range(words.shape[0]):
        bits = words[word]
        if bits == np.uint64(0):
            continue
        for bit in range(min(64, rows - word * 64)):
            if (bits >> np.uint64(bit)) & np.uint64(1):
                out[found] = first + word * 64 + bit
                found += 1
    return found
