"""The facts that rules read of the travellers of a flight: the same at arrival and in a pre-test.

A passenger list is read from its bytes as they are kept, a traveller being found by the place where they
begin; reservations are read as all messages together tell them. What was removed before storage is unknown
to rules as well, and what only the other message could say is unknown until it comes.

>>> facts_by_place(b"no message", "message:1")
{}
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.at_hand import NOTHING, AtHand
from cordillera.desks.travellers.itinerary_places import town_of
from cordillera.desks.travellers.on_flight_store import OnFlight, OnFlightStore
from cordillera.desks.travellers.reservation_core import key_of, named
from cordillera.desks.travellers.reservation_store import BookedPlace, ReservationStore, ToldMessage
from cordillera.desks.travellers.rules_core import age_band
from cordillera.desks.travellers.rules_held import Held, Past, with_companions, with_countries, with_past
from cordillera.desks.travellers.rules_held_store import Moment
from cordillera.desks.travellers.rules_history_store import kept_messages
from cordillera.desks.travellers.zones import moment_at
from cordillera.engines import edifact
from cordillera.engines.edifact import paxlst
from cordillera.engines.edifact.paxlst_model import PaxlstMessage
from cordillera.engines.edifact.pnr_state import Reservation, fold
from cordillera.engines.rules import Facts, Things
from cordillera.engines.rules.paxlst_facts import list_facts
from cordillera.engines.rules.pnr_facts import Told, Version, Where, facts_of_reservation, facts_together
from cordillera.engines.rules.pnr_held import NothingHeld
from cordillera.engines.rules.pnr_seats import BESIDE, with_neighbours
from cordillera.engines.rules.wanted import EVERYTHING, Wanted
from cordillera.foundation.store.sealing import FieldSealer

NATIONALITY = "nationality"
AGE = "age"
GROUPED: Final = ("traveller.nationality", "traveller.age")
"""What `groups_of_facts` reads."""
_LIST = "list"
_NOTHING = Past()
_PAST = ("traveller.journeys", "traveller.journeys_year", "companion.journeys_shared")
_COUNTS = (
    "payment.card_uses",
    "contact.shared_with",
    "agency.bookings_week",
)
_DOCUMENTS = ("document.check_failed", "document.reported_lost")
_COUNTRIES = ("itinerary.origin_country", "itinerary.destination_country")
_SHARED = "companion.journeys_shared"
Newer = Mapping[UUID, tuple[UUID, int]]
Bookings = Mapping[BookedPlace, UUID]


class Reading(msgspec.Struct, frozen=True):
    """How facts are read: which of them are wanted, and what needs no reading because it is in hand."""

    wanted: Wanted = EVERYTHING
    at_hand: AtHand = NOTHING


class FlightFacts:
    """Reads the facts of travellers, flight by flight."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer
        self._reservations = ReservationStore(sealer)
        self._aboard = OnFlightStore(sealer)
        self._held = Held(sealer)

    def on_flight(
        self, tx: sa.Connection, flight_id: UUID, newer: Newer | None = None, how: Reading | None = None
    ) -> dict[UUID, Facts]:
        """Return the facts of everybody who is on a flight, and what was held of them at its newest message.

        `newer` names those who were just announced, with the message that did it and where they begin in
        it; then they alone are told of.
        """
        return self.on_flights(tx, {flight_id: newer}, how or Reading()).get(flight_id, {})

    def on_flights(
        self, tx: sa.Connection, asked: Mapping[UUID, Newer | None], how: Reading
    ) -> dict[UUID, dict[UUID, Facts]]:
        """Return what `on_flight` does of several flights, by flight."""
        self._reservations.told_of_ahead(tx, asked)
        moments = self._held.moments(tx, asked)
        asked = {flight: asked[flight] for flight in moments}
        booked = {
            flight: self._bookings(tx, flight, asked[flight])
            for flight in self._reservations.told_of(tx, asked)
        }
        everybody = self._everybody(tx, asked, booked, how)
        past = self._past(tx, everybody, moments, how)
        return {
            flight: self._on(
                tx, (flight, when, how), (asked[flight], everybody[flight]), past, booked.get(flight, {})
            )
            for flight, when in moments.items()
        }

    def _bookings(self, tx: sa.Connection, flight_id: UUID, newer: Newer | None) -> Bookings:
        """Whom each person of a flight's reservations was taken for; of those who were just announced."""
        if newer is None:
            return self._reservations.bookings(tx, flight_id)
        return self._reservations.booked_with(tx, flight_id, newer)

    def _on(
        self,
        tx: sa.Connection,
        where: tuple[UUID, Moment, Reading],
        people: tuple[Newer | None, Mapping[UUID, OnFlight]],
        past: Mapping[UUID, Past],
        who: Bookings,
    ) -> dict[UUID, Facts]:
        """What is told of the people of one flight."""
        (flight_id, when, how), (newer, everybody) = where, people
        rows = [row for row in everybody.values() if newer is None or row.id in newer]
        around = [*everybody.values()] if who and how.wanted.has(BESIDE) else rows
        listed = self._places(tx, around, newer or {}, how)
        told = self._told(tx, flight_id, who, how, everything=newer is None) if who else ()
        booked = self._booked(tx, (told, who), (past, rows, listed), when, how)
        together = {
            row.id: self._completed(
                facts_together(str(row.id), listed.get(row.id), booked.get(row.id, ())),
                past.get(row.id, _NOTHING),
                (when, how),
            )
            for row in rows
            if row.id in listed or row.id in booked
        }
        return self._held.documents(tx, together, when) if how.wanted.has(*_DOCUMENTS) else together

    def _everybody(
        self,
        tx: sa.Connection,
        asked: Mapping[UUID, Newer | None],
        booked: Mapping[UUID, Bookings],
        how: Reading,
    ) -> dict[UUID, dict[UUID, OnFlight]]:
        """Who is on flights; of those just announced they, and who is booked with them if it matters."""
        companions = booked if how.wanted.has(_SHARED, BESIDE) else {}
        some = {
            flight: {*newer, *companions.get(flight, {}).values()}
            for flight, newer in asked.items()
            if newer is not None
        }
        known = how.at_hand.people
        found = self._aboard.some(tx, {ref for refs in some.values() for ref in refs if ref not in known})
        found |= self._aboard.people(tx, asked.keys() - some.keys())
        for flight, refs in some.items():
            here = [known[ref] for ref in refs if ref in known]
            found[flight] = tuple(sorted((*here, *found.get(flight, ())), key=_by_id))
        return {flight: {row.id: row for row in found.get(flight, ()) if not row.gone} for flight in asked}

    def _past(
        self,
        tx: sa.Connection,
        everybody: Mapping[UUID, Mapping[UUID, OnFlight]],
        moments: Mapping[UUID, Moment],
        how: Reading,
    ) -> dict[UUID, Past]:
        if not how.wanted.has(*_PAST):
            return {}
        people = {flight: {ref: row.facts for ref, row in rows.items()} for flight, rows in everybody.items()}
        return self._held.past(tx, people, moments)

    def _completed(self, facts: Facts, past: Past, how: tuple[Moment, Reading]) -> Facts:
        when, reading = how
        known = with_past(facts, past, when.departs)
        return with_countries(known) if reading.wanted.has(*_COUNTRIES) else known

    def _places(
        self, tx: sa.Connection, rows: Collection[OnFlight], newer: Newer, how: Reading
    ) -> dict[UUID, Facts]:
        """What lists tell of some travellers: the newer message, else the one that announced them."""
        told = {row.id: (row.message_id, row.facts.start) for row in rows if row.source == _LIST}
        here = {row.id for row in rows}
        asked = told | {ref: place for ref, place in newer.items() if ref in here}
        listed = self._listed(tx, asked, how)
        return listed | self._listed(tx, {ref: told[ref] for ref in told.keys() - listed.keys()}, how)

    def _listed(
        self, tx: sa.Connection, told: Mapping[UUID, tuple[UUID, int]], how: Reading
    ) -> dict[UUID, Facts]:
        begins: dict[UUID, set[int]] = {}
        for message, start in told.values():
            begins.setdefault(message, set()).add(start)
        lists = self._lists(tx, begins, how)
        places = {
            message: _told_in(lists[message], f"message:{message}", how.wanted, begins[message])
            for message in begins
            if message in lists
        }
        found = {ref: places.get(message, {}).get(start) for ref, (message, start) in told.items()}
        return {ref: facts for ref, facts in found.items() if facts is not None}

    def _lists(
        self, tx: sa.Connection, messages: Collection[UUID], how: Reading
    ) -> dict[UUID, tuple[PaxlstMessage, ...]]:
        """The passenger lists in some messages: in hand, else read from their bytes as kept."""
        known = {one: how.at_hand.lists[one] for one in messages if one in how.at_hand.lists}
        away = [one for one in messages if one not in known]
        kept = kept_messages(tx, self._sealer, away) if away else {}
        return known | {one: _read(message.raw) for one, message in kept.items()}

    def _told(
        self,
        tx: sa.Connection,
        flight_id: UUID,
        who: Bookings,
        how: Reading,
        *,
        everything: bool,
    ) -> Sequence[ToldMessage]:
        """What told a flight's reservations, or only those that some people are in: in hand, else read."""
        about = None if everything else frozenset(place.locator for place in who)
        in_hand = how.at_hand.told.get(flight_id)
        if in_hand is not None and about is not None and in_hand.tells_of(about):
            return in_hand.messages
        return self._reservations.told(tx, flight_id, about).messages

    def _booked(
        self,
        tx: sa.Connection,
        bookings: tuple[Sequence[ToldMessage], Bookings],
        people: tuple[Mapping[UUID, Past], Collection[OnFlight], Mapping[UUID, Facts]],
        when: Moment,
        how: Reading,
    ) -> dict[UUID, list[Facts]]:
        """What each standing reservation says of each traveller who was found to be in it."""
        past, asked, listed = people[0], {row.id for row in people[1]}, people[2]
        told, who = bookings
        if not told:
            return {}
        state = fold(each.message for each in told)
        standing = [(one, self._people(one, who)) for one in state.standing if not one.cancelled]
        about = [(one, refs) for one, refs in standing if not asked.isdisjoint(refs)]
        held = (
            self._held.reservations(tx, [one.pnr for one, _ in about], when)
            if how.wanted.has(*_COUNTS)
            else NothingHeld()
        )
        where = Where(told[-1].message.flight, moment_at, held, how.wanted, town_of)
        tellings = _tellings(told, {one.key for one, _ in about})
        found: dict[UUID, list[Facts]] = {}
        for one, refs in about:
            facts = facts_of_reservation(Told(one.pnr, tellings[one.key], one.history), where)
            before = [past.get(ref, _NOTHING) if ref is not None else _NOTHING for ref in refs]
            if how.wanted.has(BESIDE):
                lists = [listed.get(ref) if ref is not None else None for ref in refs]
                facts = with_neighbours(facts, list(map(_seats, facts, lists)))
            for at, (ref, said) in enumerate(zip(refs, facts, strict=True)):
                if ref is not None:
                    others = (*before[:at], *before[at + 1 :])
                    found.setdefault(ref, []).append(with_companions(said, before[at], others))
        return found

    def _people(self, one: Reservation, who: Bookings) -> list[UUID | None]:
        return [who.get(self._reservations.place(one.key, name)) for name, _ in named(one.pnr)]


def _by_id(row: OnFlight) -> UUID:
    return row.id


def _seats(booked: Facts, listed: Facts | None) -> Things:
    """The seats of one person: as the reservation tells them, else as the passenger list does."""
    own = booked.things("seat")
    return own if own.things or listed is None else listed.things("seat")


def _tellings(told: Collection[ToldMessage], keys: Collection[str]) -> dict[str, tuple[Version, ...]]:
    """The messages that told some reservations, the newest first, by the names that evidence has for them."""
    found: dict[str, list[Version]] = {key: [] for key in keys}
    for each in reversed(list(told)):
        for number, (pnr, source) in enumerate(zip(each.message.pnrs, each.sources, strict=True)):
            versions = found.get(key_of(each.message, number))
            if versions is not None:
                versions.append(Version(pnr, f"message:{source}"))
    return {key: tuple(versions) for key, versions in found.items()}


def facts_by_place(raw: bytes, source: str) -> dict[int, Facts]:
    """Return the facts of each traveller of a passenger list by the offset where they begin."""
    return _told_in(_read(raw), source, EVERYTHING, None)


def _read(raw: bytes) -> tuple[PaxlstMessage, ...]:
    return paxlst.paxlst_messages(edifact.read(raw))


def _told_in(
    lists: Collection[PaxlstMessage], source: str, wanted: Wanted, begins: Collection[int] | None
) -> dict[int, Facts]:
    found: dict[int, Facts] = {}
    for message in lists:
        found |= list_facts(message, source, wanted, begins)
    return found


def groups_of_facts(facts: Facts) -> dict[str, str]:
    """Return the groups by which it is watched whether rules treat people alike; they raise nobody."""
    nationality, age = facts.facts.get("traveller.nationality"), facts.facts.get("traveller.age")
    told = "" if nationality is None else str(nationality.value)
    return {
        NATIONALITY: told if told.isalpha() and len(told) <= 3 else "unknown",
        AGE: age_band(None if age is None else int(age.value)),
    }
