"""The page of a record's attachments: what it names, what is here, fetch the rest, take one out."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.attachments.api import Asked, file_of
from cordillera.trust.attachments.core import CHUNK
from cordillera.trust.attachments.errors import AttachmentBroken
from cordillera.trust.attachments.service import AttachmentLine, AttachmentService
from cordillera.trust.exchange.line import NotTaken
from cordillera.trust.handling.display import Badge, badge_of
from cordillera.trust.handling.errors import EvidenceNeedsAssistance, ExportRefused
from cordillera.trust.handling.exports import Export, Use
from cordillera.trust.handling.pages import RefusedPage
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.ledger.model import LeafKind

PARTS_AT_ONCE = 64 * 1024 * 1024 // CHUNK
AttachmentId = Annotated[str, Parameter(pattern=r"^([A-Za-z0-9_-]{27})?$", description="Which file.")]


class AttachmentsPage(msgspec.Struct, frozen=True):
    """The attachments of a record under its marking; `error` says why the last fetch did not succeed."""

    record_id: UUID
    rows: tuple[AttachmentLine, ...]
    badge: Badge
    error: str = ""


class Room(msgspec.Struct, frozen=True):
    """Who asks, and what an answer is put together from."""

    session: OfficerSession
    store: Store
    attachments: AttachmentService
    handling: HandlingService


@get(
    "/records/{record_id:uuid}/attachments",
    opt=guarded(Permission.RECORD_READ, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
)
def overview(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    attachments: AttachmentService,
    handling: HandlingService,
    record_id: UUID,
    hashed: AttachmentId = "",
) -> Page:
    """List the attachments that a record names, under its marking; `hashed` is one whose hash is wanted."""
    return _page(Room(session, store, attachments, handling), record_id, hashed)


@post(
    "/records/{record_id:uuid}/attachments/{attachment:str}/fetch",
    opt=guarded(Permission.RECORD_READ, audit=LeafKind.COLLECTION),
    sync_to_thread=True,
    include_in_schema=False,
)
def fetch(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    attachments: AttachmentService,
    handling: HandlingService,
    record_id: UUID,
    attachment: AttachmentId,
) -> Page | Redirect:
    """Fetch missing parts, 64 MiB at a time; a partner that does not give them is told on the page."""
    room = Room(session, store, attachments, handling)
    try:
        with store.transaction(session.scope) as tx:
            reference = attachments.named(tx, record_id, attachment)
        attachments.fetch(session, record_id, reference, PARTS_AT_ONCE)
    except (NotTaken, AttachmentBroken) as error:
        return _page(room, record_id, "", error)
    return Redirect(f"/records/{record_id}/attachments", status_code=303)


@get(
    "/records/{record_id:uuid}/attachments/{attachment:str}/copy",
    opt=guarded(Permission.RECORD_READ, audit=LeafKind.EXPORTED),
    sync_to_thread=True,
    include_in_schema=False,
)
def take_out(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    attachments: AttachmentService,
    handling: HandlingService,
    record_id: UUID,
    attachment: AttachmentId,
    use: Asked = "copy",
) -> Page | Redirect | Response[bytes]:
    """Take a file out under the marking of its record, or say why it must not leave."""
    with store.transaction(session.scope) as tx:
        cleared = handling.release(tx, session, [record_id], Export(Use(use)))
        badge = badge_of(handling.caveats(tx, [record_id])[record_id])
        if not isinstance(cleared, ExportRefused):
            reference = attachments.named(tx, record_id, attachment)
            return file_of(attachments.open(tx, session, record_id, reference), cleared.stamp)
    if isinstance(cleared, EvidenceNeedsAssistance):
        return Redirect(f"/handling/{record_id}/assistance", status_code=303)
    reasons = tuple(str(cleared.facts.get("reason", "")).split(", "))
    return Page("handling/refused.html", RefusedPage(record_id, use, reasons, badge), status=403)


def _page(room: Room, record_id: UUID, hashed: str = "", error: CordilleraError | None = None) -> Page:
    with room.store.transaction(room.session.scope) as tx:
        rows = room.attachments.of_record(tx, record_id, hashed)
        caveats = room.handling.caveats(tx, [record_id])[record_id]
    view = AttachmentsPage(record_id, rows, badge_of(caveats), error.code if error else "")
    return Page("attachments/record.html", view, status=502 if error else 200)


handlers = [overview, fetch, take_out]
