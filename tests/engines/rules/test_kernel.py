"""The compiled bitset functions give the bits that a plain loop gives, at every length around a word."""

import itertools

import numpy as np
import pytest

from cordillera.engines.rules.kernel import at_least_bits, flag_bits, range_bits, set_rows, table_bits

LENGTHS = (0, 1, 2, 63, 64, 65, 127, 128, 130, 1000)


def words(rows: int) -> np.ndarray:
    return np.full((rows + 63) // 64, 0xFFFFFFFFFFFFFFFF, dtype=np.uint64)


def bits(found: np.ndarray, rows: int) -> list[bool]:
    """The bits of the rows; those behind the last row must be 0."""
    told = [bool(int(word) >> bit & 1) for word in found for bit in range(64)]
    assert not any(told[rows:])
    return told[:rows]


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32, np.int64])
def test_a_range_is_where_values_lie_between_both_ends(rows: int, kind: type) -> None:
    values = np.random.default_rng(rows).integers(-128, 128, rows).astype(kind)
    for low, high in ((-5, 5), (3, 3), (5, -5), (-(2**62), 2**62)):
        out = words(rows)
        range_bits(values, low, high, out)
        assert bits(out, rows) == [low <= value <= high for value in values.tolist()]


@pytest.mark.parametrize("rows", LENGTHS)
def test_a_table_is_looked_up_one_place_further(rows: int) -> None:
    rng = np.random.default_rng(rows)
    codes = rng.integers(-1, 9, rows).astype(np.int32)
    table = np.array([0, *rng.integers(0, 2, 9)], dtype=np.uint8)
    out = words(rows)
    table_bits(codes, table, out)
    assert bits(out, rows) == [bool(table[code + 1]) for code in codes.tolist()]


@pytest.mark.parametrize("rows", LENGTHS)
def test_flags_become_bits_and_bits_become_rows(rows: int) -> None:
    flags = np.random.default_rng(rows).random(rows) < 0.3
    out = words(rows)
    flag_bits(flags, out)
    assert bits(out, rows) == flags.tolist()
    space = np.empty(rows, dtype=np.int32)
    if rows % 64:  # what is behind the last row is not listed
        out[-1] |= np.uint64(1 << 63)
    count = set_rows(out, 500, rows, space)
    assert space[:count].tolist() == [500 + row for row in range(rows) if flags[row]]


@pytest.mark.parametrize("owners", LENGTHS)
@pytest.mark.parametrize("count", [1, 2, 4])
def test_owners_have_at_least_so_many_things(owners: int, count: int) -> None:
    rng = np.random.default_rng(owners + count)
    starts = np.cumsum([7, *rng.integers(0, 6, owners)]).astype(np.int64)
    things = rng.random(int(starts[-1] - starts[0])) < 0.5
    marked = words(len(things))
    flag_bits(things, marked)
    out = words(owners)
    at_least_bits(marked, starts, count, out)
    expected = [things[a - 7 : b - 7].sum() >= count for a, b in itertools.pairwise(starts)]
    assert bits(out, owners) == expected
