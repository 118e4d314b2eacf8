"""Calls between the processes of a node."""

import pytest
import sqlalchemy as sa

from cordillera.foundation.store.calls import call, listening
from cordillera.foundation.store.database import Scope, Store, StoreUnavailable

NODE = Scope.node("test")


def test_a_call_is_heard_once_when_its_transaction_has_committed(store: Store) -> None:
    with listening(store, "test_calls") as hear:
        with store.transaction(NODE, gathered=True) as tx:
            call(tx, "test_calls", "first")
            call(tx, "test_calls", "first")
            assert hear(0.05) == []
        assert hear(5.0) == ["first"]
        assert hear(0.05) == []


def test_a_call_that_was_rolled_back_or_is_for_others_is_not_heard(store: Store) -> None:
    with listening(store, "test_calls") as hear:
        with store.transaction(NODE) as tx:
            call(tx, "test_calls", "never")
            tx.rollback()
        with store.transaction(NODE) as tx:
            call(tx, "test_calls_elsewhere", "others")
        assert hear(0.2) == []


def listen_and_be_cut(store: Store) -> None:
    listens = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%_cut%'"
    with listening(store, "test_calls_cut") as hear:
        with store.transaction(NODE) as tx:
            assert tx.execute(sa.text(listens)).scalar_one()
        hear(5.0)


def test_a_line_that_the_server_cut_is_a_typed_error(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        listen_and_be_cut(store)
