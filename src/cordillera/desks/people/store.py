"""The SQL of lists: versions, sealed entries, blind document numbers, references given to partners."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from cordillera.desks.people.model import ListVersion, StoredVersion
from cordillera.foundation import shapes
from cordillera.foundation.store.swift import Statement

_VERSION: Final = (
    "version_id, list_name, format, list_date, encode(source_hash, 'hex') AS source_hash, source_bytes,"
    " entries, persons, names, refused_fields, unread_fields, imported_at, imported_by, superseded_at,"
    " erase_after, review_at, waiting, activated_at, capped_values, skipped_entries, left_values,"
    " encoding, agreement_id, article, handling, record_id"
)
_HEX: Final = "encode(source_hash, 'hex') AS "
_STORED: Final = ("key_id", *_VERSION.replace(_HEX, "").split(", "))
_ACTIVE: Final = Statement(
    f"SELECT key_id, {_VERSION} FROM watchlist_version WHERE superseded_at IS NULL"  # noqa: S608 - constants only
    " AND NOT waiting AND (CAST(:name AS text) IS NULL OR list_name = CAST(:name AS text)) ORDER BY list_name"
)
_BATCH: Final = 1_000


class EntryRow(msgspec.Struct, frozen=True):
    """An entry as stored."""

    version_id: UUID
    ordinal: int
    kind: str
    reference_blind: bytes
    sealed: bytes
    content_mark: bytes
    erase_after: datetime
    review_at: datetime


class DocumentRow(msgspec.Struct, frozen=True):
    """A blind document number of an entry."""

    version_id: UUID
    ordinal: int
    number_blind: bytes
    erase_after: datetime
    review_at: datetime


class ReferenceRow(msgspec.Struct, frozen=True):
    """A random reference that was given to a partner for an entry."""

    reference: str
    version_id: UUID
    ordinal: int
    given_at: datetime
    erase_after: datetime
    review_at: datetime


def lock_list(tx: sa.Connection, name: str) -> None:
    """Let imports of one list follow each other; held until the transaction ends."""
    tx.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended('watchlist ' || :name, 6))"), {"name": name}
    )


def active_versions(tx: sa.Connection, name: str | None = None) -> tuple[StoredVersion, ...]:
    """Return the active version of every list, or of one, in the order of their names."""
    rows = _ACTIVE.rows(tx, {"name": name})
    return tuple(_held(dict(zip(_STORED, row, strict=True))) for row in rows)


def active_versions_ahead(tx: sa.Connection) -> None:
    """Have `active_versions` of every list answered with the next answer of a transaction that gathers."""
    _ACTIVE.ahead(tx, {"name": None})


def all_versions(tx: sa.Connection, limit: int) -> tuple[ListVersion, ...]:
    """Return versions of all lists, the newest of each list first."""
    rows = tx.execute(
        sa.text(
            f"SELECT key_id, {_VERSION} FROM watchlist_version"  # noqa: S608 - constants only
            " ORDER BY list_name, imported_at DESC, version_id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return tuple(_stored(row).version for row in rows)


def version(tx: sa.Connection, version_id: UUID) -> StoredVersion | None:
    """Return one version."""
    row = tx.execute(
        sa.text(f"SELECT key_id, {_VERSION} FROM watchlist_version WHERE version_id = :id"),  # noqa: S608 - constants only
        {"id": version_id},
    ).one_or_none()
    return None if row is None else _stored(row)


def supersede(tx: sa.Connection, name: str, now: datetime, erase_after: datetime) -> None:
    """Take the active version of a list out of use; it is erased at `erase_after` at the latest."""
    tx.execute(
        sa.text(
            "UPDATE watchlist_version"
            " SET superseded_at = :now, erase_after = least(erase_after, :erase_after)"
            " WHERE list_name = :name AND superseded_at IS NULL AND NOT waiting"
        ),
        {"now": now, "erase_after": erase_after, "name": name},
    )


def add_version(tx: sa.Connection, stored: StoredVersion) -> None:
    """Keep a new version."""
    values = {**msgspec.structs.asdict(stored.version), "key_id": stored.key_id}
    values["source_hash"] = bytes.fromhex(stored.version.source_hash)
    columns = (sa.column(name, JSONB if name == "handling" else None) for name in values)
    tx.execute(sa.insert(sa.table("watchlist_version", *columns)), values)


def add_entries(tx: sa.Connection, rows: Sequence[EntryRow]) -> None:
    """Keep the entries of a version."""
    _insert(tx, "watchlist_entry", [msgspec.structs.asdict(row) for row in rows])


def add_documents(tx: sa.Connection, rows: Sequence[DocumentRow]) -> None:
    """Keep blind document numbers."""
    _insert(tx, "watchlist_document", [msgspec.structs.asdict(row) for row in rows])


def add_references(tx: sa.Connection, rows: Sequence[ReferenceRow]) -> None:
    """Keep what references given to a partner stand for."""
    _insert(tx, "watchlist_reference", [msgspec.structs.asdict(row) for row in rows])


def entries(tx: sa.Connection, version_id: UUID) -> Iterator[tuple[int, bytes]]:
    """Yield ordinal and sealed body of every entry of a version."""
    rows = tx.execute(
        sa.text("SELECT ordinal, sealed FROM watchlist_entry WHERE version_id = :id ORDER BY ordinal"),
        {"id": version_id},
    )
    for row in rows:
        yield row.ordinal, bytes(row.sealed)


def entry_of_reference(tx: sa.Connection, reference: str) -> tuple[UUID, int, bytes] | None:
    """Return version, ordinal and sealed body of the entry that a given reference stands for."""
    row = tx.execute(
        sa.text(
            "SELECT e.version_id, e.ordinal, e.sealed FROM watchlist_reference r"
            " JOIN watchlist_entry e USING (version_id, ordinal) WHERE r.reference = :reference"
        ),
        {"reference": reference},
    ).one_or_none()
    return None if row is None else (row.version_id, row.ordinal, bytes(row.sealed))


def entry_of_list(tx: sa.Connection, version_id: UUID, blind: bytes) -> tuple[UUID, int, bytes] | None:
    """Return the entry of a version by the blind index of the list's own number."""
    row = tx.execute(
        sa.text(
            "SELECT version_id, ordinal, sealed FROM watchlist_entry"
            " WHERE version_id = :id AND reference_blind = :blind ORDER BY ordinal LIMIT 1"
        ),
        {"id": version_id, "blind": blind},
    ).one_or_none()
    return None if row is None else (row.version_id, row.ordinal, bytes(row.sealed))


def entries_of_document(tx: sa.Connection, blinds: Sequence[bytes]) -> tuple[tuple[UUID, int], ...]:
    """Return the entries of active lists that hold a document with one of these blind numbers."""
    rows = tx.execute(
        sa.text(
            "SELECT DISTINCT d.version_id, d.ordinal FROM watchlist_document d"
            " JOIN watchlist_version v USING (version_id)"
            " WHERE v.superseded_at IS NULL AND NOT v.waiting AND d.number_blind = ANY(:blinds)"
        ),
        {"blinds": list(blinds)},
    )
    return tuple((row.version_id, row.ordinal) for row in rows)


def due_versions(tx: sa.Connection, now: datetime, limit: int) -> tuple[StoredVersion, ...]:
    """Return versions whose time has come, the oldest first."""
    rows = tx.execute(
        sa.text(
            f"SELECT key_id, {_VERSION} FROM watchlist_version WHERE erase_after <= :now"  # noqa: S608 - constants only
            " ORDER BY erase_after LIMIT :limit"
        ),
        {"now": now, "limit": limit},
    )
    return tuple(_stored(row) for row in rows)


def versions_to_review(tx: sa.Connection, now: datetime, limit: int) -> tuple[ListVersion, ...]:
    """Return active versions that should have been renewed by now."""
    rows = tx.execute(
        sa.text(
            f"SELECT key_id, {_VERSION} FROM watchlist_version"  # noqa: S608 - constants only
            " WHERE superseded_at IS NULL AND NOT waiting AND review_at <= :now AND erase_after > :now"
            " ORDER BY review_at LIMIT :limit"
        ),
        {"now": now, "limit": limit},
    )
    return tuple(_stored(row).version for row in rows)


def delete_version(tx: sa.Connection, version_id: UUID) -> int:
    """Delete a version with all that belongs to it; return how many entries went."""
    count = tx.execute(
        sa.text("SELECT count(*) FROM watchlist_entry WHERE version_id = :id"), {"id": version_id}
    ).scalar_one()
    tx.execute(sa.text("DELETE FROM watchlist_version WHERE version_id = :id"), {"id": version_id})
    return int(count)


def due_references(tx: sa.Connection, now: datetime, limit: int) -> tuple[tuple[str, datetime], ...]:
    """Return references whose time has come, the oldest first, with that time."""
    rows = tx.execute(
        sa.text(
            "SELECT reference, erase_after FROM watchlist_reference WHERE erase_after <= :now"
            " ORDER BY erase_after LIMIT :limit"
        ),
        {"now": now, "limit": limit},
    )
    return tuple((row.reference, row.erase_after) for row in rows)


def delete_reference(tx: sa.Connection, reference: str) -> int:
    """Delete one reference; return how many went."""
    result = tx.execute(
        sa.text("DELETE FROM watchlist_reference WHERE reference = :reference"), {"reference": reference}
    )
    return result.rowcount


def _insert(tx: sa.Connection, table: str, rows: Sequence[dict[str, object]]) -> None:
    if not rows:
        return
    names = list(rows[0])
    target = sa.table(table, *(sa.column(name) for name in names))
    for start in range(0, len(rows), _BATCH):
        tx.execute(sa.insert(target), list(rows[start : start + _BATCH]))


def _stored(row: sa.Row[tuple[object, ...]]) -> StoredVersion:
    return _held(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's documented name


def _held(values: dict[str, object]) -> StoredVersion:
    key_id = values.pop("key_id")
    return shapes.convert({"version": values, "key_id": key_id}, StoredVersion)
