"""The assignment of `assignment.py`, compiled: the same pairs for the same gains (whole numbers).

The rows of `room` from GAINS hold the gain of each pair of words, 0 where they do not fit.
"""

from typing import Final

from cordillera.engines.names.arrays import (
    COUNTS,
    GAINS,
    PAIRS,
    PRICES,
    Ints,
)
from cordillera.foundation.kernels import kernel

_INFINITE: Final = 1 << 30


@kernel
def best_pairs(room: Ints) -> int:
    """Write the best one-to-one pairing to `pairs`, sorted; return how many (see assignment.py)."""
    rows, columns = room[COUNTS, 0], room[COUNTS, 1]
    count = only_pairs(room)
    if count >= 0:
        return count
    turned = int(rows > columns)
    if turned:
        rows, columns = columns, rows
    assign(room, rows, columns, turned)
    count = 0
    owner = room[PRICES + 2]
    for i in range(room[COUNTS, 0]):
        for j in range(room[COUNTS, 1]):
            row, column = (j, i) if turned else (i, j)
            if room[GAINS + i, j] > 0 and owner[column + 1] == row + 1:
                room[PAIRS, count], room[PAIRS + 1, count] = i, j
                count += 1
    return count


@kernel
def only_pairs(room: Ints) -> int:
    """Write the pairs when no word fits two others; return how many, or -1."""
    count, used = 0, 0
    for i in range(room[COUNTS, 0]):
        fits = 0
        for j in range(room[COUNTS, 1]):
            if room[GAINS + i, j] > 0:
                fits += 1
                if fits > 1 or used >> j & 1:
                    return -1
                used |= 1 << j
                room[PAIRS, count], room[PAIRS + 1, count] = i, j
                count += 1
    return count


@kernel
def assign(room: Ints, rows: int, columns: int, turned: int) -> None:
    """Find the best assignment by shortest augmenting paths; `prices[2]` holds the owner of each column."""
    row_price, column_price, owner = room[PRICES], room[PRICES + 1], room[PRICES + 2]
    row_price[: rows + 1] = 0
    column_price[: columns + 1] = 0
    owner[: columns + 1] = 0
    for row in range(1, rows + 1):
        owner[0] = row
        augment(room, columns, turned)


@kernel
def augment(room: Ints, columns: int, turned: int) -> None:
    """Give the row that waits at column 0 a column, along the cheapest path."""
    row_price, column_price, owner = room[PRICES], room[PRICES + 1], room[PRICES + 2]
    cheapest, came_from, visited = room[PRICES + 3], room[PRICES + 4], room[PRICES + 5]
    cheapest[: columns + 1] = _INFINITE
    came_from[: columns + 1] = 0
    visited[: columns + 1] = 0
    here = 0
    while True:
        visited[here] = 1
        row, step, nearest = owner[here], _INFINITE, 0
        for column in range(1, columns + 1):
            if visited[column]:
                continue
            gain = room[GAINS + column - 1, row - 1] if turned else room[GAINS + row - 1, column - 1]
            cost = -gain - row_price[row] - column_price[column]
            if cost < cheapest[column]:
                cheapest[column], came_from[column] = cost, here
            if cheapest[column] < step:
                step, nearest = cheapest[column], column
        for column in range(columns + 1):
            if visited[column]:
                row_price[owner[column]] += step
                column_price[column] -= step
            else:
                cheapest[column] -= step
        here = nearest
        if owner[here] == 0:
            break
    while here:
        owner[here] = owner[came_from[here]]
        here = came_from[here]


# Compiled with 7ba5179416603081
