"""The form of a notice: its boxes, what may be chosen, and the draft it becomes."""

from typing import Annotated

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput
from cordillera.trust.agreements.vocabulary import Status
from cordillera.trust.exchange.choices import Route
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.exchange.model import DocumentRef, LegalGrounds
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.handling.schemes import CREDIBILITIES, SOURCES
from cordillera.trust.notices.model import SERVICE, Draft, NoticeContent

Box = Annotated[str, msgspec.Meta(max_length=200)]
Area = Annotated[str, msgspec.Meta(max_length=8_000)]
_CLOSED = (Status.SUSPENDED, Status.TERMINATED)
CODES = ("", "H1", "H2", "H1,H2", "H1,H2,H3")


class NoticeForm(msgspec.Struct, frozen=True, kw_only=True):
    """The boxes of the form; names and nationalities are given one to a line, or parted by commas."""

    route: Box = ""
    full_name: Box = ""
    given_names: Box = ""
    family_names: Box = ""
    aliases: Area = ""
    sex: Box = ""
    date_of_birth: Box = ""
    place_of_birth: Box = ""
    nationalities: Box = ""
    document_type: Box = ""
    document_number: Box = ""
    document_issuer: Box = ""
    facts: Area = ""
    source: Box = ""
    information: Box = ""
    subject_category: Box = "suspect"
    purpose: Box = ""
    offence: Box = ""
    max_penalty_months: Box = ""
    case_ref: Box = ""
    ground: Box = "case"
    tlp: Box = ""
    codes: Box = ""
    pap: Box = ""
    conditions: Annotated[str, msgspec.Meta(max_length=180)] = ""


class NoticeFormView(msgspec.Struct, frozen=True):
    """The form with everything that may be chosen now; `error` names the box that is wrong, `code` why.

    `closed` are ways that exist but whose agreement is suspended or terminated: nothing leaves by them.
    """

    form: NoticeForm
    routes: tuple[Route, ...]
    purposes: tuple[str, ...]
    offences: tuple[str, ...]
    categories: tuple[str, ...]
    grounds: tuple[str, ...]
    sources: tuple[str, ...]
    credibilities: tuple[str, ...]
    closed: tuple[Route, ...] = ()
    error: str = ""
    code: str = ""


class WrongForm(BadInput):
    """A box of the form cannot be read; the facts name it."""

    code = "notices.wrong_form"


def form_view(tx: sa.Connection, parts: ExchangeParts, form: NoticeForm, error: str = "") -> NoticeFormView:
    """Return the form with the partners that may be given notice."""
    book, own = parts.policies(tx), parts.identity.country
    routes: list[Route] = []
    closed: list[Route] = []
    words: dict[str, dict[str, None]] = {
        name: {} for name in ("purposes", "offences", "categories", "grounds")
    }
    directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
    for partner in (one for one in directory.all(tx) if one.status == "active"):
        for loaded in book.between(own, partner.country):
            agreement, service = loaded.agreement, loaded.agreement.service(SERVICE)
            if service is None:
                continue
            title, status = agreement.title, book.state(agreement.id).status
            value = f"{partner.id} {agreement.id}"
            way = Route(value, partner.id, partner.name, agreement.id, title.es, title.en, str(status))
            if status in _CLOSED:
                closed.append(way)
                continue
            routes.append(way)
            words["purposes"] |= dict.fromkeys(service.purposes)
            words["offences"] |= dict.fromkeys(offence.code for offence in agreement.offence_list)
            words["categories"] |= dict.fromkeys(str(name) for name in service.subject_categories)
            words["grounds"] |= dict.fromkeys(str(name) for name in agreement.grounds)
    listed = {name: tuple(values) for name, values in words.items()}
    return NoticeFormView(
        form=form,
        routes=tuple(routes),
        purposes=listed["purposes"],
        offences=listed["offences"],
        categories=listed["categories"],
        grounds=listed["grounds"],
        sources=SOURCES,
        credibilities=CREDIBILITIES,
        closed=tuple(closed),
        error=error,
    )


def read_form(form: NoticeForm) -> tuple[str, Draft]:
    """Return (partner, draft) of a form; raise `WrongForm` naming the box."""
    partner, _, agreement_id = form.route.partition(" ")
    try:
        content = shapes.convert(_content(form), NoticeContent)
        grounds = shapes.convert(_grounds(form, agreement_id), LegalGrounds)
        marking = shapes.convert(_marking(form), HandlingChoice)
    except msgspec.ValidationError as error:
        raise WrongForm(box=_box(str(error))) from error
    if not grounds.case_ref:
        raise WrongForm(box="case_ref")
    return partner, Draft(content, grounds, marking)


def lines(text: str) -> list[str]:
    """Return what stands one to a line, or parted by commas, without blanks."""
    return [part.strip() for line in text.splitlines() for part in line.split(",") if part.strip()]


def _content(form: NoticeForm) -> dict[str, object]:
    document = DocumentRef(
        form.document_type.strip(), form.document_number.strip(), form.document_issuer.strip()
    )
    return {
        "full_name": form.full_name.strip(),
        "given_names": form.given_names.strip(),
        "family_names": form.family_names.strip(),
        "aliases": lines(form.aliases),
        "sex": form.sex,
        "date_of_birth": form.date_of_birth.strip(),
        "place_of_birth": form.place_of_birth.strip(),
        "nationalities": [name.upper() for name in lines(form.nationalities)],
        "documents": [msgspec.to_builtins(document)] if document.number else [],
        "facts": form.facts.strip(),
        "grading": f"{form.source}{form.information}",
    }


def _grounds(form: NoticeForm, agreement_id: str) -> dict[str, object]:
    months = form.max_penalty_months.strip()
    if not months.isdigit():
        raise WrongForm(box="max_penalty_months")
    return {
        "agreement_id": agreement_id,
        "purpose": form.purpose,
        "offence": form.offence,
        "max_penalty_months": int(months),
        "case_ref": form.case_ref.strip(),
        "subject_category": form.subject_category,
        "grounds": [form.ground] if form.ground == "case" else [form.ground, "case"],
    }


def _marking(form: NoticeForm) -> dict[str, object]:
    return {
        "tlp": form.tlp,
        "codes": [code for code in form.codes.split(",") if code],
        "pap": form.pap,
        "conditions": form.conditions.strip(),
    }


def _box(text: str) -> str:
    return text.rpartition("$.")[2].rstrip("`").partition("[")[0][:40]
