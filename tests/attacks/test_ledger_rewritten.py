"""Someone with the application's database role tries to change what was recorded."""

import pytest
import sqlalchemy as sa

from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger, Sequencer

NODE = Scope.node("attack")
LEAF = "'\\x00'::bytea, decode(repeat('00', 32), 'hex')"
WRITES = [
    f"INSERT INTO ledger_leaf VALUES (9, gen_random_uuid(), '', {LEAF})",
    "UPDATE ledger_leaf SET leaf = '\\x00'::bytea",
    "DELETE FROM ledger_leaf",
    "TRUNCATE ledger_leaf",
    "INSERT INTO ledger_tile SELECT 0, 9, hashes, root, middle FROM ledger_tile",
    "UPDATE ledger_tile SET hashes = hashes",
    "DELETE FROM ledger_tile",
    "INSERT INTO ledger_checkpoint VALUES (99, '\\x00'::bytea)",
    "UPDATE ledger_checkpoint SET size = size + 1",
    "DELETE FROM ledger_checkpoint",
    "UPDATE ledger_queue SET queued_at = now()",
    "DELETE FROM ledger_queue",
    "TRUNCATE ledger_queue",
    "UPDATE ledger_detail SET kind = 'login'",
    "DELETE FROM ledger_detail",
    "UPDATE ledger_month SET month = '2000-01'",
    "DELETE FROM ledger_month",
    "SELECT ledger_close_tile(0, 9)",
    "SELECT ledger_halved('\\x00'::bytea, 1)",
    "ALTER TABLE ledger_leaf DISABLE TRIGGER ALL",
    "ALTER FUNCTION ledger_sequence(integer) RESET ALL",
    "DROP TABLE ledger_leaf",
    "SET session_replication_role = replica",
]


@pytest.fixture
def recorded(store, keyring, clock):
    ledger = Ledger(keyring, clock, "cordillera/ec")
    with store.transaction(NODE) as tx:
        for _ in range(257):
            ledger.record(tx, Event(kind=LeafKind.DECISION, actor="node", agency="node"))
    Sequencer(store, ledger).catch_up()
    with store.transaction(NODE) as tx:
        ledger.record(tx, Event(kind=LeafKind.DECISION, actor="node", agency="node"))
    return ledger


@pytest.mark.usefixtures("recorded")
def test_the_application_role_is_refused_every_write_but_the_queue(store):
    allowed = []
    for statement in WRITES:
        try:
            with store.transaction(NODE) as tx:
                tx.execute(sa.text(statement))
        except sa.exc.ProgrammingError as refused:
            assert refused.orig.sqlstate == "42501"  # noqa: PT017 - every statement is looked at
            continue
        allowed.append(statement)
    assert not allowed


@pytest.mark.usefixtures("recorded")
def test_the_auditor_reads_the_ledger_and_writes_nothing(store):
    with store.auditor_transaction() as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM ledger_leaf")).scalar_one() == 257
    for statement in (
        *WRITES,
        "SELECT ledger_sequence(1)",
        "SELECT ledger_erase_details('')",
        "SELECT * FROM ledger_detail",
        "TABLE data_key",
    ):
        with pytest.raises(sa.exc.ProgrammingError), store.auditor_transaction() as tx:
            tx.execute(sa.text(statement))


@pytest.mark.usefixtures("recorded")
def test_even_the_owner_is_stopped_unless_the_guard_is_taken_off_first(database_urls):
    engine = sa.create_engine(sa.make_url(database_urls.owner).set(drivername="postgresql+psycopg"))
    tables = ("ledger_leaf", "ledger_tile", "ledger_checkpoint")
    for statement in (f"{verb} {table}" for table in tables for verb in ("DELETE FROM", "TRUNCATE")):
        with pytest.raises(sa.exc.ProgrammingError, match="only grows"), engine.begin() as connection:
            connection.execute(sa.text(statement))
    engine.dispose()


@pytest.mark.usefixtures("recorded")
def test_a_leaf_in_the_queue_cannot_be_replaced_under_the_same_entry(store):
    with pytest.raises(sa.exc.IntegrityError), store.transaction(NODE) as tx:
        tx.execute(
            sa.text(
                "INSERT INTO ledger_queue (entry_id, message_id, leaf, queued_at)"
                " SELECT entry_id, '', leaf, now() FROM ledger_queue"
            )
        )


def test_a_checkpoint_for_leaves_that_do_not_exist_is_refused(store, recorded):
    with pytest.raises(sa.exc.IntegrityError, match="ahead of the tree"), store.transaction(NODE) as tx:
        tx.execute(sa.text("SELECT ledger_keep_checkpoint(9999, '\\x00'::bytea)"))
    with store.auditor_transaction() as tx:
        assert recorded.checkpoint(tx).size == 257
