"""`cordillera bench ledger`: append, proof and audit of the transparency log, on a durable PostgreSQL.

A temporary home with a PostgreSQL of its own, fsync on. Append: finished leaves are put into the queue in
batches by one connection while the node's sequencer gives them their place, hashes, tiles and checkpoints
in another, each batch a durable commit; the clock runs from the first row to the last signature. Proof: as
a page asks for one, through the auditor's transaction. Audit: the exported files, verified whole, as a
supervisor does on another machine.
"""

import random
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import msgspec
import structlog
from cyclopts import Parameter, validators

from cordillera.cli.common import JsonOption, console, emit
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.store.database import DatabaseUrls, Scope, Store, migrate
from cordillera.foundation.store.embedded import EmbeddedPostgres
from cordillera.runtime.keeper import passing_folder
from cordillera.trust.ledger import bulk_store
from cordillera.trust.ledger.checkpoint import Checkpoint, sign_checkpoint
from cordillera.trust.ledger.directory import verify_directory
from cordillera.trust.ledger.export import write_directory
from cordillera.trust.ledger.leaf import build_leaf
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger, Sequencer

BATCH: Final = 16_384
PROOFS: Final = 2000
WARM: Final = 1000
PERCENT: Final = 0.99
SCOPE = Scope.node("bench")
Count = Annotated[int, Parameter(validator=validators.Number(gte=1))]


class LedgerFigures(msgspec.Struct, frozen=True):
    """Leaves appended a second; the 99th percentile of a proof; seconds to verify the whole export."""

    append_per_second: float
    proof_ms_p99: float
    audit_seconds: float


class _Log:
    """A log of its own on a durable PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedPostgres(folder / "data")
        self._server.start()
        self._server.create_database("bench")
        self.urls: DatabaseUrls = self._server.urls("bench")
        migrate(self.urls.owner)
        self.store = Store(self.urls)
        self.ledger = Ledger(KeyRing(folder / "keys"), SystemClock(), "cordillera/bench")

    def close(self) -> None:
        """Stop the server and remove its data."""
        self.store.close()
        self._server.destroy()


def ledger(*, leaves: Count = 1_000_000, proof_leaves: int = 0, json: JsonOption = False) -> None:
    """Append N leaves durably, prove and audit them; --proof-leaves M measures proofs in a tree of M."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    with passing_folder("cordillera-bench-") as folder:
        log = _Log(folder)
        try:
            appended = _append(log, leaves)
            proof = _prove(log.store, log.ledger, leaves)
            audit = _audit(log, folder / "export")
        finally:
            log.close()
    if proof_leaves:
        proof = _prove_large(proof_leaves)
    figures = LedgerFigures(round(appended, 1), round(proof, 3), round(audit, 3))
    if json:
        emit(figures)
        return
    for name in figures.__struct_fields__:
        console.print(f"{name:20} {getattr(figures, name)}", highlight=False)


def _append(log: _Log, count: int) -> float:
    """Append and sign `count` leaves; return how many a second."""
    made = _leaves(count)
    sequencer = Sequencer(log.store, log.ledger)
    began = time.perf_counter()
    thread = threading.Thread(target=_queue, args=(log.store, made), daemon=True)
    thread.start()
    placed = 0
    while placed < count:
        moved = sequencer.run_once()
        placed += moved
        if not moved:
            if not thread.is_alive() and not sequencer.run_once():
                break
            time.sleep(0.001)
    sequencer.sign()
    return count / (time.perf_counter() - began)


def _queue(store: Store, made: list[tuple[UUID, bytes]]) -> None:
    for at in range(0, len(made), BATCH):
        with store.transaction(SCOPE) as tx:
            bulk_store.queue_leaves(tx, made[at : at + BATCH], datetime.now(UTC))


def _leaves(count: int) -> list[tuple[UUID, bytes]]:
    """Leaves as a node writes them, each another, in the order of their ids."""
    event = Event(
        kind=LeafKind.CONSULTATION,
        actor="officer",
        agency="EC-PN",
        purpose="border_control",
        peer="us",
        agreement_id="us-ec-2025",
    )
    template = build_leaf(event, datetime.now(UTC), bytes(32), bytes(32))
    mark = b'"msg_id":""'
    head, tail = template.split(mark)
    first = 0x0190 << 112
    return [(UUID(int=first + number), head + b'"msg_id":"%032d"' % number + tail) for number in range(count)]


def _prove(store: Store, ledger: Ledger, count: int) -> float:
    """Prove leaves drawn at random; return the 99th percentile in milliseconds."""
    draw = random.Random(1)  # noqa: S311 - places in a tree, no secret
    waits = []
    with store.auditor_transaction() as tx:
        for turn in range(WARM + PROOFS):
            index = draw.randrange(count)
            began = time.perf_counter()
            ledger.proof(tx, index)
            if turn >= WARM:
                waits.append((time.perf_counter() - began) * 1000)
    return sorted(waits)[int(len(waits) * PERCENT) - 1]


def _prove_large(count: int) -> float:
    """Plant a tree of `count` leaves as tiles, and prove leaves of it with the product's own code."""
    with passing_folder("cordillera-bench-") as folder:
        log = _Log(folder)
        owner = Store(DatabaseUrls(log.urls.owner, log.urls.owner, log.urls.owner), pool_size=1)
        try:
            with owner.transaction(SCOPE) as tx:
                root = bulk_store.plant_tree(tx, count)
                head = Checkpoint(log.ledger.origin, count, root)
                bulk_store.plant_checkpoint(tx, count, sign_checkpoint(head, log.ledger.signing_key))
            return _prove(log.store, log.ledger, count)
        finally:
            owner.close()
            log.close()


def _audit(log: _Log, folder: Path) -> float:
    """Export the log, and verify all of it from the files; return the seconds of the verification."""
    with log.store.auditor_transaction() as tx:
        write_directory(tx, log.ledger, folder)
    vkey = log.ledger.note_key.vkey
    began = time.perf_counter()
    found = verify_directory(folder, [vkey])
    took = time.perf_counter() - began
    sys.stderr.write(f"verified {found.size} leaves under {found.checkpoints} checkpoints\n")
    return took
