"""An itinerary as it is shown: its legs in order with places, lengths and stops, and the map of them; purely.

Times in a reservation are local to each airport. The stop between two legs is told where the second departs
from where the first arrived, since only then both times are of one clock. The kind of trip and its transits
are those that rules read (`engines.rules.pnr_trip`): unknown of whom a passenger list alone announced.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from cordillera.desks.travellers.itinerary_map import ItineraryMap, drawn, kilometres
from cordillera.desks.travellers.itinerary_places import place_of, town_of
from cordillera.desks.travellers.model import FlightRow
from cordillera.desks.travellers.reservation_views import BookedLeg, ReservationView
from cordillera.desks.travellers.zones import moment_at
from cordillera.engines.rules.pnr_trip import Hop, Transit, Trip, flown, minutes_between, transit_of, trip_of

_DAY: Final = 10


class Step(msgspec.Struct, frozen=True):
    """A leg with the towns it joins, its length, and what follows it.

    `km` is None when a place is unknown; `stop` are minutes until the next leg leaves, None when they cannot
    be told; `broken` says that the next leg leaves from another airport.
    """

    leg: BookedLeg
    origin_city: str
    destination_city: str
    km: int | None
    stop: int | None
    broken: bool
    today: bool


class Itinerary(msgspec.Struct, frozen=True):
    """Every leg of a reservation, and the map; `map` is None when no leg has two known places.

    `trip` and `transit` are None where they cannot be told.
    """

    steps: tuple[Step, ...]
    map: ItineraryMap | None
    km: int
    trip: Trip | None = None
    transit: Transit | None = None


def itineraries_of(
    reservations: Sequence[ReservationView], flight: FlightRow | None
) -> tuple[Itinerary, ...]:
    """Return the itinerary of each reservation, or the flight alone for who is in none."""
    if reservations:
        return tuple(itinerary_of(one.legs, flight, whole=not one.partial) for one in reservations)
    if flight is None:
        return ()
    alone = (flight.number, flight.origin, flight.destination, flight.departs_local, flight.arrives_local, "")
    return (itinerary_of((BookedLeg(*alone),), flight),)


def itinerary_of(legs: Sequence[BookedLeg], flight: FlightRow | None, *, whole: bool = False) -> Itinerary:
    """Return the legs in the order they are flown, with the leg of `flight` marked.

    `whole` says that a reservation told them all.
    """
    ordered = flown(legs, _hop)
    hops = [_hop(leg) for leg in ordered] if whole else []
    today = next((at for at, leg in enumerate(ordered) if flight is not None and is_of(leg, flight)), None)
    steps = tuple(
        _step(leg, ordered[at + 1] if at + 1 < len(ordered) else None, today=at == today)
        for at, leg in enumerate(ordered)
    )
    return Itinerary(
        steps=steps,
        map=drawn([(hop.origin, hop.destination) for hop in map(_hop, ordered)], today),
        km=sum(step.km or 0 for step in steps),
        trip=trip_of(hops, town_of),
        transit=transit_of(hops, town_of, moment_at) if hops else None,
    )


def is_of(leg: BookedLeg, flight: FlightRow) -> bool:
    """Tell whether a leg is a flight of the board: the same places and day, whatever its number."""
    if (leg.origin, leg.destination) != (flight.origin, flight.destination):
        return False
    days = leg.departs[:_DAY], flight.departs_local[:_DAY]
    return days[0] == days[1] or not all(days)


def _step(leg: BookedLeg, following: BookedLeg | None, *, today: bool) -> Step:
    one, other = place_of(leg.origin), place_of(leg.destination)
    return Step(
        leg=leg,
        origin_city="" if one is None else one.city,
        destination_city="" if other is None else other.city,
        km=None if one is None or other is None else round(kilometres(one, other)),
        stop=None if following is None or following.origin != leg.destination else _minutes(leg, following),
        broken=following is not None and following.origin != leg.destination,
        today=today,
    )


def _minutes(leg: BookedLeg, following: BookedLeg) -> int | None:
    if "T" not in leg.arrives or "T" not in following.departs:
        return None
    minutes = minutes_between(_hop(leg), _hop(following), moment_at)
    return minutes if minutes is not None and minutes >= 0 else None


def _hop(leg: BookedLeg) -> Hop:
    return Hop(leg.origin.strip().upper(), leg.destination.strip().upper(), leg.departs, leg.arrives)
