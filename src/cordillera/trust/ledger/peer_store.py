"""SQL of offline proofs: that each message of ours is in the partner's log."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa


class PeerProof(msgspec.Struct, frozen=True):
    """The partner's leaf about a message of ours, and its proof; `cosigned`: under witnesses' signatures."""

    message_id: str
    peer: str
    leaf: bytes
    proof: bytes
    size: int
    cosigned: bool
    kept_at: datetime


def delivered(tx: sa.Connection, peer: str, after: int, limit: int) -> list[tuple[int, str]]:
    """Messages to a partner whose receipt was stored by a leaf above index `after`: (index, message)."""
    rows = tx.execute(
        sa.text(
            "SELECT leaf_index, message_id FROM ledger_leaf WHERE leaf_index > :after AND message_id <> ''"
            " AND position(:kind IN leaf) > 0 AND position(:peer IN leaf) > 0"
            " ORDER BY leaf_index LIMIT :limit"
        ),
        {
            "after": after,
            "limit": limit,
            "kind": b'"kind":"receipt.stored"',
            "peer": f'"peer":"{peer}"'.encode(),
        },
    )
    return [(row.leaf_index, row.message_id) for row in rows]


def reached(tx: sa.Connection, peer: str) -> int:
    """The leaf up to which proofs were asked for; -1 before the first."""
    found = tx.execute(sa.text("SELECT upto FROM ledger_peer_proof_seen WHERE peer = :peer"), {"peer": peer})
    upto = found.scalar_one_or_none()
    return -1 if upto is None else int(upto)


def reach(tx: sa.Connection, peer: str, upto: int) -> None:
    """Note up to which leaf proofs are held."""
    tx.execute(
        sa.text(
            "INSERT INTO ledger_peer_proof_seen (peer, upto) VALUES (:peer, :upto)"
            " ON CONFLICT (peer) DO UPDATE SET upto = :upto"
        ),
        {"peer": peer, "upto": upto},
    )


def keep(tx: sa.Connection, proofs: Sequence[PeerProof]) -> None:
    """Keep proofs; a cosigned one takes the place of one that is not."""
    if proofs:
        tx.execute(
            sa.text(
                "INSERT INTO ledger_peer_proof (message_id, peer, leaf, proof, size, cosigned, kept_at)"
                " VALUES (:message_id, :peer, :leaf, :proof, :size, :cosigned, :kept_at)"
                " ON CONFLICT (message_id) DO UPDATE SET leaf = excluded.leaf, proof = excluded.proof,"
                " size = excluded.size, cosigned = excluded.cosigned, kept_at = excluded.kept_at"
                " WHERE excluded.cosigned OR NOT ledger_peer_proof.cosigned"
            ),
            [msgspec.structs.asdict(proof) for proof in proofs],
        )


def get(tx: sa.Connection, message_id: str) -> PeerProof | None:
    """The proof held for a message."""
    row = tx.execute(
        sa.text(
            "SELECT message_id, peer, leaf, proof, size, cosigned, kept_at FROM ledger_peer_proof"
            " WHERE message_id = :id"
        ),
        {"id": message_id},
    ).one_or_none()
    if row is None:
        return None
    return PeerProof(
        row.message_id, row.peer, bytes(row.leaf), bytes(row.proof), row.size, row.cosigned, row.kept_at
    )


def counts(tx: sa.Connection) -> dict[str, tuple[int, int]]:
    """How many proofs are held of each partner's log: (all, cosigned)."""
    rows = tx.execute(
        sa.text(
            "SELECT peer, count(*) AS held, count(*) FILTER (WHERE cosigned) AS cosigned"
            " FROM ledger_peer_proof GROUP BY peer"
        )
    )
    return {row.peer: (row.held, row.cosigned) for row in rows}
