"""The asking side of the person query: our own policy first, then the outbox; later the answer.

A denial never leaves the node: it is recorded with every article it would have broken, and shown. What
is allowed is kept sealed beside the message that asks, in one transaction with its leaf.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange import query_store as sql
from cordillera.trust.exchange.channel_store import Asker, asked_today, asked_today_ahead
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Ended, Outcome
from cordillera.trust.exchange.envelope import VERSION, Legal, Payload, Retention, VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Note, event_by, event_in
from cordillera.trust.exchange.model import Answer, AskOutcome, LegalGrounds, PersonQuery, Question
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, judge, legal_of
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.records import keeping
from cordillera.trust.ledger.model import LeafKind

ERASE_AT_ONCE = "erase after comparison"


class Case(msgspec.Struct, frozen=True):
    """Who is asked about, in which case, and for which subject of ours (an alert)."""

    subject_ref: str
    query: PersonQuery
    grounds: LegalGrounds


class Asking:
    """Asks partners."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    def ask(self, tx: sa.Connection, officer: Officer, partner_id: str, case: Case) -> AskOutcome:
        """Ask a partner hit/no-hit. It must hold.

        1. The partner is active.
        2. The ledger takes leaves in time, or nothing may leave.
        3. Our own copy of the agreement allows it, quotas included; else nothing leaves.

        Raises `UnknownPartner`, `PartnerRevoked`, `LedgerStalled`.
        """
        legal = legal_of(self._parts.identity, officer, case.grounds)
        asker = self._asker(officer, partner_id, case, legal)
        self._read_ahead(tx, asker)
        book = self._parts.policies(tx)
        partner = self._directory.active(tx, partner_id)
        self._parts.ledger.ensure_writable(tx)
        payload = self._payload(book, partner, case, legal)
        decision = judge(book, payload, self._circumstances(tx, partner, asker))
        raw = canonical.dumps(payload)
        if not decision.allow:
            self._record(tx, officer, case, payload, Note(LeafKind.REFUSAL, decision, raw))
            return AskOutcome(None, decision)
        self._send(tx, officer, book, case, payload, raw, decision)
        return AskOutcome(payload.msg_id, decision)

    def _read_ahead(self, tx: sa.Connection, asker: Asker) -> None:
        """Ask for what conditions 1 to 3 need in one packet; it comes with the policy's answer."""
        self._directory.ahead(tx, asker.peer)
        self._parts.ledger.ahead(tx)
        asked_today_ahead(tx, asker)

    def _payload(self, book: PolicyBook, partner: Partner, case: Case, legal: Legal) -> Payload:
        grounds, own, now = case.grounds, self._parts.identity, self._parts.clock.now()
        expires = now + timedelta(hours=self._parts.settings.message_hours)
        return Payload(
            v=VERSION,
            msg_id=uuid7(),
            sender=own.id,
            recipient=partner.id,
            agreement_id=grounds.agreement_id,
            agr_hash=_hash_of(book, grounds.agreement_id),
            type="query.person",
            legal=legal,
            subject_category=grounds.subject_category,
            handling={},
            retention=Retention(expires, expires, ERASE_AT_ONCE),
            data=msgspec.to_builtins(case.query),
        )

    def _asker(self, officer: Officer, partner_id: str, case: Case, legal: Legal) -> Asker:
        day = self._parts.clock.now().date()
        return Asker(partner_id, case.grounds.agreement_id, day, officer.officer_id, legal.officer_id)

    def _circumstances(self, tx: sa.Connection, partner: Partner, asker: Asker) -> Circumstances:
        """The day's use as far as it is known; the exact count is kept where the message takes its place."""
        own, now = self._parts.identity, self._parts.clock.now()
        use = asked_today(tx, asker)
        return Circumstances(own.country, partner.country, own.environment, now, *use)

    def _send(  # noqa: PLR0913 - everything one allowed query consists of
        self,
        tx: sa.Connection,
        officer: Officer,
        book: PolicyBook,
        case: Case,
        payload: Payload,
        raw: bytes,
        decision: PolicyDecision,
    ) -> None:
        now = self._parts.clock.now()
        keep = keeping(book, payload.agreement_id, now)
        key = self._parts.sealer.new_key(tx, "exchange.asked", keep.erase_after)
        question = canonical.dumps(Question(case.query, case.grounds))
        row = sql.QueryRow(
            id=payload.msg_id,
            agency=officer.agency,
            peer=payload.recipient,
            subject_ref=case.subject_ref,
            agreement_id=payload.agreement_id,
            agreement_hash=payload.agr_hash,
            officer_id=officer.officer_id,
            purpose=officer.purpose,
            state="waiting",
            outcome="",
            asked_at=now,
            answered_at=None,
            key_id=key.key_id,
            asked=self._parts.sealer.seal(key, place_of("asked", payload.msg_id), question),
            answer=None,
            articles=list(decision.permitting),
            error="",
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )
        sql.insert_query(tx, row)
        self._outbox.enqueue(tx, [_draft(row, payload, raw, key)])
        self._record(tx, officer, case, payload, Note(LeafKind.QUERY_SENT, decision, raw))
        for watcher in self._parts.watchers:
            watcher.asked(tx, officer, payload, case.query)

    def _record(self, tx: sa.Connection, officer: Officer, case: Case, payload: Payload, note: Note) -> None:
        about = msgspec.structs.replace(
            note,
            subject_ref=case.subject_ref,
            duties=case.grounds.duties,
            duties_reason=case.grounds.duties_reason,
        )
        self._parts.ledger.record(tx, event_by(officer, payload, about))


class TakeInAnswers:
    """The effect of `answer.person`: the query that waits for it gets it, once."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Match answers to our waiting queries to this partner; anything else is refused."""
        del book  # an answer that was asked for may come back after the agreement ended (PCSC 23)
        answers = [_answer_in(message) for message in messages]
        rows = sql.queries(tx, [answer.query_id for answer in answers if answer], lock=True)
        waiting = {row.id: row for row in rows.values() if row.state == "waiting" and row.peer == partner.id}
        keys = self._parts.sealer.living_keys(tx, [row.key_id for row in waiting.values()])
        outcomes = []
        for message, answer in zip(messages, answers, strict=True):
            row = waiting.pop(answer.query_id, None) if answer else None
            key = keys.get(row.key_id) if row else None
            outcomes.append(self._outcome(message, answer, row, key))
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep the answers."""
        sql.answer_queries(tx, [outcome.row for outcome, _ in done if isinstance(outcome.row, tuple)])

    def _outcome(
        self, message: VerifiedEnvelope, answer: Answer | None, row: sql.QueryRow | None, key: DataKey | None
    ) -> Outcome:
        if answer is None or row is None or key is None or row.agreement_id != message.header.agreement_id:
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=WrongPayload.code)
            return Outcome(event_in(message, self._parts.identity.agency, note), WrongPayload.code)
        note = Note(LeafKind.ANSWER_RECEIVED, payload=message.payload_bytes, subject_ref=row.subject_ref)
        values = (
            row.id,
            "refused" if answer.outcome == "refused" else "answered",
            answer.outcome,
            self._parts.sealer.seal(key, place_of("answer", row.id), canonical.dumps(answer)),
            self._parts.clock.now(),
        )
        return Outcome(event_in(message, row.agency, note), row=values)


class QueryEnding:
    """A query that ends without an answer is closed, so that nobody waits for one."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Close the query."""
        return sql.close_query(tx, one.thread, one.how, one.code, one.articles)


def place_of(column: str, query_id: UUID) -> Place:
    """Where a sealed field of a query of ours lives."""
    return Place("exchange_query", column, str(query_id))


def _answer_in(message: VerifiedEnvelope) -> Answer | None:
    try:
        return data_of(message.payload, Answer)
    except BadInput:
        return None


def _hash_of(book: PolicyBook, agreement_id: str) -> str:
    try:
        return book.get(agreement_id).agreement_hash
    except UnknownAgreement:
        return ""


def _draft(row: sql.QueryRow, payload: Payload, raw: bytes, key: DataKey) -> Draft:
    return Draft(
        payload=payload,
        raw=raw,
        agency=row.agency,
        officer_id=row.officer_id,
        query_id=row.id,
        key=key,
        erase_after=row.erase_after,
        review_at=row.review_at,
    )
