"""SQL of witnesses: partners' logs that this node cosigned, its own cosigned checkpoints, and forks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa


class Witnessed(msgspec.Struct, frozen=True):
    """The last checkpoint of a partner's log that this node cosigned."""

    origin: str
    peer: str
    size: int
    note: bytes
    cosigned_at: datetime


class Cosigned(msgspec.Struct, frozen=True):
    """A checkpoint of this node's log with a quorum of cosignatures."""

    size: int
    note: bytes
    cosigned_at: datetime


class WitnessState(msgspec.Struct, frozen=True):
    """How it stands with one witness of ours: the size and time it last cosigned, and what went wrong."""

    vkey: str
    name: str
    size: int
    at: datetime | None
    tried_at: datetime
    error: str


class Fork(msgspec.Struct, frozen=True):
    """Two checkpoints of one log that contradict each other. `ours`: the log is this node's."""

    id: UUID
    origin: str
    peer: str
    ours: bool
    reason: str
    held: bytes
    other: bytes
    digest: str
    seen_at: datetime


def hold(tx: sa.Connection, origin: str) -> bytes | None:
    """The last note this node cosigned of a log; its lock is held until the transaction ends."""
    note = tx.execute(sa.text("SELECT ledger_witnessed_hold(:origin)"), {"origin": origin}).scalar_one()
    return None if note is None else bytes(note)


def keep_witnessed(tx: sa.Connection, row: Witnessed) -> None:
    """Remember the last cosigned checkpoint of a partner's log."""
    tx.execute(
        sa.text("SELECT ledger_witnessed_keep(:origin, :peer, :size, :note, :cosigned_at)"),
        msgspec.structs.asdict(row),
    )


def witnessed(tx: sa.Connection) -> list[Witnessed]:
    """Every log this node has cosigned."""
    rows = tx.execute(
        sa.text("SELECT origin, peer, size, note, cosigned_at FROM ledger_witnessed ORDER BY origin")
    )
    return [Witnessed(r.origin, r.peer, r.size, bytes(r.note), r.cosigned_at) for r in rows]


def keep_cosigned(tx: sa.Connection, row: Cosigned) -> bool:
    """Keep a cosigned checkpoint of our log; False when a later one is kept."""
    kept = tx.execute(
        sa.text("SELECT ledger_keep_cosigned(:size, :note, :cosigned_at)"), msgspec.structs.asdict(row)
    )
    return bool(kept.scalar_one())


def newest_cosigned(tx: sa.Connection) -> Cosigned | None:
    """The newest cosigned checkpoint."""
    row = tx.execute(
        sa.text("SELECT size, note, cosigned_at FROM ledger_cosigned ORDER BY size DESC LIMIT 1")
    ).one_or_none()
    return None if row is None else Cosigned(row.size, bytes(row.note), row.cosigned_at)


def save_state(tx: sa.Connection, state: WitnessState) -> None:
    """Note how the last attempt with a witness went."""
    tx.execute(
        sa.text(
            "INSERT INTO ledger_witness (vkey, name, size, at, tried_at, error)"
            " VALUES (:vkey, :name, :size, :at, :tried_at, :error) ON CONFLICT (vkey) DO UPDATE SET"
            " name = :name, size = :size, at = :at, tried_at = :tried_at, error = :error"
        ),
        msgspec.structs.asdict(state),
    )


def states(tx: sa.Connection) -> dict[str, WitnessState]:
    """How it stands with each witness, by its key."""
    rows = tx.execute(sa.text("SELECT vkey, name, size, at, tried_at, error FROM ledger_witness"))
    return {row.vkey: WitnessState(*row) for row in rows}


def keep_fork(tx: sa.Connection, fork: Fork) -> bool:
    """Keep two notes that contradict each other; False when the same two are kept already."""
    kept = tx.execute(
        sa.text(
            "INSERT INTO ledger_fork (id, origin, peer, ours, reason, held, other, digest, seen_at) VALUES"
            " (:id, :origin, :peer, :ours, :reason, :held, :other, :digest, :seen_at)"
            " ON CONFLICT DO NOTHING"
        ),
        msgspec.structs.asdict(fork),
    )
    return kept.rowcount == 1


def forks(tx: sa.Connection, limit: int = 100) -> Sequence[Fork]:
    """Contradictions seen, the newest first."""
    rows = tx.execute(
        sa.text(
            "SELECT id, origin, peer, ours, reason, held, other, digest, seen_at FROM ledger_fork"
            " ORDER BY seen_at DESC, id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [
        Fork(r.id, r.origin, r.peer, r.ours, r.reason, bytes(r.held), bytes(r.other), r.digest, r.seen_at)
        for r in rows
    ]
