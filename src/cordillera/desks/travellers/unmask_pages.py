"""Pages on which a traveller is seen again after six months: asked for, granted by another, and by whom.

PNR Directive 2016/681, art. 12(3); Court of Justice, C-817/19: the approval is a court's, or that of an
independent authority. The form shows the traveller as they may be seen now, and writes that somebody looked.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.travellers.depersonalise import Approval, UnmaskRow, Wish
from cordillera.desks.travellers.errors import (
    JudicialReferenceMissing,
    NotDepersonalised,
    SecondOfficerMissing,
    UnmaskReasonMissing,
)
from cordillera.desks.travellers.model import TravellerFacts
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

_ASK = guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION)
_SEE = guarded(Permission.ALERT_DECIDE, audit=LeafKind.CONSULTATION)
_ALL = guarded(Permission.OVERSIGHT_READ, audit=NO_AUDIT("requests and officers; nobody is named"))
_GRANT = guarded(Permission.CONSENT_GIVE, audit=LeafKind.DECISION)


class UnmaskForm(msgspec.Struct, frozen=True):
    """Why a traveller is to be seen again, and what allows it."""

    judicial_ref: Annotated[str, msgspec.Meta(max_length=200)] = ""
    article: Approval = Approval.COURT
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class UnmaskView(msgspec.Struct, frozen=True):
    """A traveller as shown now, and the requests about them; `problem` says what is missing."""

    traveller_id: UUID
    flight_id: UUID | None
    facts: TravellerFacts
    form: UnmaskForm
    articles: tuple[Approval, ...]
    requests: tuple[UnmaskRow, ...]
    now: datetime
    problem: str = ""


class UnmaskListView(msgspec.Struct, frozen=True):
    """Every request: those that wait for a second officer, then all that were granted."""

    waiting: tuple[UnmaskRow, ...]
    granted: tuple[UnmaskRow, ...]
    officer_id: str
    now: datetime
    problem: str = ""


@get("/travellers/unmask", opt=_ALL, sync_to_thread=True, include_in_schema=False)
def requests(session: OfficerSession, store: Store, travellers: TravellerService) -> Page:
    """Show who asked to see whom again, who granted it, and until when."""
    return _list(session, store, travellers)


@get("/travellers/{traveller_id:uuid}/unmask", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def form(session: OfficerSession, store: Store, travellers: TravellerService, traveller_id: UUID) -> Page:
    """Show the form, with what is shown of the traveller now."""
    return _form((session, store, travellers), traveller_id, UnmaskForm())


@post("/travellers/{traveller_id:uuid}/unmask", opt=_ASK, sync_to_thread=True, include_in_schema=False)
def ask(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    traveller_id: UUID,
    data: Annotated[UnmaskForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Ask to see a traveller again; another officer grants it."""
    wish = Wish(traveller_id, data.judicial_ref, data.article, data.reason)
    try:
        with store.transaction(session.scope) as tx:
            travellers.masking.ask(tx, session, wish)
    except (JudicialReferenceMissing, UnmaskReasonMissing, NotDepersonalised) as error:
        return _form((session, store, travellers), traveller_id, data, error)
    return Redirect(f"/travellers/{traveller_id}/unmask", status_code=303)


@post("/travellers/unmask/{request_id:uuid}/grant", opt=_GRANT, sync_to_thread=True, include_in_schema=False)
def grant(
    session: OfficerSession, store: Store, travellers: TravellerService, request_id: UUID
) -> Page | Redirect:
    """Let a traveller be seen for a day, as an officer who did not ask for it."""
    try:
        with store.transaction(session.scope) as tx:
            travellers.masking.grant(tx, session, request_id)
    except SecondOfficerMissing as error:
        return _list(session, store, travellers, error)
    return Redirect("/travellers/unmask", status_code=303)


def _list(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    error: CordilleraError | None = None,
) -> Page:
    with store.transaction(session.scope) as tx:
        rows = travellers.masking.requests(tx)
    view = UnmaskListView(
        waiting=tuple(row for row in rows if not row.granted_by),
        granted=tuple(row for row in rows if row.granted_by),
        officer_id=session.officer_id,
        now=travellers.now(),
        problem=error.code if error else "",
    )
    return Page("travellers/unmask_list.html", view, status=403 if error else 200)


def _form(
    asked: tuple[OfficerSession, Store, TravellerService],
    traveller_id: UUID,
    data: UnmaskForm,
    error: CordilleraError | None = None,
) -> Page:
    session, store, travellers = asked
    with store.transaction(session.scope) as tx:
        row, _ = travellers.open_traveller(tx, session, traveller_id)
        rows = travellers.masking.requests(tx, traveller_id)
    view = UnmaskView(
        traveller_id=traveller_id,
        flight_id=row.flight_id,
        facts=row.facts,
        form=data,
        articles=tuple(Approval),
        requests=rows,
        now=travellers.now(),
        problem=error.code if error else "",
    )
    status = 409 if isinstance(error, NotDepersonalised) else 422
    return Page("travellers/unmask.html", view, status=status if error else 200)


handlers = [requests, form, ask, grant]
