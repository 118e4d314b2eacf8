"""The assignment of `assignment.py`, compiled: the same pairs for the same gains (whole numbers).

`room.gains` holds the gain of each pair of words, 0 where they do not fit.
"""

from typing import Final

import numba as nb

from cordillera.engines.names.arrays import Scratch

_INFINITE: Final = 1 << 60


@nb.njit(cache=True, nogil=True)
def best_pairs(room: Scratch) -> int:
    """Write the best one-to-one pairing to `pairs`, sorted; return how many (see assignment.py)."""
    rows, columns = room.counts[0], room.counts[1]
    count = only_pairs(room)
    if count >= 0:
        return count
    turned = int(rows > columns)
    if turned:
        rows, columns = columns, rows
    assign(room, rows, columns, turned)
    count = 0
    owner = room.prices[2]
    for i in range(room.counts[0]):
        for j in range(room.counts[1]):
            row, column = (j, i) if turned else (i, j)
            if room.gains[i, j] > 0 and owner[column + 1] == row + 1:
                room.pairs[count, 0], room.pairs[count, 1] = i, j
                count += 1
    return count


@nb.njit(cache=True, nogil=True)
def only_pairs(room: Scratch) -> int:
    """Write the pairs when no word fits two others; return how many, or -1."""
    count, used = 0, 0
    for i in range(room.counts[0]):
        fits = 0
        for j in range(room.counts[1]):
            if room.gains[i, j] > 0:
                fits += 1
                if fits > 1 or used >> j & 1:
                    return -1
                used |= 1 << j
                room.pairs[count, 0], room.pairs[count, 1] = i, j
                count += 1
    return count


@nb.njit(cache=True, nogil=True)
def assign(room: Scratch, rows: int, columns: int, turned: int) -> None:
    """Find the best assignment by shortest augmenting paths; `prices[2]` holds the owner of each column."""
    row_price, column_price, owner = room.prices[0], room.prices[1], room.prices[2]
    row_price[: rows + 1] = 0
    column_price[: columns + 1] = 0
    owner[: columns + 1] = 0
    for row in range(1, rows + 1):
        owner[0] = row
        augment(room, columns, turned)


@nb.njit(cache=True, nogil=True)
def augment(room: Scratch, columns: int, turned: int) -> None:
    """Give the row that waits at column 0 a column, along the cheapest path."""
    row_price, column_price, owner = room.prices[0], room.prices[1], room.prices[2]
    cheapest, came_from, visited = room.prices[3], room.prices[4], room.prices[5]
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
            gain = room.gains[column - 1, row - 1] if turned else room.gains[row - 1, column - 1]
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
