"""The seat map of a flight: a table of rows and letters, each seat a link with the name it may show."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import Parameter

from cordillera.desks.travellers.ingest import DESK
from cordillera.desks.travellers.model import FlightRow, TravellerFacts, TravellerRow
from cordillera.desks.travellers.seats import Seating
from cordillera.desks.travellers.seats_core import Seat, Sitter
from cordillera.desks.travellers.seats_store import MOST_LISTS
from cordillera.desks.travellers.service import TravellerService
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.model import QueueFilter
from cordillera.trust.review.service import ReviewService

_ALERTS: Final = 500
MOST_NAMED: Final = 100
"""Travellers without a seat who are named; the others are counted."""
OWN, TOGETHER, ALERT = "own", "together", "alert"


class Seated(msgspec.Struct, frozen=True):
    """Somebody of the map: the name that may be shown (none when masked) and what marks them.

    `marks`: `own` the traveller asked for, `together` of the same reservation, `alert` with an open alert.
    `told` is what was told of their seat where that is none.
    """

    traveller_id: UUID
    family_names: str
    given_names: str
    masked: bool
    marks: tuple[str, ...] = ()
    assigned: bool = True
    infant: bool = False
    told: str = ""


class SeatView(msgspec.Struct, frozen=True):
    """A seat with who is on it."""

    number: str
    people: tuple[Seated, ...]
    contradicts: bool


class RowView(msgspec.Struct, frozen=True):
    """A row of the map, a place for each letter."""

    number: int
    seats: tuple[SeatView | None, ...]


class SeatMapView(msgspec.Struct, frozen=True):
    """The seats of a flight; `marked` are those with a mark, in the order of rows; `more` are not named.

    `cut`: how many lists, the newest, were read where there are more; 0 where all were.
    """

    flight: FlightRow
    of: Seated | None
    letters: tuple[str, ...]
    rows: tuple[RowView, ...]
    marked: tuple[SeatView, ...]
    contradictions: int
    asked: int
    unplaced: tuple[Seated, ...]
    unseated: tuple[Seated, ...]
    in_arms: tuple[Seated, ...]
    more: int
    cut: int


class _Shown(msgspec.Struct, frozen=True):
    """How people are shown: their rows as age allows, and who is marked by what."""

    rows: Mapping[UUID, TravellerRow]
    marks: Mapping[str, Collection[UUID]]

    def one(self, who: UUID, sitter: Sitter | None = None, told: str = "") -> Seated:
        row = self.rows.get(who)
        masked = row is None or is_masked(row.facts)
        return Seated(
            traveller_id=who,
            family_names="" if row is None else row.facts.family_names,
            given_names="" if row is None else row.facts.given_names,
            masked=masked,
            marks=tuple(mark for mark, people in self.marks.items() if who in people),
            assigned=sitter is None or sitter.assigned,
            infant=sitter is not None and sitter.infant and not masked,
            told="" if masked else told,
        )

    def seat(self, seat: Seat | None) -> SeatView | None:
        if seat is None:
            return None
        people = tuple(self.one(one.traveller_id, one) for one in seat.sitters)
        return SeatView(seat.number, people, seat.contradicts)


def is_masked(facts: TravellerFacts) -> bool:
    """Tell whether nothing of a traveller's identity may be shown."""
    return not (facts.full_name or facts.family_names or facts.documents)


@get(
    "/flights/{flight_id:uuid}/seats",
    opt=guarded(Permission.TRAVELLER_READ, audit=LeafKind.CONSULTATION),
    sync_to_thread=True,
    include_in_schema=False,
)
def seats(  # noqa: PLR0913 - one parameter for each service by its name
    session: OfficerSession,
    store: Store,
    travellers: TravellerService,
    review: ReviewService,
    flight_id: UUID,
    of: Annotated[UUID | None, Parameter()] = None,
) -> Page:
    """Show who sits where on a flight; `of` is the traveller whose seat and company are marked."""
    with store.transaction(session.scope) as tx:
        flight = travellers.flight(tx, flight_id)
        seating = travellers.open_seats(tx, session, flight)
        people = {one.id: one for one in travellers.named(tx, _named(seating, of))}
        alerts = QueueFilter(desk=DESK, group_ref=str(flight_id), limit=_ALERTS)
        may_see_alerts = session.may(Permission.ALERT_READ)
        alerted = [row.subject_ref for row in review.queue(tx, alerts).rows] if may_see_alerts else []
    return Page("travellers/seats.html", view_of(flight, seating, people, (of, alerted)))


def view_of(
    flight: FlightRow,
    seating: Seating,
    people: Mapping[UUID, TravellerRow],
    marked: tuple[UUID | None, Sequence[str]],
) -> SeatMapView:
    """Return the map as it is shown.

    Whom age masks is in company of nobody, and nobody is in theirs. Of them neither is told how young they
    are, nor a text that was told as their seat and is none: it could be anything.
    """
    of, alerted = marked
    aboard = {who for who, row in people.items() if row.flight_id == flight.id}
    own = of if of in aboard else None
    clear = {who for who in aboard if not is_masked(people[who].facts)}
    company = seating.with_(own) & clear if own in clear else frozenset()
    marks: dict[str, Collection[UUID]] = {
        OWN: {own} if own is not None else set(),
        TOGETHER: company,
        ALERT: {who for who in aboard if str(who) in set(alerted)},
    }
    shown = _Shown(people, marks)
    rows = tuple(
        RowView(row.number, tuple(shown.seat(seat) for seat in row.seats)) for row in seating.map.rows
    )
    young = [who for who in seating.map.in_arms if who in clear]
    unseated = [*seating.map.unseated, *(who for who in seating.map.in_arms if who not in clear)]
    every = [seat for row in rows for seat in row.seats if seat is not None]
    return SeatMapView(
        flight=flight,
        of=None if own is None else shown.one(own),
        letters=seating.map.letters,
        rows=rows,
        marked=tuple(seat for seat in every if any(one.marks for one in seat.people)),
        contradictions=sum(seat.contradicts for seat in every),
        asked=sum(any(not one.assigned for one in seat.people) for seat in every),
        unplaced=tuple(shown.one(one.traveller_id, told=one.text) for one in seating.map.unplaced),
        unseated=tuple(shown.one(who) for who in unseated[:MOST_NAMED]),
        in_arms=tuple(shown.one(who) for who in young[:MOST_NAMED]),
        more=max(0, len(unseated) - MOST_NAMED),
        cut=MOST_LISTS if seating.cut else 0,
    )


def _named(seating: Seating, of: UUID | None) -> list[UUID]:
    """Who is opened for the page: each with a seat, and the first of those without."""
    told = seating.map
    seated = [one.traveller_id for seat in told.seats for one in seat.sitters]
    others = [one.traveller_id for one in told.unplaced]
    without = [*told.unseated[:MOST_NAMED], *told.in_arms[:MOST_NAMED]]
    return list(dict.fromkeys((*seated, *others, *without, *([] if of is None else [of]))))


handlers = [seats]
