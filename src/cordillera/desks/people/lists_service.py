"""The life of lists: a version is taken in, waits or takes effect, is agreed to, refused, or rolled back.

Permission is checked by the caller's declaration, scope by `tx`; effect and ledger leaf share `tx`.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import lists_store, store
from cordillera.desks.people.core import shrank
from cordillera.desks.people.errors import ListShrank
from cordillera.desks.people.importing import ListImporter, Staged, Target, changed
from cordillera.desks.people.lists_core import Verdict, agree, check_reason, judge
from cordillera.desks.people.lists_errors import NothingWaits, VersionNotFound
from cordillera.desks.people.lists_model import KnownSource, Outcome, Policy, Update, UpdateCounts
from cordillera.desks.people.model import (
    Actor,
    ImportReport,
    ListFormat,
    ListVersion,
    SourceFiles,
    StoredVersion,
)
from cordillera.engines.watchlists.formats import Delivery
from cordillera.foundation.ids import uuid7

KEPT: Final = timedelta(days=730)  # what an update did is asked for as long as decisions on it
LOOKED_AT: Final = timedelta(days=30)
REPLACED: Final = "lists.replaced_by_newer"
ROLLED_BACK: Final = "lists.rolled_back"
_SHOWN: Final = 100


class ListKeeper:
    """Keeps the lists of a node."""

    def __init__(self, importer: ListImporter) -> None:
        self.importer = importer
        self._sealer = importer.sealer
        self._ledger = importer.ledger
        self._clock = importer.clock

    def take_in(  # noqa: PLR0913 - how a person takes a list in
        self,
        tx: sa.Connection,
        source: SourceFiles | Delivery,
        target: Target,
        by: Actor,
        *,
        smaller: bool = False,
        hold: bool = False,
    ) -> ImportReport:
        """Take a list in by hand.

        It takes effect at once, unless

        1. it lost over 5 % of its entries, in number or by exchange, or bytes: raise `ListShrank`, or with
           `smaller` wait for a second officer;
        2. any other condition of `judge` is broken, as for a scheduled update: wait for an officer, who has
           seen what differs and may be the same (the flood of a partner came in by this way);
        3. `hold` is asked for: wait as well.

        Raises what `ListImporter.stage` raises.
        """
        staged = self.importer.stage(tx, source, target, by)
        policy = self.policy(tx, target.name)
        verdict = judge(policy, staged.active, staged.version, staged.counts)
        if verdict.officers > 1 and not smaller:
            raise _shrank(staged)
        if verdict.officers or hold:
            need = Verdict(max(1, verdict.officers), verdict.reasons)
            first = by.actor if verdict.officers > 1 else ""
            self._keep_waiting(tx, staged, target, by, (need, first))
            return _report(staged, staged.version)
        made = self._activate(tx, staged, by, policy)
        self._close_others(tx, made, by)
        self._note(tx, staged, target, by, (Verdict(0, ()), Outcome.ACTIVATED, ""))
        return _report(staged, made)

    def offer(self, tx: sa.Connection, delivery: Delivery, known: KnownSource, by: Actor) -> Update:
        """Take in what a source delivered: it takes effect by itself or waits, as `judge` decides."""
        source = known.source
        target = Target(source.list_name, source.format, source.place, proof=source.proof)
        staged = self.importer.stage(tx, delivery, target, by)
        verdict = judge(source.policy, staged.active, staged.version, staged.counts)
        if verdict.officers:
            return self._keep_waiting(tx, staged, target, by, (verdict, ""))
        made = self._activate(tx, staged, by, source.policy)
        self._close_others(tx, made, by)
        return self._note(tx, staged, target, by, (verdict, Outcome.ACTIVATED, ""))

    def agree(self, tx: sa.Connection, version_id: UUID, by: Actor) -> Update:
        """Agree to a version that waits; it takes effect when enough officers have. See `core.agree`."""
        stored = self._stored(tx, version_id)
        name = stored.version.list_name
        store.lock_list(tx, name)
        active = next((known.version.version_id for known in store.active_versions(tx, name)), None)
        update = agree(lists_store.update_of(tx, version_id), active, by.actor, self._clock.now())
        lists_store.put_update(tx, update)
        why = {"officers": f"{update.first_officer} {update.second_officer}".strip()}
        if update.outcome is Outcome.ACTIVATED:
            why |= {"effect": "activated", **_counted(update.counts)}
            made = self.importer.activate(tx, stored.version, by, self.policy(tx, name), why)
            self._close_others(tx, made, by)
        else:
            self._ledger.record(tx, changed(stored.version, by, {"effect": "agreed", **why}))
        return update

    def refuse(self, tx: sa.Connection, version_id: UUID, by: Actor, reason: str) -> Update:
        """Refuse a version that waits, with a reason; its entries are erased.

        Raises `NothingWaits`, `VersionNotFound`, `ReasonMissing`.
        """
        why = check_reason(reason)
        stored = self._stored(tx, version_id)
        update = lists_store.update_of(tx, version_id)
        if update is None or update.outcome is not Outcome.WAITING:
            raise NothingWaits
        return self._close(tx, stored, update, by, why)

    def roll_back(self, tx: sa.Connection, version_id: UUID, by: Actor, reason: str) -> Update:
        """Make a superseded version the active one again, with a reason.

        One that is over 5 % smaller than the active one waits for a second officer. Raises
        `VersionNotFound` (it is not superseded, or erased), `ReasonMissing`.
        """
        why = check_reason(reason)
        stored = self._stored(tx, version_id)
        version = stored.version
        if version.superseded_at is None or version.waiting:
            raise VersionNotFound
        self._sealer.load_key(tx, stored.key_id)
        store.lock_list(tx, version.list_name)
        active = next((known.version for known in store.active_versions(tx, version.list_name)), None)
        brought = lists_store.update_of(tx, version_id)
        proof = brought.counts.proof if brought else ""
        staged = Staged(version, active, self.importer.counts(tx, active, version, proof), 0.0)
        policy = self.policy(tx, version.list_name)
        verdict = judge(policy, active, version, staged.counts)
        target = Target(version.list_name, ListFormat(version.format), ROLLED_BACK)
        if verdict.officers > 1:
            return self._keep_waiting(tx, staged, target, by, (verdict, by.actor))
        detail = {"effect": "rolled back", "reason": why, **_counted(staged.counts)}
        self.importer.activate(tx, version, by, policy, detail)
        return self._note(tx, staged, target, by, (Verdict(0, ()), Outcome.ROLLED_BACK, ""))

    def end(self, tx: sa.Connection, stored: StoredVersion, by: Actor, why: str) -> None:
        """Erase a version whatever it is, because what brought it must not be used any more."""
        self._ledger.record(tx, changed(stored.version, by, {"effect": "ended", "reason": why}))
        self._sealer.destroy_key(tx, stored.key_id)
        store.delete_version(tx, stored.version.version_id)

    def policy(self, tx: sa.Connection, list_name: str) -> Policy:
        """Return the policy of a list: that of its source, or the usual one."""
        known = lists_store.sources(tx, list_name)
        return known[0].source.policy if known else Policy()

    def updates(self, tx: sa.Connection, list_name: str | None = None) -> tuple[Update, ...]:
        """Return what updates did, the newest first."""
        return lists_store.updates(tx, list_name, _SHOWN)

    def last_updates(self, tx: sa.Connection) -> dict[str, Update]:
        """Return the newest update of every list."""
        return {update.list_name: update for update in lists_store.last_updates(tx)}

    def waiting(self, tx: sa.Connection, list_name: str | None = None) -> tuple[Update, ...]:
        """Return the updates that wait for an officer."""
        return lists_store.waiting_updates(tx, list_name)

    def _activate(self, tx: sa.Connection, staged: Staged, by: Actor, policy: Policy) -> ListVersion:
        why = {"effect": "activated", **_counted(staged.counts)}
        return self.importer.activate(tx, staged.version, by, policy, why)

    def _keep_waiting(
        self, tx: sa.Connection, staged: Staged, target: Target, by: Actor, need: tuple[Verdict, str]
    ) -> Update:
        self._close_others(tx, staged.version, by)
        detail = {"effect": "waiting", "reasons": " ".join(need[0].reasons), **_counted(staged.counts)}
        self._ledger.record(tx, changed(staged.version, by, detail))
        return self._note(tx, staged, target, by, (need[0], Outcome.WAITING, need[1]))

    def _close_others(self, tx: sa.Connection, version: ListVersion, by: Actor) -> None:
        """A newer version takes the place of those that wait: nobody agrees to an old difference."""
        for update in lists_store.waiting_updates(tx, version.list_name):
            if update.version_id not in {None, version.version_id}:
                self._close(tx, self._stored(tx, update.version_id), update, by, REPLACED)

    def _close(self, tx: sa.Connection, stored: StoredVersion, update: Update, by: Actor, why: str) -> Update:
        refused = msgspec.structs.replace(
            update, outcome=Outcome.REFUSED, code=why[:200], closed_at=self._clock.now()
        )
        lists_store.put_update(tx, refused)
        if stored.version.waiting:
            self._ledger.record(tx, changed(stored.version, by, {"effect": "refused", "reason": why}))
            self._sealer.destroy_key(tx, stored.key_id)
            store.delete_version(tx, stored.version.version_id)
        return refused

    def _note(
        self,
        tx: sa.Connection,
        staged: Staged,
        target: Target,
        by: Actor,
        result: tuple[Verdict, Outcome, str],
    ) -> Update:
        """Keep what an update did."""
        verdict, outcome, first = result
        now = self._clock.now()
        update = Update(
            update_id=uuid7(),
            list_name=target.name,
            version_id=staged.version.version_id,
            replaces=staged.active.version_id if staged.active else None,
            outcome=outcome,
            code="",
            reasons=verdict.reasons,
            counts=staged.counts,
            source_hash=staged.version.source_hash,
            place=target.place,
            officers_needed=verdict.officers,
            first_officer=first,
            second_officer="",
            made_by=by.actor,
            made_at=now,
            closed_at=None if outcome is Outcome.WAITING else now,
            erase_after=now + KEPT,
            review_at=now + LOOKED_AT,
        )
        lists_store.add_update(tx, update)
        return update

    def _stored(self, tx: sa.Connection, version_id: UUID | None) -> StoredVersion:
        found = None if version_id is None else store.version(tx, version_id)
        if found is None:
            raise VersionNotFound
        return found


def _report(staged: Staged, version: ListVersion) -> ImportReport:
    counts = staged.counts
    return ImportReport(version, staged.seconds, counts.added, counts.removed, counts.changed)


def _shrank(staged: Staged) -> ListShrank:
    """What was lost: entries, counting those gone though others came, or else bytes."""
    counts = staged.counts
    left = min(counts.entries, counts.entries_before - counts.removed)
    fewer = shrank(counts.entries_before, left)
    old, new = (counts.entries_before, left) if fewer else (counts.bytes_before, counts.bytes)
    what = "entries" if fewer else "bytes"
    return ListShrank(list=staged.version.list_name, what=what, active=old, new=new)


def _counted(counts: UpdateCounts) -> dict[str, str]:
    return {
        "added": str(counts.added),
        "removed": str(counts.removed),
        "changed": str(counts.changed),
        "emptied": str(counts.emptied),
        "proof": counts.proof,
    }
