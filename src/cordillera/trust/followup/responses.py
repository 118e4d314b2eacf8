"""Taking in what a partner gave: matched to the request, judged, and kept as a record with its caveats."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import Outcome
from cordillera.trust.exchange.envelope import VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Note, event_in
from cordillera.trust.exchange.outbox import NOT_PERMITTED
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, judge
from cordillera.trust.exchange.records import keeping
from cordillera.trust.followup import store as sql
from cordillera.trust.followup.core import outcome_of
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.followup.model import KIND, ResponseData
from cordillera.trust.followup.threads import Threads
from cordillera.trust.followup.timers import RESPONSE
from cordillera.trust.handling.model import join
from cordillera.trust.handling.wire import caveats_of, handling_of
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.records.errors import NoSuchRecord
from cordillera.trust.records.model import NewRecord
from cordillera.trust.records.service import Records


class Arrived(msgspec.Struct, frozen=True):
    """An answer matched to its request, and not yet kept."""

    message: VerifiedEnvelope
    row: sql.FollowUpRow
    data: ResponseData
    handling: dict[str, str]
    erase_after: datetime
    review_at: datetime


class TakeInResponses:
    """The effect of `info.response`: what was given becomes a record, with everything it followed from."""

    def __init__(self, parts: ExchangeParts, records: Records, deadlines: Deadlines) -> None:
        self._parts = parts
        self._records = records
        self._deadlines = deadlines
        self._threads = Threads(parts, records)

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Match answers to our waiting requests. It must hold.

        1. It can be read whole.
        2. A request of ours to this partner waits for it, about this reference, under this agreement.
        3. It gives nothing that was not asked for, and a refusal cites its article.
        4. Our own copy of the agreement allows the partner to give it, at this moment.
        5. Its record is not known here.
        """
        taken: set[UUID] = set()
        outcomes = []
        for message in messages:
            outcome = self._outcome(tx, partner, book, message, taken)
            if isinstance(outcome.row, Arrived):
                taken |= {outcome.row.row.id, outcome.row.data.record_id}
            outcomes.append(outcome)
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep what was given, and close the request."""
        for outcome, _ in done:
            if isinstance(outcome.row, Arrived):
                self._keep(tx, outcome.row)

    def _outcome(
        self,
        tx: sa.Connection,
        partner: Partner,
        book: PolicyBook,
        message: VerifiedEnvelope,
        taken: set[UUID],
    ) -> Outcome:
        own, now = self._parts.identity, self._parts.clock.now()
        data = _response_in(message)
        row = None if data is None else self._waiting(tx, partner, message, data, taken)
        if data is None or row is None:
            return self._refused(message)
        about = Circumstances(partner.country, own.country, own.environment, now)
        decision = judge(book, message.payload, about)
        if not decision.allow:  # 4
            note = Note(LeafKind.REFUSAL, decision, message.payload_bytes, NOT_PERMITTED)
            return Outcome(event_in(message, row.agency, note), NOT_PERMITTED)
        note = Note(LeafKind.INFO_RECEIVED, decision, message.payload_bytes, subject_ref=str(row.id))
        payload, keep = message.payload, keeping(book, row.agreement_id, now)
        until = max(min(payload.retention.erase_after, keep.erase_after), now)
        arrived = Arrived(
            message=message,
            row=row,
            data=data,
            handling=handling_of(join(caveats_of(payload.handling), caveats_of(keep.handling))),
            erase_after=until,
            review_at=min(payload.retention.review_at, keep.review_at, until),
        )
        return Outcome(event_in(message, row.agency, note), row=arrived)

    def _waiting(
        self,
        tx: sa.Connection,
        partner: Partner,
        message: VerifiedEnvelope,
        data: ResponseData,
        taken: set[UUID],
    ) -> sql.FollowUpRow | None:
        row = sql.get(tx, data.request_id, lock=True)
        if row is None or row.direction != "out" or row.state != "waiting" or row.peer != partner.id:
            return None
        fits = row.reference == data.reference and row.agreement_id == message.header.agreement_id
        closed = set(data.core.filled) <= set(row.wanted)  # 3
        cited = bool(data.core.filled) or bool(message.payload.legal.article)
        fresh = not taken & {row.id, data.record_id} and not self._known(tx, data.record_id)  # 5
        return row if fits and closed and cited and fresh else None

    def _known(self, tx: sa.Connection, record_id: UUID) -> bool:
        try:
            self._records.get(tx, record_id)
        except NoSuchRecord:
            return False
        return True

    def _keep(self, tx: sa.Connection, new: Arrived) -> None:
        payload, row, core = new.message.payload, new.row, new.data.core
        outcome = outcome_of(row.wanted, core.filled)
        thread = self._threads.asked(tx, row.thread_id, row.reference)
        if core.filled:
            record = NewRecord(
                record_id=new.data.record_id,
                origin=payload.sender,
                agreement_id=row.agreement_id,
                subject_category=payload.subject_category,
                kind=KIND,
                handling=new.handling,
                erase_after=new.erase_after,
                review_at=new.review_at,
                received_from=payload.sender,
                message_id=payload.msg_id,
                subject_ref=thread.subject_ref if thread else "",
                parents=thread.parents if thread else (),
                body=canonical.dumps(core),
                agency=row.agency,
            )
            self._records.keep(tx, record)
        sql.change(
            tx,
            row.id,
            state="refused" if outcome == "refused" else "answered",
            outcome=outcome,
            answered_at=self._parts.clock.now(),
            answered_by=payload.legal.officer_id,
            record_id=new.data.record_id if core.filled else None,
            article=payload.legal.article,
        )
        self._deadlines.close(tx, RESPONSE, row.id, payload.sender)

    def _refused(self, message: VerifiedEnvelope) -> Outcome:
        note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=WrongPayload.code)
        return Outcome(event_in(message, self._parts.identity.agency, note), WrongPayload.code)


def _response_in(message: VerifiedEnvelope) -> ResponseData | None:
    try:
        return data_of(message.payload, ResponseData)
    except BadInput:
        return None
