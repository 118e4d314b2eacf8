"""The best one-to-one pairing of the words of two names (Kuhn 1955, Munkres 1957; shortest paths).

>>> best_pairs({(0, 0): 0.9, (0, 1): 1.0, (1, 1): 0.8}, 2, 2)
[(0, 0), (1, 1)]
"""

from collections.abc import Mapping

Pairs = list[tuple[int, int]]


def best_pairs(gains: Mapping[tuple[int, int], float], rows: int, columns: int) -> Pairs:
    """Return the pairs (row, column) whose gains, all > 0, have the greatest sum; pairs are sorted."""
    if not gains:
        return []
    used_rows, used_columns = zip(*gains, strict=True)
    if len(set(used_rows)) == len(gains) == len(set(used_columns)):
        return sorted(gains)
    if rows > columns:
        turned = {(column, row): gain for (row, column), gain in gains.items()}
        return sorted((row, column) for column, row in best_pairs(turned, columns, rows))
    taken = _assign(gains, rows, columns)
    return sorted((row, column) for row, column in taken if (row, column) in gains)


def _assign(gains: Mapping[tuple[int, int], float], rows: int, columns: int) -> Pairs:
    row_price = [0.0] * (rows + 1)
    column_price = [0.0] * (columns + 1)
    owner = [0] * (columns + 1)  # owner[c] = row (from 1) that holds column c; 0 = free
    for row in range(1, rows + 1):
        owner[0] = row
        _augment(gains, (row_price, column_price), owner)
    return [(owner[column] - 1, column - 1) for column in range(1, columns + 1) if owner[column]]


def _augment(
    gains: Mapping[tuple[int, int], float], prices: tuple[list[float], list[float]], owner: list[int]
) -> None:
    row_price, column_price = prices
    columns = len(owner) - 1
    cheapest = [float("inf")] * (columns + 1)
    came_from = [0] * (columns + 1)
    visited = [False] * (columns + 1)
    here = 0
    while True:
        visited[here] = True
        row, step, nearest = owner[here], float("inf"), 0
        for column in range(1, columns + 1):
            if visited[column]:
                continue
            cost = -gains.get((row - 1, column - 1), 0.0) - row_price[row] - column_price[column]
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
