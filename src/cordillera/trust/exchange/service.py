"""The exchange as officers and pages use it: ask a partner, read answers, judge candidates.

The caller opens the transaction in the officer's scope; what happens and its leaf stand or fall together.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange import query_store as sql
from cordillera.trust.exchange.asking import Ask, Asking, Case
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.errors import NoSuchQuery
from cordillera.trust.exchange.judging import Conclusion, Judging
from cordillera.trust.exchange.model import AskOutcome, IncomingView, LegalGrounds, PersonQuery, QueryView
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.together import Together
from cordillera.trust.exchange.views import Views
from cordillera.trust.ledger.model import Event, LeafKind


class ExchangeService:
    """Use cases of the exchange."""

    def __init__(self, parts: ExchangeParts) -> None:
        self.parts = parts
        self.directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._asking = Asking(parts)
        self._together = Together(parts.store, self._asking)
        self._judging = Judging(parts)
        self._views = Views(parts.sealer)

    def partners(self, tx: sa.Connection) -> tuple[Partner, ...]:
        """Return the partners that can be asked now."""
        return tuple(partner for partner in self.directory.all(tx) if partner.status == "active")

    def ask_person(  # noqa: PLR0913 - the signature other desks were promised
        self,
        tx: sa.Connection,
        officer: Officer,
        partner: str,
        subject_ref: str,
        query: PersonQuery,
        grounds: LegalGrounds,
    ) -> AskOutcome:
        """Ask `partner` whether it knows the person; see `Asking.ask` for what must hold."""
        return self._asking.ask(tx, officer, partner, Case(subject_ref, query, grounds))

    def ask_now(
        self, officer: Officer, partner: str, subject_ref: str, query: PersonQuery, grounds: LegalGrounds
    ) -> AskOutcome:
        """Ask as `ask_person` does, in a transaction that questions of other officers may share."""
        return self._together.ask(Ask(officer, partner, Case(subject_ref, query, grounds)))

    def confirm_candidate(  # noqa: PLR0913 - the signature other desks were promised
        self,
        tx: sa.Connection,
        officer: Officer,
        query_id: UUID,
        reference: str,
        confirmed: bool,  # noqa: FBT001 - yes or no is what the officer says
        reason: str,
        duties: tuple[str, ...] = (),
        duties_reason: str = "",
    ) -> PolicyDecision:
        """Record that an officer confirmed or rejected a candidate; see `Judging.judge`."""
        conclusion = Conclusion(query_id, reference, confirmed, reason, duties, duties_reason)
        return self._judging.judge(tx, officer, conclusion)

    def queries_about(self, tx: sa.Connection, subject_ref: str) -> tuple[QueryView, ...]:
        """Return the queries about one subject, newest first."""
        return self._views.queries(tx, sql.queries_about(tx, subject_ref))

    def sent(self, tx: sa.Connection, limit: int = 100) -> tuple[QueryView, ...]:
        """Return the newest queries this agency sent, without the persons asked about."""
        return self._views.queries(tx, sql.newest_queries(tx, limit), opened=False)

    def sent_detail(self, tx: sa.Connection, officer: Officer, query_id: UUID) -> QueryView:
        """Open one query of ours; that it was read is a leaf. Raises `NoSuchQuery`."""
        rows = sql.queries(tx, [query_id])
        if query_id not in rows:
            raise NoSuchQuery
        row = rows[query_id]
        self._consulted(tx, officer, query_id, row.agreement_id, row.subject_ref)
        return self._views.queries(tx, [row])[0]

    def incoming(self, tx: sa.Connection, limit: int = 100) -> tuple[IncomingView, ...]:
        """Return the newest queries of partners: their legal header, and what was answered."""
        return self._views.incoming(tx, sql.newest_incoming(tx, limit))

    def incoming_detail(self, tx: sa.Connection, officer: Officer, query_id: UUID) -> IncomingView:
        """Open one query of a partner; that it was read is a leaf. Raises `NoSuchQuery`."""
        rows: Sequence[sql.IncomingRow] = list(sql.incoming(tx, [query_id]).values())
        if not rows:
            raise NoSuchQuery
        self._consulted(tx, officer, query_id, rows[0].agreement_id, "")
        return self._views.incoming(tx, rows)[0]

    def _consulted(
        self, tx: sa.Connection, officer: Officer, query_id: UUID, agreement_id: str, subject_ref: str
    ) -> None:
        event = Event(
            kind=LeafKind.CONSULTATION,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=agreement_id,
            message_id=str(query_id),
            subject_ref=subject_ref,
        )
        self.parts.ledger.record(tx, event)
