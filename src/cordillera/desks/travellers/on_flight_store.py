"""Who is on a flight, as announced, opened: everybody, some by id, or those who could be somebody.

Two who are one person have the same family name (`reservation_core`, condition 1). So where one is looked
for, those with another one stay sealed: a keyed hash of flight and family name tells them (ADR 0087).
"""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.model import TravellerFacts
from cordillera.desks.travellers.store import family_on
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.foundation.store.swift import Statement, blobs, uuids

_COLUMNS: Final = "SELECT id, message_id, identity, source, gone, key_id, facts, flight_id FROM traveller"
_OF_FLIGHT: Final = Statement(f"{_COLUMNS} WHERE flight_id = ANY(:flights) ORDER BY id")
_SOME: Final = Statement(f"{_COLUMNS} WHERE id = ANY(:ids) ORDER BY id")
_NEAR: Final = Statement(
    f"{_COLUMNS} WHERE flight_id = :flight"
    " AND (id = ANY(:ids) OR family = ANY(:families) OR family IS NULL) ORDER BY id"
)
_BOOKED_OR_KNOWN: Final = Statement(
    f"{_COLUMNS} WHERE flight_id = :flight AND (identity = ANY(:identities)"
    " OR source = 'reservation' AND (family = ANY(:families) OR family IS NULL)) ORDER BY id"
)


class OnFlight(msgspec.Struct, frozen=True):
    """A traveller of a flight: announced by a list or by a reservation, and whether they are still on it."""

    id: UUID
    message_id: UUID
    identity: bytes
    source: str
    gone: str
    facts: TravellerFacts


class OnFlightStore:
    """Opens the travellers of flights."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def people(self, tx: sa.Connection, flights: Collection[UUID]) -> dict[UUID, tuple[OnFlight, ...]]:
        """Return the travellers of flights, those who left them too, as they were announced."""
        return self._opened(tx, _OF_FLIGHT.rows(tx, {"flights": uuids(list(flights))}) if flights else ())

    def some(self, tx: sa.Connection, only: Collection[UUID]) -> dict[UUID, tuple[OnFlight, ...]]:
        """Return some travellers as they were announced, by flight."""
        return self._opened(tx, _SOME.rows(tx, {"ids": uuids(list(only))}) if only else ())

    def near(
        self, tx: sa.Connection, flight_id: UUID, people: Collection[TravellerFacts], also: Collection[UUID]
    ) -> tuple[OnFlight, ...]:
        """Return who of a flight has the family name of one of some people, and some `also` by id."""
        asked = {"ids": uuids(list(also)), "families": self._families(flight_id, people)}
        return self._opened(tx, _NEAR.rows(tx, {"flight": flight_id, **asked})).get(flight_id, ())

    def booked_or_known(
        self,
        tx: sa.Connection,
        flight_id: UUID,
        people: Collection[TravellerFacts],
        identities: Sequence[bytes],
    ) -> tuple[OnFlight, ...]:
        """Return who of a flight a reservation announced under some people's family names, or is known.

        Known are those who have one of some `identities`.
        """
        asked = {"identities": blobs(identities), "families": self._families(flight_id, people)}
        return self._opened(tx, _BOOKED_OR_KNOWN.rows(tx, {"flight": flight_id, **asked})).get(flight_id, ())

    def _families(self, flight_id: UUID, people: Collection[TravellerFacts]) -> object:
        return blobs(sorted({family_on(self._sealer, flight_id, one) for one in people}))

    def _opened(self, tx: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> dict[UUID, tuple[OnFlight, ...]]:
        keys = self._sealer.living_keys(tx, sorted({row[5] for row in rows}))
        found: dict[UUID, list[OnFlight]] = {}
        for ref, message_id, identity, source, gone, key_id, sealed, flight_id in rows:
            if key_id in keys:
                raw = self._sealer.open(keys[key_id], Place("traveller", "facts", str(ref)), sealed)
                facts = shapes.decode(raw, TravellerFacts)
                one = OnFlight(ref, message_id, bytes(identity), source, gone, facts)
                found.setdefault(flight_id, []).append(one)
        return {flight: tuple(people) for flight, people in found.items()}
