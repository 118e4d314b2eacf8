"""Answers with candidates are records: kept by who asked, and recalled by who gave them.

The record of an answer has the id of its message, so both sides know it without a word more on the wire.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput
from cordillera.foundation.store.sealing import Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange import query_store
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import AsksAhead, Effect, Outcome
from cordillera.trust.exchange.envelope import VerifiedEnvelope, data_of
from cordillera.trust.exchange.model import Answer
from cordillera.trust.records import derived_store
from cordillera.trust.records.derived import Answers
from cordillera.trust.records.errors import NoSuchRecord
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import NewRecord, Record

KIND = "answer"


class _WithRecord(msgspec.Struct, frozen=True):
    """What the effect behind writes, and the record that goes with it."""

    inner: object
    record: NewRecord
    query_id: UUID


class KeepAnswers:
    """Stands before the effect of answers: those with candidates are kept as records too."""

    def __init__(self, holding: Holding, inner: Effect) -> None:
        self._holding = holding
        self._inner = inner

    def ahead(self, tx: sa.Connection, partner: Partner, messages: Sequence[VerifiedEnvelope]) -> None:
        """Let the effect behind ask ahead."""
        if isinstance(self._inner, AsksAhead):
            self._inner.ahead(tx, partner, messages)

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Let the effect behind judge; add a record to each accepted answer with candidates."""
        outcomes = self._inner.prepare(tx, partner, book, messages)
        hits = {
            at: answer
            for at, (message, outcome) in enumerate(zip(messages, outcomes, strict=True))
            if not outcome.code and (answer := _answer_of(message)) is not None and answer.candidates
        }
        rows = query_store.queries(tx, [one.query_id for one in hits.values()]) if hits else {}
        for at, answer in hits.items():
            row = rows.get(answer.query_id)
            if row is not None:
                new = self._new(messages[at], answer, row)
                kept = _WithRecord(outcomes[at].row, new, answer.query_id)
                outcomes[at] = msgspec.structs.replace(outcomes[at], row=kept)
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Write what the effect behind writes, and keep the records; one recalled before is not kept."""
        self._inner.write(tx, [(_bare(outcome), leaf) for outcome, leaf in done])
        for outcome, _ in done:
            if isinstance(outcome.row, _WithRecord):
                self._keep(tx, outcome.row)

    def _keep(self, tx: sa.Connection, one: _WithRecord) -> None:
        new = one.record
        now = self._holding.parts.clock.now()
        derived_store.link(tx, new.agency, new.record_id, Answers.name, str(one.query_id), now)
        if self._holding.is_ended(tx, new.record_id, new.origin, new.received_from):
            Answers().apply(tx, "recall", [new.record_id])
            return
        self._holding.keep(tx, new)

    def _new(self, message: VerifiedEnvelope, answer: Answer, row: query_store.QueryRow) -> NewRecord:
        payload = message.payload
        return NewRecord(
            record_id=payload.msg_id,
            origin=payload.sender,
            agreement_id=payload.agreement_id,
            subject_category=payload.subject_category,
            kind=KIND,
            handling=dict(payload.handling),
            erase_after=row.erase_after,
            review_at=row.review_at,
            message_id=payload.msg_id,
            body=canonical.dumps(answer),
            received_from=payload.sender,
            subject_ref=row.subject_ref,
            agency=row.agency,
        )


def adopt(tx: sa.Connection, holding: Holding, query_id: UUID) -> Record:
    """Make the record of an answer that this node gave, so that it can be corrected or recalled.

    Raises `NoSuchRecord` when nothing with candidates was answered to that query.
    """
    row = query_store.incoming(tx, [query_id]).get(query_id)
    sent = [step for step in query_store.steps(tx, [query_id]) if step.type == "answer.person"]
    if row is None or row.answer is None or row.outcome != "hit" or not sent:
        raise NoSuchRecord(record_id=str(query_id))
    known = holding.find(tx, message_id=sent[-1].msg_id)
    if known:
        return known[0]
    key = holding.parts.sealer.load_key(tx, row.record_key)
    place = Place("exchange_incoming", "answer", str(query_id))
    new = NewRecord(
        record_id=sent[-1].msg_id,
        origin=holding.own,
        agreement_id=row.agreement_id,
        subject_category="other",
        kind=KIND,
        handling={},
        erase_after=row.erase_after,
        review_at=row.review_at,
        message_id=sent[-1].msg_id,
        body=holding.parts.sealer.open(key, place, row.answer),
        agency=row.agency,
    )
    record = holding.keep(tx, new)
    holding.gave(tx, record.record_id, row.peer, sent[-1].msg_id)
    return record


def _answer_of(message: VerifiedEnvelope) -> Answer | None:
    try:
        return data_of(message.payload, Answer)
    except BadInput:
        return None


def _bare(outcome: Outcome) -> Outcome:
    """Return an outcome as the effect behind made it."""
    if isinstance(outcome.row, _WithRecord):
        return msgspec.structs.replace(outcome, row=outcome.row.inner)
    return outcome
