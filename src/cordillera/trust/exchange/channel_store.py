"""SQL of channels, outbox and quotas."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.database import deferred
from cordillera.trust.exchange.core import Channel

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""
_write = lru_cache(maxsize=None)(deferred)
"""A statement without a result, prepared once."""

_OUT = "msg_id, agency, agreement_id, type, officer_id, query_id, payload, key_id, created_at, expires_at"
_STAGED = f"{_OUT}, channel_seq, envelope, msg_hash, attempts"


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
    tx: sa.Connection, direction: str, peer: str, agreements: Iterable[str]
) -> dict[str, Channel]:
    """Lock the channels of these agreements with a partner until the transaction ends; make new ones."""
    names = sorted(set(agreements))
    key: dict[str, object] = {"direction": direction, "peer": peer, "names": names}
    found = _locked(tx, key)
    if len(found) < len(names):
        tx.execute(
            _write(
                "INSERT INTO exchange_channel (direction, peer, agreement_id)"
                " SELECT :direction, :peer, unnest(CAST(:names AS text[])) ON CONFLICT DO NOTHING"
            ),
            key,
        )
        found = _locked(tx, key)
    return found


def save_channels(tx: sa.Connection, direction: str, peer: str, channels: Iterable[Channel]) -> None:
    """Keep how far channels have come."""
    rows = [
        {"d": direction, "p": peer, "a": c.agreement_id, "seq": c.last_seq, "hash": c.last_hash}
        for c in channels
    ]
    if rows:
        tx.execute(
            _write(
                "UPDATE exchange_channel SET last_seq = :seq, last_hash = :hash"
                " WHERE direction = :d AND peer = :p AND agreement_id = :a"
            ),
            rows,
        )


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
    names = NewMessage.__struct_fields__
    _many(
        tx,
        f"INSERT INTO exchange_outbox ({', '.join(names)}, state, next_try_at)"  # noqa: S608 - constant
        f" VALUES ({', '.join(':' + name for name in names)}, 'queued', :created_at)",
        [msgspec.structs.asdict(message) for message in messages],
    )


def waiting_agreements(tx: sa.Connection, peer: str) -> list[str]:
    """Return the agreements under which something waits for a partner."""
    rows = tx.execute(
        _text(
            "SELECT DISTINCT agreement_id FROM exchange_outbox"
            " WHERE peer = :peer AND state IN ('queued', 'staged')"
        ),
        {"peer": peer},
    )
    return [row.agreement_id for row in rows]


def queued(tx: sa.Connection, peer: str, agreements: Sequence[str], limit: int) -> list[Queued]:
    """Lease messages without a place, oldest first; rows another worker holds are passed over."""
    rows = tx.execute(
        _text(
            f"SELECT {_OUT} FROM exchange_outbox"  # noqa: S608 - constant
            " WHERE peer = :peer AND state = 'queued' AND agreement_id = ANY(:names)"
            " ORDER BY ord LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        {"peer": peer, "names": list(agreements), "limit": limit},
    )
    return [Queued(*row) for row in rows]


def outstanding(tx: sa.Connection, peer: str) -> set[str]:
    """Return the agreements with messages that have a place and no receipt."""
    rows = tx.execute(
        _text("SELECT DISTINCT agreement_id FROM exchange_outbox WHERE peer = :peer AND state = 'staged'"),
        {"peer": peer},
    )
    return {row.agreement_id for row in rows}


def due(tx: sa.Connection, peer: str, agreements: Sequence[str], now: datetime, limit: int) -> list[Staged]:
    """Return messages to be sent again: with a place, not leased, and their pause over; in order."""
    rows = tx.execute(
        _text(
            f"SELECT {_STAGED} FROM exchange_outbox"  # noqa: S608 - constant
            " WHERE peer = :peer AND state = 'staged' AND next_try_at <= :now"
            " AND agreement_id = ANY(:names) AND coalesce(lease_until, '-infinity') <= :now"
            " ORDER BY agreement_id, channel_seq LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        {"peer": peer, "names": list(agreements), "now": now, "limit": limit},
    )
    return [Staged(*row) for row in rows]


def stage(tx: sa.Connection, messages: Sequence[Staged], lease_until: datetime) -> None:
    """Give messages their place and their final bytes, leased to this worker."""
    _many(
        tx,
        "UPDATE exchange_outbox SET state = 'staged', channel_seq = :seq, envelope = :envelope,"
        " msg_hash = :hash, attempts = 1, lease_until = :lease WHERE msg_id = :id",
        [
            {
                "id": m.msg_id,
                "seq": m.channel_seq,
                "envelope": m.envelope,
                "hash": m.msg_hash,
                "lease": lease_until,
            }
            for m in messages
        ],
    )


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
            " WHERE msg_id = ANY(:ids)"
        ),
        {"ids": list(ids), "until": until, "error": error},
    )


def settle(tx: sa.Connection, rows: Sequence[tuple[UUID, str, str, str]], now: datetime) -> None:
    """Store receipts: (message, state, receipt, code); what was sent is no longer needed."""
    _many(
        tx,
        "UPDATE exchange_outbox SET state = :state, receipt = :receipt, error = :error, receipt_at = :now,"
        " lease_until = NULL, payload = NULL, envelope = NULL WHERE msg_id = :id",
        [
            {"id": msg_id, "state": state, "receipt": receipt, "error": error, "now": now}
            for msg_id, state, receipt, error in rows
        ],
    )


def close_unsent(tx: sa.Connection, rows: Sequence[tuple[UUID, str, str]]) -> None:
    """End messages that never leave: (message, 'rejected' or 'expired', code); operators look at them."""
    _many(
        tx,
        "UPDATE exchange_outbox SET state = :state, error = :error, envelope = NULL,"
        " channel_seq = NULL, lease_until = NULL WHERE msg_id = :id",
        [{"id": msg_id, "state": state, "error": error} for msg_id, state, error in rows],
    )


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


def used(tx: sa.Connection, direction: str, peer: str, day: date) -> dict[tuple[str, str], int]:
    """Return the day's uses with a partner by (agreement, officer); officer "" is the node's total."""
    rows = tx.execute(
        _text(
            "SELECT agreement_id, officer, used FROM exchange_quota"
            " WHERE direction = :direction AND peer = :peer AND day = :day"
        ),
        {"direction": direction, "peer": peer, "day": day},
    )
    return {(row.agreement_id, row.officer): row.used for row in rows}


def save_used(
    tx: sa.Connection, direction: str, peer: str, day: date, counts: dict[tuple[str, str], int]
) -> None:
    """Keep the day's uses; the caller holds the channel's lock."""
    _many(
        tx,
        "INSERT INTO exchange_quota (direction, peer, agreement_id, day, officer, used)"
        " VALUES (:direction, :peer, :agreement, :day, :officer, :used)"
        " ON CONFLICT (direction, peer, agreement_id, day, officer) DO UPDATE SET used = :used",
        [
            {
                "direction": direction,
                "peer": peer,
                "agreement": agreement,
                "day": day,
                "officer": officer,
                "used": count,
            }
            for (agreement, officer), count in counts.items()
        ],
    )


class Asker(msgspec.Struct, frozen=True):
    """Whose queries are counted: `pseudonym` names the officer where messages were counted."""

    peer: str
    agreement_id: str
    day: date
    officer_id: str
    pseudonym: str


def asked_today(tx: sa.Connection, asker: Asker) -> tuple[int, int]:
    """Return the day's queries, sent or still waiting for their place: of all officers, of this one."""
    row = tx.execute(
        _text(
            "WITH sent AS (SELECT officer, used FROM exchange_quota WHERE direction = 'out' AND peer = :peer"
            " AND agreement_id = :agreement_id AND day = :day AND officer IN ('', :pseudonym))"
            " SELECT count(*) + coalesce((SELECT used FROM sent WHERE officer = ''), 0) AS total,"
            " count(*) FILTER (WHERE officer_id = :officer_id)"
            " + coalesce((SELECT used FROM sent WHERE officer = :pseudonym), 0) AS own"
            " FROM exchange_outbox WHERE peer = :peer AND state = 'queued'"
            " AND agreement_id = :agreement_id AND type = 'query.person'"
        ),
        msgspec.structs.asdict(asker),
    ).one()
    return row.total, row.own


def _locked(tx: sa.Connection, key: dict[str, object]) -> dict[str, Channel]:
    rows = tx.execute(
        _text(
            "SELECT agreement_id, last_seq, last_hash, frozen_at IS NOT NULL AS frozen FROM exchange_channel"
            " WHERE direction = :direction AND peer = :peer AND agreement_id = ANY(:names)"
            " ORDER BY agreement_id FOR UPDATE"
        ),
        key,
    )
    return {row.agreement_id: Channel(*row) for row in rows}


def _many(tx: sa.Connection, statement: str, rows: list[dict[str, object]]) -> None:
    if rows:
        tx.execute(_write(statement), rows if len(rows) > 1 else rows[0])


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
