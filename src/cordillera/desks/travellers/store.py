"""Messages, flights and travellers in PostgreSQL; a message and its travellers share one data key."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.errors import TravellerNotFound
from cordillera.desks.travellers.file_names import seal_name
from cordillera.desks.travellers.model import (
    Note,
    Period,
    TravellerFacts,
    TravellerRow,
)
from cordillera.desks.travellers.reading import storable
from cordillera.desks.travellers.reservation_core import plain
from cordillera.desks.travellers.sensitive_words import tells_sensitive
from cordillera.desks.travellers.together_core import Arrival
from cordillera.foundation import shapes
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.foundation.store.swift import Bulk, Statement, blobs, integers, texts
from cordillera.trust.review.model import Retention

_LOCK_ALL = Statement("SELECT count(pg_advisory_xact_lock(lock)) FROM unnest(:locks) AS asked (lock)")
_KNOWN = Statement(
    "SELECT same.message_id, used.reference IS NOT NULL FROM unnest(:senders, :references, :digests)"
    " WITH ORDINALITY AS asked (sender, reference, digest, place)"
    " LEFT JOIN LATERAL (SELECT message_id FROM traveller_message_key WHERE agency = :agency"
    " AND sender = asked.sender AND reference = asked.reference AND digest = asked.digest LIMIT 1) same"
    " ON true LEFT JOIN LATERAL (SELECT reference FROM traveller_message_key WHERE agency = :agency"
    " AND sender = asked.sender AND reference = asked.reference LIMIT 1) used ON asked.reference <> ''"
    " ORDER BY asked.place"
)
"""Each is looked up by itself: what it costs does not grow with the messages of an agency."""
_ADD_KEYS = Bulk(
    "INSERT INTO traveller_message_key (agency, sender, reference, digest, message_id, erase_after,"
    " review_at) SELECT :agency, sender, reference, digest, message_id, :erase_after, :review_at FROM {rows}",
    {"sender": "text", "reference": "text", "digest": "bytea", "message_id": "uuid"},
)
_ADD_MESSAGES = Bulk(
    "INSERT INTO traveller_message (id, sender, reference, digest, channel, named, size, status, reason,"
    " findings, worst, key_id, raw, notes, travellers, crew, known, alerts, cleared, reservations, agency,"
    " received_at, erase_after, review_at) SELECT id, sender, reference, digest, channel, named, size,"
    " status, reason, findings, worst, key_id, raw, notes, travellers, crew, known, alerts, cleared,"
    " reservations, :agency, :received_at, :erase_after, :review_at FROM {rows}",
    {
        "id": "uuid",
        **dict.fromkeys(("sender", "reference"), "text"),
        "digest": "bytea",
        "channel": "text",
        "named": "bytea",
        "size": "bigint",
        **dict.fromkeys(("status", "reason"), "text"),
        "findings": "bigint",
        "worst": "text",
        "key_id": "uuid",
        **dict.fromkeys(("raw", "notes"), "bytea"),
        **dict.fromkeys(("travellers", "crew", "known", "alerts", "cleared", "reservations"), "bigint"),
    },
)
_OF_MESSAGE = {"message_id": "uuid", "erase_after": "timestamptz", "review_at": "timestamptz"}
_COUNT = Statement(
    "UPDATE traveller_message SET travellers = :travellers, crew = :crew, known = :known,"
    " alerts = :alerts, cleared = :cleared, reservations = :reservations WHERE id = :id"
)
_ADD_IDENTITIES = Bulk(
    "INSERT INTO traveller_identity (traveller_id, flight_id, identity, agency, message_id, erase_after,"
    " review_at) SELECT id, flight_id, identity, :agency, message_id, erase_after, review_at"
    " FROM {rows} ON CONFLICT DO NOTHING",
    {"id": "uuid", "flight_id": "uuid", "identity": "bytea", **_OF_MESSAGE},
)
"""What is unique over all months: who is first with an identity is the traveller (ADR 0062)."""
_MOVE_IDENTITY = Statement(
    "UPDATE traveller_identity SET identity = :identity, message_id = :message_id,"
    " erase_after = :erase_after, review_at = :review_at"
    " WHERE flight_id = (SELECT flight_id FROM traveller WHERE id = :id) AND traveller_id = :id"
)
_ADD_TRAVELLERS = Bulk(
    "INSERT INTO traveller (id, agency, message_id, flight_id, role, identity, family, key_id, facts,"
    " erase_after, review_at) SELECT id, :agency, message_id, flight_id, role, identity, family, key_id,"
    " facts, erase_after, review_at FROM {rows}",
    {
        "id": "uuid",
        "flight_id": "uuid",
        "role": "text",
        "identity": "bytea",
        "family": "bytea",
        "key_id": "uuid",
        "facts": "bytea",
        **_OF_MESSAGE,
    },
)
_ADD_DOCUMENTS = Bulk(
    "INSERT INTO traveller_document (id, agency, traveller_id, message_id, number, erase_after, review_at)"
    " SELECT id, :agency, traveller_id, message_id, number, erase_after, review_at FROM {rows}",
    {"id": "uuid", "traveller_id": "uuid", "number": "bytea", **_OF_MESSAGE},
)
_KNOWN_AS = Bulk(
    "SELECT known.traveller_id, known.flight_id, known.identity FROM {rows} JOIN traveller_identity known"
    " ON known.flight_id = rows.flight_id AND known.identity = rows.identity",
    {"flight_id": "uuid", "identity": "bytea"},
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


Announcement = tuple[StoredMessage, Sequence[NewTraveller]]
"""A message and whom it announces."""


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

    def add_messages(
        self, tx: sa.Connection, arrivals: Sequence[Arrival], keep: Retention
    ) -> list[StoredMessage]:
        """Store messages of one agency, bytes and findings sealed, with the counts that they tell."""
        if not arrivals:
            return []
        ids, agency = [uuid7() for _ in arrivals], arrivals[0].origin.agency
        groups = [f"traveller_message/{one}" for one in ids]
        keys = self._sealer.new_keys(tx, [(group, keep.erase_after) for group in groups])
        stored = [StoredMessage(one, agency, key, keep) for one, key in zip(ids, keys, strict=True)]
        told = list(zip(arrivals, stored, strict=True))
        shared = {"agency": agency, "erase_after": keep.erase_after, "review_at": keep.review_at}
        named = [(one.plan.sender, one.plan.reference, one.digest, message.id) for one, message in told]
        _ADD_KEYS.send(tx, named, shared)
        now = {"received_at": self._clock.now()}
        _ADD_MESSAGES.send(tx, [self._message_row(*one) for one in told], {**shared, **now})
        return stored

    def _message_row(self, arrival: Arrival, stored: StoredMessage) -> tuple[object, ...]:
        plan, place = arrival.plan, str(stored.id)
        notes = msgspec.json.encode(plan.notes)
        name = storable(arrival.origin.name)
        return (
            stored.id,
            plan.sender,
            plan.reference,
            arrival.digest,
            arrival.origin.channel.value,
            seal_name(
                self._sealer,
                stored.key,
                ("traveller_message", stored.id),
                "" if tells_sensitive(name) else name,
            ),
            len(arrival.raw),
            plan.status.value,
            plan.reason,
            len(plan.notes),
            worst(plan.notes),
            stored.key.key_id,
            self._sealer.seal(stored.key, Place("traveller_message", "raw", place), plan.raw),
            self._sealer.seal(stored.key, Place("traveller_message", "notes", place), notes),
            *plan.counts().values(),
        )

    def count_message(self, tx: sa.Connection, message_id: UUID, counts: Mapping[str, int]) -> None:
        """Write how many reservations, travellers, crew, known, alerts and cleared a message had."""
        _COUNT.send(tx, {**counts, "id": message_id})

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
        self, tx: sa.Connection, told: Sequence[Announcement]
    ) -> dict[tuple[UUID, bytes], UUID]:
        """Store those whom messages of one agency tell of and who are new, in one batch.

        Return the id of each by flight and identity.
        """
        everybody = [(message, one) for message, people in told for one in people]
        if not everybody:
            return {}
        wanted = sorted(
            (((one.flight_id, one.identity), message, one) for message, one in everybody), key=itemgetter(0)
        )
        shared = {"agency": everybody[0][0].agency}
        _ADD_IDENTITIES.send(tx, [(one.id, *known, *_of(message)) for known, message, one in wanted], shared)
        found = _KNOWN_AS.rows(tx, [known for known, _, _ in wanted])
        ids = {(flight_id, bytes(identity)): ref for ref, flight_id, identity in found}
        new = [pair for pair in everybody if ids[pair[1].flight_id, pair[1].identity] == pair[1].id]
        _ADD_TRAVELLERS.send(tx, [self._row(*pair) for pair in new], shared)
        self.add_documents(tx, [(message, [one]) for message, one in new])
        return ids

    def add_documents(self, tx: sa.Connection, told: Sequence[Announcement]) -> None:
        """Store the blind indexes of the documents of some travellers."""
        rows = [
            (uuid7(), one.id, self._sealer.blind("traveller_document.number", document.number), *_of(message))
            for message, people in told
            for one in people
            for document in one.facts.documents
            if document.number
        ]
        if rows:
            _ADD_DOCUMENTS.send(tx, rows, {"agency": told[0][0].agency})

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

    def _row(self, message: StoredMessage, traveller: NewTraveller) -> tuple[object, ...]:
        place, who = Place("traveller", "facts", str(traveller.id)), traveller
        facts = self._sealer.seal(message.key, place, msgspec.json.encode(who.facts))
        family = family_on(self._sealer, who.flight_id, who.facts)
        known = who.id, who.flight_id, who.facts.role, who.identity, family
        return *known, message.key.key_id, facts, *_of(message)


def family_on(sealer: FieldSealer, flight_id: UUID, facts: TravellerFacts) -> bytes:
    """Return the blind index of somebody's family name on one flight: on another it is another."""
    return sealer.blind("traveller.family", f"{flight_id}|{plain(facts.family_names)}")


def move_identities(tx: sa.Connection, moved: Sequence[tuple[UUID, bytes, StoredMessage]]) -> None:
    """Let travellers be known by what their newest message tells; their rows follow by foreign key."""
    for traveller, identity, file in moved:
        keep = msgspec.structs.asdict(file.keep)
        _MOVE_IDENTITY.send(tx, {"id": traveller, "identity": identity, "message_id": file.id, **keep})


def _of(message: StoredMessage) -> tuple[object, ...]:
    """The columns of `_OF_MESSAGE`."""
    return message.id, message.keep.erase_after, message.keep.review_at


def worst(notes: Sequence[Note]) -> str:
    """Return the severest word among a message's findings, or "" when there are none."""
    said = {note.severity for note in notes}
    return next((severity for severity in ("error", "warning", "info") if severity in said), "")
