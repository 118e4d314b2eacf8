"""SQL of private look-up: tables of both sides, and the look-ups that were asked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa


class TableRow(msgspec.Struct, frozen=True):
    """A table under an agreement: ours for a partner ("own"), or the partner's ("peer")."""

    side: str
    peer: str
    agreement_id: str
    epoch: int
    public_key: bytes
    sha256: str
    entries: bytes
    made_at: datetime
    erase_after: datetime
    review_at: datetime


class LookupRow(msgspec.Struct, frozen=True):
    """A look-up of ours."""

    id: UUID
    agency: str
    peer: str
    agreement_id: str
    epoch: int
    officer_id: str
    state: str
    keys: int
    asked_at: datetime
    key_id: UUID
    asked: bytes
    evaluated: bytes | None
    found: list[bool] | None
    error: str
    erase_after: datetime
    review_at: datetime


class Wish(msgspec.Struct, frozen=True):
    """A table of ours that a partner asked for and that is not made yet."""

    peer: str
    agreement_id: str
    epoch: int


def wish(tx: sa.Connection, one: Wish, at: datetime) -> None:
    """Note that a table is asked for; twice changes nothing."""
    tx.execute(
        sa.text(
            "INSERT INTO lookup_wish (peer, agreement_id, epoch, wished_at)"
            " VALUES (:peer, :agreement_id, :epoch, :at) ON CONFLICT DO NOTHING"
        ),
        {"at": at, **msgspec.structs.asdict(one)},
    )


def wishes(tx: sa.Connection) -> list[Wish]:
    """Return the tables that are asked for, the oldest wish first."""
    rows = tx.execute(sa.text("SELECT peer, agreement_id, epoch FROM lookup_wish ORDER BY wished_at"))
    return [Wish(*row) for row in rows]


def fulfil(tx: sa.Connection, one: Wish) -> None:
    """Take a wish back: its table is there, or is not offered any more."""
    tx.execute(
        sa.text(
            "DELETE FROM lookup_wish WHERE peer = :peer AND agreement_id = :agreement_id AND epoch = :epoch"
        ),
        msgspec.structs.asdict(one),
    )


def keep_table(tx: sa.Connection, row: TableRow) -> bool:
    """Keep a table; one of the same epoch stays as it is, and False says so."""
    result = tx.execute(
        sa.text(
            "INSERT INTO lookup_table (side, peer, agreement_id, epoch, public_key, sha256, entries, made_at,"
            " erase_after, review_at) VALUES (:side, :peer, :agreement_id, :epoch, :public_key, :sha256,"
            " :entries, :made_at, :erase_after, :review_at) ON CONFLICT DO NOTHING"
        ),
        msgspec.structs.asdict(row),
        execution_options={"preserve_rowcount": True},
    )
    return result.rowcount == 1


def table(tx: sa.Connection, side: str, peer: str, agreement_id: str, epoch: int) -> TableRow | None:
    """Return the table of an epoch."""
    row = tx.execute(
        sa.text(
            "SELECT side, peer, agreement_id, epoch, public_key, sha256, entries, made_at, erase_after,"
            " review_at FROM lookup_table WHERE side = :side AND peer = :peer"
            " AND agreement_id = :agreement AND epoch = :epoch"
        ),
        {"side": side, "peer": peer, "agreement": agreement_id, "epoch": epoch},
    ).one_or_none()
    return None if row is None else TableRow(*row)


def tables_here(tx: sa.Connection, epoch: int) -> list[tuple[str, str]]:
    """Return (partner, agreement) of the partners' tables of an epoch, without their entries."""
    rows = tx.execute(
        sa.text("SELECT peer, agreement_id FROM lookup_table WHERE side = 'peer' AND epoch = :epoch"),
        {"epoch": epoch},
    )
    return [(row.peer, row.agreement_id) for row in rows]


def insert_lookup(tx: sa.Connection, row: LookupRow) -> None:
    """Keep a look-up that was asked."""
    values = msgspec.structs.asdict(row)
    names = ", ".join(values)
    slots = ", ".join(f":{name}" for name in values)
    tx.execute(sa.text(f"INSERT INTO lookup_asked ({names}) VALUES ({slots})"), values)  # noqa: S608 - our names


_LOOKUPS = (
    "SELECT id, agency, peer, agreement_id, epoch, officer_id, state, keys, asked_at, key_id, asked,"
    " evaluated, found, error, erase_after, review_at FROM lookup_asked WHERE id = ANY(:ids)"
)
_LOOKUPS_LOCKED = f"{_LOOKUPS} FOR UPDATE"


def lookups(tx: sa.Connection, ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, LookupRow]:
    """Return look-ups by id."""
    rows = tx.execute(sa.text(_LOOKUPS_LOCKED if lock else _LOOKUPS), {"ids": list(ids)})
    return {row.id: LookupRow(*row) for row in rows}


def newest(tx: sa.Connection, limit: int) -> list[LookupRow]:
    """Return the newest look-ups of this agency."""
    rows = tx.execute(
        sa.text("SELECT id FROM lookup_asked ORDER BY asked_at DESC LIMIT :limit"), {"limit": limit}
    ).scalars()
    ids = list(rows)
    found = lookups(tx, ids)
    return [found[one] for one in ids]


def keep_answer(tx: sa.Connection, lookup_id: UUID, evaluated: bytes) -> None:
    """Keep what the partner evaluated, sealed."""
    tx.execute(
        sa.text("UPDATE lookup_asked SET state = 'answered', evaluated = :evaluated WHERE id = :id"),
        {"id": lookup_id, "evaluated": evaluated},
    )


def keep_found(tx: sa.Connection, lookup_id: UUID, found: Sequence[bool]) -> None:
    """Keep which keys the partner holds; the evaluation is no longer needed."""
    tx.execute(
        sa.text("UPDATE lookup_asked SET found = :found, evaluated = NULL WHERE id = :id"),
        {"id": lookup_id, "found": list(found)},
    )


def close(tx: sa.Connection, lookup_id: UUID, state: str, error: str) -> bool:
    """End a look-up that waits, without an answer; False if it had ended."""
    result = tx.execute(
        sa.text(
            "UPDATE lookup_asked SET state = :state, error = :error WHERE id = :id AND state = 'waiting'"
        ),
        {"id": lookup_id, "state": state, "error": error},
    )
    return result.rowcount == 1
