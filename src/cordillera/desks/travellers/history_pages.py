"""Pages on which what was joined is looked at and parted: two journeys; a reservation and a traveller."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cordillera.desks.travellers.errors import Depersonalised, PartingReasonMissing, ReservationNotJoined
from cordillera.desks.travellers.history_showing import LinkView
from cordillera.desks.travellers.history_unjoin import Joined
from cordillera.desks.travellers.model import TravellerRow
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


class ApartForm(msgspec.Struct, frozen=True):
    """Which reservation is not this traveller's, and how the officer knows."""

    token: Annotated[str, msgspec.Meta(max_length=64)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class ApartView(msgspec.Struct, frozen=True):
    """A traveller, whom reservations took for them, and what was wrong with what was sent."""

    traveller: TravellerRow
    joined: tuple[Joined, ...]
    form: ApartForm
    problem: str = ""


@get("/travellers/{traveller_id:uuid}/apart", opt=_SEE, sync_to_thread=True, include_in_schema=False)
def reservations(
    session: OfficerSession, store: Store, travellers: TravellerService, traveller_id: UUID
) -> Page:
    """Show the reservations that were taken for a traveller, beside what the list says of them."""
    return _apart((session, store, travellers), traveller_id, ApartForm())


@post("/travellers/{traveller_id:uuid}/apart", opt=_PART, sync_to_thread=True, include_in_schema=False)
def take_apart(
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    traveller_id: UUID,
    data: Annotated[ApartForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Make the person of a reservation a traveller of their own."""
    try:
        with store.transaction(session.scope) as tx:
            row, masked = travellers.open_traveller(tx, session, traveller_id)
            if masked:
                raise Depersonalised(message=str(row.message_id))
            where = (row, travellers.flight(tx, row.flight_id))
            travellers.unjoining.unjoin(tx, session, where, (data.token, data.reason))
    except (PartingReasonMissing, ReservationNotJoined) as error:
        return _apart((session, store, travellers), traveller_id, data, error.code)
    return Redirect(f"/travellers/{traveller_id}", status_code=303)


def _apart(
    asked: tuple[OfficerSession, Store, TravellerService],
    traveller_id: UUID,
    form: ApartForm,
    problem: str = "",
) -> Page:
    session, store, travellers = asked
    with store.transaction(session.scope) as tx:
        row, masked = travellers.open_traveller(tx, session, traveller_id)
        joined = () if masked else travellers.unjoining.joined(tx, row)
    view = ApartView(row, joined, form, problem)
    return Page("travellers/apart.html", view, status=422 if problem else 200)


handlers = [linked, part, reservations, take_apart]
