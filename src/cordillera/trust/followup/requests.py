"""Taking in a partner's request: judged by our own copy of the agreement, then waiting for an officer."""

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
from cordillera.trust.exchange.records import Keeping, keeping
from cordillera.trust.exchange.taking import AskedUnder
from cordillera.trust.followup import store as sql
from cordillera.trust.followup.asking import GROUP, deadline, listed, place_of
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.followup.model import RequestData
from cordillera.trust.followup.threads import Threads
from cordillera.trust.followup.timers import ANSWER, due_after
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.records.service import Records


class Arriving(msgspec.Struct, frozen=True):
    """A request judged and not yet kept."""

    message: VerifiedEnvelope
    data: RequestData
    service: str
    articles: tuple[str, ...]
    due_at: datetime
    keep: Keeping


class TakeInRequests:
    """The effect of `info.request`: it waits for an officer until its due time, and then louder."""

    def __init__(self, parts: ExchangeParts, records: Records, deadlines: Deadlines) -> None:
        self._parts = parts
        self._deadlines = deadlines
        self._threads = Threads(parts, records)

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Judge each request by our own copy of the agreement. It must hold.

        1. It can be read whole.
        2. Its reference is one that we gave this partner, under this agreement and for this service.
        3. The partner told us that a person confirmed it; none that was rejected, or that nobody judged.
        4. Every field wanted is on our list of answers.
        5. Our agreement allows the request.
        6. Its id is new, also within one batch.
        """
        taken: set[UUID] = set()
        outcomes = []
        for message in messages:
            outcome = self._outcome(tx, partner, book, message, taken)
            if isinstance(outcome.row, Arriving):
                taken.add(outcome.row.data.request_id)
            outcomes.append(outcome)
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep the requests and give each its time."""
        for outcome, _ in done:
            if isinstance(outcome.row, Arriving):
                self._keep(tx, outcome.row)

    def _outcome(
        self,
        tx: sa.Connection,
        partner: Partner,
        book: PolicyBook,
        message: VerifiedEnvelope,
        taken: set[UUID],
    ) -> Outcome:
        own, now, payload = self._parts.identity, self._parts.clock.now(), message.payload
        data = _request_in(message)
        service = None if data is None else self._service(tx, partner, book, message, data)
        known = data is None or data.request_id in taken or sql.get(tx, data.request_id) is not None
        if data is None or service is None or known:
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=WrongPayload.code)
            return Outcome(event_in(message, own.agency, note), WrongPayload.code)
        about = Circumstances(partner.country, own.country, own.environment, now)
        decision = judge(book, payload, about)
        if not decision.allow:  # 5
            note = Note(LeafKind.REFUSAL, decision, message.payload_bytes, NOT_PERMITTED)
            return Outcome(event_in(message, own.agency, note), NOT_PERMITTED)
        note = Note(
            LeafKind.INFO_REQUESTED, decision, message.payload_bytes, subject_ref=str(data.request_id)
        )
        hours = book.get(payload.agreement_id).agreement.hit_followup.sla_hours
        due_at = now + due_after(hours, payload.legal.urgency)
        keep = keeping(book, payload.agreement_id, now)
        row = Arriving(message, data, service, decision.permitting, due_at, keep)
        return Outcome(event_in(message, own.agency, note), row=row)

    def _service(
        self,
        tx: sa.Connection,
        partner: Partner,
        book: PolicyBook,
        message: VerifiedEnvelope,
        data: RequestData,
    ) -> str | None:
        """Return the service that the request belongs to, where conditions 2 to 4 hold."""
        thread = self._threads.answered(tx, partner.id, data.query_id, data.reference)
        if thread is None or thread.verdict is not True:
            return None
        if thread.agreement_id != message.header.agreement_id:
            return None
        if (message.payload.legal.service or thread.service) != thread.service:
            return None
        allowed = listed(book, thread.agreement_id, thread.service)
        return thread.service if set(data.fields_wanted) <= allowed else None

    def _keep(self, tx: sa.Connection, new: Arriving) -> None:
        payload, data, now = new.message.payload, new.data, self._parts.clock.now()
        key = self._parts.sealer.new_split_key(tx, GROUP, new.keep.erase_after)
        legal = canonical.dumps(AskedUnder(payload.legal, payload.subject_category))
        row = sql.FollowUpRow(
            id=data.request_id,
            agency=self._parts.identity.agency,
            direction="in",
            peer=payload.sender,
            agreement_id=payload.agreement_id,
            agreement_hash=payload.agr_hash,
            service=new.service,
            thread_id=data.query_id,
            reference=data.reference,
            state="open",
            urgency=payload.legal.urgency,
            intended_use=data.intended_use,
            wanted=list(data.fields_wanted),
            officer=payload.legal.officer_id,
            asked_at=now,
            due_at=new.due_at,
            articles=list(new.articles),
            key_id=key.key_id,
            legal=self._parts.sealer.seal(key, place_of("legal", data.request_id), legal),
            erase_after=new.keep.erase_after,
            review_at=new.keep.review_at,
        )
        sql.insert(tx, row)
        self._deadlines.open(tx, deadline(ANSWER, row, new.due_at, ""))


def _request_in(message: VerifiedEnvelope) -> RequestData | None:
    try:
        return data_of(message.payload, RequestData)
    except BadInput:
        return None
