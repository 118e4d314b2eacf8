"""Taking a reservation apart from the traveller it was taken for: "this is not the same person".

A reservation's person and somebody of a list, or of another reservation, are joined on a flight by evidence
(`reservation_core`). When an officer sees that they are two, the reservation's person becomes a traveller of
their own, screened like everybody, and stays one whatever messages come.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.errors import ReservationNotJoined
from cordillera.desks.travellers.flights_store import lock_all
from cordillera.desks.travellers.history_service import History, checked_reason
from cordillera.desks.travellers.history_store import Parting, rebook
from cordillera.desks.travellers.model import FlightRow, TravellerFacts, TravellerRow
from cordillera.desks.travellers.on_flight_store import OnFlight, OnFlightStore
from cordillera.desks.travellers.raising import Announced, occasion
from cordillera.desks.travellers.reservation_core import Booked, people_on
from cordillera.desks.travellers.reservation_store import BookedPlace, ReservationStore
from cordillera.desks.travellers.store import NewTraveller, TravellerStore
from cordillera.engines.edifact.pnr_state import fold
from cordillera.foundation.ids import uuid7
from cordillera.trust.review.ports import Officer

Screen = Callable[[sa.Connection, str, Sequence[Announced]], object]


class Joined(msgspec.Struct, frozen=True):
    """A person of a standing reservation who was taken for a traveller; `token` names them in a form."""

    token: str
    locator: str
    facts: TravellerFacts


class _Place(msgspec.Struct, frozen=True):
    """Where somebody stands in a flight's reservations, and the file that tells it."""

    booked: Booked
    place: BookedPlace
    source: UUID


class Unjoining:
    """Shows whom reservations were taken for, and takes them apart."""

    def __init__(
        self,
        own: tuple[ReservationStore, OnFlightStore],
        travellers: TravellerStore,
        history: History,
        screen: Screen,
    ) -> None:
        self._own, self._aboard = own
        self._travellers = travellers
        self._history = history
        self._screen = screen

    def joined(self, tx: sa.Connection, traveller: TravellerRow) -> tuple[Joined, ...]:
        """Return the persons of reservations who were taken for a traveller, where that can be undone.

        Somebody whom a single reservation announced is that reservation's person: there is nothing to part.
        """
        found = self._places(tx, traveller)
        listed = any(row.id == traveller.id and row.source == "list" for row in self._people(tx, traveller))
        if not listed and len(found) < 2:
            return ()
        return tuple(
            Joined(one.place.person.hex(), one.booked.facts.reservation, one.booked.facts) for one in found
        )

    def unjoin(
        self,
        tx: sa.Connection,
        officer: Officer,
        where: tuple[TravellerRow, FlightRow],
        said: tuple[str, str],
    ) -> Parting:
        """Make the person of a reservation (`said`: token, reason) a traveller of their own. It must hold.

        1. A reason is given in words: raise `PartingReasonMissing`.
        2. The reservation's person is taken for this traveller, who stays without them: raise
           `ReservationNotJoined`.
        """
        traveller, flight = where
        token, why = said[0], checked_reason(said[1])
        lock_all(tx, [f"reservations {officer.agency} {traveller.flight_id}"])
        if token not in {one.token for one in self.joined(tx, traveller)}:
            raise ReservationNotJoined
        one = next(one for one in self._places(tx, traveller) if one.place.person.hex() == token)
        file = self._own.file(tx, one.source)
        ref = uuid7()
        identity = self._travellers.identity(traveller.flight_id, f"reservation|{token}|{ref}")
        new = NewTraveller(ref, traveller.flight_id, identity, one.booked.facts)
        self._travellers.add_travellers(tx, [(file, [new])])
        self._own.mark_source(tx, [ref])
        rebook(tx, traveller.flight_id, one.place, ref)
        parting = self._history.remember(tx, officer, (traveller.id, ref), ("reservation", why))
        announced = Announced(
            id=ref,
            agency=file.agency,
            message_id=file.id,
            flight_id=traveller.flight_id,
            facts=one.booked.facts,
            occasion=occasion(flight.number, flight.origin, flight.destination),
            arrives_at=flight.arrives_at,
        )
        self._screen(tx, file.agency, (announced,))
        return parting

    def _places(self, tx: sa.Connection, traveller: TravellerRow) -> list[_Place]:
        told = self._own.told(tx, traveller.flight_id).messages
        who = self._own.bookings(tx, traveller.flight_id)
        leg = told[-1].message.flight if told else None
        sources = {
            id(person): source
            for one in told
            for pnr, source in zip(one.message.pnrs, one.sources, strict=True)
            for person in pnr.travellers
        }
        standing = fold(one.message for one in told).standing
        return [
            _Place(booked, place, sources[id(booked.person)])
            for booked in people_on(standing, leg)
            for place in (self._own.place(booked.key, booked.name),)
            if who.get(place) == traveller.id and id(booked.person) in sources
        ]

    def _people(self, tx: sa.Connection, traveller: TravellerRow) -> Sequence[OnFlight]:
        return self._aboard.people(tx, [traveller.flight_id]).get(traveller.flight_id, ())
