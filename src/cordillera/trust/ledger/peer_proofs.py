"""Offline proofs that a partner has logged each message of ours (c2sp.org/tlog-proof).

A receipt names the partner's leaf before that leaf has its place; the proof follows. The partner is asked
for it when its log should be signed and cosigned, and what comes back is kept only if it is about that
message, is the very leaf that the receipt names, and verifies. Nobody need be asked again later: the
proof, the leaf and the keys are enough.
"""

import base64
import threading
from collections.abc import Callable, Sequence

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput, CordilleraError
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.ledger import peer_store as sql
from cordillera.trust.ledger import store as tables
from cordillera.trust.ledger.cosignature import read_cosignatures
from cordillera.trust.ledger.errors import NotYetSigned
from cordillera.trust.ledger.leaf import read_leaf
from cordillera.trust.ledger.model import LeafKind, LeafRow
from cordillera.trust.ledger.note import NoteKey, parse_vkey
from cordillera.trust.ledger.ports import Messages, PartnerLine, Partners
from cordillera.trust.ledger.proof import verify_proof
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.tree import leaf_hash
from cordillera.trust.ledger.witness import Answer

PATH = "/exchange/v1/proofs"
SCOPE = Scope.node("ledger.proofs")
MOST = 200
EVERY = 30.0

log = structlog.get_logger(__name__)


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Messages whose proofs are asked for."""

    messages: tuple[str, ...]


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The leaf about a message and its proof, both in base64; empty while there is none."""

    message: str
    leaf: str = ""
    proof: str = ""


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer for each message asked for, in order."""

    proofs: tuple[Given, ...]


class ProofGiver:
    """Gives partners the proofs of their own messages."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def answer(self, tx: sa.Connection, peer: str, body: bytes) -> Answer:
        """Answer a partner; of messages that it did not send, nothing is said."""
        try:
            asked = canonical.to_struct(body, Ask).messages[:MOST]
        except BadInput as error:
            return Answer(400, "text/plain", f"{error.code}\n".encode())
        told = Told(tuple(self._given(tx, peer, message) for message in asked))
        return Answer(200, "application/json", canonical.dumps(msgspec.to_builtins(told)))

    def _given(self, tx: sa.Connection, peer: str, message: str) -> Given:
        row = _reception(tables.leaves_of_message(tx, message), peer)
        if row is None:
            return Given(message)
        try:
            proof = self._ledger.best_proof(tx, row.index).encode()
        except NotYetSigned:
            return Given(message)
        return Given(message, _text(row.leaf), _text(proof))


class ProofKeeper:
    """Collects the proofs of this node's messages from its partners."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        partners: Partners,
        around: tuple[Messages, PartnerLine],
        witnesses: Callable[[], Sequence[NoteKey]],
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._partners = partners
        self._messages, self._line = around
        self._witnesses = witnesses

    def run(self, stop: threading.Event) -> None:
        """Collect until `stop` is set."""
        while not stop.wait(EVERY):
            try:
                while self.run_once():
                    continue
            except (CordilleraError, sa.exc.SQLAlchemyError) as error:
                log.warning("ledger.proofs_wait", error=type(error).__name__)

    def run_once(self) -> int:
        """Ask every partner for the next proofs; return how many were kept."""
        with self._store.transaction(SCOPE) as tx:
            keys = dict(self._partners.log_keys(tx))
        kept = 0
        for peer, vkey in keys.items():
            try:
                kept += self._collect(peer, vkey)
            except CordilleraError as error:
                log.warning("ledger.proofs_wait", partner=peer, error=error.code)
        return kept

    def _collect(self, peer: str, vkey: str) -> int:
        with self._store.transaction(SCOPE) as tx:
            size, reached = tables.state(tx).size, sql.reached(tx, peer)
            waiting = sql.delivered(tx, peer, reached, MOST)
            if not waiting and size - 1 > reached:
                sql.reach(tx, peer, size - 1)  # what was there before the look holds no receipt of theirs
            named = self._messages.known(tx, peer, [message for _, message in waiting])
        if not waiting:
            return 0
        asked = Ask(tuple(message for _, message in waiting))
        answer = self._line.send(peer, PATH, canonical.dumps(msgspec.to_builtins(asked)))
        if answer.status != 200:
            return 0
        given = {one.message: one for one in canonical.to_struct(answer.body, Told).proofs}
        leaves = {message: one.peer_leaf for message, one in named.items()}
        proofs: list[sql.PeerProof] = []
        upto = -1
        for index, message in waiting:
            one = given.get(message)
            if one is None or not one.proof:
                break  # not signed there yet: ask again from here
            found = self._checked(peer, vkey, one, leaves.get(message, ""))
            upto = index
            if found is not None:
                proofs.append(found)
        with self._store.transaction(SCOPE) as tx:
            sql.keep(tx, proofs)
            if upto >= 0:
                sql.reach(tx, peer, upto)
        return len(proofs)

    def _checked(self, peer: str, vkey: str, given: Given, named: str) -> sql.PeerProof | None:
        """Return a proof that holds.

        1. It verifies under the partner's key; 2. the leaf is about that message, from us, taken in;
        3. it is the leaf that the receipt names, when the receipt is still held.
        """
        try:
            leaf, raw = (base64.b64decode(text, validate=True) for text in (given.leaf, given.proof))
            found = verify_proof(raw, leaf, [parse_vkey(vkey)])
            text = read_leaf(leaf)
            right = text.msg_id == given.message and text.dir == "in"
            if not right or (named and leaf_hash(leaf).hex() != named):
                raise BadInput(message=given.message)  # noqa: TRY301 - one way out of what does not hold
            cosigned = bool(read_cosignatures(found.checkpoint.raw, self._witnesses()))
        except (BadInput, ValueError) as error:
            log.warning("ledger.proof_refused", partner=peer, message=given.message, error=str(error))
            return None
        size = found.checkpoint.size
        return sql.PeerProof(given.message, peer, leaf, raw, size, cosigned, self._ledger.clock.now())


def _reception(rows: Sequence[LeafRow], peer: str) -> LeafRow | None:
    """The leaf with which a partner's message was taken in."""
    for row in rows:
        text = read_leaf(row.leaf)
        if text.peer == peer and text.dir == "in" and text.kind != LeafKind.MISDIRECTED:
            return row
    return None


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
