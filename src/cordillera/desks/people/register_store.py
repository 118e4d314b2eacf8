"""SQL of the register: items by blind reference, merges, and their events, which are only ever added."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa


class ItemRow(msgspec.Struct, frozen=True):
    """An item of the register; `sealed` is how its source calls it."""

    id: UUID
    agency: str
    source: str
    ref_blind: bytes
    key_id: UUID
    sealed: bytes
    erase_after: datetime
    review_at: datetime


class MergeRow(msgspec.Struct, frozen=True):
    """Two items joined, or proposed to be; `sealed` is the evidence."""

    id: UUID
    agency: str
    left_item: UUID
    right_item: UUID
    made_at: datetime
    key_id: UUID
    sealed: bytes
    erase_after: datetime
    review_at: datetime


class EventRow(msgspec.Struct, frozen=True):
    """One event of a merge; `sealed` is the reason."""

    id: UUID
    agency: str
    merge_id: UUID
    act: str
    officer_id: str
    officer_name: str
    at: datetime
    key_id: UUID
    sealed: bytes
    erase_after: datetime
    review_at: datetime


_ITEM = ", ".join(ItemRow.__struct_fields__)
_MERGE = ", ".join(MergeRow.__struct_fields__)
_EVENT = ", ".join(EventRow.__struct_fields__)


def add(tx: sa.Connection, table: str, row: msgspec.Struct) -> None:
    """Keep a row."""
    values = msgspec.structs.asdict(row)
    tx.execute(sa.table(table, *(sa.column(name) for name in values)).insert().values(values))


def lock(tx: sa.Connection, agency: str) -> None:
    """Let merges of an agency follow each other; held until the transaction ends."""
    tx.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended('register ' || :agency, 22))"),
        {"agency": agency},
    )


def by_blind(tx: sa.Connection, blinds: Sequence[bytes]) -> tuple[ItemRow, ...]:
    """Return items by the blind index of their source's reference."""
    return _items(tx, "ref_blind = ANY(:blinds)", {"blinds": list(blinds)})


def items(tx: sa.Connection, ids: Sequence[UUID]) -> tuple[ItemRow, ...]:
    """Return items by id, the oldest first."""
    return _items(tx, "id = ANY(:ids) ORDER BY id", {"ids": list(ids)})


def touching(tx: sa.Connection, ids: Sequence[UUID]) -> tuple[MergeRow, ...]:
    """Return the merges of which one end is among `ids`, the oldest first."""
    return _merges(tx, "left_item = ANY(:ids) OR right_item = ANY(:ids) ORDER BY id", {"ids": list(ids)})


def merge(tx: sa.Connection, merge_id: UUID) -> MergeRow | None:
    """Return one merge, held until the transaction ends."""
    found = _merges(tx, "id = :id FOR UPDATE", {"id": merge_id})
    return found[0] if found else None


def events(tx: sa.Connection, merges: Sequence[UUID]) -> tuple[EventRow, ...]:
    """Return the events of merges, the oldest first."""
    rows = tx.execute(
        sa.text(f"SELECT {_EVENT} FROM register_event WHERE merge_id = ANY(:ids) ORDER BY id"),  # noqa: S608 - constants
        {"ids": list(merges)},
    )
    return tuple(EventRow(*row) for row in rows)


def waiting(tx: sa.Connection, limit: int) -> tuple[MergeRow, ...]:
    """Return merges whose last event is a proposal, the oldest first."""
    condition = (
        "(SELECT act FROM register_event e WHERE e.merge_id = register_merge.id ORDER BY e.id DESC LIMIT 1)"
        " = 'proposed' ORDER BY id LIMIT :limit"
    )
    return _merges(tx, condition, {"limit": limit})


def forget(tx: sa.Connection, ids: Sequence[UUID]) -> None:
    """Delete items with the merges that they are an end of."""
    tx.execute(sa.text("DELETE FROM register_item WHERE id = ANY(:ids)"), {"ids": list(ids)})


def _items(tx: sa.Connection, condition: str, values: dict[str, object]) -> tuple[ItemRow, ...]:
    rows = tx.execute(sa.text(f"SELECT {_ITEM} FROM register_item WHERE {condition}"), values)  # noqa: S608 - constants
    return tuple(ItemRow(*row) for row in rows)


def _merges(tx: sa.Connection, condition: str, values: dict[str, object]) -> tuple[MergeRow, ...]:
    rows = tx.execute(sa.text(f"SELECT {_MERGE} FROM register_merge WHERE {condition}"), values)  # noqa: S608 - constants
    return tuple(MergeRow(*row) for row in rows)
