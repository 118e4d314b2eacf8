"""Reservations on their way in: parts put together, versions stored, and who stands on the flight.

1. A message in parts waits until all have come or 300 seconds have passed (`pnr_parts`); then it counts.
2. What stands is what all messages of the flight say together, in whatever order they came (`pnr_state`).
3. Somebody in a reservation is one traveller with somebody of a list, or of another reservation, only as
   `reservation_core.agree` says; else they are a traveller of their own, with the data of their documents.
4. Whom only cancelled reservations announced has left the flight, but is still found by whoever asks what
   is kept about them; a list keeps its own people on the flight.
5. Everybody whom the message told, and about whom it says more than a list did, is screened.
6. What the message says they are reached or pay by is indexed blindly (`contacts_core`).
7. A message that cancels nothing it does not hold settles its own reservations only (ADR 0087): what becomes
   of them is the same, and nothing becomes of the others.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import flights_store
from cordillera.desks.travellers.contacts_core import points_of
from cordillera.desks.travellers.contacts_store import ContactStore, Told
from cordillera.desks.travellers.history_apart import Partings
from cordillera.desks.travellers.model import MessagePlan, Note, TravellerFacts
from cordillera.desks.travellers.on_flight_store import OnFlight, OnFlightStore
from cordillera.desks.travellers.reservation_core import (
    Booked,
    Known,
    agree,
    flight_of,
    key_of,
    partners,
    people_in,
    people_on,
)
from cordillera.desks.travellers.reservation_keeping import is_part
from cordillera.desks.travellers.reservation_parts_store import PartStore
from cordillera.desks.travellers.reservation_settling import (
    LIST,
    RESERVATION,
    Settled,
    SettledFlight,
    Settling,
    chosen_for,
    is_booked_only,
)
from cordillera.desks.travellers.reservation_store import (
    About,
    BookedPlace,
    ReservationStore,
    Retold,
    ToldMessage,
)
from cordillera.desks.travellers.store import Announcement, NewTraveller, StoredMessage, TravellerStore
from cordillera.engines.edifact.pnr_parts import TIMEOUT, Part, Whole, join
from cordillera.engines.edifact.pnr_state import fold, is_whole_message
from cordillera.engines.edifact.pnrgov_model import Pnr
from cordillera.foundation.clock import Clock

Left = tuple[UUID, Collection[UUID]]
"""A flight, and travellers whom reservations announced who may be somebody whom a list announces now."""
_TOLD_LATE: Final = frozenset({"pnrgov.part_missing", "pnrgov.part_again"})


class Reservations:
    """Takes in what messages tell of reservations, in the caller's transaction."""

    def __init__(
        self,
        stores: tuple[ReservationStore, PartStore, OnFlightStore, ContactStore, Partings],
        travellers: TravellerStore,
        clock: Clock,
        zone: str,
    ) -> None:
        self._own, self._parts, self._aboard, self._contacts, self._partings = stores
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
            before = self._parts.waiting(tx, message.agency, plan.sender, reference)
            settled = settled.with_(self._joined(tx, message.agency, (*before, *parts), message))
        return settled

    def overdue(self, tx: sa.Connection) -> tuple[tuple[str, Settled], ...]:
        """Give out, by agency, what has waited too long for its other parts (condition 1)."""
        before = self._clock.now() - timedelta(seconds=TIMEOUT)
        return tuple(
            (agency, self._joined(tx, agency, parts, None))
            for agency, parts in self._parts.overdue(tx, before)
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
            self._parts.wait(tx, files[part.source], part, self._clock.now())
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
        flights_store.lock_all(tx, [f"reservations {agency} {flight}"])
        self._own.add(tx, flight, whole, files)
        told = self._own.told(tx, flight, self._about(whole))
        settled = self._people(tx, SettledFlight(flight, planned, leg, own, told.about), told.messages)
        return msgspec.structs.replace(settled, messages={flight: told})

    def _about(self, whole: Whole) -> About:
        """Condition 7."""
        if is_whole_message(whole.message):
            return None
        numbers = range(len(whole.message.pnrs))
        return frozenset(self._own.place(key_of(whole.message, number)).locator for number in numbers)

    def _people(self, tx: sa.Connection, flight: SettledFlight, told: Sequence[ToldMessage]) -> Settled:
        state = fold(one.message for one in told)
        held = {
            id(person): (source, pnr)
            for one in told
            for pnr, source in zip(one.message.pnrs, one.sources, strict=True)
            for person in pnr.travellers
        }
        sources = {person: source for person, (source, _) in held.items()}
        booked = people_on(state.standing, flight.leg)
        absent = self._absent(flight, told, booked)
        before = self._own.bookings(tx, flight.id, flight.about)
        rows = self._rows(tx, flight, [one.facts for one in (*booked, *absent)], before)
        people = [*booked, *(one for one in absent if self._own.place(one.key, one.name) not in before)]
        places = [self._own.place(one.key, one.name) for one in people]
        taken_for = [before.get(place) for place in places]
        open_to_choice = [
            one.facts
            for one, ref in zip(people, taken_for, strict=True)
            if ref is None or is_booked_only(ref, rows)
        ]
        apart = self._partings.on_flight(tx, {ref: row.facts for ref, row in rows.items()}, open_to_choice)
        chosen = chosen_for(people, taken_for, rows, apart)
        files = self._files(tx, flight, {sources[id(one.person)] for one in people})
        settling = Settling(flight, rows, files)
        for at, (one, place, ref) in enumerate(zip(people, places, chosen, strict=True)):
            settling.take(one, (place, ref), sources[id(one.person)], standing=at < len(booked))
        joined = {
            before[place] for place, ref in zip(places, chosen, strict=True) if before.get(place, ref) != ref
        }
        self._write(tx, settling, {*before.values(), *chosen}, joined)
        self._index(tx, settling, zip(people, places, strict=True), held)
        standing = {self._own.place(one.key).locator for one in state.standing}
        self._own.mark_cancelled(tx, flight.id, standing, flight.about)
        return settling.settled()

    def _rows(
        self,
        tx: sa.Connection,
        flight: SettledFlight,
        people: Sequence[TravellerFacts],
        before: Mapping[BookedPlace, UUID],
    ) -> dict[UUID, OnFlight]:
        """Everybody on the flight whom some people of reservations could be, or were taken for."""
        if flight.about is None:
            found = self._aboard.people(tx, [flight.id]).get(flight.id, ())
        else:
            found = self._aboard.near(tx, flight.id, people, set(before.values()))
        return {row.id: row for row in found}

    def _absent(
        self, flight: SettledFlight, told: Sequence[ToldMessage], booked: Sequence[Booked]
    ) -> list[Booked]:
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
        self, tx: sa.Connection, flight: SettledFlight, sources: Iterable[UUID]
    ) -> dict[UUID, StoredMessage]:
        wanted = set(sources)
        held = {one: flight.files[one] for one in wanted & flight.files.keys()}
        return held | self._own.files(tx, wanted - held.keys())

    def _write(
        self, tx: sa.Connection, settling: "Settling", touched: Collection[UUID], joined: Collection[UUID]
    ) -> None:
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
        self._own.book(tx, flight.id, settling.standing, settling.absent, flight.about)
        self._own.leave(tx, flight.id, touched, joined)

    def _index(
        self,
        tx: sa.Connection,
        settling: "Settling",
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

    def adopt(self, tx: sa.Connection, told: Sequence[Announcement]) -> list[Left]:
        """Let lists announce whom a reservation announced before (condition 3): the same ids.

        Return who is left to be joined once the lists' people are stored (`join`).
        """
        booked = self._own.told_of(tx, {one.flight_id for _, people in told for one in people})
        here = [
            (message, flight_id, [one for one in people if one.flight_id == flight_id])
            for message, people in told
            for flight_id in dict.fromkeys(one.flight_id for one in people)
            if flight_id in booked
        ]
        flights_store.lock_all(tx, [f"reservations {message.agency} {flight}" for message, flight, _ in here])
        left = [
            (flight_id, self._adopt(tx, message, flight_id, people)) for message, flight_id, people in here
        ]
        return [one for one in left if one[1]]

    def _adopt(
        self, tx: sa.Connection, message: StoredMessage, flight_id: UUID, people: Sequence[NewTraveller]
    ) -> list[UUID]:
        facts, identities = [one.facts for one in people], [one.identity for one in people]
        rows = self._aboard.booked_or_known(tx, flight_id, facts, identities)
        listed = {row.identity for row in rows if row.source == LIST}
        booked = {row.id: row.facts for row in rows if row.source == RESERVATION and row.gone != "joined"}
        new = [one for one in people if one.identity not in listed]
        if not (new and booked):
            return []
        told_of = [one.facts for one in new]
        apart = self._partings.on_flight(tx, booked, told_of)
        found = partners(told_of, Known(booked), (), [apart.of(None, facts) for facts in told_of])
        told = [
            Retold(ref, one.facts, message, one.identity)
            for one, ref in zip(new, found, strict=True)
            if ref is not None
        ]
        self._tell(tx, flight_id, told, LIST)
        others = booked.keys() - {one.id for one in told}
        return [ref for ref in others if any(agree(booked[ref], facts) for facts in told_of)]

    def join(self, tx: sa.Connection, left: Sequence[Left]) -> None:
        """Settle again those reservations whose people lists may have announced, each as somebody's own."""
        for flight_id, people in left:
            about = frozenset(place.locator for place in self._own.booked_with(tx, flight_id, people))
            told = self._own.told(tx, flight_id, about)
            if told.messages:
                leg = told.messages[-1].message.flight
                flight = SettledFlight(flight_id, flight_of(leg, self._zone), leg, {}, told.about)
                self._people(tx, flight, told.messages)

    def _tell(self, tx: sa.Connection, flight_id: UUID, told: Sequence[Retold], source: str) -> None:
        self._own.tell(tx, told, source)
        again = [(one.file, [NewTraveller(one.id, flight_id, one.identity, one.facts)]) for one in told]
        self._store.add_documents(tx, again)
