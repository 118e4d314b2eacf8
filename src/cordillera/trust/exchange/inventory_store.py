"""Going through every query that is kept, for a person's request."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.exchange.query_store import QueryRow, queries

BATCH = 500


def every_query(tx: sa.Connection) -> Iterator[list[QueryRow]]:
    """Yield all queries of ours that the scope sees, in batches."""
    last = UUID(int=0)
    while True:
        rows = tx.execute(
            sa.text("SELECT id FROM exchange_query WHERE id > :last ORDER BY id LIMIT :limit"),
            {"last": last, "limit": BATCH},
        ).all()
        if not rows:
            return
        ids = [row.id for row in rows]
        yield list(queries(tx, ids).values())
        last = ids[-1]
