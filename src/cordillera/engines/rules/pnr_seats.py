"""Whether two people of one flight likely sit beside each other, by the row and letter of their seats alone.

A seat map is not sent, so an ordinary cabin is assumed, with aisles behind C and G: ABC and DEF in a narrow
one, ABC, DEFG and HJK in a wide one. Conditions:

1. a seat is a row and one letter; another tells nothing;
2. in different rows nobody sits beside the other;
3. in one row, letters that follow each other in a block of that cabin are likely beside each other;
4. of other seats of one row, and of the same seat told twice (an infant in arms), nothing is known: what
   lies between A and C, or whether an aisle parts C and D, differs by aircraft.

>>> likely_beside("15A", "15B"), likely_beside("15A", "16A"), likely_beside("15C", "15D")
(True, False, None)
"""

import re
from itertools import pairwise
from typing import Final

from cordillera.engines.rules.facts import Seen, Things

BLOCKS: Final = ("ABC", "DEFG", "HJK")
_SEAT: Final = re.compile(r"0*([1-9]\d{0,2})([A-Z])")
_NEIGHBOURS: Final = frozenset(frozenset(pair) for block in BLOCKS for pair in pairwise(block))


def likely_beside(one: str, other: str) -> bool | None:
    """Tell whether two seats of one flight are likely beside each other, or None: conditions 1 to 4."""
    first, second = _SEAT.fullmatch(one.strip().upper()), _SEAT.fullmatch(other.strip().upper())
    if first is None or second is None:  # 1
        return None
    if first[1] != second[1]:  # 2
        return False
    return True if frozenset((first[2], second[2])) in _NEIGHBOURS else None  # 3, 4


def seated_beside(own: Things, theirs: Things) -> Seen | None:
    """Return the fact that somebody likely sits beside another, with the seat that told it, or None.

    Who has several seats sits beside the other with any of them, and apart only with all of them.
    """
    told = [
        (likely_beside(str(mine["seat.number"].value), str(seat["seat.number"].value)), seat["seat.number"])
        for mine in own.things
        for seat in theirs.things
        if "seat.number" in mine and "seat.number" in seat
    ]
    beside = next((seat for yes, seat in told if yes), None)
    if beside is not None:
        return Seen(1, beside.evidence)
    return Seen(0, told[0][1].evidence) if told and all(yes is False for yes, _ in told) else None
