"""SQL of the queries asked and answered, and of what people concluded about candidates."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.database import deferred

_text = lru_cache(maxsize=None)(sa.text)
"""A statement, prepared once."""
_write = lru_cache(maxsize=None)(deferred)
"""A statement without a result, prepared once."""

_QUERY = (
    "id, agency, peer, subject_ref, agreement_id, agreement_hash, officer_id, purpose, state, outcome,"
    " asked_at, answered_at, key_id, asked, answer, articles, error, erase_after, review_at"
)
_INCOMING = (
    "id, agency, peer, agreement_id, agreement_hash, state, outcome, received_at, answer_due, answered_at,"
    " query_key, query, commitment, erased_at, record_key, legal, answer, articles, erase_after, review_at"
)


class QueryRow(msgspec.Struct, frozen=True):
    """A query of ours; `asked` and `answer` are sealed."""

    id: UUID
    agency: str
    peer: str
    subject_ref: str
    agreement_id: str
    agreement_hash: str
    officer_id: str
    purpose: str
    state: str
    outcome: str
    asked_at: datetime
    answered_at: datetime | None
    key_id: UUID
    asked: bytes
    answer: bytes | None
    articles: list[str]
    error: str
    erase_after: datetime
    review_at: datetime


class IncomingRow(msgspec.Struct, frozen=True):
    """A partner's query; `query` is sealed under a key of its own, the rest under the record key."""

    id: UUID
    agency: str
    peer: str
    agreement_id: str
    agreement_hash: str
    state: str
    outcome: str
    received_at: datetime
    answer_due: datetime
    answered_at: datetime | None
    query_key: UUID | None
    query: bytes | None
    commitment: str
    erased_at: datetime | None
    record_key: UUID
    legal: bytes
    answer: bytes | None
    articles: list[str]
    erase_after: datetime
    review_at: datetime


class VerdictRow(msgspec.Struct, frozen=True):
    """What a person concluded; the sealed reason is there on the side that judged."""

    query_id: UUID
    reference: str
    agency: str
    confirmed: bool
    officer: str
    judged_at: datetime
    key_id: UUID | None
    reason: bytes | None
    erase_after: datetime
    review_at: datetime


class StepRow(msgspec.Struct, frozen=True):
    """A message of a query in the outbox."""

    query_id: UUID
    msg_id: UUID
    type: str
    state: str
    created_at: datetime
    receipt_at: datetime | None
    attempts: int
    error: str
    receipt: str | None
    channel_seq: int | None


def insert_query(tx: sa.Connection, row: QueryRow) -> None:
    """Keep a query that was asked."""
    _insert(tx, "exchange_query", [msgspec.structs.asdict(row)], QueryRow.__struct_fields__)


def queries(tx: sa.Connection, ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, QueryRow]:
    """Return queries by id, as far as the scope sees them."""
    rows = tx.execute(
        _text(
            f"SELECT {_QUERY} FROM exchange_query WHERE id = ANY(:ids)"  # noqa: S608 - constant columns
            + (" ORDER BY id FOR UPDATE" if lock else "")
        ),
        {"ids": list(ids)},
    )
    return {row.id: QueryRow(*row) for row in rows}


def queries_about(tx: sa.Connection, subject_ref: str) -> list[QueryRow]:
    """Return the queries about one subject, newest first."""
    rows = tx.execute(
        _text(
            f"SELECT {_QUERY} FROM exchange_query WHERE subject_ref = :ref"  # noqa: S608 - constant columns
            " ORDER BY asked_at DESC, id DESC"
        ),
        {"ref": subject_ref},
    )
    return [QueryRow(*row) for row in rows]


def newest_queries(tx: sa.Connection, limit: int) -> list[QueryRow]:
    """Return the newest queries."""
    rows = tx.execute(
        _text(f"SELECT {_QUERY} FROM exchange_query ORDER BY asked_at DESC, id DESC LIMIT :limit"),  # noqa: S608
        {"limit": limit},
    )
    return [QueryRow(*row) for row in rows]


def answer_queries(tx: sa.Connection, rows: Sequence[dict[str, object]]) -> None:
    """Keep answers: id, state, outcome, answer (sealed), articles, at."""
    if rows:
        tx.execute(
            _write(
                "UPDATE exchange_query SET state = :state, outcome = :outcome, answer = :answer,"
                " answered_at = :at WHERE id = :id"
            ),
            list(rows),
        )


def close_query(tx: sa.Connection, query_id: UUID, state: str, error: str, articles: Sequence[str]) -> bool:
    """End a waiting query without an answer; the articles that refused it are kept. False if it had ended."""
    result = tx.execute(
        _text(
            "UPDATE exchange_query SET state = :state, error = :error,"
            " articles = CASE WHEN :some THEN CAST(:articles AS text[]) ELSE articles END"
            " WHERE id = :id AND state = 'waiting'"
        ),
        {
            "id": query_id,
            "state": state,
            "error": error,
            "articles": list(articles),
            "some": bool(articles),
        },
    )
    return result.rowcount == 1


def insert_incoming(tx: sa.Connection, rows: Sequence[IncomingRow]) -> None:
    """Keep partners' queries."""
    _insert(
        tx, "exchange_incoming", [msgspec.structs.asdict(row) for row in rows], IncomingRow.__struct_fields__
    )


def due_incoming(tx: sa.Connection, now: datetime, limit: int) -> list[IncomingRow]:
    """Lease the queries whose answer is due, oldest first."""
    rows = tx.execute(
        _text(
            f"SELECT {_INCOMING} FROM exchange_incoming"  # noqa: S608 - constant columns
            " WHERE state = 'received' AND answer_due <= :now"
            " ORDER BY answer_due, id LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        {"now": now, "limit": limit},
    )
    return [IncomingRow(*row) for row in rows]


def postpone_answer(tx: sa.Connection, query_id: UUID, until: datetime) -> None:
    """Try an answer again later."""
    tx.execute(
        _write("UPDATE exchange_incoming SET answer_due = :until WHERE id = :id"),
        {"id": query_id, "until": until},
    )


def finish_incoming(tx: sa.Connection, rows: Sequence[dict[str, object]]) -> None:
    """Keep answers given, and forget who was asked about: id, state, outcome, answer, articles, at."""
    if rows:
        tx.execute(
            _write(
                "UPDATE exchange_incoming SET state = :state, outcome = :outcome, answer = :answer,"
                " articles = :articles, answered_at = :at, query = NULL, erased_at = :at WHERE id = :id"
            ),
            list(rows),
        )


def incoming(tx: sa.Connection, ids: Sequence[UUID]) -> dict[UUID, IncomingRow]:
    """Return partners' queries by id."""
    rows = tx.execute(
        _text(f"SELECT {_INCOMING} FROM exchange_incoming WHERE id = ANY(:ids)"),  # noqa: S608 - constant
        {"ids": list(ids)},
    )
    return {row.id: IncomingRow(*row) for row in rows}


def newest_incoming(tx: sa.Connection, limit: int) -> list[IncomingRow]:
    """Return the newest queries of partners."""
    rows = tx.execute(
        _text(
            f"SELECT {_INCOMING} FROM exchange_incoming"  # noqa: S608 - constant columns
            " ORDER BY received_at DESC, id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [IncomingRow(*row) for row in rows]


def add_verdict(tx: sa.Connection, row: VerdictRow) -> bool:
    """Keep a person's conclusion; False when the candidate was judged before."""
    names = VerdictRow.__struct_fields__
    result = tx.execute(
        _text(
            f"INSERT INTO exchange_verdict ({', '.join(names)})"  # noqa: S608 - constant columns
            f" VALUES ({', '.join(':' + name for name in names)}) ON CONFLICT DO NOTHING"
        ),
        msgspec.structs.asdict(row),
    )
    return result.rowcount == 1


def verdicts(tx: sa.Connection, query_ids: Sequence[UUID]) -> list[VerdictRow]:
    """Return the conclusions about the candidates of these queries."""
    rows = tx.execute(
        _text(
            "SELECT query_id, reference, agency, confirmed, officer, judged_at, key_id, reason, erase_after,"
            " review_at FROM exchange_verdict WHERE query_id = ANY(:ids) ORDER BY judged_at"
        ),
        {"ids": list(query_ids)},
    )
    return [VerdictRow(*row) for row in rows]


def steps(tx: sa.Connection, query_ids: Sequence[UUID]) -> list[StepRow]:
    """Return the messages of these queries in the order they were made."""
    rows = tx.execute(
        _text(
            "SELECT query_id, msg_id, type, state, created_at, receipt_at, attempts, error, receipt,"
            " channel_seq FROM exchange_outbox WHERE query_id = ANY(:ids) ORDER BY ord"
        ),
        {"ids": list(query_ids)},
    )
    return [StepRow(*row) for row in rows]


class RecordDay(msgspec.Struct, frozen=True):
    """What shares one record key: a day of one partner's queries under one agreement."""

    agency: str
    peer: str
    agreement_id: str
    day: date


def record_key(tx: sa.Connection, of: RecordDay) -> UUID | None:
    """Return the key under which a day's records are sealed."""
    found = tx.execute(
        _text(
            "SELECT key_id FROM exchange_record_key WHERE agency = :agency AND peer = :peer"
            " AND agreement_id = :agreement_id AND day = :day"
        ),
        msgspec.structs.asdict(of),
    )
    return found.scalar_one_or_none()


def keep_record_key(tx: sa.Connection, of: RecordDay, key_id: UUID) -> bool:
    """Make a key the day's; False when another transaction was first."""
    result = tx.execute(
        _text(
            "INSERT INTO exchange_record_key (agency, peer, agreement_id, day, key_id)"
            " VALUES (:agency, :peer, :agreement_id, :day, :key) ON CONFLICT DO NOTHING"
        ),
        msgspec.structs.asdict(of) | {"key": key_id},
    )
    return result.rowcount == 1


def _insert(tx: sa.Connection, table: str, rows: list[dict[str, object]], names: Sequence[str]) -> None:
    if rows:
        tx.execute(
            _write(
                f"INSERT INTO {table} ({', '.join(names)})"  # noqa: S608 - constant names
                f" VALUES ({', '.join(':' + name for name in names)})"
            ),
            rows if len(rows) > 1 else rows[0],
        )
