"""SQL of releases that wait for a second officer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

_COLUMNS: Final = (
    "id, agency, thing, reference, officer, digest, asked_at, key_id, about, erase_after, review_at"
)


class ReleaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one officer asked to have released; what it is about is sealed, `digest` is keyed."""

    id: UUID
    agency: str
    thing: UUID
    reference: str
    officer: str
    digest: bytes
    asked_at: datetime
    key_id: UUID
    about: bytes
    erase_after: datetime
    review_at: datetime


def get(tx: sa.Connection, thing: UUID, reference: str) -> ReleaseRow | None:
    """Return what waits about a thing, locked, or None."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_COLUMNS} FROM exchange_release"  # noqa: S608 - constant columns
            " WHERE thing = :thing AND reference = :reference FOR UPDATE"
        ),
        {"thing": thing, "reference": reference},
    )
    return next((ReleaseRow(**row) for row in rows.mappings()), None)


def of(tx: sa.Connection, thing: UUID) -> Sequence[ReleaseRow]:
    """Return everything that waits about a thing, oldest first."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_COLUMNS} FROM exchange_release"  # noqa: S608 - constant columns
            " WHERE thing = :thing ORDER BY asked_at"
        ),
        {"thing": thing},
    )
    return [ReleaseRow(**row) for row in rows.mappings()]


def open_at(tx: sa.Connection, now: datetime) -> Sequence[ReleaseRow]:
    """Return everything that still waits, what ends first first."""
    rows = tx.execute(
        sa.text(
            f"SELECT {_COLUMNS} FROM exchange_release"  # noqa: S608 - constant columns
            " WHERE erase_after > :now ORDER BY erase_after, id"
        ),
        {"now": now},
    )
    return [ReleaseRow(**row) for row in rows.mappings()]


def insert(tx: sa.Connection, row: ReleaseRow) -> None:
    """Keep what an officer asked for; of two at the same moment the first is kept."""
    tx.execute(
        sa.text(
            f"INSERT INTO exchange_release ({_COLUMNS}) VALUES (:id, :agency, :thing, :reference, :officer,"  # noqa: S608 - constant columns
            " :digest, :asked_at, :key_id, :about, :erase_after, :review_at)"
            " ON CONFLICT (agency, thing, reference) DO NOTHING"
        ),
        msgspec.structs.asdict(row),
    )


def delete(tx: sa.Connection, ids: Sequence[UUID]) -> None:
    """Forget what was agreed to, or cannot be any more."""
    tx.execute(sa.text("DELETE FROM exchange_release WHERE id = ANY(:ids)"), {"ids": list(ids)})
