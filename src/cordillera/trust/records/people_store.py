"""Records for the search of people: those kept after another, in the order in which they were kept."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa


def kept_after(
    tx: sa.Connection, after: tuple[datetime, UUID] | None, limit: int
) -> list[tuple[UUID, datetime]]:
    """Return id and time of records that are not gone, oldest first, after the one given."""
    at, record_id = after or (None, UUID(int=0))
    rows = tx.execute(
        sa.text(
            "SELECT id, kept_at FROM record WHERE gone = ''"
            " AND (CAST(:all AS boolean) OR (kept_at, id) > (:at, :id)) ORDER BY kept_at, id LIMIT :limit"
        ),
        {"all": after is None, "at": at, "id": record_id, "limit": limit},
    )
    return [(row.id, row.kept_at) for row in rows]


def frozen(tx: sa.Connection, source: str, refs: list[str]) -> list[tuple[UUID, str, datetime]]:
    """Return cause, ref and time of what requests of people hold still among some things of a source."""
    rows = tx.execute(
        sa.text(
            "SELECT cause, ref, frozen_at FROM redress_frozen WHERE source = :source AND ref = ANY(:refs)"
            " AND lifted_at IS NULL ORDER BY frozen_at"
        ),
        {"source": source, "refs": refs},
    )
    return [(row.cause, row.ref, row.frozen_at) for row in rows]
