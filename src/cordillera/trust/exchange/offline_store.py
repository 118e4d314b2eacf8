"""SQL of offline files: the messages that a file of receipts is about."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.exchange.channel_store import Staged


def staged(tx: sa.Connection, peer: str, ids: Sequence[UUID]) -> dict[UUID, Staged]:
    """Return, locked, those of our messages to a partner that still wait for a receipt."""
    rows = tx.execute(
        sa.text(
            "SELECT msg_id, agency, agreement_id, type, officer_id, query_id, payload, key_id, created_at,"
            " expires_at, channel_seq, envelope, msg_hash, attempts FROM exchange_outbox"
            " WHERE peer = :peer AND msg_id = ANY(:ids) AND state = 'staged'"
            " ORDER BY agreement_id, channel_seq FOR UPDATE"
        ),
        {"peer": peer, "ids": list(ids)},
    ).mappings()
    return {row["msg_id"]: Staged(**row) for row in rows}
