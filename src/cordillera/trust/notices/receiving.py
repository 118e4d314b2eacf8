"""The receiving side of a notice: taken in sealed, and what a partner says about one of ours.

The content goes straight into a record that nobody can open (`RecordStatus.SEALED`); what stays readable
are the terms an officer must see in order to accept or decline them (PCSC 11(3)).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical, shapes
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
from cordillera.trust.followup.deadlines import Deadlines, NewDeadline
from cordillera.trust.followup.timers import ACCEPTANCE
from cordillera.trust.handling.model import join
from cordillera.trust.handling.wire import caveats_of, handling_of
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.notices import store as sql
from cordillera.trust.notices.core import check_content, conditions_digest
from cordillera.trust.notices.errors import FactsNeeded
from cordillera.trust.notices.model import CATEGORY, SERVICE, AcceptanceData, NoticeData, Terms
from cordillera.trust.notices.writing import GROUP, place_of
from cordillera.trust.records.errors import NoSuchRecord
from cordillera.trust.records.model import NewRecord
from cordillera.trust.records.service import Records

ACCEPTANCE_DAYS: Final = 30
"""Days to accept or decline where the agreement names no time."""


class Arriving(msgspec.Struct, frozen=True):
    """A notice judged and not yet kept."""

    message: VerifiedEnvelope
    data: NoticeData
    articles: tuple[str, ...]
    erase_after: datetime
    review_at: datetime
    due_at: datetime
    handling: dict[str, str]


class TakeInNotices:
    """The effect of `notice.suspect`: kept sealed, its conditions waiting for an officer."""

    def __init__(self, parts: ExchangeParts, records: Records, deadlines: Deadlines) -> None:
        self._parts = parts
        self._records = records
        self._deadlines = deadlines

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Judge each notice by our own copy of the agreement. It must hold.

        1. It can be read whole: the closed field list, facts in words, a grading.
        2. Our agreement allows the partner to send it.
        3. Its record is not known here by this id; no id is used twice, also within one batch; and it does
           not claim to be of our own making, which would let us pass it on without consent.
        """
        taken: set[str] = set()
        outcomes = []
        for message in messages:
            outcome = self._outcome(tx, partner, book, message)
            if isinstance(outcome.row, Arriving):
                record = str(outcome.row.data.record_id)
                outcome = self._refused(message, WrongPayload.code) if record in taken else outcome
                taken.add(record)
            outcomes.append(outcome)
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep the content sealed and the terms beside it, and give the decision its time."""
        for outcome, _ in done:
            if isinstance(outcome.row, Arriving):
                self._keep(tx, outcome.row)

    def _outcome(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, message: VerifiedEnvelope
    ) -> Outcome:
        own, now = self._parts.identity, self._parts.clock.now()
        try:
            data = data_of(message.payload, NoticeData)
            check_content(data.content)
        except (BadInput, FactsNeeded):
            return self._refused(message, WrongPayload.code)  # 1
        about = Circumstances(partner.country, own.country, own.environment, now)
        decision = judge(book, message.payload, about)
        if not decision.allow:  # 2
            note = Note(LeafKind.REFUSAL, decision, message.payload_bytes, NOT_PERMITTED)
            return Outcome(event_in(message, own.agency, note), NOT_PERMITTED)
        if data.origin_id == own.id or self._known(tx, data):  # 3
            return self._refused(message, WrongPayload.code)
        note = Note(
            LeafKind.NOTICE_RECEIVED, decision, message.payload_bytes, subject_ref=str(data.record_id)
        )
        row = self._arriving(book, message, data, decision.permitting)
        return Outcome(event_in(message, own.agency, note), row=row)

    def _arriving(
        self, book: PolicyBook, message: VerifiedEnvelope, data: NoticeData, articles: tuple[str, ...]
    ) -> Arriving:
        """Our own copy of the agreement bounds the term, and its marking is joined to the sender's."""
        now, payload = self._parts.clock.now(), message.payload
        keep = keeping(book, payload.agreement_id, now, CATEGORY)
        service = book.get(payload.agreement_id).agreement.service(payload.legal.service or SERVICE)
        hours = service.response_sla_hours if service else 0
        until = max(min(payload.retention.erase_after, keep.erase_after), now)
        return Arriving(
            message=message,
            data=data,
            articles=articles,
            erase_after=until,
            review_at=min(payload.retention.review_at, keep.review_at, until),
            due_at=now + (timedelta(hours=hours) if hours else timedelta(days=ACCEPTANCE_DAYS)),
            handling=handling_of(join(caveats_of(payload.handling), caveats_of(keep.handling))),
        )

    def _keep(self, tx: sa.Connection, new: Arriving) -> None:
        payload, agency = new.message.payload, self._parts.identity.agency
        record_id = new.data.record_id
        self._records.keep(
            tx,
            NewRecord(
                record_id=record_id,
                origin=new.data.origin_id or payload.sender,
                agreement_id=payload.agreement_id,
                subject_category=payload.subject_category,
                kind=CATEGORY,
                handling=new.handling,
                erase_after=new.erase_after,
                review_at=new.review_at,
                received_from=payload.sender,
                message_id=payload.msg_id,
                subject_ref=str(record_id),
                body=canonical.dumps(new.data.content),
                sealed=True,
                agency=agency,
            ),
        )
        key = self._parts.sealer.new_split_key(tx, GROUP, new.erase_after)
        terms = canonical.dumps(Terms(payload.legal, payload.retention))
        row = sql.NoticeRow(
            id=record_id,
            agency=agency,
            direction="in",
            peer=payload.sender,
            agreement_id=payload.agreement_id,
            agreement_hash=payload.agr_hash,
            state="sealed",
            subject_category=payload.subject_category,
            offence=payload.legal.offence,
            purpose=payload.legal.purpose,
            handling=new.handling,
            writer=payload.legal.ordered_by,
            releaser=payload.legal.officer_id,
            message_id=payload.msg_id,
            conditions=conditions_digest(payload),
            articles=list(new.articles),
            written_at=self._parts.clock.now(),
            key_id=key.key_id,
            body=self._parts.sealer.seal(key, place_of("body", record_id), terms),
            erase_after=new.erase_after,
            review_at=new.review_at,
        )
        sql.insert(tx, row)
        self._deadlines.open(tx, _deadline(row, new.due_at))

    def _known(self, tx: sa.Connection, data: NoticeData) -> bool:
        if sql.get(tx, data.record_id) is not None:
            return True
        try:
            self._records.get(tx, data.record_id)
        except NoSuchRecord:
            return False
        return True

    def _refused(self, message: VerifiedEnvelope, code: str) -> Outcome:
        note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=code)
        return Outcome(event_in(message, self._parts.identity.agency, note), code)


class _Word(msgspec.Struct, frozen=True):
    """What a partner said about a record that was given to it by `Records.share`."""

    id: UUID
    peer: str
    word: str


class TakeInAcceptances:
    """The effect of `notice.accepted` and `notice.declined` on the side that gave the notice."""

    def __init__(self, parts: ExchangeParts, records: Records) -> None:
        self._parts = parts
        self._records = records

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Match each word to a notice of ours. It must hold.

        1. It can be read, and says what its type says.
        2. We released that notice, or gave that record, to this partner, and no word about it came before, in
           this batch either: the first word stands. (`kinds.IN_ORDER` keeps the two types in their order.)
        3. The conditions it names are the ones we attached.
        """
        del book  # the partner's word about what it already holds discloses nothing about anybody
        decided: set[UUID] = set()
        outcomes = []
        for message in messages:
            outcome = self._outcome(tx, partner, message, decided)
            if isinstance(outcome.row, sql.NoticeRow | _Word):
                decided.add(outcome.row.id)
            outcomes.append(outcome)
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Note the partner's word."""
        for outcome, _ in done:
            row = outcome.row
            if isinstance(row, sql.NoticeRow):
                sql.change(tx, row.id, state=row.state, decided_at=row.decided_at, decided_by=row.decided_by)
            elif isinstance(row, _Word):
                self._records.take_word(tx, row.id, row.peer, row.word)

    def _outcome(
        self, tx: sa.Connection, partner: Partner, message: VerifiedEnvelope, decided: Collection[UUID]
    ) -> Outcome:
        agency = self._parts.identity.agency
        row = self._row(tx, partner, message)
        if row is None or row.id in decided:
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=WrongPayload.code)
            return Outcome(event_in(message, agency, note), WrongPayload.code)
        note = Note(LeafKind(message.header.type), payload=message.payload_bytes, subject_ref=str(row.id))
        told_of = row.agency if isinstance(row, sql.NoticeRow) else agency
        return Outcome(event_in(message, told_of, note), row=row)

    def _row(
        self, tx: sa.Connection, partner: Partner, message: VerifiedEnvelope
    ) -> sql.NoticeRow | _Word | None:
        try:
            data = data_of(message.payload, AcceptanceData)
            reference = shapes.convert(data.reference, UUID, strict=False)
        except (BadInput, msgspec.ValidationError):
            return None  # 1
        if f"notice.{data.outcome}" != message.header.type:
            return None  # 1
        row = sql.get(tx, reference, lock=True)
        if row is None or row.direction != "out" or row.peer != partner.id:
            route = partner.id, message.header.agreement_id
            awaited = self._records.awaits_word(tx, reference, route, data.conditions)
            return _Word(reference, partner.id, data.outcome) if awaited else None  # 2, 3
        if row.state != "released":
            return None  # 2
        if data.conditions != row.conditions or row.agreement_id != message.header.agreement_id:
            return None  # 3
        return msgspec.structs.replace(
            row,
            state=data.outcome,
            decided_at=self._parts.clock.now(),
            decided_by=message.payload.legal.officer_id,
        )


def _deadline(row: sql.NoticeRow, due_at: datetime) -> NewDeadline:
    return NewDeadline(
        kind=ACCEPTANCE,
        ref=row.id,
        agency=row.agency,
        peer=row.peer,
        agreement_id=row.agreement_id,
        officer="",
        due_at=due_at,
        erase_after=row.erase_after,
        review_at=row.review_at,
    )
