"""SQL of `cordillera bench exchange`: what is under way, and what came of it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from cordillera.foundation.store.swift import Statement

_OPEN = Statement("SELECT count(*) FROM exchange_outbox WHERE state IN ('queued', 'staged')")
_WAITING = Statement("SELECT count(*) FROM exchange_query WHERE state = 'waiting'")
_DELIVERED = sa.text(
    "SELECT msg_id, created_at, receipt_at FROM exchange_outbox"
    " WHERE state = 'delivered' AND created_at >= :since"
)
_TAKEN_IN = sa.text("SELECT msg_id, received_at FROM exchange_inbox WHERE received_at >= :since")
_ANSWERED = sa.text("SELECT count(*) FROM exchange_query WHERE state = 'answered'")
_TAKEN = sa.text("SELECT count(*) FROM exchange_incoming")
_SENT = sa.text("SELECT count(*) FROM exchange_outbox WHERE state = 'delivered'")


def messages_open(tx: sa.Connection) -> int:
    """How many messages wait for their receipt."""
    return sum(count for (count,) in _OPEN.rows(tx, {}))


def queries_waiting(tx: sa.Connection) -> int:
    """How many queries wait for their answer."""
    return sum(count for (count,) in _WAITING.rows(tx, {}))


def taken_in(tx: sa.Connection, since: datetime) -> dict[UUID, float]:
    """When messages of the partner were taken in since then (Unix seconds)."""
    return {row.msg_id: row.received_at.timestamp() for row in tx.execute(_TAKEN_IN, {"since": since})}


def delivered(tx: sa.Connection, since: datetime) -> list[tuple[UUID, float, float]]:
    """When messages made since then were made, and when their receipts were stored (Unix seconds)."""
    rows = tx.execute(_DELIVERED, {"since": since})
    return [(row.msg_id, row.created_at.timestamp(), row.receipt_at.timestamp()) for row in rows]


def counts(tx: sa.Connection) -> tuple[int, int, int]:
    """All so far: messages delivered, queries answered, partners' queries taken in."""
    sent, answered, taken = (int(tx.execute(one).scalar_one()) for one in (_SENT, _ANSWERED, _TAKEN))
    return sent, answered, taken
