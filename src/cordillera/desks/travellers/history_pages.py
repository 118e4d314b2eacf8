"""The page of a link between two journeys: both side by side, why they are linked, and how to part them."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.travellers.errors import PartingReasonMissing
from cordillera.desks.travellers.history_showing import LinkView
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind

_SEE = guarded(Permission.TRAVELLER_READ, audit=LeafKind.CONSULTATION)
_PART = guarded(Permission.ALERT_DECIDE, audit=LeafKind.DECISION)


class PartForm(msgspec.Struct, frozen=True):
    """Why two journeys are not one person's."""

    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class JourneysView(msgspec.Struct, frozen=True):
    """A link, whether the officer may part it, and what was wrong with what they sent."""

    link: LinkView
    may_part: bool
    problem: str = ""
    reason: str = ""


@get("/journeys/{link_id:uuid}", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def linked(session: OfficerSession, store: Store, travellers: TravellerService, link_id: UUID) -> Page:
    """Show two linked journeys side by side."""
    return _page((session, store, travellers), link_id)


@post("/journeys/{link_id:uuid}/part", opt=_PART, sync_to_thread=True, include_in_schema=False)
def part(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    link_id: UUID,
    data: Annotated[PartForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Part two journeys that are not one person's."""
    try:
        with store.transaction(session.scope) as tx:
            travellers.history.part(tx, session, link_id, data.reason)
    except PartingReasonMissing as error:
        return _page((session, store, travellers), link_id, error.code, data.reason)
    return Redirect(f"/journeys/{link_id}", status_code=303)


def _page(
    asked: tuple[OfficerSession, Store, TravellerService], link_id: UUID, problem: str = "", reason: str = ""
) -> Page:
    session, store, travellers = asked
    with store.transaction(session.scope) as tx:
        link = travellers.journeys.open(tx, session, link_id)
    may = link.parting is None and session.may(Permission.ALERT_DECIDE)
    view = JourneysView(link, may, problem, reason)
    return Page("travellers/journeys.html", view, status=422 if problem else 200)


handlers = [linked, part]
