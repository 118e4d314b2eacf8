"""Travellers for the search of people: opened by id in one round trip, and those who came since."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.model import TravellerFacts, TravellerRow
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.trust.review.model import Retention

_COLUMNS = "t.id, t.agency, t.message_id, t.flight_id, t.key_id, t.facts, t.erase_after, t.review_at"


class Arrived(msgspec.Struct, frozen=True):
    """A traveller with whose they are, when the message came, who sent it, and the flight's number."""

    row: TravellerRow
    agency: str
    received_at: datetime
    sender: str
    flight: str


def newer(tx: sa.Connection, sealer: FieldSealer, last: str, limit: int) -> tuple[Arrived, ...]:
    """Return travellers stored after the one called `last` ("" for the first), in order."""
    return _opened(
        tx,
        sealer,
        "t.id > :last ORDER BY t.id LIMIT :limit",
        {"last": UUID(last) if last else UUID(int=0), "limit": limit},
    )


def newest(tx: sa.Connection, sealer: FieldSealer, limit: int) -> tuple[Arrived, ...]:
    """Return the newest travellers that the scope sees, the latest first."""
    return _opened(tx, sealer, "true ORDER BY t.id DESC LIMIT :limit", {"limit": limit})


def opened(tx: sa.Connection, sealer: FieldSealer, ids: Sequence[UUID]) -> tuple[Arrived, ...]:
    """Return those of some travellers that the scope sees and that are not erased."""
    return _opened(tx, sealer, "t.id = ANY(:ids)", {"ids": list(ids)})


def _opened(
    tx: sa.Connection, sealer: FieldSealer, condition: str, values: dict[str, object]
) -> tuple[Arrived, ...]:
    rows = tx.execute(
        sa.text(
            f"SELECT {_COLUMNS}, m.received_at, m.sender, f.number FROM traveller t"  # noqa: S608 - constants
            " JOIN traveller_message m ON m.id = t.message_id"
            f" JOIN traveller_flight f ON f.id = t.flight_id WHERE {condition}"
        ),
        values,
    ).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    return tuple(
        Arrived(_traveller(row, sealer, keys), row.agency, row.received_at, row.sender, row.number)
        for row in rows
        if row.key_id in keys
    )


def _traveller(
    row: sa.Row[tuple[object, ...]], sealer: FieldSealer, keys: dict[UUID, DataKey]
) -> TravellerRow:
    facts = sealer.open(keys[row.key_id], Place("traveller", "facts", str(row.id)), row.facts)
    return TravellerRow(
        id=row.id,
        message_id=row.message_id,
        flight_id=row.flight_id,
        facts=shapes.decode(facts, TravellerFacts),
        keep=Retention(row.erase_after, row.review_at),
    )
