"""Files of history in PostgreSQL: which there are, which still tell what the store tells, what is in none."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.archive_core import Part
from cordillera.foundation.store.sealing import FieldSealer

BATCH = 20
_COLUMNS = (
    "a.id, a.agency, a.month, a.first_flight, a.last_flight, a.travellers, a.messages, a.masked, a.told_from,"
    " a.made_at, a.key_id, a.erase_after"
)
_TRUE = (
    "a.messages = (SELECT count(*) FROM traveller_message_flight l WHERE l.agency = a.agency"
    " AND l.flight_id BETWEEN a.first_flight AND a.last_flight)"
    " AND NOT EXISTS (SELECT FROM traveller_parting p JOIN traveller t ON t.id IN (p.one_id, p.other_id)"
    " WHERE p.agency = a.agency AND p.at > a.made_at"
    " AND t.flight_id BETWEEN a.first_flight AND a.last_flight)"
)
"""No message came or went since, and nobody was parted: the file tells what the store would tell."""
_NEXT = (
    "SELECT f.id FROM traveller_flight f WHERE f.agency = :agency AND f.id > :last AND f.id < :until"
    " AND NOT EXISTS (SELECT FROM traveller_archive a WHERE a.agency = f.agency"
    " AND f.id BETWEEN a.first_flight AND a.last_flight)"
    " AND EXISTS (SELECT FROM traveller_message_flight l WHERE l.flight_id = f.id)"
    " AND NOT EXISTS (SELECT FROM traveller_message_flight l WHERE l.flight_id = f.id"
    " AND l.erase_after <= :horizon)"
    " ORDER BY f.id LIMIT :limit"
)


class Terms(msgspec.Struct, frozen=True):
    """Of some flights: how many messages tell of them, and the moments that matter."""

    messages: int
    first_at: datetime
    told_from: datetime
    erase_after: datetime


def usable(tx: sa.Connection, agency: str, since: datetime, until: datetime) -> tuple[Part, ...]:
    """Return the files all of whose flights were told of in a span, as far as they are still true."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_COLUMNS} FROM traveller_archive a WHERE a.agency = :agency AND a.told_from >= :since"  # noqa: S608 - constants
            f" AND a.made_at <= :until AND a.erase_after > :until AND {_TRUE} ORDER BY a.first_flight"
        ),
        {"agency": agency, "since": since, "until": until},
    )
    return tuple(Part(**dict(row)) for row in rows.mappings())


def untrue(tx: sa.Connection) -> tuple[Part, ...]:
    """Return the files that do not tell any more what the store tells."""
    rows = tx.execute(sa.text(f"SELECT {_COLUMNS} FROM traveller_archive a WHERE NOT ({_TRUE})"))  # noqa: S608 - constants
    return tuple(Part(**dict(row)) for row in rows.mappings())


def names(tx: sa.Connection) -> set[str]:
    """Return the names of all files there should be."""
    rows = tx.execute(sa.text(f"SELECT {_COLUMNS} FROM traveller_archive a"))  # noqa: S608 - constants
    return {Part(**dict(row)).name for row in rows.mappings()}


def agencies(tx: sa.Connection) -> tuple[str, ...]:
    """Return the agencies that have flights."""
    return tuple(tx.execute(sa.text("SELECT DISTINCT agency FROM traveller_flight ORDER BY 1")).scalars())


def unfiled(
    tx: sa.Connection, agency: str, span: tuple[UUID, UUID], horizon: datetime, limit: int = BATCH
) -> tuple[UUID, ...]:
    """Return the next flights in no file, behind one id and before another, of which all is kept longer."""
    last, until = span
    found = tx.execute(
        sa.text(_NEXT), {"agency": agency, "last": last, "until": until, "horizon": horizon, "limit": limit}
    )
    return tuple(found.scalars())


def barrier(tx: sa.Connection, agency: str, span: tuple[UUID, UUID], horizon: datetime) -> UUID:
    """Return the first flight behind one that no file may reach: in another file, or of what goes soon."""
    first, until = span
    found = tx.execute(
        sa.text(
            "SELECT id FROM ((SELECT first_flight AS id FROM traveller_archive WHERE agency = :agency"
            " AND first_flight > :first AND first_flight < :until ORDER BY 1 LIMIT 1) UNION ALL"
            " (SELECT flight_id FROM traveller_message_flight WHERE agency = :agency AND flight_id > :first"
            " AND flight_id < :until AND erase_after <= :horizon ORDER BY 1 LIMIT 1)) one"
            " ORDER BY 1 LIMIT 1"
        ),
        {"agency": agency, "first": first, "until": until, "horizon": horizon},
    ).scalar_one_or_none()
    return until if found is None else UUID(str(found))


def terms(tx: sa.Connection, flights: Sequence[UUID]) -> Terms:
    """Return what is common to some flights."""
    row = tx.execute(
        sa.text(
            "SELECT sum(own.messages)::integer AS messages, min(own.first_at) AS first_at,"
            " min(own.last_at) AS told_from, min(own.erase_after) AS erase_after FROM (SELECT l.flight_id,"
            " count(*) AS messages, min(m.received_at) AS first_at, max(m.received_at) AS last_at,"
            " min(m.erase_after) AS erase_after FROM traveller_message_flight l"
            " JOIN traveller_message m ON m.id = l.message_id WHERE l.flight_id = ANY(:flights)"
            " GROUP BY l.flight_id) own"
        ),
        {"flights": list(flights)},
    ).one()
    return Terms(row.messages, row.first_at, row.told_from, row.erase_after)


def add(tx: sa.Connection, part: Part) -> None:
    """Keep that a file was made."""
    values = {**msgspec.structs.asdict(part), "review_at": part.erase_after}
    tx.execute(sa.table("traveller_archive", *(sa.column(name) for name in values)).insert().values(values))


def remove(tx: sa.Connection, sealer: FieldSealer, parts: Collection[Part]) -> None:
    """Destroy the keys of files: from the commit on nobody reads them, copies and backups neither."""
    sealer.destroy_keys(tx, [part.key_id for part in parts])
    tx.execute(
        sa.text("DELETE FROM traveller_archive WHERE id = ANY(:ids)"), {"ids": [part.id for part in parts]}
    )


def forget_in_archive(tx: sa.Connection, sealer: FieldSealer, traveller_id: UUID) -> int:
    """Destroy every file that holds a traveller's flight, for their own request; return how many."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_COLUMNS} FROM traveller_archive a JOIN traveller t ON t.agency = a.agency"  # noqa: S608 - constants
            " AND t.flight_id BETWEEN a.first_flight AND a.last_flight WHERE t.id = :id"
        ),
        {"id": traveller_id},
    )
    parts = tuple(Part(**dict(row)) for row in rows.mappings())
    remove(tx, sealer, parts)
    return len(parts)


def travellers_of(tx: sa.Connection, flights: Collection[UUID]) -> tuple[tuple[UUID, UUID], ...]:
    """Return (flight, traveller) for everybody on some flights."""
    rows = tx.execute(
        sa.text("SELECT flight_id, id FROM traveller WHERE flight_id = ANY(:flights) ORDER BY id"),
        {"flights": list(flights)},
    )
    return tuple((row.flight_id, row.id) for row in rows)
