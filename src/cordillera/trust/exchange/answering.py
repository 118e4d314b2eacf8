"""The answering side of the person query: take in, match, answer, forget (PCSC 5(3), 6, 13(4)).

A query is judged by this node's own copy of the agreement when it arrives and again when it is answered.
Who was asked about is sealed under a key of its own, which is destroyed in the transaction of the
answer; the ledger keeps a salted commitment. Hit, no-hit and refusal have the same shape and size and
leave at the same common moments.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput, CordilleraError, Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import DataKey, Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange import query_store as sql
from cordillera.trust.exchange.core import answer_due
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Outcome
from cordillera.trust.exchange.envelope import VERSION, Legal, Payload, Retention, VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Facts, Note, event, event_in
from cordillera.trust.exchange.model import (
    MAX_CANDIDATES,
    MAX_TERMS,
    SERVICE,
    Answer,
    PersonCandidate,
    PersonQuery,
    SentCandidate,
)
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, request_of
from cordillera.trust.exchange.quota import DayUse
from cordillera.trust.exchange.records import keeping
from cordillera.trust.ledger.model import Event as LeafEvent
from cordillera.trust.ledger.model import LeafKind

BATCH: Final = 64
TRY_AGAIN: Final = timedelta(seconds=10)
IDLE_SECONDS: Final = 0.05
_SCOPE = Scope.node("exchange.answer")
_log = structlog.get_logger(__name__)


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

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Judge queries by our copy of the agreement; what may be answered is sealed until it is."""
        now = self._parts.clock.now()
        use = DayUse.load(tx, "in", partner.id, now.date())
        agreements = {message.header.agreement_id for message in messages}
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
        decision = book.decide(request_of(message.payload, about))
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
        keys = iter(self._parts.sealer.new_keys(tx, "exchange.query", [one.until for one in allowed]))
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
        now = self._parts.clock.now()
        day = sql.RecordDay(self._parts.identity.agency, peer, agreement_id, now.date())
        known = sql.record_key(tx, day)
        if known is not None:
            return self._parts.sealer.load_key(tx, known)
        due = keeping(book, agreement_id, now).erase_after
        key = self._parts.sealer.new_key(tx, "exchange.record", due)
        if sql.keep_record_key(tx, day, key.key_id):
            return key
        return self._record_key(tx, book, peer, agreement_id)


class Answered(msgspec.Struct, frozen=True):
    """An answer as it will be written: the message, the record, and the leaf."""

    draft: Draft
    values: dict[str, object]
    event: LeafEvent


class Answerer:
    """Answers the queries whose moment has come."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    def run(self, stop: Event) -> None:
        """Answer until `stop` is set; a store or ledger that fails is waited for."""
        while not stop.is_set():
            try:
                done = self.run_once()
            except Unavailable as error:
                _log.warning("exchange.answering_waits", error=error.code)
                stop.wait(1.0)
                continue
            if done < BATCH:
                stop.wait(IDLE_SECONDS)

    def run_once(self, limit: int = BATCH) -> int:
        """Answer what is due; return how many were answered. Raises `LedgerStalled`: then nothing is."""
        try:
            return self._answer_due(limit)
        except (DataError, IntegrityError, ProgrammingError):
            if limit == 1:
                raise
            return self._one_by_one(limit)

    def _answer_due(self, limit: int) -> int:
        with self._parts.store.transaction(_SCOPE) as tx:
            rows = sql.due_incoming(tx, self._parts.clock.now(), limit)
            if rows:
                self._parts.ledger.ensure_writable(tx)
                self._answer(tx, rows)
            return len(rows)

    def _one_by_one(self, limit: int) -> int:
        """After a batch that the store refused: one query may be at fault, the others must not wait."""
        done = 0
        for _ in range(limit):
            try:
                done += self._answer_due(1)
            except (DataError, IntegrityError, ProgrammingError):
                self._postpone_first()
        return done

    def _postpone_first(self) -> None:
        now = self._parts.clock.now()
        with self._parts.store.transaction(_SCOPE) as tx:
            for row in sql.due_incoming(tx, now, 1):
                sql.postpone_answer(tx, row.id, now + TRY_AGAIN)

    def _answer(self, tx: sa.Connection, rows: Sequence[sql.IncomingRow]) -> None:
        book = self._parts.policies(tx)
        wanted = {row.record_key for row in rows} | {row.query_key for row in rows if row.query_key}
        keys = self._parts.sealer.load_keys(tx, sorted(wanted))
        partners = {name: self._partner(tx, name) for name in {row.peer for row in rows}}
        done = [self._answer_one(tx, book, row, keys, partners[row.peer]) for row in rows]
        self._outbox.enqueue(tx, [one.draft for one in done])
        self._parts.sealer.destroy_keys(tx, [row.query_key for row in rows if row.query_key])
        self._parts.ledger.record_all(tx, [one.event for one in done])
        sql.finish_incoming(tx, [one.values for one in done])

    def _answer_one(
        self,
        tx: sa.Connection,
        book: PolicyBook,
        row: sql.IncomingRow,
        keys: dict[UUID, DataKey],
        partner: Partner | None,
    ) -> "Answered":
        key = keys[row.record_key]
        asked = self._parts.sealer.open(key, place_of("legal", row.id), row.legal)
        payload = self._payload(book, row, msgspec.json.decode(asked, type=AskedUnder))
        decision = self._decide(book, payload, partner)
        answer = self._look_up(tx, book, row, keys, decision)
        payload = msgspec.structs.replace(payload, data=msgspec.to_builtins(answer, str_keys=True))
        raw = canonical.dumps(payload)
        values: dict[str, object] = {
            "id": row.id,
            "state": "refused" if answer.outcome == "refused" else "answered",
            "outcome": answer.outcome,
            "answer": self._parts.sealer.seal(key, place_of("answer", row.id), canonical.dumps(answer)),
            "articles": list(answer.articles),
            "at": self._parts.clock.now(),
        }
        return Answered(self._draft(row, payload, raw, key), values, self._event(row, payload, decision, raw))

    def _partner(self, tx: sa.Connection, name: str) -> Partner | None:
        try:
            return self._directory.active(tx, name)
        except CordilleraError:
            return None

    def _decide(self, book: PolicyBook, payload: Payload, partner: Partner | None) -> PolicyDecision:
        """Ask again at the moment of the answer; the query took its place in the quota when it arrived."""
        own = self._parts.identity
        country = partner.country if partner else ""
        about = Circumstances(own.country, country, own.environment, self._parts.clock.now())
        return book.decide(request_of(payload, about))

    def _look_up(
        self,
        tx: sa.Connection,
        book: PolicyBook,
        row: sql.IncomingRow,
        keys: dict[UUID, DataKey],
        decision: PolicyDecision,
    ) -> Answer:
        """Return the answer. Data are looked at only if the query was allowed then and the answer is now."""
        if row.query is None or row.query_key is None:
            return Answer(row.id, "refused", (), tuple(row.articles))
        if not decision.allow:
            return Answer(row.id, "refused", (), decision.violated)
        raw = self._parts.sealer.open(keys[row.query_key], place_of("query", row.id), row.query)
        query = msgspec.json.decode(raw, type=PersonQuery)
        found = self._parts.matcher.match(tx, query, _limit(book, row.agreement_id))
        candidates = tuple(_sent(candidate) for candidate in found[: _limit(book, row.agreement_id)])
        return Answer(row.id, "hit" if candidates else "no_hit", candidates, decision.permitting)

    def _payload(self, book: PolicyBook, row: sql.IncomingRow, asked: AskedUnder) -> Payload:
        keep = keeping(book, row.agreement_id, self._parts.clock.now())
        return Payload(
            v=VERSION,
            msg_id=uuid7(),
            sender=self._parts.identity.id,
            recipient=row.peer,
            agreement_id=row.agreement_id,
            agr_hash=row.agreement_hash,
            type="answer.person",
            legal=asked.legal,
            subject_category=asked.subject_category,
            handling=keep.handling,
            retention=Retention(keep.erase_after, keep.review_at),
            data={},
        )

    def _draft(self, row: sql.IncomingRow, payload: Payload, raw: bytes, key: DataKey) -> Draft:
        return Draft(
            payload=payload,
            raw=raw,
            agency=row.agency,
            officer_id="",
            query_id=row.id,
            key=key,
            erase_after=row.erase_after,
            review_at=row.review_at,
        )

    def _event(
        self, row: sql.IncomingRow, payload: Payload, decision: PolicyDecision, raw: bytes
    ) -> LeafEvent:
        kind = LeafKind.ANSWER_SENT if decision.allow and row.query is not None else LeafKind.REFUSAL
        facts = Facts(
            actor="node",
            agency=row.agency,
            agreement_id=row.agreement_id,
            message_id=str(payload.msg_id),
            peer=row.peer,
            direction="out",
            seq=None,
            type=payload.type,
            purpose=payload.legal.purpose,
        )
        return event(facts, Note(kind, decision, raw, parents=(row.commitment,)))


def place_of(column: str, query_id: UUID) -> Place:
    """Where a sealed field of a partner's query lives."""
    return Place("exchange_incoming", column, str(query_id))


def _limit(book: PolicyBook, agreement_id: str) -> int:
    service = book.get(agreement_id).agreement.service(SERVICE)
    return min(MAX_CANDIDATES, service.max_candidates if service else 0)


def _sent(candidate: PersonCandidate) -> SentCandidate:
    """Return a candidate as it leaves: the names of its strongest terms, never their values."""
    ranked = sorted(candidate.terms, key=lambda term: -abs(term.contribution))
    agreeing = dict.fromkeys(term.name[:64] for term in ranked if term.contribution > 0)
    contradicting = dict.fromkeys(term.name[:64] for term in ranked if term.contribution < 0)
    return SentCandidate(
        reference=candidate.reference[:64],
        score=round(min(1.0, max(0.0, candidate.score)), 3),
        agreeing=tuple(agreeing)[:MAX_TERMS],
        contradicting=tuple(contradicting)[:MAX_TERMS],
    )
