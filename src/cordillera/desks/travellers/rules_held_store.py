"""SQL of what rules read beyond a traveller's own messages, each as it stood at a moment."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.swift import Bulk, Statement, uuids

MOST: Final = 2_000
"""From so many reservations on, an agency, a card or a contact is counted for nobody: it would take long."""

_EARLIER: Final = Bulk(
    "SELECT rows.ref, l.id AS link_id, f.id AS flight_id, f.number, f.departs_local FROM {rows}"
    " JOIN traveller_link l ON l.one_id = rows.ref OR l.other_id = rows.ref"
    " JOIN traveller o ON o.id = CASE WHEN l.one_id = rows.ref THEN l.other_id ELSE l.one_id END"
    " JOIN traveller_flight f ON f.id = o.flight_id"
    " WHERE l.parted_at IS NULL AND l.made_at <= rows.at AND o.gone = ''"
    " AND f.departs_local < rows.departs ORDER BY rows.ref, f.departs_local, l.id",
    {"ref": "uuid", "at": "timestamptz", "departs": "text"},
)
_MOMENTS: Final = Statement(
    "SELECT f.id, f.agency, newest.received_at, f.departs_local FROM traveller_flight f"
    " CROSS JOIN LATERAL (SELECT m.received_at FROM traveller_message_flight l"
    " JOIN traveller_message m ON m.id = l.message_id WHERE l.flight_id = f.id"
    " ORDER BY l.message_id DESC LIMIT 1) newest WHERE f.id = ANY(:flights)"
)
_COUNTED: Final = sa.text(
    "SELECT wanted.kind, wanted.value, found.held, found.counted"
    " FROM unnest(CAST(:kinds AS text[]), CAST(:values AS bytea[])) AS wanted(kind, value)"
    " CROSS JOIN LATERAL (SELECT count(*) AS held, count(*) FILTER (WHERE told.first <= :until"
    " AND (CAST(:since AS timestamptz) IS NULL OR told.first > :since)) AS counted FROM"
    " (SELECT DISTINCT locator FROM traveller_contact c WHERE c.value = wanted.value"
    " AND c.kind = wanted.kind AND c.agency = :agency LIMIT :most) held"
    " CROSS JOIN LATERAL (SELECT min(m.received_at) AS first FROM traveller_reservation r"
    " JOIN traveller_message m ON m.id = r.message_id WHERE r.locator = held.locator"
    " AND r.agency = :agency) told) found"
)


class Moment(msgspec.Struct, frozen=True):
    """As of when facts of a flight are read, for whom, and when it departs (local)."""

    agency: str
    at: datetime
    departs: str


class Earlier(msgspec.Struct, frozen=True):
    """An earlier flight of a traveller, and the link that says so."""

    link_id: UUID
    flight_id: UUID
    number: str
    departs_local: str


def moments(tx: sa.Connection, flights: Collection[UUID]) -> dict[UUID, Moment]:
    """Return when the newest message about each of some flights came; one that has none is left out."""
    rows = _MOMENTS.rows(tx, {"flights": uuids(list(flights))}) if flights else []
    return {flight: Moment(*told) for flight, *told in rows}


def earlier(tx: sa.Connection, travellers: Mapping[UUID, Moment]) -> dict[UUID, list[Earlier]]:
    """Return the earlier flights of travellers by links made at or before a moment and not parted."""
    rows = _EARLIER.rows(tx, [(ref, when.at, when.departs) for ref, when in travellers.items()])
    found: dict[UUID, list[Earlier]] = {}
    for ref, *told in rows:
        found.setdefault(ref, []).append(Earlier(*told))
    return found


def counted(
    tx: sa.Connection,
    agency: str,
    wanted: Collection[tuple[str, bytes]],
    span: tuple[datetime | None, datetime],
) -> dict[tuple[str, bytes], int]:
    """Return how many reservations first told in a span have each thing; of too many, nothing."""
    if not wanted:
        return {}
    pairs, (since, until) = sorted(wanted), span
    rows = tx.execute(
        _COUNTED,
        {
            "kinds": [kind for kind, _ in pairs],
            "values": [value for _, value in pairs],
            "agency": agency,
            "since": since,
            "until": until,
            "most": MOST,
        },
    )
    return {(row.kind, bytes(row.value)): row.counted for row in rows if row.held < MOST}


def has_lost(tx: sa.Connection, when: Moment) -> bool:
    """Tell whether the agency had any list of lost documents at a moment."""
    found = tx.execute(
        sa.text(
            "SELECT EXISTS (SELECT 1 FROM traveller_lost_document WHERE agency = :agency"
            " AND from_at <= :at AND (until_at IS NULL OR until_at > :at))"
        ),
        {"agency": when.agency, "at": when.at},
    )
    return bool(found.scalar_one())


def lost(tx: sa.Connection, keys: Collection[bytes], when: Moment) -> dict[bytes, str]:
    """Return which of some documents were reported lost at a moment, and by which list."""
    rows = tx.execute(
        sa.text(
            "SELECT key, min(list_name) AS list_name FROM traveller_lost_document WHERE key = ANY(:keys)"
            " AND agency = :agency AND from_at <= :at AND (until_at IS NULL OR until_at > :at) GROUP BY key"
        ),
        {"keys": list(keys), "agency": when.agency, "at": when.at},
    )
    return {bytes(row.key): row.list_name for row in rows}
