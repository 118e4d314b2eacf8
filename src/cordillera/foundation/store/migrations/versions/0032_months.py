"""Traveller tables that grow without end lie in months, by the time inside their ids (ADR 0062).

What was unique over a whole table stays so: keys of messages and of travellers on a flight get tables of
their own; each row must have its key and each key its row, by foreign keys looked at with the commit.
The owner is under row-level security as well: it is lifted while rows move, or none would.
"""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app
from cordillera.foundation.store.partitions import Month

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TERM = "erase_after timestamptz NOT NULL, review_at timestamptz NOT NULL"
_ALL = "select, insert, update, delete"
_SOME = "select, insert, delete"
_MONTHS = {
    "traveller_message": ("id", _ALL),
    "traveller_message_flight": ("message_id", _ALL),
    "traveller": ("id", _ALL),
    "traveller_document": ("id", _ALL),
    "traveller_pnrgov": ("id", _ALL),
    "traveller_reservation": ("id", _ALL),
    "traveller_booking": ("flight_id", _ALL),
    "traveller_rule_judged": ("message_id", _SOME),
    "traveller_rule_hit": ("traveller_id", _SOME),
    "traveller_trace": ("id", _SOME),
}
"""Each table with the id that tells its month and what the application may do with it."""
_KEY_TABLES = (
    f"""
    CREATE TABLE traveller_message_key (
        agency text NOT NULL,
        sender text NOT NULL,
        reference text NOT NULL,
        digest bytea NOT NULL,
        message_id uuid NOT NULL,
        {_TERM},
        PRIMARY KEY (agency, sender, reference, digest),
        UNIQUE (agency, sender, reference, digest, message_id)
    )
    """,
    "CREATE INDEX traveller_message_key_message ON traveller_message_key (message_id)",
    f"""
    CREATE TABLE traveller_identity (
        flight_id uuid NOT NULL REFERENCES traveller_flight,
        identity bytea NOT NULL,
        traveller_id uuid NOT NULL,
        agency text NOT NULL,
        message_id uuid NOT NULL,
        {_TERM},
        PRIMARY KEY (flight_id, identity),
        UNIQUE (flight_id, identity, traveller_id)
    ) PARTITION BY RANGE (flight_id)
    """,
    "CREATE INDEX traveller_identity_traveller ON traveller_identity (traveller_id)",
    "CREATE INDEX traveller_identity_message ON traveller_identity (message_id)",
    "CREATE INDEX traveller_identity_due ON traveller_identity (erase_after)",
)
_ARCHIVE = (
    f"""
    CREATE TABLE traveller_archive (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        month text NOT NULL,
        first_flight uuid NOT NULL,
        last_flight uuid NOT NULL,
        travellers integer NOT NULL,
        messages integer NOT NULL,
        masked boolean NOT NULL,
        told_from timestamptz NOT NULL,
        made_at timestamptz NOT NULL,
        key_id uuid NOT NULL REFERENCES data_key,
        {_TERM},
        CHECK (first_flight <= last_flight)
    )
    """,
    "CREATE INDEX traveller_archive_flights ON traveller_archive (agency, first_flight, last_flight)",
    "CREATE INDEX traveller_archive_due ON traveller_archive (erase_after)",
)
"""Files of history outside the database: which flights, under which key, until when."""
_FILL = (
    """
    INSERT INTO traveller_message_key
        SELECT agency, sender, reference, digest, id, erase_after, review_at FROM traveller_message
    """,
    """
    INSERT INTO traveller_identity
        SELECT flight_id, identity, id, agency, message_id, erase_after, review_at FROM traveller
    """,
)
_LATE = "DEFERRABLE INITIALLY DEFERRED"
_BOUND = (
    f"""
    ALTER TABLE traveller_message ADD CONSTRAINT traveller_message_key
        FOREIGN KEY (agency, sender, reference, digest, id)
        REFERENCES traveller_message_key (agency, sender, reference, digest, message_id) {_LATE}
    """,
    f"""
    ALTER TABLE traveller_message_key ADD CONSTRAINT traveller_message_key_row
        FOREIGN KEY (message_id) REFERENCES traveller_message ON DELETE CASCADE {_LATE}
    """,
    f"""
    ALTER TABLE traveller ADD CONSTRAINT traveller_identity
        FOREIGN KEY (flight_id, identity, id)
        REFERENCES traveller_identity (flight_id, identity, traveller_id) ON UPDATE CASCADE {_LATE}
    """,
    f"""
    ALTER TABLE traveller_identity ADD CONSTRAINT traveller_identity_row
        FOREIGN KEY (traveller_id) REFERENCES traveller ON DELETE CASCADE {_LATE}
    """,
)
_OTHERS = (
    ("traveller_message_key", _ALL),
    ("traveller_identity", _ALL),
    ("traveller_archive", _SOME),
)
_OLDEST = Month(2020, 1)


def upgrade() -> None:
    """Carry every row over, and put back every index and foreign key."""
    tables = tuple(_MONTHS)
    bound = _foreign_keys(tables)
    forced = _forced(tables)
    for table in forced:
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
    for table, name, _ in bound:
        op.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    for table in tables:
        _carry_over(table)
    op.execute("CREATE INDEX traveller_of_flight ON traveller (flight_id)")
    for statement in (*_KEY_TABLES, *_ARCHIVE):
        op.execute(statement)
    _partitions("traveller_identity", "traveller", "flight_id")
    for statement in _FILL:
        op.execute(statement)
    for table, name, definition in bound:
        op.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
    for statement in _BOUND:
        op.execute(statement)
    for table, rights in (*((one, told[1]) for one, told in _MONTHS.items()), *_OTHERS):
        grant_app(table, rights)
        agency_rls(table)
    for table in set(forced) - set(tables):
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def _carry_over(table: str) -> None:
    column, _ = _MONTHS[table]
    indexes, keys = _indexes(table), _keys(table, column)
    whole = f"{table}_whole"
    op.execute(f"ALTER TABLE {table} RENAME TO {whole}")
    op.execute(
        f"CREATE TABLE {table} (LIKE {whole} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)"
        f" PARTITION BY RANGE ({column})"
    )
    _partitions(table, whole, column)
    op.execute(f"INSERT INTO {table} SELECT * FROM {whole}")  # noqa: S608 - names of this file
    if _count(table) != _count(whole):
        raise RuntimeError(table)
    op.execute(f"DROP TABLE {whole}")
    for name, definition in keys:
        op.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for definition in indexes:
        op.execute(definition)


def _partitions(table: str, source: str, column: str) -> None:
    """Make the months of the rows there are, this one and the next; the rest takes whatever else comes."""
    now = Month.of(datetime.now(UTC))
    months = {now, now.next, *_months_of(source, column, now.next)}
    for month in sorted(months):
        op.execute(
            f"CREATE TABLE {month.name(table)} PARTITION OF {table}"
            f" FOR VALUES FROM ('{month.first}') TO ('{month.next.first}')"
        )
    op.execute(f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT")


def _months_of(table: str, column: str, last: Month) -> set[Month]:
    """Return the months in which ids were made; what was not made by time belongs to the rest."""
    found: set[Month] = set()
    begins = _OLDEST.first
    while True:
        row = op.get_bind().execute(
            sa.text(f"SELECT {column} FROM {table} WHERE {column} >= :begins ORDER BY 1 LIMIT 1"),  # noqa: S608
            {"begins": begins},
        )
        first = row.scalar_one_or_none()
        month = None if first is None else _month(first)
        if month is None or month > last:
            return found
        found.add(month)
        begins = month.next.first


def _month(made: UUID) -> Month | None:
    try:
        return Month.of(datetime.fromtimestamp((made.int >> 80) / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _count(table: str) -> int:
    return int(op.get_bind().execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


def _foreign_keys(tables: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return every foreign key of these tables and to them."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT r.relname, c.conname, pg_get_constraintdef(c.oid) AS told FROM pg_constraint c"
            " JOIN pg_class r ON r.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid"
            " WHERE c.contype = 'f' AND c.conparentid = 0"
            " AND (r.relname = ANY(:tables) OR f.relname = ANY(:tables)) ORDER BY 1, 2"
        ),
        {"tables": list(tables)},
    )
    return [(row.relname, row.conname, row.told) for row in rows]


def _forced(tables: tuple[str, ...]) -> list[str]:
    """Return these tables and those bound to them, as far as their owner is under row-level security too."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT DISTINCT t.relname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
            " JOIN pg_class f ON f.oid = c.confrelid JOIN pg_class t ON t.oid IN (r.oid, f.oid)"
            " WHERE c.contype = 'f' AND t.relforcerowsecurity"
            " AND (r.relname = ANY(:tables) OR f.relname = ANY(:tables)) ORDER BY 1"
        ),
        {"tables": list(tables)},
    )
    return list(rows.scalars())


def _keys(table: str, column: str) -> list[tuple[str, str]]:
    """Return primary and unique keys that hold over all months, because the id of the month is in them."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT c.conname, pg_get_constraintdef(c.oid) AS told FROM pg_constraint c"
            " WHERE c.conrelid = to_regclass(:table) AND c.contype IN ('p', 'u')"
            " AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid"
            " AND a.attnum = ANY(c.conkey) AND a.attname = :column) ORDER BY 1"
        ),
        {"table": table, "column": column},
    )
    return [(row.conname, row.told) for row in rows]


def _indexes(table: str) -> list[str]:
    """Return what makes the other indexes of a table."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = to_regclass(:table)"
            " AND NOT i.indisunique ORDER BY 1"
        ),
        {"table": table},
    )
    return list(rows.scalars())
