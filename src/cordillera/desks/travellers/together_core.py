"""Which of the messages that wait may share a transaction: pure.

Messages go together when all of this holds; what comes of each is then what came of it alone.

1. Each tells of few people, of at most one flight, and of no part of a message about reservations.
2. They came to one agency, for one purpose.
3. No two are the same message, or have the same sender and reference: the second has to see the first.
4. No two announce somebody who could be the same person: history and alerts have to see the first.
5. Where one tells of a flight's reservations, no other tells of that flight: it has to see who is on it.

People of one flight may go together: they are judged as people of one list are.

>>> together([])
[]
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from cordillera.desks.travellers.history_core import search_keys
from cordillera.desks.travellers.model import MessagePlan, Origin, PlannedFlight
from cordillera.desks.travellers.reservation_core import flight_of, people_in
from cordillera.desks.travellers.reservation_keeping import is_part

FEW: Final = 20
"""People of a message that goes with others: whoever brings a longer one does not hold up those who wait."""
MOST: Final = 32
"""Messages in one transaction."""
_ROUTE: Final = 3
"""Of a turn: day and places, which two numbers of one flight share."""
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


def flights_of(plan: MessagePlan) -> tuple[PlannedFlight, ...]:
    """Return the flights that a message tells of: those of its lists, and those of its reservations."""
    return (*plan.flights, *(flight_of(one.flight, "UTC") for one in plan.reservations))


def turn_of(plan: MessagePlan) -> tuple[Turn, ...]:
    """Return by what messages are put in order: the first of their flights."""
    return tuple(sorted(map(flight_turn, flights_of(plan))))


def goes_with_others(plan: MessagePlan) -> bool:
    """Tell whether a message may share a transaction at all: condition 1."""
    booked = sum(len(pnr.travellers) for one in plan.reservations for pnr in one.pnrs)
    return (
        len(plan.travellers) + booked <= FEW
        and len(plan.flights) + len(plan.reservations) <= 1
        and not any(map(is_part, plan.reservations))
    )


def together(waiting: Sequence[Arrival]) -> list[int]:
    """Return the places of those who go with the first, the first among them: conditions 1 to 5."""
    chosen: list[int] = []
    taken: set[object] = set()
    listed: set[Turn] = set()
    booked: set[Turn] = set()
    for at, one in enumerate(waiting):
        side = one.origin.agency, one.origin.purpose
        if chosen and (side != (waiting[0].origin.agency, waiting[0].origin.purpose)):  # 2
            continue
        own = _marks(one) if goes_with_others(one.plan) else None
        if own is None or not taken.isdisjoint(own):  # 1, 3, 4
            continue
        routes = {flight_turn(flight)[:_ROUTE] for flight in flights_of(one.plan)}
        tells_bookings = bool(one.plan.reservations)
        if not routes.isdisjoint(listed | booked if tells_bookings else booked):  # 5
            continue
        taken |= own
        (booked if tells_bookings else listed).update(routes)
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
    for message in plan.reservations:
        for pnr in message.pnrs:
            for person in people_in(pnr.key, pnr, message.flight):
                marks.update(search_keys(person.facts))
    return marks
