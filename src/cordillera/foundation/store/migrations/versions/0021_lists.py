"""Watchlists with sources: where a list comes from, what each update did, and versions that wait."""

from alembic import op

from cordillera.foundation.store.ddl import APP, grant_app

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COUNTED = (
    "list_date, source_bytes, entries, persons, names, refused_fields, unread_fields, capped_values,"
    " skipped_entries, left_values, encoding"
)
"""What is known of a version only when its last entry has been read, in the transaction that adds it."""
_TABLES = ("watchlist_source", "watchlist_update")


def upgrade() -> None:
    """Let versions wait for an officer, mark entries so that versions compare, keep sources and updates."""
    _versions()
    op.execute(
        """
        CREATE TABLE watchlist_source (
            list_name text PRIMARY KEY,
            format text NOT NULL,
            kind text NOT NULL CHECK (kind IN ('file', 'url')),
            place text NOT NULL,
            sums text NOT NULL,
            signature text NOT NULL,
            public_key text NOT NULL,
            mapping text NOT NULL,
            every_minutes integer NOT NULL CHECK (every_minutes >= 0),
            stale_days integer NOT NULL CHECK (stale_days > 0),
            automatic boolean NOT NULL,
            largest_change integer NOT NULL CHECK (largest_change BETWEEN 0 AND 100),
            etag text NOT NULL,
            last_modified text NOT NULL,
            seen_hash text NOT NULL,
            next_at timestamptz,
            checked_at timestamptz,
            outcome text NOT NULL,
            code text NOT NULL,
            changed_by text NOT NULL,
            changed_at timestamptz NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE watchlist_update (
            update_id uuid PRIMARY KEY,
            list_name text NOT NULL,
            version_id uuid REFERENCES watchlist_version ON DELETE SET NULL,
            replaces uuid,
            outcome text NOT NULL,
            code text NOT NULL,
            reasons text[] NOT NULL,
            counts jsonb NOT NULL,
            source_hash text NOT NULL,
            place text NOT NULL,
            officers_needed integer NOT NULL CHECK (officers_needed BETWEEN 0 AND 2),
            first_officer text NOT NULL,
            second_officer text NOT NULL,
            made_by text NOT NULL,
            made_at timestamptz NOT NULL,
            closed_at timestamptz,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            CHECK (first_officer = '' OR first_officer <> second_officer)
        )
        """
    )
    op.execute("CREATE INDEX watchlist_update_list ON watchlist_update (list_name, made_at DESC)")
    op.execute("CREATE INDEX watchlist_update_version ON watchlist_update (version_id)")
    op.execute("CREATE INDEX watchlist_update_due ON watchlist_update (erase_after)")
    for table in _TABLES:
        grant_app(table, "select, insert, update, delete")
        _for_a_purpose(table)


def _versions() -> None:
    op.execute(
        """
        ALTER TABLE watchlist_version
            ADD COLUMN waiting boolean NOT NULL DEFAULT false,
            ADD COLUMN activated_at timestamptz,
            ADD COLUMN capped_values integer NOT NULL DEFAULT 0,
            ADD COLUMN skipped_entries integer NOT NULL DEFAULT 0,
            ADD COLUMN left_values bigint NOT NULL DEFAULT 0,
            ADD COLUMN encoding text NOT NULL DEFAULT '',
            ADD COLUMN agreement_id text NOT NULL DEFAULT '',
            ADD COLUMN article text NOT NULL DEFAULT '',
            ADD COLUMN handling jsonb NOT NULL DEFAULT '{}',
            ADD COLUMN record_id uuid
        """
    )
    op.execute("DROP INDEX watchlist_active")
    op.execute(
        "CREATE UNIQUE INDEX watchlist_active ON watchlist_version (list_name)"
        " WHERE superseded_at IS NULL AND NOT waiting"
    )
    op.execute("CREATE INDEX watchlist_version_record ON watchlist_version (record_id)")
    op.execute("ALTER TABLE watchlist_entry ADD COLUMN content_mark bytea")
    grant_app("watchlist_version", f"update (waiting, activated_at, {_COUNTED})")


def _for_a_purpose(table: str) -> None:
    """Show rows only to a transaction that declares a purpose; lists belong to no single agency."""
    rule = "coalesce(current_setting('cord.purpose', true), '') <> ''"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY purpose_declared ON {table} TO {APP} USING ({rule}) WITH CHECK ({rule})")
