"""Reservations in PostgreSQL: every version sealed under its message's data key, whose they are by index.

What stands is derived: the messages of a flight are read again and folded (`pnr_state`), so that the order
of arrival does not matter and no summary outlives the message it came from. Records are compressed before
they are sealed; record locators and persons are found again by blind index only.
"""

import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.model import TravellerFacts
from cordillera.desks.travellers.reservation_core import key_of
from cordillera.desks.travellers.store import StoredMessage, move_identities
from cordillera.engines.edifact.pnr_parts import Part, Whole
from cordillera.engines.edifact.pnrgov_model import Pnr, PnrgovMessage
from cordillera.foundation import shapes
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.foundation.store.swift import Bulk, Statement, blobs, uuids
from cordillera.trust.review.model import Retention

_LOCK: Final = Statement("SELECT pg_advisory_xact_lock(hashtextextended(:what, 27))")
_TOLD_OF: Final = Statement(
    "SELECT asked.flight FROM unnest(:flights) AS asked (flight)"
    " WHERE EXISTS (SELECT 1 FROM traveller_pnrgov told WHERE told.flight_id = asked.flight)"
)
_OF_FLIGHT: Final = Statement(
    "SELECT id, message_id, identity, source, gone, key_id, facts, flight_id FROM traveller"
    " WHERE flight_id = ANY(:flights) ORDER BY id"
)
_SOME: Final = Statement(
    "SELECT id, message_id, identity, source, gone, key_id, facts, flight_id FROM traveller"
    " WHERE id = ANY(:ids) ORDER BY id"
)
_BOOKED_OR_KNOWN: Final = Statement(
    "SELECT id, message_id, identity, source, gone, key_id, facts, flight_id FROM traveller"
    " WHERE flight_id = :flight AND (source = 'reservation' OR identity = ANY(:identities)) ORDER BY id"
)
_HEADS: Final = Statement(
    "SELECT id, key_id, head FROM traveller_pnrgov WHERE flight_id = :flight ORDER BY id"
)
_RESERVATIONS: Final = Statement(
    "SELECT id, pnrgov_id, message_id, key_id, pnr FROM traveller_reservation"
    " WHERE flight_id = :flight ORDER BY pnrgov_id, place"
)
_BOOKINGS: Final = Statement(
    "SELECT locator, person, traveller_id FROM traveller_booking WHERE flight_id = :flight"
)
_FILES: Final = Statement(
    "SELECT id, agency, key_id, erase_after, review_at FROM traveller_message WHERE id = ANY(:ids)"
)
_TERM: Final = {"key_id": "uuid", "erase_after": "timestamptz", "review_at": "timestamptz"}
_WAIT: Final = Bulk(
    "INSERT INTO traveller_part (id, agency, message_id, access, part, arrived_at, key_id, erase_after,"
    " review_at) SELECT id, :agency, message_id, access, part, :now, key_id, erase_after, review_at"
    " FROM {rows}",
    {"id": "uuid", "message_id": "uuid", "access": "bytea", "part": "bytea", **_TERM},
)
_ADD_HEAD: Final = Bulk(
    "INSERT INTO traveller_pnrgov (id, agency, flight_id, message_id, head, key_id, erase_after, review_at)"
    " SELECT id, :agency, :flight, message_id, head, key_id, erase_after, review_at FROM {rows}",
    {"id": "uuid", "message_id": "uuid", "head": "bytea", **_TERM},
)
_ADD_RESERVATIONS: Final = Bulk(
    "INSERT INTO traveller_reservation (id, agency, pnrgov_id, flight_id, message_id, place, locator, as_of,"
    " cancelled, pnr, key_id, erase_after, review_at) SELECT id, :agency, :pnrgov, :flight, message_id,"
    " place, locator, :as_of, false, pnr, key_id, erase_after, review_at FROM {rows}",
    {"id": "uuid", "message_id": "uuid", "place": "bigint", "locator": "bytea", "pnr": "bytea", **_TERM},
)
_CANCEL: Final = Statement(
    "UPDATE traveller_booking SET cancelled = true WHERE flight_id = :flight AND NOT cancelled"
    " AND NOT EXISTS (SELECT 1 FROM unnest(:locators, :people) AS standing (locator, person)"
    " WHERE standing.locator = traveller_booking.locator AND standing.person = traveller_booking.person)"
)
_BOOK: Final = Bulk(
    "INSERT INTO traveller_booking AS known (flight_id, locator, person, agency, traveller_id, message_id,"
    " cancelled, erase_after, review_at) SELECT :flight, locator, person, agency, traveller_id, message_id,"
    " cancelled, erase_after, review_at FROM {rows} ON CONFLICT (flight_id, locator, person) DO UPDATE"
    " SET traveller_id = excluded.traveller_id, message_id = excluded.message_id,"
    " cancelled = excluded.cancelled, erase_after = excluded.erase_after, review_at = excluded.review_at"
    " WHERE (known.traveller_id, known.message_id, known.cancelled, known.erase_after, known.review_at)"
    " IS DISTINCT FROM (excluded.traveller_id, excluded.message_id, excluded.cancelled,"
    " excluded.erase_after, excluded.review_at)",
    {
        **dict.fromkeys(("locator", "person"), "bytea"),
        "agency": "text",
        **dict.fromkeys(("traveller_id", "message_id"), "uuid"),
        "cancelled": "boolean",
        **dict.fromkeys(("erase_after", "review_at"), "timestamptz"),
    },
)
_LEAVE: Final = Statement(
    "UPDATE traveller t SET gone = CASE WHEN EXISTS (SELECT 1 FROM traveller_booking b"
    " WHERE b.traveller_id = t.id AND NOT b.cancelled) THEN ''"
    " WHEN t.id = ANY(:joined) OR t.gone = 'joined' THEN 'joined' ELSE 'cancelled' END"
    " WHERE t.flight_id = :flight AND t.source = 'reservation'"
)
_MARK_CANCELLED: Final = Statement(
    "UPDATE traveller_reservation SET cancelled = NOT (locator = ANY(:standing))"
    " WHERE flight_id = :flight AND cancelled = (locator = ANY(:standing))"
)
_TELL: Final = Statement(
    "UPDATE traveller SET message_id = :message, key_id = :key, facts = :facts, role = :role,"
    " source = :source, gone = '', erase_after = :erase_after, review_at = :review_at WHERE id = :id"
)
_FORGET_DOCUMENTS: Final = Statement("DELETE FROM traveller_document WHERE traveller_id = ANY(:ids)")
_MARK_SOURCE: Final = Statement("UPDATE traveller SET source = 'reservation' WHERE id = ANY(:ids)")

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

    def file(self, tx: sa.Connection, message_id: UUID) -> StoredMessage:
        """Return a stored message with its open data key."""
        return self.files(tx, [message_id])[message_id]

    def files(self, tx: sa.Connection, messages: Collection[UUID]) -> dict[UUID, StoredMessage]:
        """Return some stored messages with their open data keys."""
        rows = _FILES.rows(tx, {"ids": uuids(list(messages))}) if messages else []
        keys = self._sealer.load_keys(tx, [key_id for _, _, key_id, *_ in rows])
        return {
            ref: StoredMessage(ref, agency, keys[key_id], Retention(*keep))
            for ref, agency, key_id, *keep in rows
        }

    def wait(self, tx: sa.Connection, message: StoredMessage, part: Part, now: datetime) -> None:
        """Keep a part of a message until the others have come."""
        ref, access = uuid7(), self._access(part.sender, part.message.access_reference)
        row = (ref, message.id, access, self._sealed(message, "traveller_part", "part", (ref, part)))
        shared = {"agency": message.agency, "now": now}
        _WAIT.send(tx, [(*row, message.key.key_id, *_term(message))], shared)

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
        head_id, head = uuid7(), msgspec.structs.replace(whole.message, pnrs=(), findings=())
        row = (head_id, first.id, self._sealed(first, "traveller_pnrgov", "head", (head_id, head)))
        shared = {"agency": first.agency, "flight": flight_id}
        _ADD_HEAD.send(tx, [(*row, first.key.key_id, *_term(first))], shared)
        rows = []
        for number, (pnr, source) in enumerate(zip(whole.message.pnrs, whole.sources, strict=True)):
            file, ref = files[source], uuid7()
            locator = self.place(key_of(whole.message, number)).locator
            sealed = self._sealed(file, "traveller_reservation", "pnr", (ref, pnr))
            rows.append((ref, file.id, number, locator, sealed, file.key.key_id, *_term(file)))
        told = {"pnrgov": head_id, "as_of": whole.message.prepared}
        _ADD_RESERVATIONS.send(tx, rows, {**shared, **told})

    def messages(self, tx: sa.Connection, flight_id: UUID) -> tuple[ToldMessage, ...]:
        """Return what has been told of a flight's reservations, in the order of arrival."""
        heads = _HEADS.rows(tx, {"flight": flight_id})
        rows = _RESERVATIONS.rows(tx, {"flight": flight_id})
        keys = self._sealer.living_keys(tx, sorted({*(row[1] for row in heads), *(row[3] for row in rows)}))
        held: dict[UUID, list[tuple[Pnr, UUID]]] = {}
        for ref, pnrgov_id, message_id, key_id, sealed in rows:
            if key_id in keys:
                place = Place("traveller_reservation", "pnr", str(ref))
                pnr = self._open(keys[key_id], place, sealed, Pnr)
                held.setdefault(pnrgov_id, []).append((pnr, message_id))
        told = []
        for ref, key_id, sealed in heads:
            if key_id in keys:
                place = Place("traveller_pnrgov", "head", str(ref))
                head = self._open(keys[key_id], place, sealed, PnrgovMessage)
                own = held.get(ref, [])
                message = msgspec.structs.replace(head, pnrs=tuple(pnr for pnr, _ in own))
                told.append(ToldMessage(message, tuple(source for _, source in own)))
        return tuple(told)

    def told_of_ahead(self, tx: sa.Connection, flights: Collection[UUID]) -> None:
        """Have `told_of` answered with the next answer of a transaction that gathers."""
        if flights:
            _TOLD_OF.ahead(tx, {"flights": uuids(list(flights))})

    def told_of(self, tx: sa.Connection, flights: Collection[UUID]) -> frozenset[UUID]:
        """Return of which flights any reservation was told."""
        found = _TOLD_OF.rows(tx, {"flights": uuids(list(flights))}) if flights else []
        return frozenset(flight for (flight,) in found)

    def people(self, tx: sa.Connection, flights: Collection[UUID]) -> dict[UUID, tuple[OnFlight, ...]]:
        """Return the travellers of flights, those who left them too, as they were announced."""
        return self._on_flights(tx, _OF_FLIGHT.rows(tx, {"flights": uuids(list(flights))}) if flights else ())

    def booked_or_known(
        self, tx: sa.Connection, flight_id: UUID, identities: Sequence[bytes]
    ) -> tuple[OnFlight, ...]:
        """Return who of a flight was announced by a reservation, or has one of some identities."""
        rows = _BOOKED_OR_KNOWN.rows(tx, {"flight": flight_id, "identities": blobs(identities)})
        return self._on_flights(tx, rows).get(flight_id, ())

    def some(self, tx: sa.Connection, only: Collection[UUID]) -> dict[UUID, tuple[OnFlight, ...]]:
        """Return some travellers as they were announced, by flight."""
        return self._on_flights(tx, _SOME.rows(tx, {"ids": uuids(list(only))}) if only else ())

    def _on_flights(
        self, tx: sa.Connection, rows: Sequence[tuple[Any, ...]]
    ) -> dict[UUID, tuple[OnFlight, ...]]:
        keys = self._sealer.living_keys(tx, sorted({row[5] for row in rows}))
        found: dict[UUID, list[OnFlight]] = {}
        for ref, message_id, identity, source, gone, key_id, sealed, flight_id in rows:
            if key_id in keys:
                raw = self._sealer.open(keys[key_id], Place("traveller", "facts", str(ref)), sealed)
                facts = shapes.decode(raw, TravellerFacts)
                one = OnFlight(ref, message_id, bytes(identity), source, gone, facts)
                found.setdefault(flight_id, []).append(one)
        return {flight: tuple(people) for flight, people in found.items()}

    def bookings(self, tx: sa.Connection, flight_id: UUID) -> dict[BookedPlace, UUID]:
        """Return whom each person of each reservation of a flight was taken for."""
        rows = _BOOKINGS.rows(tx, {"flight": flight_id})
        return {BookedPlace(bytes(locator), bytes(person)): ref for locator, person, ref in rows}

    def book(
        self,
        tx: sa.Connection,
        flight_id: UUID,
        standing: Sequence[tuple[BookedPlace, UUID, StoredMessage]],
        absent: Sequence[tuple[BookedPlace, UUID, StoredMessage]],
    ) -> None:
        """Write who stands in a flight's reservations; every other booking of the flight is cancelled.

        What is written already is not written again.
        """
        places = [place for place, *_ in standing]
        among = {"locators": blobs([p.locator for p in places]), "people": blobs([p.person for p in places])}
        _CANCEL.send(tx, {"flight": flight_id, **among})
        rows = {
            place: (place.locator, place.person, file.agency, traveller, file.id, cancelled, *_term(file))
            for people, cancelled in ((absent, True), (standing, False))
            for place, traveller, file in people
        }
        _BOOK.send(tx, list(rows.values()), {"flight": flight_id})

    def leave(self, tx: sa.Connection, flight_id: UUID, joined: Collection[UUID]) -> None:
        """Take from the flight whom only cancelled reservations announced; bring back who is booked again."""
        _LEAVE.send(tx, {"flight": flight_id, "joined": uuids(list(joined))})

    def mark_cancelled(self, tx: sa.Connection, flight_id: UUID, standing: Collection[bytes]) -> None:
        """Say of each reservation of a flight whether it stands."""
        _MARK_CANCELLED.send(tx, {"flight": flight_id, "standing": blobs(list(standing))})

    def tell(self, tx: sa.Connection, told: Sequence[Retold], source: str) -> None:
        """Put newer facts in place of travellers' own, with the messages and the source they are from."""
        if not told:
            return
        move_identities(tx, [(one.id, one.identity, one.file) for one in told])
        for one in told:
            values = {
                "id": one.id,
                "message": one.file.id,
                "key": one.file.key.key_id,
                "facts": self._sealer.seal(
                    one.file.key, Place("traveller", "facts", str(one.id)), msgspec.json.encode(one.facts)
                ),
                "role": one.facts.role,
                "source": source,
            }
            _TELL.send(tx, {**values, **msgspec.structs.asdict(one.file.keep)})
        _FORGET_DOCUMENTS.send(tx, {"ids": uuids([one.id for one in told])})

    def mark_source(self, tx: sa.Connection, ids: Collection[UUID]) -> None:
        """Remember that only a reservation announced these travellers so far."""
        if ids:
            _MARK_SOURCE.send(tx, {"ids": uuids(list(ids))})

    def _sealed(self, file: StoredMessage, table: str, column: str, record: tuple[UUID, object]) -> bytes:
        ref, told = record
        return self._sealer.seal(file.key, Place(table, column, str(ref)), packed(told))

    def _open(self, key: DataKey, place: Place, sealed: bytes, kind: type[_T]) -> _T:
        return unpacked(self._sealer.open(key, place, sealed), kind)


def packed(record: object) -> bytes:
    """Return a record as bytes to seal: JSON, compressed, for it repeats the same few words."""
    return zlib.compress(msgspec.json.encode(record), 1)


def unpacked(raw: bytes, kind: type[_T]) -> _T:
    """Return the record of bytes that were sealed."""
    return shapes.decode(zlib.decompress(raw), kind)


def _term(file: StoredMessage) -> tuple[datetime, datetime]:
    return file.keep.erase_after, file.keep.review_at


def _by_id(row: sa.Row[tuple[object, ...]]) -> str:
    return str(row.id)
