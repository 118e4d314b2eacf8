"""SQL of the queries asked and answered, and of what people concluded about candidates."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.database import deferred
from cordillera.foundation.store.sealing import KEY_COLUMNS, KeyRow
from cordillera.foundation.store.swift import Bulk, Statement, spread, uuids

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


_QUERY_KINDS = {
    "id": "uuid",
    "agency": "text",
    "peer": "text",
    "subject_ref": "text",
    "agreement_id": "text",
    "agreement_hash": "text",
    "officer_id": "text",
    "purpose": "text",
    "state": "text",
    "outcome": "text",
    "asked_at": "timestamptz",
    "answered_at": "timestamptz",
    "key_id": "uuid",
    "asked": "bytea",
    "answer": "bytea",
    "articles": "text",
    "error": "text",
    "erase_after": "timestamptz",
    "review_at": "timestamptz",
}
_INCOMING_KINDS = {
    "id": "uuid",
    "agency": "text",
    "peer": "text",
    "agreement_id": "text",
    "agreement_hash": "text",
    "state": "text",
    "outcome": "text",
    "received_at": "timestamptz",
    "answer_due": "timestamptz",
    "answered_at": "timestamptz",
    "query_key": "uuid",
    "query": "bytea",
    "commitment": "text",
    "erased_at": "timestamptz",
    "record_key": "uuid",
    "legal": "bytea",
    "answer": "bytea",
    "articles": "text",
    "erase_after": "timestamptz",
    "review_at": "timestamptz",
}
_LISTED = {"articles": "string_to_array(articles, chr(31))"}


def _insert_into(table: str, kinds: dict[str, str]) -> Bulk:
    values = ", ".join(_LISTED.get(name, name) for name in kinds)
    return Bulk(f"INSERT INTO {table} ({', '.join(kinds)}) SELECT {values} FROM {{rows}}", kinds)  # noqa: S608


_INSERT_QUERY = _insert_into("exchange_query", _QUERY_KINDS)
_INSERT_INCOMING = _insert_into("exchange_incoming", _INCOMING_KINDS)
_QUERIES = f"SELECT {_QUERY} FROM exchange_query WHERE id = ANY(:ids)"  # noqa: S608 - constant columns
_READ_QUERIES = Statement(_QUERIES)
_LOCK_QUERIES = Statement(f"{_QUERIES} ORDER BY id FOR UPDATE")
_KEYS_OF_QUERIES = Statement(
    f"SELECT {KEY_COLUMNS} FROM data_key WHERE wrapped IS NOT NULL"  # noqa: S608 - constant
    " AND key_id IN (SELECT key_id FROM exchange_query WHERE id = ANY(:ids))"
)
_ANSWER_QUERIES = Bulk(
    "UPDATE exchange_query SET state = rows.ended, outcome = rows.word, answer = rows.sealed,"
    " answered_at = rows.at FROM {rows} WHERE exchange_query.id = rows.query",
    {"query": "uuid", "ended": "text", "word": "text", "sealed": "bytea", "at": "timestamptz"},
)
_DUE_INCOMING = Statement(
    f"SELECT {_INCOMING} FROM exchange_incoming"  # noqa: S608 - constant columns
    " WHERE state = 'received' AND answer_due <= :now"
    " ORDER BY answer_due, id LIMIT :limit FOR UPDATE SKIP LOCKED"
)
_FINISH_INCOMING = Bulk(
    "UPDATE exchange_incoming SET state = rows.ended, outcome = rows.word, answer = rows.sealed,"
    " articles = string_to_array(rows.cited, chr(31)), answered_at = rows.at, query = NULL,"
    " erased_at = rows.at FROM {rows} WHERE exchange_incoming.id = rows.query_id",
    {
        "query_id": "uuid",
        "ended": "text",
        "word": "text",
        "sealed": "bytea",
        "cited": "text",
        "at": "timestamptz",
    },
)
_RECORD_KEY = Statement(
    f"SELECT {KEY_COLUMNS} FROM exchange_record_key JOIN data_key USING (key_id)"  # noqa: S608 - constant
    " WHERE agency = :agency AND peer = :peer AND agreement_id = :agreement_id AND day = :day"
)


def insert_queries(tx: sa.Connection, rows: Sequence[QueryRow]) -> None:
    """Keep queries that were asked."""
    _INSERT_QUERY.send(tx, [_flat(row) for row in rows])


def _flat(row: QueryRow | IncomingRow) -> tuple[object, ...]:
    return msgspec.structs.astuple(msgspec.structs.replace(row, articles=spread(row.articles)))


def queries(tx: sa.Connection, ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, QueryRow]:
    """Return queries by id, as far as the scope sees them."""
    rows = (_LOCK_QUERIES if lock else _READ_QUERIES).rows(tx, {"ids": uuids(ids)}) if ids else []
    return {row[0]: QueryRow(*row) for row in rows}


def answered_ahead(tx: sa.Connection, ids: Sequence[UUID]) -> None:
    """Have `queries` with their lock, and then `keys_of_queries`, answered with the next answer."""
    _LOCK_QUERIES.ahead(tx, {"ids": uuids(ids)})
    _KEYS_OF_QUERIES.ahead(tx, {"ids": uuids(ids)})


def keys_of_queries(tx: sa.Connection, ids: Sequence[UUID]) -> list[KeyRow]:
    """Return the living keys of queries, as they are stored."""
    return [KeyRow(*row) for row in _KEYS_OF_QUERIES.rows(tx, {"ids": uuids(ids)})] if ids else []


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


def answer_queries(tx: sa.Connection, rows: Sequence[tuple[UUID, str, str, bytes, datetime]]) -> None:
    """Keep answers: id, state, outcome, answer (sealed), when."""
    _ANSWER_QUERIES.send(tx, rows)


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
    _INSERT_INCOMING.send(tx, [_flat(row) for row in rows])


def due_incoming(tx: sa.Connection, now: datetime, limit: int) -> list[IncomingRow]:
    """Lease the queries whose answer is due, oldest first."""
    return [IncomingRow(*row) for row in _DUE_INCOMING.rows(tx, {"now": now, "limit": limit})]


def postpone_answer(tx: sa.Connection, query_id: UUID, until: datetime) -> None:
    """Try an answer again later."""
    tx.execute(
        _write("UPDATE exchange_incoming SET answer_due = :until WHERE id = :id"),
        {"id": query_id, "until": until},
    )


def finish_incoming(
    tx: sa.Connection, rows: Sequence[tuple[UUID, str, str, bytes, tuple[str, ...], datetime]]
) -> None:
    """Keep answers given, and forget who was asked about: id, state, outcome, answer, articles, when."""
    _FINISH_INCOMING.send(tx, [(*row[:4], spread(row[4]), row[5]) for row in rows])


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


def record_key_ahead(tx: sa.Connection, of: RecordDay) -> None:
    """Have `record_key` answered with the next answer."""
    _RECORD_KEY.ahead(tx, msgspec.structs.asdict(of))


def record_key(tx: sa.Connection, of: RecordDay) -> KeyRow | None:
    """Return the key under which a day's records are sealed, as it is stored."""
    found = _RECORD_KEY.row(tx, msgspec.structs.asdict(of))
    return None if found is None else KeyRow(*found)


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
