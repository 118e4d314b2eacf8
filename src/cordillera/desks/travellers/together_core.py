"""Which of the messages that wait may share a transaction: pure.

Messages go together when all of this holds; what comes of each is then what came of it alone.

1. Each is a list of few people, and tells of no reservations: those settle a whole flight.
2. They came to one agency, for one purpose.
3. No two are the same message, or have the same sender and reference: the second has to see the first.
4. No two announce somebody who could be the same person: history and alerts have to see the first.

People of one flight may go together: they are judged as people of one list are.

>>> together([])
[]
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from cordillera.desks.travellers.history_core import search_keys
from cordillera.desks.travellers.model import MessagePlan, Origin, PlannedFlight

FEW: Final = 20
"""People of a list that goes with others: whoever brings a longer one does not hold up those who wait."""
MOST: Final = 32
"""Messages in one transaction."""
Turn = tuple[str, ...]


class Arrival(msgspec.Struct, frozen=True):
    """A message that was read and is not stored yet; `digest` is what it is recognised by."""

    raw: bytes
    origin: Origin
    plan: MessagePlan
    digest: bytes


def flight_turn(flight: PlannedFlight) -> Turn:
    """Return by what flights are put into the one order in which they are locked: route and day first."""
    day = flight.departs_local[:10]
    return day, flight.origin, flight.destination, flight.number, flight.departs_local, flight.arrives_local


def turn_of(plan: MessagePlan) -> tuple[Turn, ...]:
    """Return by what messages are put in order: the first of their flights."""
    return tuple(sorted(map(flight_turn, plan.flights)))


def goes_with_others(plan: MessagePlan) -> bool:
    """Tell whether a message may share a transaction at all: condition 1."""
    return len(plan.travellers) <= FEW and len(plan.flights) <= 1 and not plan.reservations


def together(waiting: Sequence[Arrival]) -> list[int]:
    """Return the places of those who go with the first, the first among them: conditions 1 to 4."""
    chosen: list[int] = []
    taken: set[object] = set()
    for at, one in enumerate(waiting):
        side = one.origin.agency, one.origin.purpose
        if chosen and (side != (waiting[0].origin.agency, waiting[0].origin.purpose)):  # 2
            continue
        own = _marks(one) if goes_with_others(one.plan) else None
        if own is None or not taken.isdisjoint(own):  # 1, 3, 4
            continue
        taken |= own
        chosen.append(at)
        if len(chosen) == MOST:
            break
    return chosen


def _marks(one: Arrival) -> set[object]:
    """What no other message may have that goes with this one: conditions 3 and 4."""
    plan = one.plan
    marks: set[object] = {one.digest}
    if plan.reference:
        marks.add((plan.sender, plan.reference))
    for traveller in plan.travellers:
        marks.add((flight_turn(plan.flights[traveller.flight]), traveller.identity))
        marks.update(search_keys(traveller.facts))
    return marks
