"""Tables that grow without end lie in months: a partition for each, by the time inside their ids (ADR 0062).

An id of version 7 begins with the millisecond it was made, so a range of ids is a span of time. A table that
is split by its id keeps its primary key and every foreign key to it over all partitions, which a split by a
date column would not. Months are made ahead; what lands outside them lies in the partition `<table>_rest`,
so that a node whose months were not made takes messages all the same. A month that is over and empty is
dropped; one that holds a row never is: rows go by the runner of retention, with their leaf, and no other way.

>>> month = Month(2026, 12)
>>> month.next, month.first.hex[:12], month.name("traveller")
(Month(year=2027, number=1), '01a22ee6b000', 'traveller_2026_12')
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql

AHEAD: Final = 3
"""Months made before they begin."""
WAIT: Final = "2s"
"""Making or dropping a month locks its table: it waits this long for others, not they for it."""
_NAME: Final = re.compile(r"_(\d{4})_(\d{2})\Z")


class Month(msgspec.Struct, frozen=True, order=True):
    """A month of UTC."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        """Return the month of a moment."""
        at = moment.astimezone(UTC)
        return cls(at.year, at.month)

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def first(self) -> UUID:
        """The least id that can be made in it."""
        return first_id(datetime(self.year, self.number, 1, tzinfo=UTC))

    def name(self, table: str) -> str:
        """The partition of a table that holds it."""
        return f"{table}_{self.year:04}_{self.number:02}"


class ByMonth(msgspec.Struct, frozen=True):
    """A table in months, and the column of version 7 that tells them."""

    table: str
    column: str = "id"


class MonthsReport(msgspec.Struct, frozen=True):
    """What a run did: partitions made, dropped, and those that others were using, left for the next run.

    `lying` are months that are over and hold rows still.
    """

    made: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    lying: tuple[str, ...] = ()


def first_id(moment: datetime) -> UUID:
    """Return the least id of version 7 that can be made at a moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def keep_months(owner_url: str, tables: Sequence[ByMonth], now: datetime, wait: str = WAIT) -> MonthsReport:
    """Make the months from now on, drop those that are over and empty; running twice changes nothing.

    The month before this one stays: a transaction that began in it may write to it still. Raises
    `psycopg.Error` when the server does not answer.
    """
    made: list[str] = []
    dropped: list[str] = []
    waiting: list[str] = []
    lying: list[str] = []
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for table in tables:
            standing = dict(partitions(connection, table))
            for month in _ahead(now):
                if month not in standing and not _in_rest(connection, table, month):
                    name = month.name(table.table)
                    (made if _done(connection, make(table, month), wait) else waiting).append(name)
            for month, name in sorted(standing.items()):
                if month.next >= Month.of(now):
                    continue
                if _holds(connection, name):
                    lying.append(name)
                else:
                    (dropped if _done(connection, drop(table, name), wait) else waiting).append(name)
    return MonthsReport(tuple(made), tuple(dropped), tuple(waiting), tuple(lying))


def partitions(connection: psycopg.Connection, table: ByMonth) -> Iterator[tuple[Month, str]]:
    """Yield the months of a table, and the partitions that hold them."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = to_regclass(%s)",
        (table.table,),
    )
    for (name,) in rows.fetchall():
        found = _NAME.search(name)
        if found:
            yield Month(int(found[1]), int(found[2])), name


def make(table: ByMonth, month: Month) -> tuple[sql.Composed, ...]:
    """Return what makes a month; the application reaches it through its table alone."""
    return (
        sql.SQL("CREATE TABLE {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})").format(
            sql.Identifier(month.name(table.table)),
            sql.Identifier(table.table),
            sql.Literal(str(month.first)),
            sql.Literal(str(month.next.first)),
        ),
    )


def drop(table: ByMonth, name: str) -> tuple[sql.Composed, ...]:
    """Return what takes a month away; foreign keys are looked at when it is detached."""
    partition = sql.Identifier(name)
    return (
        sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(table.table)),
        sql.SQL(
            "DO $$ BEGIN IF EXISTS (SELECT FROM {}) THEN RAISE lock_not_available; END IF; END $$"
        ).format(partition),
        sql.SQL("ALTER TABLE {} DETACH PARTITION {}").format(sql.Identifier(table.table), partition),
        sql.SQL("DROP TABLE {}").format(partition),
    )


def _done(connection: psycopg.Connection, statements: Sequence[sql.Composed], wait: str) -> bool:
    """Run statements together; False when others hold what they need."""
    try:
        with connection.transaction():
            connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(wait)))
            for statement in statements:
                connection.execute(statement)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
        return False
    return True


def _ahead(now: datetime) -> Iterator[Month]:
    month = Month.of(now)
    for _ in range(AHEAD + 1):
        yield month
        month = month.next


def _in_rest(connection: psycopg.Connection, table: ByMonth, month: Month) -> bool:
    """Whether ids of a month lie in the rest already: then they stay there until they are erased."""
    question = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {} >= {} AND {} < {})").format(
        sql.Identifier(f"{table.table}_rest"),
        *(sql.Identifier(table.column), sql.Literal(str(month.first))),
        *(sql.Identifier(table.column), sql.Literal(str(month.next.first))),
    )
    return bool(_one(connection, question))


def _holds(connection: psycopg.Connection, name: str) -> bool:
    return bool(_one(connection, sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(name))))


def _one(connection: psycopg.Connection, question: sql.Composed) -> object:
    row = connection.execute(question).fetchone()
    return None if row is None else row[0]
