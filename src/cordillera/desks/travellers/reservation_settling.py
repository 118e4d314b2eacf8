"""Who each person of a flight's reservations is, and what is to be written about them: pure.

Conditions are those of `reservation_ingest`.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final
from uuid import UUID

import msgspec

from cordillera.desks.travellers.history_apart import ApartOnFlight
from cordillera.desks.travellers.model import PlannedFlight, TravellerFacts
from cordillera.desks.travellers.on_flight_store import OnFlight
from cordillera.desks.travellers.raising import Announced, occasion
from cordillera.desks.travellers.reservation_core import Booked, Known, adds_to, partners
from cordillera.desks.travellers.reservation_store import About, BookedPlace, FlightTold
from cordillera.desks.travellers.store import StoredMessage
from cordillera.engines.edifact.pnrgov_model import Leg
from cordillera.foundation.ids import uuid7

LIST: Final = "list"
RESERVATION: Final = "reservation"
"""By what a traveller was announced: the source of `OnFlight`."""


class Settled(msgspec.Struct, frozen=True):
    """What messages about reservations led to: who is to be screened, whom they told, how many.

    `messages` are what flights' reservations were told by up to now, as far as it was just read.
    """

    screen: tuple[Announced, ...] = ()
    told: tuple[Announced, ...] = ()
    people: int = 0
    known: int = 0
    messages: Mapping[UUID, FlightTold] = {}

    def with_(self, other: "Settled") -> "Settled":
        """Return both together."""
        return Settled(
            (*self.screen, *other.screen),
            (*self.told, *other.told),
            self.people + other.people,
            self.known + other.known,
            {**self.messages, **other.messages},
        )


class SettledFlight(msgspec.Struct, frozen=True):
    """The flight being settled: its row, as planned, the files that tell of it in this pass, `about` what."""

    id: UUID
    planned: PlannedFlight
    leg: Leg | None
    files: Mapping[UUID, StoredMessage]
    about: About


def chosen_for(
    booked: Sequence[Booked],
    before: Sequence[UUID | None],
    rows: Mapping[UUID, OnFlight],
    apart: ApartOnFlight,
) -> list[UUID]:
    """Who each person is (condition 3), reservation by reservation.

    Whom they were taken for before, unless a list announced them since; else a partner; else somebody new;
    never somebody from whom an officer parted them.
    """
    standing = [row for row in rows.values() if row.gone != "joined"]
    known = Known({row.id: row.facts for row in standing})
    listed = Known({row.id: row.facts for row in standing if row.source == LIST})
    chosen: list[UUID] = []
    for _, group in groupby(range(len(booked)), key=lambda at: booked[at].key):
        places = list(group)
        held = {ref for at in places if (ref := before[at]) is not None}
        fresh = [at for at in places if before[at] is None]
        alone = [at for at in places if is_booked_only(before[at], rows)]
        found: dict[int, UUID | None] = {}
        for some, among in ((fresh, known), (alone, listed)):
            others = [apart.of(before[at], booked[at].facts) for at in some]
            matched = partners([booked[at].facts for at in some], among, held, others)
            found |= zip(some, matched, strict=True)
        for at in places:
            ref = found.get(at) or before[at] or uuid7()
            if ref not in rows:
                known.add(ref, booked[at].facts)
            chosen.append(ref)
    return chosen


def is_booked_only(ref: UUID | None, rows: Mapping[UUID, OnFlight]) -> bool:
    """Tell whether no list announced a traveller yet."""
    return ref is not None and ref in rows and rows[ref].source == RESERVATION


class Settling:
    """What is to be written about the people of one flight, collected person by person."""

    def __init__(
        self, flight: SettledFlight, rows: Mapping[UUID, OnFlight], files: Mapping[UUID, StoredMessage]
    ) -> None:
        self.flight = flight
        self.rows = rows
        self.files = files
        self.new: dict[UUID, tuple[Booked, StoredMessage]] = {}
        self.told: dict[UUID, tuple[Booked, StoredMessage]] = {}
        self.standing: list[tuple[BookedPlace, UUID, StoredMessage]] = []
        self.absent: list[tuple[BookedPlace, UUID, StoredMessage]] = []
        self._screen: dict[UUID, Announced] = {}
        self._here: dict[UUID, Announced] = {}

    def take(self, one: Booked, who: tuple[BookedPlace, UUID], source: UUID, *, standing: bool) -> None:
        """Take one person of a reservation, who stands on the flight or not."""
        place, ref = who
        file = self.files[source]
        row = self.rows.get(ref)
        (self.standing if standing else self.absent).append((place, ref, file))
        if row is None:
            self.new.setdefault(ref, (one, file))
        if not standing or source not in self.flight.files:
            return
        self._here[ref] = self._announced(ref, one.facts, file)
        if row is None or row.source == RESERVATION or adds_to(one.facts, row.facts):
            self._screen[ref] = self._here[ref]
        if row is not None and row.source == RESERVATION:
            self.told[ref] = (one, file)

    def settled(self) -> Settled:
        """Return what the message led to."""
        known = sum(ref in self.rows for ref in self._here)
        return Settled(tuple(self._screen.values()), tuple(self._here.values()), len(self._here), known)

    def _announced(self, ref: UUID, facts: TravellerFacts, file: StoredMessage) -> Announced:
        flight = self.flight.planned
        return Announced(
            id=ref,
            agency=file.agency,
            message_id=file.id,
            flight_id=self.flight.id,
            facts=facts,
            occasion=occasion(flight.number, flight.origin, flight.destination),
            arrives_at=flight.arrives_at,
        )
