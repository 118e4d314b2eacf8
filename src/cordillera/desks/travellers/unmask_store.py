"""Who may see a traveller again after six months, until when, and by which authorisation."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa


def received(tx: sa.Connection, messages: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when messages came."""
    rows = tx.execute(
        sa.text("SELECT id, received_at FROM traveller_message WHERE id = ANY(:ids)"),
        {"ids": list(messages)},
    )
    return {row.id: row.received_at for row in rows}


def announced(tx: sa.Connection, travellers: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when the messages of travellers came; who was erased is left out."""
    rows = tx.execute(
        sa.text(
            "SELECT t.id, m.received_at FROM traveller t JOIN traveller_message m ON m.id = t.message_id"
            " WHERE t.id = ANY(:ids)"
        ),
        {"ids": list(travellers)},
    )
    return {row.id: row.received_at for row in rows}


def granted(tx: sa.Connection, travellers: Collection[UUID], now: datetime) -> set[UUID]:
    """Return those of the travellers that two officers let be seen now."""
    rows = tx.execute(
        sa.text("SELECT traveller_id FROM traveller_unmask WHERE traveller_id = ANY(:ids) AND until > :now"),
        {"ids": list(travellers), "now": now},
    )
    return set(rows.scalars())


def all_granted(tx: sa.Connection, message_id: UUID, now: datetime) -> bool:
    """Tell whether everybody whom a message may name may be seen now.

    Where nobody is known to be named, no: nobody can have asked. Whom an earlier message announced is named
    by the later one too: then everybody on its flights counts.
    """
    row = tx.execute(
        sa.text(
            "SELECT count(*) AS people, count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM traveller_unmask u"
            " WHERE u.traveller_id = t.id AND u.until > :now)) AS hidden"
            " FROM traveller t JOIN traveller_message m ON m.id = :message WHERE t.message_id = m.id"
            " OR (m.known > 0 AND t.flight_id IN (SELECT flight_id FROM traveller_message_flight"
            " WHERE message_id = m.id))"
        ),
        {"message": message_id, "now": now},
    ).one()
    return bool(row.people > 0 and row.hidden == 0)


def ask(tx: sa.Connection, values: Mapping[str, object]) -> None:
    """Keep a request."""
    target = sa.table("traveller_unmask", *(sa.column(name) for name in values))
    tx.execute(target.insert().values(dict(values)))


def came(tx: sa.Connection, traveller_id: UUID) -> datetime | None:
    """Return when the message of a traveller came, or None for one who is not here."""
    found = tx.execute(
        sa.text(
            "SELECT m.received_at FROM traveller t JOIN traveller_message m ON m.id = t.message_id"
            " WHERE t.id = :id"
        ),
        {"id": traveller_id},
    ).scalar_one_or_none()
    return found if isinstance(found, datetime) else None


def requests(tx: sa.Connection, traveller_id: UUID | None, limit: int = 200) -> list[dict[str, Any]]:
    """Return requests, the newest first, of one traveller or of all."""
    rows = tx.execute(
        sa.text(
            "SELECT u.id, u.traveller_id, t.flight_id, u.judicial_ref, u.article, u.reason, u.asked_by,"
            " u.asked_at, u.granted_by, u.granted_at, u.until FROM traveller_unmask u"
            " LEFT JOIN traveller t ON t.id = u.traveller_id"
            " WHERE CAST(:traveller AS uuid) IS NULL OR u.traveller_id = :traveller"
            " ORDER BY u.asked_at DESC, u.id DESC LIMIT :limit"
        ),
        {"traveller": traveller_id, "limit": limit},
    )
    return [dict(row) for row in rows.mappings()]


def grant(tx: sa.Connection, request: UUID, officer_id: str, term: tuple[datetime, datetime]) -> UUID | None:
    """Grant a request of somebody else that nobody has granted; return whom it is about, or None."""
    found = tx.execute(
        sa.text(
            "UPDATE traveller_unmask SET granted_by = :by, granted_at = :at, until = :until WHERE id = :id"
            " AND granted_by = '' AND asked_by <> :by RETURNING traveller_id"
        ),
        {"id": request, "by": officer_id, "at": term[0], "until": term[1]},
    ).scalar_one_or_none()
    return None if found is None else UUID(str(found))
