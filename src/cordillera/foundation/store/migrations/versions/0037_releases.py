"""Releases that one officer asked for and that wait for another, where an agreement takes two."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_TABLE = "exchange_release"


def upgrade() -> None:
    """Create the table, seen by agency and purpose only."""
    op.execute(
        f"""
        CREATE TABLE {_TABLE} (
            id uuid PRIMARY KEY,
            agency text NOT NULL,
            thing uuid NOT NULL,
            reference text NOT NULL,
            officer text NOT NULL,
            digest bytea NOT NULL,
            asked_at timestamptz NOT NULL,
            key_id uuid NOT NULL REFERENCES data_key,
            about bytea NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            UNIQUE (agency, thing, reference)
        )
        """
    )
    agency_rls(_TABLE)
    grant_app(_TABLE, "select, insert, update, delete")
