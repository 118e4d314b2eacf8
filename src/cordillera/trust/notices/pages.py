"""Pages of notices: those that wait sealed, drafts that wait for a second person, those that left."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.foundation.errors import BadInput, CordilleraError, NotPermitted
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.officers import colleagues
from cordillera.trust.access.page import Page
from cordillera.trust.agreements.request import ArticleUse
from cordillera.trust.attachments.api import file_of
from cordillera.trust.attachments.core import MAX_SIZE
from cordillera.trust.attachments.errors import AttachmentTooLarge, NoSuchAttachment
from cordillera.trust.attachments.service import AttachmentLine
from cordillera.trust.handling.display import Badge, badge_of
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.handling.wire import caveats_of
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.notices.choices import NoticeForm, WrongForm, form_view, read_form
from cordillera.trust.notices.errors import (
    ConditionsChanged,
    DraftChanged,
    FactsNeeded,
    FilesMissing,
    NoFile,
    NotTheWriter,
    ReasonNeeded,
    SecondPersonNeeded,
    TooManyFiles,
    WriterInactive,
    WrongStep,
)
from cordillera.trust.notices.files import NewFile, plain_name, plain_type
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
MAX_UPLOAD = MAX_SIZE + 1024 * 1024
"""One request of the form: a file of the largest size, or several together."""
_SHOWN = (
    SecondPersonNeeded, WriterInactive, ConditionsChanged, WrongStep, ReasonNeeded, NotTheWriter,
    DraftChanged, NoFile, TooManyFiles, FilesMissing, AttachmentTooLarge, NoSuchAttachment,
)  # fmt: skip
Shown = Annotated[
    str, Parameter(pattern=r"^([0-9a-f]{64})?$", description="Digest of the draft that was shown.")
]
AttachmentId = Annotated[str, Parameter(pattern=r"^[A-Za-z0-9_-]{27}$", description="Which file.")]


class NoticeList(msgspec.Struct, frozen=True):
    """Notices of one kind, the overdue first."""

    tab: Tab
    rows: tuple[NoticeLine, ...]
    waiting: int


class NoticePage(msgspec.Struct, frozen=True):
    """One notice with what applies to it; `error` and `articles` say why the last step was not taken.

    `files` are those of a draft; a released notice's are with its record. `names` are those of the
    colleagues who wrote and released it, by their ids.
    """

    notice: NoticeView
    badge: Badge
    is_writer: bool
    error: str = ""
    articles: tuple[ArticleUse, ...] = ()
    files: tuple[AttachmentLine, ...] = ()
    names: dict[str, str] = {}


class NewNotice(NoticeForm, frozen=True, kw_only=True):
    """The form of a notice with the files that were chosen."""

    files: list[Any] = msgspec.field(default_factory=list)


class FilesForm(msgspec.Struct, frozen=True):
    """Files for a draft."""

    files: list[Any] = []


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


@post(
    "/notices",
    opt=WRITTEN,
    sync_to_thread=True,
    include_in_schema=False,
    request_max_body_size=MAX_UPLOAD,
)
def write(
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    data: Annotated[NewNotice, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Page | Redirect:
    """Keep a draft with its files; a second person releases it."""
    form = NoticeForm(**{name: getattr(data, name) for name in NoticeForm.__struct_fields__})
    try:
        peer, draft = read_form(form)
        with store.transaction(session.scope) as tx:
            notice_id = notices.draft(tx, session, peer, draft)
            for file in _chosen(data.files):
                notices.files.add(tx, session, notice_id, file)
    except (WrongForm, FactsNeeded, AttachmentTooLarge, TooManyFiles) as error:
        box = "facts" if isinstance(error, FactsNeeded) else str(error.facts.get("box", "files"))
        with store.transaction(session.scope) as tx:
            view = form_view(tx, notices.parts, form, box)
        return Page("notices/form.html", msgspec.structs.replace(view, code=error.code), status=422)
    return Redirect(f"/notices/{notice_id}", status_code=303)


@get("/notices/{notice_id:uuid}", opt=OPENED, sync_to_thread=True, include_in_schema=False)
def notice(
    session: OfficerSession, store: Store, notices: NoticeService, handling: HandlingService, notice_id: UUID
) -> Page:
    """Show one notice: its conditions, and its content where that may be read."""
    return Page("notices/notice.html", _page(Room(session, store, notices, handling), notice_id))


@post(
    "/notices/{notice_id:uuid}/files",
    opt=WRITTEN,
    sync_to_thread=True,
    include_in_schema=False,
    request_max_body_size=MAX_UPLOAD,
)
def add_files(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    handling: HandlingService,
    notice_id: UUID,
    data: Annotated[FilesForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Page | Redirect:
    """Add files to a draft of one's own: all of them, or none."""
    try:
        if not (chosen := _chosen(data.files)):
            raise NoFile
        with store.transaction(session.scope) as tx:
            for file in chosen:
                notices.files.add(tx, session, notice_id, file)
    except _SHOWN as error:
        return _again(Room(session, store, notices, handling), notice_id, error)
    return Redirect(f"/notices/{notice_id}#files", status_code=303)


@post(
    "/notices/{notice_id:uuid}/files/{attachment:str}/remove",
    opt=WRITTEN,
    sync_to_thread=True,
    include_in_schema=False,
)
def remove_file(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    handling: HandlingService,
    notice_id: UUID,
    attachment: AttachmentId,
) -> Page | Redirect:
    """Take a file out of a draft of one's own, and erase it."""
    try:
        with store.transaction(session.scope) as tx:
            notices.files.remove(tx, session, notice_id, attachment)
    except _SHOWN as error:
        return _again(Room(session, store, notices, handling), notice_id, error)
    return Redirect(f"/notices/{notice_id}#files", status_code=303)


@get(
    "/notices/{notice_id:uuid}/files/{attachment:str}",
    opt=OPENED,
    sync_to_thread=True,
    include_in_schema=False,
)
def open_file(
    session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID, attachment: AttachmentId
) -> Response[bytes]:
    """Look at a file of a draft, before releasing it."""
    with store.transaction(session.scope) as tx:
        return file_of(notices.files.open(tx, session, notice_id, attachment))


@post("/notices/{notice_id:uuid}/release", opt=RELEASED, sync_to_thread=True, include_in_schema=False)
def release(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    handling: HandlingService,
    notice_id: UUID,
    shown: Shown = "",
) -> Page | Redirect:
    """Release what another officer wrote, as it was shown."""
    room = Room(session, store, notices, handling)
    try:
        with store.transaction(session.scope) as tx:
            notices.files.check(tx, notice_id)
            decision = notices.release(tx, session, notice_id, shown)
    except _SHOWN as error:
        return _again(room, notice_id, error)
    if not decision.allow:
        return Page("notices/notice.html", _page(room, notice_id, "", decision.articles), status=403)
    return Redirect(f"/notices/{notice_id}", status_code=303)


@post("/notices/{notice_id:uuid}/withdraw", opt=WRITTEN, sync_to_thread=True, include_in_schema=False)
def withdraw(session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID) -> Redirect:
    """Take back a draft."""
    with store.transaction(session.scope) as tx:
        notices.files.withdraw(tx, session, notice_id)
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
    status = 422 if isinstance(error, BadInput) else 409
    status = 403 if isinstance(error, NotPermitted) else status
    return Page("notices/notice.html", _page(room, notice_id, error.code), status=status)


def _page(room: Room, notice_id: UUID, error: str = "", articles: tuple[ArticleUse, ...] = ()) -> NoticePage:
    with room.store.transaction(room.session.scope) as tx:
        view = room.notices.view(tx, room.session, notice_id)
        draft = view.content if view.line.state == "draft" else None
        files = room.notices.files.lines(tx, draft) if draft else ()
        try:
            caveats = room.handling.caveats(tx, [notice_id])[notice_id]
        except NoSuchRecord:
            caveats = caveats_of(room.notices.handling_of(tx, notice_id))
        names = colleagues(tx, room.session.agency, (view.line.writer, view.line.releaser))
    writer = view.line.writer == room.session.officer_id
    return NoticePage(view, badge_of(caveats), writer, error, articles, files, names)


def _chosen(files: list[Any]) -> list[NewFile]:
    """Return the files that were chosen; an empty box is sent as an empty text, or a file without name."""
    sent = [one for one in files if isinstance(one, UploadFile) and one.filename]
    return [NewFile(plain_name(one.filename), plain_type(one.content_type), one.file.read()) for one in sent]


handlers = [
    overview,
    new_notice,
    write,
    notice,
    add_files,
    remove_file,
    open_file,
    release,
    withdraw,
    accept,
    decline,
    keep,
    erase,
]
