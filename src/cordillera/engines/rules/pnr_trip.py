"""What kind of trip the flights of an itinerary make, and how long is waited between them; purely.

Airports of one town are one place, if the caller knows where they lie (`TownOf`). What only an airport that
nobody knows could tell stays unknown. A trip, by the first that holds:

1. unknown, where a flight does not tell where it begins or ends;
2. RETURN: each flight begins where the one before ended, and the last ends where the first began;
3. OPEN_JAW: the last ends where the first began, or in another town of a country that was left in between,
   and 2 does not hold: a part of the way is not flown, or the way home ends elsewhere;
4. ONE_WAY: each flight begins where the one before ended, and the last ends elsewhere;
5. BROKEN: neither.

A transit is what is waited, up to a day, for the next flight in the town where the one before ended; more
than a day is a stay. Both times are local there; where its zone is known, the minutes are those that pass,
also when the clocks are changed meanwhile. Without any, the longest and all together are 0.

>>> way = [Hop("UIO", "MAD", "2026-11-26T18:00", "2026-11-27T11:00"),
...     Hop("MAD", "FRA", "2026-11-27T13:05", "2026-11-27T15:50")]
>>> trip_of(way, no_towns), transit_of(way, no_towns).longest
(None, 125)
>>> trip_of(way, {"UIO": "EC/Quito", "MAD": "ES/Madrid", "FRA": "DE/Frankfurt"}.get)
<Trip.ONE_WAY: 'ONE_WAY'>
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeAlias, TypeVar

import msgspec

LONGEST_TRANSIT: Final = 24 * 60
"""Minutes; who waits longer stays."""
_DAY: Final = 10

TownOf: TypeAlias = Callable[[str], str | None]
"""The country and town of an airport (`ES/Madrid`), or nothing where it is not known."""
ToUtc: TypeAlias = Callable[[str, str], str]
"""The UTC moment (`2026-11-26T14:00Z`) of a local time at a port, or "" when it is not known."""
_T = TypeVar("_T")


class Trip(StrEnum):
    """The kinds of trips, as rules name them."""

    ONE_WAY = "ONE_WAY"
    RETURN = "RETURN"
    OPEN_JAW = "OPEN_JAW"
    BROKEN = "BROKEN"


class Hop(msgspec.Struct, frozen=True):
    """One flight: airports, and local times in ISO 8601; "" where it is not told."""

    origin: str
    destination: str
    departs: str
    arrives: str


class Transit(msgspec.Struct, frozen=True):
    """The longest wait and all together, in minutes; `to` is the flight after the longest one."""

    longest: int = 0
    total: int = 0
    to: int = 0


def no_towns(port: str) -> str:  # noqa: ARG001 - the shape of TownOf
    """Know no airport: then only equal codes are one place."""
    return ""


def no_zones(port: str, local: str) -> str:  # noqa: ARG001 - the shape of ToUtc
    """Know no zone: then nothing is said in UTC."""
    return ""


def flown(legs: Sequence[_T], hop: Callable[[_T], Hop]) -> tuple[_T, ...]:
    """Return flights in the order they are flown: as told where each begins where the one before ended.

    Else by departure, where all tell it. Local times alone would turn flights over the date line round.
    """
    hops = [hop(one) for one in legs]
    if all(one.destination == after.origin for one, after in pairwise(hops)):
        return tuple(legs)
    if not all(one.departs for one in hops):
        return tuple(legs)
    order = sorted(range(len(hops)), key=lambda at: hops[at].departs)
    return tuple(legs[at] for at in order)


def trip_of(hops: Sequence[Hop], town: TownOf) -> Trip | None:
    """Return the kind of trip that flights make in this order, or None: conditions 1 to 5."""
    if not hops or not all(one.origin and one.destination for one in hops):
        return None
    first, last = hops[0].origin, hops[-1].destination
    home = _same(first, last, town)
    if len(hops) == 1:
        return Trip.RETURN if home else Trip.ONE_WAY
    joined = _all(_same(one.destination, after.origin, town) for one, after in pairwise(hops))
    back = home or _came_back(hops, town)
    if home is None or joined is None or back is None:
        return None
    if back:
        return Trip.RETURN if home and joined else Trip.OPEN_JAW
    return Trip.ONE_WAY if joined else Trip.BROKEN


def transit_of(hops: Sequence[Hop], town: TownOf, utc: ToUtc = no_zones) -> Transit | None:
    """Return the transits between flights in this order; None where one of them cannot be told."""
    found = Transit()
    for to, (one, after) in enumerate(pairwise(hops), start=1):
        joined = _same(one.destination, after.origin, town) if one.destination and after.origin else None
        waited = minutes_between(one, after, utc) if joined else None
        if joined is None or (joined and (waited is None or waited < 0)):
            return None
        if waited is not None and waited <= LONGEST_TRANSIT:
            longest, at = max((found.longest, found.to), (waited, to))
            found = Transit(longest, found.total + waited, at)
    return found


def _same(port: str, other: str, town: TownOf) -> bool | None:
    if port == other:
        return True
    one, two = town(port), town(other)
    return one == two if one and two else None


def _all(told: Iterable[bool | None]) -> bool | None:
    """Kleene's "and"."""
    known = list(told)
    return False if False in known else None if None in known else True


def _came_back(hops: Sequence[Hop], town: TownOf) -> bool | None:
    """Whether the last flight ends in the country of the first one, and another was called at in between."""
    first, *between, last = (
        (town(port) or "").partition("/")[0] for hop in hops for port in (hop.origin, hop.destination)
    )
    if not first or not last:
        return None
    if first != last:
        return False
    if any(country not in ("", first) for country in between):
        return True
    return None if "" in between else False


def minutes_between(one: Hop, after: Hop, utc: ToUtc = no_zones) -> int | None:
    """Return the minutes between two flights in one town; of days alone only that more than one lies between.

    None where a time is none, or where changed clocks show it twice or never.
    """
    ends = ((one.destination, one.arrives), (after.origin, after.departs))
    try:
        if "T" in one.arrives and "T" in after.departs:
            moments = [utc(port, local[:16]).removesuffix("Z") for port, local in ends]
            if not all(moments):
                unclear = [end for end, moment in zip(ends, moments, strict=True) if not moment]
                if any(utc(port, f"{local[:_DAY]}T12:00") for port, local in unclear):
                    return None  # its zone is known: noon is one moment there, this time is none or two
                moments = [local[:16] for _, local in ends]
            first, last = map(datetime.fromisoformat, moments)
            return int((last - first).total_seconds() // 60)
        first, last = (datetime.fromisoformat(local[:_DAY]) for _, local in ends)
    except ValueError:
        return None
    return (last - first).days * LONGEST_TRANSIT if (last - first).days >= 2 else None
