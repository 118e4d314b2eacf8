"""Reservations in PostgreSQL: every version sealed under its message's data key, whose they are by index.

What stands is derived: the messages of a flight are read again and folded (`pnr_state`), so that the order
of arrival does not matter and no summary outlives the message it came from. Records are compressed before
they are sealed; record locators and persons are found again by blind index only.
"""

import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cordillera.desks.travellers.model import PlannedFlight, TravellerFacts
from cordillera.desks.travellers.reservation_core import key_of, same_number
from cordillera.desks.travellers.store import StoredMessage, move_identities
from cordillera.engines.edifact.pnr_parts import Part, Whole
from cordillera.engines.edifact.pnrgov_model import Pnr, PnrgovMessage
from cordillera.foundation import shapes
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.foundation.store.swift import Statement
from cordillera.trust.review.model import Retention

_LOCK: Final = Statement("SELECT pg_advisory_xact_lock(hashtextextended(:what, 27))")
_HAS_ANY: Final = Statement("SELECT EXISTS (SELECT 1 FROM traveller_pnrgov WHERE flight_id = :flight)")
_ON_DAY: Final = Statement(
    "SELECT id, number FROM traveller_flight WHERE agency = :agency AND origin = :origin"
    " AND destination = :destination AND left(departs_local, 10) = :day AND (NOT :booked OR booked)"
    " ORDER BY booked, id"
)

_T = TypeVar("_T")


class ToldMessage(msgspec.Struct, frozen=True):
    """A message about a flight's reservations; `sources[i]` is the stored file that holds reservation i."""

    message: PnrgovMessage
    sources: tuple[UUID, ...]


class OnFlight(msgspec.Struct, frozen=True):
    """A traveller of a flight: announced by a list or by a reservation, and whether they are still on it."""

    id: UUID
    message_id: UUID
    identity: bytes
    source: str
    gone: str
    facts: TravellerFacts


class Retold(msgspec.Struct, frozen=True):
    """Newer facts of a traveller who is known, and the message that has them."""

    id: UUID
    facts: TravellerFacts
    file: StoredMessage
    identity: bytes


class BookedPlace(msgspec.Struct, frozen=True):
    """A person of a reservation by blind index: the reservation and who of it."""

    locator: bytes
    person: bytes


class ReservationStore:
    """Writes what messages tell of reservations, and reads a flight's messages again."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def place(self, key: str, name: str = "") -> BookedPlace:
        """Return the blind indexes of a reservation and of a person in it."""
        locator = self._sealer.blind("traveller_reservation.locator", key)
        return BookedPlace(locator, self._sealer.blind("traveller_booking.person", f"{key}|{name}"))

    def alone(self, tx: sa.Connection, what: str) -> None:
        """Wait until nobody else works on a flight or on the parts of a message; held by the transaction."""
        _LOCK.rows(tx, {"what": what})

    def booked_flight(self, tx: sa.Connection, agency: str, flight: PlannedFlight) -> UUID | None:
        """Return the flight of that day, places and number which is known already, or None."""
        return self._on_day(tx, agency, flight, booked=False)

    def mark_booked(self, tx: sa.Connection, flight_id: UUID) -> None:
        """Remember that only reservations have announced a flight so far."""
        tx.execute(sa.text("UPDATE traveller_flight SET booked = true WHERE id = :id"), {"id": flight_id})

    def adopt_flight(self, tx: sa.Connection, agency: str, flight: PlannedFlight) -> None:
        """Let a list announce a flight that reservations announced: its hours and number are the list's."""
        found = self._on_day(tx, agency, flight, booked=True)
        if found is None:
            return
        tx.execute(
            sa.text(
                "UPDATE traveller_flight SET booked = false, number = :number,"
                " departs_local = :departs_local, arrives_local = :arrives_local,"
                " arrives_zone = :arrives_zone, arrives_at = :arrives_at"
                " WHERE id = :id AND NOT EXISTS (SELECT 1 FROM traveller_flight o WHERE o.agency = :agency"
                " AND o.id <> :id AND o.number = :number AND o.origin = :origin"
                " AND o.destination = :destination AND o.departs_local = :departs_local"
                " AND o.arrives_local = :arrives_local)"
            ),
            {**msgspec.structs.asdict(flight), "id": found, "agency": agency},
        )

    def _on_day(self, tx: sa.Connection, agency: str, flight: PlannedFlight, *, booked: bool) -> UUID | None:
        day = flight.departs_local[:10]
        if not (day and flight.number):
            return None
        self.alone(tx, f"flight {agency} {day} {flight.origin} {flight.destination}")
        where = {"origin": flight.origin, "destination": flight.destination, "day": day}
        rows = _ON_DAY.rows(tx, {"agency": agency, "booked": booked, **where})
        return next((ref for ref, number in rows if same_number(number, flight.number)), None)

    def file(self, tx: sa.Connection, message_id: UUID) -> StoredMessage:
        """Return a stored message with its open data key."""
        row = tx.execute(
            sa.text("SELECT agency, key_id, erase_after, review_at FROM traveller_message WHERE id = :id"),
            {"id": message_id},
        ).one()
        keep = Retention(row.erase_after, row.review_at)
        return StoredMessage(message_id, row.agency, self._sealer.load_key(tx, row.key_id), keep)

    def wait(self, tx: sa.Connection, message: StoredMessage, part: Part, now: datetime) -> None:
        """Keep a part of a message until the others have come."""
        row = self._row(message, "traveller_part", "part", part)
        access = self._access(part.sender, part.message.access_reference)
        self._insert(tx, "traveller_part", [{**row, "access": access, "arrived_at": now}])

    def waiting(self, tx: sa.Connection, agency: str, sender: str, reference: str) -> tuple[Part, ...]:
        """Return and take away the parts that wait under an access reference, in the order of arrival."""
        access = self._access(sender, reference)
        self.alone(tx, f"parts {agency} {access.hex()}")
        return self._parts(tx, "agency = :agency AND access = :access", {"agency": agency, "access": access})

    def overdue(self, tx: sa.Connection, before: datetime) -> tuple[tuple[str, tuple[Part, ...]], ...]:
        """Return and take away, by agency, the parts of messages whose first part came before a moment."""
        rows = tx.execute(
            sa.text(
                "SELECT DISTINCT agency, access FROM traveller_part WHERE arrived_at <= :before"
                " ORDER BY agency, access"
            ),
            {"before": before},
        ).all()
        found = []
        for row in rows:
            self.alone(tx, f"parts {row.agency} {bytes(row.access).hex()}")
            where = {"agency": row.agency, "access": row.access}
            parts = self._parts(tx, "agency = :agency AND access = :access", where)
            found += [(row.agency, parts)] if parts else []
        return tuple(found)

    def _access(self, sender: str, reference: str) -> bytes:
        return self._sealer.blind("traveller_part.access", f"{sender}|{reference}")

    def _parts(self, tx: sa.Connection, condition: str, where: Mapping[str, object]) -> tuple[Part, ...]:
        rows = tx.execute(
            sa.text(f"DELETE FROM traveller_part WHERE {condition} RETURNING id, key_id, part"),  # noqa: S608 - constants
            where,
        ).all()
        keys = self._sealer.living_keys(tx, sorted({row.key_id for row in rows}))
        living = sorted((row for row in rows if row.key_id in keys), key=_by_id)
        return tuple(
            self._open(keys[row.key_id], Place("traveller_part", "part", str(row.id)), row.part, Part)
            for row in living
        )

    def add(
        self, tx: sa.Connection, flight_id: UUID, whole: Whole, files: Mapping[str, StoredMessage]
    ) -> None:
        """Store a message put together: its head, and each reservation under the key of its own file."""
        first = files[whole.parts[0].source]
        head = msgspec.structs.replace(whole.message, pnrs=(), findings=())
        row = self._row(first, "traveller_pnrgov", "head", head)
        self._insert(tx, "traveller_pnrgov", [{**row, "flight_id": flight_id}])
        rows = []
        for number, (pnr, source) in enumerate(zip(whole.message.pnrs, whole.sources, strict=True)):
            own = self._row(files[source], "traveller_reservation", "pnr", pnr)
            about = {"pnrgov_id": row["id"], "flight_id": flight_id, "place": number, "cancelled": False}
            locator = self.place(key_of(whole.message, number)).locator
            rows.append({**own, **about, "locator": locator, "as_of": whole.message.prepared})
        self._insert(tx, "traveller_reservation", rows)

    def messages(self, tx: sa.Connection, flight_id: UUID) -> tuple[ToldMessage, ...]:
        """Return what has been told of a flight's reservations, in the order of arrival."""
        heads = tx.execute(
            sa.text(
                "SELECT id, key_id, head AS sealed FROM traveller_pnrgov"
                " WHERE flight_id = :flight ORDER BY id"
            ),
            {"flight": flight_id},
        ).all()
        rows = tx.execute(
            sa.text(
                "SELECT id, pnrgov_id, message_id, key_id, pnr AS sealed FROM traveller_reservation"
                " WHERE flight_id = :flight ORDER BY pnrgov_id, place"
            ),
            {"flight": flight_id},
        ).all()
        keys = self._sealer.living_keys(tx, sorted({row.key_id for row in (*heads, *rows)}))
        held: dict[UUID, list[tuple[Pnr, UUID]]] = {}
        for row in rows:
            if row.key_id in keys:
                place = Place("traveller_reservation", "pnr", str(row.id))
                pnr = self._open(keys[row.key_id], place, row.sealed, Pnr)
                held.setdefault(row.pnrgov_id, []).append((pnr, row.message_id))
        told = []
        for row in heads:
            if row.key_id in keys:
                place = Place("traveller_pnrgov", "head", str(row.id))
                head = self._open(keys[row.key_id], place, row.sealed, PnrgovMessage)
                own = held.get(row.id, [])
                message = msgspec.structs.replace(head, pnrs=tuple(pnr for pnr, _ in own))
                told.append(ToldMessage(message, tuple(source for _, source in own)))
        return tuple(told)

    def has_any(self, tx: sa.Connection, flight_id: UUID) -> bool:
        """Tell whether anything was told of a flight's reservations."""
        return _HAS_ANY.row(tx, {"flight": flight_id}) == (True,)

    def people(
        self, tx: sa.Connection, flight_id: UUID, only: Collection[UUID] | None = None
    ) -> tuple[OnFlight, ...]:
        """Return a flight's travellers (or `only` some), those who left it too, as they were announced."""
        rows = tx.execute(
            sa.text(
                "SELECT id, message_id, identity, source, gone, key_id, facts FROM traveller"
                " WHERE flight_id = :flight AND (:every OR id = ANY(:ids)) ORDER BY id"
            ),
            {"flight": flight_id, "every": only is None, "ids": list(only or ())},
        ).all()
        keys = self._sealer.living_keys(tx, sorted({row.key_id for row in rows}))
        return tuple(
            OnFlight(
                row.id,
                row.message_id,
                bytes(row.identity),
                row.source,
                row.gone,
                self._facts(keys[row.key_id], row),
            )
            for row in rows
            if row.key_id in keys
        )

    def _facts(self, key: DataKey, row: sa.Row[tuple[object, ...]]) -> TravellerFacts:
        place = Place("traveller", "facts", str(row.id))
        return shapes.decode(self._sealer.open(key, place, row.facts), TravellerFacts)

    def bookings(self, tx: sa.Connection, flight_id: UUID) -> dict[BookedPlace, UUID]:
        """Return whom each person of each reservation of a flight was taken for."""
        rows = tx.execute(
            sa.text("SELECT locator, person, traveller_id FROM traveller_booking WHERE flight_id = :flight"),
            {"flight": flight_id},
        )
        return {BookedPlace(bytes(row.locator), bytes(row.person)): row.traveller_id for row in rows}

    def book(
        self,
        tx: sa.Connection,
        flight_id: UUID,
        standing: Sequence[tuple[BookedPlace, UUID, StoredMessage]],
        absent: Sequence[tuple[BookedPlace, UUID, StoredMessage]],
    ) -> None:
        """Write who stands in a flight's reservations; every other booking of the flight is cancelled."""
        tx.execute(
            sa.text(
                "UPDATE traveller_booking SET cancelled = true WHERE flight_id = :flight AND NOT cancelled"
            ),
            {"flight": flight_id},
        )
        rows = {
            place: {
                "flight_id": flight_id,
                "locator": place.locator,
                "person": place.person,
                "agency": file.agency,
                "traveller_id": traveller,
                "message_id": file.id,
                "cancelled": cancelled,
                "erase_after": file.keep.erase_after,
                "review_at": file.keep.review_at,
            }
            for people, cancelled in ((absent, True), (standing, False))
            for place, traveller, file in people
        }
        names = ("traveller_id", "message_id", "cancelled", "erase_after", "review_at")
        if not rows:
            return
        columns = next(iter(rows.values()))
        into = insert(sa.table("traveller_booking", *(sa.column(name) for name in columns)))
        upsert = into.on_conflict_do_update(
            index_elements=("flight_id", "locator", "person"),
            set_={name: getattr(into.excluded, name) for name in names},
        )
        tx.execute(upsert, list(rows.values()))

    def leave(self, tx: sa.Connection, flight_id: UUID, joined: Collection[UUID]) -> None:
        """Take from the flight whom only cancelled reservations announced; bring back who is booked again."""
        tx.execute(
            sa.text(
                "UPDATE traveller t SET gone = CASE WHEN EXISTS (SELECT 1 FROM traveller_booking b"
                " WHERE b.traveller_id = t.id AND NOT b.cancelled) THEN ''"
                " WHEN t.id = ANY(:joined) OR t.gone = 'joined' THEN 'joined' ELSE 'cancelled' END"
                " WHERE t.flight_id = :flight AND t.source = 'reservation'"
            ),
            {"flight": flight_id, "joined": list(joined)},
        )

    def mark_cancelled(self, tx: sa.Connection, flight_id: UUID, standing: Collection[bytes]) -> None:
        """Say of each reservation of a flight whether it stands."""
        tx.execute(
            sa.text(
                "UPDATE traveller_reservation SET cancelled = NOT (locator = ANY(:standing))"
                " WHERE flight_id = :flight AND cancelled = (locator = ANY(:standing))"
            ),
            {"flight": flight_id, "standing": list(standing)},
        )

    def tell(self, tx: sa.Connection, told: Sequence[Retold], source: str) -> None:
        """Put newer facts in place of travellers' own, with the messages and the source they are from."""
        if not told:
            return
        move_identities(tx, [(one.id, one.identity, one.file) for one in told])
        tx.execute(
            sa.text(
                "UPDATE traveller SET message_id = :message, key_id = :key, facts = :facts, role = :role,"
                " source = :source, gone = '',"
                " erase_after = :erase_after, review_at = :review_at WHERE id = :id"
            ),
            [
                {
                    "id": one.id,
                    "message": one.file.id,
                    "key": one.file.key.key_id,
                    "facts": self._sealer.seal(
                        one.file.key,
                        Place("traveller", "facts", str(one.id)),
                        msgspec.json.encode(one.facts),
                    ),
                    "role": one.facts.role,
                    "source": source,
                    "erase_after": one.file.keep.erase_after,
                    "review_at": one.file.keep.review_at,
                }
                for one in told
            ],
        )
        tx.execute(
            sa.text("DELETE FROM traveller_document WHERE traveller_id = ANY(:ids)"),
            {"ids": [one.id for one in told]},
        )

    def mark_source(self, tx: sa.Connection, ids: Collection[UUID]) -> None:
        """Remember that only a reservation announced these travellers so far."""
        tx.execute(
            sa.text("UPDATE traveller SET source = 'reservation' WHERE id = ANY(:ids)"), {"ids": list(ids)}
        )

    def _row(self, message: StoredMessage, table: str, column: str, record: object) -> dict[str, object]:
        row_id = uuid7()
        return {
            "id": row_id,
            "agency": message.agency,
            "message_id": message.id,
            "key_id": message.key.key_id,
            column: self._sealer.seal(message.key, Place(table, column, str(row_id)), packed(record)),
            "erase_after": message.keep.erase_after,
            "review_at": message.keep.review_at,
        }

    def _open(self, key: DataKey, place: Place, sealed: bytes, kind: type[_T]) -> _T:
        return unpacked(self._sealer.open(key, place, sealed), kind)

    def _insert(self, tx: sa.Connection, table: str, rows: list[dict[str, object]]) -> None:
        if rows:
            tx.execute(insert(sa.table(table, *(sa.column(name) for name in rows[0]))), rows)


def packed(record: object) -> bytes:
    """Return a record as bytes to seal: JSON, compressed, for it repeats the same few words."""
    return zlib.compress(msgspec.json.encode(record), 1)


def unpacked(raw: bytes, kind: type[_T]) -> _T:
    """Return the record of bytes that were sealed."""
    return shapes.decode(zlib.decompress(raw), kind)


def _by_id(row: sa.Row[tuple[object, ...]]) -> str:
    return str(row.id)
