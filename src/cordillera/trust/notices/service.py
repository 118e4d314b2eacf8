"""Notices as officers and pages use them; the caller opens the transaction in the officer's scope."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.attachments.service import AttachmentService
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.notices import store as sql
from cordillera.trust.notices.core import draft_digest
from cordillera.trust.notices.deciding import Deciding
from cordillera.trust.notices.errors import NoSuchNotice, NoticeSealed
from cordillera.trust.notices.files import DraftFiles
from cordillera.trust.notices.model import Draft, NoticeContent, NoticeLine, NoticeView
from cordillera.trust.notices.ports import Watch
from cordillera.trust.notices.views import Views
from cordillera.trust.notices.writing import Writing
from cordillera.trust.records.core import read_as
from cordillera.trust.records.errors import (
    NoSuchRecord,
    RecordBlocked,
    RecordErased,
    RecordSealed,
    RecordUnreadable,
)
from cordillera.trust.records.service import Records

RECEIVED: Sequence[str] = ("sealed", "accepted", "declined", "erased")
WAITING: Sequence[str] = ("draft",)
SENT: Sequence[str] = ("released", "accepted", "declined", "refused", "expired")
_CLOSED = (RecordSealed, RecordBlocked, RecordErased, RecordUnreadable, NoSuchRecord)


class NoticeService:
    """Use cases of notices."""

    def __init__(
        self, parts: ExchangeParts, records: Records, deadlines: Deadlines, watch: Watch | None = None
    ) -> None:
        self.parts = parts
        self.records = records
        self.writing = Writing(parts, records)
        self.files = DraftFiles(self.writing, AttachmentService(parts, records))
        self.deciding = Deciding(parts, records, deadlines, watch)
        self._views = Views(parts.sealer, deadlines)

    def draft(self, tx: sa.Connection, officer: Officer, peer: str, draft: Draft) -> UUID:
        """Write a notice; see `Writing.draft`."""
        return self.writing.draft(tx, officer, peer, draft)

    def release(
        self, tx: sa.Connection, officer: Officer, notice_id: UUID, shown: str = ""
    ) -> PolicyDecision:
        """Release what another wrote; see `Writing.release`."""
        return self.writing.release(tx, officer, notice_id, shown)

    def withdraw(self, tx: sa.Connection, officer: Officer, notice_id: UUID) -> None:
        """Take back a draft; see `Writing.withdraw`."""
        self.writing.withdraw(tx, officer, notice_id)

    def accept(self, tx: sa.Connection, officer: Officer, notice_id: UUID, shown: str) -> PolicyDecision:
        """Accept the conditions that were shown; see `Deciding.accept`."""
        return self.deciding.accept(tx, officer, notice_id, shown)

    def decline(self, tx: sa.Connection, officer: Officer, notice_id: UUID, reason: str) -> PolicyDecision:
        """Decline a notice; see `Deciding.decline`."""
        return self.deciding.decline(tx, officer, notice_id, reason)

    def keep(self, tx: sa.Connection, officer: Officer, notice_id: UUID, reason: str) -> None:
        """Keep an accepted notice with a reason; see `Deciding.keep`."""
        self.deciding.keep(tx, officer, notice_id, reason)

    def erase(self, tx: sa.Connection, officer: Officer, notice_id: UUID, reason: str) -> None:
        """Erase an accepted notice that is not needed; see `Deciding.erase`."""
        self.deciding.erase(tx, officer, notice_id, reason)

    def received(self, tx: sa.Connection, limit: int = 100) -> tuple[NoticeLine, ...]:
        """Return the newest notices of partners, the overdue ones first."""
        return self._views.lines(tx, sql.newest(tx, "in", RECEIVED, limit))

    def waiting(self, tx: sa.Connection, limit: int = 100) -> tuple[NoticeLine, ...]:
        """Return the drafts that wait for a second person."""
        return self._views.lines(tx, sql.newest(tx, "out", WAITING, limit))

    def undecided(self, tx: sa.Connection) -> tuple[int, int]:
        """Return how many notices of partners wait for a yes or no, and drafts for a second person."""
        return sql.counted(tx, "in", "sealed"), sql.counted(tx, "out", "draft")

    def sent(self, tx: sa.Connection, limit: int = 100) -> tuple[NoticeLine, ...]:
        """Return the newest notices of this agency that left."""
        return self._views.lines(tx, sql.newest(tx, "out", SENT, limit))

    def watched(self, tx: sa.Connection) -> tuple[UUID, ...]:
        """Return the accepted notices whose need was not denied."""
        return tuple(sql.accepted(tx))

    def view(self, tx: sa.Connection, officer: Officer, notice_id: UUID) -> NoticeView:
        """Open a notice: its conditions, and its content where that may be read; raise `NoSuchNotice`."""
        row = sql.get(tx, notice_id)
        if row is None:
            raise NoSuchNotice
        draft = self._views.draft(tx, row) if row.direction == "out" else None
        content, closed = self._content(tx, row, draft)
        self._note(tx, officer, row, LeafKind.CONSULTATION, {"content": "shown" if content else "closed"})
        return NoticeView(
            line=self._views.lines(tx, [row])[0],
            conditions=self._views.conditions(tx, row),
            content=content,
            closed=closed,
            grounds=draft.grounds if draft else None,
            reason=self._views.reason(tx, row),
            kept_at=row.kept_at,
            decided_by=row.decided_by,
            digest=draft_digest(draft) if draft and row.state == "draft" else "",
        )

    def handling_of(self, tx: sa.Connection, notice_id: UUID) -> dict[str, str]:
        """Return the marking of a notice that is no record yet; raise `NoSuchNotice`."""
        row = sql.get(tx, notice_id)
        if row is None:
            raise NoSuchNotice
        return row.handling

    def read(self, tx: sa.Connection, officer: Officer, notice_id: UUID) -> NoticeContent | NoticeSealed:
        """Read the content; that somebody tried before acceptance is a leaf, and the error is returned.

        The caller commits, then raises what came back. Raises `NoSuchNotice`, `RecordErased`, ...
        """
        row = sql.get(tx, notice_id)
        if row is None:
            raise NoSuchNotice
        try:
            raw = self.records.body(tx, row.id)
        except RecordSealed:
            self._note(tx, officer, row, LeafKind.REFUSAL, {"code": NoticeSealed.code})
            return NoticeSealed(notice=str(row.id))
        self._note(tx, officer, row, LeafKind.CONSULTATION, {"content": "shown"})
        return read_as(raw, NoticeContent)

    def _content(
        self, tx: sa.Connection, row: sql.NoticeRow, draft: Draft | None
    ) -> tuple[NoticeContent | None, str]:
        if row.state == "draft" and draft is not None:
            return draft.content, ""
        try:
            return read_as(self.records.body(tx, row.id), NoticeContent), ""
        except _CLOSED as closed:
            return None, closed.code

    def _note(
        self,
        tx: sa.Connection,
        officer: Officer,
        row: sql.NoticeRow,
        kind: LeafKind,
        told: dict[str, str],
    ) -> None:
        event = Event(
            kind=kind,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=row.agreement_id,
            peer=row.peer,
            detail=told,
            subject_ref=str(row.id),
        )
        self.parts.ledger.record(tx, event)
