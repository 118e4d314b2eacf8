"""A node as the witness of its partners, and what it does when a log contradicts itself.

Each partner's log is cosigned over the node-to-node port, under a key that signs nothing else. Two
checkpoints of one log that cannot both be true are kept as evidence, every channel with that partner is
frozen, and the supervisor is told by a leaf and on their page.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.errors import BadInput
from cordillera.foundation.ids import uuid7
from cordillera.trust.ledger import witness_store as sql
from cordillera.trust.ledger.checkpoint import VerifiedCheckpoint
from cordillera.trust.ledger.cosignature import witness_key
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.note import NoteKey, parse_vkey
from cordillera.trust.ledger.ports import Partners
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.witness import Answer, Signer, add_checkpoint

PATH = "/exchange/v1/witness/add-checkpoint"


class Accused(msgspec.Struct, frozen=True):
    """Whose log contradicts itself. `ours`: our own, as the witness `peer` says."""

    origin: str
    peer: str
    ours: bool
    reason: str


class Contradictions:
    """Keeps evidence of forked and rolled-back logs, and freezes the exchange that rested on them."""

    def __init__(self, ledger: Ledger, partners: Partners) -> None:
        self._ledger = ledger
        self._clock = ledger.clock
        self._partners = partners

    def accuse(self, tx: sa.Connection, accused: Accused, held: bytes, other: bytes) -> bool:
        """Keep two notes that contradict each other; False when these two are kept already.

        Both stand as they came. The partner's channels are frozen each time, whoever thawed them since.
        """
        digest = sha256(b"\0".join((accused.origin.encode(), held, other))).hex()
        fork = sql.Fork(
            id=uuid7(),
            held=held,
            other=other,
            digest=digest,
            seen_at=self._clock.now(),
            **msgspec.structs.asdict(accused),
        )
        new = sql.keep_fork(tx, fork)
        if accused.peer in self._partners.log_keys(tx):
            self._partners.freeze(tx, accused.peer)
        if new:
            self._ledger.record(tx, _event(accused, held, other))
        return new


class PartnerWitness:
    """Cosigns the logs of partner nodes."""

    def __init__(self, ledger: Ledger, contradictions: Contradictions) -> None:
        self._signer = Signer(f"{ledger.origin}/witness", ledger.witness_signing_key)
        self._contradictions = contradictions
        self._clock = ledger.clock

    @property
    def key(self) -> NoteKey:
        """The public key of this witness; its `vkey` is what partners write into their policy."""
        return witness_key(self._signer.name, self._signer.key.public_bytes)

    def add_checkpoint(self, tx: sa.Connection, partner: str, log_vkey: str, body: bytes) -> Answer:
        """Answer a partner's `add-checkpoint`; a partner may submit its own log and no other."""
        memory = _StoreMemory(tx, partner, log_vkey, self._contradictions)
        return add_checkpoint(body, memory, self._signer, int(self._clock.now().timestamp()))


class _StoreMemory:
    """What this node has cosigned of a partner's log, in the transaction of the request."""

    def __init__(
        self, tx: sa.Connection, partner: str, log_vkey: str, contradictions: Contradictions
    ) -> None:
        self._tx = tx
        self._partner = partner
        self._log_vkey = log_vkey
        self._contradictions = contradictions

    def keys(self, origin: str) -> Sequence[NoteKey]:
        try:
            key = parse_vkey(self._log_vkey)
        except BadInput:
            return ()
        return (key,) if key.name == origin else ()

    def held(self, origin: str) -> bytes | None:
        return sql.hold(self._tx, origin)

    def keep(self, head: VerifiedCheckpoint, raw: bytes, at: int) -> None:
        moment = datetime.fromtimestamp(at, UTC)
        sql.keep_witnessed(
            self._tx, sql.Witnessed(head.checkpoint.origin, self._partner, head.size, raw, moment)
        )

    def accuse(self, origin: str, held: bytes, other: bytes) -> None:
        self._contradictions.accuse(self._tx, Accused(origin, self._partner, False, "forked"), held, other)


def _event(accused: Accused, held: bytes, other: bytes) -> Event:
    return Event(
        kind=LeafKind.WITNESS_REFUSED,
        actor="node",
        agency="node",
        peer=accused.peer,
        payload=held + other,
        detail={"origin": accused.origin, "reason": accused.reason, "ours": str(accused.ours).lower()},
    )
