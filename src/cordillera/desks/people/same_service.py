"""Redress numbers: remembered when an officer concludes "not the same person", used, listed, revoked.

Who the traveller is lies under blind index only; the words, for officers, are sealed and go with the number.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import same_store as sql
from cordillera.desks.people.person_errors import NotSameNotFound, NotSameRevoked
from cordillera.desks.people.person_lists import parts_of
from cordillera.desks.people.person_model import LIST, Item
from cordillera.desks.people.register_core import check_reason
from cordillera.desks.people.same_core import (
    Known,
    Memory,
    material_of,
    silences,
    traveller_keys,
    whole_birth,
)
from cordillera.foundation import canonical, shapes
from cordillera.foundation.clock import Clock
from cordillera.foundation.explain import Term
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

KEPT: Final = timedelta(days=365)
REVIEW: Final = timedelta(days=180)
_SHOWN: Final = 200
_USES: Final = 50
State = Literal["standing", "reopened", "revoked"]


class Officer(Protocol):
    """The named person acting."""

    @property
    def officer_id(self) -> str:
        """The stable id of the officer."""
        ...

    @property
    def name(self) -> str:
        """The name shown beside what they did."""
        ...

    @property
    def agency(self) -> str:
        """The agency they act for."""
        ...

    @property
    def purpose(self) -> str:
        """The purpose they declared."""
        ...


class Hit(Protocol):
    """A list hit, as a desk has it."""

    @property
    def list_name(self) -> str:
        """The list."""
        ...

    @property
    def entry_id(self) -> str:
        """The entry."""
        ...

    @property
    def terms(self) -> tuple[Term, ...]:
        """What the hit rests on."""
        ...

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What the entry says."""
        ...


AnyHit = TypeVar("AnyHit", bound=Hit)


class Told(msgspec.Struct, frozen=True):
    """The words of a redress number, sealed: who is not whom, and why."""

    traveller: str
    list_name: str
    entry_id: str
    listed_name: str
    reason: str
    revoked_reason: str = ""


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk tells when an officer concludes: which alert and decision, who, and which entry."""

    desk: str
    alert_id: UUID
    decision_id: UUID
    traveller: str
    known: Known
    reason: str


class Entry(msgspec.Struct, frozen=True):
    """The list entry that the traveller is not."""

    list_name: str
    entry_id: str
    name: str
    fields: tuple[tuple[str, str], ...]


class NotSame(msgspec.Struct, frozen=True, kw_only=True):
    """A redress number as shown."""

    id: UUID
    number: str
    state: State
    told: Told
    alert_id: UUID
    officer_name: str
    decided_at: datetime
    uses: int
    last_used_at: datetime | None
    reopened_at: datetime | None
    revoked_at: datetime | None
    erase_after: datetime
    used: tuple[tuple[str, datetime], ...] = ()


class NotTheSame:
    """The memory of one node."""

    def __init__(
        self,
        sealer: FieldSealer,
        ledger: Ledger,
        clock: Clock,
        forget: Callable[[sa.Connection, UUID], None],
    ) -> None:
        self._sealer = sealer
        self._ledger = ledger
        self._clock = clock
        self._forget = forget

    def remember(
        self, tx: sa.Connection, officer: Officer, concluded: Conclusion, entries: Sequence[Entry]
    ) -> tuple[str, ...]:
        """Keep a conclusion for each entry; return the redress numbers, none when nobody is recognised."""
        keys = self._blind_keys(concluded.known)
        if not keys:
            return ()
        return tuple(self._remember(tx, officer, concluded, entry, keys) for entry in entries)

    def withdraw(self, tx: sa.Connection, decision_id: UUID) -> None:
        """Forget what a decision that was undone had concluded."""
        rows = sql.of_decision(tx, decision_id)
        self._sealer.destroy_keys(tx, [row.key_id for row in rows])
        sql.delete(tx, [row.id for row in rows])

    def asks(
        self, tx: sa.Connection, agency: str, who: tuple[str, Known], hits: Sequence[AnyHit]
    ) -> tuple[AnyHit, ...]:
        """Return the hits on a traveller (reference, facts) that still ask an officer.

        A use is remembered for each hit silenced; an entry that changed is marked as asked again.
        """
        keys = self._blind_keys(who[1])
        entries = [self._entry(hit.list_name, hit.entry_id) for hit in hits]
        if not keys or not hits:
            return tuple(hits)
        known: dict[bytes, list[sql.NotSameRow]] = {}
        for row in sql.of_pairs(tx, keys, entries):
            if row.agency == agency:
                known.setdefault(row.entry_blind, []).append(row)
        return tuple(
            hit
            for hit, entry in zip(hits, entries, strict=True)
            if not self._silenced(tx, who, hit, known.get(entry, ()))
        )

    def between(self, tx: sa.Connection, left: Sequence[Item], right: Sequence[Item]) -> str:
        """Return the number under which a person of one side is not an entry of the other, or ""."""
        for entries, others in ((left, right), (right, left)):
            blinds = [self._entry(*parts_of(item.ref)) for item in entries if item.source == LIST]
            keys = [key for item in others if item.source != LIST for key in self._item_keys(item)]
            if not blinds or not keys:
                continue
            for row in sql.of_pairs(tx, keys, blinds):
                if row.revoked_at is None:
                    return row.number
        return ""

    def listed(self, tx: sa.Connection, officer: Officer) -> tuple[NotSame, ...]:
        """Return redress numbers, the newest first, and write down that the officer looked."""
        self._record(tx, officer, LeafKind.CONSULTATION, "not_same", {"act": "not_same.list"})
        return tuple(self._shown(tx, row) for row in sql.newest(tx, _SHOWN))

    def of_subject(self, tx: sa.Connection, subject_ref: str) -> tuple[NotSame, ...]:
        """Return the redress numbers because of which something about a subject was not asked."""
        return tuple(self._shown(tx, row) for row in sql.of_subject(tx, subject_ref))

    def show(self, tx: sa.Connection, officer: Officer, not_same_id: UUID) -> NotSame:
        """Open one number, which is a consultation; raise `NotSameNotFound`."""
        row = self._get(tx, not_same_id)
        self._leaf(tx, officer, LeafKind.CONSULTATION, row, {"act": "not_same.show"})
        shown = self._shown(tx, row)
        return msgspec.structs.replace(shown, used=sql.uses(tx, row.id, _USES))

    def revoke(self, tx: sa.Connection, officer: Officer, not_same_id: UUID, reason: str) -> NotSame:
        """End a number: the pair asks again. Raises `DeskReasonTooShort`, `NotSameRevoked`."""
        text = check_reason(reason)
        row = self._get(tx, not_same_id, lock=True)
        if row.revoked_at is not None:
            raise NotSameRevoked
        told = msgspec.structs.replace(self._told(tx, row), revoked_reason=text)
        key = self._sealer.load_key(tx, row.key_id)
        sealed = self._sealer.seal(key, _place(row.id), msgspec.json.encode(told))
        now = self._clock.now()
        sql.change(tx, row.id, {"revoked_at": now, "revoked_by": officer.officer_id, "sealed": sealed})
        self._forget(tx, row.decision_id)
        self._leaf(tx, officer, LeafKind.DECISION, row, {"act": "not_same.revoke"}, text)
        return self._shown(tx, self._get(tx, not_same_id))

    def _remember(
        self, tx: sa.Connection, officer: Officer, concluded: Conclusion, entry: Entry, keys: Sequence[bytes]
    ) -> str:
        now, row_id = self._clock.now(), uuid7()
        number = f"RN-{now.year}-{sql.next_number(tx, officer.agency, now.year):06d}"
        key = self._sealer.new_key(tx, f"not_same/{row_id}", now + KEPT)
        told = Told(concluded.traveller, entry.list_name, entry.entry_id, entry.name, concluded.reason)
        birth = whole_birth(concluded.known.birth)
        row = sql.NotSameRow(
            id=row_id,
            number=number,
            agency=officer.agency,
            desk=concluded.desk,
            alert_id=concluded.alert_id,
            decision_id=concluded.decision_id,
            entry_blind=self._entry(entry.list_name, entry.entry_id),
            material=self._material(entry.fields),
            birth_blind=self._sealer.blind("not_same.birth", birth) if birth else None,
            officer_id=officer.officer_id,
            officer_name=officer.name,
            decided_at=now,
            key_id=key.key_id,
            sealed=self._sealer.seal(key, _place(row_id), msgspec.json.encode(told)),
            erase_after=now + KEPT,
            review_at=now + REVIEW,
        )
        sql.add(tx, row, keys)
        self._leaf(
            tx, officer, LeafKind.DECISION, row, {"act": "not_same", "number": number}, concluded.reason
        )
        return number

    def _silenced(
        self, tx: sa.Connection, who: tuple[str, Known], hit: Hit, rows: Sequence[sql.NotSameRow]
    ) -> bool:
        now, material = self._clock.now(), self._material(hit.fields)
        whole = whole_birth(who[1].birth)
        birth = self._sealer.blind("not_same.birth", whole) if whole else None
        terms = [term.name for term in hit.terms]
        for row in rows:
            over = row.erase_after <= now
            memory = Memory(row.id, row.material, row.birth_blind, row.revoked_at is not None, over)
            said = silences(memory, material, birth, terms)
            if said == "silenced":
                sql.use(tx, row, who[0], now)
                return True
            if said == "entry_changed" and row.reopened_at is None:
                sql.change(tx, row.id, {"reopened_at": now})
        return False

    def _blind_keys(self, known: Known) -> list[bytes]:
        return [self._sealer.blind("not_same_key.key", key) for key in traveller_keys(known)]

    def _item_keys(self, item: Item) -> list[bytes]:
        documents = tuple((d.number, d.issuer) for d in item.documents)
        birth = item.births[0] if item.births else ""
        names = item.names or ("",)
        found = (self._blind_keys(Known("", name.replace(",", " "), birth, documents)) for name in names[:8])
        return list(dict.fromkeys(key for keys in found for key in keys))

    def _entry(self, list_name: str, entry_id: str) -> bytes:
        return self._sealer.blind("not_same.entry", f"{list_name}|{entry_id}")

    def _material(self, fields: Sequence[tuple[str, str]]) -> bytes:
        return self._sealer.blind("not_same.material", material_of(fields))

    def _get(self, tx: sa.Connection, not_same_id: UUID, *, lock: bool = False) -> sql.NotSameRow:
        row = sql.get(tx, not_same_id, lock=lock)
        if row is None:
            raise NotSameNotFound
        return row

    def _told(self, tx: sa.Connection, row: sql.NotSameRow) -> Told:
        key = self._sealer.load_key(tx, row.key_id)
        return shapes.decode(self._sealer.open(key, _place(row.id), row.sealed), Told)

    def _shown(self, tx: sa.Connection, row: sql.NotSameRow) -> NotSame:
        state: State = "standing" if row.reopened_at is None else "reopened"
        return NotSame(
            id=row.id,
            number=row.number,
            state="revoked" if row.revoked_at is not None else state,
            told=self._told(tx, row),
            alert_id=row.alert_id,
            officer_name=row.officer_name,
            decided_at=row.decided_at,
            uses=row.uses,
            last_used_at=row.last_used_at,
            reopened_at=row.reopened_at,
            revoked_at=row.revoked_at,
            erase_after=row.erase_after,
        )

    def _leaf(  # noqa: PLR0913 - an audit entry names who, what, about which number, and the words
        self,
        tx: sa.Connection,
        officer: Officer,
        kind: LeafKind,
        row: sql.NotSameRow,
        told: dict[str, str],
        reason: str = "",
    ) -> None:
        self._record(tx, officer, kind, str(row.id), told, reason)

    def _record(  # noqa: PLR0913 - the same
        self,
        tx: sa.Connection,
        officer: Officer,
        kind: LeafKind,
        ref: str,
        told: dict[str, str],
        reason: str = "",
    ) -> None:
        event = Event(
            kind=kind,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps({**told, "reason": reason}),
            detail={**told, "officer": officer.name},
            subject_ref=ref,
        )
        self._ledger.record(tx, event)


def _place(row: UUID) -> Place:
    return Place("not_same", "sealed", str(row))
