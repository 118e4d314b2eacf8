"""Pages of lists and people: which lists are in use, taking one in, searching all of them, one entry."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.desks.people import person_pages, search_pages
from cordillera.desks.people.asking import actor_of
from cordillera.desks.people.core import date_in_name
from cordillera.desks.people.model import ListFormat, SourceFiles
from cordillera.desks.people.service import WatchlistService
from cordillera.desks.people.views import EntryPage, ListsView
from cordillera.foundation.errors import BadInput, Conflict
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

MAX_UPLOAD = 128 * 1024 * 1024
_LISTS = guarded(Permission.LIST_READ, audit=NO_AUDIT("names, dates and counts of lists; nobody is named"))
_Text = Annotated[str, Parameter(max_length=200)]
_FORMATS = tuple(form.value for form in ListFormat)


class ImportForm(msgspec.Struct, frozen=True):
    """What the import form sends. `alt` and `add` go with OFAC's main file."""

    name: Annotated[str, msgspec.Meta(max_length=80)]
    format: ListFormat
    file: UploadFile
    alt: UploadFile | None = None
    add: UploadFile | None = None
    accept_smaller: Annotated[str, msgspec.Meta(max_length=8)] = ""


@get("/lists", opt=_LISTS, sync_to_thread=True, include_in_schema=False)
def lists(session: OfficerSession, store: Store, people: WatchlistService, done: _Text = "") -> Page:
    """Show the lists in use, their dates and counts."""
    view = _lists_view(session, store, people)
    return Page("people/lists.html", msgspec.structs.replace(view, done=done))


@post(
    "/lists",
    opt=guarded(Permission.LIST_IMPORT, audit=LeafKind.LIST_CHANGED),
    sync_to_thread=True,
    include_in_schema=False,
    request_max_body_size=MAX_UPLOAD,
)
def import_list(
    session: OfficerSession,
    store: Store,
    people: WatchlistService,
    data: Annotated[ImportForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Page | Redirect:
    """Take a list in; a refused one is told, and the old one stays active."""
    target = data.name.strip(), data.format
    smaller = bool(data.accept_smaller)
    try:
        with store.transaction(session.scope) as tx:
            people.import_source(tx, _source(data), target, actor_of(session), smaller=smaller)
    except (BadInput, Conflict) as error:
        view = msgspec.structs.replace(
            _lists_view(session, store, people),
            form_name=data.name,
            form_format=data.format.value,
            error=error.code,
        )
        return Page("people/lists.html", view, status=422)
    return Redirect(f"/lists?done={quote(target[0])}", status_code=303)


@get(
    "/lists/{version_id:uuid}/{entry_id:str}",
    opt=guarded(Permission.PERSON_SEARCH, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
)
def entry(
    session: OfficerSession,
    store: Store,
    people: WatchlistService,
    version_id: UUID,
    entry_id: Annotated[str, Parameter(max_length=100)],
) -> Page:
    """Show one list entry."""
    with store.transaction(session.scope) as tx:
        found = people.entry(tx, version_id, entry_id, actor_of(session))
    return Page("people/entry.html", EntryPage(found))


def _lists_view(session: OfficerSession, store: Store, people: WatchlistService) -> ListsView:
    with store.transaction(session.scope) as tx:
        versions = people.versions(tx)
    return ListsView(
        now=people.now(),
        active=tuple(version for version in versions if version.superseded_at is None),
        superseded=tuple(version for version in versions if version.superseded_at is not None),
        formats=_FORMATS,
    )


def _source(data: ImportForm) -> SourceFiles:
    parts = [part.file.read() if part is not None else b"" for part in (data.file, data.alt, data.add)]
    return SourceFiles(parts[0], parts[1], parts[2], date_in_name(data.file.filename))


handlers = [lists, import_list, entry, *search_pages.handlers, *person_pages.handlers]
