"""Messages, flights and travellers in PostgreSQL; a message and its travellers share one data key."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.errors import TravellerNotFound
from cordillera.desks.travellers.model import (
    MessagePlan,
    Note,
    Period,
    PlannedFlight,
    TravellerFacts,
    TravellerRow,
)
from cordillera.desks.travellers.reading import storable
from cordillera.desks.travellers.together_core import Arrival
from cordillera.foundation import shapes
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.foundation.store.swift import Bulk, Statement, blobs, integers, texts, uuids
from cordillera.trust.review.model import Retention

_LOCK_ALL = Statement("SELECT count(pg_advisory_xact_lock(lock)) FROM unnest(:locks) AS asked (lock)")
_KNOWN = Statement(
    "SELECT same.message_id, asked.reference <> '' AND EXISTS (SELECT 1 FROM traveller_message_key used"
    " WHERE used.agency = :agency AND used.sender = asked.sender AND used.reference = asked.reference)"
    " FROM unnest(:senders, :references, :digests) WITH ORDINALITY"
    " AS asked (sender, reference, digest, place)"
    " LEFT JOIN traveller_message_key same ON same.agency = :agency AND same.sender = asked.sender"
    " AND same.reference = asked.reference AND same.digest = asked.digest ORDER BY asked.place"
)
_ADD_KEY = Statement(
    "INSERT INTO traveller_message_key (agency, sender, reference, digest, message_id, erase_after,"
    " review_at) VALUES (:agency, :sender, :reference, :digest, :id, :erase_after, :review_at)"
)
_MESSAGE = (
    *("id", "agency", "sender", "reference", "digest", "received_at", "channel", "name", "size", "status"),
    *("reason", "findings", "worst", "travellers", "crew", "known", "alerts", "cleared", "key_id", "raw"),
    *("notes", "erase_after", "review_at"),
)
_ADD_MESSAGE = Statement(
    f"INSERT INTO traveller_message ({', '.join(_MESSAGE)})"  # noqa: S608 - names of columns
    f" VALUES ({', '.join(f':{name}' for name in _MESSAGE)})"
)
_COUNT = Statement(
    "UPDATE traveller_message SET travellers = :travellers, crew = :crew, known = :known,"
    " alerts = :alerts, cleared = :cleared, reservations = :reservations WHERE id = :id"
)
_LINK = Statement(
    "INSERT INTO traveller_message_flight (message_id, flight_id, agency, erase_after, review_at)"
    " VALUES (:message_id, :flight_id, :agency, :erase_after, :review_at) ON CONFLICT DO NOTHING"
)
_PROLONG = Statement(
    "UPDATE traveller_flight SET erase_after = greatest(erase_after, :erase_after),"
    " review_at = greatest(review_at, :review_at) WHERE id = :id AND erase_after < :erase_after"
)
_ADD_IDENTITIES = Bulk(
    "INSERT INTO traveller_identity (traveller_id, flight_id, identity, agency, message_id, erase_after,"
    " review_at) SELECT id, flight_id, identity, :agency, :message_id, :erase_after, :review_at"
    " FROM {rows} ON CONFLICT DO NOTHING",
    {"id": "uuid", "flight_id": "uuid", "identity": "bytea"},
)
"""What is unique over all months: who is first with an identity is the traveller (ADR 0062)."""
_MOVE_IDENTITY = Statement(
    "UPDATE traveller_identity SET identity = :identity, message_id = :message_id,"
    " erase_after = :erase_after, review_at = :review_at"
    " WHERE flight_id = (SELECT flight_id FROM traveller WHERE id = :id) AND traveller_id = :id"
)
_ADD_TRAVELLERS = Bulk(
    "INSERT INTO traveller (id, agency, message_id, flight_id, role, identity, key_id, facts, erase_after,"
    " review_at) SELECT id, :agency, :message_id, flight_id, role, identity, :key_id, facts, :erase_after,"
    " :review_at FROM {rows}",
    {"id": "uuid", "flight_id": "uuid", "role": "text", "identity": "bytea", "facts": "bytea"},
)
_ADD_DOCUMENTS = Bulk(
    "INSERT INTO traveller_document (id, agency, traveller_id, message_id, number, erase_after, review_at)"
    " SELECT id, :agency, traveller_id, :message_id, number, :erase_after, :review_at FROM {rows}",
    {"id": "uuid", "traveller_id": "uuid", "number": "bytea"},
)
_ON_FLIGHTS = Statement(
    "SELECT traveller_id, flight_id, identity FROM traveller_identity WHERE flight_id = ANY(:flights)"
)
_FLIGHT_KEY = ("agency", "number", "origin", "destination", "departs_local", "arrives_local")
_FLIGHT = (
    "id",
    *_FLIGHT_KEY,
    "arrives_zone",
    "zone_assumed",
    "arrives_at",
    "closed",
    "erase_after",
    "review_at",
)
_ADD_FLIGHT = Statement(
    f"INSERT INTO traveller_flight AS known ({', '.join(_FLIGHT)})"  # noqa: S608 - names of columns
    f" VALUES ({', '.join(f':{name}' for name in _FLIGHT)}) ON CONFLICT ({', '.join(_FLIGHT_KEY)})"
    " DO UPDATE SET closed = known.closed OR excluded.closed,"
    " erase_after = greatest(known.erase_after, excluded.erase_after),"
    " review_at = greatest(known.review_at, excluded.review_at) RETURNING id"
)


class Before(msgspec.Struct, frozen=True):
    """The same message if it came before, and whether its sender `reused` the reference of another."""

    id: UUID | None
    reused: bool


class StoredMessage(msgspec.Struct, frozen=True):
    """A message row being filled: its id, its data key, when its data must go."""

    id: UUID
    agency: str
    key: DataKey
    keep: Retention


class NewTraveller(msgspec.Struct, frozen=True):
    """A traveller to store: an id to be used if they are new, their flight, identity and facts."""

    id: UUID
    flight_id: UUID
    identity: bytes
    facts: TravellerFacts


class TravellerStore:
    """Writes what a message leaves behind, and opens single travellers again."""

    def __init__(self, sealer: FieldSealer, clock: Clock, period: Period) -> None:
        self._sealer = sealer
        self._clock = clock
        self._period = period

    def keep(self, days: int, since: datetime | None = None) -> Retention:
        """Return erase and review dates `days` from `since` (now by default); review never comes later."""
        start = max(since or self._clock.now(), self._clock.now())
        review = min(days, self._period.review_days)
        return Retention(start + timedelta(days=days), start + timedelta(days=review))

    def digest(self, raw: bytes) -> bytes:
        """Return the keyed digest a message is recognised by; it tells nothing about the content."""
        return self._sealer.blind("traveller_message.digest", raw.hex())

    def known_messages(
        self, tx: sa.Connection, agency: str, asked: Sequence[tuple[str, str, bytes]]
    ) -> list["Before"]:
        """Tell of each sender, reference and digest whether it came before; a second bearer waits."""
        locks = sorted({int.from_bytes(digest[:8], "big", signed=True) for _, _, digest in asked})
        _LOCK_ALL.send(tx, {"locks": integers(locks)})
        senders, references, digests = zip(*asked, strict=True)
        values = {"senders": texts(senders), "references": texts(references), "digests": blobs(digests)}
        return [Before(*row) for row in _KNOWN.rows(tx, {"agency": agency, **values})]

    def add_message(
        self, tx: sa.Connection, arrival: Arrival, plan: MessagePlan, keep: Retention
    ) -> StoredMessage:
        """Store a message with its bytes and findings sealed; counts follow with `count_message`."""
        origin = arrival.origin
        message_id = uuid7()
        key = self._sealer.new_key(tx, f"traveller_message/{message_id}", keep.erase_after)
        notes = msgspec.json.encode(plan.notes)
        values = {
            "id": message_id,
            "agency": origin.agency,
            "sender": plan.sender,
            "reference": plan.reference,
            "digest": arrival.digest,
            "received_at": self._clock.now(),
            "channel": origin.channel.value,
            "name": storable(origin.name),
            "size": len(arrival.raw),
            "status": plan.status.value,
            "reason": plan.reason,
            "findings": len(plan.notes),
            "worst": worst(plan.notes),
            **dict.fromkeys(("travellers", "crew", "known", "alerts", "cleared"), 0),
            "key_id": key.key_id,
            "raw": self._sealer.seal(key, Place("traveller_message", "raw", str(message_id)), plan.raw),
            "notes": self._sealer.seal(key, Place("traveller_message", "notes", str(message_id)), notes),
            "erase_after": keep.erase_after,
            "review_at": keep.review_at,
        }
        _ADD_KEY.send(tx, values)
        _ADD_MESSAGE.send(tx, values)
        return StoredMessage(message_id, origin.agency, key, keep)

    def count_message(self, tx: sa.Connection, message_id: UUID, counts: Mapping[str, int]) -> None:
        """Write how many reservations, travellers, crew, known, alerts and cleared a message had."""
        _COUNT.send(tx, {**counts, "id": message_id})

    def add_flight(self, tx: sa.Connection, message: StoredMessage, flight: PlannedFlight) -> UUID:
        """Store or find the flight, let it live as long as its newest message, and link the two."""
        keep = {"erase_after": message.keep.erase_after, "review_at": message.keep.review_at}
        values = {"id": uuid7(), "agency": message.agency, **msgspec.structs.asdict(flight), **keep}
        flight_id = UUID(str(_ADD_FLIGHT.rows(tx, values)[0][0]))
        self.link_flight(tx, message, flight_id)
        return flight_id

    def link_flight(self, tx: sa.Connection, message: StoredMessage, flight_id: UUID) -> None:
        """Link a message to a flight that it speaks of; the flight lives as long as the message."""
        keep = {"erase_after": message.keep.erase_after, "review_at": message.keep.review_at}
        _PROLONG.send(tx, {**keep, "id": flight_id})
        _LINK.send(tx, {"message_id": message.id, "flight_id": flight_id, "agency": message.agency, **keep})

    def add_notes(self, tx: sa.Connection, message: StoredMessage, more: Sequence[Note]) -> None:
        """Add findings made after a message was stored; with an error among them it is partial."""
        sealed = tx.execute(
            sa.text("SELECT notes FROM traveller_message WHERE id = :id FOR UPDATE"), {"id": message.id}
        ).scalar_one()
        place = Place("traveller_message", "notes", str(message.id))
        notes = (*shapes.decode(self._sealer.open(message.key, place, sealed), tuple[Note, ...]), *more)
        error = next((note.code for note in more if note.severity == "error"), "")
        tx.execute(
            sa.text(
                "UPDATE traveller_message SET notes = :notes, findings = :findings, worst = :worst,"
                " status = CASE WHEN :error <> '' THEN 'partial' ELSE status END,"
                " reason = CASE WHEN :error <> '' THEN :error ELSE reason END WHERE id = :id"
            ),
            {
                "id": message.id,
                "notes": self._sealer.seal(message.key, place, msgspec.json.encode(notes)),
                "findings": len(notes),
                "worst": worst(notes),
                "error": error,
            },
        )

    def identity(self, flight_id: UUID, identity: str) -> bytes:
        """Return the blind index that tells a traveller of a flight from the others."""
        return self._sealer.blind("traveller.identity", f"{flight_id}|{identity}")

    def add_travellers(
        self, tx: sa.Connection, message: StoredMessage, travellers: Sequence[NewTraveller]
    ) -> dict[tuple[UUID, bytes], UUID]:
        """Store those who are new, in one batch; return the id of each by flight and identity."""
        if not travellers:
            return {}
        wanted = sorted(((one.id, one.flight_id, one.identity) for one in travellers), key=_by_identity)
        shared = {"key_id": message.key.key_id, **_shared(message)}
        _ADD_IDENTITIES.send(tx, wanted, _shared(message))
        flights = sorted({traveller.flight_id for traveller in travellers})
        found = _ON_FLIGHTS.rows(tx, {"flights": uuids(flights)})
        ids = {(flight_id, bytes(identity)): ref for ref, flight_id, identity in found}
        new = [one for one in travellers if ids[one.flight_id, one.identity] == one.id]
        _ADD_TRAVELLERS.send(tx, [self._row(message, traveller) for traveller in new], shared)
        self.add_documents(tx, message, new)
        return ids

    def add_documents(
        self, tx: sa.Connection, message: StoredMessage, travellers: Sequence[NewTraveller]
    ) -> None:
        """Store the blind indexes of the documents of some travellers."""
        rows = [row for traveller in travellers for row in self._documents(traveller)]
        _ADD_DOCUMENTS.send(tx, rows, _shared(message))

    def traveller(self, tx: sa.Connection, traveller_id: UUID) -> TravellerRow:
        """Open one traveller; raise `TravellerNotFound`, also when erased."""
        found = tx.execute(
            sa.text(
                "SELECT id, message_id, flight_id, key_id, facts, erase_after, review_at FROM traveller"
                " WHERE id = :id"
            ),
            {"id": traveller_id},
        ).one_or_none()
        if found is None:
            raise TravellerNotFound(traveller=str(traveller_id))
        key = self._sealer.load_key(tx, found.key_id)
        facts = self._sealer.open(key, Place("traveller", "facts", str(found.id)), found.facts)
        return TravellerRow(
            id=found.id,
            message_id=found.message_id,
            flight_id=found.flight_id,
            facts=shapes.decode(facts, TravellerFacts),
            keep=Retention(found.erase_after, found.review_at),
        )

    def _row(self, message: StoredMessage, traveller: NewTraveller) -> tuple[UUID, UUID, str, bytes, bytes]:
        place = Place("traveller", "facts", str(traveller.id))
        facts = self._sealer.seal(message.key, place, msgspec.json.encode(traveller.facts))
        return traveller.id, traveller.flight_id, traveller.facts.role, traveller.identity, facts

    def _documents(self, traveller: NewTraveller) -> list[tuple[UUID, UUID, bytes]]:
        return [
            (uuid7(), traveller.id, self._sealer.blind("traveller_document.number", document.number))
            for document in traveller.facts.documents
            if document.number
        ]


def move_identities(tx: sa.Connection, moved: Sequence[tuple[UUID, bytes, StoredMessage]]) -> None:
    """Let travellers be known by what their newest message tells; their rows follow by foreign key."""
    for traveller, identity, file in moved:
        _MOVE_IDENTITY.send(tx, {"id": traveller, "identity": identity, **_shared(file)})


def _shared(message: StoredMessage) -> dict[str, object]:
    return {
        "agency": message.agency,
        "message_id": message.id,
        "erase_after": message.keep.erase_after,
        "review_at": message.keep.review_at,
    }


def _by_identity(row: tuple[UUID, UUID, bytes]) -> tuple[UUID, bytes]:
    """One order for all: two messages about the same people do not wait for each other."""
    return row[1], row[2]


def worst(notes: Sequence[Note]) -> str:
    """Return the severest word among a message's findings, or "" when there are none."""
    said = {note.severity for note in notes}
    return next((severity for severity in ("error", "warning", "info") if severity in said), "")
