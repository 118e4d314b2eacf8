"""Pages and operations of what became of a traveller, and of officers' own findings."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.travellers.disposition_core import Disposition, Recorded
from cordillera.desks.travellers.disposition_errors import FindingReviewWrong
from cordillera.desks.travellers.disposition_service import Disposed
from cordillera.desks.travellers.findings_service import LONGEST_REVIEW, Said
from cordillera.desks.travellers.model import TravellerRow
from cordillera.desks.travellers.service import TravellerService
from cordillera.engines.rules.model import Purpose
from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import BadInput, Conflict, CordilleraError, NotPermitted
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

_SEE = guarded(Permission.ALERT_READ, audit=LeafKind.CONSULTATION)
_SAY = guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION)
_FIND = guarded(Permission.ALERT_DECIDE, audit=LeafKind.CONSULTATION)
_Reason = Annotated[str, msgspec.Meta(max_length=2000)]
_Short = Annotated[str, msgspec.Meta(max_length=40)]
_Refused = (BadInput, Conflict, NotPermitted)


class DispositionForm(msgspec.Struct, frozen=True):
    """What became of the traveller, and why."""

    disposition: _Short = ""
    reason: _Reason = ""


class FindingForm(msgspec.Struct, frozen=True):
    """What an officer says of a traveller; the day as ISO."""

    grounds: _Reason = ""
    purpose: _Short = ""
    review_on: _Short = ""


class NewDisposition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A disposition of an alert over JSON."""

    alert_id: UUID
    disposition: Disposition
    reason: _Reason


class NewFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An officer's own finding over JSON."""

    traveller_id: UUID
    grounds: _Reason
    purpose: Purpose
    review_on: date


class FindingRaised(msgspec.Struct, frozen=True):
    """The alert that a finding went into; None when an officer had cleared the same before."""

    alert_id: UUID | None


class DispositionView(msgspec.Struct, frozen=True):
    """An alert, what was recorded of it, what may be recorded, and what was wrong with what was sent."""

    disposed: Disposed
    choices: tuple[Disposition, ...]
    form: DispositionForm
    problem: str = ""


class FindingView(msgspec.Struct, frozen=True):
    """A traveller as they may be shown, the purposes, and what was wrong with what was sent."""

    traveller: TravellerRow
    purposes: tuple[Purpose, ...]
    form: FindingForm
    latest: date
    problem: str = ""


@get("/alerts/{alert_id:uuid}/disposition", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def disposition(session: OfficerSession, store: Store, travellers: TravellerService, alert_id: UUID) -> Page:
    """Show what became of the traveller of an alert, and the form to record it."""
    with store.transaction(session.scope) as tx:
        return _disposition(travellers.dispositions.open(tx, session, alert_id), DispositionForm())


@post("/alerts/{alert_id:uuid}/disposition", opt=_SAY, sync_to_thread=True, include_in_schema=False)
def record(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    alert_id: UUID,
    data: Annotated[DispositionForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Record what became of the traveller of a confirmed alert."""
    try:
        with store.transaction(session.scope) as tx:
            travellers.dispositions.record(tx, session, alert_id, (data.disposition, data.reason))
    except _Refused as error:
        with store.transaction(session.scope) as tx:
            return _disposition(travellers.dispositions.open(tx, session, alert_id), data, error)
    return Redirect(f"/alerts/{alert_id}/disposition", status_code=303)


@post("/api/dispositions", opt=_SAY, sync_to_thread=True, operation_id="recordDisposition")
def record_over_json(
    session: OfficerSession, store: Store, travellers: TravellerService, data: NewDisposition
) -> Recorded:
    """Record what became of the traveller of a confirmed alert, with a reason."""
    with store.transaction(session.scope) as tx:
        return travellers.dispositions.record(
            tx, session, data.alert_id, (data.disposition.value, data.reason)
        )


@get("/travellers/{traveller_id:uuid}/finding", opt=_FIND, sync_to_thread=True, include_in_schema=False)
def finding(
    session: OfficerSession, store: Store, travellers: TravellerService, clock: Clock, traveller_id: UUID
) -> Page:
    """Show the form of an officer's own finding, with the traveller."""
    return _finding((session, store, travellers, clock), traveller_id, FindingForm())


@post("/travellers/{traveller_id:uuid}/finding", opt=_SAY, sync_to_thread=True, include_in_schema=False)
def add_finding(  # noqa: PLR0913 - the services, the traveller, the form
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    clock: Clock,
    traveller_id: UUID,
    data: Annotated[FindingForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Add an officer's own finding to a traveller, and open the alert that it is in."""
    try:
        with store.transaction(session.scope) as tx:
            travellers.traveller(tx, traveller_id)
            said = Said(data.grounds, data.purpose, _day(data.review_on))
            raised = travellers.findings.add(tx, session, traveller_id, said)
    except _Refused as error:
        return _finding((session, store, travellers, clock), traveller_id, data, error)
    where = f"/travellers/{traveller_id}" if raised.alert_id is None else f"/alerts/{raised.alert_id}"
    return Redirect(where, status_code=303)


@post("/api/findings", opt=_SAY, sync_to_thread=True, operation_id="addFinding")
def add_finding_over_json(
    session: OfficerSession, store: Store, travellers: TravellerService, data: NewFinding
) -> FindingRaised:
    """Add an officer's own finding to a traveller: grounds, purpose, day of review."""
    said = Said(data.grounds, data.purpose.value, data.review_on)
    with store.transaction(session.scope) as tx:
        return FindingRaised(travellers.findings.add(tx, session, data.traveller_id, said).alert_id)


def _disposition(disposed: Disposed, form: DispositionForm, error: CordilleraError | None = None) -> Page:
    view = DispositionView(disposed, tuple(Disposition), form, error.code if error else "")
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return Page("travellers/disposition.html", view, status=status)


def _finding(
    asked: tuple[OfficerSession, Store, TravellerService, Clock],
    traveller_id: UUID,
    form: FindingForm,
    error: CordilleraError | None = None,
) -> Page:
    session, store, travellers, clock = asked
    with store.transaction(session.scope) as tx:
        row, _ = travellers.open_traveller(tx, session, traveller_id)
    latest = clock.now().date() + LONGEST_REVIEW
    view = FindingView(row, tuple(Purpose), form, latest, error.code if error else "")
    status = 200 if error is None else 403 if isinstance(error, NotPermitted) else 422
    return Page("travellers/finding.html", view, status=status)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise FindingReviewWrong(latest="") from None


handlers = [disposition, record, record_over_json, finding, add_finding, add_finding_over_json]
