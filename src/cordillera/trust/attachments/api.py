"""Attachments for programs: add one, list those of a record, fetch, take out under its marking."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter

from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.attachments.core import MAX_SIZE, Attachment
from cordillera.trust.attachments.service import AttachmentLine, AttachmentService
from cordillera.trust.handling.errors import ExportRefused
from cordillera.trust.handling.exports import Export, Use
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.ledger.model import LeafKind

Name = Annotated[str, Parameter(min_length=1, max_length=200, description="Name of the file.")]
Media = Annotated[str, Parameter(pattern=r"^[a-z]+/[a-z0-9.+-]{1,80}$", description="Its media type.")]
Reference = Annotated[str, Parameter(pattern=r"^a\.[A-Za-z0-9_-]{27}\.[A-Za-z0-9_-]{32}$")]
Asked = Annotated[Literal["copy", "dissemination", "evidence"], Parameter(description="What it is for.")]
Case = Annotated[str, Parameter(max_length=64, description="The case it is taken out for.")]


class Added(msgspec.Struct, frozen=True):
    """An attachment that was sealed and kept; a notice or an answer names it by this reference."""

    reference: str
    size: int


class Fetched(msgspec.Struct, frozen=True):
    """How many parts of an attachment came."""

    reference: str
    parts: int


@post(
    "/api/attachments",
    opt=guarded(Permission.NOTICE_WRITE, audit=LeafKind.COLLECTION),
    sync_to_thread=True,
    request_max_body_size=MAX_SIZE,
)
def add(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    attachments: AttachmentService,
    body: bytes,
    name: Name,
    media_type: Media = "application/octet-stream",
) -> Added:
    """Seal and keep a file, sent as it is in the body; the answer is how messages name it."""
    with store.transaction(session.scope) as tx:
        return Added(attachments.add(tx, session, name, media_type, body), len(body))


@get(
    "/api/records/{record_id:uuid}/attachments",
    opt=guarded(Permission.RECORD_READ, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
)
def of_record(
    session: OfficerSession, store: Store, attachments: AttachmentService, record_id: UUID
) -> tuple[AttachmentLine, ...]:
    """The attachments that a record names, and how many parts of each are here."""
    with store.transaction(session.scope) as tx:
        return attachments.of_record(tx, record_id)


@post(
    "/api/records/{record_id:uuid}/attachments/{reference:str}/fetch",
    opt=guarded(Permission.RECORD_READ, audit=LeafKind.COLLECTION),
    sync_to_thread=True,
    status_code=200,
)
def fetch(
    session: OfficerSession, attachments: AttachmentService, record_id: UUID, reference: Reference
) -> Fetched:
    """Fetch the missing parts from the node that the record came from."""
    return Fetched(reference, attachments.fetch(session, record_id, reference))


@get(
    "/api/records/{record_id:uuid}/attachments/{reference:str}",
    opt=guarded(Permission.RECORD_READ, audit=LeafKind.EXPORTED),
    sync_to_thread=True,
)
def take_out(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    attachments: AttachmentService,
    handling: HandlingService,
    record_id: UUID,
    reference: Reference,
    use: Asked = "copy",
    case_ref: Case = "",
) -> Response[bytes]:
    """Take an attachment out under the marking of its record; what that forbids is refused and recorded."""
    with store.transaction(session.scope) as tx:
        cleared = handling.release(tx, session, [record_id], Export(Use(use), case_ref))
        if not isinstance(cleared, ExportRefused):
            opened = attachments.open(tx, session, record_id, reference)
    if isinstance(cleared, ExportRefused):
        raise cleared
    return file_of(opened, cleared.stamp)


def file_of(opened: Attachment, stamp: str = "") -> Response[bytes]:
    """Return an attachment as a download that no browser shows or runs."""
    name = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in opened.name
    )
    headers = {"content-disposition": f'attachment; filename="{name}"'} | (
        {"x-handling": stamp} if stamp else {}
    )
    return Response(opened.content, media_type="application/octet-stream", headers=headers)


handlers = [add, of_record, fetch, take_out]
