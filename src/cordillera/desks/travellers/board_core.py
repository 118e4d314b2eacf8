"""The board of a day: what came about each flight, what is missing or late, and how long is left; purely.

What came about a flight is told in four parts: reservations, passenger list, crew list, and that its doors
had closed. A part is

1. `came` when a message brought it;
2. `missing` when it did not and should have: reservations and lists half an hour after departure
   (`quality_core.Judging.grace`), the closing two hours after; without a known departure, once it has landed;
3. `awaited` otherwise.

A flight is `late` when its first message came later than that after departure, `partial` when a message was
cut or contradicts itself, and its counts differ when a message declared another number than it held.

4. Announced again with other hours, a flight has two lines. The one told last holds; the other says so, and
   the first shows by how much the arrival moved. Nobody is moved from one to the other.

>>> countdown(datetime(2026, 11, 21, 12, tzinfo=UTC), datetime(2026, 11, 21, 9, 29, 30, tzinfo=UTC))
Countdown(passed=False, days=0, hours=2, minutes=31)
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, get_args
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from cordillera.desks.travellers.model import FlightRow, Note
from cordillera.desks.travellers.quality_core import CLOSING, Judging
from cordillera.desks.travellers.reservation_core import same_number
from cordillera.desks.travellers.zones import PortZone, is_clear, to_utc, zone_of

PER_PAGE: Final = 100
Show = Literal["all", "alerts", "load", "coming"]
Sort = Literal["arrival", "departure", "flight", "route", "alerts", "load"]
SHOWS: tuple[Show, ...] = get_args(Show)
SORTS: tuple[Sort, ...] = get_args(Sort)
_COUNTED: Final = re.compile(r"(?:CNT (41|42)|EQN) declares (\d{1,9}), found (\d{1,9})")
_COUNTED_CODES: Final = frozenset({"paxlst.traveller_count", "pnrgov.pnr_count"})
_WHAT: Final = {"42": "passengers", "41": "crew", None: "reservations"}
_FAR: Final = datetime.max.replace(tzinfo=UTC)
__all__ = ["UTC", "datetime"]


class PartState(StrEnum):
    """Where one part of what is expected about a flight stands: conditions 1 to 3."""

    CAME = "came"
    AWAITED = "awaited"
    MISSING = "missing"


class Counted(msgspec.Struct, frozen=True):
    """A message that declared another number than it held: of what, how many, how many were read."""

    what: str
    declared: int
    read: int


class Load(msgspec.Struct, frozen=True):
    """What came about a flight: each part, how many pushes and interactive lists, and what is wrong."""

    reservations: PartState
    passengers: PartState
    crew: PartState
    closing: PartState
    pushes: int
    interactive: int
    late: bool
    partial: int
    counted: tuple[Counted, ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, PartState], ...]:
        """The parts in the order they are expected."""
        names = ("reservations", "passengers", "crew", "closing")
        return tuple((name, getattr(self, name)) for name in names)

    @property
    def faults(self) -> int:
        """How many things are wrong, for the order of the board."""
        missing = sum(state is PartState.MISSING for _, state in self.parts)
        return missing + self.late + bool(self.partial) + len(self.counted)


class DayFlight(msgspec.Struct, frozen=True):
    """A flight of the day with what its load is judged by."""

    id: UUID
    number: str
    origin: str
    destination: str
    departs_local: str
    arrives_local: str
    arrives_zone: str
    zone_assumed: bool
    arrives_at: datetime | None
    closed: bool
    messages: int
    partial: int
    findings: int
    worst: str
    first_at: datetime | None
    last_at: datetime | None
    pushes: int
    interactive: int
    listed: bool
    crewed: bool
    vessel: str = ""


class Countdown(msgspec.Struct, frozen=True):
    """How long until a moment, or since; minutes are rounded up, so that zero means now."""

    passed: bool
    days: int
    hours: int
    minutes: int


class BoardFlight(FlightRow, frozen=True, kw_only=True):
    """A line of the board. `moved` are minutes by which the arrival moved; `newer` is the line that holds."""

    departs_at: datetime | None
    departs_zone: PortZone
    to_departure: Countdown | None
    to_arrival: Countdown | None
    load: Load
    decided: int
    moved: int = 0
    newer: UUID | None = None


class BoardQuery(msgspec.Struct, frozen=True):
    """What the address of the board says."""

    show: Show = "all"
    sort: Sort = "arrival"
    q: str = ""
    page: int = 1

    def suffix(self, day: str, **changes: str | int) -> str:
        """Return the query string of this address with `changes`; what is usual is left out.

        >>> BoardQuery(sort="alerts", page=3).suffix("2026-11-21", q="XA")
        '?day=2026-11-21&sort=alerts&q=XA'
        """
        changed = {**msgspec.structs.asdict(self), **({"page": 1} if changes else {}), **changes}
        usual = msgspec.structs.asdict(BoardQuery())
        said = {name: value for name, value in changed.items() if value != usual[name]}
        return f"?{urlencode({'day': day, **said})}"


def countdown(moment: datetime, now: datetime) -> Countdown:
    """Return how long is left until `moment`, or how long it is past."""
    seconds = (moment - now).total_seconds()
    minutes = -(-abs(seconds) // 60) if seconds > 0 else abs(seconds) // 60
    days, rest = divmod(int(minutes), 1440)
    return Countdown(seconds <= 0, days, rest // 60, rest % 60)


def departure(flight: DayFlight, home: str) -> tuple[datetime | None, PortZone]:
    """Return when a flight leaves, in UTC, and the zone its local time is of; see `arrival`."""
    zone = zone_of(flight.origin, home)
    told = "T" in flight.departs_local and not zone.assumed
    at = to_utc(flight.departs_local, zone.name) if told else None
    return (None if at is None or not is_clear(flight.departs_local, zone.name) else at), zone


def arrival(flight: DayFlight | FlightRow) -> datetime | None:
    """Return when a flight lands, in UTC; None where it is not told, and where it would be guessed.

    That is at a port of an unknown zone, and where changed clocks show the time twice or never.
    """
    if flight.arrives_at is None or flight.zone_assumed:
        return None
    return flight.arrives_at if is_clear(flight.arrives_local, flight.arrives_zone) else None


def load_of(flight: DayFlight, departs_at: datetime | None, judging: Judging) -> Load:
    """Judge what came about a flight: conditions 1 to 3."""
    gone = departs_at or arrival(flight)
    after = (
        {"lists": judging.grace, "closing": CLOSING}
        if departs_at
        else dict.fromkeys(("lists", "closing"), timedelta())
    )

    def part(*, came: bool, kind: str) -> PartState:
        if came:
            return PartState.CAME
        due = gone is not None and judging.now > gone + after[kind]
        return PartState.MISSING if due else PartState.AWAITED

    first = flight.first_at
    return Load(
        reservations=part(came=flight.pushes > 0, kind="lists"),
        passengers=part(came=flight.listed, kind="lists"),
        crew=part(came=flight.crewed, kind="lists"),
        closing=part(came=flight.closed, kind="closing"),
        pushes=flight.pushes,
        interactive=flight.interactive,
        late=departs_at is not None and first is not None and first > departs_at + judging.grace,
        partial=flight.partial,
    )


def counted_in(notes: Iterable[Note]) -> tuple[Counted, ...]:
    """Return the counts that messages declared otherwise than they held, each once."""
    found = (_COUNTED.search(one.text) for one in notes if one.code in _COUNTED_CODES)
    told = (Counted(_WHAT[one[1]], int(one[2]), int(one[3])) for one in found if one is not None)
    return tuple(dict.fromkeys(told))


def newest(flights: Sequence[DayFlight]) -> dict[UUID, DayFlight]:
    """Return for each line that was announced again with other hours the line that holds (condition 4)."""
    groups: dict[tuple[str, str, str], list[list[DayFlight]]] = {}
    for flight in flights:
        day = flight.departs_local[:10]
        if not (day and flight.number):
            continue
        known = groups.setdefault((flight.origin, flight.destination, day), [])
        same = next((one for one in known if same_number(one[0].number, flight.number)), None)
        if same is None:
            known.append([flight])
        else:
            same.append(flight)
    told = [one for known in groups.values() for one in known if len(one) > 1]
    return {flight.id: max(group, key=_last) for group in told for flight in group}


def moved_by(flight: DayFlight, holds: Mapping[UUID, DayFlight], flights: Sequence[DayFlight]) -> int:
    """Return by how many minutes the arrival of the line that holds moved since it was first announced."""
    if flight.id not in holds or holds[flight.id].id != flight.id or flight.arrives_at is None:
        return 0
    others = [
        one
        for one in flights
        if one.id != flight.id and holds.get(one.id) is flight and one.arrives_at is not None
    ]
    if not others:
        return 0
    first = min(others, key=_first)
    return (
        0 if first.arrives_at is None else int((flight.arrives_at - first.arrives_at).total_seconds() // 60)
    )


def chosen(flights: Sequence[BoardFlight], wanted: BoardQuery) -> list[BoardFlight]:
    """Return the lines that an address asks for, in its order."""
    asked = "".join(wanted.q.upper().split())
    shown = [one for one in flights if _shows(one, wanted.show) and _says(one, asked)]
    return sorted(shown, key=_ORDERS[wanted.sort])


def _shows(flight: BoardFlight, show: Show) -> bool:
    return {
        "all": True,
        "alerts": flight.pending > 0,
        "load": flight.load.faults > 0 and flight.newer is None,
        "coming": flight.status != "landed" and flight.newer is None,
    }[show]


def _says(flight: BoardFlight, asked: str) -> bool:
    return not asked or asked in f"{flight.number} {flight.origin} {flight.destination}".upper()


def _by_arrival(flight: BoardFlight) -> tuple[datetime, str, str]:
    return flight.arrives_at or _FAR, flight.number, str(flight.id)


def _by_departure(flight: BoardFlight) -> tuple[datetime, str, str]:
    return flight.departs_at or _FAR, flight.number, str(flight.id)


def _by_number(flight: BoardFlight) -> tuple[str, datetime, str]:
    return flight.number or "\uffff", flight.arrives_at or _FAR, str(flight.id)


def _by_route(flight: BoardFlight) -> tuple[str, str, datetime, str]:
    return flight.origin or "\uffff", flight.destination, flight.arrives_at or _FAR, str(flight.id)


def _by_alerts(flight: BoardFlight) -> tuple[int, int, datetime, str]:
    return -flight.pending, -flight.alerts, flight.arrives_at or _FAR, str(flight.id)


def _by_load(flight: BoardFlight) -> tuple[int, datetime, str]:
    return -flight.load.faults, flight.arrives_at or _FAR, str(flight.id)


_ORDERS: Final = {
    "arrival": _by_arrival,
    "departure": _by_departure,
    "flight": _by_number,
    "route": _by_route,
    "alerts": _by_alerts,
    "load": _by_load,
}


def _last(flight: DayFlight) -> tuple[datetime, str]:
    return flight.last_at or datetime.min.replace(tzinfo=UTC), str(flight.id)


def _first(flight: DayFlight) -> tuple[datetime, str]:
    return flight.first_at or _FAR, str(flight.id)
