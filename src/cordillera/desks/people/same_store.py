"""SQL of redress numbers: conclusions, the blind keys of their travellers, and each time one was used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert


class NotSameRow(msgspec.Struct, frozen=True, kw_only=True):
    """A conclusion as stored; `sealed` says in words who is not whom, and why."""

    id: UUID
    number: str
    agency: str
    desk: str
    alert_id: UUID
    decision_id: UUID
    entry_blind: bytes
    material: bytes
    birth_blind: bytes | None
    officer_id: str
    officer_name: str
    decided_at: datetime
    uses: int = 0
    last_used_at: datetime | None = None
    reopened_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""
    key_id: UUID
    sealed: bytes
    erase_after: datetime
    review_at: datetime


_COLUMNS = ", ".join(f"s.{name}" for name in NotSameRow.__struct_fields__)


def add(tx: sa.Connection, row: NotSameRow, keys: Sequence[bytes]) -> None:
    """Keep a conclusion with its traveller's keys."""
    _insert(tx, "not_same", [msgspec.structs.asdict(row)])
    due = {"agency": row.agency, "erase_after": row.erase_after, "review_at": row.review_at}
    _insert(tx, "not_same_key", [{"not_same_id": row.id, "key": key, **due} for key in keys])


def next_number(tx: sa.Connection, agency: str, year: int) -> int:
    """Return the next number of an agency's year; others wait until the transaction ends."""
    tx.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended('not_same ' || :agency, 22))"),
        {"agency": agency},
    )
    highest = tx.execute(
        sa.text("SELECT max(number) FROM not_same WHERE agency = :agency AND number LIKE :year"),
        {"agency": agency, "year": f"RN-{year}-%"},
    ).scalar_one()
    return int(str(highest).rpartition("-")[2]) + 1 if highest else 1


def of_pairs(tx: sa.Connection, keys: Sequence[bytes], entries: Sequence[bytes]) -> tuple[NotSameRow, ...]:
    """Return the conclusions on any of these travellers and any of these entries, the latest first."""
    where = (
        "WHERE s.entry_blind = ANY(:entries) AND EXISTS (SELECT 1 FROM not_same_key k"
        " WHERE k.not_same_id = s.id AND k.key = ANY(:keys)) ORDER BY s.decided_at DESC, s.id"
    )
    return _rows(tx, where, {"keys": list(keys), "entries": list(entries)})


def get(tx: sa.Connection, not_same_id: UUID, *, lock: bool = False) -> NotSameRow | None:
    """Return one conclusion."""
    found = _rows(tx, f"WHERE s.id = :id{' FOR UPDATE' if lock else ''}", {"id": not_same_id})
    return found[0] if found else None


def newest(tx: sa.Connection, limit: int) -> tuple[NotSameRow, ...]:
    """Return conclusions, the newest first."""
    return _rows(tx, "ORDER BY s.decided_at DESC, s.id LIMIT :limit", {"limit": limit})


def of_subject(tx: sa.Connection, subject_ref: str) -> tuple[NotSameRow, ...]:
    """Return the conclusions that silenced something about a subject."""
    where = (
        "JOIN not_same_use u ON u.not_same_id = s.id WHERE u.subject_ref = :ref ORDER BY s.decided_at DESC"
    )
    return _rows(tx, where, {"ref": subject_ref})


def use(tx: sa.Connection, row: NotSameRow, subject_ref: str, now: datetime) -> None:
    """Remember that a conclusion silenced a hit on a subject, once for each."""
    values = {"not_same_id": row.id, "agency": row.agency, "subject_ref": subject_ref, "at": now}
    due = {"erase_after": row.erase_after, "review_at": row.review_at}
    target = sa.table("not_same_use", *(sa.column(name) for name in {**values, **due}))
    done = tx.execute(
        insert(target).values(**values, **due).on_conflict_do_nothing(),
        execution_options={"preserve_rowcount": True},
    )
    if done.rowcount:
        tx.execute(
            sa.text("UPDATE not_same SET uses = uses + 1, last_used_at = :now WHERE id = :id"),
            {"now": now, "id": row.id},
        )


def uses(tx: sa.Connection, not_same_id: UUID, limit: int) -> tuple[tuple[str, datetime], ...]:
    """Return subject and time of each use, the latest first."""
    rows = tx.execute(
        sa.text(
            "SELECT subject_ref, at FROM not_same_use WHERE not_same_id = :id ORDER BY at DESC LIMIT :limit"
        ),
        {"id": not_same_id, "limit": limit},
    )
    return tuple((row.subject_ref, row.at) for row in rows)


def change(tx: sa.Connection, not_same_id: UUID, values: Mapping[str, object]) -> None:
    """Change columns of one conclusion."""
    target = sa.table("not_same", *(sa.column(name) for name in ("id", *values)))
    tx.execute(target.update().where(target.c.id == not_same_id).values(**values))


def of_decision(tx: sa.Connection, decision_id: UUID) -> tuple[NotSameRow, ...]:
    """Return the conclusions that one decision made."""
    return _rows(tx, "WHERE s.decision_id = :id", {"id": decision_id})


def delete(tx: sa.Connection, ids: Sequence[UUID]) -> None:
    """Delete conclusions with their keys and uses."""
    tx.execute(sa.text("DELETE FROM not_same WHERE id = ANY(:ids)"), {"ids": list(ids)})


def _rows(tx: sa.Connection, where: str, values: dict[str, object]) -> tuple[NotSameRow, ...]:
    rows = tx.execute(sa.text(f"SELECT {_COLUMNS} FROM not_same s {where}"), values)  # noqa: S608 - constants
    return tuple(_row(row) for row in rows)


def _row(values: Sequence[object]) -> NotSameRow:
    told = dict(zip(NotSameRow.__struct_fields__, values, strict=True))
    for name in ("entry_blind", "material", "birth_blind", "sealed"):
        told[name] = None if told[name] is None else bytes(told[name])  # type: ignore[call-overload]
    return NotSameRow(**told)  # type: ignore[arg-type]


def _insert(tx: sa.Connection, table: str, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        target = sa.table(table, *(sa.column(name) for name in rows[0]))
        tx.execute(sa.insert(target), list(rows))
