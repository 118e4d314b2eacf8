"""Erasable records in PostgreSQL: the general case, and the look at the schema that keeps all honest."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.database import NODE
from cordillera.trust.safeguards.model import DueGroup, DueReview, KindState


class ChildTable(msgspec.Struct, frozen=True):
    """Rows that go with a record: `column` of `table` holds the record's id."""

    table: str
    column: str


class ErasableTable(msgspec.Struct, frozen=True):
    """Records of one table that are deleted when due, with the rows that hang on them.

    `table` has the columns `id_column`, `agency`, `erase_after`, `review_at` and, unless `key_column` is
    empty, one naming the data key. `children` are deleted first, in the order given.

    >>> ErasableTable("review_alert", children=(ChildTable("review_finding", "alert_id"),)).tables
    ('review_finding', 'review_alert')
    """

    table: str
    id_column: str = "id"
    key_column: str = "key_id"
    agency_column: str = "agency"
    children: tuple[ChildTable, ...] = ()
    kind: str = ""

    @property
    def name(self) -> str:
        """The kind of record, for the tombstone leaf."""
        return self.kind or self.table

    @property
    def tables(self) -> Sequence[str]:
        """Every table whose rows it erases, in the order of deletion."""
        return (*(child.table for child in self.children), self.table)

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:
        """Return records whose time has come, the oldest first."""
        table = self._table()
        query = (
            sa.select(table.c.ref, table.c.agency, table.c.erase_after)
            .where(table.c.erase_after <= now)
            .order_by(table.c.erase_after)
            .limit(limit)
        )
        return tuple(DueGroup(self.name, row.ref, row.agency, row.erase_after) for row in tx.execute(query))

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:
        """Return records due for a person's look that are not due for erasure yet."""
        table = self._table()
        query = (
            sa.select(table.c.ref, table.c.agency, table.c.review_at, table.c.erase_after)
            .where(table.c.review_at <= now, table.c.erase_after > now)
            .order_by(table.c.review_at)
            .limit(limit)
        )
        return tuple(
            DueReview(self.name, str(row.ref), row.agency, row.review_at, row.erase_after)
            for row in tx.execute(query)
        )

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:
        """Return the data key of the record, if it has one."""
        if not self.key_column:
            return ()
        table = self._table(self.key_column)
        found = tx.execute(sa.select(table.c[self.key_column]).where(table.c.ref == group.ref))
        return tuple(key for key in found.scalars() if key is not None)

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Delete the record and what hangs on it; return how many rows went."""
        gone = 0
        for child in self.children:
            table = sa.table(child.table, sa.column(child.column))
            gone += tx.execute(table.delete().where(table.c[child.column] == group.ref)).rowcount
        own = sa.table(self.table, sa.column(self.id_column))
        return gone + tx.execute(own.delete().where(own.c[self.id_column] == group.ref)).rowcount

    def _table(self, *more: str) -> sa.Subquery:
        names = {"ref": self.id_column, "agency": self.agency_column}
        plain = ("erase_after", "review_at", *more)
        raw = sa.table(self.table, *(sa.column(name) for name in {*names.values(), *plain}))
        chosen = [raw.c[column].label(name) for name, column in names.items()]
        return sa.select(*chosen, *(raw.c[name] for name in plain)).subquery()


class ErasableTogether:
    """Rows of one table of which none is sealed: all that are due go together, under one tombstone."""

    def __init__(self, table: str, name: str = "") -> None:
        self.name = name or table
        self.tables: Sequence[str] = (table,)
        self._table = table
        self._rows = sa.table(table, sa.column("erase_after"))

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:  # noqa: ARG002 - the port's shape
        """Return all rows that are due as one group, or nothing."""
        due = self._rows.c.erase_after
        newest = tx.execute(sa.select(sa.func.max(due)).where(due <= now)).scalar()
        return () if newest is None else (DueGroup(self.name, self._table, NODE, newest),)

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Delete them; return how many went."""
        return tx.execute(self._rows.delete().where(self._rows.c.erase_after <= group.erase_after)).rowcount

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: they go by themselves."""
        return ()

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: no field here is sealed."""
        return ()


def schema_gaps(tx: sa.Connection) -> tuple[str, ...]:
    """Return "table.column" for each keyed table whose erase or review date is missing or may be null.

    A table with a `key_id` and a byte column holds something sealed (the table of keys aside): DESIGN 4.5.
    """
    found = tx.execute(
        sa.text(
            "SELECT keyed.table_name || '.' || wanted.name AS gap"
            " FROM information_schema.columns keyed"
            " CROSS JOIN (VALUES ('erase_after'), ('review_at')) AS wanted(name)"
            " LEFT JOIN information_schema.columns present ON present.table_schema = keyed.table_schema"
            " AND present.table_name = keyed.table_name AND present.column_name = wanted.name"
            " WHERE keyed.table_schema = 'public' AND keyed.column_name = 'key_id'"
            " AND EXISTS (SELECT 1 FROM information_schema.columns sealed"
            " WHERE sealed.table_schema = 'public' AND sealed.table_name = keyed.table_name"
            " AND sealed.data_type = 'bytea')"
            " AND keyed.table_name <> 'data_key' AND coalesce(present.is_nullable, 'YES') = 'YES' ORDER BY 1"
        )
    )
    return tuple(found.scalars())


def schema_columns(tx: sa.Connection) -> tuple[str, ...]:
    """Return "table.column" for everything this store keeps, for the audit of traits."""
    found = tx.execute(
        sa.text(
            "SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
            " AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0"
            " AND NOT a.attisdropped ORDER BY 1"
        )
    )
    return tuple(found.scalars())


def keyed_tables(tx: sa.Connection) -> frozenset[str]:
    """Return every table that keeps records with an erase date, the table of keys aside."""
    found = tx.execute(
        sa.text(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name = 'erase_after' AND table_name <> 'data_key'"
        )
    )
    return frozenset(found.scalars())


def readable_tables(tx: sa.Connection) -> frozenset[str]:
    """Return the tables with an erase and a review date that the application role may read."""
    found = tx.execute(
        sa.text(
            "SELECT table_name FROM information_schema.role_column_grants WHERE table_schema = 'public'"
            " AND privilege_type = 'SELECT' AND column_name IN ('erase_after', 'review_at')"
            " AND table_name <> 'data_key'"
            " GROUP BY table_name HAVING count(DISTINCT column_name) = 2"
        )
    )
    return frozenset(found.scalars())


def state_of(tx: sa.Connection, name: str, now: datetime) -> KindState:
    """Return how the records of one table stand: how many, how many are due, when the next one goes."""
    table = sa.table(name, sa.column("erase_after"), sa.column("review_at"))
    due, looked = table.c.erase_after <= now, table.c.review_at <= now
    row = tx.execute(
        sa.select(
            sa.func.count().label("records"),
            sa.func.count().filter(due).label("due"),
            sa.func.count().filter(looked, ~due).label("to_review"),
            sa.func.min(table.c.erase_after).filter(~due).label("next_erasure"),
        ).select_from(table)
    ).one()
    return KindState(name, row.records, row.due, row.to_review, row.next_erasure)


def overdue_keys(tx: sa.Connection, now: datetime, limit: int) -> tuple[UUID, ...]:
    """Return data keys that live past their date: what no kind of record claimed."""
    found = tx.execute(
        sa.text(
            "SELECT key_id FROM data_key WHERE destroyed_at IS NULL AND erase_after <= :now"
            " ORDER BY erase_after LIMIT :limit"
        ),
        {"now": now, "limit": limit},
    )
    return tuple(found.scalars())


def finished_months(tx: sa.Connection, before: str) -> tuple[str, ...]:
    """Return erase months before `before` in which every data key is destroyed."""
    found = tx.execute(
        sa.text(
            "SELECT kek FROM data_key WHERE kek < :before GROUP BY kek"
            " HAVING count(*) FILTER (WHERE destroyed_at IS NULL) = 0 ORDER BY kek"
        ),
        {"before": before},
    )
    return tuple(found.scalars())
