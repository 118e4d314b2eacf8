"""SQL of what hangs on records: things made from them, exports, and the copies that messages carried."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""


class ExportRow(msgspec.Struct, frozen=True, kw_only=True):
    """An export that was made: by whom, where it went, of which records, and what became of them since."""

    id: UUID
    agency: str
    officer: str
    record_ids: list[UUID]
    place: str
    digest: str
    mark: str = ""
    made_at: datetime
    marked_at: datetime | None = None
    erase_after: datetime
    review_at: datetime


_EXPORT = ", ".join(ExportRow.__struct_fields__)


class Copies(msgspec.Struct, frozen=True):
    """Messages of ours that carry a record: those that may still leave, and those that are settled."""

    msg_id: UUID
    state: str
    key_id: UUID
    own_key: bool


def link(tx: sa.Connection, agency: str, record_id: UUID, kind: str, ref: str, at: datetime) -> None:  # noqa: PLR0913 - one row
    """Remember that a thing was made from a record."""
    tx.execute(
        _text(
            "INSERT INTO record_lineage (record_id, kind, ref, agency, made_at)"
            " VALUES (:id, :kind, :ref, :agency, :at) ON CONFLICT DO NOTHING"
        ),
        {"id": record_id, "kind": kind, "ref": ref, "agency": agency, "at": at},
    )


def linked(tx: sa.Connection, record_ids: Sequence[UUID], kind: str) -> tuple[str, ...]:
    """Return the things of one kind that were made from these records."""
    rows = tx.execute(
        _text(
            "SELECT DISTINCT ref FROM record_lineage WHERE record_id = ANY(:ids) AND kind = :kind ORDER BY 1"
        ),
        {"ids": list(record_ids), "kind": kind},
    )
    return tuple(rows.scalars())


def links(tx: sa.Connection, record_id: UUID) -> list[tuple[str, str, str]]:
    """Return everything that was made from a record: kind, id, and what became of it."""
    rows = tx.execute(
        _text(
            "SELECT kind, ref, mark FROM record_lineage WHERE record_id = :id AND kind <> 'key' ORDER BY 1, 2"
        ),
        {"id": record_id},
    )
    return [(row.kind, row.ref, row.mark) for row in rows]


def sources(tx: sa.Connection, kind: str, ref: str) -> list[UUID]:
    """Return the records from which a thing was made."""
    rows = tx.execute(
        _text("SELECT record_id FROM record_lineage WHERE kind = :kind AND ref = :ref ORDER BY 1"),
        {"kind": kind, "ref": ref},
    )
    return list(rows.scalars())


def mark(tx: sa.Connection, record_ids: Sequence[UUID], kind: str, change: str) -> None:
    """Note what a change of their records did to things."""
    tx.execute(
        _text("UPDATE record_lineage SET mark = :mark WHERE record_id = ANY(:ids) AND kind = :kind"),
        {"mark": change, "ids": list(record_ids), "kind": kind},
    )


def forget_answers(
    tx: sa.Connection, query_ids: Sequence[UUID], record_ids: Sequence[UUID]
) -> tuple[str, ...]:
    """Blank the answers to queries that these records were: ours, and those we gave; return the queries."""
    ours = tx.execute(
        _text("UPDATE exchange_query SET answer = NULL WHERE id = ANY(:ids) RETURNING id"),
        {"ids": list(query_ids)},
    )
    given = tx.execute(
        _text(
            "UPDATE exchange_incoming SET answer = NULL WHERE id IN"
            " (SELECT query_id FROM exchange_outbox WHERE msg_id = ANY(:ids) AND type = 'answer.person')"
            " RETURNING id"
        ),
        {"ids": list(record_ids)},
    )
    return tuple(str(row.id) for row in (*ours, *given))


def copies(tx: sa.Connection, msg_ids: Sequence[UUID]) -> list[Copies]:
    """Return the messages in the outbox that carry a record; `own_key`: the key seals nothing else."""
    rows = tx.execute(
        _text(
            "SELECT o.msg_id, o.state, o.key_id, k.record_group LIKE 'half/%' AND NOT EXISTS"
            " (SELECT 1 FROM exchange_outbox b WHERE b.key_id = o.key_id AND b.msg_id <> o.msg_id"
            " AND b.state IN ('queued', 'staged')) AS own"
            " FROM exchange_outbox o JOIN data_key k USING (key_id) WHERE o.msg_id = ANY(:ids)"
        ),
        {"ids": list(msg_ids)},
    )
    return [Copies(row.msg_id, row.state, row.key_id, row.own) for row in rows]


def messages_of(tx: sa.Connection, record_ids: Sequence[UUID]) -> list[UUID]:
    """Return the messages of ours that carried the content of these records."""
    rows = tx.execute(
        _text(
            "SELECT message_id FROM record_holder WHERE record_id = ANY(:ids)"
            " UNION SELECT t.msg_id FROM record_task t JOIN record_change c ON c.id = t.change_id"
            " WHERE c.record_id = ANY(:ids) AND c.kind = 'correct'"
        ),
        {"ids": list(record_ids)},
    )
    return list(rows.scalars())


def correction_keys(tx: sa.Connection, record_ids: Sequence[UUID]) -> list[UUID]:
    """Return the keys of corrections of these records: they sealed a content too."""
    rows = tx.execute(
        _text("SELECT key_id FROM record_change WHERE record_id = ANY(:ids) AND kind = 'correct'"),
        {"ids": list(record_ids)},
    )
    return list(rows.scalars())


def blank(tx: sa.Connection, msg_ids: Sequence[UUID]) -> None:
    """Forget what settled messages carried."""
    tx.execute(
        _text(
            "UPDATE exchange_outbox SET payload = NULL, envelope = NULL WHERE msg_id = ANY(:ids)"
            " AND state NOT IN ('queued', 'staged')"
        ),
        {"ids": list(msg_ids)},
    )


def withdraw(tx: sa.Connection, msg_ids: Sequence[UUID], code: str) -> None:
    """End messages that have no place in a channel yet: what they carry is gone."""
    tx.execute(
        _text(
            "UPDATE exchange_outbox SET state = 'rejected', error = :code, payload = NULL"
            " WHERE msg_id = ANY(:ids) AND state = 'queued'"
        ),
        {"ids": list(msg_ids), "code": code},
    )


def left_over(tx: sa.Connection, limit: int) -> list[UUID]:
    """Return messages that still carry a record that is gone, and are settled by now."""
    rows = tx.execute(
        _text(
            "SELECT o.msg_id FROM record_lineage l JOIN exchange_outbox o ON o.msg_id = CAST(l.ref AS uuid)"
            " WHERE l.kind = 'key' AND l.mark = '' AND o.state NOT IN ('queued', 'staged') LIMIT :limit"
        ),
        {"limit": limit},
    )
    return list(rows.scalars())


def settled(tx: sa.Connection, msg_ids: Sequence[UUID]) -> None:
    """Forget that messages had to be looked at again."""
    tx.execute(
        _text("DELETE FROM record_lineage WHERE kind = 'key' AND ref = ANY(:refs)"),
        {"refs": [str(msg_id) for msg_id in msg_ids]},
    )


def add_export(tx: sa.Connection, row: ExportRow) -> None:
    """Register an export."""
    names = ExportRow.__struct_fields__
    tx.execute(
        _text(
            f"INSERT INTO record_export ({', '.join(names)})"  # noqa: S608 - constant names
            f" VALUES ({', '.join(':' + name for name in names)})"
        ),
        msgspec.structs.asdict(row),
    )


def exports(tx: sa.Connection, record_ids: Sequence[UUID] | None = None, limit: int = 200) -> list[ExportRow]:
    """Return the exports that hold any of these records, newest first; all of them unasked."""
    rows = tx.execute(
        _text(
            f"SELECT {_EXPORT} FROM record_export WHERE (:every OR record_ids && CAST(:ids AS uuid[]))"  # noqa: S608 - constant
            " ORDER BY made_at DESC LIMIT :limit"
        ),
        {"every": record_ids is None, "ids": list(record_ids or ()), "limit": limit},
    )
    return [ExportRow(**row._mapping) for row in rows]  # noqa: SLF001 - public in SQLAlchemy


def mark_exports(tx: sa.Connection, ids: Sequence[UUID], change: str, at: datetime) -> None:
    """Note on exports what became of a record in them."""
    tx.execute(
        _text("UPDATE record_export SET mark = :mark, marked_at = :at WHERE id = ANY(:ids)"),
        {"mark": change, "at": at, "ids": list(ids)},
    )
