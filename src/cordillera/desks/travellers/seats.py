"""The seats of a flight, and what lists tell of a traveller, read from what is held.

Of a reservation counts the leg that is this flight, and no other; a seat that it tells of no leg counts where
it has one leg alone. A list tells one seat a person. Nothing is stored: a seat lives as long as its message.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.listed_core import Heard, ListedView, told_of
from cordillera.desks.travellers.model import CREW, FlightRow
from cordillera.desks.travellers.on_flight_store import OnFlight, OnFlightStore
from cordillera.desks.travellers.reading import people_in
from cordillera.desks.travellers.reservation_core import key_of, named
from cordillera.desks.travellers.reservation_store import ReservationStore, ToldMessage
from cordillera.desks.travellers.reservation_views import is_for
from cordillera.desks.travellers.rules_history_store import kept_messages
from cordillera.desks.travellers.seats_core import SeatMap, Telling, is_infant, seat_map
from cordillera.desks.travellers.seats_store import MOST_LISTS, lists_of
from cordillera.desks.travellers.store import TravellerStore
from cordillera.engines import edifact
from cordillera.engines.edifact import paxlst
from cordillera.engines.edifact.paxlst_model import Traveller, text_of
from cordillera.engines.edifact.pnr_state import fold
from cordillera.engines.edifact.pnrgov_model import Leg, Pnr, PnrTraveller
from cordillera.engines.rules.pnr_facts import leg_on
from cordillera.foundation.store.sealing import FieldSealer

_INFANT: Final = "IN"
_LIST: Final = "list"


class Seating(msgspec.Struct, frozen=True):
    """The seats of a flight, and who booked together: sets of travellers, each of one reservation.

    `cut`: there are older lists, which were not read.
    """

    map: SeatMap
    together: tuple[frozenset[UUID], ...]
    cut: bool = False

    def with_(self, traveller: UUID | None) -> frozenset[UUID]:
        """Return who travels in a reservation of somebody."""
        return frozenset(who for one in self.together if traveller in one for who in one if who != traveller)


class Listed(msgspec.Struct, frozen=True):
    """What lists tell of a traveller, and of each with the same record locator the seat, "" for none."""

    own: ListedView | None
    company: dict[UUID, str]


class _Booked(msgspec.Struct):
    """What the reservations of a flight tell: seats, infants, and whom each names."""

    told: list[Telling] = []
    infants: set[UUID] = set()
    groups: list[frozenset[UUID]] = []


class Seats:
    """Reads who sits where."""

    def __init__(self, sealer: FieldSealer, travellers: TravellerStore, zone: str) -> None:
        self._sealer = sealer
        self._own = ReservationStore(sealer)
        self._aboard = OnFlightStore(sealer)
        self._travellers = travellers
        self._zone = zone

    def of(self, tx: sa.Connection, flight: FlightRow) -> Seating:
        """Return the seats of a flight; names are for the caller to show, as age allows."""
        rows = [one for one in self._aboard.people(tx, [flight.id]).get(flight.id, ()) if not one.gone]
        aboard = [one.id for one in rows if one.facts.role not in CREW]
        booked = self._booked(tx, flight.id)
        young = {one.id for one in rows if is_infant(one.facts.date_of_birth, flight.departs_local)}
        lists = lists_of(tx, flight.id)
        told = (*booked.told, *self._listed(tx, flight, rows, lists))
        return Seating(
            seat_map(told, aboard, young | booked.infants),
            (*booked.groups, *_same_locator(rows)),
            cut=len(lists) > MOST_LISTS,
        )

    def _booked(self, tx: sa.Connection, flight_id: UUID) -> _Booked:
        told = self._own.told(tx, flight_id).messages
        found = _Booked()
        if not told:
            return found
        who, flight = self._own.bookings(tx, flight_id), told[-1].message.flight
        sources = _sources(told)
        for one in fold(each.message for each in told).standing:
            leg, source = leg_on(one.pnr, flight), _newest(sources[one.key], one.as_of)
            refs = {name: who.get(self._own.place(one.key, name)) for name, _ in named(one.pnr)}
            found.groups.append(frozenset(ref for ref in refs.values() if ref is not None))
            for name, person in named(one.pnr):
                ref = refs[name]
                if ref is None or leg is None:
                    continue
                seats = _seats(one.pnr, leg, person)
                found.told += [Telling(ref, text, assigned, source) for text, assigned in seats]
                found.infants |= {ref} if person.kind.strip().upper() == _INFANT else set()
        return found

    def listed(self, tx: sa.Connection, flight: FlightRow, traveller: UUID) -> Listed:
        """Return what lists tell of a traveller, and the seat of each who is on one with their locator."""
        rows = [one for one in self._aboard.people(tx, [flight.id]).get(flight.id, ()) if not one.gone]
        if not any(one.id == traveller and one.source == _LIST for one in rows):
            return Listed(None, {})
        company = {who for group in _same_locator(rows) if traveller in group for who in group}
        heard: dict[UUID, list[Heard]] = {who: [] for who in (traveller, *sorted(company))}
        for who, message_id, person in self._said(tx, flight, rows, lists_of(tx, flight.id)):
            if who in heard:
                heard[who].append((message_id, person))
        told = {who: told_of(said) for who, said in heard.items()}
        own = told.pop(traveller)
        return Listed(own, {who: one.seat.text if one and one.seat else "" for who, one in told.items()})

    def _listed(
        self, tx: sa.Connection, flight: FlightRow, rows: Sequence[OnFlight], sent: Sequence[UUID]
    ) -> Iterator[Telling]:
        """The seats that lists tell."""
        for who, message_id, person in self._said(tx, flight, rows, sent):
            if person.seat is not None:
                yield Telling(who, person.seat.text, True, message_id)

    def _said(
        self, tx: sa.Connection, flight: FlightRow, rows: Sequence[OnFlight], sent: Sequence[UUID]
    ) -> Iterator[tuple[UUID, UUID, Traveller]]:
        """Whom each list tells of those whom one announced: traveller, message, the person in it."""
        known = {one.identity: one.id for one in rows if one.source == _LIST}
        kept = kept_messages(tx, self._sealer, sent[:MOST_LISTS]) if known else {}
        for message_id, message in kept.items():
            lists = paxlst.paxlst_messages(edifact.read(message.raw))
            flights, planned = people_in(lists, self._zone)
            here = {at for at, one in enumerate(flights) if _is_route(one.origin, one.destination, flight)}
            people = (person for one in lists for person in one.travellers)
            for person, plan in zip(people, planned, strict=True):
                who = known.get(self._travellers.identity(flight.id, plan.identity))
                if who is not None and plan.flight in here:
                    yield who, message_id, person


def _is_route(origin: str, destination: str, flight: FlightRow) -> bool:
    return (origin, destination) == (flight.origin, flight.destination)


def _seats(pnr: Pnr, leg: Leg, person: PnrTraveller) -> Iterator[tuple[str, bool]]:
    """The seats of a person on a leg, and whether each was assigned at check-in."""
    for check_in in leg.check_ins:
        if check_in.seat is not None and is_for(check_in.holder, person, pnr):
            yield check_in.seat.text, True
    for asked in (*leg.seats, *(pnr.seats if len(pnr.legs) == 1 else ())):
        if is_for(asked.holder, person, pnr):
            yield text_of(asked.number), False


def _sources(told: Sequence[ToldMessage]) -> dict[str, list[tuple[str, UUID]]]:
    """When each message was made that told a reservation, and its file, by the reservation's key."""
    found: dict[str, list[tuple[str, UUID]]] = {}
    for each in told:
        for number, source in enumerate(each.sources):
            found.setdefault(key_of(each.message, number), []).append((each.message.prepared, source))
    return found


def _newest(sources: Sequence[tuple[str, UUID]], as_of: str) -> UUID:
    """The file that a standing reservation's newest version is from."""
    return max((prepared == as_of, source) for prepared, source in sources)[1]


def _same_locator(rows: Collection[OnFlight]) -> Iterator[frozenset[UUID]]:
    """Who is on lists with the same record locator."""
    found: dict[str, set[UUID]] = {}
    for one in rows:
        locator = "".join(one.facts.reservation.upper().split())
        if one.source == _LIST and locator:
            found.setdefault(locator, set()).add(one.id)
    return (frozenset(people) for people in found.values() if len(people) > 1)
