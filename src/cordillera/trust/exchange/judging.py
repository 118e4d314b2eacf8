"""What a person concludes about a candidate, and how the side that answered learns of it.

A candidate is no identification. A named officer confirms or rejects it with a reason; the reason stays
here, the conclusion goes to the partner as `hit.confirmed` or `hit.rejected` under the agreement.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical, shapes
from cordillera.foundation.errors import BadInput
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange import query_store as sql
from cordillera.trust.exchange.approving import takes_two
from cordillera.trust.exchange.asking import place_of
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Outcome
from cordillera.trust.exchange.envelope import VERSION, Payload, Retention, VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import (
    AlreadyJudged,
    NoSuchCandidate,
    NoSuchQuery,
    ReasonMissing,
    WrongPayload,
)
from cordillera.trust.exchange.leaves import Note, event_by, event_in
from cordillera.trust.exchange.model import Answer, Judgement, Question
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, judge, legal_of
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.records import keeping
from cordillera.trust.exchange.seconding import Seconding
from cordillera.trust.exchange.taking import place_of as incoming_place
from cordillera.trust.ledger.model import Event, LeafKind


class Conclusion(msgspec.Struct, frozen=True):
    """Which candidate, and what the officer found."""

    query_id: UUID
    reference: str
    confirmed: bool
    reason: str
    duties: tuple[str, ...] = ()
    duties_reason: str = ""

    @property
    def kind(self) -> LeafKind:
        """The leaf, and the message type of the same name."""
        return LeafKind.HIT_CONFIRMED if self.confirmed else LeafKind.HIT_REJECTED


class Judging:
    """Records conclusions and tells the partner."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._seconding = Seconding(parts.sealer, parts.clock)

    def judge(self, tx: sa.Connection, officer: Officer, conclusion: Conclusion) -> PolicyDecision:
        """Record what an officer concluded. It must hold.

        1. A reason is given.
        2. The query is one that this agency sees, and its answer holds the candidate.
        3. Nobody has judged it yet.
        4. The agreement allows to tell the partner; if not, nothing is recorded either.
        5. Where its service takes two officers, another concluded the same before; the first conclusion
           is only kept, as a decision of this agency, until then.

        Raises `ReasonMissing`, `NoSuchQuery`, `NoSuchCandidate`, `AlreadyJudged`, `ConclusionsDiffer`,
        `LedgerStalled`.
        """
        if not conclusion.reason.strip():
            raise ReasonMissing
        row = sql.queries(tx, [conclusion.query_id], lock=True).get(conclusion.query_id)
        if row is None or row.answer is None:
            raise NoSuchQuery
        key = self._parts.sealer.load_key(tx, row.key_id)
        answer = self._parts.sealer.open(key, place_of("answer", row.id), row.answer)
        references = {c.reference for c in shapes.decode(answer, Answer).candidates}
        if conclusion.reference not in references:
            raise NoSuchCandidate
        self._parts.ledger.ensure_writable(tx)
        book, first = self._parts.policies(tx), ""
        if takes_two(book, row.agreement_id):
            said = (conclusion.confirmed, conclusion.reason)
            first = self._seconding.first(tx, officer, row, key, conclusion.reference, said)
            if not first:
                return self._proposed(tx, officer, row, conclusion)
        return self._tell(tx, officer, row, conclusion, first)

    def _proposed(
        self, tx: sa.Connection, officer: Officer, row: sql.QueryRow, conclusion: Conclusion
    ) -> PolicyDecision:
        """Write down a first conclusion, and return what the agreement will say to a second officer's."""
        told = {"act": "propose", "verdict": conclusion.kind.value, "reference": conclusion.reference}
        event = Event(
            kind=LeafKind.DECISION,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=row.agreement_id,
            peer=row.peer,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=row.subject_ref,
        )
        self._parts.ledger.record(tx, event)
        book = self._parts.policies(tx)
        loaded = book.get(row.agreement_id)
        return PolicyDecision(
            allow=True,
            articles=(),
            agreement_id=row.agreement_id,
            agreement_hash=loaded.agreement_hash,
            policy_hash=loaded.policy_hash,
        )

    def _tell(
        self, tx: sa.Connection, officer: Officer, row: sql.QueryRow, conclusion: Conclusion, first: str
    ) -> PolicyDecision:
        partner = self._directory.active(tx, row.peer)
        book = self._parts.policies(tx)
        key = self._parts.sealer.load_key(tx, row.key_id)
        asked = self._parts.sealer.open(key, place_of("asked", row.id), row.asked)
        question = shapes.decode(asked, Question)
        if first:
            grounds = msgspec.structs.replace(question.legal, ordered_by=first)
            question = msgspec.structs.replace(question, legal=grounds)
        payload = self._payload(book, officer, row, question, conclusion)
        own, now = self._parts.identity, self._parts.clock.now()
        about = Circumstances(own.country, partner.country, own.environment, now)
        decision = judge(book, payload, about)
        raw = canonical.dumps(payload)
        kind = conclusion.kind if decision.allow else LeafKind.REFUSAL
        if decision.allow:
            self._keep(tx, officer, row, conclusion)
            draft = Draft(
                payload=payload,
                raw=raw,
                agency=row.agency,
                officer_id=officer.officer_id,
                query_id=row.id,
                key=key,
                erase_after=row.erase_after,
                review_at=row.review_at,
            )
            self._outbox.enqueue(tx, [draft])
        note = Note(
            kind,
            decision,
            raw,
            subject_ref=row.subject_ref,
            duties=conclusion.duties,
            duties_reason=conclusion.duties_reason,
        )
        self._parts.ledger.record(tx, event_by(officer, payload, note))
        return decision

    def _payload(
        self,
        book: PolicyBook,
        officer: Officer,
        row: sql.QueryRow,
        question: Question,
        conclusion: Conclusion,
    ) -> Payload:
        own, grounds = self._parts.identity, question.legal
        keep = keeping(book, row.agreement_id, self._parts.clock.now())
        return Payload(
            v=VERSION,
            msg_id=uuid7(),
            sender=own.id,
            recipient=row.peer,
            agreement_id=row.agreement_id,
            agr_hash=book.get(row.agreement_id).agreement_hash,
            type="hit.confirmed" if conclusion.confirmed else "hit.rejected",
            legal=legal_of(own, officer, grounds),
            subject_category=grounds.subject_category,
            handling=keep.handling,
            retention=Retention(keep.erase_after, keep.review_at),
            data=msgspec.to_builtins(Judgement(row.id, conclusion.reference)),
        )

    def _keep(self, tx: sa.Connection, officer: Officer, row: sql.QueryRow, conclusion: Conclusion) -> None:
        key = self._parts.sealer.load_key(tx, row.key_id)
        place = reason_place(row.id, conclusion.reference)
        verdict = sql.VerdictRow(
            query_id=row.id,
            reference=conclusion.reference,
            agency=row.agency,
            confirmed=conclusion.confirmed,
            officer=officer.officer_id,
            judged_at=self._parts.clock.now(),
            key_id=key.key_id,
            reason=self._parts.sealer.seal(key, place, conclusion.reason.strip().encode()),
            erase_after=row.erase_after,
            review_at=row.review_at,
        )
        if not sql.add_verdict(tx, verdict):
            raise AlreadyJudged


class TakeInJudgements:
    """The effect of `hit.confirmed` and `hit.rejected` on the side that answered."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Match conclusions to the answers we gave to this partner."""
        del book  # the sender's policy allowed it to leave; taking in a conclusion discloses nothing
        judgements = [_judgement_in(message) for message in messages]
        rows = sql.incoming(tx, [judgement.query_id for judgement in judgements if judgement])
        return [
            self._outcome(
                tx, partner, message, judgement, rows.get(judgement.query_id) if judgement else None
            )
            for message, judgement in zip(messages, judgements, strict=True)
        ]

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep the conclusions; a second one about the same candidate changes nothing."""
        for outcome, _ in done:
            if isinstance(outcome.row, sql.VerdictRow):
                sql.add_verdict(tx, outcome.row)

    def _outcome(
        self,
        tx: sa.Connection,
        partner: Partner,
        message: VerifiedEnvelope,
        judgement: Judgement | None,
        row: sql.IncomingRow | None,
    ) -> Outcome:
        if judgement is None or row is None or row.peer != partner.id or not self._gave(tx, row, judgement):
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=WrongPayload.code)
            return Outcome(event_in(message, self._parts.identity.agency, note), WrongPayload.code)
        kind = LeafKind(message.header.type)
        verdict = sql.VerdictRow(
            query_id=row.id,
            reference=judgement.reference,
            agency=row.agency,
            confirmed=kind is LeafKind.HIT_CONFIRMED,
            officer=message.payload.legal.officer_id,
            judged_at=self._parts.clock.now(),
            key_id=None,
            reason=None,
            erase_after=row.erase_after,
            review_at=row.review_at,
        )
        note = Note(kind, payload=message.payload_bytes)
        return Outcome(event_in(message, row.agency, note), row=verdict)

    def _gave(self, tx: sa.Connection, row: sql.IncomingRow, judgement: Judgement) -> bool:
        """Whether the candidate was one of our answer."""
        if row.answer is None:
            return False
        key = self._parts.sealer.load_key(tx, row.record_key)
        raw = self._parts.sealer.open(key, incoming_place("answer", row.id), row.answer)
        candidates = shapes.decode(raw, Answer).candidates
        return any(candidate.reference == judgement.reference for candidate in candidates)


def reason_place(query_id: UUID, reference: str) -> Place:
    """Where a sealed reason lives."""
    return Place("exchange_verdict", "reason", f"{query_id}|{reference}")


def _judgement_in(message: VerifiedEnvelope) -> Judgement | None:
    try:
        return data_of(message.payload, Judgement)
    except BadInput:
        return None
