"""SQL of channels, outbox and quotas."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.database import deferred
from cordillera.foundation.store.swift import Bulk, Statement, texts, uuids
from cordillera.trust.exchange.core import Channel

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""
_write = lru_cache(maxsize=None)(deferred)
"""A statement without a result, prepared once."""

_NEW = {
    "msg_id": "uuid",
    "agency": "text",
    "peer": "text",
    "agreement_id": "text",
    "type": "text",
    "officer_id": "text",
    "query_id": "uuid",
    "payload": "bytea",
    "key_id": "uuid",
    "created_at": "timestamptz",
    "expires_at": "timestamptz",
    "erase_after": "timestamptz",
    "review_at": "timestamptz",
}
_ENQUEUE = Bulk(
    f"INSERT INTO exchange_outbox ({', '.join(_NEW)}, state, next_try_at)"  # noqa: S608 - constant
    f" SELECT {', '.join(_NEW)}, 'queued', created_at FROM {{rows}}",
    _NEW,
)
_OUT = "msg_id, agency, agreement_id, type, officer_id, query_id, payload, key_id, created_at, expires_at"
_STAGED = f"{_OUT}, channel_seq, envelope, msg_hash, attempts"

_WAITING = Statement(  # the inner query keeps to the index of open messages; DISTINCT alone would read all
    "SELECT DISTINCT agreement_id FROM (SELECT agreement_id FROM exchange_outbox"
    " WHERE peer = :peer AND state IN ('queued', 'staged') OFFSET 0) AS open"
)
_OUTSTANDING = Statement(
    "SELECT agreement_id, bool_and(coalesce(error, '') = :held) FROM exchange_outbox"
    " WHERE peer = :peer AND state = 'staged' GROUP BY agreement_id"
)
_HELD = Statement(
    f"SELECT {_STAGED} FROM exchange_outbox"  # noqa: S608 - constant
    " WHERE peer = :peer AND agreement_id = :name AND channel_seq = :seq AND state = 'staged'"
    " AND error = :held FOR UPDATE"
)
_QUEUED = Statement(
    f"SELECT {_OUT} FROM exchange_outbox"  # noqa: S608 - constant
    " WHERE peer = :peer AND state = 'queued' AND agreement_id = ANY(:names)"
    " ORDER BY ord LIMIT :limit FOR UPDATE SKIP LOCKED"
)
_DUE = Statement(
    f"SELECT {_STAGED} FROM exchange_outbox"  # noqa: S608 - constant
    " WHERE peer = :peer AND state = 'staged' AND next_try_at <= :now"
    " AND agreement_id = ANY(:names) AND coalesce(lease_until, '-infinity') <= :now"
    " ORDER BY agreement_id, channel_seq LIMIT :limit FOR UPDATE SKIP LOCKED"
)
_STAGE = Bulk(
    "UPDATE exchange_outbox SET state = 'staged', channel_seq = rows.seq, envelope = rows.bytes,"
    " msg_hash = rows.hash, attempts = 1, lease_until = :lease FROM {rows} WHERE msg_id = rows.id",
    {"id": "uuid", "seq": "bigint", "bytes": "bytea", "hash": "text"},
)
_REACHED = Statement(
    "UPDATE exchange_outbox SET next_try_at = :soon WHERE peer = :peer AND state = 'staged'"
    " AND error = :error AND next_try_at > :soon"
)
_BEHIND = Statement(
    "UPDATE exchange_outbox SET next_try_at = :until, error = :error WHERE state = 'staged'"
    " AND (peer, agreement_id) IN (SELECT peer, agreement_id FROM exchange_outbox WHERE msg_id = ANY(:ids))"
    " AND next_try_at < :until AND coalesce(error, '') <> :held"
)
_TOGETHER = Statement(
    "UPDATE exchange_outbox SET next_try_at = :until WHERE peer = :peer AND agreement_id = :name"
    " AND state = 'staged' AND coalesce(error, '') <> :held"
)
_STANDS = Statement(
    "SELECT FROM exchange_outbox WHERE peer = :peer AND agreement_id = :name AND channel_seq = :seq"
    " AND state = 'staged'"
)
_FREE = Statement(
    "UPDATE exchange_outbox SET lease_until = NULL WHERE peer = :peer AND state = 'staged'"
    " AND lease_until IS NOT NULL"
)
_STILL_STAGED = Statement(
    "SELECT msg_id, msg_hash FROM exchange_outbox WHERE msg_id = ANY(:ids) AND state = 'staged'"
    " ORDER BY msg_id FOR UPDATE"
)
_SETTLE = Bulk(
    "UPDATE exchange_outbox SET state = rows.ended, receipt = rows.word, error = rows.code,"
    " receipt_at = :now, lease_until = NULL, payload = NULL, envelope = NULL FROM {rows}"
    " WHERE msg_id = rows.id",
    {"id": "uuid", "ended": "text", "word": "text", "code": "text"},
)
_CLOSE = Bulk(
    "UPDATE exchange_outbox SET state = rows.ended, error = rows.code, envelope = NULL,"
    " channel_seq = NULL, lease_until = NULL FROM {rows} WHERE msg_id = rows.id",
    {"id": "uuid", "ended": "text", "code": "text"},
)
_LOCK = Statement(
    "SELECT agreement_id, last_seq, last_hash, frozen_at IS NOT NULL FROM exchange_channel"
    " WHERE direction = :direction AND peer = :peer AND agreement_id = ANY(:names)"
    " ORDER BY agreement_id FOR UPDATE"
)
_SAVE_CHANNELS = Bulk(
    "UPDATE exchange_channel SET last_seq = rows.seq, last_hash = rows.hash FROM {rows}"
    " WHERE direction = :direction AND peer = :peer AND agreement_id = rows.name",
    {"name": "text", "seq": "bigint", "hash": "text"},
)
_USED = Statement(
    "SELECT agreement_id, officer, used FROM exchange_quota"
    " WHERE direction = :direction AND peer = :peer AND day = :day"
)
_SAVE_USED = Bulk(
    "INSERT INTO exchange_quota (direction, peer, day, agreement_id, officer, used)"
    " SELECT :direction, :peer, :day, agreement_id, officer, used FROM {rows}"
    " ON CONFLICT (direction, peer, agreement_id, day, officer) DO UPDATE SET used = excluded.used",
    {"agreement_id": "text", "officer": "text", "used": "bigint"},
)


class NewMessage(msgspec.Struct, frozen=True):
    """A message to be sent, as committed with the business change; it has no place in the channel yet."""

    msg_id: UUID
    agency: str
    peer: str
    agreement_id: str
    type: str
    officer_id: str
    query_id: UUID
    payload: bytes
    key_id: UUID
    created_at: datetime
    expires_at: datetime
    erase_after: datetime
    review_at: datetime


class Queued(msgspec.Struct, frozen=True):
    """A message that waits for its place."""

    msg_id: UUID
    agency: str
    agreement_id: str
    type: str
    officer_id: str
    query_id: UUID
    payload: bytes
    key_id: UUID
    created_at: datetime
    expires_at: datetime


class Staged(Queued, frozen=True):
    """A message with its place and its bytes, which never change again."""

    channel_seq: int
    envelope: bytes
    msg_hash: str
    attempts: int


def lock_channels(
    tx: sa.Connection,
    direction: str,
    peer: str,
    agreements: Iterable[str],
    then: Callable[[], None] = lambda: None,
) -> dict[str, Channel]:
    """Lock the channels with a partner until the transaction ends, new ones too; `then`: reads under it.

    Where a channel is new, the same message may be taken in at the same time by another connection, which
    made the channel: what was read before its lock was had is read again.
    """
    names = sorted(set(agreements))
    key: dict[str, object] = {"direction": direction, "peer": peer, "names": texts(names)}
    if not _LOCK.went_ahead(tx, key):
        _LOCK.ahead(tx, key)
    then()
    found = {row[0]: Channel(*row) for row in _LOCK.rows(tx, key)}
    if len(found) < len(names):
        tx.execute(
            _write(
                "INSERT INTO exchange_channel (direction, peer, agreement_id)"
                " SELECT :direction, :peer, unnest(CAST(:names AS text[])) ON CONFLICT DO NOTHING"
            ),
            {"direction": direction, "peer": peer, "names": names},
        )
        _LOCK.ahead(tx, key)
        then()
        found = {row[0]: Channel(*row) for row in _LOCK.rows(tx, key)}
    return found


def next_ahead(tx: sa.Connection, peer: str, agreements: Sequence[str], limit: int) -> None:
    """Have the lock of channels to a partner, and what is `queued` for them, come with the next answer."""
    names = texts(sorted(agreements))
    _LOCK.ahead(tx, {"direction": "out", "peer": peer, "names": names})
    _QUEUED.ahead(tx, {"peer": peer, "names": names, "limit": limit})


def save_channels(tx: sa.Connection, direction: str, peer: str, channels: Iterable[Channel]) -> None:
    """Keep how far channels have come."""
    rows = [(c.agreement_id, c.last_seq, c.last_hash) for c in channels]
    _SAVE_CHANNELS.send(tx, rows, {"direction": direction, "peer": peer})


def freeze_channel(tx: sa.Connection, direction: str, peer: str, agreement_id: str, now: datetime) -> None:
    """Stop a channel until people have looked into it."""
    tx.execute(
        _write(
            "UPDATE exchange_channel SET frozen_at = :now"
            " WHERE direction = :d AND peer = :p AND agreement_id = :a AND frozen_at IS NULL"
        ),
        {"now": now, "d": direction, "p": peer, "a": agreement_id},
    )


def enqueue(tx: sa.Connection, messages: Sequence[NewMessage]) -> None:
    """Put messages into the outbox; they leave only if this transaction commits."""
    _ENQUEUE.send(tx, [msgspec.structs.astuple(message) for message in messages])


def waiting_ahead(tx: sa.Connection, peer: str) -> None:
    """Have `waiting_agreements` answered with the next answer, whatever is settled meanwhile."""
    _WAITING.ahead(tx, {"peer": peer})


def waiting_agreements(tx: sa.Connection, peer: str) -> list[str]:
    """Return the agreements under which something waits for a partner (or did when asked ahead)."""
    return [name for (name,) in _WAITING.rows(tx, {"peer": peer})]


def queued(tx: sa.Connection, peer: str, agreements: Sequence[str], limit: int) -> list[Queued]:
    """Lease messages without a place, oldest first; rows another worker holds are passed over."""
    values = {"peer": peer, "names": texts(sorted(agreements)), "limit": limit}
    return [Queued(*row) for row in _QUEUED.rows(tx, values)]


def outstanding_ahead(tx: sa.Connection, peer: str, held: str) -> None:
    """Have `outstanding` answered with the next answer."""
    _OUTSTANDING.ahead(tx, {"peer": peer, "held": held})


def outstanding(tx: sa.Connection, peer: str, held: str) -> dict[str, bool]:
    """Return the agreements with messages that have a place and no receipt: whether all are held back."""
    return {str(name): bool(one) for name, one in _OUTSTANDING.rows(tx, {"peer": peer, "held": held})}


def held_at(tx: sa.Connection, peer: str, agreement_id: str, seq: int, held: str) -> Staged | None:
    """Return the message at a place of a channel when it is held back there."""
    values = {"peer": peer, "name": agreement_id, "seq": seq, "held": held}
    return next((Staged(*row) for row in _HELD.rows(tx, values)), None)


def due(tx: sa.Connection, peer: str, agreements: Sequence[str], now: datetime, limit: int) -> list[Staged]:
    """Return messages to be sent again: with a place, not leased, and their pause over; in order."""
    values = {"peer": peer, "names": texts(agreements), "now": now, "limit": limit}
    return [Staged(*row) for row in _DUE.rows(tx, values)]


def stage(tx: sa.Connection, messages: Sequence[Staged], lease_until: datetime) -> None:
    """Give messages their place and their final bytes, leased to this worker."""
    rows = [(m.msg_id, m.channel_seq, m.envelope, m.msg_hash) for m in messages]
    _STAGE.send(tx, rows, {"lease": lease_until})


def lease(tx: sa.Connection, ids: Sequence[UUID], until: datetime) -> None:
    """Lease messages for one more attempt."""
    if not ids:
        return
    tx.execute(
        _write(
            "UPDATE exchange_outbox SET lease_until = :until, attempts = attempts + 1"
            " WHERE msg_id = ANY(:ids)"
        ),
        {"ids": list(ids), "until": until},
    )


def postpone(tx: sa.Connection, ids: Sequence[UUID], until: datetime, error: str) -> None:
    """Give up the lease; try again after `until`."""
    if not ids:
        return
    tx.execute(
        _write(
            "UPDATE exchange_outbox SET lease_until = NULL, next_try_at = :until, error = :error"
            " WHERE msg_id = ANY(:ids) AND state = 'staged'"
        ),
        {"ids": list(ids), "until": until, "error": error},
    )


def postpone_behind(tx: sa.Connection, ids: Sequence[UUID], until: datetime, told: tuple[str, str]) -> None:
    """Let nothing overtake these in their channels; `told` is the code, and that of what is held anyway."""
    error, held = told
    _BEHIND.send(tx, {"ids": uuids(ids), "until": until, "error": error, "held": held})


def try_together(tx: sa.Connection, peer: str, agreement_id: str, until: datetime, held: str) -> None:
    """Let all messages of a channel that have a place be sent again at `until`, so that none is overtaken.

    Not what is `held` back here.
    """
    _TOGETHER.send(tx, {"peer": peer, "name": agreement_id, "until": until, "held": held})


def stands_at(tx: sa.Connection, peer: str, agreement_id: str, seq: int) -> bool:
    """Whether a message without a receipt stands at a place of a channel."""
    return _STANDS.row(tx, {"peer": peer, "name": agreement_id, "seq": seq}) is not None


def reached(tx: sa.Connection, peer: str, error: str, soon: datetime) -> None:
    """Let what waits for a partner since `error` be tried at `soon` at the latest."""
    _REACHED.send(tx, {"peer": peer, "error": error, "soon": soon})


def free(tx: sa.Connection, peer: str) -> None:
    """Give up every lease of a partner's messages."""
    _FREE.send(tx, {"peer": peer})


def still_staged_ahead(tx: sa.Connection, ids: Sequence[UUID]) -> None:
    """Have `still_staged` answered with the next answer; the lock is asked for now."""
    _STILL_STAGED.ahead(tx, {"ids": uuids(ids)})


def still_staged(tx: sa.Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Lock those messages that still have a place and no receipt; return the hashes of their bytes."""
    return {row[0]: row[1] for row in _STILL_STAGED.rows(tx, {"ids": uuids(ids)})}


def settle(tx: sa.Connection, rows: Sequence[tuple[UUID, str, str, str]], now: datetime) -> None:
    """Store receipts: (message, state, receipt, code); what was sent is no longer needed."""
    _SETTLE.send(tx, rows, {"now": now})


def close_unsent(tx: sa.Connection, rows: Sequence[tuple[UUID, str, str]]) -> None:
    """End messages that never leave: (message, 'rejected' or 'expired', code); operators look at them."""
    _CLOSE.send(tx, rows)


def unstage_after(tx: sa.Connection, peer: str, agreement_id: str, seq: int) -> None:
    """Take the places above `seq` back: the partner has taken in none of those messages."""
    tx.execute(
        _write(
            "UPDATE exchange_outbox SET state = 'queued', channel_seq = NULL, envelope = NULL,"
            " msg_hash = NULL, lease_until = NULL"
            " WHERE peer = :peer AND agreement_id = :agreement AND state = 'staged' AND channel_seq > :seq"
        ),
        {"peer": peer, "agreement": agreement_id, "seq": seq},
    )


def used_ahead(tx: sa.Connection, direction: str, peer: str, day: date) -> None:
    """Have `used` answered with the next answer."""
    _USED.ahead(tx, {"direction": direction, "peer": peer, "day": day})


def used(tx: sa.Connection, direction: str, peer: str, day: date) -> dict[tuple[str, str], int]:
    """Return the day's uses with a partner by (agreement, officer); officer "" is the node's total."""
    key = {"direction": direction, "peer": peer, "day": day}
    return {(agreement, officer): count for agreement, officer, count in _USED.rows(tx, key)}


def save_used(
    tx: sa.Connection, direction: str, peer: str, day: date, counts: dict[tuple[str, str], int]
) -> None:
    """Keep the day's uses; the caller holds the channel's lock."""
    rows = [(agreement, officer, count) for (agreement, officer), count in counts.items()]
    _SAVE_USED.send(tx, rows, {"direction": direction, "peer": peer, "day": day})
