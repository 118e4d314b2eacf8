"""What of records expires, and how: content first, then, two years later, the tombstone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.records import store as sql
from cordillera.trust.records.holding import Holding
from cordillera.trust.safeguards.model import DueGroup, DueReview
from cordillera.trust.safeguards.ports import Erasable
from cordillera.trust.safeguards.store import ChildTable, ErasableTable


class Expiry(Protocol):
    """Tells the holders of a record of ours that its time is over here."""

    def expired(self, tx: sa.Connection, row: sql.RecordRow) -> None:
        """Tell those whose own term is later than ours."""
        ...


class RecordErasable:
    """Records: when due, both halves of the key are destroyed and a tombstone stays; later it goes too."""

    name = "record"
    tables: Sequence[str] = ("record_holder", "record_lineage", "record")

    def __init__(self, holding: Holding, expiry: Expiry | None = None) -> None:
        self._holding = holding
        self._expiry = expiry

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:
        """Return what is due, the oldest first."""
        return tuple(
            DueGroup(self.name, row.id, row.agency, row.erase_after) for row in sql.due(tx, now, limit)
        )

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:
        """Return the records whose need a person should confirm."""
        rows = sql.to_review(tx, now, limit)
        return tuple(
            DueReview(self.name, str(row.id), row.agency, row.review_at, row.erase_after) for row in rows
        )

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:
        """Return the key of the record, if it still has one."""
        row = sql.get(tx, [_id(group)]).get(_id(group))
        return (row.key_id,) if row and row.key_id else ()

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Leave a tombstone of a record; remove a tombstone whose own time has come."""
        row = sql.get(tx, [_id(group)], lock=True).get(_id(group))
        if row is None:
            return 0
        if row.gone:
            return sql.delete(tx, [row.id])
        if self._expiry is not None and row.origin == self._holding.own:
            self._expiry.expired(tx, row)
        self._holding.destroy(tx, row, "erased")
        return 1


def erasables(holding: Holding, expiry: Expiry | None = None) -> tuple[Erasable, ...]:
    """Return everything of this package that expires."""
    parts = (ChildTable("record_task", "change_id"), ChildTable("record_report", "change_id"))
    return (
        RecordErasable(holding, expiry),
        ErasableTable("record_change", children=parts),
        ErasableTable("record_consent"),
        ErasableTable("record_export", key_column=""),
    )


def _id(group: DueGroup) -> UUID:
    return group.ref if isinstance(group.ref, UUID) else UUID(group.ref)
