"""The reservations of one traveller in PostgreSQL: opened alone, whatever else their flight holds.

A flight of four hundred has thousands of versions of reservations. To show one traveller, only those are
opened that the traveller is booked in.
"""

from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.reservation_store import BookedPlace, unpacked
from cordillera.engines.edifact.pnrgov_model import Pnr, PnrgovMessage
from cordillera.foundation.store.sealing import FieldSealer, Place

MOST_VERSIONS: Final = 200
_VERSIONS: Final = (
    "SELECT r.id, r.message_id, r.locator, r.place, r.cancelled, r.key_id, r.pnr, p.id AS head_id,"
    " p.key_id AS head_key, p.head FROM traveller_reservation r JOIN traveller_pnrgov p ON p.id = r.pnrgov_id"
    " WHERE r.flight_id = :flight AND r.locator IN (SELECT locator FROM traveller_booking"
    " WHERE traveller_id = :traveller AND flight_id = :flight)"
    " ORDER BY r.pnrgov_id DESC, r.place DESC LIMIT :most"
)
_PEOPLE: Final = (
    "SELECT locator, person, traveller_id FROM traveller_booking WHERE flight_id = :flight AND locator IN"
    " (SELECT locator FROM traveller_booking WHERE traveller_id = :traveller AND flight_id = :flight)"
)

_SAME_NUMBER: Final = (
    "SELECT DISTINCT other.traveller_id FROM traveller_document mine"
    " JOIN traveller_document other ON other.number = mine.number"
    " WHERE mine.traveller_id = :id AND other.traveller_id <> :id"
    " ORDER BY other.traveller_id DESC LIMIT :most"
)


class Version(msgspec.Struct, frozen=True):
    """A reservation as one message told it: that message's head, the file, and whether it stands today."""

    locator: bytes
    head: PnrgovMessage
    pnr: Pnr
    place: int
    source: UUID
    cancelled: bool

    @property
    def key(self) -> str:
        """What names the reservation, as `reservation_core.key_of` does."""
        return self.pnr.key or f"{self.head.reference} {self.head.prepared} {self.place}"


def versions_of(
    tx: sa.Connection, sealer: FieldSealer, flight_id: UUID, traveller_id: UUID
) -> tuple[Version, ...]:
    """Return what was told of a traveller's reservations, the newest last; at most `MOST_VERSIONS`."""
    rows = tx.execute(
        sa.text(_VERSIONS), {"flight": flight_id, "traveller": traveller_id, "most": MOST_VERSIONS}
    ).all()
    keys = sealer.living_keys(tx, sorted({key for row in rows for key in (row.key_id, row.head_key)}))
    heads: dict[UUID, PnrgovMessage] = {}
    found = []
    for row in reversed(rows):
        if row.key_id not in keys or row.head_key not in keys:
            continue
        if row.head_id not in heads:
            place = Place("traveller_pnrgov", "head", str(row.head_id))
            heads[row.head_id] = unpacked(sealer.open(keys[row.head_key], place, row.head), PnrgovMessage)
        place = Place("traveller_reservation", "pnr", str(row.id))
        pnr = unpacked(sealer.open(keys[row.key_id], place, row.pnr), Pnr)
        told = (heads[row.head_id], pnr, row.place, row.message_id, row.cancelled)
        found.append(Version(bytes(row.locator), *told))
    return tuple(found)


def people_of(tx: sa.Connection, flight_id: UUID, traveller_id: UUID) -> dict[BookedPlace, UUID]:
    """Return whom each person of a traveller's reservations was taken for."""
    rows = tx.execute(sa.text(_PEOPLE), {"flight": flight_id, "traveller": traveller_id})
    return {BookedPlace(bytes(row.locator), bytes(row.person)): row.traveller_id for row in rows}


def with_same_number(tx: sa.Connection, traveller_id: UUID, most: int) -> list[UUID]:
    """Return other travellers with a document of the same number, whoever issued it, the newest first."""
    return list(tx.execute(sa.text(_SAME_NUMBER), {"id": traveller_id, "most": most}).scalars())
