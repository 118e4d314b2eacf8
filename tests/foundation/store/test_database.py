"""Roles and scopes in a real database."""

from contextlib import ExitStack

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, ProgrammingError

from cordillera.foundation.store.database import DatabaseUrls, Scope, Store, StoreUnavailable, migrate


def test_the_application_makes_no_tables(store: Store) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        store.transaction(Scope.node("test")) as tx,
    ):
        tx.execute(sa.text("CREATE TABLE intruder (x int)"))


def test_the_auditor_reads_no_data_keys(store: Store) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), store.auditor_transaction() as tx:
        tx.execute(sa.text("SELECT * FROM data_key"))


def test_an_error_in_the_block_keeps_nothing(store: Store) -> None:
    class Stop(Exception):
        pass

    insert = sa.text(
        "INSERT INTO data_key (key_id, record_group, kek, wrapped, created_at, erase_after)"
        " VALUES (gen_random_uuid(), 'g', 'k', '', now(), now())"
    )

    def insert_then_stop() -> None:
        with store.transaction(Scope.node("test")) as tx:
            tx.execute(insert)
            raise Stop

    with pytest.raises(Stop):
        insert_then_stop()
    with store.transaction(Scope.node("test")) as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM data_key")).scalar_one() == 0


def test_the_scope_is_gone_with_its_transaction(store: Store) -> None:
    with store.transaction(Scope("EC-PN", "border", "officer")) as tx:
        assert tx.execute(sa.text("SELECT current_setting('cord.agency')")).scalar_one() == "EC-PN"
    with store._app.begin() as tx:
        assert tx.execute(sa.text("SELECT current_setting('cord.agency', true)")).scalar_one() in {None, ""}


def test_migrating_twice_changes_nothing(database_urls: DatabaseUrls) -> None:
    migrate(database_urls.owner)


def test_waiting_in_vain_for_a_connection_is_unavailability_and_no_fault(store: Store) -> None:
    """Many requests at once: the last is told to come again (503), not that something is broken (500)."""
    store._app.pool._timeout = 0.05

    def take_all() -> None:
        with ExitStack() as held:
            while True:
                held.enter_context(store.transaction(Scope.node("test")))

    with pytest.raises(StoreUnavailable):
        take_all()


def test_an_error_does_not_tell_what_a_statement_carried(store: Store) -> None:
    with pytest.raises(DBAPIError) as failed, store.transaction(Scope.node("test")) as tx:
        tx.execute(sa.text("SELECT CAST(:name AS integer)"), {"name": "QUISPE, Rosa"})
    assert "parameters: " not in str(failed.value)
    assert "hidden" in str(failed.value)


def test_a_database_that_does_not_answer_is_a_typed_error() -> None:
    url = "postgresql://nobody:x@/none?host=/nonexistent"
    store = Store(DatabaseUrls(url, url, url))
    with pytest.raises(StoreUnavailable), store.transaction(Scope.node("test")):
        pass
