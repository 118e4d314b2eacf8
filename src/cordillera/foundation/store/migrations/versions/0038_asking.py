"""What callers asked of the lists and which entries they have seen, for a day, shared by processes."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE list_asking (
        agency text NOT NULL,
        caller text NOT NULL,
        counter text NOT NULL CHECK (counter IN ('queries', 'entries', 'alarms')),
        since timestamptz NOT NULL,
        count bigint NOT NULL,
        erase_after timestamptz NOT NULL,
        review_at timestamptz NOT NULL,
        PRIMARY KEY (agency, caller, counter)
    ) WITH (fillfactor = 50)
    """,
    """
    CREATE TABLE list_shown (
        agency text NOT NULL,
        caller text NOT NULL,
        entry bytea NOT NULL,
        erase_after timestamptz NOT NULL,
        review_at timestamptz NOT NULL,
        PRIMARY KEY (agency, caller, entry)
    )
    """,
)


def upgrade() -> None:
    """Create both tables, seen by agency and purpose only."""
    for table in _TABLES:
        op.execute(table)
    for name in ("list_asking", "list_shown"):
        agency_rls(name)
        grant_app(name, "select, insert, update, delete")
    op.execute("CREATE INDEX list_shown_due ON list_shown (erase_after)")
