"""Pages of redress: how to ask (for everybody), the queue with its countdown, and each ticket."""

from datetime import datetime, timedelta
from math import ceil
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.foundation import shapes
from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.access.guard import NO_AUDIT, guarded, public
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.redress.core import level
from cordillera.trust.redress.model import (
    Kind,
    NewTicket,
    Outcome,
    Ruling,
    Standing,
    Ticket,
    TicketRow,
)
from cordillera.trust.redress.service import RedressService

LISTED = guarded(Permission.REDRESS_READ, audit=NO_AUDIT("numbers, states and deadlines; nobody is named"))
OPENED = guarded(Permission.REDRESS_READ, audit=LeafKind.CONSULTATION)
MANAGED = guarded(Permission.REDRESS_MANAGE, audit=LeafKind.REDRESS)
_FORM = guarded(Permission.REDRESS_MANAGE, audit=NO_AUDIT("an empty form; nothing is read"))
_PUBLIC = public(audit=NO_AUDIT("how to ask, where and until when; nobody is named"))
Box = Annotated[str, msgspec.Meta(max_length=200)]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Form = RequestEncodingType.URL_ENCODED


class Remedy(msgspec.Struct, frozen=True):
    """Where a person turns under one agreement, in which languages, answered within how many days."""

    agreement_id: str
    title_es: str
    title_en: str
    authority: str
    languages: tuple[str, ...]
    deadline_days: int


class HowView(msgspec.Struct, frozen=True):
    """What everybody may know about asking."""

    authority: str
    kinds: tuple[str, ...]
    remedies: tuple[Remedy, ...]


class QueueLine(msgspec.Struct, frozen=True):
    """A ticket in the queue: days left until its deadline (negative past it) and how far time presses."""

    row: TicketRow
    days_left: int
    level: int


class QueueView(msgspec.Struct, frozen=True):
    """The queue, the nearest deadline first."""

    lines: tuple[QueueLine, ...]


class OpenForm(msgspec.Struct, frozen=True, kw_only=True):
    """The boxes of a new ticket."""

    kind: Box = Kind.ACCESS.value
    full_name: Box = ""
    given_names: Box = ""
    family_names: Box = ""
    date_of_birth: Box = ""
    document_number: Box = ""
    document_type: Box = ""
    document_issuer: Box = ""
    applicant_name: Box = ""
    relation: Box = "self"
    checked: Box = "in_person"
    applicant_document: Box = ""
    contact: Box = ""
    language: Box = "es"
    tell_partners: Box = ""


class OpenView(msgspec.Struct, frozen=True):
    """The form of a new ticket, with what must be mended."""

    form: OpenForm
    error: str = ""


class JudgeForm(msgspec.Struct, frozen=True):
    """Whether a thing found is about the person."""

    verdict: Literal["same", "other"]


class DecideForm(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer decides. `without` acknowledges the partners that have not answered."""

    outcome: Literal["granted", "partly", "refused", "checks_made"]
    article: Box = ""
    reason: Words = ""
    without: Literal["", "yes"] = ""


class TicketView(msgspec.Struct, frozen=True):
    """A ticket with its countdown; `error` says why the last act was refused, `form` what it was."""

    ticket: Ticket
    days_left: int
    level: int
    doubtful: int
    silent: tuple[str, ...]
    error: str = ""
    form: DecideForm | None = None


@get("/redress/how", opt=_PUBLIC, sync_to_thread=True, include_in_schema=False)
def how(store: Store, agreements: AgreementService, redress: RedressService) -> Page:
    """Explain to everybody what they may ask, where, and by when they are answered."""
    with store.transaction(Scope.node("redress")) as tx:
        held = [loaded.agreement for loaded in agreements.book(tx)]
    remedies = tuple(
        Remedy(
            one.id,
            one.title.es,
            one.title.en,
            one.redress.authority,
            one.redress.languages,
            one.redress.deadline_days,
        )
        for one in held
        if redress.country in one.countries
    )
    return Page("redress/how.html", HowView(redress.authority, tuple(kind.value for kind in Kind), remedies))


@get("/redress", opt=LISTED, sync_to_thread=True, include_in_schema=False)
def overview(session: OfficerSession, store: Store, clock: Clock, redress: RedressService) -> Page:
    """List the tickets, the nearest deadline first."""
    with store.transaction(session.scope) as tx:
        rows = redress.queue(tx)
    now = clock.now()
    lines = tuple(QueueLine(row, days_left(row, now), pressing(row, now)) for row in rows)
    return Page("redress/queue.html", QueueView(lines))


@get("/redress/new", opt=_FORM, sync_to_thread=True, include_in_schema=False)
def new(session: OfficerSession) -> Page:
    """Show the form of a new ticket."""
    return Page("redress/new.html", OpenView(OpenForm(language=session.language)))


@post("/redress", opt=MANAGED, sync_to_thread=True, include_in_schema=False)
def take_in(
    session: OfficerSession,
    store: Store,
    redress: RedressService,
    data: Annotated[OpenForm, Body(media_type=Form)],
) -> Page | Redirect:
    """Open a ticket, and have the node searched: the ticket's page shows when it is done."""
    try:
        asked = _read(data)
        with store.transaction(session.scope) as tx:
            ticket_id = redress.open(tx, session, asked)
            redress.want_search(tx, session, ticket_id)
    except msgspec.ValidationError:
        return Page("redress/new.html", OpenView(data, "redress.form_wrong"), status=422)
    except CordilleraError as error:
        return Page("redress/new.html", OpenView(data, error.code), status=422)
    return Redirect(f"/redress/{ticket_id}", status_code=303)


@get("/redress/{ticket_id:uuid}", opt=OPENED, sync_to_thread=True, include_in_schema=False)
def ticket(
    session: OfficerSession, store: Store, clock: Clock, redress: RedressService, ticket_id: UUID
) -> Page:
    """Show one ticket: what was found where, who was asked, what was decided and told."""
    with store.transaction(session.scope) as tx:
        found = redress.show(tx, session, ticket_id)
    return Page("redress/ticket.html", _view(found, clock.now()))


@post("/redress/{ticket_id:uuid}/find", opt=MANAGED, sync_to_thread=True, include_in_schema=False)
def search_again(session: OfficerSession, store: Store, redress: RedressService, ticket_id: UUID) -> Redirect:
    """Have the node searched again; what is new is added, nobody is asked twice."""
    with store.transaction(session.scope) as tx:
        redress.want_search(tx, session, ticket_id)
    return Redirect(f"/redress/{ticket_id}", status_code=303)


@post(
    "/redress/{ticket_id:uuid}/items/{item_id:uuid}",
    opt=MANAGED,
    sync_to_thread=True,
    include_in_schema=False,
)
def judge_item(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    redress: RedressService,
    ticket_id: UUID,
    item_id: UUID,
    data: Annotated[JudgeForm, Body(media_type=Form)],
) -> Redirect:
    """Say whether a thing found is about the person."""
    with store.transaction(session.scope) as tx:
        redress.judge_item(tx, session, ticket_id, item_id, same=data.verdict == "same")
    return Redirect(f"/redress/{ticket_id}#found", status_code=303)


@post("/redress/{ticket_id:uuid}/decision", opt=MANAGED, sync_to_thread=True, include_in_schema=False)
def decide(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    clock: Clock,
    redress: RedressService,
    ticket_id: UUID,
    data: Annotated[DecideForm, Body(media_type=Form)],
) -> Page | Redirect:
    """Decide, or propose what a second officer confirms."""
    with store.transaction(session.scope) as tx:
        view = _view(redress.show(tx, session, ticket_id), clock.now())
    silent = view.silent if data.without else ()
    ruling = Ruling(Outcome(data.outcome), data.article.strip(), data.reason, silent)
    try:
        with store.transaction(session.scope) as tx:
            redress.decide(tx, session, ticket_id, ruling)
    except CordilleraError as error:
        shown = msgspec.structs.replace(view, error=error.code, form=data)
        return Page("redress/ticket.html", shown, status=422)
    return Redirect(f"/redress/{ticket_id}", status_code=303)


@post("/redress/{ticket_id:uuid}/answer", opt=MANAGED, sync_to_thread=True, include_in_schema=False)
def answer(session: OfficerSession, store: Store, redress: RedressService, ticket_id: UUID) -> Redirect:
    """Write that the letter was handed over."""
    with store.transaction(session.scope) as tx:
        redress.answer(tx, session, ticket_id)
    return Redirect(f"/redress/{ticket_id}", status_code=303)


def days_left(row: TicketRow, now: datetime) -> int:
    """Return days until the deadline, a begun day counted; negative past it."""
    if now > row.deadline_at:
        return -ceil((now - row.deadline_at) / timedelta(days=1))
    return ceil((row.deadline_at - now) / timedelta(days=1))


def pressing(row: TicketRow, now: datetime) -> int:
    """Return how far time presses; an answered ticket does not."""
    return 0 if row.answered_at else level(now, opened=row.opened_at, deadline=row.deadline_at)


def _view(found: Ticket, now: datetime) -> TicketView:
    return TicketView(
        found,
        days_left(found.row, now),
        pressing(found.row, now),
        sum(item.standing is Standing.DOUBTFUL for item in found.items),
        tuple(sorted({one.peer for one in found.partners if one.state != "answered"})),
    )


def _read(form: OpenForm) -> NewTicket:
    """Return the request of a form; raise `msgspec.ValidationError`."""
    document = {"number": form.document_number, "type": form.document_type, "issuer": form.document_issuer}
    about = {
        "full_name": form.full_name.strip(),
        "given_names": form.given_names,
        "family_names": form.family_names,
        "date_of_birth": form.date_of_birth.strip(),
        "documents": [document] if form.document_number.strip() else [],
    }
    applicant = {
        "name": (form.applicant_name or form.full_name).strip(),
        "relation": form.relation,
        "checked": form.checked,
        "document": form.applicant_document.strip(),
        "contact": form.contact,
    }
    asked = {
        "kind": form.kind,
        "about": about,
        "applicant": applicant,
        "language": form.language,
        "tell_partners": bool(form.tell_partners),
    }
    return shapes.convert(asked, NewTicket)


handlers = [how, overview, new, take_in, ticket, search_again, judge_item, decide, answer]
