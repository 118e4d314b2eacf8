"""Pages of notices: those that wait sealed, drafts that wait for a second person, those that left."""

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
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.request import ArticleUse
from cordillera.trust.handling.display import Badge, badge_of
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.handling.wire import caveats_of
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.notices.choices import NoticeForm, WrongForm, form_view, read_form
from cordillera.trust.notices.errors import (
    ConditionsChanged,
    FactsNeeded,
    ReasonNeeded,
    SecondPersonNeeded,
    WriterInactive,
    WrongStep,
)
from cordillera.trust.notices.model import NoticeLine, NoticeView
from cordillera.trust.notices.service import NoticeService
from cordillera.trust.records.errors import NoSuchRecord

Tab = Literal["received", "drafts", "sent"]
LISTED = guarded(
    Permission.EXCHANGE_READ, audit=NO_AUDIT("states and terms; whom a notice is about is sealed")
)
OPENED = guarded(Permission.RECORD_READ, audit=LeafKind.CONSULTATION)
WRITTEN = guarded(Permission.NOTICE_WRITE, audit=LeafKind.COLLECTION)
RELEASED = guarded(Permission.NOTICE_RELEASE, audit=LeafKind.NOTICE_SENT)
DECIDED = guarded(Permission.NOTICE_ACCEPT, audit=LeafKind.NOTICE_ACCEPTED)
_SHOWN = (SecondPersonNeeded, WriterInactive, ConditionsChanged, WrongStep, ReasonNeeded)


class NoticeList(msgspec.Struct, frozen=True):
    """Notices of one kind, the overdue first."""

    tab: Tab
    rows: tuple[NoticeLine, ...]
    waiting: int


class NoticePage(msgspec.Struct, frozen=True):
    """One notice with what applies to it; `error` and `articles` say why the last step was not taken."""

    notice: NoticeView
    badge: Badge
    is_writer: bool
    error: str = ""
    articles: tuple[ArticleUse, ...] = ()


class AcceptForm(msgspec.Struct, frozen=True):
    """The digest of the conditions that the officer had before them."""

    conditions: Annotated[str, msgspec.Meta(max_length=64)]


class ReasonForm(msgspec.Struct, frozen=True):
    """Why."""

    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Room(msgspec.Struct, frozen=True):
    """Who asks, and what an answer is put together from."""

    session: OfficerSession
    store: Store
    notices: NoticeService
    handling: HandlingService


@get("/notices", opt=LISTED, sync_to_thread=True, include_in_schema=False)
def overview(
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    tab: Annotated[Tab, Parameter(query="tab")] = "received",
) -> Page:
    """List notices received, drafts that wait for a second person, or notices sent."""
    with store.transaction(session.scope) as tx:
        drafts = notices.waiting(tx)
        rows = {"drafts": lambda: drafts, "sent": lambda: notices.sent(tx)}
        found = rows.get(tab, lambda: notices.received(tx))()
    return Page("notices/list.html", NoticeList(tab, found, len(drafts)))


@get("/notices/new", opt=WRITTEN, sync_to_thread=True, include_in_schema=False)
def new_notice(session: OfficerSession, store: Store, notices: NoticeService) -> Page:
    """Open the form."""
    with store.transaction(session.scope) as tx:
        return Page("notices/form.html", form_view(tx, notices.parts, NoticeForm(purpose=session.purpose)))


@post("/notices", opt=WRITTEN, sync_to_thread=True, include_in_schema=False)
def write(
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    data: Annotated[NoticeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Keep a draft; a second person releases it."""
    try:
        peer, draft = read_form(data)
        with store.transaction(session.scope) as tx:
            notice_id = notices.draft(tx, session, peer, draft)
    except (WrongForm, FactsNeeded) as error:
        with store.transaction(session.scope) as tx:
            box = str(error.facts.get("box", "facts"))
            return Page("notices/form.html", form_view(tx, notices.parts, data, box), status=422)
    return Redirect(f"/notices/{notice_id}", status_code=303)


@get("/notices/{notice_id:uuid}", opt=OPENED, sync_to_thread=True, include_in_schema=False)
def notice(
    session: OfficerSession, store: Store, notices: NoticeService, handling: HandlingService, notice_id: UUID
) -> Page:
    """Show one notice: its conditions, and its content where that may be read."""
    return Page("notices/notice.html", _page(Room(session, store, notices, handling), notice_id))


@post("/notices/{notice_id:uuid}/release", opt=RELEASED, sync_to_thread=True, include_in_schema=False)
def release(
    session: OfficerSession, store: Store, notices: NoticeService, handling: HandlingService, notice_id: UUID
) -> Page | Redirect:
    """Release what another officer wrote."""
    room = Room(session, store, notices, handling)
    try:
        with store.transaction(session.scope) as tx:
            decision = notices.release(tx, session, notice_id)
    except _SHOWN as error:
        return _again(room, notice_id, error)
    if not decision.allow:
        return Page("notices/notice.html", _page(room, notice_id, "", decision.articles), status=403)
    return Redirect(f"/notices/{notice_id}", status_code=303)


@post("/notices/{notice_id:uuid}/withdraw", opt=WRITTEN, sync_to_thread=True, include_in_schema=False)
def withdraw(session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID) -> Redirect:
    """Take back a draft."""
    with store.transaction(session.scope) as tx:
        notices.withdraw(tx, session, notice_id)
    return Redirect("/notices?tab=drafts", status_code=303)


@post("/notices/{notice_id:uuid}/accept", opt=DECIDED, sync_to_thread=True, include_in_schema=False)
def accept(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    handling: HandlingService,
    notice_id: UUID,
    data: Annotated[AcceptForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Accept exactly the conditions shown."""
    room = Room(session, store, notices, handling)
    try:
        with store.transaction(session.scope) as tx:
            decision = notices.accept(tx, session, notice_id, data.conditions)
    except _SHOWN as error:
        return _again(room, notice_id, error)
    if not decision.allow:
        return Page("notices/notice.html", _page(room, notice_id, "", decision.articles), status=403)
    return Redirect(f"/notices/{notice_id}", status_code=303)


@post("/notices/{notice_id:uuid}/decline", opt=DECIDED, sync_to_thread=True, include_in_schema=False)
def decline(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    handling: HandlingService,
    notice_id: UUID,
    data: Annotated[ReasonForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Decline a notice: its content is destroyed."""
    return _decided(Room(session, store, notices, handling), notice_id, "decline", data.reason)


@post("/notices/{notice_id:uuid}/keep", opt=DECIDED, sync_to_thread=True, include_in_schema=False)
def keep(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    handling: HandlingService,
    notice_id: UUID,
    data: Annotated[ReasonForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Keep an accepted notice that is needed."""
    return _decided(Room(session, store, notices, handling), notice_id, "keep", data.reason)


@post("/notices/{notice_id:uuid}/erase", opt=DECIDED, sync_to_thread=True, include_in_schema=False)
def erase(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    handling: HandlingService,
    notice_id: UUID,
    data: Annotated[ReasonForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Erase an accepted notice that is not needed."""
    return _decided(Room(session, store, notices, handling), notice_id, "erase", data.reason)


def _decided(
    room: Room, notice_id: UUID, act: Literal["decline", "keep", "erase"], why: str
) -> Page | Redirect:
    """Do what an officer decided with a reason, and show the notice."""
    acts = {"decline": room.notices.decline, "keep": room.notices.keep, "erase": room.notices.erase}
    try:
        with room.store.transaction(room.session.scope) as tx:
            acts[act](tx, room.session, notice_id, why)
    except _SHOWN as error:
        return _again(room, notice_id, error)
    return Redirect(f"/notices/{notice_id}", status_code=303)


def _again(room: Room, notice_id: UUID, error: CordilleraError) -> Page:
    status = 422 if isinstance(error, ReasonNeeded) else 409
    status = 403 if isinstance(error, SecondPersonNeeded | WriterInactive) else status
    return Page("notices/notice.html", _page(room, notice_id, error.code), status=status)


def _page(room: Room, notice_id: UUID, error: str = "", articles: tuple[ArticleUse, ...] = ()) -> NoticePage:
    with room.store.transaction(room.session.scope) as tx:
        view = room.notices.view(tx, room.session, notice_id)
        try:
            caveats = room.handling.caveats(tx, [notice_id])[notice_id]
        except NoSuchRecord:
            caveats = caveats_of(room.notices.handling_of(tx, notice_id))
    writer = view.line.writer == room.session.officer_id
    return NoticePage(view, badge_of(caveats), writer, error, articles)


handlers = [overview, new_notice, write, notice, release, withdraw, accept, decline, keep, erase]
