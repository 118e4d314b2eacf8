"""The flights of a day in PostgreSQL, with what their load is judged by; nobody is named here."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers.board_core import DayFlight
from cordillera.desks.travellers.model import FlightFilter, Note
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import FieldSealer, Place

MOST_FLIGHTS: Final = 10_000
_OPENED: Final = 400
_DAY: Final = (
    "SELECT f.id, f.number, f.origin, f.destination, f.departs_local, f.arrives_local, f.arrives_zone,"
    " f.zone_assumed, f.arrives_at, f.closed, f.vessel, sent.messages, sent.partial, sent.findings,"
    " sent.worst, sent.first_at, sent.last_at, sent.interactive,"
    " (SELECT count(*) FROM traveller_pnrgov p WHERE p.flight_id = f.id) AS pushes,"
    " EXISTS (SELECT 1 FROM traveller t WHERE t.flight_id = f.id AND t.source = 'list'"
    " AND t.role NOT IN ('crew', 'transit_crew')) AS listed,"
    " EXISTS (SELECT 1 FROM traveller t WHERE t.flight_id = f.id"
    " AND t.role IN ('crew', 'transit_crew')) AS crewed"
    " FROM traveller_flight f CROSS JOIN LATERAL (SELECT count(*) AS messages,"
    " count(*) FILTER (WHERE m.status = 'partial') AS partial,"
    " count(*) FILTER (WHERE m.channel = 'interactive') AS interactive,"
    " coalesce(sum(m.findings), 0)::integer AS findings, min(m.received_at) AS first_at,"
    " max(m.received_at) AS last_at, coalesce((array_agg(m.worst ORDER BY array_position("
    "ARRAY['error', 'warning', 'info', ''], m.worst)))[1], '') AS worst"
    " FROM traveller_message_flight l JOIN traveller_message m ON m.id = l.message_id"
    " WHERE l.flight_id = f.id) sent"
)
_OF_DAY: Final = (
    f"{_DAY} WHERE CASE WHEN f.arrives_at IS NULL THEN :unknown"
    " ELSE f.arrives_at >= :since AND f.arrives_at < :until END"
    " ORDER BY f.arrives_at NULLS LAST, f.id LIMIT :limit"
)
_ONE: Final = f"{_DAY} WHERE f.id = :id"
_PEOPLE: Final = (
    "SELECT flight_id, count(*) FILTER (WHERE role NOT IN ('crew', 'transit_crew')) AS travellers,"
    " count(*) FILTER (WHERE role IN ('crew', 'transit_crew')) AS crew FROM traveller"
    " WHERE flight_id = ANY(:ids) AND gone = '' GROUP BY flight_id"
)
_NOTES: Final = (
    "SELECT l.flight_id, m.id, m.key_id, m.notes FROM traveller_message_flight l"
    " JOIN traveller_message m ON m.id = l.message_id WHERE l.flight_id = ANY(:ids)"
    " AND m.worst IN ('warning', 'error') ORDER BY m.received_at DESC, m.id DESC LIMIT :limit"
)


def of_day(tx: sa.Connection, wanted: FlightFilter) -> tuple[DayFlight, ...]:
    """Return the flights that land in a time, and if wanted those of unknown time; `MOST_FLIGHTS` at most."""
    where = {"since": wanted.since, "until": wanted.until, "unknown": wanted.unknown, "limit": MOST_FLIGHTS}
    return tuple(DayFlight(**dict(row)) for row in tx.execute(sa.text(_OF_DAY), where).mappings())


def one(tx: sa.Connection, flight_id: UUID) -> DayFlight:
    """Return one flight, which the caller has found already."""
    return DayFlight(**dict(tx.execute(sa.text(_ONE), {"id": flight_id}).mappings().one()))


def people(tx: sa.Connection, flights: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return how many travellers and crew are on each of some flights."""
    rows = tx.execute(sa.text(_PEOPLE), {"ids": list(flights)})
    return {row.flight_id: (row.travellers, row.crew) for row in rows}


def notes(tx: sa.Connection, sealer: FieldSealer, flights: Sequence[UUID]) -> dict[UUID, list[Note]]:
    """Return what was found about the messages of some flights, of the newest `_OPENED` messages."""
    rows = tx.execute(sa.text(_NOTES), {"ids": list(flights), "limit": _OPENED}).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    opened: dict[UUID, tuple[Note, ...]] = {}
    found: dict[UUID, list[Note]] = {}
    for row in (row for row in rows if row.key_id in keys):
        if row.id not in opened:
            place = Place("traveller_message", "notes", str(row.id))
            opened[row.id] = shapes.decode(sealer.open(keys[row.key_id], place, row.notes), tuple[Note, ...])
        found.setdefault(row.flight_id, []).extend(opened[row.id])
    return found
