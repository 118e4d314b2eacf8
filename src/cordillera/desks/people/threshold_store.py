"""SQL of alert thresholds per list, proposed and agreed to by two officers, and of what was measured."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.store.swift import Statement


class ThresholdRow(msgspec.Struct, frozen=True):
    """A threshold of a list on a scale: proposed, active, refused or superseded."""

    id: UUID
    list_name: str
    scale: str
    value: float
    state: str
    reason: str
    proposed_by: str
    proposed_name: str
    proposed_at: datetime
    decided_by: str = ""
    decided_name: str = ""
    decided_at: datetime | None = None


class MeasureRow(msgspec.Struct, frozen=True):
    """How many of `travellers`, who came in `days`, reach each score (`counts`: floor, number)."""

    id: UUID
    list_name: str
    scale: str
    measured_at: datetime
    measured_by: str
    list_date: str
    travellers: int
    days: float
    counts: tuple[tuple[float, int], ...]


_THRESHOLD = ", ".join(ThresholdRow.__struct_fields__)
_MEASURE = ", ".join(MeasureRow.__struct_fields__)
_ACTIVE = Statement("SELECT list_name, value FROM list_threshold WHERE state = 'active' AND scale = :scale")


def active(tx: sa.Connection, scale: str) -> Mapping[str, float]:
    """Return the threshold in force of each list that has one of its own on this scale."""
    return dict(_ACTIVE.rows(tx, {"scale": scale}))


def history(tx: sa.Connection, list_name: str, limit: int) -> tuple[ThresholdRow, ...]:
    """Return the thresholds of a list on every scale, the newest first."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_THRESHOLD} FROM list_threshold WHERE list_name = :name"  # noqa: S608 - constant columns
            " ORDER BY proposed_at DESC, id DESC LIMIT :limit"
        ),
        {"name": list_name, "limit": limit},
    )
    return tuple(ThresholdRow(*row) for row in rows)


def get(tx: sa.Connection, threshold_id: UUID) -> ThresholdRow | None:
    """Return one threshold, held until the transaction ends."""
    row = tx.execute(
        sa.text(f"SELECT {_THRESHOLD} FROM list_threshold WHERE id = :id FOR UPDATE"),  # noqa: S608 - constant
        {"id": threshold_id},
    ).one_or_none()
    return None if row is None else ThresholdRow(*row)


def waits(tx: sa.Connection, list_name: str, scale: str) -> bool:
    """Tell whether a proposal waits; others wait for this transaction before they ask."""
    tx.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended('threshold ' || :name, 22))"),
        {"name": list_name},
    )
    found = tx.execute(
        sa.text(
            "SELECT count(*) FROM list_threshold WHERE list_name = :name AND scale = :scale"
            " AND state = 'proposed'"
        ),
        {"name": list_name, "scale": scale},
    )
    return bool(found.scalar_one())


def propose(tx: sa.Connection, row: ThresholdRow) -> None:
    """Keep a proposal."""
    values = msgspec.structs.asdict(row)
    tx.execute(sa.table("list_threshold", *(sa.column(name) for name in values)).insert().values(values))


def decide(tx: sa.Connection, row: ThresholdRow, state: str, by: tuple[str, str, datetime]) -> None:
    """Let a proposal come into force, superseding the one before it, or refuse it."""
    if state == "active":
        tx.execute(
            sa.text(
                "UPDATE list_threshold SET state = 'superseded' WHERE list_name = :name AND scale = :scale"
                " AND state = 'active'"
            ),
            {"name": row.list_name, "scale": row.scale},
        )
    tx.execute(
        sa.text(
            "UPDATE list_threshold SET state = :state, decided_by = :by, decided_name = :name,"
            " decided_at = :at WHERE id = :id"
        ),
        {"state": state, "by": by[0], "name": by[1], "at": by[2], "id": row.id},
    )


def keep_measure(tx: sa.Connection, row: MeasureRow) -> None:
    """Keep a measurement."""
    values = msgspec.structs.asdict(row) | {"counts": msgspec.json.encode(row.counts).decode()}
    places = ", ".join(f"CAST(:{name} AS jsonb)" if name == "counts" else f":{name}" for name in values)
    tx.execute(sa.text(f"INSERT INTO list_measure ({_MEASURE}) VALUES ({places})"), values)  # noqa: S608 - constant


def newest_measure(tx: sa.Connection, list_name: str, scale: str) -> MeasureRow | None:
    """Return the newest measurement of a list on a scale."""
    row = tx.execute(
        sa.text(
            f"SELECT {_MEASURE} FROM list_measure WHERE list_name = :name AND scale = :scale"  # noqa: S608 - constant
            " ORDER BY measured_at DESC LIMIT 1"
        ),
        {"name": list_name, "scale": scale},
    ).one_or_none()
    return None if row is None else shapes.convert(dict(row._mapping), MeasureRow)  # noqa: SLF001 - SQLAlchemy's documented name
