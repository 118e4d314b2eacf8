"""The writing side: an officer writes, another releases, the agreement decides, the notice leaves."""

from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical, shapes
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, Place
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.exchange.effects import Ended
from cordillera.trust.exchange.envelope import Legal, Retention
from cordillera.trust.exchange.letters import Letter, Letters, Posted
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import legal_of
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.records import Keeping, keeping
from cordillera.trust.handling.model import join
from cordillera.trust.handling.wire import caveats_of, handling_of
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.notices import store as sql
from cordillera.trust.notices.core import (
    check_content,
    check_release,
    check_shown,
    conditions_digest,
    draft_digest,
)
from cordillera.trust.notices.errors import NoSuchNotice, WrongStep
from cordillera.trust.notices.model import CATEGORY, SERVICE, Draft, NoticeContent, NoticeData
from cordillera.trust.records.model import NewRecord
from cordillera.trust.records.service import Records

GROUP = "notice"
_EMPTY = NoticeContent(full_name="-", facts="kept as the record of the notice", grading="F6")
"""What stands in place of the content once it is a record: no data is kept twice."""


class Kept(msgspec.Struct, frozen=True):
    """A draft that was opened, with its row and its key."""

    row: sql.NoticeRow
    key: DataKey
    draft: Draft


class Writing:
    """Writes, releases and withdraws notices of this agency."""

    def __init__(self, parts: ExchangeParts, records: Records) -> None:
        self._parts = parts
        self._records = records
        self._letters = Letters(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    def open_draft(self, tx: sa.Connection, notice_id: UUID) -> "Kept":
        """Open a draft and lock it; raise `NoSuchNotice`, or `WrongStep` once it is none."""
        row = self._own(tx, notice_id)
        if row.state != "draft":
            raise WrongStep(state=row.state)
        key = self._parts.sealer.load_key(tx, row.key_id)
        return Kept(row, key, self._open(key, row))

    def keep_draft(self, tx: sa.Connection, kept: "Kept", draft: Draft) -> None:
        """Keep a draft that was opened and changed."""
        sql.change(tx, kept.row.id, body=self._seal(kept.key, kept.row.id, draft))

    def draft(self, tx: sa.Connection, officer: Officer, peer: str, draft: Draft) -> UUID:
        """Write a notice; nothing leaves. Raises `FactsNeeded`, `UnknownPartner`, `UnknownAgreement`."""
        check_content(draft.content)
        partner = self._directory.active(tx, peer)
        book, now = self._parts.policies(tx), self._parts.clock.now()
        grounds = draft.grounds
        keep = keeping(book, grounds.agreement_id, now, CATEGORY)
        notice_id = uuid7()
        key = self._parts.sealer.new_split_key(tx, GROUP, keep.erase_after)
        row = sql.NoticeRow(
            id=notice_id,
            agency=officer.agency,
            direction="out",
            peer=partner.id,
            agreement_id=grounds.agreement_id,
            agreement_hash=book.get(grounds.agreement_id).agreement_hash,
            state="draft",
            subject_category=grounds.subject_category,
            offence=grounds.offence,
            purpose=grounds.purpose,
            handling=_marked(keep, draft),
            writer=officer.officer_id,
            written_at=now,
            key_id=key.key_id,
            body=self._seal(key, notice_id, draft),
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )
        sql.insert(tx, row)
        self._note(tx, officer, row, LeafKind.COLLECTION)
        return notice_id

    def release(
        self, tx: sa.Connection, officer: Officer, notice_id: UUID, shown: str = ""
    ) -> PolicyDecision:
        """Release a notice that another wrote, under the conditions of `core.check_release`, then.

        4. It is the draft that was shown, where the digest of that is given.
        5. The partner is active, the ledger writable, and our copy of the agreement allows it.

        What the agreement forbids stays a draft, and the refusal is recorded. Raises `NoSuchNotice`,
        `WrongStep`, `SecondPersonNeeded`, `WriterInactive`, `DraftChanged`, `UnknownPartner`,
        `LedgerStalled`.
        """
        row = self._own(tx, notice_id)
        active = self._parts.officers.active(tx, {row.writer})
        check_release(row.state, row.writer, officer.officer_id, writer_active=row.writer in active)
        key = self._parts.sealer.load_key(tx, row.key_id)
        draft = self._open(key, row)
        check_shown(draft_digest(draft), shown)
        book = self._parts.policies(tx)
        keep = keeping(book, row.agreement_id, self._parts.clock.now(), CATEGORY)
        posted = self._letters.send(tx, officer, self._letter(officer, row, draft, keep, key))
        if posted.decision.allow:
            self._released(tx, officer, row, draft, posted, key)
        return posted.decision

    def withdraw(self, tx: sa.Connection, officer: Officer, notice_id: UUID) -> None:
        """Take back a draft: its key is destroyed. Raises `NoSuchNotice`, or `WrongStep` once released."""
        row = self._own(tx, notice_id)
        if row.state != "draft":
            raise WrongStep(state=row.state)
        self._parts.sealer.destroy_key(tx, row.key_id)
        sql.delete(tx, row.id)
        self._note(tx, officer, row, LeafKind.ERASED)

    def _released(  # noqa: PLR0913 - everything one released notice consists of
        self,
        tx: sa.Connection,
        officer: Officer,
        row: sql.NoticeRow,
        draft: Draft,
        posted: Posted,
        key: DataKey,
    ) -> None:
        payload = posted.payload
        keep = payload.retention
        record = NewRecord(
            record_id=row.id,
            origin=self._parts.identity.id,
            agreement_id=row.agreement_id,
            subject_category=row.subject_category,
            kind=CATEGORY,
            handling=payload.handling,
            erase_after=keep.erase_after,
            review_at=keep.review_at,
            message_id=payload.msg_id,
            subject_ref=str(row.id),
            agency=row.agency,
            body=canonical.dumps(draft.content),
        )
        self._records.keep(tx, record)
        self._records.gave(tx, row.id, row.peer, payload.msg_id)
        emptied = msgspec.structs.replace(draft, content=_EMPTY)
        sql.change(
            tx,
            row.id,
            state="released",
            releaser=officer.officer_id,
            message_id=payload.msg_id,
            conditions=conditions_digest(payload),
            articles=list(posted.decision.permitting),
            released_at=self._parts.clock.now(),
            body=self._seal(key, row.id, emptied),
            handling=payload.handling,
            agreement_hash=payload.agr_hash,
        )

    def _letter(
        self, officer: Officer, row: sql.NoticeRow, draft: Draft, keep: Keeping, key: DataKey
    ) -> Letter:
        content = msgspec.structs.asdict(draft.content)
        return Letter(
            type="notice.suspect",
            peer=row.peer,
            agreement_id=row.agreement_id,
            legal=self._legal(officer, row, draft),
            subject_category=row.subject_category,
            handling=_marked(keep, draft),
            retention=Retention(keep.erase_after, keep.review_at),
            data=NoticeData(record_id=row.id, **content),
            thread=row.id,
            key=key,
            leaf=LeafKind.NOTICE_SENT,
            erase_after=row.erase_after,
            review_at=row.review_at,
            subject_ref=str(row.id),
        )

    def _legal(self, officer: Officer, row: sql.NoticeRow, draft: Draft) -> Legal:
        """The releasing officer sends what the writing officer asked to have sent: both are named."""
        grounds = msgspec.structs.replace(draft.grounds, ordered_by=row.writer)
        return msgspec.structs.replace(legal_of(self._parts.identity, officer, grounds), service=SERVICE)

    def _own(self, tx: sa.Connection, notice_id: UUID) -> sql.NoticeRow:
        row = sql.get(tx, notice_id, lock=True)
        if row is None or row.direction != "out":
            raise NoSuchNotice
        return row

    def _seal(self, key: DataKey, notice_id: UUID, draft: Draft) -> bytes:
        return self._parts.sealer.seal(key, place_of("body", notice_id), canonical.dumps(draft))

    def _open(self, key: DataKey, row: sql.NoticeRow) -> Draft:
        raw = self._parts.sealer.open(key, place_of("body", row.id), row.body)
        return shapes.decode(raw, Draft)

    def _note(self, tx: sa.Connection, officer: Officer, row: sql.NoticeRow, kind: LeafKind) -> None:
        event = Event(
            kind=kind,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=row.agreement_id,
            peer=row.peer,
            detail={"record": "notice.draft"},
            subject_ref=str(row.id),
        )
        self._parts.ledger.record(tx, event)


class NoticeEnding:
    """A notice that the partner did not take in is closed, so that nobody waits for a word about it."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Close the notice."""
        return sql.finish(tx, one.thread, one.how, one.code, one.articles)


def place_of(column: str, notice_id: UUID) -> Place:
    """Where a sealed field of a notice lives."""
    return Place("flow_notice", column, str(notice_id))


def _marked(keep: Keeping, draft: Draft) -> dict[str, str]:
    """The agreement's marking with what the writer added; never less than the agreement's."""
    return handling_of(join(caveats_of(keep.handling), draft.marking.caveats))
