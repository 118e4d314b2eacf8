"""The effect of a partner's query: judged, sealed, and waiting for its answer (PCSC 5(3), 13(4))."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput
from cordillera.foundation.store.sealing import DataKey, Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange import query_store as sql
from cordillera.trust.exchange.core import answer_due
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import Outcome
from cordillera.trust.exchange.envelope import Legal, VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Note, event_in
from cordillera.trust.exchange.model import (
    PersonQuery,
)
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, judge
from cordillera.trust.exchange.quota import DayUse
from cordillera.trust.exchange.records import keeping
from cordillera.trust.ledger.model import LeafKind


class AskedUnder(msgspec.Struct, frozen=True):
    """The legal header of a partner's query, as kept sealed."""

    legal: Legal
    subject_category: str


class Judged(msgspec.Struct, frozen=True):
    """A query that was judged and is not yet sealed; `until` is when its key must be gone at the latest."""

    row: sql.IncomingRow
    query: PersonQuery
    allowed: bool
    until: datetime


class TakeInQueries:
    """The effect of `query.person`."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts

    def ahead(self, tx: sa.Connection, partner: Partner, messages: Sequence[VerifiedEnvelope]) -> None:
        """Have the day's use, which the channel's lock guards, and record keys come with the next answer."""
        for name in {message.header.agreement_id for message in messages}:
            sql.record_key_ahead(tx, self._day(partner.id, name))
        DayUse.ahead(tx, "in", partner.id, self._parts.clock.now().date())

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Judge queries by our copy of the agreement; what may be answered is sealed until it is."""
        now = self._parts.clock.now()
        agreements = {message.header.agreement_id for message in messages}
        use = DayUse.load(tx, "in", partner.id, now.date())
        record_keys = {name: self._record_key(tx, book, partner.id, name) for name in agreements}
        outcomes = [
            self._judge(partner, book, use, record_keys[message.header.agreement_id], message)
            for message in messages
        ]
        use.save(tx)
        return self._with_queries(tx, outcomes)

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep the queries with the hashes of their leaves as commitments."""
        rows = [(outcome.row, leaf) for outcome, leaf in done]
        sql.insert_incoming(
            tx,
            [
                msgspec.structs.replace(row, commitment=leaf)
                for row, leaf in rows
                if isinstance(row, sql.IncomingRow)
            ],
        )

    def _judge(
        self,
        partner: Partner,
        book: PolicyBook,
        use: DayUse,
        record_key: DataKey,
        message: VerifiedEnvelope,
    ) -> Outcome:
        own, now = self._parts.identity, self._parts.clock.now()
        try:
            query = data_of(message.payload, PersonQuery)
        except BadInput:
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=WrongPayload.code)
            return Outcome(event_in(message, own.agency, note), WrongPayload.code)
        about = Circumstances(partner.country, own.country, own.environment, now, *use.of(message.payload))
        decision = judge(book, message.payload, about)
        if decision.allow:
            use.count(message.payload)
        row = self._row(book, message, decision, record_key)
        note = Note(LeafKind.QUERY_RECEIVED, decision, message.payload_bytes)
        until = max(min(message.payload.retention.erase_after, row.erase_after), now)
        return Outcome(event_in(message, own.agency, note), row=Judged(row, query, decision.allow, until))

    def _row(
        self,
        book: PolicyBook,
        message: VerifiedEnvelope,
        decision: PolicyDecision,
        record_key: DataKey,
    ) -> sql.IncomingRow:
        now, header = self._parts.clock.now(), message.header
        keep = keeping(book, header.agreement_id, now)
        legal = canonical.dumps(AskedUnder(message.payload.legal, message.payload.subject_category))
        return sql.IncomingRow(
            id=header.msg_id,
            agency=self._parts.identity.agency,
            peer=header.sender,
            agreement_id=header.agreement_id,
            agreement_hash=header.agr_hash,
            state="received",
            outcome="" if decision.allow else "refused",
            received_at=now,
            answer_due=answer_due(now, self._parts.settings.answer_bucket_ms),
            answered_at=None,
            query_key=None,
            query=None,
            commitment="",
            erased_at=None if decision.allow else now,
            record_key=record_key.key_id,
            legal=self._parts.sealer.seal(record_key, place_of("legal", header.msg_id), legal),
            answer=None,
            articles=[use.article for use in decision.articles],
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )

    def _with_queries(self, tx: sa.Connection, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Seal what may be answered, each query under a key of its own."""
        allowed = [o.row for o in outcomes if isinstance(o.row, Judged) and o.row.allowed]
        keys = iter(self._parts.sealer.new_keys(tx, [("exchange.query", one.until) for one in allowed]))
        return [self._sealed(outcome, keys) for outcome in outcomes]

    def _sealed(self, outcome: Outcome, keys: Iterator[DataKey]) -> Outcome:
        judged = outcome.row
        if not isinstance(judged, Judged):
            return outcome
        row = judged.row
        if judged.allowed:
            key = next(keys)
            blob = self._parts.sealer.seal(key, place_of("query", row.id), canonical.dumps(judged.query))
            row = msgspec.structs.replace(row, query_key=key.key_id, query=blob)
        return msgspec.structs.replace(outcome, row=row)

    def _record_key(self, tx: sa.Connection, book: PolicyBook, peer: str, agreement_id: str) -> DataKey:
        """The key of the day's records about one partner's queries; it goes when they fall due."""
        now, day = self._parts.clock.now(), self._day(peer, agreement_id)
        known = sql.record_key(tx, day)
        if known is not None:
            return self._parts.sealer.open_key(known)
        due = keeping(book, agreement_id, now).erase_after
        key = self._parts.sealer.new_key(tx, "exchange.record", due)
        if sql.keep_record_key(tx, day, key.key_id):
            return key
        return self._record_key(tx, book, peer, agreement_id)

    def _day(self, peer: str, agreement_id: str) -> sql.RecordDay:
        today = self._parts.clock.now().date()
        return sql.RecordDay(self._parts.identity.agency, peer, agreement_id, today)


def place_of(column: str, query_id: UUID) -> Place:
    """Where a sealed field of a partner's query lives."""
    return Place("exchange_incoming", column, str(query_id))
