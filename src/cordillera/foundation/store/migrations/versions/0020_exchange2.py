"""Throughput of the exchange: no look-ups of keys that the same transaction made, room for updates in place.

A sealed row and its data key are written by one function in one transaction, and a key is never deleted
(the application may not), only emptied. The foreign keys to `data_key` therefore found nothing in any
state this node can reach, and cost a look-up and a row lock for every row; details of one month all lock
the same key row, which makes concurrent transactions write multixacts (docs/adr/0031).
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEYED = {
    "exchange_outbox": ("key_id",),
    "exchange_query": ("key_id",),
    "exchange_incoming": ("query_key", "record_key"),
    "ledger_detail": ("key_id",),
}


def upgrade() -> None:
    """Drop the look-ups; leave room on pages whose rows are changed once."""
    for table, columns in KEYED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_fkey")
    op.execute("ALTER TABLE exchange_query SET (fillfactor = 70)")
    op.execute("ALTER TABLE exchange_channel SET (fillfactor = 50)")
    op.execute("ALTER TABLE exchange_quota SET (fillfactor = 50)")
