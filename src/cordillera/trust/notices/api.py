"""Notices for programs: everything the pages do, as JSON."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter

from cordillera.foundation.store.database import Store
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.attachments.api import Added, Media, Name, file_of
from cordillera.trust.attachments.core import MAX_SIZE
from cordillera.trust.attachments.service import AttachmentLine
from cordillera.trust.notices.errors import NoticeSealed
from cordillera.trust.notices.files import NewFile, plain_name
from cordillera.trust.notices.model import Draft, NoticeContent, NoticeLine, NoticeView
from cordillera.trust.notices.pages import (
    DECIDED,
    LISTED,
    OPENED,
    RELEASED,
    WRITTEN,
    AttachmentId,
    Shown,
    Tab,
)
from cordillera.trust.notices.service import NoticeService


class DraftBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A notice for a partner."""

    partner: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    draft: Draft


class AcceptBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The digest of the conditions that are accepted, as `conditions.digest` names it."""

    conditions: Annotated[str, msgspec.Meta(min_length=64, max_length=64)]


class ReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"[^\W_]")]


class Written(msgspec.Struct, frozen=True):
    """The id of a draft."""

    id: UUID


@get("/api/notices", opt=LISTED, sync_to_thread=True, operation_id="listNotices")
def listed(
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    tab: Annotated[Tab, Parameter(query="tab", description="Which notices.")] = "received",
) -> tuple[NoticeLine, ...]:
    """Notices received, drafts, or notices sent, the overdue first; never whom they are about."""
    with store.transaction(session.scope) as tx:
        if tab == "drafts":
            return notices.waiting(tx)
        return notices.sent(tx) if tab == "sent" else notices.received(tx)


@post("/api/notices", opt=WRITTEN, sync_to_thread=True, operation_id="writeNotice")
def write(session: OfficerSession, store: Store, notices: NoticeService, data: DraftBody) -> Written:
    """Write a notice; a second person releases it."""
    with store.transaction(session.scope) as tx:
        return Written(notices.draft(tx, session, data.partner, data.draft))


@get("/api/notices/{notice_id:uuid}", opt=OPENED, sync_to_thread=True, operation_id="getNotice")
def one(session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID) -> NoticeView:
    """One notice: its conditions, and its content where that may be read."""
    with store.transaction(session.scope) as tx:
        return notices.view(tx, session, notice_id)


@get("/api/notices/{notice_id:uuid}/content", opt=OPENED, sync_to_thread=True, operation_id="readNotice")
def content(session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID) -> NoticeContent:
    """The content of a notice whose conditions were accepted; before that 403, and the attempt is a leaf."""
    with store.transaction(session.scope) as tx:
        found = notices.read(tx, session, notice_id)
    if isinstance(found, NoticeSealed):
        raise found
    return found


@post(
    "/api/notices/{notice_id:uuid}/release",
    opt=RELEASED,
    status_code=200,
    sync_to_thread=True,
    operation_id="releaseNotice",
)
def release(
    session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID, shown: Shown = ""
) -> PolicyDecision:
    """Release what another officer wrote; nothing leaves when the decision does not allow it.

    With `shown`, the `digest` of the draft as it was read, a draft that was changed since is not released.
    """
    with store.transaction(session.scope) as tx:
        notices.files.check(tx, notice_id)
        return notices.release(tx, session, notice_id, shown)


@get(
    "/api/notices/{notice_id:uuid}/files",
    opt=OPENED,
    sync_to_thread=True,
    operation_id="listNoticeFiles",
)
def files(
    session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID
) -> tuple[AttachmentLine, ...]:
    """The files of a draft, with size and SHA-256."""
    with store.transaction(session.scope) as tx:
        content = notices.writing.open_draft(tx, notice_id).draft.content
        return notices.files.lines(tx, content)


@post(
    "/api/notices/{notice_id:uuid}/files",
    opt=WRITTEN,
    sync_to_thread=True,
    operation_id="addNoticeFile",
    request_max_body_size=MAX_SIZE,
)
def add_file(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    notices: NoticeService,
    notice_id: UUID,
    body: bytes,
    name: Name,
    media_type: Media = "application/octet-stream",
) -> Added:
    """Seal a file, sent as it is in the body, and name it in a draft of one's own."""
    file = NewFile(plain_name(name), media_type, body)
    with store.transaction(session.scope) as tx:
        return Added(notices.files.add(tx, session, notice_id, file), len(body))


@get(
    "/api/notices/{notice_id:uuid}/files/{attachment:str}",
    opt=OPENED,
    sync_to_thread=True,
    operation_id="readNoticeFile",
)
def read_file(
    session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID, attachment: AttachmentId
) -> Response[bytes]:
    """One file of a draft, to be looked at before its release."""
    with store.transaction(session.scope) as tx:
        return file_of(notices.files.open(tx, session, notice_id, attachment))


@post(
    "/api/notices/{notice_id:uuid}/files/{attachment:str}/remove",
    opt=WRITTEN,
    status_code=204,
    sync_to_thread=True,
    operation_id="removeNoticeFile",
)
def remove_file(
    session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID, attachment: AttachmentId
) -> None:
    """Take a file out of a draft of one's own, and erase it."""
    with store.transaction(session.scope) as tx:
        notices.files.remove(tx, session, notice_id, attachment)


@post(
    "/api/notices/{notice_id:uuid}/withdraw",
    opt=WRITTEN,
    status_code=204,
    sync_to_thread=True,
    operation_id="withdrawNotice",
)
def withdraw(session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID) -> None:
    """Take back a draft."""
    with store.transaction(session.scope) as tx:
        notices.files.withdraw(tx, session, notice_id)


@post(
    "/api/notices/{notice_id:uuid}/accept",
    opt=DECIDED,
    status_code=200,
    sync_to_thread=True,
    operation_id="acceptNotice",
)
def accept(
    session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID, data: AcceptBody
) -> PolicyDecision:
    """Accept exactly these conditions; the content stays sealed when the decision does not allow it."""
    with store.transaction(session.scope) as tx:
        return notices.accept(tx, session, notice_id, data.conditions)


@post(
    "/api/notices/{notice_id:uuid}/decline",
    opt=DECIDED,
    status_code=200,
    sync_to_thread=True,
    operation_id="declineNotice",
)
def decline(
    session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID, data: ReasonBody
) -> PolicyDecision:
    """Decline a notice: its content key is destroyed; the decision says whether the sender is told."""
    with store.transaction(session.scope) as tx:
        return notices.decline(tx, session, notice_id, data.reason)


@post(
    "/api/notices/{notice_id:uuid}/keep",
    opt=DECIDED,
    status_code=204,
    sync_to_thread=True,
    operation_id="keepNotice",
)
def keep(
    session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID, data: ReasonBody
) -> None:
    """Keep an accepted notice that is needed."""
    with store.transaction(session.scope) as tx:
        notices.keep(tx, session, notice_id, data.reason)


@post(
    "/api/notices/{notice_id:uuid}/erase",
    opt=DECIDED,
    status_code=204,
    sync_to_thread=True,
    operation_id="eraseNotice",
)
def erase(
    session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID, data: ReasonBody
) -> None:
    """Erase an accepted notice that is not needed."""
    with store.transaction(session.scope) as tx:
        notices.erase(tx, session, notice_id, data.reason)


handlers = [
    listed, write, one, content, files, add_file, read_file, remove_file, release, withdraw, accept, decline,
    keep, erase,
]  # fmt: skip
