"""Data keys: what opens the sealed fields of a record group, until it is destroyed."""

from alembic import op

from cordillera.foundation.store.ddl import APP, AUDITOR, grant_app

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of wrapped data keys; close the public schema to all but the three roles."""
    op.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP}, {AUDITOR}")
    op.execute(
        """
        CREATE TABLE data_key (
            key_id uuid PRIMARY KEY,
            record_group text NOT NULL,
            kek text NOT NULL,
            wrapped bytea,
            created_at timestamptz NOT NULL,
            erase_after timestamptz NOT NULL,
            destroyed_at timestamptz,
            CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
        )
        """
    )
    op.execute("CREATE INDEX data_key_due ON data_key (erase_after) WHERE destroyed_at IS NULL")
    grant_app("data_key", "select, insert, update")
