"""Everything expires (DESIGN 4.5; LED art. 5; PCSC art. 13(4)): the runner that makes it so.

For each record group that is due: its data key is destroyed, its rows go, and a tombstone leaf is
written, in one transaction. When every key of an erase month is gone, the month's wrapping key goes
too, so that no backup of the database opens again. Running twice changes nothing.
"""

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.keyring import KeyRing, month_label
from cordillera.foundation.store.database import NODE, Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.safeguards.model import DueGroup, DueReview, Erased, KindState, RetentionReport
from cordillera.trust.safeguards.ports import Erasable
from cordillera.trust.safeguards.store import finished_months, overdue_keys, readable_tables, state_of

PURPOSE = "retention"
BATCH = 100
ORPHAN = "data_key"


class _Run(msgspec.Struct, frozen=True):
    """One run: on which store, at which moment, and by whose hand ("node" for the timetable's)."""

    store: Store
    now: datetime
    by: str


class RetentionRunner:
    """Erases what is due, and lists what a person should look at again."""

    def __init__(
        self,
        sealer: FieldSealer,
        ledger: Ledger,
        keyring: KeyRing,
        clock: Clock,
        erasables: Sequence[Erasable],
    ) -> None:
        self._sealer = sealer
        self._ledger = ledger
        self._keyring = keyring
        self._clock = clock
        self._erasables = tuple(erasables)

    def run_once(self, store: Store, by: str = NODE) -> RetentionReport:
        """Erase everything that is due now, by the hand of `by`; say what went."""
        run = _Run(store, self._clock.now(), by)
        erased = tuple(self._kind(run, erasable) for erasable in self._erasables)
        orphans = self._orphans(run)
        return RetentionReport(erased, orphans, self._close_months(run))

    def erase_now(self, tx: sa.Connection, group: DueGroup, by: str) -> int:
        """Erase one record group before its time, as a person's request or a court demands; return the rows.

        Its key is destroyed and the tombstone written as on the day it would have fallen due.
        """
        erasable = next(one for one in self._erasables if one.name == group.kind)
        for key in erasable.keys_of(tx, group):
            self._sealer.destroy_key(tx, key)
        rows = erasable.erase(tx, group)
        if rows:
            self._tombstone(tx, by, group, rows)
        return rows

    def run(self, store: Store, stop: threading.Event, every_seconds: float = 3600.0) -> None:
        """Run now and then every `every_seconds`, until told to stop."""
        while not stop.is_set():
            self.run_once(store)
            stop.wait(every_seconds)

    def review_due(self, tx: sa.Connection, limit: int = 100) -> tuple[DueReview, ...]:
        """Return records whose need a person should confirm, the longest overdue first."""
        now = self._clock.now()
        found = [due for erasable in self._erasables for due in erasable.review_due(tx, now, limit)]
        return tuple(sorted(found, key=lambda due: due.review_at)[:limit])

    def states(self, tx: sa.Connection) -> tuple[KindState, ...]:
        """Return how the records of every table with a term stand, in the eyes of the scope of `tx`."""
        now = self._clock.now()
        return tuple(state_of(tx, name, now) for name in sorted(readable_tables(tx)))

    @property
    def tables(self) -> frozenset[str]:
        """Every table that some kind of record erases."""
        return frozenset(table for erasable in self._erasables for table in erasable.tables)

    def _kind(self, run: "_Run", erasable: Erasable) -> Erased:
        groups = rows = keys = 0
        for batch_groups, batch_rows, batch_keys in self._batches(run, erasable):
            groups, rows, keys = groups + batch_groups, rows + batch_rows, keys + batch_keys
        return Erased(erasable.name, groups, rows, keys)

    def _batches(self, run: "_Run", erasable: Erasable) -> Iterator[tuple[int, int, int]]:
        while True:
            with run.store.transaction(Scope.node(PURPOSE)) as tx:
                due = erasable.due(tx, run.now, BATCH)
                done = [self._erase(tx, run, erasable, group) for group in due]
            if not due:
                return
            yield len(due), sum(rows for rows, _ in done), sum(keys for _, keys in done)

    def _erase(self, tx: sa.Connection, run: "_Run", erasable: Erasable, group: DueGroup) -> tuple[int, int]:
        """Destroy the keys first: were the deletion to be undone by a backup, nothing opens."""
        keys = erasable.keys_of(tx, group)
        for key in keys:
            self._sealer.destroy_key(tx, key)
        rows = erasable.erase(tx, group)
        self._tombstone(tx, run.by, group, rows)
        return rows, len(keys)

    def _orphans(self, run: "_Run") -> int:
        """Destroy keys past their date that no record claimed: a forgotten table cannot outlive them."""
        gone = 0
        while True:
            with run.store.transaction(Scope.node(PURPOSE)) as tx:
                keys = overdue_keys(tx, run.now, BATCH)
                for key in keys:
                    self._sealer.destroy_key(tx, key)
                    self._tombstone(tx, run.by, DueGroup(ORPHAN, key, NODE, run.now), 0)
            if not keys:
                return gone
            gone += len(keys)

    def _close_months(self, run: "_Run") -> tuple[str, ...]:
        with run.store.transaction(Scope.node(PURPOSE)) as tx:
            months = [m for m in finished_months(tx, month_label(run.now)) if self._has_wrapping_key(m)]
        for month in months:
            self._keyring.destroy_kek(month)
        return tuple(months)

    def _has_wrapping_key(self, month: str) -> bool:
        try:
            self._keyring.kek(month)
        except KeyUnavailable:
            return False
        return True

    def _tombstone(self, tx: sa.Connection, by: str, group: DueGroup, rows: int) -> None:
        told = {"record": group.kind, "ref": str(group.ref), "rows": str(rows)}
        event = Event(
            kind=LeafKind.ERASED,
            actor=by,
            agency=group.agency,
            purpose=PURPOSE,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=str(group.ref),
        )
        self._ledger.record(tx, event)
