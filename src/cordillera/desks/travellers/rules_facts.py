"""The facts that rules read of the travellers of a flight: the same at arrival and in a pre-test.

A passenger list is read from its bytes as they are kept, a traveller being found by the place where they
begin; reservations are read as all messages together tell them. What was removed before storage is unknown
to rules as well, and what only the other message could say is unknown until it comes.

>>> facts_by_place(b"no message", "message:1")
{}
"""

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers.reservation_core import key_of, named
from cordillera.desks.travellers.reservation_store import ReservationStore, ToldMessage
from cordillera.desks.travellers.rules_core import age_band
from cordillera.desks.travellers.rules_held import Held, Past, with_companions, with_countries, with_past
from cordillera.desks.travellers.rules_held_store import Moment
from cordillera.desks.travellers.rules_history_store import kept_messages
from cordillera.desks.travellers.zones import to_utc, zone_of
from cordillera.engines import edifact
from cordillera.engines.edifact import paxlst
from cordillera.engines.edifact.pnr_state import FlightState, Reservation, fold
from cordillera.engines.rules import Facts
from cordillera.engines.rules.paxlst_facts import traveller_facts
from cordillera.engines.rules.pnr_facts import Told, Version, Where, facts_of_reservation, facts_together
from cordillera.foundation.store.sealing import FieldSealer

NATIONALITY = "nationality"
AGE = "age"
_LIST = "list"
_NOTHING = Past()


class FlightFacts:
    """Reads the facts of travellers, flight by flight."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer
        self._reservations = ReservationStore(sealer)
        self._held = Held(sealer)

    def on_flight(
        self, tx: sa.Connection, flight_id: UUID, newer: Mapping[UUID, tuple[UUID, int]] | None = None
    ) -> dict[UUID, Facts]:
        """Return the facts of everybody who is on a flight, and what was held of them at its newest message.

        `newer` names those who were just announced, with the message that did it and where they begin in
        it; then they alone are told of.
        """
        everybody = [row for row in self._reservations.people(tx, flight_id) if not row.gone]
        rows = everybody if newer is None else [row for row in everybody if row.id in newer]
        told = {row.id: (row.message_id, row.facts.start) for row in rows if row.source == _LIST}
        listed = self._listed(tx, told | dict(newer or {}))
        listed |= self._listed(tx, {ref: place for ref, place in told.items() if ref not in listed})
        when = self._held.moment(tx, flight_id)
        if when is None:
            return {}
        past = self._held.past(tx, {row.id: row.facts for row in everybody}, when)
        has_any = self._reservations.has_any(tx, flight_id)
        booked = self._booked(tx, flight_id, past, when) if has_any else {}
        together = {
            row.id: with_countries(
                with_past(
                    facts_together(str(row.id), listed.get(row.id), booked.get(row.id, ())),
                    past[row.id],
                    when.departs,
                )
            )
            for row in rows
            if row.id in listed or row.id in booked
        }
        return self._held.documents(tx, together, when)

    def _listed(self, tx: sa.Connection, told: Mapping[UUID, tuple[UUID, int]]) -> dict[UUID, Facts]:
        messages = kept_messages(tx, self._sealer, {message for message, _ in told.values()})
        places = {one: facts_by_place(kept.raw, f"message:{one}") for one, kept in messages.items()}
        found = {ref: places.get(message, {}).get(start) for ref, (message, start) in told.items()}
        return {ref: facts for ref, facts in found.items() if facts is not None}

    def _booked(
        self, tx: sa.Connection, flight_id: UUID, past: Mapping[UUID, Past], when: Moment
    ) -> dict[UUID, list[Facts]]:
        """What each standing reservation says of each traveller who was found to be in it."""
        told = self._reservations.messages(tx, flight_id)
        who = self._reservations.bookings(tx, flight_id)
        state = fold(FlightState(), (each.message for each in told))
        standing = [one for one in state.standing if not one.cancelled]
        held = self._held.reservations(tx, [one.pnr for one in standing], when)
        where = Where(told[-1].message.flight if told else None, _utc, held)
        found: dict[UUID, list[Facts]] = {}
        for one in standing:
            versions = tuple(_versions(one, told))
            facts = facts_of_reservation(Told(one.pnr, versions, one.history), where)
            people = [who.get(self._reservations.place(one.key, name)) for name, _ in named(one.pnr)]
            before = [past.get(ref, _NOTHING) if ref is not None else _NOTHING for ref in people]
            for at, (ref, said) in enumerate(zip(people, facts, strict=True)):
                if ref is not None:
                    others = (*before[:at], *before[at + 1 :])
                    found.setdefault(ref, []).append(with_companions(said, before[at], others))
        return found


def _versions(one: Reservation, told: Collection[ToldMessage]) -> Iterator[Version]:
    """The messages that told a reservation, the newest first, by the names that evidence has for them."""
    for each in reversed(list(told)):
        for number, (pnr, source) in enumerate(zip(each.message.pnrs, each.sources, strict=True)):
            if key_of(each.message, number) == one.key:
                yield Version(pnr, f"message:{source}")


def _utc(port: str, local: str) -> str:
    """A port that is not in the table has no zone here: a rule does not rest on what is assumed."""
    zone = zone_of(port, "")
    at = None if zone.assumed else to_utc(local, zone.name)
    return "" if at is None else f"{at:%Y-%m-%dT%H:%M}Z"


def facts_by_place(raw: bytes, source: str) -> dict[int, Facts]:
    """Return the facts of each traveller of a passenger list by the offset where they begin."""
    return {
        traveller.start: traveller_facts(traveller, message, source)
        for message in paxlst.paxlst_messages(edifact.read(raw))
        for traveller in message.travellers
    }


def groups_of_facts(facts: Facts) -> dict[str, str]:
    """Return the groups by which it is watched whether rules treat people alike; they raise nobody."""
    nationality, age = facts.facts.get("traveller.nationality"), facts.facts.get("traveller.age")
    told = "" if nationality is None else str(nationality.value)
    return {
        NATIONALITY: told if told.isalpha() and len(told) <= 3 else "unknown",
        AGE: age_band(None if age is None else int(age.value)),
    }
