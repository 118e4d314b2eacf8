"""Gathered statements and pooled connections, on a real database."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError

from cordillera.foundation.store.database import Scope, Store, StoreUnavailable, deferred, savepoint

_SCOPE = Scope("EC-PN", "border", "officer")
_KEY = (
    "INSERT INTO data_key (key_id, record_group, kek, wrapped, created_at, erase_after)"
    " VALUES (:id, 'g', 'k', '', now(), now())"
)
_ID = "01900000-0000-7000-8000-000000000001"
_OTHER = "01900000-0000-7000-8000-000000000002"
_INSERT = deferred(_KEY)
_COUNT = sa.text("SELECT count(*) FROM data_key")


def test_a_gathered_transaction_has_its_scope_and_keeps_what_was_deferred(store: Store) -> None:
    with store.transaction(_SCOPE, gathered=True) as tx:
        tx.execute(_INSERT, {"id": _ID})
        assert tx.execute(sa.text("SELECT current_setting('cord.agency')")).scalar_one() == "EC-PN"
        assert tx.execute(_COUNT).scalar_one() == 1
        tx.execute(_INSERT, [{"id": _OTHER}, {"id": "01900000-0000-7000-8000-000000000003"}])
    assert _count(store) == 3


def test_deferred_statements_alone_are_kept_by_the_commit(store: Store) -> None:
    with store.transaction(_SCOPE, gathered=True) as tx:
        tx.execute(_INSERT, {"id": _ID})
    assert _count(store) == 1


def test_a_deferred_error_comes_at_the_latest_with_the_commit_and_keeps_nothing(store: Store) -> None:
    def twice() -> None:
        with store.transaction(_SCOPE, gathered=True) as tx:
            tx.execute(_INSERT, {"id": _ID})
            tx.execute(_INSERT, {"id": _ID})

    for _ in range(8):  # also once the statement is prepared
        with pytest.raises(IntegrityError):
            twice()
    assert _count(store) == 0


def test_a_deferred_error_comes_before_its_savepoint_ends_and_undoes_only_that(store: Store) -> None:
    with store.transaction(_SCOPE, gathered=True) as tx:
        tx.execute(_INSERT, {"id": _ID})
        for _ in range(8):
            with pytest.raises(IntegrityError), savepoint(tx):
                _insert_three(tx)
        with savepoint(tx):
            tx.execute(_INSERT, {"id": _OTHER})
    assert _count(store) == 2


def test_errors_of_a_late_savepoint_come_with_the_commit_at_the_latest_and_keep_nothing(store: Store) -> None:
    with store.transaction(_SCOPE) as tx:
        tx.execute(_INSERT, {"id": _ID})

    def three() -> None:
        with store.transaction(_SCOPE, gathered=True) as tx, savepoint(tx, late=True):
            _insert_three(tx)

    for _ in range(8):
        with pytest.raises(IntegrityError):
            three()
    assert _count(store) == 1


def test_a_deferred_error_is_not_lost_when_a_later_statement_meets_it(store: Store) -> None:
    def insert_and_count() -> None:
        with store.transaction(_SCOPE, gathered=True) as tx:
            tx.execute(_INSERT, [{"id": _ID}, {"id": _ID}])
            tx.execute(_COUNT)

    with pytest.raises(IntegrityError):
        insert_and_count()
    assert _count(store) == 0


def test_a_gathered_block_that_fails_keeps_nothing_and_gives_back_a_sound_connection(store: Store) -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        with store.transaction(_SCOPE, gathered=True) as tx:
            tx.execute(_INSERT, {"id": _ID})
            raise Stop

    with pytest.raises(Stop):
        stop()
    with pytest.raises(ProgrammingError), store.transaction(_SCOPE, gathered=True) as tx:
        tx.execute(sa.text("SELECT nothing"))
    assert _count(store) == 0


def test_a_pooled_connection_that_the_server_ended_is_replaced_unseen(store: Store) -> None:
    with store.transaction(_SCOPE), store.transaction(_SCOPE), store.transaction(_SCOPE) as tx:
        tx.execute(_COUNT)
    with store.transaction(_SCOPE) as tx:
        ended = tx.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            )
        )
        assert len(ended.all()) == 2
    for gathered in (False, True, False):
        with store.transaction(_SCOPE, gathered=gathered) as tx:
            assert tx.execute(_COUNT).scalar_one() == 0


def test_a_gathered_transaction_whose_server_goes_away_is_a_typed_error(store: Store) -> None:
    def lose_the_server() -> None:
        with store.transaction(_SCOPE, gathered=True) as tx:
            tx.execute(_INSERT, {"id": _ID})
            tx.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreUnavailable):
        lose_the_server()
    assert _count(store) == 0


def _insert_three(tx: sa.Connection) -> None:
    """Insert a new row, one that is there (`_ID`), and another new one."""
    for one in (_OTHER, _ID, "01900000-0000-7000-8000-000000000003"):
        tx.execute(_INSERT, {"id": one})


def _count(store: Store) -> int:
    with store.transaction(_SCOPE) as tx:
        return int(tx.execute(_COUNT).scalar_one())
