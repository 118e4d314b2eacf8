"""What a reservation says of the journey as a whole: flights, when it was booked, by whom.

The origin is where the first flight begins. The destination is where the journey stays longest, else where
the last flight ends: so a return ticket has the place of the stay, not the way home. The stay is told where
a flight leaves again from the airport another one came to: both times are local there, and the minutes are
those that pass where its zone is known.

>>> from cordillera.engines.edifact.pnrgov_model import Pnr
>>> from cordillera.engines.rules.pnr_reading import Evident
>>> itinerary_of(Pnr(0, 1, ()), (), Evident(()))["itinerary.travellers"].value
0
"""

from collections.abc import Sequence
from itertools import pairwise

from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov_model import Change, Leg, Pnr
from cordillera.engines.rules.facts import Seen, Thing
from cordillera.engines.rules.pnr_reading import Evident, between
from cordillera.engines.rules.pnr_trip import (
    LONGEST_TRANSIT,
    Hop,
    ToUtc,
    TownOf,
    flown,
    minutes_between,
    no_towns,
    no_zones,
    transit_of,
    trip_of,
)


def leg_on(pnr: Pnr, flight: Leg | None) -> Leg | None:
    """The flight of a reservation that is this flight: by its number, else by day and places (code share)."""
    if flight is None:
        return None
    on_day = [one for one in pnr.legs if _day(one) == _day(flight) or not _day(one) or not _day(flight)]
    named = (one for one in on_day if one.flight == flight.flight and _apart(one, flight) < 2)
    return next(named, next((one for one in on_day if not _apart(one, flight)), None))


def _apart(one: Leg, other: Leg) -> int:
    """How many of the two places differ."""
    pairs = ((one.origin, other.origin), (one.destination, other.destination))
    return sum(bool(a and b) and text_of(a) != text_of(b) for a, b in pairs)


def _day(leg: Leg) -> str:
    return text_of(leg.departs)[:10]


def itinerary_of(
    pnr: Pnr,
    history: Sequence[Change],
    reading: Evident,
    town: TownOf = no_towns,
    utc: ToUtc = no_zones,
) -> dict[str, Seen]:
    """The facts of the itinerary; what depends on all flights is unknown when the reservation was cut."""
    known: dict[str, Seen] = {}
    made = next((one.made for one in pnr.locators if one.made is not None), None)
    if made is not None:
        known |= reading.told("itinerary.booked_on", made.text[:10], made)
    if pnr.partial:
        return known
    known |= reading.told("itinerary.travellers", len(pnr.travellers))
    known |= reading.told("itinerary.segments", len(pnr.legs))
    known |= reading.told("itinerary.changes", len(history))
    parted = next((one.persons for one in pnr.splits if one.persons is not None), None)
    known |= reading.told("itinerary.split", bool(pnr.splits), parted)
    legs = flown(pnr.legs, _hop)
    return known | _route(legs, reading, utc) | _trip(legs, reading, town, utc)


def _route(legs: Sequence[Leg], reading: Evident, utc: ToUtc) -> dict[str, Seen]:
    if not legs:
        return {}
    first, last = legs[0], legs[-1]
    stay, staying = max(
        ((_minutes(one, after, utc), one) for one, after in _connected(legs)), key=_first, default=(0, last)
    )
    known = reading.of({"itinerary.origin": first.origin})
    target = staying if stay > LONGEST_TRANSIT else last
    known |= reading.of({"itinerary.destination": target.destination})
    if first.origin is not None and last.destination is not None:
        known |= reading.told(
            "itinerary.one_way", first.origin.text != last.destination.text, last.destination
        )
    if stay > LONGEST_TRANSIT:
        known |= reading.told("itinerary.stay", f"{stay} min", staying.arrives)
    return known


def _trip(legs: Sequence[Leg], reading: Evident, town: TownOf, utc: ToUtc) -> dict[str, Seen]:
    """The kind of trip and its transits, each at the field that settled it."""
    hops = [_hop(leg) for leg in legs]
    trip, transit = trip_of(hops, town), transit_of(hops, town, utc)
    known = {} if trip is None else reading.told("itinerary.trip", trip.value, legs[-1].destination)
    if not legs or transit is None:
        return known
    at = legs[transit.to].departs if transit.to else None
    known |= reading.told("itinerary.transit_longest", f"{transit.longest} min", at)
    return known | reading.told("itinerary.transit_total", f"{transit.total} min", at)


def _hop(leg: Leg) -> Hop:
    origin, destination = (text_of(port).strip().upper() for port in (leg.origin, leg.destination))
    return Hop(origin, destination, text_of(leg.departs), text_of(leg.arrives))


def _first(pair: tuple[int, Leg]) -> int:
    return pair[0]


def _connected(legs: Sequence[Leg]) -> list[tuple[Leg, Leg]]:
    """Flights with the one that leaves again from where they land."""
    return [
        (one, after)
        for one, after in pairwise(legs)
        if text_of(one.destination) == text_of(after.origin) != ""
    ]


def _minutes(one: Leg, after: Leg, utc: ToUtc) -> int:
    """Minutes on the ground; a time that is only a day counts from its begin."""
    told = _waited(one, after, utc).split()
    if not told:
        return 0
    return int(told[0]) * (1440 if told[1] == "days" else 1)


def _waited(one: Leg, after: Leg, utc: ToUtc) -> str:
    """The time on the ground as a duration, in whole days where one of the times is a day alone."""
    if "T" not in text_of(one.arrives) or "T" not in text_of(after.departs):
        return between(one.arrives, after.departs)
    minutes = minutes_between(_hop(one), _hop(after), utc)
    return "" if minutes is None else f"{minutes} min"


def flight_facts(leg: Leg | None, reading: Evident, utc: ToUtc) -> dict[str, Seen]:
    """The facts of the flight itself, as the reservation has it."""
    if leg is None:
        return {}
    known = reading.of(
        {
            "flight.carrier": leg.carrier,
            "flight.number": leg.number,
            "flight.origin": leg.origin,
            "flight.destination": leg.destination,
        }
    )
    shared = leg.operating is not None and text_of(leg.operating) != text_of(leg.carrier)
    known |= reading.told("flight.codeshare", shared, leg.operating)
    for name, at, port in (("departure", leg.departs, leg.origin), ("arrival", leg.arrives, leg.destination)):
        known |= moments_of(f"flight.{name}", at, (reading, utc, text_of(port)))
    return known | _duration(leg, reading, utc)


def _duration(leg: Leg, reading: Evident, utc: ToUtc) -> dict[str, Seen]:
    ends = ((leg.departs, leg.origin), (leg.arrives, leg.destination))
    moments = [utc(text_of(port), text_of(at)).removesuffix("Z") for at, port in ends]
    told = between(*(Field(text, 0, 0) for text in moments)) if all(moments) else ""
    return reading.told("flight.duration", told, leg.arrives) if told else {}


def moments_of(name: str, at: Field | None, how: tuple[Evident, ToUtc, str]) -> dict[str, Seen]:
    """Local moment, time of day and UTC of one time at one port; a day alone says none of them."""
    if at is None or "T" not in at.text:
        return {}
    reading, utc, port = how
    local = at.text[:16]
    known = reading.told(f"{name}_local", local, at) | reading.told(f"{name}_time", local[11:], at)
    moment = utc(port, at.text)
    return known | (reading.told(f"{name}_utc", moment, at) if moment else {})


def segments_of(pnr: Pnr, reading: Evident, utc: ToUtc) -> tuple[Thing, ...]:
    """The flights of the itinerary, each with the time waited for it on the ground."""
    legs = flown(pnr.legs, _hop)
    came = dict(zip(legs[1:], legs, strict=False))
    return tuple(_segment(one, came.get(one), reading, utc) for one in legs)


def _segment(leg: Leg, before: Leg | None, reading: Evident, utc: ToUtc) -> Thing:
    known = reading.of(
        {
            "segment.carrier": leg.carrier,
            "segment.origin": leg.origin,
            "segment.destination": leg.destination,
            "segment.status": leg.status,
        }
    )
    known |= moments_of("segment.departure", leg.departs, (reading, utc, text_of(leg.origin)))
    if before is not None and text_of(before.destination) == text_of(leg.origin) != "":
        waited = _waited(before, leg, utc)
        known |= reading.told("segment.wait", waited, leg.departs) if waited else {}
    return known
