"""The ledger's SQL. What writes leaves, tiles and checkpoints are functions of the owner (migration 0036)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.swift import Bulk, Statement
from cordillera.trust.ledger.errors import NoSuchLeaf
from cordillera.trust.ledger.model import LeafRow, LogState
from cordillera.trust.ledger.tiles import tile_hashes
from cordillera.trust.ledger.tree import HASH_BYTES

_RECORD = Bulk(
    "WITH new AS (SELECT * FROM {rows}), kept AS (INSERT INTO ledger_detail"
    " (entry_id, agency, kind, subject, key_id, sealed, erase_after, review_at)"
    " SELECT entry_id, agency, kind, subject, key_id, sealed, erase_after, review_at FROM new)"
    " INSERT INTO ledger_queue (entry_id, message_id, leaf, queued_at)"
    " SELECT entry_id, message_id, leaf, queued_at FROM new",
    {
        "entry_id": "uuid",
        "agency": "text",
        "kind": "text",
        "subject": "bytea",
        "key_id": "uuid",
        "sealed": "bytea",
        "erase_after": "timestamptz",
        "review_at": "timestamptz",
        "message_id": "text",
        "leaf": "bytea",
        "queued_at": "timestamptz",
    },
)
_OLDEST_WAITING = Statement("SELECT queued_at FROM ledger_queue ORDER BY entry_id LIMIT 1")
_SEQUENCE = Statement(
    "SELECT first_index, moved, head, roots, tail FROM ledger_sequence(CAST(:most AS integer))"
)
_LOCK = Statement("SELECT pg_advisory_xact_lock(1818584167)")
_LEAF_COLUMNS = "leaf_index, entry_id, message_id, leaf, leaf_hash"


class NewEntry(msgspec.Struct, frozen=True):
    """What one event writes: its leaf into the queue, its sealed detail beside it."""

    entry_id: UUID
    agency: str
    kind: str
    subject: bytes | None
    key_id: UUID
    sealed: bytes
    erase_after: datetime
    review_at: datetime
    message_id: str
    leaf: bytes
    queued_at: datetime


class DetailRow(msgspec.Struct, frozen=True):
    """A stored detail with the leaf it belongs to; `leaf` is None when there is none (a broken log)."""

    entry_id: UUID
    agency: str
    kind: str
    subject: bytes | None
    key_id: UUID
    sealed: bytes
    erase_after: datetime
    review_at: datetime
    leaf_index: int | None
    leaf: bytes | None


def record(tx: sa.Connection, entries: Sequence[NewEntry]) -> None:
    """Write leaves and details, in order, in one round trip."""
    _RECORD.send(tx, [msgspec.structs.astuple(entry) for entry in entries])


def month_key(tx: sa.Connection, month: str) -> UUID | None:
    """The data key of a month's details, when there is one."""
    found = tx.execute(sa.text("SELECT key_id FROM ledger_month WHERE month = :month"), {"month": month})
    return found.scalar_one_or_none()


def keep_month_key(tx: sa.Connection, month: str, key_id: UUID) -> bool:
    """Make a key the month's; False when another transaction was first."""
    kept = tx.execute(
        sa.text(
            "INSERT INTO ledger_month (month, key_id) VALUES (:month, :key_id)"
            " ON CONFLICT DO NOTHING RETURNING month"
        ),
        {"month": month, "key_id": key_id},
    )
    return kept.scalar_one_or_none() is not None


class DueMonth(msgspec.Struct, frozen=True):
    """A month whose details have an end: its key, and when that is to be destroyed."""

    month: str
    key_id: UUID
    erase_after: datetime


def months_due(tx: sa.Connection, at: datetime, limit: int) -> list[DueMonth]:
    """Months whose details are due at `at` and still there, the oldest first."""
    rows = tx.execute(
        sa.text(
            "SELECT m.month, m.key_id, k.erase_after FROM ledger_month m JOIN data_key k USING (key_id)"
            " WHERE k.erase_after <= :at AND EXISTS"
            " (SELECT FROM ledger_detail d WHERE d.key_id = m.key_id)"
            " ORDER BY k.erase_after LIMIT :limit"
        ),
        {"at": at, "limit": limit},
    )
    return [DueMonth(row.month, row.key_id, row.erase_after) for row in rows]


def erase_details(tx: sa.Connection, month: str) -> int:
    """Remove a month's details once its key is destroyed; return how many."""
    gone = tx.execute(sa.text("SELECT ledger_erase_details(:month)"), {"month": month})
    return int(gone.scalar_one())


def oldest_waiting(tx: sa.Connection) -> datetime | None:
    """When the leaf that has waited longest was queued."""
    found = _OLDEST_WAITING.row(tx, {})
    return None if found is None else found[0]


def oldest_waiting_ahead(tx: sa.Connection) -> None:
    """Have `oldest_waiting` answered with the next answer."""
    _OLDEST_WAITING.ahead(tx, {})


def state(tx: sa.Connection) -> LogState:
    """How far the log is."""
    row = tx.execute(
        sa.text(
            "SELECT (SELECT coalesce(max(leaf_index) + 1, 0) FROM ledger_leaf) AS size,"
            " (SELECT count(*) FROM ledger_queue) AS waiting,"
            " (SELECT coalesce(max(size), 0) FROM ledger_checkpoint) AS signed"
        )
    ).one()
    return LogState(size=row.size, waiting=row.waiting, signed=row.signed)


class Placed(msgspec.Struct, frozen=True):
    """Leaves that got their place: from which index, how many, and what the tree grows by.

    `head` are leaf hashes up to the first end of a tile, `roots` those of the full tiles after it, `tail`
    the leaf hashes after the last of these.
    """

    first: int
    moved: int
    head: list[bytes]
    roots: list[bytes]
    tail: list[bytes]


def sequence(tx: sa.Connection, most: int) -> Placed:
    """Give up to `most` waiting leaves their place, in the order of their entries."""
    ((first, moved, *parts),) = _SEQUENCE.rows(tx, {"most": most})
    return Placed(first, moved, *(tile_hashes(part, len(part) // HASH_BYTES) for part in parts))


def lock(tx: sa.Connection) -> None:
    """Hold the ledger's lock until the transaction ends: nothing is placed or signed meanwhile."""
    _LOCK.rows(tx, {})


def keep_checkpoint(tx: sa.Connection, size: int, note: bytes) -> bool:
    """Keep a signed checkpoint; False when one of this size or a later one is kept already."""
    kept = tx.execute(
        sa.text("SELECT ledger_keep_checkpoint(:size, :note)"), {"size": size, "note": note}
    ).scalar_one()
    return bool(kept)


def newest_checkpoint(tx: sa.Connection) -> bytes | None:
    """The signed note of the newest checkpoint."""
    found = tx.execute(sa.text("SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1"))
    note = found.scalar_one_or_none()
    return None if note is None else bytes(note)


def checkpoints(tx: sa.Connection) -> Iterator[tuple[int, bytes]]:
    """Every checkpoint from the first: (size, note)."""
    for row in tx.execute(sa.text("SELECT size, note FROM ledger_checkpoint ORDER BY size")):
        yield row.size, bytes(row.note)


def leaf_at(tx: sa.Connection, index: int) -> LeafRow:
    """The leaf at an index; raise `NoSuchLeaf`."""
    row = tx.execute(
        sa.text(f"SELECT {_LEAF_COLUMNS} FROM ledger_leaf WHERE leaf_index = :index"),  # noqa: S608 - constants
        {"index": index},
    ).one_or_none()
    if row is None:
        raise NoSuchLeaf(index=index)
    return _leaf(row)


def leaves_of_message(tx: sa.Connection, message_id: str) -> list[LeafRow]:
    """The leaves that name a message, in order."""
    rows = tx.execute(
        sa.text(f"SELECT {_LEAF_COLUMNS} FROM ledger_leaf WHERE message_id = :id ORDER BY leaf_index"),  # noqa: S608
        {"id": message_id},
    )
    return [_leaf(row) for row in rows]


def texts_of_message(tx: sa.Connection, message_id: str) -> list[bytes]:
    """The leaves that name a message, those still waiting for their place included."""
    rows = tx.execute(
        sa.text(
            "SELECT leaf FROM ledger_leaf WHERE message_id = :id"
            " UNION ALL SELECT leaf FROM ledger_queue WHERE message_id = :id"
        ),
        {"id": message_id},
    )
    return [bytes(leaf) for leaf in rows.scalars()]


def newest_leaves(tx: sa.Connection, limit: int, before: int | None) -> list[LeafRow]:
    """Leaves below index `before` (None: from the newest), newest first."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_LEAF_COLUMNS} FROM ledger_leaf"  # noqa: S608 - constants
            " WHERE CAST(:before AS bigint) IS NULL OR leaf_index < :before"
            " ORDER BY leaf_index DESC LIMIT :limit"
        ),
        {"before": before, "limit": limit},
    )
    return [_leaf(row) for row in rows]


def entries(tx: sa.Connection, start: int, end: int) -> list[bytes]:
    """The leaves' bytes from index `start` up to `end`."""
    found = tx.execute(
        sa.text(
            "SELECT leaf FROM ledger_leaf WHERE leaf_index >= :a AND leaf_index < :b ORDER BY leaf_index"
        ),
        {"a": start, "b": end},
    )
    return [bytes(leaf) for leaf in found.scalars()]


def details(  # noqa: PLR0913 - one parameter for each filter
    tx: sa.Connection,
    *,
    subject: bytes | None,
    kind: str | None,
    limit: int | None,
    before: UUID | None,
    marks: Sequence[bytes] = (),
) -> list[DetailRow]:
    """Details newest first, with their leaves, sequenced or still waiting; `marks`: one is in the leaf."""
    rows = tx.execute(
        sa.text(
            "SELECT d.*, l.leaf_index, coalesce(l.leaf, q.leaf) AS leaf FROM ledger_detail d"
            " LEFT JOIN ledger_leaf l USING (entry_id) LEFT JOIN ledger_queue q USING (entry_id)"
            " WHERE (CAST(:subject AS bytea) IS NULL OR d.subject = :subject)"
            " AND (CAST(:kind AS text) IS NULL OR d.kind = :kind)"
            " AND (CAST(:before AS uuid) IS NULL OR d.entry_id < :before)"
            " AND (cardinality(CAST(:marks AS bytea[])) = 0"
            " OR EXISTS (SELECT 1 FROM unnest(CAST(:marks AS bytea[])) AS one (mark)"
            " WHERE position(one.mark IN coalesce(l.leaf, q.leaf)) > 0))"
            " ORDER BY d.entry_id DESC LIMIT :limit"
        ),
        {"subject": subject, "kind": kind, "before": before, "limit": limit, "marks": list(marks)},
    )
    return [_detail(row) for row in rows]


def subjects_among(tx: sa.Connection, kind: str, subjects: Sequence[bytes]) -> frozenset[bytes]:
    """Those of `subjects` about which there is a detail of a kind."""
    found = tx.execute(
        sa.text("SELECT DISTINCT subject FROM ledger_detail WHERE kind = :kind AND subject = ANY(:subjects)"),
        {"kind": kind, "subjects": list(subjects)},
    )
    return frozenset(map(bytes, found.scalars()))


def details_of(tx: sa.Connection, entry_ids: Sequence[UUID]) -> dict[UUID, DetailRow]:
    """The details of these entries, as far as the transaction's agency may see them."""
    rows = tx.execute(
        sa.text(
            "SELECT d.*, l.leaf_index, coalesce(l.leaf, q.leaf) AS leaf FROM ledger_detail d"
            " LEFT JOIN ledger_leaf l USING (entry_id) LEFT JOIN ledger_queue q USING (entry_id)"
            " WHERE d.entry_id = ANY(:ids)"
        ),
        {"ids": list(entry_ids)},
    )
    return {row.entry_id: _detail(row) for row in rows}


def leaves_between(tx: sa.Connection, start: int, end: int) -> list[LeafRow]:
    """The leaves from index `start` up to `end`, in order."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_LEAF_COLUMNS} FROM ledger_leaf"  # noqa: S608 - constants
            " WHERE leaf_index >= :a AND leaf_index < :b ORDER BY leaf_index"
        ),
        {"a": start, "b": end},
    )
    return [_leaf(row) for row in rows]


def leaves_of_month(tx: sa.Connection, month: str, end: int, most: int) -> list[LeafRow]:
    """Leaves below index `end` about messages that were recorded in a month, such as "2026-11"."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_LEAF_COLUMNS} FROM ledger_leaf"  # noqa: S608 - constants
            " WHERE leaf_index < :end AND message_id <> '' AND position(:mark IN leaf) > 0"
            " ORDER BY leaf_index LIMIT :most"
        ),
        {"end": end, "most": most, "mark": f'"t":"{month}-'.encode()},
    )
    return [_leaf(row) for row in rows]


def strays(tx: sa.Connection) -> list[str]:
    """Rows that belong to nothing: tiles and checkpoints beyond the tree, details without a leaf."""
    rows = tx.execute(
        sa.text(
            "WITH tree AS (SELECT coalesce(max(leaf_index) + 1, 0) AS size FROM ledger_leaf)"
            " SELECT 'ledger_tile ' || level || '/' || tile_index FROM ledger_tile, tree"
            " WHERE (tile_index + 1) * power(256::numeric, level + 1) > size"
            " UNION ALL SELECT 'ledger_checkpoint ' || c.size FROM ledger_checkpoint c, tree"
            " WHERE c.size > tree.size"
            " UNION ALL SELECT 'ledger_detail ' || d.entry_id FROM ledger_detail d"
            " WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = d.entry_id)"
            " AND NOT EXISTS (SELECT FROM ledger_queue q WHERE q.entry_id = d.entry_id)"
        )
    )
    return list(rows.scalars())


class LinkedEntry(msgspec.Struct, frozen=True):
    """A leaf, placed or waiting, by its entry; `queued_at` only while it waits."""

    entry_id: UUID
    place: str
    leaf: bytes
    message_id: str
    queued_at: datetime | None


def linked_entries(tx: sa.Connection, after: UUID | None, limit: int) -> list[LinkedEntry]:
    """Leaves in the order of their entries, placed and waiting alike."""
    rows = tx.execute(
        sa.text(
            "SELECT * FROM (SELECT entry_id, 'ledger_leaf ' || leaf_index AS place, leaf, message_id,"
            " CAST(NULL AS timestamptz) AS queued_at FROM ledger_leaf"
            " UNION ALL SELECT entry_id, 'ledger_queue ' || entry_id, leaf, message_id, queued_at"
            " FROM ledger_queue) AS entries"
            " WHERE CAST(:after AS uuid) IS NULL OR entry_id > :after ORDER BY entry_id LIMIT :limit"
        ),
        {"after": after, "limit": limit},
    )
    return [
        LinkedEntry(row.entry_id, row.place, bytes(row.leaf), row.message_id, row.queued_at) for row in rows
    ]


def _leaf(row: sa.Row[tuple[object, ...]]) -> LeafRow:
    return LeafRow(row.leaf_index, row.entry_id, row.message_id, bytes(row.leaf), bytes(row.leaf_hash))


def _detail(row: sa.Row[tuple[object, ...]]) -> DetailRow:
    return DetailRow(
        entry_id=row.entry_id,
        agency=row.agency,
        kind=row.kind,
        subject=None if row.subject is None else bytes(row.subject),
        key_id=row.key_id,
        sealed=bytes(row.sealed),
        erase_after=row.erase_after,
        review_at=row.review_at,
        leaf_index=row.leaf_index,
        leaf=None if row.leaf is None else bytes(row.leaf),
    )
