"""The ship of a voyage, as the passenger list names it."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a flight has no ship."""
    op.execute("ALTER TABLE traveller_flight ADD COLUMN vessel text NOT NULL DEFAULT ''")
