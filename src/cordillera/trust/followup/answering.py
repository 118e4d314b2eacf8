"""The answering side: a partner's request waits for an officer, who gives, gives in part, or refuses.

Nothing is given by itself and nothing is refused by itself: a request that nobody decides escalates. What
is given becomes a record of ours, with the partner as its holder, so that a later correction follows it.
"""

from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical, shapes
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey
from cordillera.trust.agreements.model import Agreement
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.agreements.vocabulary import Action
from cordillera.trust.exchange.effects import Ended
from cordillera.trust.exchange.envelope import Legal, Retention
from cordillera.trust.exchange.letters import Letter, Letters, Posted
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import legal_of
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.records import keeping
from cordillera.trust.exchange.taking import AskedUnder
from cordillera.trust.followup import deadline_store
from cordillera.trust.followup import store as sql
from cordillera.trust.followup.asking import listed, place_of
from cordillera.trust.followup.core import (
    Step,
    approval_of,
    check_approval,
    check_judicial,
    check_response,
    outcome_of,
)
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.followup.errors import GroundNotListed, NoSuchRequest, ReasonNeeded, WrongStep
from cordillera.trust.followup.model import KIND, CoreData, JudicialOrder, Response, ResponseData
from cordillera.trust.followup.timers import ANSWER
from cordillera.trust.handling.model import join
from cordillera.trust.handling.wire import caveats_of, handling_of
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.records.model import NewRecord
from cordillera.trust.records.service import Records

_OPEN: Final = frozenset({"open", "proposed"})
_NOTHING: Final = CoreData()


class Answering:
    """Answers partners' requests; only an officer's act gives or refuses."""

    def __init__(self, parts: ExchangeParts, records: Records, deadlines: Deadlines) -> None:
        self._parts = parts
        self._records = records
        self._deadlines = deadlines
        self._letters = Letters(parts)

    def respond(
        self, tx: sa.Connection, officer: Officer, request_id: UUID, response: Response
    ) -> PolicyDecision | None:
        """Give what was asked for, or part of it; None where a second officer must agree.

        It must hold:

        1. and 2. as `core.check_response` says, 3. as `core.check_approval`, 4. as `core.check_judicial`.
        5. Our copy of the agreement allows it; if not, the request stays open and the refusal is recorded.

        Raises `NoSuchRequest`, `WrongStep`, `NothingWanted`, `FieldNotListed`, `SecondOfficerNeeded`,
        `JudicialReferenceNeeded`, `LedgerStalled`.
        """
        row = self._request(tx, request_id)
        book = self._parts.policies(tx)
        agreement = book.get(row.agreement_id).agreement
        allowed = listed(book, row.agreement_id, row.service)
        check_response(row.state, response.content.filled, row.wanted, allowed)
        rule = approval_of(agreement, row.service)
        check_judicial(rule, response.judicial_order, self._parts.clock.now().date())
        step = check_approval(rule, row.proposer, officer.officer_id)
        if step is Step.PROPOSE:
            self._propose(tx, officer, row, response)
            return None
        return self._give(tx, officer, row, response)

    def approve(self, tx: sa.Connection, officer: Officer, request_id: UUID) -> PolicyDecision | None:
        """Send what another officer proposed, unchanged; raises as `respond` does."""
        row = self._request(tx, request_id)
        if row.state != "proposed":
            raise WrongStep(condition=1, state=row.state)
        return self.respond(tx, officer, request_id, self.proposal(tx, row))

    def reject(self, tx: sa.Connection, officer: Officer, request_id: UUID, reason: str) -> None:
        """Send a proposal back; the request is open again. Raises `WrongStep`, `ReasonNeeded`."""
        row = self._request(tx, request_id)
        _check_reason(reason)
        if row.state != "proposed":
            raise WrongStep(condition=1, state=row.state)
        sql.change(tx, row.id, state="open", proposer="", body=None)
        self._note(tx, officer, row, {"act": "proposal rejected", "reason": reason.strip()})

    def refuse(
        self, tx: sa.Connection, officer: Officer, request_id: UUID, ground: str, reason: str
    ) -> PolicyDecision:
        """Refuse a request on one of the agreement's grounds; the reason stays here.

        Raises `NoSuchRequest`, `WrongStep`, `GroundNotListed`, `ReasonNeeded`, `LedgerStalled`.
        """
        row = self._request(tx, request_id)
        _check_reason(reason)
        agreement = self._parts.policies(tx).get(row.agreement_id).agreement
        if ground not in agreement.hit_followup.refusal_grounds:
            raise GroundNotListed(ground=ground[:64])
        if row.state not in _OPEN:
            raise WrongStep(condition=1, state=row.state)
        article = f"{refusing_article(agreement, row.service)}#{ground}"
        posted = self._send(tx, officer, row, Response(content=_NOTHING), article)
        if posted.decision.allow:
            self._close(tx, officer, row, posted, "refused")
        self._note(tx, officer, row, {"act": "refuse", "ground": ground, "reason": reason.strip()})
        return posted.decision

    def proposal(self, tx: sa.Connection, row: sql.FollowUpRow) -> Response:
        """Return what was proposed; raise `WrongStep` when nothing was."""
        if row.body is None:
            raise WrongStep(condition=1, state=row.state)
        key = self._parts.sealer.load_key(tx, row.key_id)
        raw = self._parts.sealer.open(key, place_of("body", row.id), row.body)
        return shapes.decode(raw, Response)

    def asked_under(self, tx: sa.Connection, row: sql.FollowUpRow) -> AskedUnder:
        """Return why it was asked."""
        key = self._parts.sealer.load_key(tx, row.key_id)
        raw = self._parts.sealer.open(key, place_of("legal", row.id), row.legal)
        return shapes.decode(raw, AskedUnder)

    def _propose(self, tx: sa.Connection, officer: Officer, row: sql.FollowUpRow, response: Response) -> None:
        key = self._parts.sealer.load_key(tx, row.key_id)
        sealed = self._parts.sealer.seal(key, place_of("body", row.id), canonical.dumps(response))
        sql.change(tx, row.id, state="proposed", proposer=officer.officer_id, body=sealed)
        self._note(tx, officer, row, {"act": "propose"})

    def _give(
        self, tx: sa.Connection, officer: Officer, row: sql.FollowUpRow, response: Response
    ) -> PolicyDecision:
        posted = self._send(tx, officer, row, response, "")
        if posted.decision.allow:
            payload = posted.payload
            record_id = UUID(str(payload.data["record_id"]))
            record = NewRecord(
                record_id=record_id,
                origin=self._parts.identity.id,
                agreement_id=row.agreement_id,
                subject_category=payload.subject_category,
                kind=KIND,
                handling=payload.handling,
                erase_after=payload.retention.erase_after,
                review_at=payload.retention.review_at,
                message_id=payload.msg_id,
                subject_ref=str(row.id),
                body=canonical.dumps(response.content),
                agency=row.agency,
            )
            self._records.keep(tx, record)
            self._records.gave(tx, record_id, row.peer, payload.msg_id)
            if response.judicial_order is not None:
                self._note(tx, officer, row, {"act": "judicial order"} | _told(response.judicial_order))
            self._close(tx, officer, row, posted, outcome_of(row.wanted, response.content.filled))
            sql.change(tx, row.id, record_id=record_id)
        return posted.decision

    def _send(
        self, tx: sa.Connection, officer: Officer, row: sql.FollowUpRow, response: Response, article: str
    ) -> Posted:
        book, now = self._parts.policies(tx), self._parts.clock.now()
        asked = self.asked_under(tx, row)
        keep = keeping(book, row.agreement_id, now)
        letter = Letter(
            type="info.response",
            peer=row.peer,
            agreement_id=row.agreement_id,
            legal=self._legal(officer, row, asked.legal, response, article),
            subject_category=asked.subject_category,
            handling=handling_of(join(caveats_of(keep.handling), response.marking.caveats)),
            retention=Retention(keep.erase_after, keep.review_at),
            data=ResponseData(
                request_id=row.id,
                record_id=uuid7(),
                reference=row.reference,
                **msgspec.structs.asdict(response.content),
            ),
            thread=row.id,
            key=self._key(tx, row),
            leaf=LeafKind.INFO_ANSWERED,
            erase_after=row.erase_after,
            review_at=row.review_at,
            subject_ref=str(row.id),
        )
        return self._letters.send(tx, officer, letter)

    def _legal(
        self, officer: Officer, row: sql.FollowUpRow, theirs: Legal, response: Response, article: str
    ) -> Legal:
        """An answer is given in the asker's case; it names who proposed it, else who asked for it."""
        grounds = LegalGrounds(
            agreement_id=row.agreement_id,
            purpose=theirs.purpose,
            offence=theirs.offence,
            max_penalty_months=max(0, theirs.max_penalty_months),
            case_ref=theirs.case_ref,
            ordered_by=row.proposer,
            grounds=theirs.grounds,
        )
        own = legal_of(self._parts.identity, officer, grounds)
        return msgspec.structs.replace(
            own,
            ordered_by=own.ordered_by if row.proposer else theirs.officer_id,
            urgency=theirs.urgency,
            service=row.service,
            judicial_ref=response.judicial_order.reference if response.judicial_order else "",
            article=article,
        )

    def _close(
        self, tx: sa.Connection, officer: Officer, row: sql.FollowUpRow, posted: Posted, outcome: str
    ) -> None:
        sql.change(
            tx,
            row.id,
            state="refused" if outcome == "refused" else "answered",
            outcome=outcome,
            answered_at=self._parts.clock.now(),
            answered_by=officer.officer_id,
            article=posted.payload.legal.article,
            body=None,
            error="",
        )
        self._deadlines.close(tx, ANSWER, row.id, officer.officer_id)

    def _request(self, tx: sa.Connection, request_id: UUID) -> sql.FollowUpRow:
        row = sql.get(tx, request_id, lock=True)
        if row is None or row.direction != "in":
            raise NoSuchRequest
        return row

    def _key(self, tx: sa.Connection, row: sql.FollowUpRow) -> DataKey:
        return self._parts.sealer.load_key(tx, row.key_id)

    def _note(self, tx: sa.Connection, officer: Officer, row: sql.FollowUpRow, told: dict[str, str]) -> None:
        event = Event(
            kind=LeafKind.DECISION,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            agreement_id=row.agreement_id,
            peer=row.peer,
            payload=canonical.dumps(told),
            detail=told,
            subject_ref=str(row.id),
        )
        self._parts.ledger.record(tx, event)


class ResponseEnding:
    """An answer that the partner did not take in leaves its request open, so that a person decides again."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Open the request again."""
        opened = sql.reopen(tx, one.thread, one.code)
        if opened:
            deadline_store.reopen(tx, ANSWER, one.thread)
        return opened


def refusing_article(agreement: Agreement, service: str) -> str:
    """Return the article of the second step, under which it may be refused; else the service's."""
    acts = {Action.REQUEST_FOLLOW_UP, Action.ANSWER_FOLLOW_UP}
    for clause in agreement.clauses:
        if acts & set(clause.applies_to.actions) and clause.applies_to.covers(
            service, Action.ANSWER_FOLLOW_UP
        ):
            return agreement.article_id(clause.article)
    found = agreement.service(service)
    return agreement.article_id(found.article) if found else agreement.code


def _told(order: JudicialOrder) -> dict[str, str]:
    return {
        "by": order.by,
        "authority": order.authority,
        "number": order.number,
        "given_on": order.given_on.isoformat(),
    }


def _check_reason(reason: str) -> None:
    if not any(sign.isalnum() for sign in reason):
        raise ReasonNeeded
