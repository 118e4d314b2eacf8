"""Watchlists: versions of named lists, their sealed entries, and references given to partners."""

from alembic import op

from cordillera.foundation.store.ddl import APP, grant_app

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = ("watchlist_version", "watchlist_entry", "watchlist_document", "watchlist_reference")


def upgrade() -> None:
    """Create what the people desk stores; lists are shared by all agencies of a node, for a purpose."""
    op.execute(
        """
        CREATE TABLE watchlist_version (
            version_id uuid PRIMARY KEY,
            list_name text NOT NULL,
            format text NOT NULL,
            list_date date,
            source_hash bytea NOT NULL CHECK (length(source_hash) = 32),
            source_bytes bigint NOT NULL,
            entries integer NOT NULL CHECK (entries > 0),
            persons integer NOT NULL,
            names integer NOT NULL,
            refused_fields integer NOT NULL,
            unread_fields integer NOT NULL,
            imported_at timestamptz NOT NULL,
            imported_by text NOT NULL,
            superseded_at timestamptz,
            key_id uuid NOT NULL REFERENCES data_key,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX watchlist_active ON watchlist_version (list_name) WHERE superseded_at IS NULL"
    )
    op.execute("CREATE INDEX watchlist_version_due ON watchlist_version (erase_after)")
    op.execute(
        """
        CREATE TABLE watchlist_entry (
            version_id uuid NOT NULL REFERENCES watchlist_version ON DELETE CASCADE,
            ordinal integer NOT NULL,
            kind text NOT NULL,
            reference_blind bytea NOT NULL,
            sealed bytea NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            PRIMARY KEY (version_id, ordinal)
        )
        """
    )
    op.execute("CREATE INDEX watchlist_entry_reference ON watchlist_entry (version_id, reference_blind)")
    op.execute(
        """
        CREATE TABLE watchlist_document (
            version_id uuid NOT NULL,
            ordinal integer NOT NULL,
            number_blind bytea NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            FOREIGN KEY (version_id, ordinal) REFERENCES watchlist_entry ON DELETE CASCADE
        )
        """
    )
    op.execute("CREATE INDEX watchlist_document_number ON watchlist_document (number_blind)")
    op.execute("CREATE INDEX watchlist_document_entry ON watchlist_document (version_id, ordinal)")
    op.execute(
        """
        CREATE TABLE watchlist_reference (
            reference text PRIMARY KEY,
            version_id uuid NOT NULL,
            ordinal integer NOT NULL,
            given_at timestamptz NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            FOREIGN KEY (version_id, ordinal) REFERENCES watchlist_entry ON DELETE CASCADE
        )
        """
    )
    op.execute("CREATE INDEX watchlist_reference_entry ON watchlist_reference (version_id, ordinal)")
    op.execute("CREATE INDEX watchlist_reference_due ON watchlist_reference (erase_after)")
    for table in _TABLES:
        grant_app(table, "select, insert, delete")
        _for_a_purpose(table)
    grant_app("watchlist_version", "update (superseded_at, erase_after, review_at)")


def _for_a_purpose(table: str) -> None:
    """Show rows only to a transaction that declares a purpose; lists belong to no single agency."""
    rule = "coalesce(current_setting('cord.purpose', true), '') <> ''"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY purpose_declared ON {table} TO {APP} USING ({rule}) WITH CHECK ({rule})")
