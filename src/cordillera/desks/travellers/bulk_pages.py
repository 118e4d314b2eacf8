"""Many files at once: the form, the uploads with their counts, and each file's result."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.desks.travellers.bulk_core import MOST_FILES
from cordillera.desks.travellers.bulk_errors import BulkEmpty, BulkTooLarge, BulkUnreadable
from cordillera.desks.travellers.bulk_store import BulkItem, BulkRow
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

PER_PAGE = 200
MOST_UPLOAD: int = 128 * 1024 * 1024
_SEE = guarded(Permission.MESSAGE_INGEST, audit=NO_AUDIT("names of files and counts; nobody is named"))
_ADD = guarded(Permission.MESSAGE_INGEST, audit=LeafKind.COLLECTION)


class BulkForm(msgspec.Struct, frozen=True):
    """The files that were chosen."""

    files: list[Any] = msgspec.field(default_factory=list)
    csrf_token: str = ""


class BulkView(msgspec.Struct, frozen=True):
    """The newest uploads, and what the form lacked."""

    rows: tuple[BulkRow, ...]
    most_files: int
    now: datetime
    problem: str = ""


class BulkDetail(msgspec.Struct, frozen=True):
    """One upload with a page of its files."""

    row: BulkRow
    items: tuple[BulkItem, ...]
    page: int
    pages: int


@get("/messages/bulk", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def uploads(session: OfficerSession, store: Store, travellers: TravellerService) -> Page:
    """Show the form and the newest uploads."""
    return _page(session, store, travellers)


@post(
    "/messages/bulk",
    opt=_ADD,
    sync_to_thread=True,
    include_in_schema=False,
    request_max_body_size=MOST_UPLOAD,
)
def add(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    data: Annotated[BulkForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Page | Redirect:
    """Keep an upload; a worker takes its files in."""
    chosen = [one for one in data.files if isinstance(one, UploadFile) and one.filename]
    try:
        with store.transaction(session.scope) as tx:
            files = [(one.filename, one.file.read()) for one in chosen]
            bulk_id = travellers.bulk.add(tx, session, files)
    except (BulkEmpty, BulkTooLarge, BulkUnreadable) as error:
        return _page(session, store, travellers, error.code)
    return Redirect(f"/messages/bulk/{bulk_id}", status_code=303)


@get("/messages/bulk/{bulk_id:uuid}", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def upload(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    bulk_id: UUID,
    page: Annotated[int, Parameter(ge=1, le=1_000)] = 1,
) -> Page:
    """Show what became of each file of an upload."""
    with store.transaction(session.scope) as tx:
        row, items = travellers.bulk.upload(tx, bulk_id, PER_PAGE, (page - 1) * PER_PAGE)
    pages = max(1, -(-row.files // PER_PAGE))
    return Page("travellers/bulk_upload.html", BulkDetail(row, items, page, pages))


def _page(session: OfficerSession, store: Store, travellers: TravellerService, problem: str = "") -> Page:
    with store.transaction(session.scope) as tx:
        rows = travellers.bulk.uploads(tx)
    view = BulkView(rows, MOST_FILES, travellers.now(), problem)
    return Page("travellers/bulk.html", view, status=422 if problem else 200)


handlers = [uploads, add, upload]
