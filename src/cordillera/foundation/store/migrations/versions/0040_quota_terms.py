"""A term for the days' counts of queries, as long as the log by which they are checked (PCSC 15(3))."""

from alembic import op

from cordillera.foundation.store.ddl import grant_app

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_TERMS = {"erase_after": 731, "review_at": 731}


def upgrade() -> None:
    """Let the day of a count say when it goes, and let the node take it away."""
    for column, days in _TERMS.items():
        op.execute(
            f"ALTER TABLE exchange_quota ADD COLUMN {column} timestamptz NOT NULL"
            f" GENERATED ALWAYS AS (CAST(day + {days} AS timestamp) AT TIME ZONE 'UTC') STORED"
        )
    grant_app("exchange_quota", "delete")
