"""What the pages of the traveller desk show; each view is also the page's JSON twin."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from cordillera.desks.travellers.board_core import BoardFlight, BoardQuery
from cordillera.desks.travellers.board_store import MessageCounts
from cordillera.desks.travellers.excerpt import Line
from cordillera.desks.travellers.grounds import Case
from cordillera.desks.travellers.itinerary_previous import Concluded
from cordillera.desks.travellers.itinerary_view import Itinerary
from cordillera.desks.travellers.listed_core import ListedView
from cordillera.desks.travellers.model import (
    FlightRow,
    MessageDetail,
    MessageRow,
    TravellerFacts,
)
from cordillera.desks.travellers.ports import Silenced
from cordillera.desks.travellers.reservation_views import ReservationView
from cordillera.foundation.explain import Term
from cordillera.trust.exchange.model import QueryView
from cordillera.trust.handling.display import Badge
from cordillera.trust.review.grounds import Grounds
from cordillera.trust.review.model import Alert, AlertRow, Decision


class Choice(msgspec.Struct, frozen=True):
    """A saved filter: its value, its address, how many alerts it lets through, whether it is on."""

    value: str
    href: str
    current: bool
    count: int | None = None


class SeenBy(msgspec.Struct, frozen=True):
    """One event on an alert: kind (of ledger leaf), when, by whom, with its place in the log."""

    kind: str
    at: datetime
    who: str
    agency: str
    purpose: str
    index: int | None
    told: dict[str, str]


class Done(msgspec.Struct, frozen=True):
    """The decision just taken, about whom, what had raised the alert, and until when it can be undone."""

    alert_id: UUID
    label: str
    reasons: tuple[Term, ...]
    decision: Decision


class Detail(msgspec.Struct, frozen=True):
    """An alert open before an officer. `traveller`, `lines` are empty once the message was erased."""

    alert: Alert
    badge: Badge
    bar: tuple[Term, ...]
    cases: tuple[Case, ...]
    flight: FlightRow | None
    traveller: TravellerFacts | None
    message_id: UUID | None
    lines: tuple[Line, ...]
    message: tuple[Line, ...]
    history: tuple[SeenBy, ...]
    seen: tuple[SeenBy, ...]
    queries: tuple[QueryView, ...]
    tab: str
    may_decide: bool
    silenced: tuple[Silenced, ...] = ()
    grounds: Grounds = Grounds()
    reservations: tuple[ReservationView, ...] = ()
    itineraries: tuple[Itinerary, ...] = ()
    concluded: tuple[Concluded, ...] = ()
    listed: ListedView | None = None


class AlertsView(msgspec.Struct, frozen=True):
    """The queue, with the open alert beside it. `suffix` is the filter as a query string.

    `suspended` rules judge nobody.
    """

    rows: tuple[AlertRow, ...]
    total: int
    page: int
    pages: int
    suffix: str
    older: str
    newer: str
    views: tuple[Choice, ...]
    lists: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    all_lists: str
    all_flights: str
    all_rules: str
    flight: FlightRow | None
    now: datetime
    export: str
    suspended: int = 0
    detail: Detail | None = None
    done: Done | None = None
    problem: str = ""
    reason: str = ""
    urgent: str = ""


class FlightsView(msgspec.Struct, frozen=True):
    """The board of one day, local to the node: one page of it as its address asks for.

    `total` are all flights of the day, `matching` those that the filter lets through; `travellers` is null
    on a day of more flights than are counted at once. `timeline` is empty on a day too full to draw.
    """

    day: str
    before: str
    after: str
    today: bool
    nearest: str
    flights: tuple[BoardFlight, ...]
    timeline: tuple["TimelineFlight", ...]
    travellers: int | None
    pending: int
    doubtful: int
    faulty: int
    total: int
    matching: int
    query: BoardQuery
    page: int
    pages: int
    shows: tuple[Choice, ...]
    sorts: dict[str, str]
    newer: str
    older: str
    now: datetime


class TimelineFlight(msgspec.Struct, frozen=True):
    """One arrival for the timeline."""

    id: UUID
    number: str
    origin: str
    destination: str
    scheduled_arrival: datetime | None
    travellers: int
    alerts: int
    status: str


class Timeline(msgspec.Struct, frozen=True):
    """What the arrivals timeline reads."""

    flights: tuple[TimelineFlight, ...]


class MessagesView(msgspec.Struct, frozen=True):
    """Messages, the newest first, with the quality of what came."""

    rows: tuple[MessageRow, ...]
    counts: MessageCounts
    status: str
    page: int
    pages: int


class MessageView(msgspec.Struct, frozen=True):
    """One message: findings, flights, and its bytes as kept."""

    message: MessageDetail
    lines: tuple[Line, ...]
    shown_all: bool
    now: datetime


def timeline(flights: Sequence[FlightRow]) -> tuple[TimelineFlight, ...]:
    """Return flights as the timeline wants them."""
    return tuple(
        TimelineFlight(
            id=flight.id,
            number=flight.number,
            origin=flight.origin,
            destination=flight.destination,
            scheduled_arrival=flight.arrives_at,
            travellers=flight.travellers,
            alerts=flight.pending,
            status=flight.status,
        )
        for flight in flights
    )
