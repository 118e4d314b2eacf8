"""Stored messages in the order in which they came, with whom they announced: for reading history again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.model import TravellerFacts
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import FieldSealer, Place

_PAGE: Final = sa.text(
    "SELECT id, agency, received_at, sender, reference, status, reason, travellers, crew, reservations,"
    " findings FROM traveller_message WHERE (received_at, id) > (:after, :last) AND received_at < :until"
    " ORDER BY received_at, id LIMIT :limit"
)
_RAW: Final = sa.text("SELECT key_id, raw FROM traveller_message WHERE id = :id")
_FLIGHTS: Final = sa.text(
    "SELECT f.id, f.number, f.origin, f.destination, f.departs_local, f.arrives_at FROM traveller_flight f"
    " JOIN traveller_message_flight m ON m.flight_id = f.id WHERE m.message_id = :id"
)
_PEOPLE: Final = sa.text(
    "SELECT id, flight_id, message_id, identity, source, key_id, facts FROM traveller"
    " WHERE flight_id = ANY(:flights) ORDER BY id"
)


class StoredRow(msgspec.Struct, frozen=True):
    """A message as it was taken in."""

    id: UUID
    agency: str
    received_at: datetime
    sender: str
    reference: str
    status: str
    reason: str
    travellers: int
    crew: int
    reservations: int
    findings: int


class StoredFlight(msgspec.Struct, frozen=True):
    """A flight that a message speaks of."""

    id: UUID
    number: str
    origin: str
    destination: str
    departs_local: str
    arrives_at: datetime | None


class StoredPerson(msgspec.Struct, frozen=True):
    """A traveller of such a flight: by which message and kind of message, under which identity."""

    id: UUID
    flight_id: UUID
    message_id: UUID
    identity: bytes
    source: str
    facts: TravellerFacts


def page(tx: sa.Connection, place: tuple[datetime, UUID], until: datetime, limit: int) -> list[StoredRow]:
    """Return the messages after a place in the order of arrival, and before a moment."""
    found = tx.execute(_PAGE, {"after": place[0], "last": place[1], "until": until, "limit": limit})
    return [StoredRow(**row) for row in found.mappings()]


def raw_of(tx: sa.Connection, sealer: FieldSealer, message_id: UUID) -> bytes | None:
    """Return a message's bytes as kept; None when they were erased."""
    row = tx.execute(_RAW, {"id": message_id}).one_or_none()
    keys = {} if row is None else sealer.living_keys(tx, [row.key_id])
    if row is None or row.key_id not in keys:
        return None
    return sealer.open(keys[row.key_id], Place("traveller_message", "raw", str(message_id)), row.raw) or None


def flights(tx: sa.Connection, message_id: UUID) -> tuple[StoredFlight, ...]:
    """Return the flights that a message speaks of."""
    return tuple(StoredFlight(**row) for row in tx.execute(_FLIGHTS, {"id": message_id}).mappings())


def people(tx: sa.Connection, sealer: FieldSealer, flight_ids: Sequence[UUID]) -> tuple[StoredPerson, ...]:
    """Return the travellers of flights, those whose data were erased left out."""
    rows = tx.execute(_PEOPLE, {"flights": list(flight_ids)}).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    return tuple(
        StoredPerson(
            row.id,
            row.flight_id,
            row.message_id,
            bytes(row.identity),
            row.source,
            shapes.decode(
                sealer.open(keys[row.key_id], Place("traveller", "facts", str(row.id)), row.facts),
                TravellerFacts,
            ),
        )
        for row in rows
        if row.key_id in keys
    )
