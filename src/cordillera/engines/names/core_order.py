"""Conditions 5 and 6 of `core.py`: names exchanged or left out, words out of order, too few that fit.

>>> inversions([0, 1, 2]), inversions([1, 2, 0]), inversions([1, 0, 2, 3])
(0, 0, 1)
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from cordillera.engines.names import weights as w
from cordillera.engines.names.assignment import Pairs
from cordillera.engines.names.core_shapes import Line, Side
from cordillera.engines.names.likeness import WordLikeness
from cordillera.engines.names.roles import Role

_TWO: Final = 2
_GIVEN: Final = {Role.GIVEN, Role.SECOND}
_SURNAMES: Final = frozenset({Role.FAMILY, Role.MATERNAL})
_SURNAMES_CONTRADICT: Final = frozenset(
    {"names.family_contradicts", "names.maternal_contradicts", "names.word_contradicts"}
)
Edges = Mapping[tuple[int, int], WordLikeness]


def order(left: Side, right: Side, pairs: Pairs) -> list[Line]:
    """Condition 5: what the order of the words and their number cost."""
    if len(pairs) < _TWO:
        return []
    lines = []
    own, other = left.roles, right.roles
    moved = [pair for pair in pairs if own[pair[0]] is not other[pair[1]]]  # most fit in their places
    if len(moved) >= _TWO and sum([_are_crossed(left, right, pair) for pair in moved]) == _TWO:
        lines.append(Line("names.given_names_exchanged", -1, -1, w.GIVEN_NAMES_EXCHANGED))
    turns = inversions([j for _, j in pairs])
    if turns:
        chain = any(left.roles[i] == right.roles[j] == Role.CHAIN for i, j in pairs)
        reason = "names.chain_out_of_order" if chain else "names.words_out_of_order"
        lines.append(Line(reason, -1, -1, (w.CHAIN_INVERSION if chain else w.INVERSION) * turns))
    return lines


def _are_crossed(left: Side, right: Side, pair: tuple[int, int]) -> bool:
    """Tell a first given name that fits a second one: José María is a man, María José a woman."""
    i, j = pair
    return {left.roles[i], right.roles[j]} == _GIVEN and len(left.texts[i]) > 1 and len(right.texts[j]) > 1


def tell_swapped(left: Side, right: Side, lines: list[Line]) -> list[Line]:
    """Name what contradicts because surnames stand in each other's place; what it costs stays."""
    if _SURNAMES_CONTRADICT.isdisjoint([line.reason for line in lines]):
        return lines
    surnames = [
        {side.texts[i] for i in range(len(side.texts)) if side.roles[i] in _SURNAMES}
        for side in (left, right)
    ]
    return [
        msgspec.structs.replace(line, reason="names.surnames_swapped")
        if line.reason in _SURNAMES_CONTRADICT
        and left.texts[line.left] in surnames[1]
        and right.texts[line.right] in surnames[0]
        else line
        for line in lines
    ]


def paternal_missing(
    sides: tuple[Side, Side], alone: tuple[list[int], list[int]], pairs: Pairs
) -> list[Line]:
    """Condition 5: tell when only the maternal surname fits, a word of no known part."""
    for which in (0, 1):
        if not alone[which] or not any(sides[which].roles[i] is Role.FAMILY for i in alone[which]):
            continue
        fits = any(
            sides[which].roles[pair[which]] is Role.MATERNAL
            and sides[1 - which].roles[pair[1 - which]] is Role.UNKNOWN
            for pair in pairs
        )
        if fits:
            return [Line("names.paternal_missing", -1, -1, w.PATERNAL_MISSING)]
    return []


def few_fit(left: Side, right: Side, edges: Edges, pairs: Pairs) -> list[Line]:
    """Condition 6: what it costs that no word fits, or only one."""
    if len(pairs) >= _TWO:
        return []
    lines = [Line("names.one_word_only", -1, -1, w.ONE_WORD)]
    if not pairs:
        return [*lines, Line("names.nothing_fits", -1, -1, w.NOTHING_FITS)]
    if min(len(left.texts), len(right.texts)) > 1:
        return [*lines, Line("names.one_of_many", -1, -1, w.ONE_OF_MANY)]
    if edges[pairs[0]].units < w.NEAR_BELOW:
        return [*lines, Line("names.single_word_near", -1, -1, w.NEAR_ALONE)]
    return lines


def inversions(places: list[int]) -> int:
    """Return how often the order falls back, a turn of the whole name (surname first) not counted."""
    if places == sorted(places):
        return 0
    falls = [place for place, after in zip(places, places[1:] + places[:1], strict=True) if place > after]
    return max(0, len(falls) - 1)
