"""Follow-up as officers and pages use it; the caller opens the transaction in the officer's scope."""

from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.followup import store as sql
from cordillera.trust.followup.answering import Answering
from cordillera.trust.followup.asking import Asked, Asking, listed
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.followup.emergencies import Emergencies
from cordillera.trust.followup.errors import NoSuchRequest, NotConfirmed, NothingToFollow
from cordillera.trust.followup.model import FIELDS, Ask, CoreData, FollowUpLine, FollowUpView, Response
from cordillera.trust.followup.ports import Holdings
from cordillera.trust.followup.threads import Thread, Threads
from cordillera.trust.followup.timers import Deadline, Level
from cordillera.trust.followup.views import Views
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.ledger.model import Event, LeafKind


class FollowUpService:
    """Use cases of follow-up."""

    def __init__(
        self,
        parts: ExchangeParts,
        handling: HandlingService,
        deadlines: Deadlines,
        holdings: Holdings | None = None,
    ) -> None:
        self.parts = parts
        self.emergencies = Emergencies(parts.ledger, deadlines)
        self._deadlines = deadlines
        self._asking = Asking(parts, handling.records, deadlines)
        self._answering = Answering(parts, handling.records, deadlines)
        self._threads = Threads(parts, handling.records)
        self._views = Views(parts, handling, deadlines)
        self._holdings = holdings

    def ask(self, tx: sa.Connection, officer: Officer, ask: Ask) -> Asked:
        """Ask a partner for data behind a confirmed reference; see `Asking.ask`."""
        return self._asking.ask(tx, officer, ask)

    def can_ask(self, tx: sa.Connection, thread_id: UUID, reference: str) -> tuple[Thread, tuple[str, ...]]:
        """Return what would be followed, and what may be asked for.

        Raises `NothingToFollow`, `NotConfirmed`.
        """
        thread = self._threads.asked(tx, thread_id, reference)
        if thread is None:
            raise NothingToFollow
        if thread.verdict is not True:
            raise NotConfirmed
        allowed = listed(self.parts.policies(tx), thread.agreement_id, thread.service)
        return thread, tuple(name for name in FIELDS if name in allowed)

    def respond(
        self, tx: sa.Connection, officer: Officer, request_id: UUID, response: Response
    ) -> PolicyDecision | None:
        """Give, or propose to give; see `Answering.respond`."""
        return self._answering.respond(tx, officer, request_id, response)

    def approve(self, tx: sa.Connection, officer: Officer, request_id: UUID) -> PolicyDecision | None:
        """Send what another proposed; see `Answering.approve`."""
        return self._answering.approve(tx, officer, request_id)

    def reject(self, tx: sa.Connection, officer: Officer, request_id: UUID, reason: str) -> None:
        """Send a proposal back; see `Answering.reject`."""
        self._answering.reject(tx, officer, request_id, reason)

    def refuse(
        self, tx: sa.Connection, officer: Officer, request_id: UUID, ground: str, reason: str
    ) -> PolicyDecision:
        """Refuse a request on a listed ground; see `Answering.refuse`."""
        return self._answering.refuse(tx, officer, request_id, ground, reason)

    def asked(self, tx: sa.Connection, limit: int = 100) -> tuple[FollowUpLine, ...]:
        """Return our requests: overdue ones first, then by due time."""
        return self._views.lines(tx, sql.newest(tx, "out", limit))

    def received(self, tx: sa.Connection, limit: int = 100) -> tuple[FollowUpLine, ...]:
        """Return partners' requests: overdue ones first, then by due time."""
        return self._views.lines(tx, sql.newest(tx, "in", limit))

    def to_answer(self, tx: sa.Connection) -> tuple[int, int]:
        """Return how many requests of partners wait for us, and how many of them past their time."""
        return sql.to_answer(tx, self.parts.clock.now())

    def of_thread(self, tx: sa.Connection, thread_id: UUID) -> tuple[FollowUpLine, ...]:
        """Return the requests about one query or notice."""
        return self._views.lines(tx, sql.of_thread(tx, thread_id))

    def overdue(self, tx: sa.Connection, level: Level = Level.ESCALATED) -> tuple[Deadline, ...]:
        """Return every deadline that was let pass, the most pressing first."""
        return self._deadlines.escalated(tx, level)

    def view(self, tx: sa.Connection, officer: Officer, request_id: UUID) -> FollowUpView:
        """Open a request; that it was read is a leaf. Raises `NoSuchRequest`."""
        row = sql.get(tx, request_id)
        if row is None:
            raise NoSuchRequest
        event = Event(
            kind=LeafKind.CONSULTATION,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=row.agreement_id,
            peer=row.peer,
            subject_ref=str(row.id),
        )
        self.parts.ledger.record(tx, event)
        return self._views.view(tx, row)

    def held(self, tx: sa.Connection, officer: Officer, request_id: UUID) -> CoreData:
        """Return what we hold behind a partner's request, cut to what was asked and may be given.

        Raises `NoSuchRequest`. What is not held is empty; the officer decides what leaves.
        """
        row = sql.get(tx, request_id)
        if row is None or row.direction != "in":
            raise NoSuchRequest
        known = self._known(tx, officer, row)
        may = listed(self.parts.policies(tx), row.agreement_id, row.service) & set(row.wanted)
        return CoreData(**{name: getattr(known, name) for name in FIELDS if name in may})

    def _known(self, tx: sa.Connection, officer: Officer, row: sql.FollowUpRow) -> CoreData:
        content = self._threads.content(tx, row.thread_id)
        if content is not None:
            values = msgspec.structs.asdict(content)
            return CoreData(**{name: values[name] for name in FIELDS if name in values})
        found = None if self._holdings is None else self._holdings.behind(tx, officer, row.reference)
        return found or CoreData()
