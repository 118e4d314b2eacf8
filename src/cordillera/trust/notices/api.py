"""Notices for programs: everything the pages do, as JSON."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.foundation.store.database import Store
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.notices.errors import NoticeSealed
from cordillera.trust.notices.model import Draft, NoticeContent, NoticeLine, NoticeView
from cordillera.trust.notices.pages import DECIDED, LISTED, OPENED, RELEASED, WRITTEN, Tab
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
def release(session: OfficerSession, store: Store, notices: NoticeService, notice_id: UUID) -> PolicyDecision:
    """Release what another officer wrote; nothing leaves when the decision does not allow it."""
    with store.transaction(session.scope) as tx:
        return notices.release(tx, session, notice_id)


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
        notices.withdraw(tx, session, notice_id)


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


handlers = [listed, write, one, content, release, withdraw, accept, decline, keep, erase]
