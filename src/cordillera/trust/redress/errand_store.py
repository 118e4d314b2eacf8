"""Partners' redress searches at this node, and what is frozen here because of anybody's request."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.ids import uuid7
from cordillera.trust.redress.store import insert_row


class ErrandRow(msgspec.Struct, frozen=True):
    """A partner's search; `asked` and `found` are sealed."""

    id: UUID
    agency: str
    peer: str
    agreement_id: str
    ticket_ref: UUID
    state: str
    received_at: datetime
    answered_at: datetime | None
    key_id: UUID
    asked: bytes
    found: bytes | None
    erase_after: datetime
    review_at: datetime


class FrozenRow(msgspec.Struct, frozen=True):
    """A thing that does not score because of a request: ours (a ticket) or a partner's (an errand)."""

    agency: str
    source: str
    ref: str
    cause: UUID
    frozen_at: datetime
    erase_after: datetime
    review_at: datetime


_ERRAND = ", ".join(ErrandRow.__struct_fields__)


def add(tx: sa.Connection, row: ErrandRow) -> None:
    """Keep a partner's search."""
    insert_row(tx, "redress_errand", msgspec.structs.asdict(row))


def received(tx: sa.Connection, limit: int) -> tuple[ErrandRow, ...]:
    """Lease searches that wait for their answer, the oldest first."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_ERRAND} FROM redress_errand WHERE state = 'received'"  # noqa: S608 - constant columns
            " ORDER BY received_at, id LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        {"limit": limit},
    )
    return tuple(ErrandRow(*row) for row in rows)


def newest(tx: sa.Connection, limit: int) -> tuple[ErrandRow, ...]:
    """Return partners' searches, the newest first."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_ERRAND} FROM redress_errand ORDER BY received_at DESC, id DESC LIMIT :limit"  # noqa: S608
        ),
        {"limit": limit},
    )
    return tuple(ErrandRow(*row) for row in rows)


def count_since(tx: sa.Connection, peer: str, since: datetime) -> int:
    """Return how many searches a partner sent since a moment."""
    found = tx.execute(
        sa.text("SELECT count(*) FROM redress_errand WHERE peer = :peer AND received_at >= :since"),
        {"peer": peer, "since": since},
    )
    return int(found.scalar_one())


def answer(tx: sa.Connection, errand_id: UUID, found: bytes, now: datetime) -> None:
    """Keep what was answered."""
    tx.execute(
        sa.text(
            "UPDATE redress_errand SET state = 'answered', found = :found, answered_at = :now WHERE id = :id"
        ),
        {"id": errand_id, "found": found, "now": now},
    )


def freeze(tx: sa.Connection, rows: Sequence[FrozenRow]) -> None:
    """Write what is frozen; twice for one cause changes nothing."""
    for row in rows:
        values = {"id": uuid7(), **msgspec.structs.asdict(row)}
        insert_row(tx, "redress_frozen", values, unless=("source", "ref", "cause"))


def lift(tx: sa.Connection, cause: UUID, now: datetime) -> tuple[tuple[str, str], ...]:
    """End the freezes of one cause; return those (source, ref) that no other cause holds."""
    ended = tx.execute(
        sa.text(
            "UPDATE redress_frozen SET lifted_at = :now WHERE cause = :cause AND lifted_at IS NULL"
            " RETURNING source, ref"
        ),
        {"cause": cause, "now": now},
    ).all()
    return tuple((row.source, row.ref) for row in ended if not is_frozen(tx, row.source, row.ref))


def is_frozen(tx: sa.Connection, source: str, ref: str) -> bool:
    """Tell whether a request still holds a thing."""
    found = tx.execute(
        sa.text(
            "SELECT 1 FROM redress_frozen WHERE source = :source AND ref = :ref AND lifted_at IS NULL LIMIT 1"
        ),
        {"source": source, "ref": ref},
    )
    return found.scalar_one_or_none() is not None


def earlier(tx: sa.Connection, peer: str, ticket_ref: UUID) -> tuple[UUID, ...]:
    """Return all searches of a partner for one of its tickets."""
    found = tx.execute(
        sa.text("SELECT id FROM redress_errand WHERE peer = :peer AND ticket_ref = :ticket"),
        {"peer": peer, "ticket": ticket_ref},
    )
    return tuple(found.scalars())


def known_messages(tx: sa.Connection, peer: str, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Return those of `ids` that are queries between us and the partner and still held, with their dates."""
    rows = tx.execute(
        sa.text(
            "SELECT id, erase_after FROM exchange_incoming WHERE peer = :peer AND id = ANY(:ids)"
            " UNION ALL SELECT id, erase_after FROM exchange_query WHERE peer = :peer AND id = ANY(:ids)"
        ),
        {"peer": peer, "ids": list(ids)},
    )
    return {row.id: row.erase_after for row in rows}


def errand(tx: sa.Connection, errand_id: UUID) -> ErrandRow | None:
    """Return one search of a partner, locked."""
    row = tx.execute(
        sa.text(f"SELECT {_ERRAND} FROM redress_errand WHERE id = :id FOR UPDATE"),  # noqa: S608 - constant
        {"id": errand_id},
    ).one_or_none()
    return None if row is None else ErrandRow(*row)
