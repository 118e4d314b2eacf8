"""Pages of follow-up: what is open on either side with its due time, the forms, and what was let pass."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.officers import colleagues
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.request import ArticleUse
from cordillera.trust.exchange.vigilance import Vigilance
from cordillera.trust.exchange.vigilance_store import Alarm
from cordillera.trust.followup.errors import (
    AlreadyAsked,
    FieldNotListed,
    GroundNotListed,
    JudicialReferenceNeeded,
    NothingWanted,
    NotOwnReview,
    ReasonNeeded,
    SecondOfficerNeeded,
    WrongStep,
)
from cordillera.trust.followup.forms import AnswerForm, AskForm, WrongForm, written
from cordillera.trust.followup.model import FollowUpLine, FollowUpView
from cordillera.trust.followup.service import FollowUpService
from cordillera.trust.followup.timers import Deadline
from cordillera.trust.ledger.model import LeafKind

Tab = Literal["received", "asked", "overdue", "alarms"]
Reference = Annotated[str, Parameter(min_length=1, max_length=64)]
LISTED = guarded(Permission.EXCHANGE_READ, audit=NO_AUDIT("states and due times; nobody is named"))
OPENED = guarded(Permission.RECORD_READ, audit=LeafKind.CONSULTATION)
FORM = guarded(Permission.FOLLOWUP_ASK, audit=NO_AUDIT("opens a form; nothing is read or sent"))
ASKED = guarded(Permission.FOLLOWUP_ASK, audit=LeafKind.INFO_REQUESTED)
ANSWERED = guarded(Permission.FOLLOWUP_APPROVE, audit=LeafKind.INFO_ANSWERED)
REVIEWED = guarded(Permission.FOLLOWUP_APPROVE, audit=LeafKind.REVIEWED)
WATCHED = guarded(Permission.OVERSIGHT_READ, audit=LeafKind.REVIEWED)
_SHOWN = (
    AlreadyAsked, FieldNotListed, GroundNotListed, JudicialReferenceNeeded, NothingWanted, NotOwnReview,
    ReasonNeeded, SecondOfficerNeeded, WrongStep, WrongForm,
)  # fmt: skip
_DENIED = (SecondOfficerNeeded, NotOwnReview)
_STALE = (AlreadyAsked, WrongStep)


class FollowUpList(msgspec.Struct, frozen=True):
    """One list; `overdue` is what was let pass, whichever list is shown. `names` are colleagues', by id."""

    tab: Tab
    rows: tuple[FollowUpLine, ...]
    overdue: tuple[Deadline, ...]
    alarms: tuple[Alarm, ...]
    names: dict[str, str] = {}


class AskPage(msgspec.Struct, frozen=True):
    """The form to ask for more; `wanted` is ticked."""

    thread: UUID
    reference: str
    partner: str
    agreement_id: str
    service: str
    may_want: tuple[str, ...]
    wanted: tuple[str, ...]
    form: AskForm | None = None
    error: str = ""
    articles: tuple[ArticleUse, ...] = ()
    waits: bool = False


class FollowUpPage(msgspec.Struct, frozen=True):
    """One request; `boxes` are what the answer form starts with, empty where this officer answers nothing."""

    request: FollowUpView
    boxes: dict[str, str]
    is_proposer: bool
    error: str = ""
    articles: tuple[ArticleUse, ...] = ()


class RefuseForm(msgspec.Struct, frozen=True):
    """On which ground, and why."""

    ground: Annotated[str, msgspec.Meta(max_length=64)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class ReviewForm(msgspec.Struct, frozen=True):
    """What a second person found about an emergency."""

    finding: Literal["justified", "unjustified"]
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class NoteForm(msgspec.Struct, frozen=True):
    """What a supervisor found."""

    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Room(msgspec.Struct, frozen=True):
    """Who asks, and the service that answers."""

    session: OfficerSession
    store: Store
    followups: FollowUpService


@get("/followup", opt=LISTED, sync_to_thread=True, include_in_schema=False)
def overview(
    session: OfficerSession,
    store: Store,
    followups: FollowUpService,
    vigilance: Vigilance,
    tab: Annotated[Tab, Parameter(query="tab")] = "received",
) -> Page:
    """List requests of one side, what was let pass, or what looks like fishing."""
    with store.transaction(session.scope) as tx:
        rows = followups.asked(tx) if tab == "asked" else ()
        rows = followups.received(tx) if tab == "received" else rows
        sees = tab == "alarms" and session.may(Permission.OVERSIGHT_READ)
        alarms = vigilance.alarms(tx) if sees else ()
        overdue = followups.overdue(tx)
        told = (*(one.officer for one in overdue), *(one.officer for one in alarms))
        names = colleagues(tx, session.agency, (*told, *(one.seen_by or "" for one in alarms)))
        return Page("followup/list.html", FollowUpList(tab, rows, overdue, alarms, names))


@get("/followup/new", opt=FORM, sync_to_thread=True, include_in_schema=False)
def new_request(
    session: OfficerSession,
    store: Store,
    followups: FollowUpService,
    thread: UUID | None = None,
    reference: Annotated[str, Parameter(max_length=64)] = "",
) -> Page | Redirect:
    """Open the form for a confirmed candidate or an accepted notice."""
    if thread is None:
        return Redirect("/exchange", status_code=303)
    return Page("followup/ask.html", _ask_page(Room(session, store, followups), thread, reference))


@post("/followup", opt=ASKED, sync_to_thread=True, include_in_schema=False)
def ask(
    session: OfficerSession,
    store: Store,
    followups: FollowUpService,
    data: Annotated[AskForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Ask the partner; what the agreement forbids is recorded, shown, and does not leave."""
    room = Room(session, store, followups)
    try:
        wish = data.ask
        with store.transaction(session.scope) as tx:
            asked = followups.ask(tx, session, wish)
    except _SHOWN as error:
        page = _ask_page(room, data.thread, data.reference, data, error=error.code)
        return Page("followup/ask.html", page, status=409 if isinstance(error, _STALE) else 422)
    if asked.waits:
        page = _ask_page(room, data.thread, data.reference, data)
        return Page("followup/ask.html", msgspec.structs.replace(page, waits=True), status=202)
    if asked.request_id is None:
        articles = asked.decision.articles if asked.decision else ()
        page = _ask_page(room, data.thread, data.reference, data, articles=articles)
        return Page("followup/ask.html", page, status=403)
    return Redirect(f"/followup/{asked.request_id}", status_code=303)


@get("/followup/{request_id:uuid}", opt=OPENED, sync_to_thread=True, include_in_schema=False)
def request(session: OfficerSession, store: Store, followups: FollowUpService, request_id: UUID) -> Page:
    """Show one request, and to who may answer it what is held."""
    return Page("followup/request.html", _page(Room(session, store, followups), request_id))


@post("/followup/{request_id:uuid}/answer", opt=ANSWERED, sync_to_thread=True, include_in_schema=False)
def answer(
    session: OfficerSession,
    store: Store,
    followups: FollowUpService,
    request_id: UUID,
    data: Annotated[AnswerForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Give what the boxes hold, or propose it where two officers decide."""
    room = Room(session, store, followups)
    try:
        response = data.response
        with store.transaction(session.scope) as tx:
            decision = followups.respond(tx, session, request_id, response)
    except _SHOWN as error:
        return _again(room, request_id, error)
    if decision is not None and not decision.allow:
        return Page("followup/request.html", _page(room, request_id, "", decision.articles), status=403)
    return Redirect(f"/followup/{request_id}", status_code=303)


@post("/followup/{request_id:uuid}/approve", opt=ANSWERED, sync_to_thread=True, include_in_schema=False)
def approve(
    session: OfficerSession, store: Store, followups: FollowUpService, request_id: UUID
) -> Page | Redirect:
    """Send what another officer proposed."""
    room = Room(session, store, followups)
    try:
        with store.transaction(session.scope) as tx:
            decision = followups.approve(tx, session, request_id)
    except _SHOWN as error:
        return _again(room, request_id, error)
    if decision is not None and not decision.allow:
        return Page("followup/request.html", _page(room, request_id, "", decision.articles), status=403)
    return Redirect(f"/followup/{request_id}", status_code=303)


@post("/followup/{request_id:uuid}/reject", opt=ANSWERED, sync_to_thread=True, include_in_schema=False)
def reject(
    session: OfficerSession,
    store: Store,
    followups: FollowUpService,
    request_id: UUID,
    data: Annotated[NoteForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Send a proposal back."""
    room = Room(session, store, followups)
    try:
        with store.transaction(session.scope) as tx:
            followups.reject(tx, session, request_id, data.note)
    except _SHOWN as error:
        return _again(room, request_id, error)
    return Redirect(f"/followup/{request_id}", status_code=303)


@post("/followup/{request_id:uuid}/refuse", opt=ANSWERED, sync_to_thread=True, include_in_schema=False)
def refuse(
    session: OfficerSession,
    store: Store,
    followups: FollowUpService,
    request_id: UUID,
    data: Annotated[RefuseForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Refuse on one of the agreement's grounds."""
    room = Room(session, store, followups)
    try:
        with store.transaction(session.scope) as tx:
            decision = followups.refuse(tx, session, request_id, data.ground, data.reason)
    except _SHOWN as error:
        return _again(room, request_id, error)
    if not decision.allow:
        return Page("followup/request.html", _page(room, request_id, "", decision.articles), status=403)
    return Redirect(f"/followup/{request_id}", status_code=303)


@post("/followup/emergencies/{ref:uuid}/review", opt=REVIEWED, sync_to_thread=True, include_in_schema=False)
def review(
    session: OfficerSession,
    store: Store,
    followups: FollowUpService,
    ref: UUID,
    data: Annotated[ReviewForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Record what a second person found about an emergency."""
    with store.transaction(session.scope) as tx:
        found = data.finding == "justified"
        followups.emergencies.review(tx, session, ref, data.reason, justified=found)
    return Redirect("/followup?tab=overdue", status_code=303)


@post("/followup/alarms/{alarm_id:uuid}/seen", opt=WATCHED, sync_to_thread=True, include_in_schema=False)
def seen(
    session: OfficerSession,
    store: Store,
    vigilance: Vigilance,
    alarm_id: UUID,
    data: Annotated[NoteForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Record that a supervisor looked into an alarm."""
    with store.transaction(session.scope) as tx:
        vigilance.seen(tx, session, alarm_id, data.note)
    return Redirect("/followup?tab=alarms", status_code=303)


def _again(room: Room, request_id: UUID, error: CordilleraError) -> Page:
    status = 403 if isinstance(error, _DENIED) else 409 if isinstance(error, _STALE) else 422
    return Page("followup/request.html", _page(room, request_id, error.code), status=status)


def _page(
    room: Room, request_id: UUID, error: str = "", articles: tuple[ArticleUse, ...] = ()
) -> FollowUpPage:
    session = room.session
    with room.store.transaction(session.scope) as tx:
        view = room.followups.view(tx, session, request_id)
        answers = view.line.state == "open" and session.may(Permission.FOLLOWUP_APPROVE)
        boxes = written(room.followups.held(tx, session, request_id)) if answers else {}
    return FollowUpPage(view, boxes, view.line.proposer == session.officer_id, error, articles)


def _ask_page(  # noqa: PLR0913 - everything the form shows
    room: Room,
    thread_id: UUID,
    reference: str,
    form: AskForm | None = None,
    *,
    error: str = "",
    articles: tuple[ArticleUse, ...] = (),
) -> AskPage:
    with room.store.transaction(room.session.scope) as tx:
        thread, may_want = room.followups.can_ask(tx, thread_id, reference)
    wanted = tuple(name for name in may_want if form is None or getattr(form, name))
    return AskPage(
        thread=thread.id,
        reference=reference,
        partner=thread.peer,
        agreement_id=thread.agreement_id,
        service=thread.service,
        may_want=may_want,
        wanted=wanted,
        form=form,
        error=error,
        articles=articles,
    )


handlers = [overview, new_request, ask, request, answer, approve, reject, refuse, review, seen]
