"""One flight and who is on it, filtered and put in order by its address: no script is needed."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from litestar import get
from litestar.di import Provide
from litestar.params import Parameter

from cordillera.desks.travellers.aboard_core import (
    SHOWS,
    SORTS,
    AboardQuery,
    Known,
    Show,
    Sort,
    aboard,
    seats_of,
)
from cordillera.desks.travellers.board_core import BoardFlight
from cordillera.desks.travellers.ingest import DESK
from cordillera.desks.travellers.model import FlightRow, TravellerRow
from cordillera.desks.travellers.service import TravellerService
from cordillera.desks.travellers.views import Choice
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.model import AlertRow, AlertStatus, QueueFilter
from cordillera.trust.review.service import ReviewService

_ALERTS: Final = 500


class FlightView(msgspec.Struct, frozen=True):
    """One flight with a page of its travellers, their seats and alerts, by id."""

    flight: BoardFlight
    travellers: tuple[TravellerRow, ...]
    alerts: dict[str, AlertRow]
    seats: dict[UUID, tuple[str, ...]]
    query: AboardQuery
    shows: tuple[Choice, ...]
    sorts: dict[str, str]
    page: int
    pages: int
    newer: str
    older: str


def aboard_of(
    show: Show = "all", sort: Sort = "alerts", page: Annotated[int, Parameter(ge=1, le=10_000)] = 1
) -> AboardQuery:
    """Read the address of a flight."""
    return AboardQuery(show, sort, page)


@get(
    "/flights/{flight_id:uuid}",
    opt=guarded(Permission.TRAVELLER_READ, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
    dependencies={"wanted": Provide(aboard_of, sync_to_thread=False)},
)
def flight(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    review: ReviewService,
    flight_id: UUID,
    wanted: AboardQuery,
) -> Page:
    """Show one flight and who is on it."""
    with store.transaction(session.scope) as tx:
        row = travellers.flight(tx, flight_id)
        people = travellers.passengers(tx, session, flight_id)
        alerts = _alerts(tx, review, flight_id) if session.may(Permission.ALERT_READ) else ()
        known = _known(tx, travellers, row, people, alerts)
        found = aboard(people, known, wanted)
        return Page("travellers/flight.html", FlightView(
            flight=travellers.boards.one(tx, flight_id),
            travellers=found.travellers,
            alerts={alert.subject_ref: alert for alert in alerts},
            seats={one.id: known.seats[one.id] for one in found.travellers if one.id in known.seats},
            query=wanted,
            shows=tuple(
                Choice(show, _address(flight_id, wanted, show=show), show == wanted.show, found.counts[show])
                for show in SHOWS
            ),
            sorts={sort: _address(flight_id, wanted, sort=sort) for sort in SORTS},
            page=found.page,
            pages=found.pages,
            newer=_address(flight_id, wanted, page=found.page - 1) if found.page > 1 else "",
            older=_address(flight_id, wanted, page=found.page + 1) if found.page < found.pages else "",
        ))  # fmt: skip


def _alerts(tx: sa.Connection, review: ReviewService, flight_id: UUID) -> Sequence[AlertRow]:
    wanted = QueueFilter(desk=DESK, statuses=tuple(AlertStatus), group_ref=str(flight_id), limit=_ALERTS)
    return review.queue(tx, wanted).rows


def _known(
    tx: sa.Connection,
    travellers: TravellerService,
    flight: FlightRow,
    people: Sequence[TravellerRow],
    alerts: Sequence[AlertRow],
) -> Known:
    told = travellers.seating(tx, flight).map
    masked = travellers.masking.hidden(tx, people)
    return Known(
        lands=flight.destination,
        seats=seats_of(told),
        seatless={*told.unseated, *(who for who in told.in_arms if who in masked)},
        masked=masked,
        alerts={UUID(alert.subject_ref): place for place, alert in enumerate(alerts)},
        open={UUID(alert.subject_ref) for alert in alerts if alert.status != AlertStatus.DECIDED},
    )


def _address(flight_id: UUID, wanted: AboardQuery, **changes: str | int) -> str:
    return f"/flights/{flight_id}{wanted.suffix(**changes)}#people"


handlers = [flight]
