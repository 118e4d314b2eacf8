"""SQL of consents to pass a record on."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""


class ConsentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A consent as stored; `reason` is sealed."""

    id: UUID
    record_id: UUID
    agency: str
    side: str
    peer: str
    agreement_id: str
    recipient: str
    purpose: str
    state: str
    asked_by: str
    first_officer: str = ""
    second_officer: str = ""
    leaf: str = ""
    made_at: datetime
    changed_at: datetime
    key_id: UUID
    reason: bytes
    erase_after: datetime
    review_at: datetime


_COLUMNS = ", ".join(ConsentRow.__struct_fields__)


def add(tx: sa.Connection, row: ConsentRow) -> bool:
    """Keep a request; False when it is known."""
    names = ConsentRow.__struct_fields__
    result = tx.execute(
        _text(
            f"INSERT INTO record_consent ({', '.join(names)})"  # noqa: S608 - constant names
            f" VALUES ({', '.join(':' + name for name in names)}) ON CONFLICT (id) DO NOTHING"
        ),
        msgspec.structs.asdict(row),
        execution_options={"preserve_rowcount": True},
    )
    return result.rowcount == 1


def get(tx: sa.Connection, ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, ConsentRow]:
    """Return consents by id."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM record_consent WHERE id = ANY(:ids)"  # noqa: S608 - constant columns
            + (" FOR UPDATE" if lock else "")
        ),
        {"ids": list(ids)},
    )
    return {row.id: ConsentRow(**row._mapping) for row in rows}  # noqa: SLF001 - public in SQLAlchemy


def of_record(tx: sa.Connection, record_id: UUID) -> list[ConsentRow]:
    """Return the consents asked for a record, oldest first."""
    rows = tx.execute(
        _text(f"SELECT {_COLUMNS} FROM record_consent WHERE record_id = :id ORDER BY made_at, id"),  # noqa: S608 - constant
        {"id": record_id},
    )
    return [ConsentRow(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


def asked_since(tx: sa.Connection, side: str, peer: str, agreement_id: str, since: datetime) -> int:
    """Return how many consents were asked of or by a partner under an agreement since a moment."""
    found = tx.execute(
        _text(
            "SELECT count(*) FROM record_consent WHERE side = :side AND peer = :peer"
            " AND agreement_id = :agreement AND made_at >= :since"
        ),
        {"side": side, "peer": peer, "agreement": agreement_id, "since": since},
    )
    return int(found.scalar_one())


def used_since(tx: sa.Connection, since: datetime) -> list[tuple[str, str, str, int]]:
    """Return (side, partner, agreement, requests for consent) since a moment."""
    rows = tx.execute(
        _text(
            "SELECT side, peer, agreement_id, count(*) FROM record_consent WHERE made_at >= :since"
            " GROUP BY side, peer, agreement_id ORDER BY side, peer, agreement_id"
        ),
        {"since": since},
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in rows]


def waiting(tx: sa.Connection, limit: int) -> list[ConsentRow]:
    """Return the requests that wait for our consent authority, oldest first."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM record_consent WHERE side = 'asked_of'"  # noqa: S608 - constant columns
            " AND state IN ('requested', 'seconded') ORDER BY made_at LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [ConsentRow(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


def move(tx: sa.Connection, row: ConsentRow) -> None:
    """Write where a consent stands."""
    tx.execute(
        _text(
            "UPDATE record_consent SET state = :state, first_officer = :first_officer,"
            " second_officer = :second_officer, leaf = :leaf, changed_at = :changed_at WHERE id = :id"
        ),
        msgspec.structs.asdict(row),
    )
