"""How well each carrier tells who is coming: late, not closed, cut, missing; purely (ICAO Annex 9 chapter 9).

A flight counts against its carrier when

1. its first list came more than `grace` after it left: late; it is unknown when its departure is not told;
2. it left more than CLOSING ago and nobody said that its doors had closed: not closed; ships close none;
3. a list of it was cut or contradicts itself: partial;
4. it was expected and nothing came (see `Board.missing_flights`): missing.

A ship's lists count under the ship: its number is that of a voyage, and tells no carrier.

>>> carrier_of("XL1411"), carrier_of("XLA1411"), carrier_of("a boat")
('XL', 'XLA', '')
>>> carrier_of("V0123", "OCEAN INVENTED (IMO 9074729)")
'IMO 9074729'
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

import msgspec

from cordillera.desks.travellers.zones import to_utc, zone_of

CLOSING = timedelta(hours=2)
_IMO = re.compile(r"\bIMO \d{7}\b")
_WORDS = re.compile(r"[^\W_]+")
_CARRIER = re.compile(r"([A-Z]{3}|[A-Z0-9]{2})(?=\d{1,4}[A-Z]?\Z)")


class Sent(msgspec.Struct, frozen=True):
    """What came about one flight: when first, how many messages, how many of them partial.

    `vessel` is the ship of a voyage.
    """

    flight_id: UUID
    number: str
    origin: str
    departs_local: str
    closed: bool
    first_at: datetime
    messages: int
    partial: int
    findings: int
    vessel: str = ""


class Missing(msgspec.Struct, frozen=True):
    """A flight that was expected on a day, because it came on so many of the four same weekdays before."""

    day: date
    number: str
    origin: str
    seen: int


class Refused(msgspec.Struct, frozen=True):
    """How often a sender's messages could not be read, for one reason, and the newest of them."""

    sender: str
    reason: str
    count: int
    newest: UUID


class FlightQuality(msgspec.Struct, frozen=True):
    """One flight judged; `lead` is minutes from its first list to its departure, negative when later."""

    flight_id: UUID
    number: str
    origin: str
    departs_at: datetime | None
    first_at: datetime
    lead: int | None
    late: bool
    unclosed: bool
    partial: int


class CarrierQuality(msgspec.Struct, frozen=True):
    """One carrier's line; `lead` is the median over its flights whose departure is known.

    Of a ship `carrier` is what tells it, and `vessel` its name and number as last told.
    """

    carrier: str
    flights: int
    messages: int
    late: int
    unclosed: int
    partial: int
    missing: int
    findings: int
    lead: int | None
    faults: float
    vessel: str = ""


class Judging(msgspec.Struct, frozen=True):
    """What judging needs to know: now, the zone of ports that are unknown, the grace for late lists."""

    now: datetime
    home_zone: str
    grace: timedelta = timedelta(minutes=30)


def carrier_of(number: str, vessel: str = "") -> str:
    """Return the designator a flight number begins with (two characters, or three letters), "" if none.

    Of a ship: its IMO number, else its name, so that it stands in an address.
    """
    if vessel:
        imo = _IMO.search(vessel)
        return " ".join(("SHIP", *_WORDS.findall(vessel.upper()))) if imo is None else imo[0]
    found = _CARRIER.match(number)
    return "" if found is None or found[1].isdigit() else found[1]


def judged(sent: Sent, judging: Judging) -> FlightQuality:
    """Judge one flight by conditions 1 to 3."""
    zone = zone_of(sent.origin, "")
    told = "T" in sent.departs_local and not zone.assumed
    departs = to_utc(sent.departs_local, zone.name) if told else None
    lead = None if departs is None else departs - sent.first_at
    return FlightQuality(
        flight_id=sent.flight_id,
        number=sent.number,
        origin=sent.origin,
        departs_at=departs,
        first_at=sent.first_at,
        lead=None if lead is None else int(lead.total_seconds() // 60),
        late=lead is not None and -lead > judging.grace,
        unclosed=not (sent.vessel or sent.closed) and departs is not None and departs + CLOSING < judging.now,
        partial=sent.partial,
    )


def carriers(
    sent: Sequence[Sent], missing: Iterable[Missing], judging: Judging
) -> tuple[CarrierQuality, ...]:
    """Return a line for each carrier, those with the largest share of faulty flights first."""
    of: dict[str, list[tuple[Sent, FlightQuality]]] = defaultdict(list)
    for one in sent:
        of[carrier_of(one.number, one.vessel)].append((one, judged(one, judging)))
    absent: dict[str, int] = defaultdict(int)
    for flight in missing:
        absent[carrier_of(flight.number)] += 1
    lines = [_line(carrier, of.get(carrier, []), absent.get(carrier, 0)) for carrier in {*of, *absent}]
    return tuple(sorted(lines, key=_rank))


def _rank(line: CarrierQuality) -> tuple[float, int, str]:
    return -line.faults, -line.flights, line.carrier


def _line(carrier: str, flights: Sequence[tuple[Sent, FlightQuality]], missing: int) -> CarrierQuality:
    leads = [quality.lead for _, quality in flights if quality.lead is not None]
    faulty = sum(quality.late or quality.unclosed or bool(quality.partial) for _, quality in flights)
    return CarrierQuality(
        carrier=carrier,
        flights=len(flights),
        messages=sum(sent.messages for sent, _ in flights),
        late=sum(quality.late for _, quality in flights),
        unclosed=sum(quality.unclosed for _, quality in flights),
        partial=sum(bool(quality.partial) for _, quality in flights),
        missing=missing,
        findings=sum(sent.findings for sent, _ in flights),
        lead=round(median(leads)) if leads else None,
        faults=round((faulty + missing) / (len(flights) + missing), 4),
        vessel=next((sent.vessel for sent, _ in sorted(flights, key=_first_at, reverse=True)), ""),
    )


def _first_at(flight: tuple[Sent, FlightQuality]) -> datetime:
    return flight[0].first_at
