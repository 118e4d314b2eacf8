"""Whom officers parted on one flight: read while messages about it are taken in, so that they stay parted."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers import history_store as sql
from cordillera.desks.travellers.history_core import Apart, person_key
from cordillera.desks.travellers.model import TravellerFacts
from cordillera.foundation.store.sealing import FieldSealer

_NOBODY = UUID(int=0)


class ApartOnFlight:
    """Tells of travellers of a flight which others they are not."""

    def __init__(
        self,
        tx: sa.Connection,
        sealer: FieldSealer,
        people: Mapping[UUID, TravellerFacts],
        asked: Iterable[TravellerFacts],
    ) -> None:
        """Take the travellers whom a flight has by now, and all who will be `asked` about.

        Where nobody among them was parted, which is nearly always, nobody else's index is worked out.
        """
        self._sealer = sealer
        rows = sql.partings(tx, people, {self._person(facts) for facts in asked})
        self._apart = Apart((row[:2] for row in rows), (row[2:] for row in rows)) if rows else None
        self._persons = {ref: self._person(facts) for ref, facts in people.items()} if rows else {}

    def of(self, ref: UUID | None, facts: TravellerFacts) -> frozenset[UUID]:
        """Return who of the flight somebody is not; `ref` is whom they were taken for before, if anybody."""
        if self._apart is None:
            return frozenset()
        own = (ref or _NOBODY, self._person(facts))
        parts = self._apart.parts
        return frozenset(other for other, person in self._persons.items() if parts(own, (other, person)))

    def _person(self, facts: TravellerFacts) -> bytes:
        return self._sealer.blind("traveller.person", person_key(facts))


class Partings:
    """Reads who was parted on a flight."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def on_flight(
        self, tx: sa.Connection, people: Mapping[UUID, TravellerFacts], asked: Iterable[TravellerFacts]
    ) -> ApartOnFlight:
        """Return who of a flight's travellers are not whom, for those who will be `asked` about."""
        return ApartOnFlight(tx, self._sealer, people, asked)
