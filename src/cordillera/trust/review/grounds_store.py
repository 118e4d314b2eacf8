"""The SQL of notes on findings whose ground a list has taken away."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes


class GroundRow(msgspec.Struct, frozen=True):
    """A note as stored; `identity` is the blind identity of the finding."""

    alert_id: UUID
    identity: bytes
    agency: str
    why: str
    list_name: str
    list_date: str
    noted_at: datetime
    erase_after: datetime
    review_at: datetime


def alerts_on(tx: sa.Connection, desk: str, list_name: str, last: UUID, limit: int) -> tuple[UUID, ...]:
    """Return alerts after `last` that point to a list: not decided, confirmed, or closed without ground."""
    found = tx.execute(
        sa.text(
            "SELECT id FROM review_alert WHERE desk = :desk AND :list_name = ANY(lists) AND id > :last"
            " AND (status <> 'decided' OR outcome IN ('confirmed', 'no_ground'))"
            " ORDER BY id LIMIT :limit"
        ),
        {"desk": desk, "list_name": list_name, "last": last, "limit": limit},
    )
    return tuple(found.scalars())


def notes(tx: sa.Connection, alert_id: UUID) -> tuple[GroundRow, ...]:
    """Return the notes on the findings of an alert."""
    names = ", ".join(GroundRow.__struct_fields__)
    rows = tx.execute(
        sa.text(f"SELECT {names} FROM review_ground WHERE alert_id = :alert"),  # noqa: S608 - constants only
        {"alert": alert_id},
    )
    return tuple(shapes.convert(dict(row._mapping), GroundRow) for row in rows)  # noqa: SLF001 - SQLAlchemy's documented name


def replace(tx: sa.Connection, alert_id: UUID, gone: Sequence[bytes], rows: Sequence[GroundRow]) -> None:
    """Take notes off an alert, put others on it, and let its version move on."""
    tx.execute(
        sa.text("DELETE FROM review_ground WHERE alert_id = :alert AND identity = ANY(:gone)"),
        {"alert": alert_id, "gone": [*gone, *(row.identity for row in rows)]},
    )
    if rows:
        table = sa.table("review_ground", *(sa.column(name) for name in GroundRow.__struct_fields__))
        tx.execute(sa.insert(table), [msgspec.structs.asdict(row) for row in rows])
    tx.execute(
        sa.text("UPDATE review_alert SET version = version + 1 WHERE id = :alert"), {"alert": alert_id}
    )
