"""The page of a record's attachments: what it names, what is here, fetch the rest, take one out."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.response import Redirect

from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.attachments.api import Reference
from cordillera.trust.attachments.errors import AttachmentBroken
from cordillera.trust.attachments.service import AttachmentLine, AttachmentService
from cordillera.trust.exchange.line import NotTaken
from cordillera.trust.ledger.model import LeafKind


class AttachmentsPage(msgspec.Struct, frozen=True):
    """The attachments of a record; `error` says why the last fetch did not succeed."""

    record_id: UUID
    rows: tuple[AttachmentLine, ...]
    error: str = ""


@get(
    "/records/{record_id:uuid}/attachments",
    opt=guarded(Permission.RECORD_READ, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
)
def overview(session: OfficerSession, store: Store, attachments: AttachmentService, record_id: UUID) -> Page:
    """List the attachments that a record names."""
    return _page(session, store, attachments, record_id)


@post(
    "/records/{record_id:uuid}/attachments/{reference:str}/fetch",
    opt=guarded(Permission.RECORD_READ, audit=LeafKind.COLLECTION),
    sync_to_thread=True,
    include_in_schema=False,
)
def fetch(
    session: OfficerSession,
    store: Store,
    attachments: AttachmentService,
    record_id: UUID,
    reference: Reference,
) -> Page | Redirect:
    """Fetch the missing parts; a partner that does not give them is told on the page."""
    try:
        attachments.fetch(session, record_id, reference)
    except (NotTaken, AttachmentBroken) as error:
        return _page(session, store, attachments, record_id, error)
    return Redirect(f"/records/{record_id}/attachments", status_code=303)


def _page(
    session: OfficerSession,
    store: Store,
    attachments: AttachmentService,
    record_id: UUID,
    error: CordilleraError | None = None,
) -> Page:
    with store.transaction(session.scope) as tx:
        rows = attachments.of_record(tx, record_id)
    view = AttachmentsPage(record_id, rows, error.code if error else "")
    return Page("attachments/record.html", view, status=502 if error else 200)


handlers = [overview, fetch]
