"""Uploads of many files: kept whole or not at all, then taken in one by one by a worker.

1. An upload is taken apart and kept in one transaction: what is refused leaves nothing behind.
2. Each file is taken in in a transaction of its own together with its result, so a file that was taken in
   says so, and after a kill the next worker goes on with the first that still waits.
3. One file that fails is marked, and never holds up the next.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import structlog

from cordillera.desks.travellers import bulk_store as sql
from cordillera.desks.travellers.bulk_core import all_unpacked
from cordillera.desks.travellers.bulk_errors import BulkEmpty, BulkNotFound
from cordillera.desks.travellers.bulk_store import BulkItem, BulkRow, NewBulk
from cordillera.desks.travellers.model import Channel, IngestResult, MessageStatus, Origin
from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.review.ports import Officer

KEPT: Final = timedelta(days=30)
FAILED: Final = "travellers.bulk_failed"
_EVERY_SECONDS: Final = 1.0
Take = Callable[[sa.Connection, bytes, Origin], IngestResult]
log = structlog.get_logger(__name__)


class BulkUploads:
    """Keeps uploads, tells of them, and takes their files in."""

    def __init__(self, sealer: FieldSealer, clock: Clock, take: Take) -> None:
        self._sealer = sealer
        self._clock = clock
        self._take = take

    def add(self, tx: sa.Connection, officer: Officer, uploads: Sequence[tuple[str, bytes]]) -> UUID:
        """Keep an upload; raise `BulkTooLarge`, `BulkUnreadable`, `BulkEmpty`."""
        files = all_unpacked(uploads)
        if not files:
            raise BulkEmpty
        now = self._clock.now()
        by = (officer.agency, officer.officer_id, officer.name, officer.purpose)
        new = NewBulk(uuid7(), *by, now, now + KEPT, now + KEPT)
        sql.add(tx, self._sealer, new, files)
        return new.id

    def uploads(self, tx: sa.Connection) -> tuple[BulkRow, ...]:
        """Return the newest uploads with their counts."""
        return sql.uploads(tx)

    def upload(
        self, tx: sa.Connection, bulk_id: UUID, limit: int, offset: int
    ) -> tuple[BulkRow, tuple[BulkItem, ...]]:
        """Return one upload with a page of its files; raise `BulkNotFound`."""
        found = sql.uploads(tx, 1, bulk_id)
        if not found:
            raise BulkNotFound
        return found[0], sql.items(tx, self._sealer, bulk_id, limit, offset)

    def run(self, store: Store, stop: threading.Event) -> int:
        """Take in what waits until nothing does; return how many files were settled."""
        settled = 0
        while not stop.is_set():
            with store.transaction(Scope.node("border.ingest")) as tx:
                bulk = sql.next_bulk(tx)
            if bulk is None:
                return settled
            before = settled
            while not stop.is_set() and self._one(store, bulk):
                settled += 1
            if settled == before:  # another process is taking the rest in
                return settled
        return settled

    def _one(self, store: Store, bulk: NewBulk) -> bool:
        """Take one file in; False when none is left to take."""
        scope = Scope(bulk.agency, bulk.purpose, bulk.officer_id)
        item_id = None
        try:
            with store.transaction(scope) as tx:
                item = sql.next_waiting(tx, self._sealer, bulk.id)
                if item is None:
                    return False
                item_id = item.id
                origin = Origin(Channel.BULK, item.name, bulk.agency, bulk.officer_id, bulk.purpose)
                result = self._take(tx, item.raw, origin)
                sql.settle(tx, item.id, state_of(result), result.reason, result.message_id)
        except Unavailable:
            raise
        except Exception as error:  # the edge of a worker: one file never holds up the next
            log.exception("bulk.not_taken", reason=type(error).__name__)
            if item_id is None:
                raise
            with store.transaction(scope) as tx:
                sql.settle(tx, item_id, sql.REFUSED, FAILED, None)
        return True


class BulkWorker:
    """Takes uploads in, beside the servers of a node."""

    def __init__(self, uploads: BulkUploads, store: Store) -> None:
        self._uploads = uploads
        self._store = store

    def run(self, stop: threading.Event, every_seconds: float = _EVERY_SECONDS) -> None:
        """Work until told to stop; while the store is down, wait and try again."""
        while not stop.is_set():
            try:
                self._uploads.run(self._store, stop)
            except Unavailable as error:
                log.warning("bulk.waiting", reason=error.code)
            stop.wait(every_seconds)


def state_of(result: IngestResult) -> str:
    """Return the word for what became of a file."""
    if result.duplicate:
        return "duplicate"
    return "quarantined" if result.status is MessageStatus.QUARANTINED else "stored"
