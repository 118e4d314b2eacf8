"""The answering side of the person query: take in, match, answer, forget (PCSC 5(3), 6, 13(4)).

A query is judged by this node's own copy of the agreement when it arrives and again when it is answered.
Who was asked about is sealed under a key of its own, which is destroyed in the transaction of the
answer; the ledger keeps a salted commitment. Hit, no-hit and refusal have the same shape and size and
leave at the same common moments.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from cordillera.foundation import canonical, shapes
from cordillera.foundation.errors import CordilleraError, Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import DataKey, KeyDestroyed
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange import query_store as sql
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.envelope import VERSION, Payload, Retention
from cordillera.trust.exchange.leaves import Facts, Note, event
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
from cordillera.trust.exchange.policy import Circumstances, judge
from cordillera.trust.exchange.records import keeping
from cordillera.trust.exchange.taking import AskedUnder, place_of
from cordillera.trust.ledger.model import Event as LeafEvent
from cordillera.trust.ledger.model import LeafKind

BATCH: Final = 64
TRY_AGAIN: Final = timedelta(seconds=10)
IDLE_SECONDS: Final = 0.05
_SCOPE = Scope.node("exchange.answer")
_AT_FAULT = (CordilleraError, DataError, IntegrityError, ProgrammingError)
_log = structlog.get_logger(__name__)


class Answered(msgspec.Struct, frozen=True):
    """An answer as it will be written: the message, the record, and the leaf."""

    draft: Draft
    values: tuple[UUID, str, str, bytes, tuple[str, ...], datetime]
    event: LeafEvent


class Judged(msgspec.Struct, frozen=True):
    """A query judged again: is it still `there`, and what it asks if that may be looked up."""

    row: sql.IncomingRow
    record_key: DataKey
    payload: Payload
    decision: PolicyDecision
    there: bool = False
    query: PersonQuery | None = None


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
        except Unavailable:
            raise
        except _AT_FAULT:
            return self._one_by_one(limit)

    def _answer_due(self, limit: int) -> int:
        with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
            rows = sql.due_incoming(tx, self._parts.clock.now(), limit)
            if rows:
                self._ahead(tx, rows)
                self._parts.ledger.ensure_writable(tx)
                self._answer(tx, rows)
        if rows:
            self._parts.bell.ring()
        return len(rows)

    def _ahead(self, tx: sa.Connection, rows: Sequence[sql.IncomingRow]) -> None:
        """Have what the answers need come with one answer."""
        self._parts.ledger.ahead(tx)
        PolicyBook.ahead(tx)
        self._parts.sealer.ahead(tx, _keys_of(rows))
        self._directory.ahead(tx, rows[0].peer)

    def _one_by_one(self, limit: int) -> int:
        """After a batch that the store refused: one query may be at fault, the others must not wait."""
        done = 0
        for _ in range(limit):
            try:
                answered = self._answer_due(1)
            except Unavailable:
                raise
            except _AT_FAULT as error:
                _log.warning("exchange.answer_postponed", error=type(error).__name__)
                self._postpone_first()
                continue
            if not answered:
                break
            done += answered
        return done

    def _postpone_first(self) -> None:
        now = self._parts.clock.now()
        with self._parts.store.transaction(_SCOPE) as tx:
            for row in sql.due_incoming(tx, now, 1):
                sql.postpone_answer(tx, row.id, now + TRY_AGAIN)

    def _answer(self, tx: sa.Connection, rows: Sequence[sql.IncomingRow]) -> None:
        book = self._parts.policies(tx)
        keys = self._parts.sealer.living_keys(tx, _keys_of(rows))
        if gone := {row.record_key for row in rows} - keys.keys():
            raise KeyDestroyed(key_id=str(min(gone)))
        partners = {name: self._partner(tx, name) for name in {row.peer for row in rows}}
        judged = [self._judge(book, row, keys, partners[row.peer]) for row in rows]
        found = self._look_up(tx, book, judged)
        done = [self._answer_one(one, found.get(one.row.id, ())) for one in judged]
        self._outbox.enqueue(tx, [one.draft for one in done])
        self._parts.sealer.destroy_keys(tx, [row.query_key for row in rows if row.query_key])
        self._parts.ledger.record_all(tx, [one.event for one in done])
        sql.finish_incoming(tx, [one.values for one in done])

    def _judge(
        self, book: PolicyBook, row: sql.IncomingRow, keys: dict[UUID, DataKey], partner: Partner | None
    ) -> "Judged":
        """Ask the agreement again; only what it allows now, and allowed when it came, is opened."""
        record_key = keys[row.record_key]
        asked = self._parts.sealer.open(record_key, place_of("legal", row.id), row.legal)
        payload = self._payload(book, row, shapes.decode(asked, AskedUnder))
        decision = self._decide(book, payload, partner)
        key = keys.get(row.query_key) if row.query_key else None
        if row.query is None or key is None:
            return Judged(row, record_key, payload, decision)
        if not decision.allow:
            return Judged(row, record_key, payload, decision, there=True)
        raw = self._parts.sealer.open(key, place_of("query", row.id), row.query)
        query = shapes.decode(raw, PersonQuery)
        return Judged(row, record_key, payload, decision, there=True, query=query)

    def _answer_one(self, judged: "Judged", found: Sequence[PersonCandidate]) -> "Answered":
        row, key = judged.row, judged.record_key
        answer = _answer_of(judged, found)
        payload = msgspec.structs.replace(judged.payload, data=msgspec.to_builtins(answer, str_keys=True))
        raw = canonical.dumps(payload)
        values = (
            row.id,
            "refused" if answer.outcome == "refused" else "answered",
            answer.outcome,
            self._parts.sealer.seal(key, place_of("answer", row.id), canonical.dumps(answer)),
            answer.articles,
            self._parts.clock.now(),
        )
        event = self._event(row, payload, judged.decision, raw)
        return Answered(self._draft(row, payload, raw, key), values, event)

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
        return judge(book, payload, about)

    def _look_up(
        self, tx: sa.Connection, book: PolicyBook, judged: Sequence["Judged"]
    ) -> dict[UUID, Sequence[PersonCandidate]]:
        """Return the candidates of the queries that are allowed, by query; nobody else is looked up."""
        found: dict[UUID, Sequence[PersonCandidate]] = {}
        for name in {one.row.agreement_id for one in judged}:
            limit = _limit(book, name)
            asked = {one.row.id: one.query for one in judged if one.query and one.row.agreement_id == name}
            if asked:
                matches = self._parts.matcher.match_all(tx, list(asked.values()), limit)
                found |= {at: some[:limit] for at, some in zip(asked, matches, strict=True)}
        return found

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


def _keys_of(rows: Sequence[sql.IncomingRow]) -> list[UUID]:
    """The keys of the records, and those of the queries that have one."""
    return sorted({row.record_key for row in rows} | {row.query_key for row in rows if row.query_key})


def _answer_of(judged: Judged, found: Sequence[PersonCandidate]) -> Answer:
    """A query whose time ran out before its answer is gone with its key, and refused like any other."""
    row, decision = judged.row, judged.decision
    if not judged.there:
        return Answer(row.id, "refused", (), tuple(row.articles))
    if not decision.allow:
        return Answer(row.id, "refused", (), decision.violated)
    return Answer(row.id, "hit" if found else "no_hit", tuple(map(_sent, found)), decision.permitting)


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
