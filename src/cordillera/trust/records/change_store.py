"""SQL of changes: the orders, each holder's part in them, and who waits for our own proof."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.trust.records.core import Given

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A change as stored; `detail` seals the reason and the content of a correction, `signed` the order."""

    id: UUID
    record_id: UUID
    agency: str
    kind: str
    issuer: str
    received_from: str
    agreement_id: str
    version: int
    signed: str
    state: str
    effect: str = ""
    early: bool = False
    ruled_by: str
    seconded_by: str = ""
    made_at: datetime
    due_at: datetime
    applied_at: datetime | None = None
    leaf: str = ""
    derived: int = 0
    key_id: UUID
    detail: bytes
    erase_after: datetime
    review_at: datetime


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A change at one holder; `done` is what it proved, as JSON."""

    change_id: UUID
    holder: str
    record_id: UUID
    agency: str
    agreement_id: str
    msg_id: UUID
    state: str = "sent"
    complete: bool = False
    error: str = ""
    due_at: datetime
    sent_at: datetime
    done_at: datetime | None = None
    escalated_at: datetime | None = None
    done: str = ""


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A partner that waits for our proof; `told` is a digest of what it was told last."""

    change_id: UUID
    asker: str
    agency: str
    agreement_id: str
    told: str = ""
    complete: bool = False


_CHANGE = ", ".join(ChangeRow.__struct_fields__)
_TASK = ", ".join(TaskRow.__struct_fields__)
_REPORT = ", ".join(ReportRow.__struct_fields__)


def add(tx: sa.Connection, row: ChangeRow) -> bool:
    """Keep a change; False when it is known."""
    return _insert(tx, "record_change", row, "id")


def add_task(tx: sa.Connection, row: TaskRow) -> bool:
    """Keep that a holder was told; False when it was told before."""
    return _insert(tx, "record_task", row, "change_id, holder")


def add_report(tx: sa.Connection, row: ReportRow) -> bool:
    """Keep that a partner waits for our proof; False when it did already."""
    return _insert(tx, "record_report", row, "change_id, asker")


def changes(tx: sa.Connection, ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, ChangeRow]:
    """Return changes by id."""
    rows = tx.execute(
        _text(
            f"SELECT {_CHANGE} FROM record_change WHERE id = ANY(:ids)"  # noqa: S608 - constant columns
            + (" ORDER BY id FOR UPDATE" if lock else "")
        ),
        {"ids": list(ids)},
    )
    return {row.id: ChangeRow(**row._mapping) for row in rows}  # noqa: SLF001 - public in SQLAlchemy


def of_record(tx: sa.Connection, record_id: UUID) -> list[ChangeRow]:
    """Return the changes of a record, oldest first."""
    rows = tx.execute(
        _text(f"SELECT {_CHANGE} FROM record_change WHERE record_id = :id ORDER BY made_at, id"),  # noqa: S608 - constant
        {"id": record_id},
    )
    return [ChangeRow(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


def orders_of(tx: sa.Connection, record_id: UUID) -> list[Given]:
    """Return what was ordered of a record, as `core.check_keep` asks for it."""
    rows = tx.execute(
        _text(
            "SELECT kind, issuer, received_from, early, state FROM record_change WHERE record_id = :id"
            " ORDER BY made_at, id"
        ),
        {"id": record_id},
    )
    return [Given(*row) for row in rows]


def unfinished(tx: sa.Connection, limit: int) -> list[ChangeRow]:
    """Return the changes that are not carried out everywhere, the most urgent first."""
    rows = tx.execute(
        _text(
            f"SELECT {_CHANGE} FROM record_change WHERE state IN ('proposed', 'held', 'open')"  # noqa: S608 - constant
            " ORDER BY due_at, id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [ChangeRow(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a change here."""

    id: UUID
    state: str
    effect: str = ""
    leaf: str = ""
    derived: int = 0
    at: datetime | None = None
    seconded_by: str = ""


def move(tx: sa.Connection, to: Progress) -> None:
    """Write how far a change is; words left empty stay."""
    tx.execute(
        _text(
            "UPDATE record_change SET state = :state, effect = coalesce(nullif(:effect, ''), effect),"
            " leaf = coalesce(nullif(:leaf, ''), leaf), derived = greatest(derived, :derived),"
            " applied_at = coalesce(applied_at, :at),"
            " seconded_by = coalesce(nullif(:seconded_by, ''), seconded_by) WHERE id = :id"
        ),
        msgspec.structs.asdict(to),
    )


def sign(tx: sa.Connection, change_id: UUID, signed: str) -> None:
    """Put the signed order in place of the one that a second officer has now agreed to."""
    tx.execute(
        _text("UPDATE record_change SET signed = :signed WHERE id = :id"), {"id": change_id, "signed": signed}
    )


def ended_since(tx: sa.Connection, received_from: str, since: datetime) -> int:
    """Return how many records a partner ("" is this node itself) has had erased or recalled since."""
    found = tx.execute(
        _text(
            "SELECT count(DISTINCT record_id) FROM record_change WHERE received_from = :peer"
            " AND made_at > :since AND kind IN ('erase', 'recall') AND state <> 'refused'"
        ),
        {"peer": received_from, "since": since},
    )
    return int(found.scalar_one())


def tasks(tx: sa.Connection, change_ids: Sequence[UUID]) -> list[TaskRow]:
    """Return each holder's part in these changes."""
    rows = tx.execute(
        _text(f"SELECT {_TASK} FROM record_task WHERE change_id = ANY(:ids) ORDER BY change_id, holder"),  # noqa: S608 - constant
        {"ids": list(change_ids)},
    )
    return [TaskRow(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


def task_of_message(tx: sa.Connection, msg_id: UUID) -> TaskRow | None:
    """Return the task that a message of ours told a holder."""
    row = tx.execute(
        _text(f"SELECT {_TASK} FROM record_task WHERE msg_id = :id"),  # noqa: S608 - constant
        {"id": msg_id},
    ).one_or_none()
    return TaskRow(**row._mapping) if row else None  # noqa: SLF001 - public in SQLAlchemy


def save_task(tx: sa.Connection, row: TaskRow) -> None:
    """Write how far a holder is."""
    tx.execute(
        _text(
            "UPDATE record_task SET state = :state, complete = :complete, error = :error, done = :done,"
            " done_at = :done_at, msg_id = :msg_id, sent_at = :sent_at, escalated_at = :escalated_at"
            " WHERE change_id = :change_id AND holder = :holder"
        ),
        msgspec.structs.asdict(row),
    )


def unsent(tx: sa.Connection, limit: int) -> list[TaskRow]:
    """Lease the tasks whose message expired on its way: they are told again."""
    rows = tx.execute(
        _text(
            f"SELECT {_TASK} FROM record_task WHERE state = 'unsent'"  # noqa: S608 - constant columns
            " ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        {"limit": limit},
    )
    return [TaskRow(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


def late(tx: sa.Connection, now: datetime, limit: int) -> list[TaskRow]:
    """Lease the tasks whose time ran out and of which nobody was told yet."""
    rows = tx.execute(
        _text(
            f"SELECT {_TASK} FROM record_task WHERE NOT complete AND escalated_at IS NULL AND due_at < :now"  # noqa: S608 - constant columns
            " ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        {"now": now, "limit": limit},
    )
    return [TaskRow(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


def overdue_count(tx: sa.Connection, now: datetime) -> int:
    """Return how many holders have let their time pass."""
    found = tx.execute(
        _text("SELECT count(*) FROM record_task WHERE NOT complete AND due_at < :now"), {"now": now}
    )
    return int(found.scalar_one())


def reports(tx: sa.Connection, limit: int) -> list[ReportRow]:
    """Lease the reports that are not complete, of changes that were carried out here."""
    columns = ", ".join(f"r.{name}" for name in ReportRow.__struct_fields__)
    rows = tx.execute(
        _text(
            f"SELECT {columns} FROM record_report r JOIN record_change c ON c.id = r.change_id"  # noqa: S608 - constant
            " WHERE NOT r.complete AND c.leaf <> '' ORDER BY r.change_id LIMIT :limit"
            " FOR UPDATE OF r SKIP LOCKED"
        ),
        {"limit": limit},
    )
    return [ReportRow(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


def reported(tx: sa.Connection, row: ReportRow) -> None:
    """Keep what a partner was told."""
    tx.execute(
        _text(
            "UPDATE record_report SET told = :told, complete = :complete"
            " WHERE change_id = :change_id AND asker = :asker"
        ),
        msgspec.structs.asdict(row),
    )


def report_again(tx: sa.Connection, change_id: UUID, asker: str = "") -> None:
    """Ask that a proof be sent again: its message expired, or the partner asked once more."""
    tx.execute(
        _text(
            "UPDATE record_report SET told = '', complete = false WHERE change_id = :id"
            " AND (:asker = '' OR asker = :asker)"
        ),
        {"id": change_id, "asker": asker},
    )


def delete_due(tx: sa.Connection, ids: Sequence[UUID]) -> int:
    """Remove changes with their tasks and reports."""
    return tx.execute(_text("DELETE FROM record_change WHERE id = ANY(:ids)"), {"ids": list(ids)}).rowcount


def _insert(tx: sa.Connection, table: str, row: msgspec.Struct, key: str) -> bool:
    names = row.__struct_fields__
    result = tx.execute(
        _text(
            f"INSERT INTO {table} ({', '.join(names)})"  # noqa: S608 - constant names
            f" VALUES ({', '.join(':' + name for name in names)}) ON CONFLICT ({key}) DO NOTHING"
        ),
        msgspec.structs.asdict(row),
        execution_options={"preserve_rowcount": True},
    )
    return result.rowcount == 1
