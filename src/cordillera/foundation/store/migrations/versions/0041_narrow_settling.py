"""What lets a reservation be settled by itself: which messages were whole, and family names by index.

Of what is stored already neither is known: such a message counts as whole, such a traveller is looked at.
"""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns; months follow their table."""
    op.execute("ALTER TABLE traveller_pnrgov ADD COLUMN whole boolean NOT NULL DEFAULT true")
    op.execute("ALTER TABLE traveller ADD COLUMN family bytea")
