"""Uploads of many files in PostgreSQL: each file sealed until it has been taken in, then only its result."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.bulk_core import BulkFile
from cordillera.desks.travellers.file_names import open_name, seal_name
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.foundation.store.swift import Bulk, Statement

WAITING: Final = "waiting"
REFUSED: Final = "refused"
_ADD: Final = Statement(
    "INSERT INTO traveller_bulk (id, agency, officer_id, officer_name, purpose, made_at, files, key_id,"
    " erase_after, review_at) VALUES (:id, :agency, :officer_id, :officer_name, :purpose, :made_at, :files,"
    " :key_id, :erase_after, :review_at)"
)
_ADD_ITEMS: Final = Bulk(
    "INSERT INTO traveller_bulk_item (id, agency, bulk_id, place, named, size, state, reason, raw,"
    " erase_after, review_at) SELECT id, :agency, :bulk_id, place, named, size, state, reason, raw,"
    " :erase_after, :review_at FROM {rows}",
    {
        "id": "uuid",
        "place": "bigint",
        "named": "bytea",
        "size": "bigint",
        "state": "text",
        "reason": "text",
        "raw": "bytea",
    },
)
_COUNTS: Final = (
    "count(*) FILTER (WHERE i.state = 'waiting') AS waiting,"
    " count(*) FILTER (WHERE i.state = 'stored') AS stored,"
    " count(*) FILTER (WHERE i.state = 'duplicate') AS duplicate,"
    " count(*) FILTER (WHERE i.state = 'quarantined') AS quarantined,"
    " count(*) FILTER (WHERE i.state = 'refused') AS refused"
)


class BulkRow(msgspec.Struct, frozen=True):
    """One upload with how many of its files came to what."""

    id: UUID
    officer_name: str
    made_at: datetime
    files: int
    waiting: int
    stored: int
    duplicate: int
    quarantined: int
    refused: int


class BulkItem(msgspec.Struct, frozen=True):
    """One file of an upload: `state` is waiting, stored, duplicate, quarantined or refused."""

    place: int
    name: str
    size: int
    state: str
    reason: str
    message_id: UUID | None


class NewBulk(msgspec.Struct, frozen=True):
    """An upload to keep: whose, for which purpose, until when."""

    id: UUID
    agency: str
    officer_id: str
    officer_name: str
    purpose: str
    made_at: datetime
    erase_after: datetime
    review_at: datetime


class Waiting(msgspec.Struct, frozen=True):
    """A file that is to be taken in, opened, held until the transaction ends."""

    id: UUID
    bulk_id: UUID
    name: str
    raw: bytes


def add(tx: sa.Connection, sealer: FieldSealer, new: NewBulk, files: Sequence[BulkFile]) -> None:
    """Keep an upload with all its files, those to be taken in sealed."""
    key = sealer.new_key(tx, f"traveller_bulk/{new.id}", new.erase_after)
    values = {**msgspec.structs.asdict(new), "files": len(files), "key_id": key.key_id}
    _ADD.send(tx, values)
    rows = [_item(sealer, key, place, one) for place, one in enumerate(files, 1)]
    shared = {name: values[name] for name in ("agency", "erase_after", "review_at")}
    _ADD_ITEMS.send(tx, rows, {**shared, "bulk_id": new.id})


def uploads(tx: sa.Connection, limit: int = 50, only: UUID | None = None) -> tuple[BulkRow, ...]:
    """Return uploads, the newest first."""
    rows = tx.execute(
        sa.text(
            f"SELECT b.id, b.officer_name, b.made_at, b.files, {_COUNTS} FROM traveller_bulk b"  # noqa: S608 - constants
            " JOIN traveller_bulk_item i ON i.bulk_id = b.id"
            " WHERE CAST(:only AS uuid) IS NULL OR b.id = :only"
            " GROUP BY b.id ORDER BY b.made_at DESC, b.id DESC LIMIT :limit"
        ),
        {"only": only, "limit": limit},
    )
    return tuple(BulkRow(**row) for row in rows.mappings())


def items(
    tx: sa.Connection, sealer: FieldSealer, bulk_id: UUID, limit: int, offset: int
) -> tuple[BulkItem, ...]:
    """Return the files of an upload, in their order."""
    rows = tx.execute(
        sa.text(
            "SELECT i.id, place, name, named, size, state, reason, message_id, key_id"
            " FROM traveller_bulk_item i JOIN traveller_bulk b ON b.id = i.bulk_id"
            " WHERE bulk_id = :id ORDER BY place LIMIT :limit OFFSET :offset"
        ),
        {"id": bulk_id, "limit": limit, "offset": offset},
    ).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    return tuple(
        BulkItem(
            row.place,
            _name(sealer, keys.get(row.key_id), row),
            row.size,
            row.state,
            row.reason,
            row.message_id,
        )
        for row in rows
    )


def next_bulk(tx: sa.Connection) -> NewBulk | None:
    """Return the oldest upload with files that wait, whichever agency it is of."""
    found = tx.execute(
        sa.text(
            "SELECT id, agency, officer_id, officer_name, purpose, made_at, erase_after, review_at"
            " FROM traveller_bulk b WHERE EXISTS (SELECT 1 FROM traveller_bulk_item i WHERE i.bulk_id = b.id"
            " AND i.state = 'waiting') ORDER BY made_at, id LIMIT 1"
        )
    ).mappings()
    row = found.one_or_none()
    return None if row is None else NewBulk(**row)


def next_waiting(tx: sa.Connection, sealer: FieldSealer, bulk_id: UUID) -> Waiting | None:
    """Return the next file of an upload that nobody else is taking in; None when there is none."""
    row = tx.execute(
        sa.text(
            "SELECT i.id, i.bulk_id, i.name, i.named, i.raw, b.key_id FROM traveller_bulk_item i"
            " JOIN traveller_bulk b ON b.id = i.bulk_id WHERE i.bulk_id = :id AND i.state = 'waiting'"
            " ORDER BY i.place LIMIT 1 FOR UPDATE OF i SKIP LOCKED"
        ),
        {"id": bulk_id},
    ).one_or_none()
    if row is None:
        return None
    key = sealer.load_key(tx, row.key_id)
    return Waiting(row.id, row.bulk_id, _name(sealer, key, row), sealer.open(key, _place(row.id), row.raw))


def settle(tx: sa.Connection, item_id: UUID, state: str, reason: str, message_id: UUID | None) -> None:
    """Write what became of a file; its bytes go."""
    tx.execute(
        sa.text(
            "UPDATE traveller_bulk_item SET state = :state, reason = :reason, message_id = :message,"
            " raw = NULL WHERE id = :id"
        ),
        {"id": item_id, "state": state, "reason": reason, "message": message_id},
    )


def _item(
    sealer: FieldSealer, key: DataKey, place: int, one: BulkFile
) -> tuple[UUID, int, bytes, int, str, str, bytes | None]:
    ref = uuid7()
    raw = None if one.refused else sealer.seal(key, _place(ref), one.raw)
    named = seal_name(sealer, key, ("traveller_bulk_item", ref), one.name)
    return ref, place, named, one.size, REFUSED if one.refused else WAITING, one.refused, raw


def _name(sealer: FieldSealer, key: DataKey | None, row: sa.Row[tuple[object, ...]]) -> str:
    return open_name(sealer, key, ("traveller_bulk_item", row.id), (row.name, row.named))


def _place(item_id: UUID) -> Place:
    return Place("traveller_bulk_item", "raw", str(item_id))
