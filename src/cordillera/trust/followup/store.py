"""SQL of follow-up requests. Why, and what is proposed, are sealed; what was given is a record."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cordillera.foundation.store.database import savepoint
from cordillera.trust.followup.model import Outcome, State

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""


class FollowUpRow(msgspec.Struct, frozen=True, kw_only=True):
    """A request as stored, of ours (out) or of a partner (in)."""

    id: UUID
    agency: str
    direction: str
    peer: str
    agreement_id: str
    agreement_hash: str
    service: str
    thread_id: UUID
    reference: str
    state: State
    outcome: Outcome = ""
    urgency: str
    intended_use: str
    wanted: list[str]
    officer: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    proposer: str = ""
    answered_by: str = ""
    record_id: UUID | None = None
    article: str = ""
    articles: list[str]
    error: str = ""
    key_id: UUID
    legal: bytes
    body: bytes | None = None
    erase_after: datetime
    review_at: datetime


_FIELDS = FollowUpRow.__struct_fields__
_COLUMNS = ", ".join(_FIELDS)
_VALUES = ", ".join(f":{name}" for name in _FIELDS)
_CHANGING = frozenset(
    {
        "state", "outcome", "answered_at", "proposer", "answered_by", "record_id", "article", "articles",
        "error", "body",
    }
)  # fmt: skip


def insert(tx: sa.Connection, row: FollowUpRow) -> bool:
    """Keep a request; False when one of ours about the same reference is open."""
    try:
        with savepoint(tx):
            tx.execute(
                _text(f"INSERT INTO flow_followup ({_COLUMNS}) VALUES ({_VALUES})"),  # noqa: S608 - columns
                msgspec.structs.asdict(row),
            )
    except IntegrityError:
        return False
    return True


def get(tx: sa.Connection, request_id: UUID, *, lock: bool = False) -> FollowUpRow | None:
    """Return a request as far as the scope sees it, or None."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM flow_followup WHERE id = :id"  # noqa: S608 - constant columns
            + (" FOR UPDATE" if lock else "")
        ),
        {"id": request_id},
    )
    return next((FollowUpRow(**row) for row in rows.mappings()), None)


def newest(tx: sa.Connection, direction: str, limit: int) -> list[FollowUpRow]:
    """Return the requests of one direction: the open ones by due time, then the others, newest first."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM flow_followup WHERE direction = :direction"  # noqa: S608 - columns
            " ORDER BY state NOT IN ('waiting', 'open', 'proposed'),"
            " CASE WHEN state IN ('waiting', 'open', 'proposed') THEN due_at END, asked_at DESC, id"
            " LIMIT :limit"
        ),
        {"direction": direction, "limit": limit},
    )
    return [FollowUpRow(**row) for row in rows.mappings()]


def to_answer(tx: sa.Connection, now: datetime) -> tuple[int, int]:
    """Return how many requests of partners wait for us, and how many of them past their time."""
    row = tx.execute(
        _text(
            "SELECT count(*), count(*) FILTER (WHERE due_at < :now) FROM flow_followup"
            " WHERE direction = 'in' AND state IN ('open', 'proposed')"
        ),
        {"now": now},
    ).one()
    return int(row[0]), int(row[1])


def of_thread(tx: sa.Connection, thread_id: UUID) -> list[FollowUpRow]:
    """Return the requests about one query or notice, oldest first."""
    rows = tx.execute(
        _text(f"SELECT {_COLUMNS} FROM flow_followup WHERE thread_id = :id ORDER BY asked_at, id"),  # noqa: S608
        {"id": thread_id},
    )
    return [FollowUpRow(**row) for row in rows.mappings()]


def change(tx: sa.Connection, request_id: UUID, **values: object) -> None:
    """Change a request that the caller has locked."""
    names = [name for name in values if name in _CHANGING]
    changes = ", ".join(f"{name} = :{name}" for name in names)
    statement = f"UPDATE flow_followup SET {changes} WHERE id = :id"  # noqa: S608 - constant names
    tx.execute(_text(statement), {name: values[name] for name in names} | {"id": request_id})


def finish(tx: sa.Connection, request_id: UUID, state: str, error: str, articles: Sequence[str]) -> bool:
    """End a waiting request of ours that the partner did not take in; False when it had ended."""
    done = tx.execute(
        _text(
            "UPDATE flow_followup SET state = :state, error = :error,"
            " articles = CASE WHEN :some THEN CAST(:articles AS text[]) ELSE articles END"
            " WHERE id = :id AND direction = 'out' AND state = 'waiting'"
        ),
        {
            "id": request_id,
            "state": state,
            "error": error,
            "articles": list(articles),
            "some": bool(articles),
        },
    )
    return done.rowcount == 1


def reopen(tx: sa.Connection, request_id: UUID, error: str) -> bool:
    """Open a partner's request again whose answer it did not take in; False when none was given."""
    done = tx.execute(
        _text(
            "UPDATE flow_followup SET state = 'open', outcome = '', answered_at = NULL, record_id = NULL,"
            " error = :error WHERE id = :id AND direction = 'in' AND state IN ('answered', 'refused')"
        ),
        {"id": request_id, "error": error},
    )
    return done.rowcount == 1
