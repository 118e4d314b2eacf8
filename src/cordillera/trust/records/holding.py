"""What a node holds: records kept, opened, found, given on. Everybody who makes or takes one starts here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.store.sealing import KeyDestroyed, Place
from cordillera.trust.exchange.approving import Approving
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records import change_store
from cordillera.trust.records import store as sql
from cordillera.trust.records.core import check_keep, is_ended
from cordillera.trust.records.errors import NoSuchRecord, RecordBlocked, RecordErased, RecordSealed
from cordillera.trust.records.model import Holder, NewRecord, Record, RecordStatus, status_of

GROUP: Final = "record"
TOMBSTONE: Final = timedelta(days=731)
_FLAGS: Final = {"block": "blocked", "dispute": "disputed"}
_CLOSED: Final = {
    RecordStatus.SEALED: RecordSealed,
    RecordStatus.BLOCKED: RecordBlocked,
    RecordStatus.ERASED: RecordErased,
    RecordStatus.RECALLED: RecordErased,
}


class Holding:
    """The records of this node."""

    def __init__(self, parts: ExchangeParts) -> None:
        self.parts = parts

    @property
    def own(self) -> str:
        """This node's id."""
        return self.parts.identity.id

    def keep(self, tx: sa.Connection, new: NewRecord) -> Record:
        """Keep a record, sealed under a key of its own. It must hold (`core.check_keep`).

        1. It was not erased or recalled here by who may; an order may come before the content.
        2. Its id is not held as another node's.

        What came before by another way is one record: the later version, the earlier term.
        Raises `RecordErased`, `RecordKnown`.
        """
        held = sql.get(tx, [new.record_id], lock=True).get(new.record_id)
        orders = change_store.orders_of(tx, new.record_id)
        check_keep(new, held.held if held else None, orders)
        if held is not None:
            return self._again(tx, held, new)
        row = self._row(tx, new)
        sql.insert(tx, row)
        for order in orders:
            if order.early and order.kind in _FLAGS:
                sql.flag(tx, [row.id], _FLAGS[order.kind], on=True)
        self._note(tx, row, LeafKind.RECORD_KEPT, new.body)
        return self.get(tx, new.record_id)

    def is_ended(self, tx: sa.Connection, record_id: UUID, origin: str, giver: str) -> bool:
        """Whether a record was erased or recalled here, so that its content is not taken in (again)."""
        held = sql.get(tx, [record_id]).get(record_id)
        return is_ended(origin, giver, held.held if held else None, change_store.orders_of(tx, record_id))

    def body(self, tx: sa.Connection, record_id: UUID) -> bytes:
        """Return the content; raise `NoSuchRecord`, `RecordSealed`, `RecordBlocked` or `RecordErased`."""
        row = self.row(tx, record_id)
        closed = _CLOSED.get(status_of(row.flags))
        if closed is not None:
            raise closed(record_id=str(record_id))
        return self.open(tx, row)

    def read(self, tx: sa.Connection, officer: Officer, record_id: UUID) -> bytes:
        """Return the content to an officer; that it was read is a leaf."""
        body = self.body(tx, record_id)
        row = self.row(tx, record_id)
        self._note(tx, row, LeafKind.CONSULTATION, b"", officer)
        return body

    def open(self, tx: sa.Connection, row: sql.RecordRow) -> bytes:
        """Open the content of a row whatever its status; raise `RecordErased`."""
        if row.key_id is None or row.body is None:
            raise RecordErased(record_id=str(row.id))
        try:
            key = self.parts.sealer.load_key(tx, row.key_id)
        except KeyDestroyed as error:
            raise RecordErased(record_id=str(row.id)) from error
        return self.parts.sealer.open(key, place_of(row.id, row.version), row.body)

    def get(self, tx: sa.Connection, record_id: UUID) -> Record:
        """Return a record without its content; raise `NoSuchRecord`."""
        return self.row(tx, record_id).seen(self.own)

    def row(self, tx: sa.Connection, record_id: UUID, *, lock: bool = False) -> sql.RecordRow:
        """Return a record as stored; raise `NoSuchRecord`."""
        found = sql.get(tx, [record_id], lock=lock).get(record_id)
        if found is None:
            raise NoSuchRecord(record_id=str(record_id))
        return found

    def find(
        self, tx: sa.Connection, *, subject_ref: str | None = None, message_id: UUID | None = None
    ) -> tuple[Record, ...]:
        """Return the records about a subject, or of a message, oldest first; neither given, none."""
        if subject_ref is None and message_id is None:
            return ()
        rows = sql.find(tx, subject_ref=subject_ref, message_id=message_id)
        return tuple(row.seen(self.own) for row in rows)

    def unseal(self, tx: sa.Connection, record_id: UUID) -> None:
        """Open a record to users once its conditions are accepted; doing so twice changes nothing."""
        self.row(tx, record_id, lock=True)
        sql.flag(tx, [record_id], "sealed", on=False)

    def gave(  # noqa: PLR0913 - who was given what, how and until when
        self,
        tx: sa.Connection,
        record_id: UUID,
        holder: str,
        message_id: UUID,
        *,
        agreement_id: str = "",
        consent_id: UUID | None = None,
        until: datetime | None = None,
    ) -> None:
        """Remember a partner that was given a record's content, under the record's agreement unless named."""
        row = self.row(tx, record_id)
        given = Holder(
            record_id=record_id,
            holder=holder,
            agreement_id=agreement_id or row.agreement_id,
            message_id=message_id,
            consent_id=consent_id,
            holds_until=until or row.erase_after,
            given_at=self.parts.clock.now(),
            gone_at=None,
        )
        sql.add_holder(tx, row.agency, given)

    def given_under(self, tx: sa.Connection, record_id: UUID, holder: str, conditions: str) -> None:
        """Remember the conditions, as a digest, under which a partner was given a record."""
        sql.given_under(tx, record_id, holder, conditions)

    def awaits_word(
        self, tx: sa.Connection, record_id: UUID, route: tuple[str, str], conditions: str
    ) -> bool:
        """Whether a partner, under an agreement, has still to accept or decline these conditions."""
        return sql.awaits_word(tx, record_id, *route, conditions)

    def take_word(self, tx: sa.Connection, record_id: UUID, holder: str, word: str) -> None:
        """Keep what a holder said about the conditions: "accepted" or "declined"."""
        sql.take_word(tx, record_id, holder, word)

    def holders(self, tx: sa.Connection, record_id: UUID) -> tuple[Holder, ...]:
        """Return the partners that were given a record by this node."""
        return tuple(sql.holders(tx, [record_id]))

    def may_score(self, tx: sa.Connection, record_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Return those records that may count in a score: held, open, neither disputed nor frozen."""
        rows = sql.get(tx, record_ids).values()
        good = (row.id for row in rows if status_of(row.flags) is RecordStatus.ACTIVE and not row.frozen)
        return frozenset(good)

    def freeze(self, tx: sa.Connection, record_ids: Sequence[UUID], *, on: bool) -> tuple[UUID, ...]:
        """Take records out of scoring, or back in, while a person's request is looked into."""
        return tuple(sql.flag(tx, record_ids, "frozen", on=on))

    def destroy(self, tx: sa.Connection, row: sql.RecordRow, how: str) -> None:
        """Destroy the content of a record and leave a tombstone; doing so twice changes nothing."""
        Approving(self.parts).forget(tx, row.id)
        if row.key_id is not None:
            self.parts.sealer.destroy_key(tx, row.key_id)
        sql.end(tx, [row.id], how, self.parts.clock.now() + TOMBSTONE)

    def renew(self, tx: sa.Connection, row: sql.RecordRow, version: int, body: bytes) -> None:
        """Put the next version in place; the one before cannot be read any more."""
        key = self.parts.sealer.new_split_key(tx, GROUP, row.erase_after)
        sealed = self.parts.sealer.seal(key, place_of(row.id, version), body)
        sql.renew(tx, msgspec.structs.replace(row, version=version, key_id=key.key_id, body=sealed))
        if row.key_id is not None:
            self.parts.sealer.destroy_key(tx, row.key_id)

    def _row(self, tx: sa.Connection, new: NewRecord) -> sql.RecordRow:
        key = self.parts.sealer.new_split_key(tx, GROUP, new.erase_after)
        return sql.RecordRow(
            id=new.record_id,
            agency=new.agency or self.parts.identity.agency,
            origin=new.origin,
            agreement_id=new.agreement_id,
            subject_category=new.subject_category,
            kind=new.kind,
            handling=dict(new.handling),
            received_from=new.received_from,
            givers=[new.received_from] if new.received_from else [],
            message_id=new.message_id,
            subject_ref=new.subject_ref,
            parents=list(new.parents),
            version=new.version,
            sealed=new.sealed,
            key_id=key.key_id,
            body=self.parts.sealer.seal(key, place_of(new.record_id, new.version), new.body),
            kept_at=self.parts.clock.now(),
            erase_after=new.erase_after,
            review_at=new.review_at,
        )

    def _again(self, tx: sa.Connection, held: sql.RecordRow, new: NewRecord) -> Record:
        if new.received_from:
            sql.add_giver(tx, held.id, new.received_from, new.erase_after)
        if new.version > held.version:
            self.renew(tx, held, new.version, new.body)
        return self.get(tx, held.id)

    def _note(
        self,
        tx: sa.Connection,
        row: sql.RecordRow,
        kind: LeafKind,
        payload: bytes,
        officer: Officer | None = None,
    ) -> None:
        event = Event(
            kind=kind,
            actor=officer.officer_id if officer else "node",
            agency=officer.agency if officer else row.agency,
            purpose=officer.purpose if officer else "",
            agreement_id=row.agreement_id,
            message_id=str(row.id),
            peer=row.received_from,
            payload=sha256(payload) if payload else b"",
            subject_ref=str(row.id),
        )
        self.parts.ledger.record(tx, event)


def place_of(record_id: UUID, version: int) -> Place:
    """Where a sealed content lives."""
    return Place("record", "body", f"{record_id}|{version}")
