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
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import msgspec

from cordillera.engines.rules.facts import Facts, Seen, Things

BESIDE: Final = "companion.seated_beside"
BLOCKS: Final = ("ABC", "DEFG", "HJK")
_SEAT: Final = re.compile(r"0*([1-9]\d{0,2})([A-Z])")
_NEIGHBOURS: Final = frozenset(
    letters for block in BLOCKS for one, other in pairwise(block) for letters in (one + other, other + one)
)


def likely_beside(one: str, other: str) -> bool | None:
    """Tell whether two seats of one flight are likely beside each other, or None: conditions 1 to 4."""
    first, second = _placed(one), _placed(other)
    if first is None or second is None:  # 1
        return None
    if first[0] != second[0]:  # 2
        return False
    return True if first[1] + second[1] in _NEIGHBOURS else None  # 3, 4


def seated_beside(own: Things, theirs: Things) -> Seen | None:
    """Return the fact that somebody likely sits beside another, with the seat that told it, or None.

    Who has several seats sits beside the other with any of them, and apart only with all of them.
    """
    mine = [str(seat["seat.number"].value) for seat in own.things if "seat.number" in seat]
    seats = [seat["seat.number"] for seat in theirs.things if "seat.number" in seat]
    told = [(likely_beside(one, str(seat.value)), seat) for one in mine for seat in seats]
    beside = next((seat for yes, seat in told if yes), None)
    if beside is not None:
        return Seen(1, beside.evidence)
    return Seen(0, seats[0].evidence) if told and all(yes is False for yes, _ in told) else None


def with_neighbours(booked: Sequence[Facts], seats: Sequence[Things]) -> tuple[Facts, ...]:
    """Return the facts of all of a reservation, with who of them sits beside whom by these seats of theirs.

    What was settled before stays. Each has the others as companions, in their order.
    """
    return tuple(
        _beside(facts, own, (*seats[:at], *seats[at + 1 :]))
        for at, (facts, own) in enumerate(zip(booked, seats, strict=True))
    )


def _beside(facts: Facts, own: Things, others: Sequence[Things]) -> Facts:
    told = facts.things("companion")
    if len(told.things) != len(others) or not own.things:
        return facts
    things = []
    for thing, other in zip(told.things, others, strict=True):
        beside = None if BESIDE in thing else seated_beside(own, other)
        things.append(thing if beside is None else {**thing, BESIDE: beside})
    return msgspec.structs.replace(
        facts, sets={**facts.sets, "companion": Things(tuple(things), complete=told.complete)}
    )


@lru_cache(maxsize=4_096)
def _placed(seat: str) -> tuple[str, str] | None:
    """Row and letter of a seat: condition 1."""
    found = _SEAT.fullmatch(seat.strip().upper())
    return None if found is None else (found[1], found[2])
