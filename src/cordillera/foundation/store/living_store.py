"""Every sealed field that a living key still opens, for the proof that erased values are in none."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.crypto.sealing import peek
from cordillera.foundation.store.sealing import FieldSealer

_BATCH = 500
_KEYS = ("key_id", "record_key", "query_key")
_LENT = {"watchlist_entry": ("version_id", "watchlist_version")}
"""Tables whose rows are sealed under the key of a row in another table."""


class Living(msgspec.Struct, frozen=True):
    """One field as its living key opens it."""

    place: str
    content: bytes
    key_id: UUID | None = None


def living_keys(tx: sa.Connection) -> frozenset[UUID]:
    """Return the ids of the data keys that are not destroyed."""
    return frozenset(tx.execute(sa.text("SELECT key_id FROM data_key WHERE wrapped IS NOT NULL")).scalars())


def living_fields(tx: sa.Connection, sealer: FieldSealer) -> Iterator[Living]:
    """Yield every byte column of every row that has a key, opened with that key."""
    for table, keys, blobs in _tables(tx):
        yield from _fields(tx, sealer, (table, keys, blobs))
    for table, (column, lender) in _LENT.items():
        yield from _lent(tx, sealer, (table, column, lender))


def _fields(
    tx: sa.Connection, sealer: FieldSealer, what: tuple[str, tuple[str, ...], tuple[str, ...]]
) -> Iterator[Living]:
    table, keys, blobs = what
    raw = sa.table(table, *(sa.column(name) for name in (*keys, *blobs)))
    rows = tx.execute(sa.select(raw), execution_options={"yield_per": _BATCH})
    for batch in rows.partitions(_BATCH):
        wanted = {getattr(row, name) for row in batch for name in keys} - {None}
        opened = sealer.living_keys(tx, sorted(wanted))
        for row in batch:
            for name in keys:
                key = opened.get(getattr(row, name))
                for blob in blobs if key else ():
                    content = getattr(row, blob)
                    if content is not None and key is not None:
                        yield Living(f"{table}.{blob}", peek(key.secret, bytes(content)), key.key_id)


def _lent(tx: sa.Connection, sealer: FieldSealer, what: tuple[str, str, str]) -> Iterator[Living]:
    table, column, lender = what
    inner = sa.table(table, sa.column(column), sa.column("sealed"))
    outer = sa.table(lender, sa.column(column), sa.column("key_id"))
    joined = sa.select(outer.c.key_id, inner.c.sealed).join_from(
        inner, outer, inner.c[column] == outer.c[column]
    )
    for batch in tx.execute(joined, execution_options={"yield_per": _BATCH}).partitions(_BATCH):
        opened = sealer.living_keys(tx, sorted({row.key_id for row in batch}))
        for row in batch:
            if row.key_id in opened:
                yield Living(f"{table}.sealed", peek(opened[row.key_id].secret, bytes(row.sealed)))


def _tables(tx: sa.Connection) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return the tables with a key and byte columns that this role may read."""
    rows = tx.execute(
        sa.text(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
            " WHERE c.table_schema = 'public' AND c.table_name <> 'data_key'"
            " AND EXISTS (SELECT 1 FROM information_schema.role_column_grants g"
            " WHERE g.privilege_type = 'SELECT' AND g.table_schema = c.table_schema"
            " AND g.table_name = c.table_name"
            " AND g.column_name = c.column_name)"
            " ORDER BY c.table_name, c.ordinal_position"
        )
    ).all()
    found = []
    for table in dict.fromkeys(row.table_name for row in rows):
        columns = [row for row in rows if row.table_name == table]
        keys = tuple(row.column_name for row in columns if row.column_name in _KEYS)
        blobs = tuple(row.column_name for row in columns if row.data_type == "bytea")
        if keys and blobs:
            found.append((table, keys, blobs))
    return found
