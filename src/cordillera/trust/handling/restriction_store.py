"""SQL of restrictions that a receiver added to a record: added, never changed, gone with the record."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa


class RestrictionRow(msgspec.Struct, frozen=True, kw_only=True):
    """What was added, by whom."""

    id: UUID
    record_id: UUID
    agency: str
    handling: dict[str, str]
    officer: str
    added_at: datetime
    erase_after: datetime
    review_at: datetime


def insert(tx: sa.Connection, row: RestrictionRow) -> None:
    """Add a restriction."""
    values = msgspec.structs.asdict(row) | {"handling": msgspec.json.encode(row.handling).decode()}
    tx.execute(
        sa.text(
            "INSERT INTO flow_restriction (id, record_id, agency, handling, officer, added_at, erase_after,"
            " review_at) VALUES (:id, :record_id, :agency, CAST(:handling AS jsonb), :officer, :added_at,"
            " :erase_after, :review_at)"
        ),
        values,
    )


def of(tx: sa.Connection, record_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, str]]]:
    """Return what was added to some records, by record."""
    rows = tx.execute(
        sa.text(
            "SELECT record_id, handling FROM flow_restriction WHERE record_id = ANY(:ids) ORDER BY added_at"
        ),
        {"ids": list(record_ids)},
    )
    found: dict[UUID, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row.record_id, []).append(dict(row.handling))
    return found
