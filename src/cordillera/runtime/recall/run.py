"""Recall everything from everyone while links are cut, heal, wait, then count what is left.

Every record carries values that occur nowhere else. After the recall they are searched for in every file
that the nodes wrote (tables with dead rows, log, exports, backups unpacked), in every field that a living
key still opens, and by asking each node; a proof counts when it holds against the holder's ledger key.
"""

import random
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.errors import CordilleraError, Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.backup import backup
from cordillera.runtime.exercise import exercise_between
from cordillera.runtime.forensics import clean, examine
from cordillera.runtime.recall.net import SCOPE, Member, Net, network
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.records.errors import DoneRefused
from cordillera.trust.records.model import HolderDone, NewRecord, RecordStatus
from cordillera.trust.records.orders import check_done
from cordillera.trust.records.store import Filter

PURPOSE: Final = "drug_trafficking"
_WAIT: Final = 0.05
_GONE: Final = (RecordStatus.ERASED, RecordStatus.RECALLED)
_TERM_DAYS: Final = 300


class RecallFailed(Unavailable):
    """What should have come never came: a consent, a notice, or the proof of a holder."""

    code = "bench.recall_failed"


class RecallFigures(msgspec.Struct, frozen=True):
    """Records recalled; (record, holder) pairs that held one, that erased it, that proved it; copies left."""

    records: int
    holders: int
    erased: int
    proofs: int
    copies_left: int


class Plan(msgspec.Struct, frozen=True):
    """How much is recalled, how badly the lines are, and for how long a step may take."""

    nodes: int
    records: int
    partitions: float
    seed: str
    patience: float = 180.0


class Planted(msgspec.Struct, frozen=True):
    """A record of the run: where it was made, along which nodes it went, and what to look for."""

    record_id: UUID
    origin: str
    way: tuple[str, ...]
    more: tuple[str, ...]
    canary: str


Tell = Callable[[str], None]


def run(folder: Path, plan: Plan, tell: Tell) -> RecallFigures:
    """Do it all in `folder`; raise `RecallFailed` when a step outlasts the plan's patience."""
    chance = random.Random(plan.seed)  # noqa: S311 - a plan to be repeated, no secret
    with network(folder / "nodes", plan.nodes) as net:
        work = _Run(net, plan, chance)
        tell(f"{plan.nodes} nodes are up")
        planted = [work.plant() for _ in range(plan.records)]
        tell(f"{len(planted)} records given on")
        saved = work.save(folder)
        late = [work.plant(wait=False) for _ in range(max(1, plan.records // 10))]
        changes = work.recall_all([*planted, *late])
        net.heal()
        tell("links healed")
        work.wait_until(lambda: work.done(changes), "proofs")
        tell("every holder has proved it")
        return work.count([*planted, *late], changes, saved)


class _Run:
    """The steps of one run."""

    def __init__(self, net: Net, plan: Plan, chance: random.Random) -> None:
        self._net = net
        self._plan = plan
        self._chance = chance
        self._names = sorted(net.members)

    def plant(self, *, wait: bool = True) -> Planted:
        """Make a record and give it on: along a chain with consent, and straight to others (a mesh)."""
        names = self._chance.sample(self._names, min(len(self._names), self._chance.randint(2, 4)))
        rest = [name for name in self._names if name not in names[:2]]
        more = tuple(self._chance.sample(rest, min(len(rest), self._chance.randint(0, 2))))
        canary = f"Qz{token_bytes(6).hex()} Inventada"
        one = Planted(
            self._make(names[0], canary), names[0], tuple(names if wait else names[:2]), more, canary
        )
        if not wait:
            self._share(names[0], one.record_id, names[1])
            return one
        for before, after in pairwise(one.way):
            if before != one.origin:
                self._consent(before, one, after)
            self._give(before, one, after)
        for name in more:
            self._give(one.origin, one, name)
        return one

    def save(self, folder: Path) -> list[Path]:
        """Export some records at each node, and back every node up."""
        saved = []
        for member in self._net.members.values():
            with member.node.store.transaction(member.officers[0].scope) as tx:
                held = member.node.records.newest(tx, Filter(status="active"), 3)
                file = member.node.settings.home / "exports" / "bench.json"
                member.node.records.export(tx, member.officers[0], [one.record_id for one in held], file)
            saved.append(folder / f"{member.id}.backup")
            backup(member.node.settings, saved[-1], member.node.clock)
        return saved

    def recall_all(self, planted: list[Planted]) -> dict[UUID, str]:
        """Recall every record while links are cut at random moments; return the changes by node."""
        changes: dict[UUID, str] = {}
        moments = set(self._chance.sample(range(len(planted)), max(1, len(planted) // 8))) | {0}
        for at, one in enumerate(planted):
            if at in moments:
                self._net.cut_some(self._plan.partitions, self._chance)
            member = self._net.members[one.origin]
            officer = member.officers[0]
            with member.node.store.transaction(officer.scope) as tx:
                change = member.node.records.recall(tx, officer, one.record_id, "exercise")
            changes[change.change_id] = one.origin
            time.sleep(_WAIT * self._chance.random())
        return changes

    def done(self, changes: dict[UUID, str]) -> bool:
        """Whether every change is proved everywhere; second officers agree to what waits for them."""
        for member in self._net.members.values():
            self._agree(member)
        return all(self._state(name, change) == "done" for change, name in changes.items())

    def count(self, planted: list[Planted], changes: dict[UUID, str], saved: list[Path]) -> RecallFigures:
        """Count holders, erasures, proofs that hold, and copies that are left."""
        held = {
            (one.record_id, member.id)
            for one in planted
            for member in self._net.members.values()
            if member.id != one.origin and self._status(member, one.record_id) is not None
        }
        erased = {pair for pair in held if self._status(self._net.members[pair[1]], pair[0]) in _GONE}
        proofs = {pair for change, name in changes.items() for pair in self._proofs(name, change)}
        return RecallFigures(
            records=len(planted),
            holders=len(held),
            erased=len(erased),
            proofs=len(proofs & held),
            copies_left=self._copies([one.canary for one in planted], saved) + self._answers(planted),
        )

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds; raise `RecallFailed`."""
        deadline = time.monotonic() + self._plan.patience
        while not holds():
            if time.monotonic() > deadline:
                raise RecallFailed(waiting_for=what)
            time.sleep(_WAIT)

    def _make(self, name: str, canary: str) -> UUID:
        member = self._net.members[name]
        node, now, record_id = member.node, member.node.clock.now(), uuid7()
        keep = now.replace(hour=0, minute=0, second=0, microsecond=0)
        body = {
            "full_name": canary,
            "facts": f"{canary} was seen twice at the pier by night.",
            "grading": "B2",
        }
        with node.store.transaction(SCOPE) as tx:
            node.records.keep(
                tx,
                NewRecord(
                    record_id=record_id,
                    origin=name,
                    agreement_id=exercise_between(*self._countries(name, self._other(name))).agreement.id,
                    subject_category="suspect",
                    kind="notice",
                    handling={"tlp": "GREEN", "may_disseminate": "true", "may_act": "true"},
                    erase_after=keep.replace(year=keep.year + 1),
                    review_at=keep.replace(year=keep.year + 1),
                    message_id=uuid7(),
                    body=canonical.dumps(body),
                    subject_ref=str(record_id),
                ),
            )
        return record_id

    def _give(self, giver: str, one: Planted, taker: str) -> None:
        """Give a record on, and accept it where it arrives."""
        self._share(giver, one.record_id, taker)
        member = self._net.members[taker]
        self.wait_until(lambda: giver in self._givers(member, one.record_id), "a notice")
        with member.node.store.transaction(member.officers[0].scope) as tx:
            if member.node.records.get(tx, one.record_id).status is RecordStatus.SEALED:
                view = member.node.notices.view(tx, member.officers[0], one.record_id)
                shown = view.conditions.digest if view.conditions else ""
                member.node.notices.accept(tx, member.officers[0], one.record_id, shown)

    def _share(self, giver: str, record_id: UUID, taker: str) -> None:
        member = self._net.members[giver]
        grounds = LegalGrounds(
            agreement_id=exercise_between(*self._countries(giver, taker)).agreement.id,
            purpose=PURPOSE,
            offence=PURPOSE,
            max_penalty_months=120,
            case_ref="BENCH-1",
        )
        for officer in member.officers:
            with member.node.store.transaction(officer.scope) as tx:
                told = member.node.records.share(tx, officer, record_id, taker, grounds)
            if not told.waits:
                break
        if told.message_id is None:
            raise RecallFailed(waiting_for="leave", articles=told.decision.violated)

    def _consent(self, asker: str, one: Planted, recipient: str) -> None:
        member, origin = self._net.members[asker], self._net.members[one.origin]
        with member.node.store.transaction(member.officers[0].scope) as tx:
            asked = member.node.records.ask_consent(
                tx, member.officers[0], one.record_id, recipient, PURPOSE, "exercise"
            )
        self.wait_until(lambda: self._consent_is(origin, asked.consent_id, "requested"), "a request")
        for officer in origin.officers:
            with origin.node.store.transaction(officer.scope) as tx:
                origin.node.records.grant_consent(tx, officer, asked.consent_id)
        self.wait_until(lambda: self._consent_is(member, asked.consent_id, "granted"), "a consent")

    def _agree(self, member: Member) -> None:
        with member.node.store.transaction(member.officers[1].scope) as tx:
            for change in member.node.records.open_changes(tx):
                if change.state in {"proposed", "held"}:
                    member.node.records.second(tx, member.officers[1], change.change_id)

    def _consent_is(self, member: Member, consent_id: UUID, state: str) -> bool:
        with member.node.store.transaction(SCOPE) as tx:
            try:
                return member.node.records.consent(tx, consent_id).state == state
            except CordilleraError:
                return False

    def _givers(self, member: Member, record_id: UUID) -> list[str]:
        with member.node.store.transaction(SCOPE) as tx:
            try:
                return member.node.records.row(tx, record_id).givers
            except CordilleraError:
                return []

    def _state(self, name: str, change: UUID) -> str:
        node = self._net.members[name].node
        with node.store.transaction(SCOPE) as tx:
            return node.records.change(tx, change).state

    def _status(self, member: Member, record_id: UUID) -> RecordStatus | None:
        with member.node.store.transaction(SCOPE) as tx:
            try:
                return member.node.records.get(tx, record_id).status
            except CordilleraError:
                return None

    def _proofs(self, name: str, change_id: UUID) -> Iterator[tuple[UUID, str]]:
        """Yield the holders whose proof holds against the key of their own ledger, asked of that ledger."""
        node = self._net.members[name].node
        with node.store.transaction(SCOPE) as tx:
            change = node.records.change(tx, change_id)
        for task in change.tasks:
            for one in (task.done, *task.onward):
                if one is not None and self._verifies(one, change_id):
                    yield change.record_id, one.holder

    def _verifies(self, one: HolderDone, change_id: UUID) -> bool:
        vkey = self._net.members[one.holder].node.ledger.note_key.vkey
        try:
            check_done(one, str(change_id), "recall", (vkey,))
        except DoneRefused:
            return False
        return one.effect == "recalled"

    def _copies(self, canaries: list[str], saved: list[Path]) -> int:
        """Search every node's files, its backup, and whatever its keys still open."""
        left = 0
        for member, file in zip(self._net.members.values(), saved, strict=True):
            clean(member.node)
            report = examine(member.node, canaries, [file])
            left += len(report.found) + report.keys
        return left

    def _answers(self, planted: list[Planted]) -> int:
        """Ask every node for every record, as an officer would; count the contents that come."""
        return sum(
            self._tells(member, one.record_id) for member in self._net.members.values() for one in planted
        )

    def _tells(self, member: Member, record_id: UUID) -> bool:
        with member.node.store.transaction(member.officers[0].scope) as tx:
            try:
                member.node.records.body(tx, record_id)
            except CordilleraError:
                return False
        return True

    def _countries(self, one: str, other: str) -> tuple[str, str]:
        members = self._net.members
        return members[one].node.settings.node.country, members[other].node.settings.node.country

    def _other(self, name: str) -> str:
        return next(one for one in self._names if one != name)
