"""The asking side of the person query: our own policy first, then the outbox; later the answer.

A denial never leaves the node: it is recorded with every article it would have broken, and shown. What
is allowed is kept sealed beside the message that asks, in one transaction with its leaf.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
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
from cordillera.trust.exchange.approving import ANOTHER, Approving, Wanted, same_grounds, takes_two
from cordillera.trust.exchange.asked_store import Asker
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Ended, Outcome
from cordillera.trust.exchange.envelope import VERSION, Legal, Payload, Retention, VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Note, event_by, event_in
from cordillera.trust.exchange.model import Answer, AskOutcome, LegalGrounds, PersonQuery, Question
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, judge, legal_of
from cordillera.trust.exchange.ports import Asked, Officer
from cordillera.trust.exchange.quota import AskedToday
from cordillera.trust.exchange.records import Keeping, keeping
from cordillera.trust.ledger.model import Event, LeafKind

ERASE_AT_ONCE = "erase after comparison"


class Case(msgspec.Struct, frozen=True):
    """Who is asked about, in which case, and for which subject of ours (an alert)."""

    subject_ref: str
    query: PersonQuery
    grounds: LegalGrounds


class Ask(msgspec.Struct, frozen=True):
    """One question: who asks which partner about whom."""

    officer: Officer
    partner_id: str
    case: Case


class _Asked(msgspec.Struct, frozen=True):
    """A question as the agreement has judged it."""

    ask: Ask
    payload: Payload
    raw: bytes
    decision: PolicyDecision
    waits: bool = False

    @property
    def leaves(self) -> bool:
        """Whether it goes out now: allowed, and where two officers are taken agreed by the second."""
        return self.decision.allow and not self.waits


class Asking:
    """Asks partners."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._approving = Approving(parts)

    def ask(self, tx: sa.Connection, officer: Officer, partner_id: str, case: Case) -> AskOutcome:
        """Ask a partner hit/no-hit; see `ask_all`."""
        return self.ask_all(tx, [Ask(officer, partner_id, case)])[0]

    def ask_all(self, tx: sa.Connection, asks: Sequence[Ask]) -> list[AskOutcome]:
        """Ask partners hit/no-hit, for officers of one agency and purpose.

        For each question it must hold:

        1. The partner is active.
        2. The ledger takes leaves in time, or nothing may leave.
        3. Our own copy of the agreement allows it, quotas included; else nothing leaves.
        4. Where its service takes two officers, another asked exactly this before (`Approving.agreed`);
           the first one's question only waits, and `waits` says so.
        5. Where it rests on what another partner gave, that one consents that this partner is asked
           (`OnwardRule`, PCSC 13(2)): a question names the person.

        Raises `UnknownPartner`, `PartnerRevoked`, `OnwardUnconsented`, `LedgerStalled`, `QueueFull`:
        then none is asked.
        """
        legals = [legal_of(self._parts.identity, ask.officer, ask.case.grounds) for ask in asks]
        askers = [_asker(ask, legal) for ask, legal in zip(asks, legals, strict=True)]
        uses = AskedToday(askers, self._parts.clock.now().date())
        self._directory.ahead(tx, asks[0].partner_id)
        self._parts.ledger.ahead(tx)
        uses.ahead(tx)
        book = self._parts.policies(tx)
        names = dict.fromkeys(ask.partner_id for ask in asks)
        partners = {name: self._directory.active(tx, name) for name in names}
        self._parts.ledger.ensure_writable(tx)
        self._ensure_onward(tx, asks)  # 5
        uses.load(tx)
        firsts = [self._first(tx, book, ask) for ask in asks]
        asked = [
            self._judge(book, partners[ask.partner_id], ask, (legal, first), uses)
            for ask, legal, first in zip(asks, legals, firsts, strict=True)
        ]
        self._send(tx, book, [one for one in asked if one.leaves])
        self._parts.ledger.record_all(tx, [_event(one) for one in asked])
        return [_outcome(one) for one in asked]

    def _ensure_onward(self, tx: sa.Connection, asks: Sequence[Ask]) -> None:
        for rule in self._parts.onward:
            for ask in asks:
                rule.ensure(tx, ask.case.subject_ref, ask.partner_id, ask.case.grounds.purpose)

    def _first(self, tx: sa.Connection, book: PolicyBook, ask: Ask) -> str | None:
        """Return who asked exactly this before, "" when nobody did yet, None where one officer is enough."""
        if not takes_two(book, ask.case.grounds.agreement_id):
            return None
        case = msgspec.structs.replace(ask.case, grounds=same_grounds(ask.case.grounds))
        about = canonical.dumps(case)
        thing = UUID(bytes=self._parts.sealer.blind_bytes("exchange_release.thing", about))
        return self._approving.agreed(tx, ask.officer, Wanted(thing, ask.partner_id, about))

    def _judge(
        self, book: PolicyBook, partner: Partner, ask: Ask, named: tuple[Legal, str | None], uses: AskedToday
    ) -> _Asked:
        """The day's use as far as it is known; the exact count is kept where the message takes its place."""
        legal, first = named
        own, now, asker = self._parts.identity, self._parts.clock.now(), _asker(ask, legal)
        if first is not None:
            legal = msgspec.structs.replace(legal, ordered_by=own.pseudonym(first or ANOTHER))
        payload = self._payload(book, partner, ask.case, legal)
        about = Circumstances(own.country, partner.country, own.environment, now, *uses.of(asker))
        decision = judge(book, payload, about)
        asked = _Asked(ask, payload, canonical.dumps(payload), decision, waits=decision.allow and first == "")
        if asked.leaves:
            uses.count(asker)
        return asked

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

    def _send(self, tx: sa.Connection, book: PolicyBook, asked: Sequence[_Asked]) -> None:
        """Keep what is allowed, each under a key of its own, with the message that asks."""
        if not asked:
            return
        now = self._parts.clock.now()
        keeps = [keeping(book, one.payload.agreement_id, now) for one in asked]
        keys = self._parts.sealer.new_keys(tx, [("exchange.asked", keep.erase_after) for keep in keeps])
        rows = [self._row(*one, now) for one in zip(asked, keeps, keys, strict=True)]
        sql.insert_queries(tx, rows)
        drafts = zip(rows, asked, keys, strict=True)
        self._outbox.enqueue(tx, [_draft(row, one.payload, one.raw, key) for row, one, key in drafts])
        questions = [Asked(one.ask.officer, one.payload, (_numbers(one.ask.case.query),)) for one in asked]
        for watcher in self._parts.watchers:
            watcher.asked(tx, questions)

    def _row(self, asked: _Asked, keep: Keeping, key: DataKey, now: datetime) -> sql.QueryRow:
        payload, officer, case = asked.payload, asked.ask.officer, asked.ask.case
        question = canonical.dumps(Question(case.query, case.grounds))
        return sql.QueryRow(
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
            articles=list(asked.decision.permitting),
            error="",
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )


class TakeInAnswers:
    """The effect of `answer.person`: the query that waits for it gets it, once."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts

    def ahead(self, tx: sa.Connection, partner: Partner, messages: Sequence[VerifiedEnvelope]) -> None:
        """Have the queries, locked, and their keys come with the next answer."""
        del partner
        sql.answered_ahead(tx, _queries_of([_answer_in(message) for message in messages]))

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Match answers to our waiting queries to this partner; anything else is refused."""
        del book  # an answer that was asked for may come back after the agreement ended (PCSC 23)
        answers = [_answer_in(message) for message in messages]
        asked = _queries_of(answers)
        rows = sql.queries(tx, asked, lock=True)
        waiting = {row.id: row for row in rows.values() if row.state == "waiting" and row.peer == partner.id}
        keys = self._parts.sealer.open_keys(sql.keys_of_queries(tx, asked))
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


def _queries_of(answers: Sequence[Answer | None]) -> list[UUID]:
    return [answer.query_id for answer in answers if answer]


def _hash_of(book: PolicyBook, agreement_id: str) -> str:
    try:
        return book.get(agreement_id).agreement_hash
    except UnknownAgreement:
        return ""


def _asker(ask: Ask, legal: Legal) -> Asker:
    return Asker(ask.partner_id, ask.case.grounds.agreement_id, ask.officer.officer_id, legal.officer_id)


def _numbers(query: PersonQuery) -> tuple[str, ...]:
    return tuple(document.number for document in query.documents)


def _outcome(asked: _Asked) -> AskOutcome:
    return AskOutcome(asked.payload.msg_id if asked.leaves else None, asked.decision, asked.waits)


def _event(asked: _Asked) -> Event:
    kind = LeafKind.QUERY_SENT if asked.decision.allow else LeafKind.REFUSAL
    if asked.waits:
        kind = LeafKind.DECISION
    case, grounds = asked.ask.case, asked.ask.case.grounds
    note = Note(
        kind,
        asked.decision,
        asked.raw,
        subject_ref=case.subject_ref,
        duties=grounds.duties,
        duties_reason=grounds.duties_reason,
    )
    return event_by(asked.ask.officer, asked.payload, note)


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
