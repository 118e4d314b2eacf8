"""What a chaos run reads from the nodes' databases to count what was lost, doubled or forked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

ONCE = ("query.sent", "query.received", "answer.sent", "answer.received", "release", "receipt.stored")
"""Kinds of which one message has one leaf at one node."""


class Channel(msgspec.Struct, frozen=True):
    """How far one direction of one channel has come at one node."""

    direction: str
    peer: str
    agreement_id: str
    last_seq: int
    last_hash: str
    frozen: bool


def known_queries(tx: sa.Connection) -> dict[UUID, str]:
    """Return every query that was asked here, with its state."""
    rows = tx.execute(sa.text("SELECT id, state FROM exchange_query"))
    return {row.id: row.state for row in rows}


def sent_messages(tx: sa.Connection) -> dict[UUID, tuple[str, str]]:
    """Return (state, peer) of every message of the outbox."""
    rows = tx.execute(sa.text("SELECT msg_id, state, peer FROM exchange_outbox"))
    return {row.msg_id: (row.state, row.peer) for row in rows}


def taken_messages(tx: sa.Connection) -> set[UUID]:
    """Return every message that was taken in."""
    return set(tx.execute(sa.text("SELECT msg_id FROM exchange_inbox")).scalars())


def open_messages(tx: sa.Connection) -> int:
    """Return how many messages wait for a receipt, or a query for its answer."""
    statement = (
        "SELECT (SELECT count(*) FROM exchange_outbox WHERE state IN ('queued', 'staged'))"
        " + (SELECT count(*) FROM exchange_query WHERE state = 'waiting')"
        " + (SELECT count(*) FROM exchange_incoming WHERE state = 'received')"
    )
    return int(tx.execute(sa.text(statement)).scalar_one())


def repeated_effects(tx: sa.Connection) -> int:
    """Return how many effects were had more than once: leaves of one message and kind beyond the first."""
    statement = (
        "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM ("
        " SELECT convert_from(leaf, 'UTF8')::json AS one FROM ledger_leaf WHERE message_id <> ''"
        " UNION ALL SELECT convert_from(leaf, 'UTF8')::json FROM ledger_queue WHERE message_id <> '')"
        " AS all_of WHERE one->>'kind' = ANY(:kinds)"
        " GROUP BY one->>'msg_id', one->>'kind', one->>'dir') AS counted"
        " WHERE n > 1"
    )
    return int(tx.execute(sa.text(statement), {"kinds": list(ONCE)}).scalar_one())


def quota_drift(tx: sa.Connection) -> int:
    """Return how far the day's quotas are from the queries that were let out and taken in."""
    statement = (
        "SELECT abs(coalesce((SELECT sum(used) FROM exchange_quota WHERE officer = '' AND direction = 'in'),"
        " 0) - (SELECT count(*) FROM exchange_incoming))"
        " + abs(coalesce((SELECT sum(used) FROM exchange_quota WHERE officer = '' AND direction = 'out'),"
        " 0) - (SELECT count(*) FROM exchange_outbox WHERE type = 'query.person' AND state <> 'queued'))"
    )
    return int(tx.execute(sa.text(statement)).scalar_one())


def channels(tx: sa.Connection) -> list[Channel]:
    """Return where every channel stands."""
    statement = (
        "SELECT direction, peer, agreement_id, last_seq, last_hash, frozen_at IS NOT NULL AS frozen"
        " FROM exchange_channel"
    )
    return [Channel(**row) for row in tx.execute(sa.text(statement)).mappings()]


def evidence(tx: sa.Connection) -> int:
    """Return how many equivocations were recorded."""
    return int(tx.execute(sa.text("SELECT count(*) FROM exchange_evidence")).scalar_one())


def checkpoints(tx: sa.Connection) -> dict[int, bytes]:
    """Return every checkpoint by size."""
    rows = tx.execute(sa.text("SELECT size, note FROM ledger_checkpoint"))
    return {row.size: bytes(row.note) for row in rows}


def newest_checkpoints(tx: sa.Connection) -> dict[int, bytes]:
    """Return the last few checkpoints by size."""
    rows = tx.execute(sa.text("SELECT size, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 5"))
    return {row.size: bytes(row.note) for row in rows}


def moved_since(tx: sa.Connection, at: datetime) -> tuple[bool, bool]:
    """Whether a message made here after `at` was receipted, and whether one was taken in after it."""
    statement = (
        "SELECT EXISTS (SELECT FROM exchange_outbox WHERE created_at > :at AND receipt_at IS NOT NULL),"
        " EXISTS (SELECT FROM exchange_inbox WHERE received_at > :at)"
    )
    sent, taken = tx.execute(sa.text(statement), {"at": at}).one()
    return bool(sent), bool(taken)


def keeping(tx: sa.Connection) -> list[str]:
    """Return what keeps the first message of each channel, as "partner code"."""
    statement = (
        "SELECT DISTINCT ON (peer) peer, CASE WHEN lease_until > now() THEN 'lease'"
        " WHEN next_try_at > now() THEN error ELSE 'due' END AS code"
        " FROM exchange_outbox WHERE state = 'staged' ORDER BY peer, channel_seq"
    )
    return [f"{row.peer} {row.code}" for row in tx.execute(sa.text(statement))]


def envelopes(tx: sa.Connection, limit: int) -> Sequence[tuple[str, bytes]]:
    """Return (peer, envelope) of messages on their way, in no order."""
    statement = (
        "SELECT peer, envelope FROM exchange_outbox WHERE envelope IS NOT NULL ORDER BY random() LIMIT :n"
    )
    return [(row.peer, bytes(row.envelope)) for row in tx.execute(sa.text(statement), {"n": limit})]
