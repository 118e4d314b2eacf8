"""The facts that rules read of everybody on a flight, from lists and reservations together.

Reservations count as they stand now, put together from all their messages, with evidence in each message's
own bytes; what a list said of the same traveller comes before it (`pnr_facts.facts_together`). Travellers of
whom only a list is known have the facts of the list, and nothing is concluded about their booking.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers.board_store import Board
from cordillera.desks.travellers.reservation_core import key_of, named
from cordillera.desks.travellers.reservation_store import (
    BookedPlace,
    OnFlight,
    ReservationStore,
    ToldMessage,
)
from cordillera.desks.travellers.zones import to_utc, zone_of
from cordillera.engines import edifact
from cordillera.engines.edifact import paxlst
from cordillera.engines.edifact.pnr_state import FlightState, Reservation, fold
from cordillera.engines.edifact.pnrgov_model import Leg
from cordillera.engines.rules.facts import Facts
from cordillera.engines.rules.paxlst_facts import traveller_facts
from cordillera.engines.rules.pnr_facts import (
    Told,
    Version,
    Where,
    facts_of_reservation,
    facts_together,
)
from cordillera.foundation.store.sealing import FieldSealer, KeyDestroyed

SOURCE: Final = "message:"
_LIST: Final = "list"


def facts_of_flight(tx: sa.Connection, sealer: FieldSealer, flight_id: UUID) -> dict[UUID, Facts]:
    """Return the facts of everybody who stands on a flight, by traveller; empty where nothing was booked."""
    own = ReservationStore(sealer)
    told = own.messages(tx, flight_id)
    if not told:
        return {}
    people = [row for row in own.people(tx, flight_id) if not row.gone]
    booked = _booked(own, told, own.bookings(tx, flight_id))
    listed = _listed(tx, sealer, [row for row in people if row.source == _LIST])
    return {row.id: facts_together(str(row.id), listed.get(row.id), booked.get(row.id, ())) for row in people}


def standing(told: Sequence[ToldMessage]) -> tuple[tuple[Reservation, ...], dict[str, tuple[Version, ...]]]:
    """Return the reservations of a flight that stand, and the versions of each, the newest first."""
    state = fold(FlightState(), (one.message for one in told))
    versions: dict[str, list[tuple[str, int, Version]]] = {}
    for order, one in enumerate(told):
        for number, (pnr, source) in enumerate(zip(one.message.pnrs, one.sources, strict=True)):
            version = Version(pnr, f"{SOURCE}{source}")
            versions.setdefault(key_of(one.message, number), []).append(
                (one.message.prepared, order, version)
            )
    newest = {
        key: tuple(version for _, _, version in sorted(found, key=_age, reverse=True))
        for key, found in versions.items()
    }
    return state.standing, newest


def _age(version: tuple[str, int, Version]) -> tuple[str, int]:
    return version[0], version[1]


def _booked(
    own: ReservationStore, told: Sequence[ToldMessage], bookings: Mapping[BookedPlace, UUID]
) -> dict[UUID, list[Facts]]:
    reservations, versions = standing(told)
    where = Where(head_of(told), utc)
    found: dict[UUID, list[Facts]] = {}
    for one in reservations:
        facts = facts_of_reservation(Told(one.pnr, versions[one.key], one.history), where)
        for (name, _), theirs in zip(named(one.pnr), facts, strict=True):
            ref = bookings.get(own.place(one.key, name))
            if ref is not None:
                found.setdefault(ref, []).append(theirs)
    return found


def head_of(told: Sequence[ToldMessage]) -> Leg | None:
    """Return the flight as the newest message that names it has it."""
    return next((one.message.flight for one in reversed(told) if one.message.flight is not None), None)


def utc(port: str, local: str) -> str:
    """Return the UTC moment of a local time at a port, or "" where the port's zone is not known."""
    zone = zone_of(port, "UTC")
    moment = None if zone.assumed else to_utc(local, zone.name)
    return "" if moment is None else moment.strftime("%Y-%m-%dT%H:%MZ")


def _listed(tx: sa.Connection, sealer: FieldSealer, rows: Sequence[OnFlight]) -> dict[UUID, Facts]:
    """What lists say, read again from their bytes as they are kept."""
    board = Board(sealer)
    by_message: dict[UUID, dict[int, Facts]] = {}
    for message_id in {row.message_id for row in rows}:
        try:
            raw = board.message_bytes(tx, message_id)
        except KeyDestroyed:
            continue
        by_message[message_id] = {
            one.start: traveller_facts(one, message, f"{SOURCE}{message_id}")
            for message in paxlst.paxlst_messages(edifact.read(raw))
            for one in message.travellers
        }
    found = ((row.id, by_message.get(row.message_id, {}).get(row.facts.start)) for row in rows)
    return {ref: facts for ref, facts in found if facts is not None}
