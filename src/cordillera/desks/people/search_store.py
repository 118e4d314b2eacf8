"""SQL of the search: what officers asked, sealed; blind keys of stored people; how far the index is."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert


class SearchRow(msgspec.Struct, frozen=True):
    """A search or comparison as kept; `sealed` is what was typed."""

    id: UUID
    agency: str
    officer_id: str
    kind: str
    made_at: datetime
    key_id: UUID
    sealed: bytes
    erase_after: datetime
    review_at: datetime


class KeyRow(msgspec.Struct, frozen=True):
    """One blind key of one item."""

    agency: str
    source: str
    ref: str
    key: bytes
    erase_after: datetime
    review_at: datetime


_SEARCH = ", ".join(SearchRow.__struct_fields__)
_BATCH = 5_000
AGAIN = bytes(16)
"""The key that no blind index is: its items are to be read again."""


def add_search(tx: sa.Connection, row: SearchRow) -> None:
    """Keep a search."""
    values = msgspec.structs.asdict(row)
    tx.execute(sa.table("person_search", *(sa.column(name) for name in values)).insert().values(values))


def search(tx: sa.Connection, search_id: UUID) -> SearchRow | None:
    """Return a search of the scope's agency."""
    row = tx.execute(
        sa.text(f"SELECT {_SEARCH} FROM person_search WHERE id = :id"),  # noqa: S608 - constant columns
        {"id": search_id},
    ).one_or_none()
    return None if row is None else SearchRow(*row)


def recent(tx: sa.Connection, officer_id: str, limit: int) -> tuple[SearchRow, ...]:
    """Return an officer's own searches, the newest first."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_SEARCH} FROM person_search WHERE officer_id = :officer AND kind = 'search'"  # noqa: S608
            " ORDER BY made_at DESC LIMIT :limit"
        ),
        {"officer": officer_id, "limit": limit},
    )
    return tuple(SearchRow(*row) for row in rows)


def add_keys(tx: sa.Connection, rows: Sequence[KeyRow]) -> None:
    """Keep blind keys; one that is there stays."""
    target = sa.table("person_key", *(sa.column(name) for name in KeyRow.__struct_fields__))
    for start in range(0, len(rows), _BATCH):
        values = [msgspec.structs.asdict(row) for row in rows[start : start + _BATCH]]
        tx.execute(insert(target).on_conflict_do_nothing(), values)


def with_keys(
    tx: sa.Connection, keys: Sequence[bytes], sources: Sequence[str], limit: int
) -> tuple[tuple[str, str, int], ...]:
    """Return source, ref and number of shared keys of the items that share most of `keys`."""
    rows = tx.execute(
        sa.text(
            "SELECT source, ref, count(*) AS shared FROM person_key WHERE key = ANY(:keys)"
            " AND source = ANY(:sources) GROUP BY source, ref ORDER BY shared DESC, ref DESC LIMIT :limit"
        ),
        {"keys": list(keys), "sources": list(sources), "limit": limit},
    )
    return tuple((row.source, row.ref, row.shared) for row in rows)


def forget_keys(tx: sa.Connection, source: str, refs: Sequence[str]) -> int:
    """Forget the keys of items; return how many went."""
    gone = tx.execute(
        sa.text("DELETE FROM person_key WHERE source = :source AND ref = ANY(:refs)"),
        {"source": source, "refs": list(refs)},
    )
    return gone.rowcount


def read_again(tx: sa.Connection, source: str, refs: Sequence[str]) -> None:
    """Forget the keys of items whose content changes, and remember that they are to be read again."""
    tx.execute(
        sa.text(
            "WITH gone AS (DELETE FROM person_key WHERE source = :source AND ref = ANY(:refs)"
            " RETURNING agency, source, ref, erase_after, review_at)"
            " INSERT INTO person_key (agency, source, ref, key, erase_after, review_at)"
            " SELECT DISTINCT agency, source, ref, CAST(:again AS bytea), erase_after, review_at FROM gone"
        ),
        {"source": source, "refs": list(refs), "again": AGAIN},
    )


def to_read_again(tx: sa.Connection, source: str, limit: int) -> tuple[str, ...]:
    """Return the items of a source that are to be read again."""
    rows = tx.execute(
        sa.text("SELECT ref FROM person_key WHERE key = :again AND source = :source LIMIT :limit"),
        {"again": AGAIN, "source": source, "limit": limit},
    )
    return tuple(rows.scalars())


def mark(tx: sa.Connection, source: str, scheme: str) -> str:
    """Return, and hold until the transaction ends, how far a source is indexed under this scheme.

    Another scheme than before begins at the start: "".
    """
    tx.execute(
        sa.text(
            "INSERT INTO person_mark (source, scheme, last) VALUES (:source, :scheme, '')"
            " ON CONFLICT DO NOTHING"
        ),
        {"source": source, "scheme": scheme},
    )
    row = tx.execute(
        sa.text("SELECT scheme, last FROM person_mark WHERE source = :source FOR UPDATE"),
        {"source": source},
    ).one()
    return str(row.last) if row.scheme == scheme else ""


def move_mark(tx: sa.Connection, source: str, scheme: str, last: str) -> None:
    """Remember how far a source is indexed."""
    tx.execute(
        sa.text("UPDATE person_mark SET scheme = :scheme, last = :last WHERE source = :source"),
        {"source": source, "scheme": scheme, "last": last},
    )


def due_keys(tx: sa.Connection, now: datetime, limit: int) -> tuple[tuple[str, str, str, datetime], ...]:
    """Return agency, source, ref and time of items whose keys are due."""
    rows = tx.execute(
        sa.text(
            "SELECT agency, source, ref, min(erase_after) AS due FROM person_key WHERE erase_after <= :now"
            " GROUP BY agency, source, ref ORDER BY due LIMIT :limit"
        ),
        {"now": now, "limit": limit},
    )
    return tuple((row.agency, row.source, row.ref, row.due) for row in rows)
