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
from cordillera.engines.edifact.pnr_parts import Whole
from cordillera.engines.edifact.pnr_state import is_whole_message
from cordillera.engines.edifact.pnrgov_model import Pnr, PnrgovMessage
from cordillera.foundation import shapes
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.foundation.store.swift import Bulk, Statement, blobs, uuids
from cordillera.trust.review.model import Retention

_TOLD_OF: Final = Statement(
    "SELECT asked.flight FROM unnest(:flights) AS asked (flight)"
    " WHERE EXISTS (SELECT 1 FROM traveller_pnrgov told WHERE told.flight_id = asked.flight)"
)
_HEADS: Final = "SELECT id, key_id, head FROM traveller_pnrgov WHERE flight_id = :flight"
_ALL_HEADS: Final = Statement(f"{_HEADS} ORDER BY id")
_HEADS_ABOUT: Final = Statement(
    "SELECT id, key_id, head FROM traveller_pnrgov WHERE flight_id = :flight AND (whole"
    " OR id IN (SELECT pnrgov_id FROM traveller_reservation WHERE flight_id = :flight"
    " AND locator = ANY(:about)) OR id = (SELECT id FROM traveller_pnrgov WHERE flight_id = :flight"
    " ORDER BY id DESC LIMIT 1)) ORDER BY id"
)
"""Of the messages that do not tell of a reservation the whole ones, which cancel it, and the newest one."""
_RESERVATIONS: Final = (
    "SELECT id, pnrgov_id, message_id, key_id, pnr FROM traveller_reservation WHERE flight_id = :flight"
)
_ALL_RESERVATIONS: Final = Statement(f"{_RESERVATIONS} ORDER BY pnrgov_id, place")
_RESERVATIONS_ABOUT: Final = Statement(f"{_RESERVATIONS} AND locator = ANY(:about) ORDER BY pnrgov_id, place")
_BOOKINGS: Final = "SELECT locator, person, traveller_id FROM traveller_booking WHERE flight_id = :flight"
_ALL_BOOKINGS: Final = Statement(_BOOKINGS)
_BOOKINGS_ABOUT: Final = Statement(f"{_BOOKINGS} AND locator = ANY(:about)")
_BOOKED_WITH: Final = Statement(
    "SELECT locator, person, traveller_id FROM traveller_booking WHERE flight_id = :flight"
    " AND locator IN (SELECT locator FROM traveller_booking WHERE flight_id = :flight"
    " AND traveller_id = ANY(:ids))"
)
_FILES: Final = Statement(
    "SELECT id, agency, key_id, erase_after, review_at FROM traveller_message WHERE id = ANY(:ids)"
)
_TERM: Final = {"key_id": "uuid", "erase_after": "timestamptz", "review_at": "timestamptz"}
_ADD_HEAD: Final = Bulk(
    "INSERT INTO traveller_pnrgov (id, agency, flight_id, message_id, head, whole, key_id, erase_after,"
    " review_at) SELECT id, :agency, :flight, message_id, head, :whole, key_id, erase_after, review_at"
    " FROM {rows}",
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
    " AND (:everything OR locator = ANY(:about)) AND NOT EXISTS (SELECT 1"
    " FROM unnest(:locators, :people) AS standing (locator, person)"
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
    "UPDATE traveller t SET gone = now.gone FROM (SELECT id, CASE WHEN EXISTS (SELECT 1"
    " FROM traveller_booking b WHERE b.traveller_id = one.id AND NOT b.cancelled) THEN ''"
    " WHEN id = ANY(:joined) OR gone = 'joined' THEN 'joined' ELSE 'cancelled' END AS gone"
    " FROM traveller one WHERE id = ANY(:touched) AND flight_id = :flight AND source = 'reservation') now"
    " WHERE t.id = now.id AND t.gone <> now.gone"
)
_MARK_CANCELLED: Final = Statement(
    "UPDATE traveller_reservation SET cancelled = NOT (locator = ANY(:standing))"
    " WHERE flight_id = :flight AND (:everything OR locator = ANY(:about))"
    " AND cancelled = (locator = ANY(:standing))"
)
_TELL: Final = Statement(
    "UPDATE traveller SET message_id = :message, key_id = :key, facts = :facts, role = :role,"
    " source = :source, gone = '', erase_after = :erase_after, review_at = :review_at WHERE id = :id"
)
_FORGET_DOCUMENTS: Final = Statement("DELETE FROM traveller_document WHERE traveller_id = ANY(:ids)")
_MARK_SOURCE: Final = Statement("UPDATE traveller SET source = 'reservation' WHERE id = ANY(:ids)")

_T = TypeVar("_T")


About = frozenset[bytes] | None
"""Some reservations of a flight by blind index, or all of them."""


class ToldMessage(msgspec.Struct, frozen=True):
    """A message about a flight's reservations; `sources[i]` is the stored file that holds reservation i."""

    message: PnrgovMessage
    sources: tuple[UUID, ...]


class FlightTold(msgspec.Struct, frozen=True):
    """What told a flight's reservations, in the order of arrival: of all, or of those it is `about`."""

    messages: tuple[ToldMessage, ...]
    about: About = None

    def tells_of(self, locators: Collection[bytes]) -> bool:
        """Whether it is all that told some reservations."""
        return self.about is None or self.about.issuperset(locators)


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

    def add(
        self, tx: sa.Connection, flight_id: UUID, whole: Whole, files: Mapping[str, StoredMessage]
    ) -> None:
        """Store a message put together: its head, and each reservation under the key of its own file."""
        first = files[whole.parts[0].source]
        head_id, head = uuid7(), msgspec.structs.replace(whole.message, pnrs=(), findings=())
        row = (head_id, first.id, self._sealed(first, "traveller_pnrgov", "head", (head_id, head)))
        shared = {"agency": first.agency, "flight": flight_id}
        is_whole = {"whole": is_whole_message(whole.message)}
        _ADD_HEAD.send(tx, [(*row, first.key.key_id, *term_of(first))], {**shared, **is_whole})
        rows = []
        for number, (pnr, source) in enumerate(zip(whole.message.pnrs, whole.sources, strict=True)):
            file, ref = files[source], uuid7()
            locator = self.place(key_of(whole.message, number)).locator
            sealed = self._sealed(file, "traveller_reservation", "pnr", (ref, pnr))
            rows.append((ref, file.id, number, locator, sealed, file.key.key_id, *term_of(file)))
        told = {"pnrgov": head_id, "as_of": whole.message.prepared}
        _ADD_RESERVATIONS.send(tx, rows, {**shared, **told})

    def told(self, tx: sa.Connection, flight_id: UUID, about: About = None) -> FlightTold:
        """Return what has been told of a flight's reservations, in the order of arrival.

        Told `about` some only, folding it leads to what folding everything leads to, for these: messages hold
        no others, and none is left out that cancels one of these or is the newest of the flight. It is about
        all where one of these has no locator: it is known by its place among all of its message.
        """
        found = self._messages(tx, flight_id, about)
        if about is None or all(pnr.key for one in found for pnr in one.message.pnrs):
            return FlightTold(found, about)
        return FlightTold(self._messages(tx, flight_id, None))

    def _messages(self, tx: sa.Connection, flight_id: UUID, about: About) -> tuple[ToldMessage, ...]:
        asked = _asked(flight_id, about)
        some = _ALL_RESERVATIONS if about is None else _RESERVATIONS_ABOUT
        some.ahead(tx, asked)
        heads = (_ALL_HEADS if about is None else _HEADS_ABOUT).rows(tx, asked)
        rows = some.rows(tx, asked)
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

    def bookings(self, tx: sa.Connection, flight_id: UUID, about: About = None) -> dict[BookedPlace, UUID]:
        """Return whom each person of the reservations of a flight was taken for."""
        asked = _asked(flight_id, about)
        return _places((_ALL_BOOKINGS if about is None else _BOOKINGS_ABOUT).rows(tx, asked))

    def booked_with(
        self, tx: sa.Connection, flight_id: UUID, travellers: Collection[UUID]
    ) -> dict[BookedPlace, UUID]:
        """Return whom each person of those reservations was taken for that some travellers are in."""
        return _places(_BOOKED_WITH.rows(tx, {"flight": flight_id, "ids": uuids(list(travellers))}))

    def book(
        self,
        tx: sa.Connection,
        flight_id: UUID,
        standing: Sequence[tuple[BookedPlace, UUID, StoredMessage]],
        absent: Sequence[tuple[BookedPlace, UUID, StoredMessage]],
        about: About = None,
    ) -> None:
        """Write who stands in reservations of a flight; every other booking of these is cancelled.

        What is written already is not written again.
        """
        places = [place for place, *_ in standing]
        among = {"locators": blobs([p.locator for p in places]), "people": blobs([p.person for p in places])}
        _CANCEL.send(tx, {**_within(flight_id, about), **among})
        rows = {
            place: (place.locator, place.person, file.agency, traveller, file.id, cancelled, *term_of(file))
            for people, cancelled in ((absent, True), (standing, False))
            for place, traveller, file in people
        }
        _BOOK.send(tx, list(rows.values()), {"flight": flight_id})

    def leave(
        self, tx: sa.Connection, flight_id: UUID, touched: Collection[UUID], joined: Collection[UUID]
    ) -> None:
        """Take from the flight whom only cancelled reservations announced; bring back who is booked again.

        Of nobody else than those `touched` that can have changed.
        """
        refs = {"touched": uuids(list(touched)), "joined": uuids(list(joined))}
        _LEAVE.send(tx, {"flight": flight_id, **refs})

    def mark_cancelled(
        self, tx: sa.Connection, flight_id: UUID, standing: Collection[bytes], about: About = None
    ) -> None:
        """Say of reservations of a flight whether they stand."""
        _MARK_CANCELLED.send(tx, {**_within(flight_id, about), "standing": blobs(list(standing))})

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


def _asked(flight_id: UUID, about: About) -> dict[str, object]:
    return {"flight": flight_id} if about is None else {"flight": flight_id, "about": blobs(sorted(about))}


def _within(flight_id: UUID, about: About) -> dict[str, object]:
    return {"flight": flight_id, "everything": about is None, "about": blobs(sorted(about or ()))}


def _places(rows: Sequence[tuple[Any, ...]]) -> dict[BookedPlace, UUID]:
    return {BookedPlace(bytes(locator), bytes(person)): ref for locator, person, ref in rows}


def packed(record: object) -> bytes:
    """Return a record as bytes to seal: JSON, compressed, for it repeats the same few words."""
    return zlib.compress(msgspec.json.encode(record), 1)


def unpacked(raw: bytes, kind: type[_T]) -> _T:
    """Return the record of bytes that were sealed."""
    return shapes.decode(zlib.decompress(raw), kind)


def term_of(file: StoredMessage) -> tuple[datetime, datetime]:
    """Return until when rows of a message are kept, and when that is looked at again."""
    return file.keep.erase_after, file.keep.review_at
