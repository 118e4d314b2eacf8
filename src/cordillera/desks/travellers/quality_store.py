"""What the quality of carriers' messages is told by, read from PostgreSQL: counts, times and reasons."""

from datetime import date, datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.model import Note
from cordillera.desks.travellers.quality_core import Missing, Refused, Sent
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import FieldSealer, Place

MOST_FLIGHTS = 50_000
_OPENED = 200
_EXPECTED = 3  # of the four same weekdays before

SENT = (
    "WITH told AS (SELECT DISTINCT l.flight_id FROM traveller_message m"
    " JOIN traveller_message_flight l ON l.message_id = m.id"
    " WHERE m.received_at >= :since AND m.received_at < :until)"
    " SELECT f.id AS flight_id, f.number, f.origin, f.departs_local, f.closed, f.vessel,"
    " came.first_at, came.messages, came.partial, came.findings"
    " FROM told JOIN traveller_flight f ON f.id = told.flight_id CROSS JOIN LATERAL ("
    " SELECT min(m.received_at) AS first_at, count(*) AS messages,"
    " count(*) FILTER (WHERE m.status = 'partial') AS partial, sum(m.findings)::integer AS findings"
    " FROM traveller_message_flight l JOIN traveller_message m ON m.id = l.message_id"
    " WHERE l.flight_id = f.id) came"
    " WHERE came.first_at >= :since ORDER BY came.first_at DESC, f.id LIMIT :limit"
)
"""The days say which flights, by the index on arrival; the messages of these flights alone are summed."""
_MISSING = (
    "WITH flown AS (SELECT DISTINCT number, origin, (arrives_at AT TIME ZONE :zone)::date AS day"
    " FROM traveller_flight WHERE number <> '' AND vessel = ''"
    " AND arrives_at >= CAST(CAST(:first AS date) - 28 AS timestamp) AT TIME ZONE :zone"
    " AND arrives_at < CAST(CAST(:last AS date) + 1 AS timestamp) AT TIME ZONE :zone)"
    " SELECT CAST(d AS date) AS day, f.number, f.origin, count(*) AS seen"
    " FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') d"
    " JOIN flown f ON CAST(d AS date) - f.day IN (7, 14, 21, 28)"
    " WHERE NOT EXISTS (SELECT 1 FROM flown g WHERE g.number = f.number AND g.origin = f.origin"
    " AND g.day = CAST(d AS date))"
    " GROUP BY 1, 2, 3 HAVING count(*) >= :expected ORDER BY 1 DESC, 2, 3 LIMIT :limit"
)
_REFUSED = (
    "SELECT sender, reason, count(*) AS count, (array_agg(id ORDER BY received_at DESC))[1] AS newest"
    " FROM traveller_message WHERE status <> 'accepted' AND received_at >= :since AND received_at < :until"
    " GROUP BY sender, reason ORDER BY count(*) DESC, sender, reason LIMIT 500"
)


class FindingCount(msgspec.Struct, frozen=True):
    """How often a finding was made in messages that were opened, and the newest message that has it."""

    code: str
    severity: str
    count: int
    newest: UUID


def sent(tx: sa.Connection, since: datetime, until: datetime) -> tuple[Sent, ...]:
    """Return what came about each flight whose first message came in [since, until), the newest first."""
    rows = tx.execute(sa.text(SENT), {"since": since, "until": until, "limit": MOST_FLIGHTS})
    return tuple(Sent(**dict(row)) for row in rows.mappings())


def missing(tx: sa.Connection, zone: str, first: date, last: date) -> tuple[Missing, ...]:
    """Return flights of the days `first` to `last` of which nothing came.

    Expected is a flight that came on at least three of the four same weekdays before; never a voyage of a
    ship, whose number is told once.
    """
    wanted = {"zone": zone, "first": first, "last": last, "expected": _EXPECTED, "limit": MOST_FLIGHTS}
    return tuple(Missing(**dict(row)) for row in tx.execute(sa.text(_MISSING), wanted).mappings())


def refused(tx: sa.Connection, since: datetime, until: datetime) -> tuple[Refused, ...]:
    """Return why messages were partial or quarantined, the most frequent reason first."""
    rows = tx.execute(sa.text(_REFUSED), {"since": since, "until": until})
    return tuple(Refused(**dict(row)) for row in rows.mappings())


def findings(
    tx: sa.Connection, sealer: FieldSealer, flights: list[UUID], limit: int = _OPENED
) -> tuple[FindingCount, ...]:
    """Count the findings of the newest `limit` messages about `flights`; only their codes are told."""
    rows = tx.execute(
        sa.text(
            "SELECT DISTINCT m.id, m.key_id, m.notes, m.received_at FROM traveller_message m"
            " JOIN traveller_message_flight l ON l.message_id = m.id"
            " WHERE l.flight_id = ANY(:flights) AND m.findings > 0"
            " ORDER BY m.received_at DESC, m.id DESC LIMIT :limit"
        ),
        {"flights": flights, "limit": limit},
    ).all()
    keys = sealer.living_keys(tx, list({row.key_id for row in rows}))
    counted: dict[tuple[str, str], FindingCount] = {}
    for row in (row for row in rows if row.key_id in keys):
        place = Place("traveller_message", "notes", str(row.id))
        for note in shapes.decode(sealer.open(keys[row.key_id], place, row.notes), tuple[Note, ...]):
            known = counted.get((note.code, note.severity))
            counted[note.code, note.severity] = (
                FindingCount(note.code, note.severity, 1, row.id)
                if known is None
                else msgspec.structs.replace(known, count=known.count + 1)
            )
    return tuple(sorted(counted.values(), key=_most))


def _most(one: FindingCount) -> tuple[int, str, str]:
    return -one.count, one.code, one.severity
