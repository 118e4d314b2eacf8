"""Joining and parting persons: with a reason, by named officers, each step an event and a leaf.

What must hold for a merge, in this order; tests and errors carry the same numbers:
1. a named officer gives a reason (`DeskReasonTooShort`);
2. both sides are held and may be seen by the officer (`PersonNotFound`);
3. they are not one person already, and no proposal for them waits (`AlreadyJoined`);
4. no officer concluded that they are not the same (`ConfirmedNotSame`);
5. across an agreement's handling, two officers; 6. where facts contradict, two officers;
7. a proposal waits when it is decided (`MergeMoved`); 8. by another officer (`OtherOfficerNeeded`);
9. only a merge that stands is parted (`MergeMoved`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import register_store as sql
from cordillera.desks.people.person_errors import (
    AlreadyJoined,
    ConfirmedNotSame,
    MergeNotFound,
    PersonNotFound,
)
from cordillera.desks.people.person_model import Found, Item
from cordillera.desks.people.register_core import (
    Act,
    Edge,
    Evidence,
    Step,
    anchor,
    check_part,
    check_reason,
    check_second,
    person_of,
    state_of,
    why_two,
)
from cordillera.foundation import canonical, shapes
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

_UNDATED: Final = timedelta(days=365)
_REACH: Final = 40  # steps from item to item that are followed: more is no person
_BLIND: Final = "register_item.ref"


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """A merge as shown: state, evidence, and every step with its reason."""

    id: UUID
    left: UUID
    right: UUID
    state: str
    made_at: datetime
    erase_after: datetime
    evidence: Evidence
    steps: tuple[Step, ...]


NotTheSame = Callable[[sa.Connection, Sequence[Item], Sequence[Item]], str]
"""Returns the redress number under which two sides were found not to be the same, or ""."""


class Register:
    """Persons of one node, agency by agency."""

    def __init__(self, sealer: FieldSealer, ledger: Ledger, clock: Clock, not_the_same: NotTheSame) -> None:
        self._sealer = sealer
        self._ledger = ledger
        self._clock = clock
        self._not_the_same = not_the_same

    def find(self, tx: sa.Connection, key: tuple[str, str]) -> UUID | None:
        """Return the person that an item was joined to, or None when it stands alone."""
        found = sql.by_blind(tx, [self._blind(key)])
        if not found:
            return None
        members = self._members(tx, found[0].id)
        return min(members) if len(members) > 1 else None

    def marked(self, tx: sa.Connection, found: Sequence[Found]) -> tuple[Found, ...]:
        """Return what a search found with the person that each item belongs to."""
        rows = {row.ref_blind: row.id for row in sql.by_blind(tx, [self._blind(f.item.key) for f in found])}
        marked = []
        for one in found:
            item = rows.get(self._blind(one.item.key))
            members = self._members(tx, item) if item is not None else frozenset[UUID]()
            person = min(members) if len(members) > 1 else None
            marked.append(msgspec.structs.replace(one, person=person))
        return tuple(marked)

    def keys(self, tx: sa.Connection, person: UUID) -> tuple[tuple[str, str], ...]:
        """Return the items of the person that an item's id leads to; raise `PersonNotFound`."""
        if not sql.items(tx, [person]):
            raise PersonNotFound
        return tuple(self._key(tx, row) for row in sql.items(tx, sorted(self._members(tx, person))))

    def name(self, tx: sa.Connection, person: UUID) -> UUID:
        """Return the id under which a person goes now: that of its oldest item."""
        return min(self._members(tx, person))

    def merge(
        self,
        tx: sa.Connection,
        officer: OfficerSession,
        sides: tuple[Sequence[Item], Sequence[Item]],
        reason: str,
    ) -> Merge:
        """Join two persons, or propose it where two officers must; the conditions are told above."""
        text = check_reason(reason)  # 1
        left, right = sides
        if not left or not right:  # 2
            raise PersonNotFound
        sql.lock(tx, officer.agency)
        ours, theirs = ([self._kept(tx, officer, item) for item in side] for side in (left, right))
        self._check_apart(tx, ours, theirs)  # 3
        number = self._not_the_same(tx, left, right)
        if number:  # 4
            raise ConfirmedNotSame(number=number)
        evidence = why_two(left, right)  # 5, 6
        ends = anchor([(r.id, r.erase_after) for r in ours]), anchor([(r.id, r.erase_after) for r in theirs])
        due = min(row.erase_after for row in (*ours, *theirs) if row.id in ends)
        row, key = self._new_merge(tx, officer, ends, evidence, due)
        self._step(tx, officer, (row, key), ("proposed" if evidence.because else "joined", text))
        return self.show(tx, row.id)

    def second(
        self, tx: sa.Connection, officer: OfficerSession, merge_id: UUID, reason: str, *, agree: bool
    ) -> Merge:
        """Agree to a proposal, or refuse it, as another officer (conditions 1, 7, 8)."""
        text = check_reason(reason)
        row, key = self._opened(tx, merge_id)
        check_second(self._steps(tx, [row], {row.id: key})[row.id], officer.officer_id)
        self._step(tx, officer, (row, key), ("joined" if agree else "refused", text))
        return self.show(tx, merge_id)

    def part(self, tx: sa.Connection, officer: OfficerSession, merge_id: UUID, reason: str) -> Merge:
        """Take a merge back: the persons are again what they were without it (conditions 1, 9)."""
        text = check_reason(reason)
        row, key = self._opened(tx, merge_id)
        check_part(self._steps(tx, [row], {row.id: key})[row.id])
        self._step(tx, officer, (row, key), ("parted", text))
        return self.show(tx, merge_id)

    def show(self, tx: sa.Connection, merge_id: UUID) -> Merge:
        """Return one merge; raise `MergeNotFound`."""
        row, _ = self._opened(tx, merge_id)
        return self._shown(tx, [row])[0]

    def history(self, tx: sa.Connection, keys: Sequence[tuple[str, str]]) -> tuple[Merge, ...]:
        """Return every merge that items were part of, parted and refused ones too, the latest first."""
        ids = [row.id for row in sql.by_blind(tx, [self._blind(key) for key in keys])]
        return tuple(reversed(self._shown(tx, sql.touching(tx, ids))))

    def waiting(self, tx: sa.Connection, limit: int = 50) -> tuple[Merge, ...]:
        """Return proposals that wait for a second officer, the oldest first."""
        return self._shown(tx, sql.waiting(tx, limit))

    def sides(self, tx: sa.Connection, merge: Merge) -> tuple[tuple[str, str], tuple[str, str]]:
        """Return the two items that a merge ties; raise `PersonNotFound` when one is gone."""
        rows = {row.id: self._key(tx, row) for row in sql.items(tx, [merge.left, merge.right])}
        if len(rows) < 2:
            raise PersonNotFound
        return rows[merge.left], rows[merge.right]

    def question(self, tx: sa.Connection, keys: Sequence[tuple[str, str]], why: str) -> int:
        """Mark standing merges of items for a person's look, because a source changed; return how many."""
        ids = [row.id for row in sql.by_blind(tx, [self._blind(key) for key in keys])]
        rows = [row for row in sql.touching(tx, ids) if self._states(tx, [row])[row.id] == "joined"]
        for row in rows:
            self._event(tx, (row, self._sealer.load_key(tx, row.key_id)), ("node", ""), ("questioned", why))
        return len(rows)

    def forget(self, tx: sa.Connection, keys: Sequence[tuple[str, str]]) -> int:
        """Take items whose source ended out of the register, with their keys; return how many."""
        found = sql.by_blind(tx, [self._blind(key) for key in keys])
        merges = sql.touching(tx, [row.id for row in found])
        self._sealer.destroy_keys(tx, [*(row.key_id for row in found), *(row.key_id for row in merges)])
        sql.forget(tx, [row.id for row in found])
        return len(found)

    def _members(self, tx: sa.Connection, item: UUID) -> frozenset[UUID]:
        known: dict[UUID, sql.MergeRow] = {}
        reached = {item}
        for _ in range(_REACH):
            fresh = [row for row in sql.touching(tx, sorted(reached)) if row.id not in known]
            if not fresh:
                break
            known |= {row.id: row for row in fresh}
            reached = {item} | {end for row in known.values() for end in (row.left_item, row.right_item)}
        states = self._states(tx, list(known.values()))
        edges = [Edge(row.id, row.left_item, row.right_item, states[row.id]) for row in known.values()]
        return person_of(item, edges)

    def _states(self, tx: sa.Connection, rows: Sequence[sql.MergeRow]) -> dict[UUID, str]:
        acts: dict[UUID, list[Act]] = {row.id: [] for row in rows}
        for event in sql.events(tx, list(acts)):
            acts[event.merge_id].append(shapes.convert(event.act, Act))
        return {merge_id: state_of(done) for merge_id, done in acts.items()}

    def _check_apart(
        self, tx: sa.Connection, ours: Sequence[sql.ItemRow], theirs: Sequence[sql.ItemRow]
    ) -> None:
        """Condition 3."""
        other = {row.id for row in theirs}
        mine = self._members(tx, ours[0].id) | {row.id for row in ours}
        if mine & other:
            raise AlreadyJoined
        yours = self._members(tx, theirs[0].id) | other
        for row in sql.touching(tx, sorted(mine)):
            across = {row.left_item, row.right_item}
            if across & yours and across & mine and self._states(tx, [row])[row.id] == "proposed":
                raise AlreadyJoined

    def _kept(self, tx: sa.Connection, officer: OfficerSession, item: Item) -> sql.ItemRow:
        blind = self._blind(item.key)
        known = sql.by_blind(tx, [blind])
        if known:
            return known[0]
        item_id, due = uuid7(), item.erase_after or self._clock.now() + _UNDATED
        key = self._sealer.new_key(tx, f"register_item/{item_id}", due)
        sealed = self._sealer.seal(key, _place("register_item", item_id), item.ref.encode())
        review = min(item.review_at or due, due)
        row = sql.ItemRow(item_id, officer.agency, item.source, blind, key.key_id, sealed, due, review)
        sql.add(tx, "register_item", row)
        return row

    def _new_merge(
        self,
        tx: sa.Connection,
        officer: OfficerSession,
        ends: tuple[UUID, UUID],
        evidence: Evidence,
        due: datetime,
    ) -> tuple[sql.MergeRow, DataKey]:
        merge_id, now = uuid7(), self._clock.now()
        key = self._sealer.new_key(tx, f"register_merge/{merge_id}", due)
        sealed = self._sealer.seal(key, _place("register_merge", merge_id), msgspec.json.encode(evidence))
        row = sql.MergeRow(merge_id, officer.agency, *ends, now, key.key_id, sealed, due, due)
        sql.add(tx, "register_merge", row)
        return row, key

    def _step(
        self,
        tx: sa.Connection,
        officer: OfficerSession,
        merge: tuple[sql.MergeRow, DataKey],
        said: tuple[Act, str],
    ) -> None:
        self._event(tx, merge, (officer.officer_id, officer.name), said)
        told = {"act": f"register.{said[0]}", "merge": str(merge[0].id), "officer": officer.name}
        self._ledger.record(
            tx,
            Event(
                kind=LeafKind.DECISION,
                actor=officer.officer_id,
                agency=officer.agency,
                purpose=officer.purpose,
                payload=canonical.dumps({**told, "reason": said[1]}),
                detail=told,
                subject_ref=str(merge[0].id),
            ),
        )

    def _event(
        self,
        tx: sa.Connection,
        merge: tuple[sql.MergeRow, DataKey],
        by: tuple[str, str],
        said: tuple[Act, str],
    ) -> None:
        (row, key), (act, reason), event_id = merge, said, uuid7()
        sealed = self._sealer.seal(key, _place("register_event", event_id), reason.encode())
        due = row.erase_after, row.review_at
        event = (event_id, row.agency, row.id, act, *by, self._clock.now(), key.key_id, sealed, *due)
        sql.add(tx, "register_event", sql.EventRow(*event))

    def _opened(self, tx: sa.Connection, merge_id: UUID) -> tuple[sql.MergeRow, DataKey]:
        row = sql.merge(tx, merge_id)
        if row is None:
            raise MergeNotFound
        return row, self._sealer.load_key(tx, row.key_id)

    def _shown(self, tx: sa.Connection, rows: Sequence[sql.MergeRow]) -> tuple[Merge, ...]:
        keys = self._sealer.living_keys(tx, [row.key_id for row in rows])
        living = [row for row in rows if row.key_id in keys]
        steps = self._steps(tx, living, {row.id: keys[row.key_id] for row in living})
        return tuple(
            Merge(
                id=row.id,
                left=row.left_item,
                right=row.right_item,
                state=state_of([step.act for step in steps[row.id]]),
                made_at=row.made_at,
                erase_after=row.erase_after,
                evidence=shapes.decode(
                    self._sealer.open(keys[row.key_id], _place("register_merge", row.id), row.sealed),
                    Evidence,
                ),
                steps=tuple(steps[row.id]),
            )
            for row in living
        )

    def _steps(
        self, tx: sa.Connection, rows: Sequence[sql.MergeRow], keys: dict[UUID, DataKey]
    ) -> dict[UUID, list[Step]]:
        steps: dict[UUID, list[Step]] = {row.id: [] for row in rows}
        for event in sql.events(tx, list(steps)):
            place = _place("register_event", event.id)
            reason = self._sealer.open(keys[event.merge_id], place, event.sealed).decode()
            act = shapes.convert(event.act, Act)
            steps[event.merge_id].append(Step(act, event.officer_id, event.officer_name, event.at, reason))
        return steps

    def _key(self, tx: sa.Connection, row: sql.ItemRow) -> tuple[str, str]:
        key = self._sealer.load_key(tx, row.key_id)
        return row.source, self._sealer.open(key, _place("register_item", row.id), row.sealed).decode()

    def _blind(self, key: tuple[str, str]) -> bytes:
        return self._sealer.blind(_BLIND, f"{key[0]}|{key[1]}")


def _place(table: str, row: UUID) -> Place:
    return Place(table, "sealed", str(row))
