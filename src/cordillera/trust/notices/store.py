"""SQL of notices. Body and reason are sealed; the content of a received notice is a record, not here."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.notices.model import State

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as stored: `body` is a draft or its grounds (ours), or the terms of a partner's."""

    id: UUID
    agency: str
    direction: str
    peer: str
    agreement_id: str
    agreement_hash: str
    state: State
    subject_category: str
    offence: str
    purpose: str
    handling: dict[str, str]
    writer: str
    releaser: str = ""
    decided_by: str = ""
    message_id: UUID | None = None
    conditions: str = ""
    articles: list[str] = []
    error: str = ""
    written_at: datetime
    released_at: datetime | None = None
    decided_at: datetime | None = None
    kept_at: datetime | None = None
    kept_by: str = ""
    key_id: UUID
    body: bytes
    reason: bytes | None = None
    erase_after: datetime
    review_at: datetime


_FIELDS = NoticeRow.__struct_fields__
_COLUMNS = ", ".join(_FIELDS)
_VALUES = ", ".join("CAST(:handling AS jsonb)" if name == "handling" else f":{name}" for name in _FIELDS)
_CHANGING = frozenset(
    {
        "state", "releaser", "decided_by", "message_id", "conditions", "articles", "error", "released_at",
        "decided_at", "kept_at", "kept_by", "body", "reason", "handling", "agreement_hash", "erase_after",
        "review_at",
    }
)  # fmt: skip


def insert(tx: sa.Connection, row: NoticeRow) -> None:
    """Keep a notice."""
    tx.execute(
        _text(f"INSERT INTO flow_notice ({_COLUMNS}) VALUES ({_VALUES})"),  # noqa: S608 - constant columns
        _plain(msgspec.structs.asdict(row)),
    )


def get(tx: sa.Connection, notice_id: UUID, *, lock: bool = False) -> NoticeRow | None:
    """Return a notice as far as the scope sees it, or None."""
    found = many(tx, [notice_id], lock=lock)
    return found[0] if found else None


def many(tx: sa.Connection, ids: Sequence[UUID], *, lock: bool = False) -> list[NoticeRow]:
    """Return notices by id."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM flow_notice WHERE id = ANY(:ids)"  # noqa: S608 - constant columns
            + (" ORDER BY id FOR UPDATE" if lock else "")
        ),
        {"ids": list(ids)},
    )
    return [NoticeRow(**row) for row in rows.mappings()]


def newest(tx: sa.Connection, direction: str, states: Sequence[str], limit: int) -> list[NoticeRow]:
    """Return the newest notices of one direction in some states."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM flow_notice"  # noqa: S608 - constant columns
            " WHERE direction = :direction AND state = ANY(:states)"
            " ORDER BY written_at DESC, id DESC LIMIT :limit"
        ),
        {"direction": direction, "states": list(states), "limit": limit},
    )
    return [NoticeRow(**row) for row in rows.mappings()]


def counted(tx: sa.Connection, direction: str, state: str) -> int:
    """Return how many notices of one direction are in a state."""
    found = tx.execute(
        _text("SELECT count(*) FROM flow_notice WHERE direction = :direction AND state = :state"),
        {"direction": direction, "state": state},
    )
    return int(found.scalar_one())


def accepted(tx: sa.Connection) -> list[UUID]:
    """Return the ids of received notices whose conditions were accepted."""
    found = tx.execute(
        _text("SELECT id FROM flow_notice WHERE direction = 'in' AND state = 'accepted' ORDER BY id")
    )
    return list(found.scalars())


def change(tx: sa.Connection, notice_id: UUID, **values: object) -> None:
    """Change a notice that the caller has locked."""
    names = [name for name in values if name in _CHANGING]
    changes = ", ".join(f"{name} = {_cast(name)}" for name in names)
    statement = f"UPDATE flow_notice SET {changes} WHERE id = :id"  # noqa: S608 - names are constants above
    tx.execute(_text(statement), _plain({name: values[name] for name in names}) | {"id": notice_id})


def finish(tx: sa.Connection, notice_id: UUID, state: str, error: str, articles: Sequence[str]) -> bool:
    """End a released notice that the partner did not take in; False when it had ended."""
    done = tx.execute(
        _text(
            "UPDATE flow_notice SET state = :state, error = :error,"
            " articles = CASE WHEN :some THEN CAST(:articles AS text[]) ELSE articles END"
            " WHERE id = :id AND direction = 'out' AND state = 'released'"
        ),
        {
            "id": notice_id,
            "state": state,
            "error": error,
            "articles": list(articles),
            "some": bool(articles),
        },
    )
    return done.rowcount == 1


def delete(tx: sa.Connection, notice_id: UUID) -> None:
    """Delete a draft."""
    tx.execute(_text("DELETE FROM flow_notice WHERE id = :id"), {"id": notice_id})


def _cast(name: str) -> str:
    return "CAST(:handling AS jsonb)" if name == "handling" else f":{name}"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    handling = values.get("handling")
    return values if handling is None else values | {"handling": msgspec.json.encode(handling).decode()}
