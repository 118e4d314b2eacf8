"""Follow-up for programs: everything the pages do, as JSON."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.vigilance import Vigilance
from cordillera.trust.exchange.vigilance_store import Alarm
from cordillera.trust.followup.asking import Asked
from cordillera.trust.followup.model import Ask, CoreData, FollowUpLine, FollowUpView, Response
from cordillera.trust.followup.pages import ANSWERED, ASKED, LISTED, OPENED, REVIEWED, WATCHED
from cordillera.trust.followup.service import FollowUpService
from cordillera.trust.followup.timers import Deadline

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"[^\W_]")]


class Answered(msgspec.Struct, frozen=True):
    """What came of answering: sent, or waiting for a second officer (`decision` is then null)."""

    decision: PolicyDecision | None


class RefuseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which of the agreement's grounds, and why; the reason stays here."""

    ground: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    reason: Reason


class ReviewBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a second person found about an emergency."""

    finding: Literal["justified", "unjustified"]
    reason: Reason


class NoteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was found."""

    note: Reason


@get("/api/followup", opt=LISTED, sync_to_thread=True, operation_id="listFollowUps")
def listed(
    session: OfficerSession,
    store: Store,
    followups: FollowUpService,
    side: Annotated[Literal["received", "asked"], Parameter(description="Whose requests.")] = "received",
) -> tuple[FollowUpLine, ...]:
    """Requests of partners or of this agency with their due times, the overdue first."""
    with store.transaction(session.scope) as tx:
        return followups.asked(tx) if side == "asked" else followups.received(tx)


@get("/api/followup/overdue", opt=LISTED, sync_to_thread=True, operation_id="listOverdue")
def overdue(session: OfficerSession, store: Store, followups: FollowUpService) -> tuple[Deadline, ...]:
    """Every deadline of notices, follow-up and emergencies that was let pass, the most pressing first."""
    with store.transaction(session.scope) as tx:
        return followups.overdue(tx)


@post("/api/followup", opt=ASKED, sync_to_thread=True, operation_id="askFollowUp")
def ask(session: OfficerSession, store: Store, followups: FollowUpService, data: Ask) -> Asked:
    """Ask for data behind a confirmed reference; `request_id` is null when the agreement refuses."""
    with store.transaction(session.scope) as tx:
        return followups.ask(tx, session, data)


@get("/api/followup/{request_id:uuid}", opt=OPENED, sync_to_thread=True, operation_id="getFollowUp")
def one(session: OfficerSession, store: Store, followups: FollowUpService, request_id: UUID) -> FollowUpView:
    """One request, with what was given and its caveats."""
    with store.transaction(session.scope) as tx:
        return followups.view(tx, session, request_id)


@get("/api/followup/{request_id:uuid}/held", opt=ANSWERED, sync_to_thread=True, operation_id="getHeld")
def held(session: OfficerSession, store: Store, followups: FollowUpService, request_id: UUID) -> CoreData:
    """What is held behind a partner's request, cut to what was asked and may be given."""
    with store.transaction(session.scope) as tx:
        return followups.held(tx, session, request_id)


@post(
    "/api/followup/{request_id:uuid}/answer",
    opt=ANSWERED,
    status_code=200,
    sync_to_thread=True,
    operation_id="answerFollowUp",
)
def answer(
    session: OfficerSession, store: Store, followups: FollowUpService, request_id: UUID, data: Response
) -> Answered:
    """Give what was asked for or part of it, or propose to."""
    with store.transaction(session.scope) as tx:
        return Answered(followups.respond(tx, session, request_id, data))


@post(
    "/api/followup/{request_id:uuid}/approve",
    opt=ANSWERED,
    status_code=200,
    sync_to_thread=True,
    operation_id="approveFollowUp",
)
def approve(session: OfficerSession, store: Store, followups: FollowUpService, request_id: UUID) -> Answered:
    """Send what another officer proposed, unchanged."""
    with store.transaction(session.scope) as tx:
        return Answered(followups.approve(tx, session, request_id))


@post(
    "/api/followup/{request_id:uuid}/reject",
    opt=ANSWERED,
    status_code=204,
    sync_to_thread=True,
    operation_id="rejectFollowUp",
)
def reject(
    session: OfficerSession, store: Store, followups: FollowUpService, request_id: UUID, data: NoteBody
) -> None:
    """Send a proposal back; the request is open again."""
    with store.transaction(session.scope) as tx:
        followups.reject(tx, session, request_id, data.note)


@post(
    "/api/followup/{request_id:uuid}/refuse",
    opt=ANSWERED,
    status_code=200,
    sync_to_thread=True,
    operation_id="refuseFollowUp",
)
def refuse(
    session: OfficerSession, store: Store, followups: FollowUpService, request_id: UUID, data: RefuseBody
) -> PolicyDecision:
    """Refuse a request on one of the agreement's grounds."""
    with store.transaction(session.scope) as tx:
        return followups.refuse(tx, session, request_id, data.ground, data.reason)


@post(
    "/api/followup/emergencies/{ref:uuid}/review",
    opt=REVIEWED,
    status_code=200,
    sync_to_thread=True,
    operation_id="reviewEmergency",
)
def review(
    session: OfficerSession, store: Store, followups: FollowUpService, ref: UUID, data: ReviewBody
) -> Deadline:
    """Record what a second person found about an emergency."""
    with store.transaction(session.scope) as tx:
        justified = data.finding == "justified"
        return followups.emergencies.review(tx, session, ref, data.reason, justified=justified)


@get(
    "/api/followup/alarms",
    opt=guarded(Permission.OVERSIGHT_READ, audit=NO_AUDIT("counts and officers' ids; no question is shown")),
    sync_to_thread=True,
    operation_id="listAlarms",
)
def alarms(session: OfficerSession, store: Store, vigilance: Vigilance) -> tuple[Alarm, ...]:
    """What looks like fishing, the unseen first."""
    with store.transaction(session.scope) as tx:
        return vigilance.alarms(tx)


@post(
    "/api/followup/alarms/{alarm_id:uuid}/seen",
    opt=WATCHED,
    status_code=204,
    sync_to_thread=True,
    operation_id="seeAlarm",
)
def seen(session: OfficerSession, store: Store, vigilance: Vigilance, alarm_id: UUID, data: NoteBody) -> None:
    """Record that a supervisor looked into an alarm, and what they found."""
    with store.transaction(session.scope) as tx:
        vigilance.seen(tx, session, alarm_id, data.note)


handlers = [
    listed, overdue, ask, one, held, answer, approve, reject, refuse, review, alarms, seen,
]  # fmt: skip
