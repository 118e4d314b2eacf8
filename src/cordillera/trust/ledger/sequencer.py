"""Giving waiting leaves their place, and signing checkpoints: one background loop per node.

A drain is one transaction in the owner's function: leaves, hashes and full tiles together, under the
ledger's lock, so two sequencers never disagree. The checkpoint follows after the drain is durable, in a
transaction of its own or with the next drain: it can be late, never ahead. Everything held here is derived
from the tables and derived again after any failure.
"""

import threading
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
import structlog

from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.ledger import store as tables
from cordillera.trust.ledger.checkpoint import Checkpoint, sign_checkpoint
from cordillera.trust.ledger.compact import CompactRange
from cordillera.trust.ledger.own_keys import LogKeys
from cordillera.trust.ledger.tile_store import TableNodes
from cordillera.trust.ledger.tiles import TILE_LEVELS

FEW = 256
MOST = 32_768
SIGN_EVERY = timedelta(seconds=1)
SIGN_LEAVES = 1000
PAUSE = 0.1
LONGEST_PAUSE = 0.25
AFTER_FAILURE = 1.0
SCOPE = Scope.node("ledger.sequence")

log = structlog.get_logger(__name__)


class LogIdentity(Protocol):
    """What the sequencer needs of the ledger."""

    clock: Clock
    origin: str
    keys: LogKeys

    def prepare(self, opened: Store) -> None:
        """Make ready what recording needs."""
        ...


class Sequencer:
    """Moves leaves from the queue into the log of one node."""

    def __init__(self, store: Store, ledger: LogIdentity) -> None:
        self._store = store
        self._ledger = ledger
        self._range: CompactRange | None = None
        self._signed = 0
        self._signed_at: datetime | None = None
        self._wake = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; a failure is logged and everything derived anew."""
        pause = PAUSE
        while not stop.is_set():
            try:
                moved = self.run_once()
            except (CordilleraError, sa.exc.SQLAlchemyError) as error:
                log.warning("ledger.sequencer_failed", error=type(error).__name__)
                self._range = None
                stop.wait(AFTER_FAILURE)
                continue
            pause = PAUSE if moved else min(pause * 2, LONGEST_PAUSE)
            if moved < FEW:
                self._wake.wait(pause)
                self._wake.clear()

    def wake(self) -> None:
        """Have the loop look at once: something was just recorded, or it is to stop."""
        self._wake.set()

    def run_once(self) -> int:
        """Drain once and sign when a checkpoint is due; return how many leaves got their place."""
        self._ledger.prepare(self._store)
        moved = self.drain()
        if self._sign_due() and not (moved and self._more_waits()):
            self.sign()
        return moved

    def catch_up(self) -> int:
        """Drain everything that waits and sign it; return the size of the log."""
        self._ledger.prepare(self._store)
        while self.drain():
            continue
        self._range = None  # another process may have taken the last leaves
        self.sign()
        return self._tree().size

    def drain(self) -> int:
        """Give the waiting leaves their place, `MOST` at once; return how many.

        A checkpoint that is due, of those placed before, goes along: one commit for both.
        """
        tree, due = self._tree(), self._sign_due()
        with self._store.transaction(SCOPE, gathered=True) as tx:
            if tables.oldest_waiting(tx) is None:
                return 0
            if due:
                self._keep(tx, tree)
            placed = tables.sequence(tx, MOST)
        if due:
            self._signed, self._signed_at = tree.size, self._ledger.clock.now()
        if placed.first == tree.size:
            _grow(tree, placed)
        else:  # another process has sequenced meanwhile
            self._range = None
        return placed.moved

    def sign(self) -> bool:
        """Sign the tree as it stands; False when there is nothing new to sign."""
        tree = self._tree()
        if tree.size == self._signed:
            return False
        with self._store.transaction(SCOPE, gathered=True) as tx:
            kept = self._keep(tx, tree)
        self._signed, self._signed_at = tree.size, self._ledger.clock.now()
        return kept

    def _keep(self, tx: sa.Connection, tree: CompactRange) -> bool:
        """Keep a signed checkpoint of `tree`, all of which is durable."""
        head, keys = Checkpoint(self._ledger.origin, tree.size, tree.root()), self._ledger.keys
        tables.lock(tx)  # a change of key waits for it, so that it knows how far the old key signed alone
        return tables.keep_checkpoint(tx, tree.size, sign_checkpoint(head, keys.current(), keys.former()))

    def _more_waits(self) -> bool:
        """Whether the next drain follows at once and takes the checkpoint along."""
        with self._store.transaction(SCOPE, gathered=True) as tx:
            return tables.oldest_waiting(tx) is not None

    def _sign_due(self) -> bool:
        grown = self._tree().size - self._signed
        if grown <= 0:
            return False
        waited = None if self._signed_at is None else self._ledger.clock.now() - self._signed_at
        return grown >= SIGN_LEAVES or waited is None or waited >= SIGN_EVERY

    def _tree(self) -> CompactRange:
        """The tree so far, read from the tables when it is not held."""
        if self._range is None:
            with self._store.transaction(SCOPE, gathered=True) as tx:
                state = tables.state(tx)
                self._range = CompactRange.of(state.size, TableNodes(tx))
            self._signed = state.signed
        return self._range


def _grow(tree: CompactRange, placed: tables.Placed) -> None:
    for hashed in placed.head:
        tree.append(hashed)
    for root in placed.roots:
        tree.append_perfect(TILE_LEVELS, root)
    for hashed in placed.tail:
        tree.append(hashed)
