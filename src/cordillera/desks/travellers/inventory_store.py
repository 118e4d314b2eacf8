"""Going through every traveller that is kept, for a person's request: complete, batch by batch."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers.model import TravellerFacts, TravellerRow
from cordillera.foundation import shapes
from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.trust.review.model import Retention

BATCH = 1_000


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
                facts=shapes.decode(
                    sealer.open(keys[row.key_id], Place("traveller", "facts", str(row.id)), row.facts),
                    TravellerFacts,
                ),
                keep=Retention(row.erase_after, row.review_at),
            )
            for row in rows
            if row.key_id in keys
        )
        last = rows[-1].id


def forget_traveller(tx: sa.Connection, traveller_id: UUID, sealer: FieldSealer) -> bool:
    """Erase one traveller: facts and documents go, and the bytes of the message that named them.

    The facts of others in the same message stay, under a new key; the old key is destroyed.
    """
    row = tx.execute(
        sa.text("SELECT message_id FROM traveller WHERE id = :id FOR UPDATE"), {"id": traveller_id}
    ).one_or_none()
    if row is None:
        return False
    _blank_message(tx, row.message_id, sealer)
    for table, column in (
        ("traveller_rule_hit", "traveller_id"),
        ("traveller_document", "traveller_id"),
        ("traveller", "id"),
    ):
        target = sa.table(table, sa.column(column))
        tx.execute(target.delete().where(target.c[column] == traveller_id))
    return True


def _blank_message(tx: sa.Connection, message_id: UUID, sealer: FieldSealer) -> None:
    """Seal the facts of everyone in a message anew under a fresh key; the old key, and the bytes, go."""
    message = tx.execute(
        sa.text("SELECT key_id, erase_after FROM traveller_message WHERE id = :id FOR UPDATE"),
        {"id": message_id},
    ).one()
    others: Sequence[sa.Row[tuple[object, ...]]] = tx.execute(
        sa.text("SELECT id, facts FROM traveller WHERE message_id = :id"), {"id": message_id}
    ).all()
    old = sealer.load_key(tx, message.key_id)
    new = sealer.new_key(tx, f"traveller_message/{message_id}", message.erase_after)
    for other in others:
        place = Place("traveller", "facts", str(other.id))
        facts = sealer.seal(new, place, sealer.open(old, place, bytes(other.facts)))
        tx.execute(
            sa.text("UPDATE traveller SET facts = :facts, key_id = :key WHERE id = :id"),
            {"facts": facts, "key": new.key_id, "id": other.id},
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
