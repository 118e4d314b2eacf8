"""Comparing the books of the nodes after a chaos run: what was lost, doubled, forked.

Lost: (1) a query that was acknowledged to an officer and is not there; (2) a query without an answer;
(3) a message without a receipt; (4) a receipt for a message that the partner does not have. Doubled: (5) a
second leaf of one effect; (6) a quota that counts what was not asked; (7) a message that nobody sent.
Forked: (8) a ledger that does not verify; (9) a checkpoint that was seen and is gone or another; (10) a
channel on which the two ends differ, or which was frozen.
"""

from collections.abc import Mapping
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.runtime.chaos import ledger_store as sql
from cordillera.runtime.chaos.nodes import SCOPE
from cordillera.runtime.node import Node
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.selfcheck import verify_tables


class Books(msgspec.Struct, frozen=True):
    """What one node's database says."""

    queries: dict[UUID, str]
    sent: dict[UUID, tuple[str, str]]
    taken: frozenset[UUID]
    repeated: int
    drift: int


def books(node: Node) -> Books:
    """Read a node's books."""
    with node.store.transaction(SCOPE) as tx:
        return Books(
            sql.known_queries(tx),
            sql.sent_messages(tx),
            frozenset(sql.taken_messages(tx)),
            sql.repeated_effects(tx),
            sql.quota_drift(tx),
        )


def lost(kept: Mapping[str, Books], acknowledged: Mapping[str, list[object]]) -> int:
    """Count what was lost (1 to 4)."""
    found = 0
    for country, own in kept.items():
        found += sum(1 for query in acknowledged[country] if query not in own.queries)
        found += sum(1 for state in own.queries.values() if state != "answered")
        for message, (state, peer) in own.sent.items():
            found += state != "delivered" or message not in kept[peer.upper()].taken
    return found


def doubled(kept: Mapping[str, Books], _acknowledged: Mapping[str, list[object]]) -> int:
    """Count what happened twice, or without cause (5 to 7)."""
    sent = {message for own in kept.values() for message in own.sent}
    strays = sum(1 for own in kept.values() for message in own.taken if message not in sent)
    return strays + sum(own.repeated + own.drift for own in kept.values())


def forks(nodes: Mapping[str, Node], seen: Mapping[str, Mapping[int, bytes]]) -> int:
    """Count what has two histories (8 to 10)."""
    found = 0
    ends: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
    for country, node in nodes.items():
        with node.store.transaction(SCOPE) as tx:
            found += _broken(tx, node)
            kept = sql.checkpoints(tx)
            found += sum(1 for size, note in seen[country].items() if kept.get(size) != note)
            found += sql.evidence(tx)
            for one in sql.channels(tx):
                found += one.frozen
                way = (country.lower(), one.peer) if one.direction == "out" else (one.peer, country.lower())
                ends.setdefault((*way, one.agreement_id), []).append((one.last_seq, one.last_hash))
    return found + sum(1 for both in ends.values() if len(set(both)) != 1)


def _broken(tx: sa.Connection, node: Node) -> bool:
    try:
        verify_tables(tx, node.ledger)
    except LogBroken:
        return True
    return False
