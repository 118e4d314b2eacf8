"""Reservations on their way in: parts put together, versions stored, and who stands on the flight.

1. A message in parts waits until all have come or 300 seconds have passed (`pnr_parts`); then it counts.
2. What stands is what all messages of the flight say together, in whatever order they came (`pnr_state`).
3. Somebody in a reservation is one traveller with somebody of a list, or of another reservation, only as
   `reservation_core.agree` says; else they are a traveller of their own, with the data of their documents.
4. Whom only cancelled reservations announced has left the flight, but is still found by whoever asks what
   is kept about them; a list keeps its own people on the flight.
5. Everybody whom the message told, and about whom it says more than a list did, is screened.
6. What the message says they are reached or pay by is indexed blindly (`contacts_core`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import flights_store
from cordillera.desks.travellers.contacts_core import points_of
from cordillera.desks.travellers.contacts_store import ContactStore, Told
from cordillera.desks.travellers.history_apart import ApartOnFlight, Partings
from cordillera.desks.travellers.model import MessagePlan, Note, PlannedFlight, TravellerFacts
from cordillera.desks.travellers.raising import Announced, occasion
from cordillera.desks.travellers.reservation_core import (
    Booked,
    Known,
    adds_to,
    flight_of,
    key_of,
    partners,
    people_in,
    people_on,
)
from cordillera.desks.travellers.reservation_keeping import is_part
from cordillera.desks.travellers.reservation_store import (
    BookedPlace,
    OnFlight,
    ReservationStore,
    Retold,
    ToldMessage,
)
from cordillera.desks.travellers.store import Announcement, NewTraveller, StoredMessage, TravellerStore
from cordillera.engines.edifact.pnr_parts import TIMEOUT, Part, Whole, join
from cordillera.engines.edifact.pnr_state import FlightState, fold
from cordillera.engines.edifact.pnrgov_model import Leg, Pnr
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7

LIST, RESERVATION = "list", "reservation"
_TOLD_LATE: Final = frozenset({"pnrgov.part_missing", "pnrgov.part_again"})


class Settled(msgspec.Struct, frozen=True):
    """What messages about reservations led to: who is to be screened, whom they told, how many.

    `messages` are what each flight's reservations were told by up to now, as they were just read.
    """

    screen: tuple[Announced, ...] = ()
    told: tuple[Announced, ...] = ()
    people: int = 0
    known: int = 0
    messages: Mapping[UUID, tuple[ToldMessage, ...]] = {}

    def with_(self, other: "Settled") -> "Settled":
        """Return both together."""
        return Settled(
            (*self.screen, *other.screen),
            (*self.told, *other.told),
            self.people + other.people,
            self.known + other.known,
            {**self.messages, **other.messages},
        )


class _Flight(msgspec.Struct, frozen=True):
    """The flight being settled: its row, as planned, and the files that tell of it in this pass."""

    id: UUID
    planned: PlannedFlight
    leg: Leg | None
    files: Mapping[UUID, StoredMessage]


class Reservations:
    """Takes in what messages tell of reservations, in the caller's transaction."""

    def __init__(
        self,
        stores: tuple[ReservationStore, ContactStore, Partings],
        travellers: TravellerStore,
        clock: Clock,
        zone: str,
    ) -> None:
        self._own, self._contacts, self._partings = stores
        self._store = travellers
        self._clock = clock
        self._zone = zone

    def take(self, tx: sa.Connection, message: StoredMessage, plan: MessagePlan) -> Settled:
        """Store the reservations of a file and settle the flights that they complete."""
        settled = Settled()
        now = self._clock.now().timestamp()
        by_reference: dict[str, list[Part]] = {}
        for one in plan.reservations:
            part = Part(plan.sender, now, str(message.id), one)
            if is_part(one) and one.access_reference:
                by_reference.setdefault(one.access_reference, []).append(part)
            else:
                settled = settled.with_(self._joined(tx, message.agency, [part], message))
        for reference, parts in by_reference.items():
            before = self._own.waiting(tx, message.agency, plan.sender, reference)
            settled = settled.with_(self._joined(tx, message.agency, (*before, *parts), message))
        return settled

    def overdue(self, tx: sa.Connection) -> tuple[tuple[str, Settled], ...]:
        """Give out, by agency, what has waited too long for its other parts (condition 1)."""
        before = self._clock.now() - timedelta(seconds=TIMEOUT)
        return tuple(
            (agency, self._joined(tx, agency, parts, None)) for agency, parts in self._own.overdue(tx, before)
        )

    def _joined(
        self, tx: sa.Connection, agency: str, parts: Iterable[Part], message: StoredMessage | None
    ) -> Settled:
        joined = join(parts, self._clock.now().timestamp())
        files = {} if message is None else {str(message.id): message}
        for source in {
            part.source for part in (*joined.waiting, *(p for w in joined.whole for p in w.parts))
        }:
            if source not in files:
                files[source] = self._own.file(tx, UUID(source))
        for part in joined.waiting:
            self._own.wait(tx, files[part.source], part, self._clock.now())
        settled = Settled()
        for whole in joined.whole:
            self._note(tx, whole, files)
            settled = settled.with_(self._settle(tx, agency, whole, files))
        return settled

    def _note(self, tx: sa.Connection, whole: Whole, files: Mapping[str, StoredMessage]) -> None:
        found = [one for one in whole.message.findings if one.code in _TOLD_LATE]
        notes = [Note(one.code, one.severity.value, one.offset, one.text) for one in found]
        if notes:
            self._store.add_notes(tx, files[whole.parts[-1].source], notes)

    def _settle(
        self, tx: sa.Connection, agency: str, whole: Whole, files: Mapping[str, StoredMessage]
    ) -> Settled:
        """Store a whole message and work out who stands on its flight: conditions 2 to 6."""
        own = {files[part.source].id: files[part.source] for part in whole.parts}
        leg = whole.message.flight
        planned = flight_of(leg, self._zone)
        flight = flights_store.announce_booked(tx, files[whole.parts[0].source], planned)
        for file in own.values():
            flights_store.link(tx, file, flight)
        self._own.alone(tx, f"reservations {agency} {flight}")
        self._own.add(tx, flight, whole, files)
        told = self._own.messages(tx, flight)
        settled = self._people(tx, _Flight(flight, planned, leg, own), told)
        return msgspec.structs.replace(settled, messages={flight: told})

    def _people(self, tx: sa.Connection, flight: _Flight, told: Sequence[ToldMessage]) -> Settled:
        state = fold(FlightState(), (one.message for one in told))
        held = {
            id(person): (source, pnr)
            for one in told
            for pnr, source in zip(one.message.pnrs, one.sources, strict=True)
            for person in pnr.travellers
        }
        sources = {person: source for person, (source, _) in held.items()}
        booked = people_on(state.standing, flight.leg)
        absent = self._absent(flight, told, booked)
        rows = {row.id: row for row in self._own.people(tx, [flight.id]).get(flight.id, ())}
        before = self._own.bookings(tx, flight.id)
        people = [*booked, *(one for one in absent if self._own.place(one.key, one.name) not in before)]
        places = [self._own.place(one.key, one.name) for one in people]
        taken_for = [before.get(place) for place in places]
        open_to_choice = [
            one.facts
            for one, ref in zip(people, taken_for, strict=True)
            if ref is None or _is_booked_only(ref, rows)
        ]
        apart = self._partings.on_flight(tx, {ref: row.facts for ref, row in rows.items()}, open_to_choice)
        chosen = _chosen(people, taken_for, rows, apart)
        files = self._files(tx, flight, {sources[id(one.person)] for one in people})
        settling = _Settling(flight, rows, files)
        for at, (one, place, ref) in enumerate(zip(people, places, chosen, strict=True)):
            settling.take(one, (place, ref), sources[id(one.person)], standing=at < len(booked))
        joined = {
            before[place] for place, ref in zip(places, chosen, strict=True) if before.get(place, ref) != ref
        }
        self._write(tx, settling, joined)
        self._index(tx, settling, zip(people, places, strict=True), held)
        standing = {self._own.place(one.key).locator for one in state.standing}
        self._own.mark_cancelled(tx, flight.id, standing)
        return settling.settled()

    def _absent(self, flight: _Flight, told: Sequence[ToldMessage], booked: Sequence[Booked]) -> list[Booked]:
        """Whom a message of this pass names and who does not stand: kept to be found, not on the board."""
        standing = {(one.key, one.name) for one in booked}
        return [
            one
            for message in (each.message for each in told if flight.files.keys() & set(each.sources))
            for number, pnr in enumerate(message.pnrs)
            for one in people_in(key_of(message, number), pnr, flight.leg)
            if (one.key, one.name) not in standing
        ]

    def _files(
        self, tx: sa.Connection, flight: _Flight, sources: Iterable[UUID]
    ) -> dict[UUID, StoredMessage]:
        wanted = set(sources)
        held = {one: flight.files[one] for one in wanted & flight.files.keys()}
        return held | self._own.files(tx, wanted - held.keys())

    def _write(self, tx: sa.Connection, settling: "_Settling", joined: Collection[UUID]) -> None:
        flight = settling.flight
        new: dict[UUID, list[NewTraveller]] = {}
        for ref, (one, file) in settling.new.items():
            identity = self._store.identity(flight.id, f"{RESERVATION}|{one.key}|{one.name}|{ref}")
            new.setdefault(file.id, []).append(NewTraveller(ref, flight.id, identity, one.facts))
        self._store.add_travellers(tx, [(settling.files[one], people) for one, people in new.items()])
        self._own.mark_source(tx, settling.new)
        told = [
            Retold(ref, one.facts, file, settling.rows[ref].identity)
            for ref, (one, file) in settling.told.items()
        ]
        self._tell(tx, flight.id, told, RESERVATION)
        self._own.book(tx, flight.id, settling.standing, settling.absent)
        self._own.leave(tx, flight.id, joined)

    def _index(
        self,
        tx: sa.Connection,
        settling: "_Settling",
        people: Iterable[tuple[Booked, BookedPlace]],
        held: Mapping[int, tuple[UUID, Pnr]],
    ) -> None:
        """Condition 6, for those whom a file of this pass tells."""
        flight = settling.flight
        told = [
            Told(place, flight.files[source], points_of(one.key, pnr, one.person))
            for one, place in people
            for source, pnr in (held[id(one.person)],)
            if source in flight.files
        ]
        self._contacts.tell(tx, flight.id, told, self._clock.now())

    def adopt(self, tx: sa.Connection, told: Sequence[Announcement]) -> None:
        """Let lists announce whom a reservation announced before (condition 3): the same ids."""
        booked = self._own.told_of(tx, {one.flight_id for _, people in told for one in people})
        here = [
            (message, flight_id, [one for one in people if one.flight_id == flight_id])
            for message, people in told
            for flight_id in dict.fromkeys(one.flight_id for one in people)
            if flight_id in booked
        ]
        flights_store.lock_all(tx, [f"reservations {message.agency} {flight}" for message, flight, _ in here])
        for message, flight_id, people in here:
            self._adopt(tx, message, flight_id, people)

    def _adopt(
        self, tx: sa.Connection, message: StoredMessage, flight_id: UUID, people: Sequence[NewTraveller]
    ) -> None:
        rows = self._own.booked_or_known(tx, flight_id, [one.identity for one in people])
        listed = {row.identity for row in rows if row.source == LIST}
        booked = {row.id: row.facts for row in rows if row.source == RESERVATION and row.gone != "joined"}
        new = [one for one in people if one.identity not in listed]
        if not (new and booked):
            return
        told_of = [one.facts for one in new]
        apart = self._partings.on_flight(tx, booked, told_of)
        found = partners(told_of, Known(booked), (), [apart.of(None, facts) for facts in told_of])
        told = [
            Retold(ref, one.facts, message, one.identity)
            for one, ref in zip(new, found, strict=True)
            if ref is not None
        ]
        self._tell(tx, flight_id, told, LIST)

    def _tell(self, tx: sa.Connection, flight_id: UUID, told: Sequence[Retold], source: str) -> None:
        self._own.tell(tx, told, source)
        again = [(one.file, [NewTraveller(one.id, flight_id, one.identity, one.facts)]) for one in told]
        self._store.add_documents(tx, again)


def _chosen(
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
        alone = [at for at in places if _is_booked_only(before[at], rows)]
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


def _is_booked_only(ref: UUID | None, rows: Mapping[UUID, OnFlight]) -> bool:
    return ref is not None and ref in rows and rows[ref].source == RESERVATION


class _Settling:
    """What is to be written about the people of one flight, collected person by person."""

    def __init__(
        self, flight: _Flight, rows: Mapping[UUID, OnFlight], files: Mapping[UUID, StoredMessage]
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
