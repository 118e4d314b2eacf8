"""The one question, put the same way by both sides: the request is made from the signed payload.

Because asker and answerer derive the request from the same bytes, a field that was dropped or altered
on the way is judged as it arrived, and by the copy of the agreement that the judging node holds.
"""

from datetime import date, datetime

import msgspec

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.agreements.request import DisclosureRequest, PolicyDecision
from cordillera.trust.agreements.vocabulary import Environment, Status
from cordillera.trust.exchange.court import standing
from cordillera.trust.exchange.envelope import Legal, Payload
from cordillera.trust.exchange.identity import NodeIdentity
from cordillera.trust.exchange.kinds import KINDS
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.ledger.model import LeafDecision


class Circumstances(msgspec.Struct, frozen=True):
    """What a request depends on besides the message: the route, this node's environment, the day's use."""

    sender_country: str
    recipient_country: str
    environment: str
    at: datetime
    queries_today: int = 0
    officer_queries_today: int = 0


def judge(book: PolicyBook, payload: Payload, about: Circumstances) -> PolicyDecision:
    """Ask the agreement whether `payload` may leave or be taken in; a duty is cited, not asked for."""
    duty = KINDS[payload.type].duty
    return book.duty(payload.agreement_id, duty) if duty else book.decide(request_of(payload, about))


def request_of(payload: Payload, about: Circumstances) -> DisclosureRequest:
    """Return what is asked of the agreement before `payload` leaves, or now that it has arrived.

    A partner that works in another environment than this node asks in none at all, which no rule accepts.
    """
    legal, kind = payload.legal, KINDS[payload.type]
    return DisclosureRequest(
        agreement_id=payload.agreement_id,
        service=legal.service or kind.service,
        action=kind.action.value if kind.action else "",
        sender_country=about.sender_country,
        recipient_country=about.recipient_country,
        at=about.at,
        purpose=legal.purpose,
        offence=legal.offence,
        max_penalty_months=legal.max_penalty_months,
        case_ref=legal.case_ref,
        officer_id=legal.officer_id,
        officer_roles=legal.officer_roles,
        ordered_by=legal.ordered_by,
        subject_category=payload.subject_category,
        fields=kind.fields(payload),
        individual_case=legal.individual_case,
        environment=about.environment if legal.environment == about.environment else "",
        queries_today=about.queries_today,
        officer_queries_today=about.officer_queries_today,
        grounds=legal.grounds,
        judicial_ref=standing(legal.judicial_ref, about.at.date()),
        onward_to=legal.onward_to,
        consent_ref=legal.consent_ref,
        agreement_hash=payload.agr_hash,
    )


def is_in_use(book: PolicyBook, agreement_id: str, environment: str, now: datetime) -> bool:
    """Whether an agreement is valid today, and in force, or provisional in an exercise.

    Asked by what releases under a decision made before: parts of attachments, tables of look-ups.
    """
    try:
        valid, status = book.get(agreement_id).agreement.valid, book.state(agreement_id).status
    except UnknownAgreement:
        return False
    practice = status == Status.PROVISIONAL and environment == Environment.EXERCISE
    return valid.from_ <= now.date() <= (valid.to or date.max) and (status == Status.IN_FORCE or practice)


def legal_of(own: NodeIdentity, officer: Officer, grounds: LegalGrounds) -> Legal:
    """Return the legal header of a message that an officer sends; people are named by pseudonym."""
    return Legal(
        purpose=grounds.purpose,
        offence=grounds.offence,
        max_penalty_months=grounds.max_penalty_months,
        case_ref=grounds.case_ref,
        officer_id=own.pseudonym(officer.officer_id),
        officer_roles=tuple(officer.roles),
        ordered_by=own.pseudonym(grounds.ordered_by),
        article=grounds.article,
        urgency=grounds.urgency,
        individual_case=grounds.individual_case,
        environment=own.environment,
        grounds=grounds.grounds,
        judicial_ref=grounds.judicial_order.reference if grounds.judicial_order else "",
    )


def leaf_decision(decision: PolicyDecision) -> LeafDecision:
    """Return the decision as the ledger keeps it: every article that allowed or forbade."""
    return LeafDecision(decision.allow, tuple(use.article for use in decision.articles), decision.policy_hash)
