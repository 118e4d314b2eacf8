"""SQL of reconciliation: the leaves of a partner's messages, and what was found."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa


class Reconciliation(msgspec.Struct, frozen=True):
    """One comparison with a partner: the period, how many messages each log holds, and what differs."""

    id: UUID
    peer: str
    since: datetime
    until: datetime
    ours: int
    theirs: int
    pending: int
    findings: int
    ran_at: datetime


class Finding(msgspec.Struct, frozen=True):
    """A message that the two logs do not agree upon."""

    id: UUID
    reconciliation: UUID
    peer: str
    agreement_id: str
    direction: str
    seq: int
    message_id: str
    reason: str
    ours: str
    theirs: str
    seen_at: datetime


def leaves_of_partner(
    tx: sa.Connection, peer: str, since: datetime, until: datetime, page: int
) -> Iterator[bytes]:
    """The leaves about messages to and from a partner, placed or waiting, in the order of their entries.

    All of the period, read `page` at a time: as many are in memory, and no more.
    """
    low, high = _floor(since), _floor(until)
    while True:
        found = _page(tx, peer, low, high, page)
        yield from (leaf for _, leaf in found)
        if len(found) < page:
            return
        low = UUID(int=found[-1][0].int + 1)


def _page(tx: sa.Connection, peer: str, low: UUID, high: UUID, most: int) -> list[tuple[UUID, bytes]]:
    rows = tx.execute(
        sa.text(
            "SELECT entry_id, leaf FROM (SELECT entry_id, leaf FROM ledger_leaf WHERE entry_id >= :low"
            " AND entry_id < :high AND message_id <> '' AND position(:mark IN leaf) > 0"
            " UNION ALL SELECT entry_id, leaf FROM ledger_queue WHERE entry_id >= :low"
            " AND entry_id < :high AND message_id <> '' AND position(:mark IN leaf) > 0) AS both_of"
            " ORDER BY entry_id LIMIT :most"
        ),
        {"low": low, "high": high, "mark": f'"peer":"{peer}"'.encode(), "most": most},
    )
    return [(row.entry_id, bytes(row.leaf)) for row in rows]


def keep(tx: sa.Connection, run: Reconciliation, found: Sequence[Finding]) -> int:
    """Keep a comparison with its findings; return how many were not known before."""
    tx.execute(
        sa.text(
            "INSERT INTO ledger_reconciliation"
            " (id, peer, since, until, ours, theirs, pending, findings, ran_at) VALUES"
            " (:id, :peer, :since, :until, :ours, :theirs, :pending, :findings, :ran_at)"
        ),
        msgspec.structs.asdict(run),
    )
    new = 0
    for finding in found:
        kept = tx.execute(
            sa.text(
                "INSERT INTO ledger_finding (id, reconciliation, peer, agreement_id, direction, seq,"
                " message_id, reason, ours, theirs, seen_at) VALUES (:id, :reconciliation, :peer,"
                " :agreement_id, :direction, :seq, :message_id, :reason, :ours, :theirs, :seen_at)"
                " ON CONFLICT DO NOTHING"
            ),
            msgspec.structs.asdict(finding),
        )
        new += kept.rowcount
    return new


def newest(tx: sa.Connection) -> list[Reconciliation]:
    """The last comparison with each partner."""
    rows = tx.execute(
        sa.text(
            "SELECT DISTINCT ON (peer) id, peer, since, until, ours, theirs, pending, findings, ran_at"
            " FROM ledger_reconciliation ORDER BY peer, ran_at DESC"
        )
    )
    return [Reconciliation(*row) for row in rows]


def findings(tx: sa.Connection, limit: int = 200) -> list[Finding]:
    """What was found, newest first."""
    rows = tx.execute(
        sa.text(
            "SELECT id, reconciliation, peer, agreement_id, direction, seq, message_id, reason, ours, theirs,"
            " seen_at FROM ledger_finding ORDER BY seen_at DESC, id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [Finding(*row) for row in rows]


def compared(tx: sa.Connection, peer: str, since: datetime) -> bool:
    """Whether this node has compared its log with a partner's since a moment."""
    known = sa.text("SELECT 1 FROM ledger_reconciliation WHERE peer = :peer AND ran_at > :since LIMIT 1")
    return tx.execute(known, {"peer": peer, "since": since}).first() is not None


def want(tx: sa.Connection, peer: str, since: datetime, until: datetime) -> None:
    """Note that a partner has asked to compare: this node compares for itself too."""
    tx.execute(
        sa.text(
            "INSERT INTO ledger_reconcile_wanted (peer, since, until) VALUES (:peer, :since, :until)"
            " ON CONFLICT (peer) DO UPDATE SET since = least(ledger_reconcile_wanted.since, :since),"
            " until = greatest(ledger_reconcile_wanted.until, :until)"
        ),
        {"peer": peer, "since": since, "until": until},
    )


def wanted(tx: sa.Connection) -> list[tuple[str, datetime, datetime]]:
    """Take what partners have asked to compare."""
    rows = tx.execute(sa.text("DELETE FROM ledger_reconcile_wanted RETURNING peer, since, until"))
    return [(row.peer, row.since, row.until) for row in rows]


def _floor(at: datetime) -> UUID:
    """The smallest entry id of a millisecond (RFC 9562, version 7)."""
    return UUID(int=max(0, int(at.timestamp() * 1000)) << 80)
