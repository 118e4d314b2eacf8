"""Names of files are sealed: some carriers write people into them. Those kept so far go with their rows."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the sealed names; months follow their table."""
    for table in ("traveller_message", "traveller_bulk_item"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN name SET DEFAULT ''")
        op.execute(f"ALTER TABLE {table} ADD COLUMN named bytea NOT NULL DEFAULT ''")
