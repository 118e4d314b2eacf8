"""History as rules read it: stored messages in order, opened, each with the travellers it announced first."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.trust.review.model import Retention

BATCH: Final = 20
_NONE: Final = UUID(int=0)


class Placed(msgspec.Struct, frozen=True):
    """Of a traveller's facts the place where they begin in the message."""

    start: int


class Past(msgspec.Struct, frozen=True):
    """A stored message: its bytes as kept, and the travellers it announced first, by where they begin."""

    id: UUID
    received_at: datetime
    raw: bytes
    travellers: dict[int, UUID]


class Kept(msgspec.Struct, frozen=True):
    """A stored message's bytes, and until when it is kept."""

    id: UUID
    raw: bytes
    keep: Retention


class Span(msgspec.Struct, frozen=True):
    """Which messages: an agency's, received from `since` to `until`, both included."""

    agency: str
    since: datetime
    until: datetime


def history(store: Store, scope: Scope, sealer: FieldSealer, span: Span) -> Iterator[tuple[Past, ...]]:
    """Yield the messages of a span in batches, each read in a transaction of its own."""
    last = _NONE
    while True:
        with store.transaction(scope) as tx:
            rows = _page(tx, span, last)
            if not rows:
                return
            batch = tuple(_opened(tx, sealer, rows))
        last = rows[-1].id
        yield batch


def kept_messages(tx: sa.Connection, sealer: FieldSealer, messages: Collection[UUID]) -> dict[UUID, Kept]:
    """Return some messages as they are kept; those that are gone are left out."""
    rows = tx.execute(
        sa.text("SELECT id, key_id, raw, erase_after, review_at FROM traveller_message WHERE id = ANY(:ids)"),
        {"ids": list(messages)},
    ).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in rows}))
    return {
        row.id: Kept(
            row.id,
            sealer.open(keys[row.key_id], Place("traveller_message", "raw", str(row.id)), row.raw),
            Retention(row.erase_after, row.review_at),
        )
        for row in rows
        if row.key_id in keys
    }


def _page(tx: sa.Connection, span: Span, last: UUID) -> Sequence[sa.Row[Any]]:
    return tx.execute(
        sa.text(
            "SELECT id, received_at, key_id, raw FROM traveller_message WHERE id > :last AND agency = :agency"
            " AND received_at >= :since AND received_at <= :until AND status <> 'quarantined'"
            " ORDER BY id LIMIT :limit"
        ),
        {"last": last, "limit": BATCH, **msgspec.structs.asdict(span)},
    ).all()


def _opened(tx: sa.Connection, sealer: FieldSealer, rows: Sequence[sa.Row[Any]]) -> Iterator[Past]:
    """Open messages and the places of their travellers; what was erased meanwhile is left out."""
    people = tx.execute(
        sa.text("SELECT id, message_id, key_id, facts FROM traveller WHERE message_id = ANY(:ids)"),
        {"ids": [row.id for row in rows]},
    ).all()
    keys = sealer.living_keys(tx, sorted({row.key_id for row in (*rows, *people)}))
    placed: dict[UUID, dict[int, UUID]] = {}
    for one in people:
        if one.key_id in keys:
            facts = sealer.open(keys[one.key_id], Place("traveller", "facts", str(one.id)), one.facts)
            placed.setdefault(one.message_id, {})[shapes.decode(facts, Placed).start] = one.id
    for row in rows:
        if row.key_id in keys:
            raw = sealer.open(keys[row.key_id], Place("traveller_message", "raw", str(row.id)), row.raw)
            yield Past(row.id, row.received_at, raw, placed.get(row.id, {}))
