"""History as rules read it: the flights of a span of days in order, and messages as they are kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.foundation.store.swift import Statement, uuids
from cordillera.trust.review.model import Retention

BATCH: Final = 20
_KEPT: Final = Statement(
    "SELECT id, key_id, raw, erase_after, review_at FROM traveller_message WHERE id = ANY(:ids)"
)
_TERMS: Final = Statement(
    "SELECT id, key_id, erase_after, review_at FROM traveller_message WHERE id = ANY(:ids)"
)


class Kept(msgspec.Struct, frozen=True):
    """A stored message's bytes, and until when it is kept."""

    id: UUID
    raw: bytes
    keep: Retention


class Term(msgspec.Struct, frozen=True):
    """A stored message that can be opened, and until when it is kept."""

    id: UUID
    keep: Retention


class Span(msgspec.Struct, frozen=True):
    """Which messages: an agency's, received from `since` to `until`, both included."""

    agency: str
    since: datetime
    until: datetime


def flights(
    tx: sa.Connection, span: Span, last: UUID, without: Sequence[tuple[UUID, UUID]] = ()
) -> tuple[UUID, ...]:
    """Return the next flights behind `last` of which a message of a span is the newest known of somebody.

    Flights in the ranges of `without` (first and last, both included) are left out.
    """
    found = tx.execute(
        sa.text(
            "SELECT f.id FROM traveller_flight f WHERE f.id > :last AND f.agency = :agency AND EXISTS"
            " (SELECT 1 FROM traveller_message_flight l JOIN traveller_message m ON m.id = l.message_id"
            " WHERE l.flight_id = f.id AND m.received_at >= :since AND m.received_at <= :until)"
            " AND NOT EXISTS (SELECT FROM unnest(CAST(:firsts AS uuid[]), CAST(:lasts AS uuid[]))"
            " AS filed (first, last) WHERE f.id BETWEEN filed.first AND filed.last)"
            " ORDER BY f.id LIMIT :limit"
        ),
        {
            "last": last,
            "limit": BATCH,
            "firsts": [first for first, _ in without],
            "lasts": [end for _, end in without],
            **msgspec.structs.asdict(span),
        },
    )
    return tuple(found.scalars())


def first_message(tx: sa.Connection, span: Span) -> datetime | None:
    """Return when the first message of a span came."""
    found = tx.execute(
        sa.text(
            "SELECT min(received_at) FROM traveller_message WHERE agency = :agency"
            " AND received_at >= :since AND received_at <= :until AND status <> 'quarantined'"
        ),
        msgspec.structs.asdict(span),
    ).scalar_one()
    return found if isinstance(found, datetime) else None


def kept_messages(tx: sa.Connection, sealer: FieldSealer, messages: Collection[UUID]) -> dict[UUID, Kept]:
    """Return some messages as they are kept; those that are gone are left out."""
    rows = _KEPT.rows(tx, {"ids": uuids(list(messages))})
    keys = sealer.living_keys(tx, sorted({key_id for _, key_id, *_ in rows}))
    return {
        ref: Kept(
            ref,
            sealer.open(keys[key_id], Place("traveller_message", "raw", str(ref)), raw),
            Retention(*keep),
        )
        for ref, key_id, raw, *keep in rows
        if key_id in keys
    }


def terms(tx: sa.Connection, sealer: FieldSealer, messages: Collection[UUID]) -> dict[UUID, Term]:
    """Return until when some messages are kept; those that are gone are left out."""
    rows = _TERMS.rows(tx, {"ids": uuids(list(messages))})
    keys = sealer.living_keys(tx, sorted({key_id for _, key_id, *_ in rows}))
    return {ref: Term(ref, Retention(*keep)) for ref, key_id, *keep in rows if key_id in keys}
