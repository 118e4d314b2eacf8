"""The quality of carriers' messages over some days, for the officer who writes to the carrier."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import quality_store as stored
from cordillera.desks.travellers.errors import CarrierNotFound
from cordillera.desks.travellers.quality_core import (
    CarrierQuality,
    FlightQuality,
    Judging,
    Missing,
    Refused,
    carrier_of,
    carriers,
    judged,
)
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import FieldSealer

MOST_DAYS = 31
_SHOWN = 200


class QualityView(msgspec.Struct, frozen=True):
    """All carriers from `first` to `last`, days of the node's own zone; `cut` when there were too many."""

    first: date
    last: date
    days: int
    carriers: tuple[CarrierQuality, ...]
    refused: tuple[Refused, ...]
    cut: bool


class CarrierView(msgspec.Struct, frozen=True):
    """One carrier: its line, flights with a fault, missing flights, and which findings its messages have."""

    days: int
    line: CarrierQuality
    flights: tuple[FlightQuality, ...]
    faulty: int
    missing: tuple[Missing, ...]
    findings: tuple[stored.FindingCount, ...]


class Quality:
    """Judges what carriers sent."""

    def __init__(self, sealer: FieldSealer, clock: Clock, zone: str) -> None:
        self._sealer = sealer
        self._clock = clock
        self._zone = zone

    def carriers(self, tx: sa.Connection, days: int) -> QualityView:
        """Return a line for each carrier over the last `days` days, today among them."""
        first, last, since, until = self._period(days)
        sent = stored.sent(tx, since, until)
        absent = stored.missing(tx, self._zone, first, last - timedelta(days=1))
        return QualityView(
            first=first,
            last=last,
            days=days,
            carriers=carriers(sent, absent, self._judging()),
            refused=stored.refused(tx, since, until),
            cut=len(sent) == stored.MOST_FLIGHTS,
        )

    def carrier(self, tx: sa.Connection, carrier: str, days: int) -> CarrierView:
        """Return one carrier's faults over the last `days` days; raise `CarrierNotFound` if it has none."""
        first, last, since, until = self._period(days)
        sent = [one for one in stored.sent(tx, since, until) if carrier_of(one.number, one.vessel) == carrier]
        absent = [
            one
            for one in stored.missing(tx, self._zone, first, last - timedelta(days=1))
            if carrier_of(one.number) == carrier
        ]
        flights = [judged(one, self._judging()) for one in sent]
        faulty = [one for one in flights if one.late or one.unclosed or one.partial]
        if not sent and not absent:
            raise CarrierNotFound(carrier=carrier, days=days)
        (line,) = carriers(sent, absent, self._judging())
        return CarrierView(
            days=days,
            line=line,
            flights=tuple(faulty[:_SHOWN]),
            faulty=len(faulty),
            missing=tuple(absent[:_SHOWN]),
            findings=stored.findings(tx, self._sealer, [one.flight_id for one in sent]),
        )

    def _period(self, days: int) -> tuple[date, date, datetime, datetime]:
        zone = ZoneInfo(self._zone)
        last = self._clock.now().astimezone(zone).date()
        first = last - timedelta(days=days - 1)
        since, until = (
            datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + timedelta(days=1))
        )
        return first, last, since, until

    def _judging(self) -> Judging:
        return Judging(self._clock.now(), self._zone)
