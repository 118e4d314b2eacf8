"""SQL of deadlines."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.followup.timers import Deadline, Rule

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""
_COLUMNS = (
    "id, agency, kind, ref, peer, agreement_id, officer, opened_at, due_at, level, level_at, closed_at,"
    " closed_by"
)

_QUALIFIED = ", ".join(f"d.{name.strip()}" for name in _COLUMNS.split(","))


class NewDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline to be opened; `erase_after` and `review_at` are those of what it is about."""

    kind: str
    ref: UUID
    agency: str
    peer: str
    agreement_id: str
    officer: str
    due_at: datetime
    erase_after: datetime
    review_at: datetime


def insert(tx: sa.Connection, deadline_id: UUID, new: NewDeadline, now: datetime) -> None:
    """Open a deadline; one of that kind about the same thing stays as it is."""
    tx.execute(
        _text(
            "INSERT INTO flow_deadline (id, agency, kind, ref, peer, agreement_id, officer, opened_at,"
            " due_at, erase_after, review_at) VALUES (:id, :agency, :kind, :ref, :peer, :agreement_id,"
            " :officer, :now, :due_at, :erase_after, :review_at) ON CONFLICT (kind, ref) DO NOTHING"
        ),
        {"id": deadline_id, "now": now, **msgspec.structs.asdict(new)},
    )


def close(tx: sa.Connection, kind: str, ref: UUID, now: datetime, by: str) -> bool:
    """Close an open deadline; False when none was open."""
    done = tx.execute(
        _text(
            "UPDATE flow_deadline SET closed_at = :now, closed_by = :by"
            " WHERE kind = :kind AND ref = :ref AND closed_at IS NULL"
        ),
        {"kind": kind, "ref": ref, "now": now, "by": by},
    )
    return done.rowcount == 1


def reopen(tx: sa.Connection, kind: str, ref: UUID) -> None:
    """Open a deadline again: what closed it did not reach anybody."""
    tx.execute(
        _text("UPDATE flow_deadline SET closed_at = NULL, closed_by = '' WHERE kind = :kind AND ref = :ref"),
        {"kind": kind, "ref": ref},
    )


def find(tx: sa.Connection, kind: str, ref: UUID, *, lock: bool = False) -> Deadline | None:
    """Return the deadline of a kind about something, or None."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM flow_deadline WHERE kind = :kind AND ref = :ref"  # noqa: S608 - columns
            + (" FOR UPDATE" if lock else "")
        ),
        {"kind": kind, "ref": ref},
    )
    return next((Deadline(*row) for row in rows), None)


def about(tx: sa.Connection, refs: Sequence[UUID]) -> list[Deadline]:
    """Return all deadlines about some things."""
    rows = tx.execute(
        _text(f"SELECT {_COLUMNS} FROM flow_deadline WHERE ref = ANY(:refs)"),  # noqa: S608 - columns
        {"refs": list(refs)},
    )
    return [Deadline(*row) for row in rows]


def ripe(tx: sa.Connection, now: datetime, rules: Mapping[str, Rule], limit: int) -> list[Deadline]:
    """Lease open deadlines whose next step is due under their rules, the longest due first."""
    rows = tx.execute(
        _text(
            f"SELECT {_QUALIFIED} FROM flow_deadline d"  # noqa: S608 - columns
            " JOIN unnest(CAST(:kinds AS text[]), CAST(:seconds AS float8[]), CAST(:ends AS float8[]))"
            " AS rule(name, second, ending) ON rule.name = d.kind"
            " WHERE d.closed_at IS NULL AND d.due_at <= :now AND (d.level = 0"
            " OR d.level = 1 AND d.level_at + rule.second * interval '1 second' <= :now"
            " OR d.level = 2 AND rule.ending > 0 AND d.level_at + rule.ending * interval '1 second' <= :now)"
            " ORDER BY d.due_at, d.id LIMIT :limit FOR UPDATE OF d SKIP LOCKED"
        ),
        {
            "now": now,
            "limit": limit,
            "kinds": list(rules),
            "seconds": [rule.second.total_seconds() for rule in rules.values()],
            "ends": [rule.end.total_seconds() if rule.end else 0.0 for rule in rules.values()],
        },
    )
    return [Deadline(*row) for row in rows]


def raise_level(tx: sa.Connection, deadline_id: UUID, level: int, now: datetime) -> None:
    """Note that a deadline has reached a level."""
    tx.execute(
        _text("UPDATE flow_deadline SET level = :level, level_at = :now WHERE id = :id"),
        {"id": deadline_id, "level": level, "now": now},
    )


def open_ones(tx: sa.Connection, level: int, limit: int) -> list[Deadline]:
    """Return open deadlines that reached at least `level`, the most pressing first."""
    rows = tx.execute(
        _text(
            f"SELECT {_COLUMNS} FROM flow_deadline WHERE closed_at IS NULL AND level >= :level"  # noqa: S608
            " ORDER BY level DESC, due_at, id LIMIT :limit"
        ),
        {"level": level, "limit": limit},
    )
    return [Deadline(*row) for row in rows]
