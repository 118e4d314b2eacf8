"""Safeguards keep no table of their own: erase dates stand with each record, tombstones in the ledger."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the retention runner find finished erase months quickly."""
    op.execute("CREATE INDEX data_key_month ON data_key (kek, destroyed_at)")
