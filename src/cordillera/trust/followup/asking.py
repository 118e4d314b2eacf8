"""The asking side: after a confirmed hit, or an accepted notice, an officer asks for more."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.agreements.vocabulary import Action
from cordillera.trust.exchange.approving import Approving, Wanted, takes_two
from cordillera.trust.exchange.effects import Ended
from cordillera.trust.exchange.envelope import Legal, Retention
from cordillera.trust.exchange.letters import Letter, Letters, agreement_hash
from cordillera.trust.exchange.outbox import NOT_PERMITTED
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import legal_of
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.records import Keeping, keeping
from cordillera.trust.exchange.taking import AskedUnder
from cordillera.trust.followup import store as sql
from cordillera.trust.followup.core import check_ask
from cordillera.trust.followup.deadlines import Deadlines, NewDeadline
from cordillera.trust.followup.errors import AlreadyAsked, NothingToFollow
from cordillera.trust.followup.model import FIELDS, Ask, RequestData
from cordillera.trust.followup.threads import Thread, Threads
from cordillera.trust.followup.timers import EMERGENCY, EMERGENCY_TERM, RESPONSE, due_after
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records.service import Records

GROUP: Final = "followup"


class Asked(msgspec.Struct, frozen=True):
    """What came of asking: the request that will leave, or None, and every article relied on.

    `waits`: a second officer must ask for the same; the agreement is asked then, and `decision` is null.
    """

    request_id: UUID | None
    decision: PolicyDecision | None
    waits: bool = False


class Asking:
    """Asks partners for more."""

    def __init__(self, parts: ExchangeParts, records: Records, deadlines: Deadlines) -> None:
        self._parts = parts
        self._letters = Letters(parts)
        self._threads = Threads(parts, records)
        self._deadlines = deadlines
        self._approving = Approving(parts)

    def ask(self, tx: sa.Connection, officer: Officer, ask: Ask) -> Asked:
        """Ask for data behind a reference. It must hold.

        0. The reference is one of an answer to this agency, or of a notice it accepted.
        1. and 2. as `core.check_ask` says: confirmed by a person, fields of the closed list.
        3. No request about it is open.
        4. Where the service takes two officers, another asked for exactly this (`Approving.agreed`).
        5. Our copy of the agreement allows it; else nothing leaves, and the refusal is recorded.

        Raises `NothingToFollow`, `NotConfirmed`, `NothingWanted`, `FieldNotListed`, `AlreadyAsked`.
        """
        thread = self._threads.asked(tx, ask.thread_id, ask.reference)
        if thread is None or thread.grounds is None:
            raise NothingToFollow(condition=0)
        book = self._parts.policies(tx)
        check_ask(thread.verdict, ask.fields_wanted, listed(book, thread.agreement_id, thread.service))
        if takes_two(book, thread.agreement_id, thread.service):
            alike = msgspec.structs.replace(ask, ordered_by="")
            first = self._approving.agreed(
                tx, officer, Wanted(thread.id, ask.reference, canonical.dumps(alike))
            )
            if not first:
                self._parts.ledger.record(tx, _asked_for(officer, thread))
                return Asked(None, None, waits=True)
            ask = msgspec.structs.replace(ask, ordered_by=first)
        now = self._parts.clock.now()
        keep = keeping(book, thread.agreement_id, now)
        key = self._parts.sealer.new_split_key(tx, GROUP, keep.erase_after)
        request_id = uuid7()
        legal = self._legal(officer, thread, ask)
        row = self._row(officer, book, thread, ask, request_id, legal, keep, key)
        if not sql.insert(tx, row):
            raise AlreadyAsked(condition=3)
        letter = _letter(row, legal, thread, ask, keep, key)
        posted = self._letters.send(tx, officer, letter)
        if not posted.decision.allow:
            sql.finish(tx, request_id, "refused", NOT_PERMITTED, posted.decision.violated)
            return Asked(None, posted.decision)
        sql.change(tx, request_id, articles=list(posted.decision.permitting))
        self._time(tx, officer, row)
        return Asked(request_id, posted.decision)

    def _time(self, tx: sa.Connection, officer: Officer, row: sql.FollowUpRow) -> None:
        self._deadlines.open(tx, deadline(RESPONSE, row, row.due_at, officer.officer_id))
        if row.urgency == "emergency":
            due = row.asked_at + EMERGENCY_TERM
            self._deadlines.open(tx, deadline(EMERGENCY, row, due, officer.officer_id))

    def _legal(self, officer: Officer, thread: Thread, ask: Ask) -> Legal:
        assert thread.grounds is not None
        ordered = ask.ordered_by or thread.grounds.ordered_by
        grounds = msgspec.structs.replace(thread.grounds, urgency=ask.urgency, ordered_by=ordered)
        return msgspec.structs.replace(
            legal_of(self._parts.identity, officer, grounds), service=thread.service
        )

    def _row(  # noqa: PLR0913 - everything one request consists of
        self,
        officer: Officer,
        book: PolicyBook,
        thread: Thread,
        ask: Ask,
        request_id: UUID,
        legal: Legal,
        keep: Keeping,
        key: DataKey,
    ) -> sql.FollowUpRow:
        now = self._parts.clock.now()
        category = thread.grounds.subject_category if thread.grounds else ""
        sealed = canonical.dumps(AskedUnder(legal, category))
        hours = book.get(thread.agreement_id).agreement.hit_followup.sla_hours
        return sql.FollowUpRow(
            id=request_id,
            agency=officer.agency,
            direction="out",
            peer=thread.peer,
            agreement_id=thread.agreement_id,
            agreement_hash=agreement_hash(book, thread.agreement_id),
            service=thread.service,
            thread_id=thread.id,
            reference=ask.reference,
            state="waiting",
            urgency=ask.urgency,
            intended_use=ask.intended_use,
            wanted=list(ask.fields_wanted),
            officer=officer.officer_id,
            asked_at=now,
            due_at=now + due_after(hours, ask.urgency),
            articles=[],
            key_id=key.key_id,
            legal=self._parts.sealer.seal(key, place_of("legal", request_id), sealed),
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )


class RequestEnding:
    """A request that the partner did not take in is closed, so that nobody waits for an answer."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Close the request."""
        return sql.finish(tx, one.thread, one.how, one.code, one.articles)


def listed(book: PolicyBook, agreement_id: str, service: str) -> frozenset[str]:
    """Return the fields that an agreement lists for answers, as far as there are words for them."""
    found = book.get(agreement_id).agreement.service(service)
    allowed = found.fields_for(Action.ANSWER_FOLLOW_UP) if found else frozenset()
    return allowed & set(FIELDS)


def place_of(column: str, request_id: UUID) -> Place:
    """Where a sealed field of a request lives."""
    return Place("flow_followup", column, str(request_id))


def deadline(kind: str, row: sql.FollowUpRow, due_at: datetime, officer: str) -> NewDeadline:
    """Return a deadline about a request."""
    return NewDeadline(
        kind=kind,
        ref=row.id,
        agency=row.agency,
        peer=row.peer,
        agreement_id=row.agreement_id,
        officer=officer,
        due_at=due_at,
        erase_after=row.erase_after,
        review_at=row.review_at,
    )


def _asked_for(officer: Officer, thread: Thread) -> Event:
    """Return the leaf of a request that waits for another officer."""
    told = {"act": "propose"}
    return Event(
        kind=LeafKind.DECISION,
        actor=officer.officer_id,
        agency=officer.agency,
        purpose=officer.purpose,
        agreement_id=thread.agreement_id,
        peer=thread.peer,
        payload=canonical.dumps(told),
        detail=told,
        subject_ref=thread.subject_ref,
    )


def _letter(  # noqa: PLR0913 - everything one message consists of
    row: sql.FollowUpRow, legal: Legal, thread: Thread, ask: Ask, keep: Keeping, key: DataKey
) -> Letter:
    return Letter(
        type="info.request",
        peer=row.peer,
        agreement_id=row.agreement_id,
        legal=legal,
        subject_category=thread.grounds.subject_category if thread.grounds else "",
        handling=keep.handling,
        retention=Retention(keep.erase_after, keep.review_at),
        data=RequestData(
            request_id=row.id,
            query_id=thread.id,
            reference=ask.reference,
            fields_wanted=ask.fields_wanted,
            intended_use=ask.intended_use,
        ),
        thread=row.id,
        key=key,
        leaf=LeafKind.INFO_REQUESTED,
        erase_after=row.erase_after,
        review_at=row.review_at,
        subject_ref=thread.subject_ref,
    )
