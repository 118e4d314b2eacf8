"""Flights as messages announce them: one flight, one id, whether lists or reservations were first.

What several messages say is written at once. Flights are locked by their day and route, in the one order of
`flight_turn`, before anything is written about them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.model import PlannedFlight
from cordillera.desks.travellers.reading import LONGEST
from cordillera.desks.travellers.reservation_core import same_number
from cordillera.desks.travellers.store import StoredMessage
from cordillera.desks.travellers.together_core import flight_turn
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.swift import Bulk, Statement, texts
from cordillera.trust.review.model import Retention

Telling = tuple[StoredMessage, PlannedFlight]
Key = tuple[str, ...]

_LOCK_ALL: Final = Statement(
    "SELECT count(pg_advisory_xact_lock(hashtextextended(what, 27))) FROM unnest(:locks) AS asked (what)"
)
_ON_DAY: Final = Bulk(
    "SELECT rows.place, known.id, known.number FROM {rows} JOIN traveller_flight known"
    " ON known.agency = :agency AND known.origin = rows.origin AND known.destination = rows.destination"
    " AND left(known.departs_local, 10) = rows.day AND (NOT :booked OR known.booked)"
    " ORDER BY known.booked, known.id",
    {"place": "bigint", "origin": "text", "destination": "text", "day": "text"},
)
_ADD: Final = Bulk(
    "INSERT INTO traveller_flight AS known (id, agency, number, origin, destination, departs_local,"
    " arrives_local, arrives_zone, zone_assumed, arrives_at, closed, vessel, erase_after, review_at)"
    " SELECT id, :agency, number, origin, destination, departs_local, arrives_local, arrives_zone,"
    " zone_assumed, arrives_at, closed, vessel, erase_after, review_at FROM {rows}"
    " ON CONFLICT (agency, number, origin, destination, departs_local, arrives_local) DO UPDATE"
    " SET closed = known.closed OR excluded.closed,"
    " vessel = CASE WHEN position(excluded.vessel in known.vessel) > 0 THEN known.vessel"
    " WHEN position(known.vessel in excluded.vessel) > 0 THEN excluded.vessel"
    " ELSE left(known.vessel || ' / ' || excluded.vessel, 120) END,"
    " erase_after = greatest(known.erase_after, excluded.erase_after),"
    " review_at = greatest(known.review_at, excluded.review_at)"
    " RETURNING id, number, origin, destination, departs_local, arrives_local",
    {
        "id": "uuid",
        **dict.fromkeys(("number", "origin", "destination"), "text"),
        **dict.fromkeys(("departs_local", "arrives_local", "arrives_zone"), "text"),
        "zone_assumed": "boolean",
        "arrives_at": "timestamptz",
        "closed": "boolean",
        "vessel": "text",
        "erase_after": "timestamptz",
        "review_at": "timestamptz",
    },
)
_LINK: Final = Bulk(
    "INSERT INTO traveller_message_flight (message_id, flight_id, agency, erase_after, review_at)"
    " SELECT message_id, flight_id, :agency, erase_after, review_at FROM {rows} ON CONFLICT DO NOTHING",
    {"message_id": "uuid", "flight_id": "uuid", "erase_after": "timestamptz", "review_at": "timestamptz"},
)
_PROLONG: Final = Statement(
    "UPDATE traveller_flight SET erase_after = greatest(erase_after, :erase_after),"
    " review_at = greatest(review_at, :review_at) WHERE id = :id AND erase_after < :erase_after"
)
_ADOPT: Final = Statement(
    "UPDATE traveller_flight SET booked = false, number = :number, departs_local = :departs_local,"
    " arrives_local = :arrives_local, arrives_zone = :arrives_zone, arrives_at = :arrives_at"
    " WHERE id = :id AND NOT EXISTS (SELECT 1 FROM traveller_flight o WHERE o.agency = :agency"
    " AND o.id <> :id AND o.number = :number AND o.origin = :origin AND o.destination = :destination"
    " AND o.departs_local = :departs_local AND o.arrives_local = :arrives_local) RETURNING id"
)
_MARK_BOOKED: Final = Statement("UPDATE traveller_flight SET booked = true WHERE id = :id")


def ship_told(known: str, told: str) -> str:
    """Return the ship of a voyage after another list told of it: the fuller, or both where they differ.

    `_ADD` does the same where the voyage is stored already.

    >>> ship_told("(IMO 9074729)", "OCEAN INVENTED (IMO 9074729)"), ship_told("OCEAN", "STAR")
    ('OCEAN INVENTED (IMO 9074729)', 'OCEAN / STAR')
    """
    if told in known:
        return known
    return told if known in told else f"{known} / {told}"[:LONGEST]


def lock_all(tx: sa.Connection, what: Sequence[str]) -> None:
    """Wait, in the order given, until nobody else works on some things; held by the transaction."""
    if what:
        _LOCK_ALL.send(tx, {"locks": texts(tuple(dict.fromkeys(what)))})


def lock_flights(tx: sa.Connection, agency: str, flights: Sequence[PlannedFlight]) -> None:
    """Wait, in the one order, until nobody else writes about some flights; without a day there is no lock."""
    lock_all(tx, [_lock_of(agency, one) for one in sorted(flights, key=flight_turn) if _is_dated(one)])


def announce(tx: sa.Connection, told: Sequence[Telling]) -> list[UUID]:
    """Store or find the flights that lists of one agency tell of, in order; each linked with its message.

    A flight that only reservations announced before takes the list's hours and number: the same id.
    """
    if not told:
        return []
    ordered = sorted(told, key=_turn)
    agency = told[0][0].agency
    _adopt(tx, agency, ordered)
    known = _added(tx, agency, ordered)
    return [known[_key(flight)] for _, flight in told]


def announce_booked(tx: sa.Connection, message: StoredMessage, flight: PlannedFlight) -> UUID:
    """Store or find the flight that reservations tell of, by its day, places and number."""
    found = next(
        (
            ref
            for _, ref, number in _on_day(tx, message.agency, [flight])
            if same_number(number, flight.number)
        ),
        None,
    )
    if found is None:
        found = _added(tx, message.agency, [(message, flight)])[_key(flight)]
        _MARK_BOOKED.send(tx, {"id": found})
    return found


def link(tx: sa.Connection, message: StoredMessage, flight_id: UUID) -> None:
    """Link a message to a flight that it speaks of; the flight lives as long as the message."""
    _PROLONG.send(tx, {"id": flight_id, **msgspec.structs.asdict(message.keep)})
    _LINK.send(tx, [_linked(message, flight_id)], {"agency": message.agency})


def _on_day(
    tx: sa.Connection, agency: str, flights: Sequence[PlannedFlight], *, booked: bool = False
) -> list[tuple[int, UUID, str]]:
    """Flights that could be these, `booked` ones only: the place of each asked for, the id and the number."""
    dated = [(at, one) for at, one in enumerate(flights) if _is_dated(one)]
    rows = [(at, one.origin, one.destination, one.departs_local[:10]) for at, one in dated]
    lock_all(tx, [_lock_of(agency, one) for _, one in dated])
    return [
        (at, ref, number) for at, ref, number in _ON_DAY.rows(tx, rows, {"agency": agency, "booked": booked})
    ]


def _is_dated(flight: PlannedFlight) -> bool:
    return bool(flight.departs_local[:10] and flight.number)


def _lock_of(agency: str, flight: PlannedFlight) -> str:
    return f"flight {agency} {flight.departs_local[:10]} {flight.origin} {flight.destination}"


def _adopt(tx: sa.Connection, agency: str, told: Sequence[Telling]) -> None:
    """Give flights of reservations to the first list that tells of them."""
    candidates = _on_day(tx, agency, [flight for _, flight in told], booked=True)
    adopted: set[UUID] = set()
    for at, ref in sorted(
        (at, ref) for at, ref, number in candidates if same_number(number, told[at][1].number)
    ):
        if ref not in adopted:
            values = {**msgspec.structs.asdict(told[at][1]), "id": ref, "agency": agency}
            adopted.update(one for (one,) in _ADOPT.rows(tx, values))


def _added(tx: sa.Connection, agency: str, told: Sequence[Telling]) -> dict[Key, UUID]:
    """Store flights that are not there and let all live as long as the newest message; link both."""
    closed = {_key(flight) for _, flight in told if flight.closed}
    keep = max((message.keep for message, _ in told), key=_end)
    ships: dict[Key, str] = {}
    for _, flight in told:
        ships[_key(flight)] = ship_told(ships.get(_key(flight), ""), flight.vessel)
    rows = {
        _key(one): (
            uuid7(), *_key(one), one.arrives_zone, one.zone_assumed, one.arrives_at,
            _key(one) in closed, ships[_key(one)], keep.erase_after, keep.review_at,
        )
        for _, one in told
    }  # fmt: skip
    known = {tuple(key): ref for ref, *key in _ADD.rows(tx, list(rows.values()), {"agency": agency})}
    _LINK.send(tx, [_linked(message, known[_key(flight)]) for message, flight in told], {"agency": agency})
    return known


def _linked(message: StoredMessage, flight_id: UUID) -> tuple[object, ...]:
    return message.id, flight_id, message.keep.erase_after, message.keep.review_at


def _key(flight: PlannedFlight) -> Key:
    return flight.number, flight.origin, flight.destination, flight.departs_local, flight.arrives_local


def _turn(one: Telling) -> tuple[str, ...]:
    return flight_turn(one[1])


def _end(keep: Retention) -> datetime:
    return keep.erase_after
