"""What an officer may choose from when asking a partner: partners with an agreement, purposes, offences."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput
from cordillera.trust.agreements.checklist import Duty, checklist
from cordillera.trust.agreements.request import ArticleUse
from cordillera.trust.agreements.vocabulary import Action
from cordillera.trust.exchange.model import SERVICE, DocumentRef, LegalGrounds, PersonQuery
from cordillera.trust.exchange.service import ExchangeService

T = TypeVar("T")
Box = Annotated[str, msgspec.Meta(max_length=200)]
Ticked = Annotated[tuple[Box, ...], msgspec.Meta(max_length=200)] | Box
"""Ticked boxes of one name: a form sends one as a text, several as a list."""


class Route(msgspec.Struct, frozen=True):
    """A partner under an agreement; `value` is "partner agreement"."""

    value: str
    partner: str
    partner_name: str
    agreement_id: str
    title_es: str
    title_en: str
    status: str


class RouteDuties(msgspec.Struct, frozen=True):
    """What one agreement leaves to whoever asks under it."""

    agreement_id: str
    duties: tuple[Duty, ...]


class Offered(msgspec.Struct, frozen=True):
    """What may be chosen now for one service: under which agreements, and why."""

    routes: tuple[Route, ...]
    purposes: tuple[str, ...]
    offences: tuple[str, ...]
    categories: tuple[str, ...]
    grounds: tuple[str, ...]
    duties: tuple[RouteDuties, ...]


class WhyForm(msgspec.Struct, frozen=True, kw_only=True):
    """The boxes of every form that asks a partner: whom, and why."""

    route: Box = ""
    purpose: Box = ""
    offence: Box = ""
    max_penalty_months: Box = ""
    case_ref: Box = ""
    ordered_by: Box = ""
    urgency: Box = "routine"
    subject_category: Box = "suspect"
    ground: Box = "list_match"
    duties: Ticked = ()
    duties_reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    order_authority: Box = ""
    order_number: Box = ""
    order_given: Box = ""
    order_until: Box = ""
    order_document: Box = ""


class AskForm(WhyForm, frozen=True, kw_only=True):
    """The boxes of the form to ask about a person."""

    subject_ref: Box = ""
    back: Literal["", "alert"] = ""
    full_name: Box = ""
    given_names: Box = ""
    family_names: Box = ""
    date_of_birth: Box = ""
    document_type: Box = ""
    document_number: Box = ""
    document_issuer: Box = ""


class AskView(msgspec.Struct, frozen=True):
    """The form to ask a partner; `articles` and `errors` say why the last attempt did not leave."""

    form: AskForm
    routes: tuple[Route, ...]
    purposes: tuple[str, ...]
    offences: tuple[str, ...]
    categories: tuple[str, ...]
    grounds: tuple[str, ...]
    articles: tuple[ArticleUse, ...] = ()
    errors: tuple[str, ...] = ()
    duties: tuple[RouteDuties, ...] = ()
    waits: bool = False


class WrongForm(BadInput):
    """A box of the form cannot be read; the facts name it."""

    code = "exchange.wrong_form"


def ask_view(
    tx: sa.Connection,
    exchange: ExchangeService,
    form: AskForm,
    articles: tuple[ArticleUse, ...] = (),
    errors: tuple[str, ...] = (),
) -> AskView:
    """Return the form with everything that may be chosen now."""
    now = offered(tx, exchange, SERVICE)
    return AskView(
        form,
        now.routes,
        now.purposes,
        now.offences,
        now.categories,
        now.grounds,
        articles=articles,
        errors=errors,
        duties=now.duties,
    )


def offered(
    tx: sa.Connection, exchange: ExchangeService, service_id: str, action: Action = Action.SEND_QUERY
) -> Offered:
    """Return the active partners under agreements with a service, and the reasons these agreements know."""
    book = exchange.parts.policies(tx)
    own = exchange.parts.identity.country
    routes: list[Route] = []
    kinds: dict[str, dict[str, None]] = {
        name: {} for name in ("purposes", "offences", "categories", "grounds")
    }
    for partner in exchange.partners(tx):
        for loaded in book.between(own, partner.country):
            agreement = loaded.agreement
            service = agreement.service(service_id)
            if service is None:
                continue
            title, status = agreement.title, str(book.state(agreement.id).status)
            value = f"{partner.id} {agreement.id}"
            routes.append(Route(value, partner.id, partner.name, agreement.id, title.es, title.en, status))
            kinds["purposes"] |= dict.fromkeys(service.purposes)
            kinds["offences"] |= dict.fromkeys(offence.code for offence in agreement.offence_list)
            kinds["categories"] |= dict.fromkeys(str(name) for name in service.subject_categories)
            kinds["grounds"] |= dict.fromkeys(str(name) for name in agreement.grounds)
    listed = {name: tuple(values) for name, values in kinds.items()}
    names = dict.fromkeys(route.agreement_id for route in routes)
    duties = tuple(RouteDuties(name, checklist(book, name, service_id, (action,))) for name in names)
    return Offered(tuple(routes), **listed, duties=duties)


def read_form(form: AskForm) -> tuple[str, PersonQuery, LegalGrounds]:
    """Return (partner, query, grounds) of a form; raise `WrongForm` naming the box."""
    document = DocumentRef(
        form.document_type.strip(), form.document_number.strip(), form.document_issuer.strip()
    )
    person = {
        "full_name": form.full_name.strip(),
        "given_names": form.given_names.strip(),
        "family_names": form.family_names.strip(),
        "date_of_birth": form.date_of_birth.strip(),
        "documents": [msgspec.to_builtins(document)] if document.number else [],
    }
    if not person["full_name"]:
        raise WrongForm(box="full_name")
    partner, grounds = read_why(form)
    return partner, _read(person, PersonQuery), grounds


def read_why(form: WhyForm) -> tuple[str, LegalGrounds]:
    """Return (partner, grounds) of a form; raise `WrongForm` naming the box."""
    partner, _, agreement_id = form.route.partition(" ")
    if not form.case_ref.strip():
        raise WrongForm(box="case_ref")
    grounds = {
        "agreement_id": agreement_id,
        "purpose": form.purpose,
        "offence": form.offence,
        "max_penalty_months": _months(form.max_penalty_months),
        "case_ref": form.case_ref.strip(),
        "ordered_by": form.ordered_by.strip(),
        "urgency": form.urgency,
        "subject_category": form.subject_category,
        "grounds": [form.ground] if form.ground == "case" else [form.ground, "case"],
        "duties": ticked(form.duties),
        "duties_reason": form.duties_reason.strip(),
        "judicial_order": _order(form),
    }
    return partner, _read(grounds, LegalGrounds)


def _order(form: WhyForm) -> dict[str, str] | None:
    """Return the boxes of a judge's order; None where all are empty."""
    boxes = {
        "authority": form.order_authority,
        "number": form.order_number,
        "given_on": form.order_given,
        "valid_until": form.order_until,
        "document": form.order_document.lower().removeprefix("sha256:"),
    }
    order = {name: value.strip() for name, value in boxes.items()}
    return order if any(order.values()) else None


def _read(boxes: Mapping[str, object], kind: type[T]) -> T:
    try:
        return shapes.convert(boxes, kind)
    except msgspec.ValidationError as error:
        box = str(error).rpartition("$.")[2].rstrip("`").partition(".")[0]
        raise WrongForm(box=box[:40]) from error


def ticked(boxes: Ticked) -> tuple[str, ...]:
    """Return the ticked boxes of a form."""
    return ((boxes,) if boxes else ()) if isinstance(boxes, str) else tuple(boxes)


def _months(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise WrongForm(box="max_penalty_months") from error
