"""One traveller: who, on which flight, how the journey goes, what is booked, what was concluded."""

from uuid import UUID

import msgspec
from litestar import get

from cordillera.desks.travellers.detail import bytes_for
from cordillera.desks.travellers.excerpt import Line, Window, excerpt
from cordillera.desks.travellers.history_showing import HistoryView
from cordillera.desks.travellers.itinerary_previous import Concluded, named_in
from cordillera.desks.travellers.itinerary_view import Itinerary, itineraries_of
from cordillera.desks.travellers.listed_core import ListedView
from cordillera.desks.travellers.model import FlightRow, TravellerRow
from cordillera.desks.travellers.reservation_showing import with_lines
from cordillera.desks.travellers.reservation_views import ReservationView
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind


class TravellerView(msgspec.Struct, frozen=True):
    """A traveller as their age lets them be shown; `masked` when six months are over."""

    traveller: TravellerRow
    masked: bool
    flight: FlightRow
    lines: tuple[Line, ...]
    reservations: tuple[ReservationView, ...]
    itineraries: tuple[Itinerary, ...]
    history: HistoryView
    concluded: tuple[Concluded, ...]
    alert_id: UUID | None
    listed: ListedView | None = None


@get(
    "/travellers/{traveller_id:uuid}",
    opt=guarded(Permission.TRAVELLER_READ, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
)
def traveller(
    session: OfficerSession, store: Store, travellers: TravellerService, traveller_id: UUID
) -> Page:
    """Show one traveller."""
    may_see_alerts = session.may(Permission.ALERT_READ)
    with store.transaction(session.scope) as tx:
        row, masked = travellers.open_traveller(tx, session, traveller_id)
        flight = travellers.flight(tx, row.flight_id)
        told = travellers.reservations_of(tx, row)
        shown = with_lines(told, lambda source: bytes_for(tx, travellers, source))
        history = travellers.journeys.of(tx, row.id)
        raw = b"" if masked else bytes_for(tx, travellers, row.message_id)
        view = TravellerView(
            traveller=row,
            masked=masked,
            flight=flight,
            lines=excerpt(raw, Window(row.facts.start, row.facts.end + 1), _places(row)) if raw else (),
            reservations=shown,
            itineraries=itineraries_of(shown, flight),
            history=history,
            concluded=travellers.concluded(tx, row, named_in(history)) if may_see_alerts else (),
            alert_id=travellers.alert_of(tx, row.id) if may_see_alerts else None,
            listed=travellers.listed_of(tx, row, flight),
        )
    return Page("travellers/traveller.html", view)


def _places(row: TravellerRow) -> list[tuple[int, int]]:
    return [(fact.start, fact.end) for fact in row.facts.facts]


handlers = [traveller]
