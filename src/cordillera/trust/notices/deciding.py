"""What the receiver's officers do with a notice: see the conditions, accept or decline, keep or erase.

Two keys: the record stays sealed until the leaf of an acceptance is written, in one transaction with it.
After acceptance the need is checked promptly (Pruem 37(3)1): kept with a reason, or erased; erased by
itself when nobody answers long after the supervisor was told, never kept by silence (ADR 0023).
"""

from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical, shapes
from cordillera.foundation.explain import Term
from cordillera.foundation.store.database import NODE
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.envelope import Legal
from cordillera.trust.exchange.letters import Letter, Letters
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import legal_of
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.records import keeping
from cordillera.trust.followup.deadlines import Deadlines, NewDeadline
from cordillera.trust.followup.timers import ACCEPTANCE, NECESSITY, Deadline
from cordillera.trust.handling.schemes import read_grading
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.notices import store as sql
from cordillera.trust.notices.core import check_accept, check_reason
from cordillera.trust.notices.errors import NoSuchNotice, WrongStep
from cordillera.trust.notices.model import CATEGORY, SERVICE, AcceptanceData, NoticeContent, State, Terms
from cordillera.trust.notices.ports import Accepted, Watch
from cordillera.trust.notices.writing import place_of
from cordillera.trust.records.core import read_as
from cordillera.trust.records.errors import NoSuchRecord, RecordBlocked, RecordErased, RecordUnreadable
from cordillera.trust.records.service import Records

NECESSITY_DAYS: Final = 30
"""Days to check whether an accepted notice is needed, where the agreement says no fewer."""
_GONE: Final = "erased"
Word = Literal["accepted", "declined"]


class Deciding:
    """Decides about notices that partners gave."""

    def __init__(
        self, parts: ExchangeParts, records: Records, deadlines: Deadlines, watch: Watch | None = None
    ) -> None:
        self._parts = parts
        self._records = records
        self._deadlines = deadlines
        self._letters = Letters(parts)
        self._watch = watch

    def accept(self, tx: sa.Connection, officer: Officer, notice_id: UUID, shown: str) -> PolicyDecision:
        """Accept the conditions of a notice, as `core.check_accept` says, and then.

        3. Our agreement allows to tell the sender so; if not, the notice stays sealed.

        Only then is the content readable, watched for, and its need given a time to be checked. Raises
        `NoSuchNotice`, `WrongStep`, `ConditionsChanged`, `LedgerStalled`.
        """
        row = self._received(tx, notice_id)
        check_accept(row.state, row.conditions, shown)
        decision = self._tell(tx, officer, row, "accepted")
        if decision.allow:
            now = self._parts.clock.now()
            self._records.unseal(tx, row.id)
            sql.change(tx, row.id, state="accepted", decided_by=officer.officer_id, decided_at=now)
            self._deadlines.close(tx, ACCEPTANCE, row.id, officer.officer_id)
            self._deadlines.open(tx, self._necessity(tx, row, officer))
            self._watch_for(tx, row)
        return decision

    def decline(self, tx: sa.Connection, officer: Officer, notice_id: UUID, reason: str) -> PolicyDecision:
        """Decline a notice: its content key is destroyed whether or not the sender can be told now.

        Raises `NoSuchNotice`, `WrongStep`, `ReasonNeeded`, `LedgerStalled`.
        """
        check_reason(reason)
        row = self._received(tx, notice_id)
        if row.state != "sealed":
            raise WrongStep(state=row.state)
        decision = self._tell(tx, officer, row, "declined")
        self._destroy(tx, row, "declined", reason)
        sql.change(tx, row.id, decided_by=officer.officer_id, decided_at=self._parts.clock.now())
        self._deadlines.close(tx, ACCEPTANCE, row.id, officer.officer_id)
        if not decision.allow:
            self._note(tx, officer, row, LeafKind.NOTICE_DECLINED, "declined, the sender not told")
        return decision

    def keep(self, tx: sa.Connection, officer: Officer, notice_id: UUID, reason: str) -> None:
        """Keep an accepted notice that is needed; raise `NoSuchNotice`, `WrongStep`, `ReasonNeeded`."""
        check_reason(reason)
        row = self._accepted(tx, notice_id)
        if not self._deadlines.close(tx, NECESSITY, row.id, officer.officer_id):
            raise WrongStep(state="kept")
        sql.change(
            tx,
            row.id,
            kept_at=self._parts.clock.now(),
            kept_by=officer.officer_id,
            reason=self._seal(tx, row, reason),
        )
        self._note(tx, officer, row, LeafKind.REVIEWED, "necessary")

    def erase(self, tx: sa.Connection, officer: Officer, notice_id: UUID, reason: str) -> None:
        """Erase an accepted notice that is not needed; raise `NoSuchNotice`, `WrongStep`, `ReasonNeeded`."""
        check_reason(reason)
        row = self._accepted(tx, notice_id)
        self._destroy(tx, row, _GONE, reason)
        self._deadlines.close(tx, NECESSITY, row.id, officer.officer_id)
        self._note(tx, officer, row, LeafKind.ERASED, "not necessary")

    def unanswered(self, tx: sa.Connection, deadline: Deadline) -> None:
        """Erase a notice whose need nobody confirmed; the sender still has it and may give it again."""
        row = sql.get(tx, deadline.ref, lock=True)
        if row is None or row.state != "accepted":
            return
        self._destroy(tx, row, _GONE, "")
        self._note(tx, None, row, LeafKind.ERASED, "nobody confirmed the need")

    def watch_again(self, tx: sa.Connection, notice_id: UUID) -> bool:
        """Put an accepted notice before the watch as it reads now; False when it may not be read or score."""
        row = sql.get(tx, notice_id, lock=True)
        if row is None or row.state != "accepted":
            return False
        try:
            return self._watch_for(tx, row)
        except (RecordBlocked, RecordErased, RecordUnreadable, NoSuchRecord):
            return False

    def terms(self, tx: sa.Connection, row: sql.NoticeRow) -> Terms:
        """Return what came with a received notice."""
        key = self._parts.sealer.load_key(tx, row.key_id)
        raw = self._parts.sealer.open(key, place_of("body", row.id), row.body)
        return shapes.decode(raw, Terms)

    def _tell(self, tx: sa.Connection, officer: Officer, row: sql.NoticeRow, word: Word) -> PolicyDecision:
        terms = self.terms(tx, row)
        kind = LeafKind.NOTICE_ACCEPTED if word == "accepted" else LeafKind.NOTICE_DECLINED
        letter = Letter(
            type="notice.accepted" if word == "accepted" else "notice.declined",
            peer=row.peer,
            agreement_id=row.agreement_id,
            legal=self._legal(officer, row, terms.legal),
            subject_category=row.subject_category,
            handling=row.handling,
            retention=terms.retention,
            data=AcceptanceData(str(row.id), word, row.conditions),
            thread=row.id,
            key=self._parts.sealer.load_key(tx, row.key_id),
            leaf=kind,
            erase_after=row.erase_after,
            review_at=row.review_at,
            subject_ref=str(row.id),
        )
        return self._letters.send(tx, officer, letter).decision

    def _legal(self, officer: Officer, row: sql.NoticeRow, theirs: Legal) -> Legal:
        """An answer is in the sender's case; beside our officer it names the one who gave the notice."""
        grounds = LegalGrounds(
            agreement_id=row.agreement_id,
            purpose=theirs.purpose,
            offence=theirs.offence,
            max_penalty_months=max(0, theirs.max_penalty_months),
            case_ref=theirs.case_ref,
            grounds=("partner_notice",),
        )
        own = legal_of(self._parts.identity, officer, grounds)
        return msgspec.structs.replace(own, ordered_by=theirs.officer_id, service=SERVICE)

    def _watch_for(self, tx: sa.Connection, row: sql.NoticeRow) -> bool:
        """Raise the alert of a notice, unless its record is blocked, disputed or frozen: then it waits.

        `NoticeRounds` looks again every minute, so it is raised when it may score again.
        """
        if self._watch is None or row.id not in self._records.may_score(tx, [row.id]):
            return False
        content = read_as(self._records.body(tx, row.id), NoticeContent)
        terms = score_terms(content)
        notice = Accepted(
            record_id=row.id,
            agency=row.agency,
            sender=row.peer,
            content=content,
            score=sum(term.contribution for term in terms),
            terms=terms,
            due_at=self._parts.clock.now() + timedelta(days=NECESSITY_DAYS),
            erase_after=row.erase_after,
            review_at=row.review_at,
        )
        self._watch.accepted(tx, notice)
        return True

    def _necessity(self, tx: sa.Connection, row: sql.NoticeRow, officer: Officer) -> NewDeadline:
        now = self._parts.clock.now()
        book = self._parts.policies(tx)
        by_agreement = keeping(book, row.agreement_id, now, CATEGORY).review_at
        return NewDeadline(
            kind=NECESSITY,
            ref=row.id,
            agency=row.agency,
            peer=row.peer,
            agreement_id=row.agreement_id,
            officer=officer.officer_id,
            due_at=min(now + timedelta(days=NECESSITY_DAYS), by_agreement),
            erase_after=row.erase_after,
            review_at=row.review_at,
        )

    def _destroy(self, tx: sa.Connection, row: sql.NoticeRow, state: State, reason: str) -> None:
        """Destroy the content and what was made of it; the row remains to say that it was here."""
        for derived in self._records.derived:
            derived.apply(tx, "erase", [row.id])
        self._records.destroy(tx, self._records.row(tx, row.id, lock=True), _GONE)
        sealed = self._seal(tx, row, reason) if reason else None
        sql.change(tx, row.id, state=state, reason=sealed)

    def _seal(self, tx: sa.Connection, row: sql.NoticeRow, reason: str) -> bytes:
        key = self._parts.sealer.load_key(tx, row.key_id)
        return self._parts.sealer.seal(key, place_of("reason", row.id), reason.strip().encode())

    def _received(self, tx: sa.Connection, notice_id: UUID) -> sql.NoticeRow:
        row = sql.get(tx, notice_id, lock=True)
        if row is None or row.direction != "in":
            raise NoSuchNotice
        return row

    def _accepted(self, tx: sa.Connection, notice_id: UUID) -> sql.NoticeRow:
        row = self._received(tx, notice_id)
        if row.state != "accepted":
            raise WrongStep(state=row.state)
        return row

    def _note(
        self, tx: sa.Connection, officer: Officer | None, row: sql.NoticeRow, kind: LeafKind, what: str
    ) -> None:
        told = {"record": CATEGORY, "act": what}
        event = Event(
            kind=kind,
            actor=officer.officer_id if officer else NODE,
            agency=row.agency,
            purpose=officer.purpose if officer else "deadlines",
            agreement_id=row.agreement_id,
            peer=row.peer,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=str(row.id),
        )
        self._parts.ledger.record(tx, event)


def score_terms(content: NoticeContent) -> tuple[Term, ...]:
    """Return why a notice stands where it does in the queue: how far its source and its facts can be trusted.

    Nothing about the person enters the score; each half of the grading gives up to 0.5.
    """
    grading = read_grading(content.grading)
    source, information = grading.weights if grading else (0.0, 0.0)
    return (
        Term("notices.term.source", source / 2, content.grading),
        Term("notices.term.information", information / 2, content.grading),
    )
