"""Going through every traveller that is kept, for a person's request: complete, batch by batch."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.archive_store import forget_in_archive
from cordillera.desks.travellers.contacts_store import forget_contacts
from cordillera.desks.travellers.history_store import forget as forget_history
from cordillera.desks.travellers.model import TravellerFacts, TravellerRow
from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.reservation_redress_store import forget_in_reservations
from cordillera.desks.travellers.unread_core import Sought, tells_of
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.trust.review.model import Retention

BATCH = 1_000
UNREAD = 16
"""Quarantined messages opened together: each may be as long as a message can be."""


class Unread(msgspec.Struct, frozen=True):
    """A quarantined message: who sent it, under which reference, as far as that could be read."""

    id: UUID
    sender: str
    reference: str
    received_at: datetime
    erase_after: datetime


def every_traveller(tx: sa.Connection, sealer: FieldSealer) -> Iterator[tuple[TravellerRow, ...]]:
    """Yield all travellers that the scope sees, opened, in batches; what was erased meanwhile is left out."""
    last = UUID(int=0)
    while True:
        rows = tx.execute(
            sa.text(
                "SELECT id, message_id, flight_id, key_id, facts, erase_after, review_at FROM traveller"
                " WHERE id > :last ORDER BY id LIMIT :limit"
            ),
            {"last": last, "limit": BATCH},
        ).all()
        if not rows:
            return
        keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
        yield tuple(
            TravellerRow(
                id=row.id,
                message_id=row.message_id,
                flight_id=row.flight_id,
                facts=_facts(keys[row.key_id], sealer, row.id, row.facts),
                keep=Retention(row.erase_after, row.review_at),
            )
            for row in rows
            if row.key_id in keys
        )
        last = rows[-1].id


def forget_traveller(
    tx: sa.Connection, traveller_id: UUID, sealer: FieldSealer, aside: Path | None = None
) -> bool:
    """Erase one traveller wherever they are held; False when there is no such traveller.

    1. Their facts, documents, hits and history go, and the person out of every version of their reservations.
    2. The bytes of every message that named them go; those of quarantined messages are searched by words
       (`unread_core`), and so are the files in `aside`, which the store could not take.
    3. The facts of others in the same messages stay, under a new key; the old keys are destroyed.
    """
    row = tx.execute(
        sa.text("SELECT message_id, flight_id, key_id, facts FROM traveller WHERE id = :id FOR UPDATE"),
        {"id": traveller_id},
    ).one_or_none()
    if row is None:
        return False
    facts = _facts(sealer.load_key(tx, row.key_id), sealer, traveller_id, row.facts)
    sought = _sought(facts)
    listed = _lists_naming(tx, sealer, row.flight_id, facts)
    listed |= {one.id for one in unread_telling_of(tx, sealer, sought)}
    forget_in_archive(tx, sealer, traveller_id)
    named = forget_in_reservations(tx, traveller_id, sealer)
    forget_contacts(tx, traveller_id)
    forget_history(tx, sealer, traveller_id)
    for table, column in (
        ("traveller_rule_hit", "traveller_id"),
        ("traveller_advice", "traveller_id"),
        ("traveller_document", "traveller_id"),
        ("traveller", "id"),
    ):
        target = sa.table(table, sa.column(column))
        tx.execute(target.delete().where(target.c[column] == traveller_id))
    for message_id in sorted({row.message_id, *named, *listed}):
        _blank_message(tx, message_id, sealer)
    for path in aside.iterdir() if aside is not None and aside.is_dir() else ():
        if path.is_file() and not path.is_symlink() and tells_of(path.read_bytes(), sought):
            path.unlink()
    return True


def _facts(key: DataKey, sealer: FieldSealer, traveller_id: UUID, sealed: bytes) -> TravellerFacts:
    return shapes.decode(
        sealer.open(key, Place("traveller", "facts", str(traveller_id)), sealed), TravellerFacts
    )


def _lists_naming(
    tx: sa.Connection, sealer: FieldSealer, flight_id: UUID, facts: TravellerFacts
) -> set[UUID]:
    """Return the messages of a flight whose lists name somebody, the repeated ones too: read again."""
    rows = tx.execute(
        sa.text(
            "SELECT m.id, m.key_id, m.raw FROM traveller_message m JOIN traveller_message_flight f"
            " ON f.message_id = m.id WHERE f.flight_id = :flight"
        ),
        {"flight": flight_id},
    ).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    found = set()
    for row in rows:
        if row.key_id in keys:
            raw = sealer.open(keys[row.key_id], Place("traveller_message", "raw", str(row.id)), row.raw)
            if any(_same(facts, one.facts) for one in plan_message(raw, "UTC").travellers):
                found.add(row.id)
    return found


def _sought(facts: TravellerFacts) -> Sought:
    numbers = tuple(document.number for document in facts.documents)
    return Sought(facts.family_names, facts.given_names, numbers)


def unread_telling_of(tx: sa.Connection, sealer: FieldSealer, sought: Sought) -> Iterator[Unread]:
    """Yield the quarantined messages that tell of somebody, by their words; every one is opened."""
    last = UUID(int=0)
    while True:
        rows = tx.execute(
            sa.text(
                "SELECT id, sender, reference, received_at, erase_after, key_id, raw FROM traveller_message"
                " WHERE status = 'quarantined' AND id > :last ORDER BY id LIMIT :limit"
            ),
            {"last": last, "limit": UNREAD},
        ).all()
        if not rows:
            return
        keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
        for row in rows:
            place = Place("traveller_message", "raw", str(row.id))
            if row.key_id in keys and tells_of(sealer.open(keys[row.key_id], place, row.raw), sought):
                yield Unread(row.id, row.sender, row.reference, row.received_at, row.erase_after)
        last = rows[-1].id


def forget_unread(tx: sa.Connection, message_id: UUID, sealer: FieldSealer) -> bool:
    """Erase the bytes and findings of a quarantined message; False when there is no such message."""
    found = tx.execute(
        sa.text("SELECT 1 FROM traveller_message WHERE id = :id AND status = 'quarantined' FOR UPDATE"),
        {"id": message_id},
    ).one_or_none()
    if found is None:
        return False
    _blank_message(tx, message_id, sealer)
    return True


def _same(one: TravellerFacts, other: TravellerFacts) -> bool:
    """Tell whether two sightings on one flight are one person's: the same name as written, or a document."""
    names = (one.family_names, one.given_names)
    numbers = {document.number for document in one.documents if document.number}
    return (any(names) and names == (other.family_names, other.given_names)) or any(
        document.number in numbers for document in other.documents
    )


_SEALED = {
    "traveller": "facts",
    "traveller_reservation": "pnr",
    "traveller_pnrgov": "head",
    "traveller_part": "part",
    "traveller_advice": "reason",
}
"""What is sealed under a message's key beside its own bytes and findings."""


def _blank_message(tx: sa.Connection, message_id: UUID, sealer: FieldSealer) -> None:
    """Seal everything of a message anew under a fresh key, except its bytes and findings: those are gone."""
    message = tx.execute(
        sa.text("SELECT key_id, erase_after FROM traveller_message WHERE id = :id FOR UPDATE"),
        {"id": message_id},
    ).one()
    old = sealer.load_key(tx, message.key_id)
    new = sealer.new_key(tx, f"traveller_message/{message_id}", message.erase_after)
    for table, column in _SEALED.items():
        rows = tx.execute(
            sa.text(f"SELECT id, {column} AS held FROM {table} WHERE key_id = :key"),  # noqa: S608 - constants
            {"key": old.key_id},
        ).all()
        for row in rows:
            place = Place(table, column, str(row.id))
            sealed = sealer.seal(new, place, sealer.open(old, place, bytes(row.held)))
            tx.execute(
                sa.text(f"UPDATE {table} SET {column} = :held, key_id = :key WHERE id = :id"),  # noqa: S608 - constants
                {"held": sealed, "key": new.key_id, "id": row.id},
            )
    raw = sealer.seal(new, Place("traveller_message", "raw", str(message_id)), b"")
    notes = sealer.seal(new, Place("traveller_message", "notes", str(message_id)), b"[]")
    tx.execute(
        sa.text(
            "UPDATE traveller_message SET raw = :raw, notes = :notes, key_id = :key, findings = 0,"
            " worst = '' WHERE id = :id"
        ),
        {"raw": raw, "notes": notes, "key": new.key_id, "id": message_id},
    )
    sealer.destroy_key(tx, old.key_id)
