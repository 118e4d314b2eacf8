"""Carriers that upload signed messages, and the receipts they were given."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from cordillera.desks.travellers.as2_errors import As2NameTaken
from cordillera.foundation.store.database import savepoint

_COLUMNS: Final = (
    "id, agency, as2_name, own_name, certificate, fingerprint, state, encrypted_only, proposed_by,"
    " proposed_at, approved_by, approved_at, ended_by, ended_at"
)


class As2Partner(msgspec.Struct, frozen=True):
    """A carrier that signs its uploads: by AS2 name, for one recipient name, with its certificate (PEM).

    `state` is proposed, active or ended; officers are named by id.
    """

    id: UUID
    agency: str
    as2_name: str
    own_name: str
    certificate: str
    fingerprint: str
    state: str
    encrypted_only: bool
    proposed_by: str
    proposed_at: datetime
    approved_by: str
    approved_at: datetime | None
    ended_by: str
    ended_at: datetime | None


class StoredReceipt(msgspec.Struct, frozen=True):
    """A receipt that was given: for which request, of which kind, its bytes."""

    request: bytes
    media_type: str
    receipt: bytes


def active(tx: sa.Connection, as2_name: str, own_name: str) -> As2Partner | None:
    """Return the carrier in force under a name, for a recipient."""
    rows = _partners(
        tx,
        "state = 'active' AND as2_name = :name AND own_name = :own",
        {"name": as2_name, "own": own_name},
    )
    return rows[0] if rows else None


def every(tx: sa.Connection) -> tuple[As2Partner, ...]:
    """Return all carriers that the scope sees: proposals first, then those in force, then ended ones."""
    order = "array_position(ARRAY['proposed', 'active', 'ended'], state), proposed_at DESC"
    return _partners(tx, f"true ORDER BY {order} LIMIT 500", {})


def one(tx: sa.Connection, partner_id: UUID) -> As2Partner | None:
    """Return one carrier, held until the transaction ends."""
    rows = _partners(tx, "id = :id FOR UPDATE", {"id": partner_id})
    return rows[0] if rows else None


def add(tx: sa.Connection, values: dict[str, object]) -> None:
    """Keep a proposal."""
    tx.execute(insert(sa.table("traveller_as2_partner", *map(sa.column, values))).values(values))


def move(tx: sa.Connection, partner_id: UUID, values: dict[str, object]) -> None:
    """Change the state of a carrier; raise `As2NameTaken` when another is in force under its names."""
    table = sa.table("traveller_as2_partner", sa.column("id"), *map(sa.column, values))
    try:
        with savepoint(tx):
            tx.execute(table.update().where(table.c.id == partner_id).values(values))
    except IntegrityError as error:
        raise As2NameTaken from error


def alone(tx: sa.Connection, reference: bytes) -> None:
    """Wait until nobody else takes in the message of this id; held by the transaction."""
    lock = int.from_bytes(reference[:8], "big", signed=True)
    tx.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def receipt(tx: sa.Connection, partner_id: UUID, reference: bytes) -> StoredReceipt | None:
    """Return the receipt of a message id by its blind index."""
    row = tx.execute(
        sa.text(
            "SELECT request, media_type, receipt FROM traveller_as2_receipt"
            " WHERE partner_id = :partner AND reference = :reference"
        ),
        {"partner": partner_id, "reference": reference},
    ).one_or_none()
    return None if row is None else StoredReceipt(bytes(row.request), row.media_type, bytes(row.receipt))


def keep_receipt(tx: sa.Connection, values: dict[str, object]) -> None:
    """Keep a receipt."""
    tx.execute(insert(sa.table("traveller_as2_receipt", *map(sa.column, values))).values(values))


def _partners(tx: sa.Connection, condition: str, values: dict[str, Any]) -> tuple[As2Partner, ...]:
    rows = tx.execute(
        sa.text(f"SELECT {_COLUMNS} FROM traveller_as2_partner WHERE {condition}"),  # noqa: S608 - constants
        values,
    )
    return tuple(As2Partner(**row) for row in rows.mappings())
