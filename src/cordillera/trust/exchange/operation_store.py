"""SQL of what operators look at: what waits, what died, frozen channels and their evidence."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.exchange.inbox_store import Evidence

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""


class ChannelRow(msgspec.Struct, frozen=True):
    """A channel with what waits in it and how old the oldest waiting message is."""

    direction: str
    peer: str
    agreement_id: str
    last_seq: int
    last_hash: str
    frozen_at: datetime | None
    waiting: int
    staged: int
    oldest: datetime | None
    error: str


class DeadLetter(msgspec.Struct, frozen=True):
    """A message of ours that had no effect at the partner and that nobody has looked at."""

    msg_id: UUID
    agency: str
    peer: str
    agreement_id: str
    type: str
    state: str
    error: str
    created_at: datetime
    expires_at: datetime
    channel_seq: int | None
    attempts: int
    kept: bool
    looked_at: datetime | None
    looked_by: str
    looked_reason: str


class ThawRow(msgspec.Struct, frozen=True):
    """A proposal to let a frozen channel flow again."""

    id: UUID
    direction: str
    peer: str
    agreement_id: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str = ""
    approved_at: datetime | None = None
    own_statement: str = ""
    thawed_at: datetime | None = None
    seq: int | None = None
    hash: str | None = None
    closed_at: datetime | None = None


_THAW = ", ".join(ThawRow.__struct_fields__)
_DEAD = (
    "msg_id, agency, peer, agreement_id, type, state, error, created_at, expires_at, channel_seq, attempts,"
    " payload IS NOT NULL, looked_at, looked_by, looked_reason"
)
_EVIDENCE = ", ".join(Evidence.__struct_fields__)
_KEY = "direction = :direction AND peer = :peer AND agreement_id = :agreement"


def staged_ids(tx: sa.Connection) -> list[UUID]:
    """Return the messages that have their final bytes and no receipt."""
    rows = tx.execute(_text("SELECT msg_id FROM exchange_outbox WHERE state = 'staged'"))
    return [row.msg_id for row in rows]


class OpenMessage(msgspec.Struct, frozen=True):
    """A message of ours that waits."""

    msg_id: UUID
    query_id: UUID
    type: str


def open_messages(tx: sa.Connection, peer: str, agreement: str) -> list[OpenMessage]:
    """Return what waits in a channel, oldest first."""
    rows = tx.execute(
        _text(
            "SELECT msg_id, query_id, type FROM exchange_outbox WHERE peer = :peer"
            " AND agreement_id = :agreement AND state IN ('queued', 'staged') ORDER BY ord"
        ),
        {"peer": peer, "agreement": agreement},
    )
    return [OpenMessage(*row) for row in rows]


def mark_known(tx: sa.Connection, msg_id: UUID, receipt: str, code: str, now: datetime) -> None:
    """End a message that the partner had taken in by another history; its receipt is kept."""
    tx.execute(
        _text(
            "UPDATE exchange_outbox SET state = 'rejected', receipt = :receipt, receipt_at = :now,"
            " error = :code, channel_seq = NULL, envelope = NULL, lease_until = NULL WHERE msg_id = :id"
        ),
        {"id": msg_id, "receipt": receipt, "code": code, "now": now},
    )


def hurry(tx: sa.Connection, peer: str, now: datetime) -> None:
    """Let everything that waits for a partner be tried at once."""
    tx.execute(
        _text(
            "UPDATE exchange_outbox SET next_try_at = :now, lease_until = NULL"
            " WHERE peer = :peer AND state = 'staged'"
        ),
        {"peer": peer, "now": now},
    )


def channels(tx: sa.Connection) -> list[ChannelRow]:
    """Return every channel, frozen ones first, then those in which most waits."""
    rows = tx.execute(
        _text(
            "WITH open AS (SELECT peer, agreement_id, count(*) AS waiting,"
            " count(*) FILTER (WHERE state = 'staged') AS staged, min(created_at) AS oldest,"
            " max(error) AS error FROM exchange_outbox WHERE state IN ('queued', 'staged')"
            " GROUP BY peer, agreement_id)"
            " SELECT coalesce(c.direction, 'out'), coalesce(c.peer, o.peer),"
            " coalesce(c.agreement_id, o.agreement_id), coalesce(c.last_seq, 0), coalesce(c.last_hash, ''),"
            " c.frozen_at, coalesce(o.waiting, 0), coalesce(o.staged, 0), o.oldest, coalesce(o.error, '')"
            " FROM exchange_channel c FULL JOIN open o ON c.direction = 'out' AND o.peer = c.peer"
            " AND o.agreement_id = c.agreement_id"
            " ORDER BY c.frozen_at NULLS LAST, 7 DESC, 2, 3, 1"
        )
    )
    return [ChannelRow(*row) for row in rows]


def channel(tx: sa.Connection, direction: str, peer: str, agreement: str) -> ChannelRow | None:
    """Return one channel."""
    found = [
        row
        for row in channels(tx)
        if (row.direction, row.peer, row.agreement_id) == (direction, peer, agreement)
    ]
    return found[0] if found else None


def lock_frozen(tx: sa.Connection, direction: str, peer: str, agreement: str) -> ChannelRow | None:
    """Lock a channel and return it when it is frozen."""
    tx.execute(
        _text(f"SELECT 1 FROM exchange_channel WHERE {_KEY} FOR UPDATE"),  # noqa: S608 - constant
        {"direction": direction, "peer": peer, "agreement": agreement},
    )
    found = channel(tx, direction, peer, agreement)
    return found if found is not None and found.frozen_at is not None else None


def evidence(tx: sa.Connection, sender: str, agreement: str) -> list[Evidence]:
    """Return the histories that did not fit, newest first; they stay after a thaw."""
    rows = tx.execute(
        _text(
            f"SELECT {_EVIDENCE} FROM exchange_evidence"  # noqa: S608 - constant
            " WHERE sender = :sender AND agreement_id = :agreement ORDER BY seen_at DESC, id DESC LIMIT 50"
        ),
        {"sender": sender, "agreement": agreement},
    )
    return [Evidence(*row) for row in rows]


def thaw_channel(tx: sa.Connection, row: ThawRow) -> None:
    """Let a channel flow again from the agreed place."""
    tx.execute(
        _text(
            "UPDATE exchange_channel SET frozen_at = NULL, last_seq = :seq, last_hash = :hash"  # noqa: S608
            f" WHERE {_KEY}"
        ),
        {
            "direction": row.direction, "peer": row.peer, "agreement": row.agreement_id,
            "seq": row.seq, "hash": row.hash,
        },
    )  # fmt: skip


def open_thaw(tx: sa.Connection, direction: str, peer: str, agreement: str) -> ThawRow | None:
    """Return the proposal that is not closed, locked."""
    row = tx.execute(
        _text(
            f"SELECT {_THAW} FROM exchange_thaw"  # noqa: S608 - constant
            f" WHERE {_KEY} AND closed_at IS NULL FOR UPDATE"
        ),
        {"direction": direction, "peer": peer, "agreement": agreement},
    ).first()
    return None if row is None else ThawRow(*row)


def thaws(tx: sa.Connection, *, waiting: bool = False) -> list[ThawRow]:
    """Return proposals, newest first; with `waiting` those approved here and not thawed yet."""
    condition = "WHERE approved_at IS NOT NULL AND closed_at IS NULL" if waiting else ""
    rows = tx.execute(
        _text(
            f"SELECT {_THAW} FROM exchange_thaw {condition}"  # noqa: S608 - constant
            " ORDER BY proposed_at DESC, id DESC LIMIT 200"
        )
    )
    return [ThawRow(*row) for row in rows]


def last_thaw(tx: sa.Connection, direction: str, peer: str, agreement: str) -> ThawRow | None:
    """Return the last thaw that was carried out on a channel."""
    row = tx.execute(
        _text(
            f"SELECT {_THAW} FROM exchange_thaw"  # noqa: S608 - constant
            f" WHERE {_KEY} AND thawed_at IS NOT NULL ORDER BY thawed_at DESC, id DESC LIMIT 1"
        ),
        {"direction": direction, "peer": peer, "agreement": agreement},
    ).first()
    return None if row is None else ThawRow(*row)


def save_thaw(tx: sa.Connection, row: ThawRow) -> None:
    """Insert or update a proposal."""
    names = ThawRow.__struct_fields__
    tx.execute(
        _text(
            f"INSERT INTO exchange_thaw ({_THAW})"  # noqa: S608 - constant
            f" VALUES ({', '.join(':' + name for name in names)}) ON CONFLICT (id) DO UPDATE SET"
            f" {', '.join(f'{name} = :{name}' for name in names[7:])}"
        ),
        msgspec.structs.asdict(row),
    )


def hear(tx: sa.Connection, row: tuple[str, str, str], statement: str, now: datetime) -> None:
    """Keep what the partner says about a frozen channel, until it flows again."""
    direction, peer, agreement = row
    tx.execute(
        _text(
            "INSERT INTO exchange_thaw_heard VALUES (:direction, :peer, :agreement, :statement, :now)"
            " ON CONFLICT (direction, peer, agreement_id)"
            " DO UPDATE SET statement = :statement, heard_at = :now"
        ),
        {"direction": direction, "peer": peer, "agreement": agreement, "statement": statement, "now": now},
    )


def heard(tx: sa.Connection, direction: str, peer: str, agreement: str) -> str:
    """Return the partner's statement, "" before there is one."""
    row = tx.execute(
        _text(f"SELECT statement FROM exchange_thaw_heard WHERE {_KEY}"),  # noqa: S608 - constant
        {"direction": direction, "peer": peer, "agreement": agreement},
    ).first()
    return "" if row is None else str(row.statement)


def forget_heard(tx: sa.Connection, direction: str, peer: str, agreement: str) -> None:
    """Drop the partner's statement once it was used; the next freeze needs a new one."""
    tx.execute(
        _text(f"DELETE FROM exchange_thaw_heard WHERE {_KEY}"),  # noqa: S608 - constant
        {"direction": direction, "peer": peer, "agreement": agreement},
    )


def troubles(tx: sa.Connection) -> tuple[int, int]:
    """Return how many messages had no effect and were not looked at, and how many channels are frozen."""
    dead = tx.execute(
        _text(
            "SELECT count(*) FROM exchange_outbox"
            " WHERE state IN ('refused', 'expired', 'rejected') AND looked_at IS NULL"
        )
    )
    return int(dead.scalar_one()), sum(row.frozen_at is not None for row in channels(tx))


def dead_letters(tx: sa.Connection, limit: int, *, looked_at: bool = False) -> list[DeadLetter]:
    """Return messages without effect, newest first; those already looked at only when asked for."""
    condition = "IS NOT NULL" if looked_at else "IS NULL"
    rows = tx.execute(
        _text(
            f"SELECT {_DEAD} FROM exchange_outbox"  # noqa: S608 - constant
            f" WHERE state IN ('refused', 'expired', 'rejected') AND looked_at {condition}"
            " ORDER BY created_at DESC, msg_id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [DeadLetter(*row) for row in rows]


def dead_letter(tx: sa.Connection, msg_id: UUID) -> DeadLetter | None:
    """Return one message without effect, locked."""
    row = tx.execute(
        _text(
            f"SELECT {_DEAD} FROM exchange_outbox"  # noqa: S608 - constant
            " WHERE msg_id = :id AND state IN ('refused', 'expired', 'rejected') FOR UPDATE"
        ),
        {"id": msg_id},
    ).first()
    return None if row is None else DeadLetter(*row)


def mark_looked(tx: sa.Connection, msg_id: UUID, by: str, reason: str, now: datetime) -> None:
    """Keep who looked at a message without effect, and what they concluded; its content goes."""
    tx.execute(
        _text(
            "UPDATE exchange_outbox SET looked_at = :now, looked_by = :by, looked_reason = :reason,"
            " payload = NULL WHERE msg_id = :id"
        ),
        {"id": msg_id, "by": by, "reason": reason, "now": now},
    )


def queue_again(tx: sa.Connection, msg_id: UUID, expires_at: datetime, now: datetime) -> None:
    """Let a message that never got there wait for its place once more."""
    tx.execute(
        _text(
            "UPDATE exchange_outbox SET state = 'queued', channel_seq = NULL, envelope = NULL,"
            " msg_hash = NULL, receipt = NULL, receipt_at = NULL, error = '', attempts = 0,"
            " lease_until = NULL, next_try_at = :now, expires_at = :expires WHERE msg_id = :id"
        ),
        {"id": msg_id, "expires": expires_at, "now": now},
    )


def waiting_at(tx: sa.Connection, peer: str) -> int:
    """Return how many messages wait for a partner."""
    found = tx.execute(
        _text("SELECT count(*) FROM exchange_outbox WHERE peer = :peer AND state IN ('queued', 'staged')"),
        {"peer": peer},
    )
    return int(found.scalar_one())


def depths(tx: sa.Connection) -> Sequence[tuple[str, int]]:
    """Return how many messages wait for each partner."""
    rows = tx.execute(
        _text(
            "SELECT peer, count(*) AS waiting FROM exchange_outbox"
            " WHERE state IN ('queued', 'staged') GROUP BY peer ORDER BY peer"
        )
    )
    return [(row.peer, row.waiting) for row in rows]


def forks(tx: sa.Connection) -> Sequence[tuple[str, int]]:
    """Return how many second bundles with a known `seq` each partner has shown."""
    rows = tx.execute(
        _text(
            "SELECT partner, count(*) AS forks FROM exchange_partner_bundle"
            " WHERE verdict = 'fork' GROUP BY partner"
        )
    )
    return [(row.partner, row.forks) for row in rows]


def reopen_query(tx: sa.Connection, msg_id: UUID) -> None:
    """Let a query that ended without leaving wait for its answer again."""
    tx.execute(
        _text(
            "UPDATE exchange_query SET state = 'waiting', outcome = '', error = '', answered_at = NULL"
            " WHERE id = (SELECT query_id FROM exchange_outbox WHERE msg_id = :id)"
            " AND state IN ('refused', 'expired')"
        ),
        {"id": msg_id},
    )


class ChannelLine(msgspec.Struct, frozen=True):
    """A channel as operators see it."""

    direction: str
    peer: str
    agreement_id: str
    last_seq: int
    frozen: bool
    waiting: int


def overview(tx: sa.Connection) -> list[ChannelLine]:
    """Return every channel with how many of its messages wait."""
    rows = tx.execute(
        _text(
            "SELECT c.direction, c.peer, c.agreement_id, c.last_seq, c.frozen_at IS NOT NULL,"
            " (SELECT count(*) FROM exchange_outbox o WHERE c.direction = 'out' AND o.peer = c.peer"
            " AND o.agreement_id = c.agreement_id AND o.state IN ('queued', 'staged'))"
            " FROM exchange_channel c ORDER BY c.peer, c.agreement_id, c.direction"
        )
    )
    return [ChannelLine(*row) for row in rows]
