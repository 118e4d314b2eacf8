"""Statements past SQLAlchemy's machinery: rows as columns, one packet, and errors that undo."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store, savepoint
from cordillera.foundation.store.swift import Bulk, Statement, spread, texts, uuids

_SCOPE = Scope.node("test")
_DUE = datetime(2030, 1, 1, 12, 30, 15, 250_001, tzinfo=UTC)
_INSERT = Bulk(
    "INSERT INTO data_key (key_id, record_group, kek, wrapped, created_at, erase_after, destroyed_at)"
    " SELECT id, :group, kek, wrapped, due, due, CASE WHEN wrapped IS NULL THEN due END FROM {rows}",
    {"id": "uuid", "kek": "text", "wrapped": "bytea", "due": "timestamptz"},
)
_READ = Statement("SELECT key_id, kek, wrapped, erase_after FROM data_key WHERE key_id = ANY(:ids)")
_COUNT = Statement("SELECT count(*) FROM data_key WHERE record_group = :group")
_KINDS = Bulk(
    "SELECT number, yes, string_to_array(codes, chr(31)) FROM {rows} ORDER BY number",
    {"number": "bigint", "yes": "boolean", "codes": "text"},
)

Row = tuple[UUID, str, bytes | None, datetime]


def _rows(count: int) -> list[Row]:
    return [(uuid7(), f"ñ{n}", None if n % 3 == 2 else bytes([n, 0, 255]), _DUE) for n in range(count)]


def _kept(store: Store, group: str) -> int:
    with store.transaction(_SCOPE) as tx:
        ((count,),) = _COUNT.rows(tx, {"group": group})
    return int(count)


@pytest.mark.parametrize("gathered", [False, True])
@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_rows_come_back_as_they_were_written(store: Store, count: int, *, gathered: bool) -> None:
    rows = _rows(count)
    with store.transaction(_SCOPE, gathered=gathered) as tx:
        _INSERT.send(tx, rows, {"group": "a"})
        found = _READ.rows(tx, {"ids": uuids([row[0] for row in rows])})
    assert sorted(found) == sorted(rows)


@pytest.mark.parametrize("gathered", [False, True])
def test_what_went_ahead_is_answered_once_and_only_for_its_own_values(
    store: Store, *, gathered: bool
) -> None:
    with store.transaction(_SCOPE, gathered=gathered) as tx:
        _COUNT.ahead(tx, {"group": "ahead"})
        assert _COUNT.rows(tx, {"group": "ahead"}) == [(0,)]
        _INSERT.send(tx, _rows(3), {"group": "ahead"})
        assert _COUNT.rows(tx, {"group": "ahead"}) == [(3,)]
        _COUNT.ahead(tx, {"group": "none"})
        assert _COUNT.rows(tx, {"group": "ahead"}) == [(3,)]


def test_a_column_that_went_ahead_is_asked_for_by_its_values(store: Store) -> None:
    rows = _rows(2)
    ids = [row[0] for row in rows]
    with store.transaction(_SCOPE, gathered=True) as tx:
        _INSERT.send(tx, rows, {"group": "column"})
        _READ.ahead(tx, {"ids": uuids(ids)})
        assert not _READ.went_ahead(tx, {"ids": uuids(ids[:1])})
        assert _READ.went_ahead(tx, {"ids": uuids(ids)})
        assert len(_READ.rows(tx, {"ids": uuids(ids)})) == 2
        assert not _READ.went_ahead(tx, {"ids": uuids(ids)})


def test_what_went_ahead_of_an_undone_part_is_asked_again(store: Store) -> None:
    with store.transaction(_SCOPE, gathered=True) as tx:
        with pytest.raises(IntegrityError):
            _insert_twice(tx)
        assert _COUNT.rows(tx, {"group": "undone"}) == [(0,)]


def _insert_twice(tx: sa.Connection) -> None:
    (row,) = _rows(1)
    with savepoint(tx):
        _INSERT.send(tx, [row], {"group": "undone"})
        _COUNT.ahead(tx, {"group": "undone"})
        _INSERT.send(tx, [row], {"group": "undone"})


def test_every_kind_of_column_and_lists_of_codes_arrive(store: Store) -> None:
    rows = [(1, True, spread(["a", "b c"])), (2**40, False, spread([]))]
    with store.transaction(_SCOPE, gathered=True) as tx:
        many = _KINDS._many.rows(tx, dict(zip(("number", "yes", "codes"), _columns(rows), strict=True)))
        one = Statement("SELECT :names").row(tx, {"names": texts(["x", None, "ñ"])})  # type: ignore[list-item]
    assert many == [(1, True, ["a", "b c"]), (2**40, False, [])]
    assert one == (["x", None, "ñ"],)


def _columns(rows: list[tuple[object, ...]]) -> list[object]:
    return [
        array(values) for array, values in zip(_KINDS._columns.values(), zip(*rows, strict=True), strict=True)
    ]


def test_an_error_of_a_bulk_undoes_its_savepoint_and_what_follows_still_works(store: Store) -> None:
    twice, good = _rows(1)[0], _rows(3)
    with store.transaction(_SCOPE, gathered=True) as tx:
        for _ in range(8):
            with pytest.raises(IntegrityError), savepoint(tx):
                _INSERT.send(tx, [twice, twice], {"group": "b"})
            with savepoint(tx):
                assert _COUNT.row(tx, {"group": "b"}) == (0,)
        _INSERT.send(tx, good, {"group": "b"})
    assert _kept(store, "b") == 3


def test_after_a_transaction_that_failed_the_same_statements_are_prepared_again(store: Store) -> None:
    def fail() -> None:
        row = _rows(1)[0]
        with store.transaction(_SCOPE, gathered=True) as tx:
            _INSERT.send(tx, [row, row], {"group": "c"})
            _COUNT.rows(tx, {"group": "c"})

    for _ in range(4):
        with pytest.raises(IntegrityError):
            fail()
        with store.transaction(_SCOPE, gathered=True) as tx:
            _INSERT.send(tx, _rows(2), {"group": "c"})
            assert _COUNT.row(tx, {"group": "c"}) is not None
    assert _kept(store, "c") == 8


def test_text_with_a_nul_is_refused_like_any_bad_value(store: Store) -> None:
    from sqlalchemy.exc import DataError

    def insert() -> None:
        with store.transaction(_SCOPE, gathered=True) as tx:
            _INSERT.send(tx, [(uuid7(), "a\0b", b"", _DUE), (uuid7(), "c", b"", _DUE)], {"group": "d"})

    with pytest.raises(DataError):
        insert()
    assert _kept(store, "d") == 0
