"""Pages of lists: which are in use, where they come from, what an update changes, and who agrees to it."""

from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.desks.people.asking import actor_of
from cordillera.desks.people.core import date_in_name
from cordillera.desks.people.errors import ListNotFound
from cordillera.desks.people.importing import Target
from cordillera.desks.people.lists_desk import ListDesk
from cordillera.desks.people.lists_model import ListSource, Outcome
from cordillera.desks.people.lists_views import DifferencePage, ListPage, ListsView
from cordillera.desks.people.model import ListFormat, ListVersion, SourceFiles
from cordillera.desks.people.service import WatchlistService
from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput, Conflict, CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

MAX_UPLOAD = 128 * 1024 * 1024
_LISTS = guarded(Permission.LIST_READ, audit=NO_AUDIT("names, dates and counts of lists; nobody is named"))
_IMPORT = guarded(Permission.LIST_IMPORT, audit=LeafKind.LIST_CHANGED)
_SOURCE = guarded(Permission.LIST_IMPORT, audit=LeafKind.SETTINGS_CHANGED)
_APPROVE = guarded(Permission.LIST_APPROVE, audit=LeafKind.LIST_CHANGED)
_COMPARE = guarded(Permission.LIST_APPROVE, audit=LeafKind.CONSULTATION)
_Text = Annotated[str, Parameter(max_length=200)]
_Name = Annotated[str, Parameter(max_length=80)]
_Short = Annotated[str, msgspec.Meta(max_length=8)]
_Long = Annotated[str, msgspec.Meta(max_length=1000)]
_FORMATS = tuple(form.value for form in ListFormat)


class ImportForm(msgspec.Struct, frozen=True):
    """What the import form sends. `alt` and `add` go with OFAC's CSV, `mapping` with other CSV."""

    name: Annotated[str, msgspec.Meta(max_length=80)]
    format: ListFormat
    file: UploadFile
    alt: UploadFile | None = None
    add: UploadFile | None = None
    mapping: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    accept_smaller: _Short = ""
    hold: _Short = ""


class SourceForm(msgspec.Struct, frozen=True):
    """What the form of a source sends; numbers come as text."""

    format: ListFormat
    kind: Literal["file", "url"]
    place: _Long
    sums: _Long = ""
    signature: _Long = ""
    public_key: Annotated[str, msgspec.Meta(max_length=200)] = ""
    mapping: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    every_minutes: Annotated[str, msgspec.Meta(max_length=5)] = "0"
    stale_days: Annotated[str, msgspec.Meta(max_length=3)] = "30"
    largest_change: Annotated[str, msgspec.Meta(max_length=3)] = "20"
    automatic: _Short = ""


class ReasonForm(msgspec.Struct, frozen=True):
    """Why a version is refused or made active again."""

    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


_Reason = Annotated[ReasonForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/lists", opt=_LISTS, sync_to_thread=True, include_in_schema=False)
def lists(
    session: OfficerSession, store: Store, watchlists: ListDesk, people: WatchlistService, done: _Text = ""
) -> Page:
    """Show every list: date, counts, source, last update, what waits."""
    view = _lists_view(session, store, watchlists, people)
    return Page("people/lists.html", msgspec.structs.replace(view, done=done))


@post("/lists", opt=_IMPORT, sync_to_thread=True, include_in_schema=False, request_max_body_size=MAX_UPLOAD)
def import_list(
    session: OfficerSession,
    store: Store,
    watchlists: ListDesk,
    people: WatchlistService,
    data: Annotated[ImportForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Page | Redirect:
    """Take a list in; a refused one is told, and the old one stays active."""
    target = Target(data.name.strip(), data.format, data.file.filename[:200])
    choice = {"smaller": bool(data.accept_smaller), "hold": bool(data.hold)}
    try:
        with store.transaction(session.scope) as tx:
            report = watchlists.keeper.take_in(tx, _source(data), target, actor_of(session), **choice)
    except (BadInput, Conflict) as error:
        view = msgspec.structs.replace(
            _lists_view(session, store, watchlists, people),
            form_name=data.name,
            form_format=data.format.value,
            error=error.code,
        )
        return Page("people/lists.html", view, status=422)
    if report.version.waiting:
        return Redirect(_of(target.name), status_code=303)
    return Redirect(f"/lists?done={quote(target.name)}", status_code=303)


@get("/lists/of/{name:str}", opt=_LISTS, sync_to_thread=True, include_in_schema=False)
def one(session: OfficerSession, store: Store, watchlists: ListDesk, name: _Name, done: _Text = "") -> Page:
    """Show one list: its versions, its updates, its source, what waits."""
    return _page(session, store, watchlists, name, done=done)


@post("/lists/of/{name:str}/source", opt=_SOURCE, sync_to_thread=True, include_in_schema=False)
def put_source(
    session: OfficerSession,
    store: Store,
    watchlists: ListDesk,
    name: _Name,
    data: Annotated[SourceForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Say where a list comes from and when a new version takes effect by itself."""
    try:
        watchlists.updater.put_source(store, _configured(name, data), actor_of(session))
    except (BadInput, Conflict, msgspec.ValidationError) as error:
        code = error.code if isinstance(error, CordilleraError) else "lists.source.wrong"
        return _page(session, store, watchlists, name, error=code)
    return Redirect(_of(name, "source"), status_code=303)


@post("/lists/of/{name:str}/source/remove", opt=_SOURCE, sync_to_thread=True, include_in_schema=False)
def remove_source(session: OfficerSession, store: Store, watchlists: ListDesk, name: _Name) -> Redirect:
    """Forget where a list comes from; the list stays."""
    watchlists.updater.remove_source(store, name, actor_of(session))
    return Redirect("/lists", status_code=303)


@post("/lists/of/{name:str}/look", opt=_IMPORT, sync_to_thread=True, include_in_schema=False)
def look(store: Store, watchlists: ListDesk, name: _Name) -> Redirect:
    """Look at the source now."""
    state = watchlists.updater.look(store, name)
    return Redirect(_of(name, state.outcome), status_code=303)


@get("/lists/difference/{version_id:uuid}", opt=_COMPARE, sync_to_thread=True, include_in_schema=False)
def difference(  # noqa: PLR0913 - one parameter for each service and part of the address
    session: OfficerSession,
    store: Store,
    watchlists: ListDesk,
    version_id: UUID,
    against: UUID | None = None,
    page: Annotated[int, Parameter(ge=1, le=1_000_000)] = 1,
) -> Page:
    """Show what a version changes, entry by entry and field by field."""
    with store.transaction(session.scope) as tx:
        view = difference_page(tx, session, watchlists, (version_id, against, page))
    return Page("people/list_difference.html", view)


@post("/lists/versions/{version_id:uuid}/agree", opt=_APPROVE, sync_to_thread=True, include_in_schema=False)
def agree(session: OfficerSession, store: Store, watchlists: ListDesk, version_id: UUID) -> Page | Redirect:
    """Agree to a version that waits."""
    try:
        with store.transaction(session.scope) as tx:
            update = watchlists.keeper.agree(tx, version_id, actor_of(session))
    except Conflict as error:
        return _waiting_again(session, store, watchlists, (version_id, error.code))
    done = "activated" if update.outcome is Outcome.ACTIVATED else "agreed"
    return Redirect(_of(update.list_name, done), status_code=303)


@post("/lists/versions/{version_id:uuid}/refuse", opt=_APPROVE, sync_to_thread=True, include_in_schema=False)
def refuse(
    session: OfficerSession, store: Store, watchlists: ListDesk, version_id: UUID, data: _Reason
) -> Page | Redirect:
    """Refuse a version that waits; its entries are erased."""
    try:
        with store.transaction(session.scope) as tx:
            update = watchlists.keeper.refuse(tx, version_id, actor_of(session), data.reason)
    except (BadInput, Conflict) as error:
        return _waiting_again(session, store, watchlists, (version_id, error.code), data.reason)
    return Redirect(_of(update.list_name, "refused"), status_code=303)


@post(
    "/lists/versions/{version_id:uuid}/rollback", opt=_APPROVE, sync_to_thread=True, include_in_schema=False
)
def roll_back(
    session: OfficerSession, store: Store, watchlists: ListDesk, version_id: UUID, data: _Reason
) -> Page | Redirect:
    """Make a superseded version the active one again."""
    try:
        with store.transaction(session.scope) as tx:
            update = watchlists.keeper.roll_back(tx, version_id, actor_of(session), data.reason)
    except (BadInput, Conflict) as error:
        with store.transaction(session.scope) as tx:
            name = watchlists.compared(tx, version_id, None)[1].list_name
        return _page(session, store, watchlists, name, error=error.code)
    return Redirect(_of(update.list_name, update.outcome.value), status_code=303)


def difference_page(
    tx: sa.Connection,
    session: OfficerSession,
    watchlists: ListDesk,
    asked: tuple[UUID, UUID | None, int],
) -> DifferencePage:
    """Put the page of a difference together; that it was seen is recorded."""
    old, new = watchlists.compared(tx, asked[0], asked[1])
    before = None if old is None else old.version_id
    shown = watchlists.differences.page(tx, before, new.version_id, asked[2], actor_of(session))
    waiting = watchlists.keeper.waiting(tx, new.list_name)
    update = next((one for one in waiting if one.version_id == new.version_id), None)
    return DifferencePage(old, new, shown, update, session.officer_id)


def _waiting_again(
    session: OfficerSession, store: Store, watchlists: ListDesk, failed: tuple[UUID, str], reason: str = ""
) -> Page:
    """Show the difference again with why nothing was done, and the reason that was typed."""
    with store.transaction(session.scope) as tx:
        view = difference_page(tx, session, watchlists, (failed[0], None, 1))
    shown = msgspec.structs.replace(view, error=failed[1], reason=reason)
    return Page("people/list_difference.html", shown, status=422)


def _page(  # noqa: PLR0913 - what was done or went wrong, beside the services
    session: OfficerSession, store: Store, watchlists: ListDesk, name: str, *, done: str = "", error: str = ""
) -> Page:
    with store.transaction(session.scope) as tx:
        line = watchlists.line(tx, name)
        if line is None:
            raise ListNotFound(list=name[:40])
        versions, updates = watchlists.versions(tx, name), watchlists.keeper.updates(tx, name)
    source = line.source.source if line.source else None
    now, officer = watchlists.keeper.importer.clock.now(), session.officer_id
    view = ListPage(now, line, versions, updates, _FORMATS, source, officer, error, done)
    return Page("people/list.html", view, status=422 if error else 200)


def _lists_view(
    session: OfficerSession, store: Store, watchlists: ListDesk, people: WatchlistService
) -> ListsView:
    with store.transaction(session.scope) as tx:
        versions, lines = people.versions(tx), watchlists.lines(tx)
    return ListsView(
        now=people.now(),
        lines=lines,
        active=tuple(one for one in versions if _is_active(one)),
        superseded=tuple(one for one in versions if one.superseded_at is not None),
        formats=_FORMATS,
    )


def _is_active(version: ListVersion) -> bool:
    return version.superseded_at is None and not version.waiting


def _source(data: ImportForm) -> SourceFiles:
    main, alt, add = (
        part.file.read() if part is not None else b"" for part in (data.file, data.alt, data.add)
    )
    return SourceFiles(main, alt, add, date_in_name(data.file.filename), data.mapping)


def _configured(name: str, data: SourceForm) -> ListSource:
    """Return the source that a form states; raise `ValidationError` for numbers that are none."""
    written = {key: value.strip() for key, value in msgspec.to_builtins(data).items()}
    policy = {key: written.pop(key) for key in ("largest_change", "stale_days")}
    policy["automatic"] = bool(written.pop("automatic"))
    return shapes.convert({**written, "list_name": name, "policy": policy}, ListSource, strict=False)


def _of(name: str, done: str = "") -> str:
    return f"/lists/of/{quote(name, safe='')}" + (f"?done={done}" if done else "")


handlers = [
    lists,
    import_list,
    one,
    put_source,
    remove_source,
    look,
    difference,
    agree,
    refuse,
    roll_back,
]
