"""Asking the witnesses: our newest checkpoint goes to each, and their cosignatures are kept with it.

Every minute. What a witness says is believed as far as it is signed: a cosignature must verify, and a
refusal (409, 422) is kept with both notes, because it says that our log contradicts what was shown.
"""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import BadInput, CordilleraError, NotPermitted, Unavailable
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.ledger import witness_store as sql
from cordillera.trust.ledger.checkpoint import VerifiedCheckpoint
from cordillera.trust.ledger.cosignature import read_cosignatures, with_signatures
from cordillera.trust.ledger.errors import WitnessUnreachable
from cordillera.trust.ledger.freshness import Watch
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.policy import Witness
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.tile_store import TableNodes
from cordillera.trust.ledger.tree import consistency_proof
from cordillera.trust.ledger.witness import Answer, Submission
from cordillera.trust.ledger.witness_client import ask_over_http
from cordillera.trust.ledger.witnessing import Accused, Contradictions

EVERY = 60.0
SOON = 2.0
SCOPE = Scope.node("ledger.witness")
KEY_OPERATION = "log-key"
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")

Ask = Callable[[str, bytes], Answer]
"""Sends a body to the witness at an URL (`node:ID` is a partner) and returns its answer."""

log = structlog.get_logger(__name__)


class Refused(msgspec.Struct, frozen=True):
    """A witness says that our log contradicts itself; `held` is what it shows for that."""

    reason: str
    held: bytes


class Submitter:
    """Keeps the log cosigned."""

    def __init__(
        self, store: Store, ledger: Ledger, watch: Watch, ask: Ask, contradictions: Contradictions
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._watch = watch
        self._ask = ask
        self._contradictions = contradictions
        self._clock: Clock = ledger.clock

    def run(self, stop: threading.Event) -> None:
        """Ask every minute until `stop` is set; sooner while the log is not witnessed."""
        while not stop.is_set():
            fresh = False
            try:
                fresh = self.run_once()
            except (CordilleraError, sa.exc.SQLAlchemyError) as error:
                log.warning("ledger.witnesses_wait", error=type(error).__name__)
            stop.wait(EVERY if fresh else SOON)

    def run_once(self) -> bool:
        """Ask every witness of the policy once; return whether the log is witnessed as it asks."""
        policy = self._watch.policy()
        with self._store.transaction(SCOPE) as tx:
            before = self._watch.standing(tx, self._ledger)
            head = self._ledger.checkpoint(tx)
            states = sql.states(tx)
        if head.size == 0 or not policy.witnesses:
            return before.fresh
        lines = [self._round(witness, head, states.get(witness.key.vkey)) for witness in policy.witnesses]
        note = with_signatures(head.raw, [line for line in lines if line])
        moment = policy.moment(read_cosignatures(note, policy.keys))
        if moment is not None:
            self._keep(head, note, moment, was_fresh=before.fresh)
        with self._store.transaction(SCOPE) as tx:
            return self._watch.standing(tx, self._ledger).fresh

    def _keep(self, head: VerifiedCheckpoint, note: bytes, moment: int, *, was_fresh: bool) -> None:
        at = _moment(moment)
        with self._store.transaction(SCOPE) as tx:
            kept = sql.keep_cosigned(tx, sql.Cosigned(head.size, note, at))
            if kept and not was_fresh:
                detail = {"size": str(head.size)}
                self._ledger.record(
                    tx,
                    Event(kind=LeafKind.COSIGNED, actor="node", agency="node", payload=note, detail=detail),
                )

    def _round(self, witness: Witness, head: VerifiedCheckpoint, state: sql.WitnessState | None) -> str:
        """Ask one witness; return its cosignature line, or "" when it gave none."""
        at, line, size, error = None, "", state.size if state else 0, ""
        try:
            found = self._submit(witness, head, size)
            if isinstance(found, Refused):
                error = found.reason
                self._accuse(witness, head, found)
            else:
                line, seconds = found
                at, size = _moment(seconds), head.size
        except (Unavailable, NotPermitted, BadInput) as failed:
            error = failed.code
            log.warning("ledger.witness_failed", witness=witness.name, error=str(failed))
        with self._store.transaction(SCOPE) as tx:
            seen = at or (state.at if state else None)
            now = self._clock.now()
            sql.save_state(tx, sql.WitnessState(witness.key.vkey, witness.name, size, seen, now, error))
        return line

    def _submit(self, witness: Witness, head: VerifiedCheckpoint, old: int) -> tuple[str, int] | Refused:
        """Return (line, second) or what the witness holds against us, by what it answers.

        0. 403: it does not know the key that signs now: it is told how that came, once; 1. 200: its
        cosignature follows, and verifies; 2. 409 with a size up to ours: it remembers that
        size, ask again from there, once; 3. 409 with a larger size: we have lost leaves that it has
        seen; 4. 422, or 409 without a size: the log it has seen is another one; 5. else: no answer.
        """
        for attempt in (1, 2):
            if old > head.size:
                return Refused("rollback", f"{old}\n".encode())
            answer = self._ask(witness.url, self._body(old, head))
            told = _SIZE.fullmatch(answer.body)
            if answer.status == 200:
                return self._cosignature(witness, head, answer.body)
            if answer.status == 409 and told and int(told[1]) > head.size:
                self._was_ours(witness, int(told[1]))
                return Refused("rollback", answer.body)
            if answer.status in {409, 422} and not told:
                return Refused("forked", answer.body)
            if answer.status == 403 and attempt == 1 and self._tell_keys(witness):
                continue
            if answer.status != 409 or not told or attempt == 2:
                break
            old = int(told[1])
        raise WitnessUnreachable(witness=witness.name, status=answer.status)

    def _tell_keys(self, witness: Witness) -> bool:
        """Bring a witness of its own (partners have our bundle) every change of the log's key, in order."""
        changes = self._ledger.keys.line().changes
        if not witness.url.startswith("http"):
            return False
        taken = [ask_over_http(witness.url, one.raw, KEY_OPERATION).status for one in changes]
        return 200 in taken

    def _was_ours(self, witness: Witness, size: int) -> None:
        """Accuse nobody when another process of this node has shown a newer checkpoint meanwhile."""
        with self._store.transaction(SCOPE) as tx:
            if self._ledger.checkpoint(tx).size >= size:
                raise WitnessUnreachable(witness=witness.name, reason="ahead of this process")

    def _body(self, old: int, head: VerifiedCheckpoint) -> bytes:
        with self._store.transaction(SCOPE) as tx:
            proof = consistency_proof(old, head.size, TableNodes(tx)) if old < head.size else ()
        return Submission(old, proof, head.raw).encode()

    def _cosignature(self, witness: Witness, head: VerifiedCheckpoint, body: bytes) -> tuple[str, int]:
        """Take over the line of that witness and no other; raise `WitnessUnreachable` without one."""
        for line in body.decode("utf-8", "replace").splitlines(keepends=True):
            found = read_cosignatures(with_signatures(head.raw, [line]), [witness.key])
            if found:
                return line, found[0].at
        raise WitnessUnreachable(witness=witness.name, reason="no cosignature of its key")

    def _accuse(self, witness: Witness, head: VerifiedCheckpoint, refused: Refused) -> None:
        partner = witness.url.removeprefix("node:") if witness.url.startswith("node:") else witness.name
        accused = Accused(self._ledger.origin, partner, True, refused.reason)
        with self._store.transaction(SCOPE) as tx:
            self._contradictions.accuse(tx, accused, refused.held, head.raw)
        log.error("ledger.witness_refused", witness=witness.name, reason=refused.reason)


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
