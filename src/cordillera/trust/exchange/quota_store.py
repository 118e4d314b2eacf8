"""SQL of the days whose counts of queries have had their time."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa


def due_days(tx: sa.Connection, now: datetime, limit: int) -> Sequence[tuple[date, datetime]]:
    """Return the days whose counts are due for erasure, and since when, the oldest first."""
    rows = tx.execute(
        sa.text(
            "SELECT day, erase_after FROM exchange_quota WHERE erase_after <= :now"
            " GROUP BY day, erase_after ORDER BY day LIMIT :limit"
        ),
        {"now": now, "limit": limit},
    )
    return [(row.day, row.erase_after) for row in rows]


def delete_day(tx: sa.Connection, day: str) -> int:
    """Delete the counts of a day; return how many rows went."""
    found = tx.execute(
        sa.text("DELETE FROM exchange_quota WHERE day = CAST(:day AS date)"),
        {"day": day},
        execution_options={"preserve_rowcount": True},
    )
    return found.rowcount
