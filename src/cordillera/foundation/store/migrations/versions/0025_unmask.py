"""Seeing a traveller again after six months: why, and under which condition of the directive."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.execute(
        "ALTER TABLE traveller_unmask ADD COLUMN article text NOT NULL DEFAULT '',"
        " ADD COLUMN reason text NOT NULL DEFAULT '', ADD COLUMN granted_at timestamptz"
    )
