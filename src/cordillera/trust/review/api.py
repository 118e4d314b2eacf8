"""The queue over JSON: everything the pages do (OpenAPI describes it at /api/openapi.json)."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.model import (
    Alert,
    AlertRow,
    AlertStatus,
    Decision,
    Order,
    Outcome,
    QueueFilter,
    QueuePage,
    Restraint,
    Ruling,
)
from cordillera.trust.review.service import ReviewService

PENDING = (AlertStatus.OPEN, AlertStatus.ASSIGNED, AlertStatus.COUNTERSIGN)
_COUNT = guarded(Permission.ALERT_READ, audit=NO_AUDIT("a count; nobody is named"))
_READ = guarded(Permission.ALERT_READ, audit=LeafKind.CONSULTATION)
_DECIDE = guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION)


class DecisionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A conclusion with its reason. `version` is that of the alert that was looked at; leave out to skip."""

    outcome: Literal["confirmed", "not_same_person", "needs_more", "no_ground"]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    version: Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)] | None = None
    urgent: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ConsentWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why those who gave what an alert rests on should let it be acted upon; they read it."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class NewAlerts(msgspec.Struct, frozen=True):
    """How many alerts came."""

    count: int


@get("/api/alerts", opt=_READ, sync_to_thread=True, operation_id="listAlerts")
def list_alerts(  # noqa: PLR0913 - one parameter for each filter of the queue
    session: OfficerSession,
    store: Store,
    review: ReviewService,
    status: Literal["pending", "open", "assigned", "waiting", "countersign", "decided", "all"] = "pending",
    order: Literal["rank", "score", "due", "newest"] = "rank",
    in_list: Annotated[str, Parameter(query="list", max_length=80)] = "",
    group: Annotated[str, Parameter(max_length=80)] = "",
    minimum: Annotated[float, Parameter(ge=0, le=1)] = 0.0,
    limit: Annotated[int, Parameter(ge=1, le=500)] = 50,
    offset: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
) -> QueuePage:
    """List alerts of the officer's agency; `group` is the occasion, such as a flight's id."""
    wanted = QueueFilter(
        statuses=_statuses(status),
        list_name=in_list,
        group_ref=group,
        minimum=minimum,
        order=Order(order),
        limit=limit,
        offset=offset,
    )
    with store.transaction(session.scope) as tx:
        return review.consult(tx, session, wanted)


@get("/api/alerts/new", opt=_COUNT, sync_to_thread=True, operation_id="countNewAlerts")
def count_new(session: OfficerSession, store: Store, review: ReviewService, since: datetime) -> NewAlerts:
    """Count pending alerts raised after a moment (ISO 8601): what a page made then does not show."""
    moment = since if since.tzinfo else since.replace(tzinfo=UTC)
    with store.transaction(session.scope) as tx:
        return NewAlerts(review.count(tx, QueueFilter(raised_after=moment)))


@get("/api/alerts/{alert_id:uuid}", opt=_READ, sync_to_thread=True, operation_id="getAlert")
def get_alert(session: OfficerSession, store: Store, review: ReviewService, alert_id: UUID) -> Alert:
    """Open an alert: findings, terms that sum to the score, decisions."""
    with store.transaction(session.scope) as tx:
        return review.get(tx, session, alert_id)


@post(
    "/api/alerts/{alert_id:uuid}/decision",
    opt=_DECIDE,
    sync_to_thread=True,
    status_code=200,
    operation_id="decideAlert",
)
def decide_alert(
    session: OfficerSession, store: Store, review: ReviewService, alert_id: UUID, data: DecisionRequest
) -> Decision:
    """Conclude on an alert, with a reason; `urgent` says why it cannot wait for a consent it needs."""
    ruling = Ruling(Outcome(data.outcome), data.reason.strip(), data.version, data.urgent.strip())
    with store.transaction(session.scope) as tx:
        return review.decide(tx, session, alert_id, ruling)


@post(
    "/api/alerts/{alert_id:uuid}/consent",
    opt=guarded(Permission.ALERT_DECIDE, audit=LeafKind.CONSENT),
    sync_to_thread=True,
    status_code=200,
    operation_id="askConsentToAct",
)
def ask_consent(
    session: OfficerSession, store: Store, review: ReviewService, alert_id: UUID, data: ConsentWish
) -> tuple[Restraint, ...]:
    """Ask whoever gave what an alert rests on whether it may be acted upon."""
    with store.transaction(session.scope) as tx:
        return review.ask_consent(tx, session, alert_id, data.reason)


@post(
    "/api/alerts/{alert_id:uuid}/assignment",
    opt=guarded(Permission.ALERT_DECIDE, audit=LeafKind.ASSIGNED),
    sync_to_thread=True,
    status_code=200,
    operation_id="assignAlert",
)
def assign_alert(session: OfficerSession, store: Store, review: ReviewService, alert_id: UUID) -> AlertRow:
    """Take an alert."""
    with store.transaction(session.scope) as tx:
        return review.assign(tx, session, alert_id)


@post(
    "/api/alerts/{alert_id:uuid}/undo",
    opt=_DECIDE,
    sync_to_thread=True,
    status_code=200,
    operation_id="undoDecision",
)
def undo_decision(session: OfficerSession, store: Store, review: ReviewService, alert_id: UUID) -> AlertRow:
    """Take one's own recent decision back."""
    with store.transaction(session.scope) as tx:
        return review.undo(tx, session, alert_id)


def _statuses(status: str) -> tuple[AlertStatus, ...]:
    if status == "pending":
        return PENDING
    return tuple(AlertStatus) if status == "all" else (AlertStatus(status),)


handlers = [list_alerts, count_new, get_alert, decide_alert, ask_consent, assign_alert, undo_decision]
