"""Stored travellers are screened again when a list changes: against what changed, in batches, by a worker.

A traveller of a coming or recent arrival is asked about the entries that a list version added or changed;
what is found joins the traveller's alert exactly as the first screening's findings do. Then the alerts that
point to the list are looked at: a finding whose entry left, or resembles no more, gets a note, and an alert
without any ground is offered for closing. Nothing is closed by the machine.

Conditions under which a traveller is asked again:
1. kept still: its erase date has not come;
2. not depersonalised (PNR Directive 2016/681, art. 12(2));
3. arriving in the future, or since `RECENT` days; where the arrival is unknown, announced since then;
4. stored by a transaction that may have asked the version before: none of those is still running.

Each batch, what it raised and how far it came are one transaction: a process that dies repeats nothing and
leaves nobody out.
"""

import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import rescreening_store as sql
from cordillera.desks.travellers import screening as findings
from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.errors import ListNotScreened
from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.ports import ListHit, ScreeningSubject
from cordillera.desks.travellers.raising import DESK, Announced, alert_about, source_of
from cordillera.desks.travellers.rescreening_core import begun, lost
from cordillera.desks.travellers.rescreening_model import Phase, Progress
from cordillera.desks.travellers.rescreening_ports import Changes, ChangingLists
from cordillera.desks.travellers.service import Parts
from cordillera.desks.travellers.store import TravellerStore
from cordillera.foundation import canonical
from cordillera.foundation.store.database import NODE, Scope, Store
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.review.core import finding_identity
from cordillera.trust.review.grounds import Grounded, ListNow

SCOPE: Final = Scope.node("screen.again")
RECENT: Final = timedelta(days=30)
BATCH: Final = 2_000
ALERTS: Final = 100
_NONE: Final = UUID(int=0)
_EVERY_SECONDS: Final = 5.0


class Rescreening:
    """Screens stored travellers again."""

    def __init__(self, parts: Parts, lists: ChangingLists, desk: Desk, agency: str) -> None:
        self._parts = parts
        self._lists = lists
        self._desk = desk
        self._agency = agency
        self._store = TravellerStore(parts.sealer, parts.clock, desk.period)
        self._ready: dict[str, tuple[Progress, Changes]] = {}

    def run_once(self, store: Store, stop: threading.Event | None = None) -> int:
        """Bring every list up to date; return how many batches that took. `stop` ends it between two."""
        batches = 0
        for progress in self.plan(store):
            while not (stop is not None and stop.is_set()) and self.step(store, progress.list_name):
                batches += 1
        return batches

    def plan(self, store: Store) -> tuple[Progress, ...]:
        """Note what each list's active version changed since it was last screened; return what is to do."""
        with store.transaction(SCOPE) as tx:
            sql.lock_plan(tx)
            in_use = {one.list_name: one for one in self._lists.in_use(tx)}
            known = {one.list_name: one for one in sql.every(tx)}
            for name in sorted({*in_use, *known}):
                new = begun(known.get(name), in_use.get(name), (name, self._agency), self._parts.clock.now())
                if new is not None:
                    sql.begin(tx, new)
            return tuple(one for one in sql.every(tx) if one.phase is not Phase.DONE)

    def again(self, store: Store, list_name: str) -> Progress:
        """Ask every entry of a list again, whatever was asked before; raise `ListNotScreened`."""
        with store.transaction(SCOPE) as tx:
            in_use = {one.list_name: one for one in self._lists.in_use(tx)}.get(list_name)
            new = begun(None, in_use, (list_name, self._agency), self._parts.clock.now())
            if new is None:
                raise ListNotScreened(list=list_name[:80])
            sql.begin(tx, new)
        return new

    def progress(self, tx: sa.Connection, list_name: str) -> Progress | None:
        """Return how far a list has been screened, None when nothing is known of it."""
        return next((one for one in sql.every(tx) if one.list_name == list_name), None)

    def step(self, store: Store, list_name: str) -> bool:
        """Do one batch of a list; tell whether there is more that can be done now."""
        began = time.perf_counter()
        with store.transaction(SCOPE) as tx:
            progress = sql.locked(tx, list_name)
            if progress is None or progress.phase is Phase.DONE or not self._may_work(tx, progress):
                return False
            changes = self._changes(tx, progress)
            screening = progress.phase is Phase.SCREENING
            moved = (self._screen if screening else self._look)(tx, progress, changes)
            seconds = round(progress.seconds + time.perf_counter() - began, 3)
            moved = msgspec.structs.replace(moved, seconds=seconds, entries=changes.entries if changes else 0)
            sql.move(tx, moved)
            if moved.phase is Phase.DONE:
                self._ready.pop(list_name, None)
                self._leaf(tx, moved)
        return moved.phase is not Phase.DONE

    def _may_work(self, tx: sa.Connection, progress: Progress) -> bool:
        """Condition 4, and the version is still the active one: when it is not, `plan` begins anew."""
        active = {one.list_name: one.version for one in self._lists.in_use(tx)}.get(progress.list_name)
        return active == progress.to_version and sql.settled(tx, progress.list_name)

    def _changes(self, tx: sa.Connection, progress: Progress) -> Changes | None:
        kept = self._ready.get(progress.list_name)
        if kept is not None and kept[0].to_version == progress.to_version and _same(kept[0], progress):
            return kept[1]
        in_use = {one.list_name: one for one in self._lists.in_use(tx)}.get(progress.list_name)
        if in_use is None:
            return None
        changes = self._lists.changes(tx, progress.from_versions, in_use)
        self._ready[progress.list_name] = progress, changes
        return changes

    def _screen(self, tx: sa.Connection, progress: Progress, changes: Changes | None) -> Progress:
        """Ask a batch of travellers (conditions 1 to 3)."""
        if changes is None or not changes.entries:
            return _to_grounds(progress)
        batch, reached = sql.travellers(tx, self._parts.sealer, progress.reached, self._window(), BATCH)
        if reached is None:
            return _to_grounds(progress)
        return msgspec.structs.replace(
            progress,
            reached=reached,
            travellers=progress.travellers + len(batch),
            alerts=progress.alerts + self._ask(tx, batch, changes),
        )

    def _ask(self, tx: sa.Connection, batch: Sequence[sql.Waiting], changes: Changes) -> int:
        """Raise what is found about travellers; return how many alerts are new or longer."""
        subjects = [findings.subject_of(str(one.id), one.asked) for one in batch]
        found = changes.screen(tx, subjects)
        raised = 0
        for waiting, subject, hits in zip(batch, subjects, found, strict=True):
            if not hits:
                continue
            traveller = waiting.announced()
            asking = self._asking(tx, traveller, subject, hits)
            if asking:
                keep = self._store.keep(self._desk.period.alert_days)
                one = self._parts.review.raise_alert(tx, alert_about(traveller, asking, keep))
                raised += bool(one.added)
        return raised

    def _asking(
        self,
        tx: sa.Connection,
        traveller: Announced,
        subject: ScreeningSubject,
        hits: Sequence[ListHit],
    ) -> tuple[ListHit, ...]:
        return self._parts.silencer.asks(tx, traveller.agency, [subject], [tuple(hits)])[0]

    def _look(self, tx: sa.Connection, progress: Progress, changes: Changes | None) -> Progress:
        """Look at the grounds of a batch of alerts."""
        grounds = self._parts.review.grounds
        alerts = grounds.on_list(tx, DESK, progress.list_name, progress.reached, ALERTS)
        if not alerts:
            return msgspec.structs.replace(progress, phase=Phase.DONE, finished_at=self._parts.clock.now())
        offered = sum(self._without_ground(tx, one, progress, changes) for one in alerts)
        reached = alerts[-1].row.id
        return msgspec.structs.replace(progress, reached=reached, offered=progress.offered + offered)

    def _without_ground(
        self, tx: sa.Connection, alert: Grounded, progress: Progress, changes: Changes | None
    ) -> bool:
        """Note what an alert lost; tell whether it is now offered for closing and was not before."""
        own = [one for one in alert.findings if one.listed and one.listed.list_name == progress.list_name]
        ids = {one.listed.entry_id for one in own if one.listed}
        standing = self._lists.standing(tx, progress.list_name, ids)
        touched = {one for one in ids & standing if changes is not None and changes.touches(one)}
        still = self._still(tx, alert, changes) if touched and changes is not None else {}
        known = still is not None
        verdicts = [
            (one, lost(entry in standing, still.get(entry) if still else None, finding_identity(one)))
            for one in own
            if (entry := one.listed.entry_id if one.listed else "") not in standing
            or (known and entry in touched)
        ]
        if not verdicts:
            return False
        before = self._parts.review.grounds.of(tx, alert.row.id).offered
        listed = ListNow(progress.list_name, progress.list_date)
        return self._parts.review.grounds.mark(tx, alert.row.id, verdicts, listed).offered and not before

    def _still(self, tx: sa.Connection, alert: Grounded, changes: Changes) -> dict[str, str] | None:
        """Return what each changed entry says about an alert's traveller now, None when they are erased."""
        found = sql.traveller(tx, self._parts.sealer, UUID(alert.row.subject_ref), self._window())
        if found is None:
            return None
        hits = changes.screen(tx, [findings.subject_of(str(found.id), found.facts)])[0]
        source = source_of(found)
        return {hit.entry_id: finding_identity(findings.finding_of(hit, found.facts, source)) for hit in hits}

    def _window(self) -> sql.Window:
        now = self._parts.clock.now()
        return sql.Window(now, now - AFTER, now - RECENT)

    def _leaf(self, tx: sa.Connection, done: Progress) -> None:
        told = {
            "list": done.list_name,
            "list_date": done.list_date,
            "version": str(done.to_version or ""),
            "since": " ".join(str(one) for one in done.from_versions),
            **{name: str(getattr(done, name)) for name in ("entries", "travellers", "alerts", "offered")},
        }
        event = Event(
            kind=LeafKind.RESCREENED,
            actor=NODE,
            agency=self._agency,
            purpose=SCOPE.purpose,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=f"list:{done.list_name}",
        )
        self._parts.ledger.record(tx, event)


class RescreeningWorker:
    """Looks every few seconds whether a list has changed (a thread of the node)."""

    def __init__(self, rescreening: Rescreening, store: Store) -> None:
        self._rescreening = rescreening
        self._store = store

    def run(self, stop: threading.Event, every_seconds: float = _EVERY_SECONDS) -> None:
        """Work until told to stop; a batch under way is finished first."""
        while not stop.is_set():
            self._rescreening.run_once(self._store, stop)
            stop.wait(every_seconds)


def _same(kept: Progress, progress: Progress) -> bool:
    return kept.from_versions == progress.from_versions and kept.started_at == progress.started_at


def _to_grounds(progress: Progress) -> Progress:
    return msgspec.structs.replace(progress, phase=Phase.GROUNDS, reached=_NONE)
