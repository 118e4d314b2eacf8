"""The index of contacts in PostgreSQL: whose phone, card or address is also somebody else's, by keyed hash.

A row holds no text. It says of a person of a reservation (`traveller_booking` tells which traveller that is)
that a blind index belongs to them. It goes with the message that told it, and six months after that message
at the latest: what nobody may read any more is not compared either (PNR Directive 2016/681 art. 12(2)).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.contacts_core import Holding, Kind, Point, Shared
from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.reservation_store import BookedPlace
from cordillera.desks.travellers.store import StoredMessage
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.foundation.store.swift import Bulk, Statement, blobs, uuids

MOST_HOLDERS: Final = 20
"""More than so many travellers with one phone or card: an office, a hotel, an agency. Nobody is linked."""
_ROWS_READ: Final = 400
_DUE_AT_ONCE: Final = 20_000

_MINE: Final = Statement(
    "SELECT DISTINCT b.traveller_id AS holder, c.kind, c.value FROM traveller_booking b"
    " JOIN traveller_contact c ON c.flight_id = b.flight_id AND c.locator = b.locator AND c.person = b.person"
    " WHERE b.traveller_id = ANY(:ids) AND c.erase_after > :now"
)
_LET_GO: Final = Statement(
    "DELETE FROM traveller_contact WHERE id IN"
    " (SELECT id FROM traveller_contact WHERE erase_after <= :now LIMIT :most)"
)
_REPLACE: Final = Statement(
    "DELETE FROM traveller_contact WHERE flight_id = :flight AND (locator, person) IN"
    " (SELECT * FROM unnest(:locators, :people))"
)
_TELL: Final = Bulk(
    "INSERT INTO traveller_contact (id, agency, flight_id, locator, person, message_id, kind, value,"
    " erase_after, review_at) SELECT id, agency, :flight, locator, person, message_id, kind, value,"
    " erase_after, review_at FROM {rows} ON CONFLICT DO NOTHING",
    {
        "id": "uuid",
        "agency": "text",
        "locator": "bytea",
        "person": "bytea",
        "message_id": "uuid",
        "kind": "text",
        "value": "bytea",
        "erase_after": "timestamptz",
        "review_at": "timestamptz",
    },
)
_SHARED: Final = (
    "SELECT wanted.kind, wanted.value, found.traveller_id, found.cancelled, found.read"
    " FROM unnest(CAST(:kinds AS text[]), CAST(:values AS bytea[])) AS wanted(kind, value)"
    " CROSS JOIN LATERAL (SELECT b.traveller_id, bool_and(b.cancelled) AS cancelled,"
    " sum(count(*)) OVER () AS read FROM (SELECT flight_id, locator, person FROM traveller_contact"
    " WHERE value = wanted.value AND kind = wanted.kind AND erase_after > :now LIMIT :rows) c"
    " JOIN traveller_booking b ON b.flight_id = c.flight_id AND b.locator = c.locator AND b.person = c.person"
    " GROUP BY b.traveller_id LIMIT :most) found"
)


class FlightOf(msgspec.Struct, frozen=True):
    """The flight of a traveller."""

    id: UUID
    number: str
    origin: str
    destination: str
    departs_local: str


class Told(msgspec.Struct, frozen=True):
    """A person of a reservation, the file that told it, and what it says of them."""

    place: BookedPlace
    file: StoredMessage
    points: tuple[Point, ...]


class ContactStore:
    """Writes and reads the index of contacts, under the caller's scope."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def blind(self, point: Point) -> bytes:
        """Return the keyed hash that a thing is compared by."""
        return self._sealer.blind("traveller_contact.value", f"{point.kind.value}|{point.compared}")

    def tell(self, tx: sa.Connection, flight_id: UUID, told: Sequence[Told], now: datetime) -> None:
        """Put what a message says of people in place of what was told of them before; let go what is due."""
        self._let_go(tx, now)
        if not told:
            return
        places = [one.place for one in told]
        people = {"locators": blobs([p.locator for p in places]), "people": blobs([p.person for p in places])}
        _REPLACE.send(tx, {"flight": flight_id, **people})
        rows = [row for one in told for row in self._rows(one, now)]
        _TELL.send(tx, rows, {"flight": flight_id})

    def of(self, tx: sa.Connection, travellers: Collection[UUID], now: datetime) -> tuple[Holding, ...]:
        """Return what some travellers are reached or pay by."""
        rows = _MINE.rows(tx, {"ids": uuids(list(travellers)), "now": now})
        return tuple(Holding(holder, Kind(kind), bytes(value)) for holder, kind, value in rows)

    def shared(
        self, tx: sa.Connection, wanted: Collection[tuple[Kind, bytes]], now: datetime
    ) -> dict[tuple[Kind, bytes], Shared]:
        """Return who has each of some things; of what more than `MOST_HOLDERS` have, only that they have."""
        pairs = sorted(wanted)
        rows = tx.execute(
            sa.text(_SHARED),
            {
                "kinds": [kind.value for kind, _ in pairs],
                "values": [value for _, value in pairs],
                "now": now,
                "rows": _ROWS_READ,
                "most": MOST_HOLDERS + 1,
            },
        ).all()
        found: dict[tuple[Kind, bytes], list[sa.Row[tuple[object, ...]]]] = {}
        for row in rows:
            found.setdefault((Kind(row.kind), bytes(row.value)), []).append(row)
        return {key: _shared(key, held) for key, held in found.items()}

    def _rows(self, told: Told, now: datetime) -> list[tuple[object, ...]]:
        file, keep = told.file, told.file.keep
        erase = min(keep.erase_after, now + AFTER)
        shared = (file.agency, told.place.locator, told.place.person, file.id)
        return [
            (uuid7(), *shared, point.kind.value, self.blind(point), erase, min(keep.review_at, erase))
            for point in told.points
        ]

    def _let_go(self, tx: sa.Connection, now: datetime) -> None:
        _LET_GO.send(tx, {"now": now, "most": _DUE_AT_ONCE})


def flights_of(tx: sa.Connection, travellers: Collection[UUID]) -> dict[UUID, FlightOf]:
    """Return the flight of each of some travellers."""
    rows = tx.execute(
        sa.text(
            "SELECT t.id AS traveller, f.id, f.number, f.origin, f.destination, f.departs_local"
            " FROM traveller t JOIN traveller_flight f ON f.id = t.flight_id WHERE t.id = ANY(:ids)"
        ),
        {"ids": list(travellers)},
    )
    return {
        row.traveller: FlightOf(row.id, row.number, row.origin, row.destination, row.departs_local)
        for row in rows
    }


def forget_contacts(tx: sa.Connection, traveller_id: UUID) -> None:
    """Take a person's contacts out of the index."""
    tx.execute(
        sa.text(
            "DELETE FROM traveller_contact c USING traveller_booking b WHERE b.traveller_id = :id"
            " AND c.flight_id = b.flight_id AND c.locator = b.locator AND c.person = b.person"
        ),
        {"id": traveller_id},
    )


def _shared(key: tuple[Kind, bytes], held: Sequence[sa.Row[tuple[object, ...]]]) -> Shared:
    too_many = len(held) > MOST_HOLDERS or any(row.read >= _ROWS_READ for row in held)
    return Shared(
        kind=key[0],
        value=key[1],
        holders=() if too_many else tuple(sorted(row.traveller_id for row in held)),
        cancelled=frozenset(row.traveller_id for row in held if row.cancelled),
        too_many=too_many,
    )
