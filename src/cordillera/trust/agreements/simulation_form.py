"""The simulation as a form without JavaScript: texts from boxes become a disclosure request.

A number that is none stays the text it was, so that the decision names it (condition 2).

>>> form = SimulationForm(max_penalty_months="a year")
>>> from datetime import UTC
>>> request_from(form, "us-ec-2025", datetime(2026, 11, 21, tzinfo=UTC)).max_penalty_months
'a year'
"""

import re
from datetime import datetime
from typing import Annotated, Any

import msgspec

from cordillera.trust.agreements.model import Agreement
from cordillera.trust.agreements.request import DisclosureRequest

Box = Annotated[str, msgspec.Meta(max_length=200)]
Area = Annotated[str, msgspec.Meta(max_length=2000)]
ASKING = "officer"
ORDERING = "another officer"


class SimulationForm(msgspec.Struct, frozen=True, kw_only=True):
    """The boxes of the form; `use` is "service action", `route` is "EC>US"."""

    use: Box = ""
    route: Box = ""
    purpose: Box = ""
    offence: Box = ""
    max_penalty_months: Box = ""
    case_ref: Box = ""
    role: Box = ""
    ordered: Box = ""
    subject_category: Box = ""
    fields: Area = ""
    ground: Box = ""
    environment: Box = ""
    queries_today: Box = "0"
    officer_queries_today: Box = "0"
    judicial_ref: Box = ""
    onward_to: Box = ""
    consent_ref: Box = ""


def example_form(agreement: Agreement, environment: str) -> SimulationForm:
    """Return a form that the agreement's first service accepts in an exercise."""
    service = agreement.services[0]
    way, action = service.directions[0], service.actions[0]
    return SimulationForm(
        use=f"{service.type} {action}",
        route=f"{way.from_}>{way.to}",
        purpose=service.purposes[0],
        offence=agreement.offence_list[0].code if agreement.offence_list else "",
        max_penalty_months="120",
        case_ref="EX-2026-0001",
        role=service.preconditions.officer_roles[0],
        ordered="another",
        subject_category=str(service.subject_categories[0]),
        fields=", ".join(sorted(service.fields_for(action))[:3]),
        ground=str(agreement.grounds[0]),
        environment=environment,
    )


def request_from(form: SimulationForm, agreement_id: str, now: datetime) -> DisclosureRequest:
    """Return what the form asks, about this moment."""
    service, _, action = form.use.partition(" ")
    sender, _, recipient = form.route.partition(">")
    return DisclosureRequest(
        agreement_id=agreement_id,
        service=service,
        action=action,
        sender_country=sender,
        recipient_country=recipient,
        at=now,
        purpose=form.purpose,
        offence=form.offence,
        max_penalty_months=_number(form.max_penalty_months),
        case_ref=form.case_ref.strip(),
        officer_id=ASKING,
        officer_roles=_words(form.role),
        ordered_by={"another": ORDERING, "same": ASKING}.get(form.ordered, ""),
        subject_category=form.subject_category,
        fields=_words(form.fields),
        individual_case=form.case_ref.strip() != "",
        environment=form.environment,
        queries_today=_number(form.queries_today),
        officer_queries_today=_number(form.officer_queries_today),
        grounds=_words(form.ground),
        judicial_ref=form.judicial_ref.strip(),
        onward_to=form.onward_to.strip(),
        consent_ref=form.consent_ref.strip(),
    )


def _number(text: str) -> Any:
    stripped = text.strip()
    return int(stripped) if re.fullmatch(r"[0-9]{1,15}", stripped) else (stripped or -1)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[\s,]+", text) if word)
