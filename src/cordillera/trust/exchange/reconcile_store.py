"""SQL that lets the ledger compare messages with a partner's log: hashes and receipts, no content."""

from collections.abc import Collection
from uuid import UUID

import msgspec
import sqlalchemy as sa


class KnownMessage(msgspec.Struct, frozen=True):
    """A message to or from a partner: the hash of its envelope, and its receipt when it is ours."""

    message_id: str
    agreement_id: str
    seq: int
    direction: str
    envelope_hash: str
    receipt: str


def known(tx: sa.Connection, peer: str, ids: Collection[str]) -> list[KnownMessage]:
    """What outbox and inbox keep of these messages."""
    rows = tx.execute(
        sa.text(
            "SELECT CAST(msg_id AS text), agreement_id, coalesce(channel_seq, 0), 'out',"
            " coalesce(msg_hash, ''), coalesce(receipt, '') FROM exchange_outbox"
            " WHERE peer = :peer AND msg_id = ANY(:ids)"
            " UNION ALL SELECT CAST(msg_id AS text), agreement_id, channel_seq, 'in', msg_hash, ''"
            " FROM exchange_inbox WHERE sender = :peer AND msg_id = ANY(:ids)"
        ),
        {"peer": peer, "ids": [UUID(one) for one in ids]},
    )
    return [KnownMessage(*row) for row in rows]


def quota_use(tx: sa.Connection, day: str) -> list[tuple[str, str, str, int]]:
    """What was used of each day's quota: (partner, agreement, direction, uses)."""
    rows = tx.execute(
        sa.text(
            "SELECT peer, agreement_id, direction, used FROM exchange_quota"
            " WHERE day = CAST(:day AS date) AND officer = '' ORDER BY peer, agreement_id, direction"
        ),
        {"day": day},
    )
    return [(row.peer, row.agreement_id, row.direction, row.used) for row in rows]
