"""Scores of names that are arrays, by the readable comparison, and what such a score is made of.

>>> from cordillera.engines.names.live import ListedName, ListedPerson, LiveNames
>>> live = LiveNames([ListedPerson("7", (ListedName("VELEZ, John"),))])
>>> best_names(side_of(read_parts("Jhon Beles")), live, live.parts[0], [0])[0].tally.score > 0
True
"""

from collections.abc import Iterable

from cordillera.engines.names.conclude import Best
from cordillera.engines.names.core import Side, compare_names, read_parts, side_of
from cordillera.engines.names.live import LiveNames, Part
from cordillera.engines.names.roles import Role

__all__ = ["Best", "best_names", "listed_side", "read_parts", "side_of"]


def best_names(own: Side, live: LiveNames, part: Part, rows: Iterable[int]) -> dict[int, Best]:
    """Return for each person the comparison of the name that fits best, among `rows`."""
    best: dict[int, Best] = {}
    for row in rows:
        found = compare_names(own, listed_side(live, part, row))
        person = int(part.segment.persons[row])
        if person not in best or found.score > best[person].tally.score:
            best[person] = Best(row - int(part.first_rows[person]), found)
    return best


def listed_side(live: LiveNames, part: Part, row: int) -> Side:
    """Return a name of the list as the comparison takes it."""
    segment = part.segment
    span = slice(segment.starts[row], segment.starts[row + 1])
    numbers = segment.tokens[span].tolist()
    return Side(
        tuple(live.tokens.text(number) for number in numbers),
        tuple(Role(role) for role in segment.roles[span].tolist()),
        tuple(live.told[numbers].tolist()),
        tuple((i, i) for i in range(len(numbers))),
    )
