"""The query of a partner is erased with its answer; all the rest when it falls due."""

from datetime import timedelta

import pytest
from tests.sim.federation import KNOWN, Pair

from cordillera.foundation.store.sealing import KeyDestroyed
from cordillera.trust.exchange.retention import ERASABLES
from cordillera.trust.safeguards.retention import RetentionRunner

pytest_plugins = ["tests.sim.fixtures"]


def test_who_was_asked_about_cannot_be_read_once_the_answer_is_made(pair: Pair):
    pair.ec.ask()
    pair.ec.turn("us")
    key = pair.us.scalar("SELECT query_key FROM exchange_incoming")
    assert pair.us.scalar("SELECT query FROM exchange_incoming")
    pair.us.answer()
    assert pair.us.scalar("SELECT query FROM exchange_incoming") is None
    with pair.us.store.transaction(pair.us.officer.scope) as tx, pytest.raises(KeyDestroyed):
        pair.us.parts.sealer.load_key(tx, key)
    assert pair.us.scalar("SELECT length(commitment) FROM exchange_incoming") == 64


def test_no_clear_name_is_in_any_table_of_either_node(pair: Pair):
    pair.ec.ask()
    pair.flow()
    for node in (pair.ec, pair.us):
        tables = str(
            node.scalar("SELECT string_agg(tablename, ',') FROM pg_tables WHERE tablename LIKE 'exchange%'")
        )
        for table in tables.split(","):
            dump = node.scalar(f"SELECT string_agg(t::text, '') FROM {table} t") or ""
            assert KNOWN not in str(dump), table
            assert KNOWN.encode().hex() not in str(dump), table


def test_everything_goes_when_it_falls_due(pair: Pair):
    asked = pair.ec.ask()
    pair.flow()
    for node in (pair.ec, pair.us):
        runner = RetentionRunner(node.parts.sealer, node.ledger, node.ledger._keyring, node.clock, ERASABLES)
        runner.run_once(node.store)
        assert node.scalar("SELECT count(*) FROM exchange_inbox") == 1
        node.clock.advance(timedelta(days=800))
        runner.run_once(node.store)
        for table in ("query", "incoming", "inbox", "outbox", "verdict"):
            assert node.scalar(f"SELECT count(*) FROM exchange_{table}") == 0, table
    assert asked.query_id is not None
    assert pair.us.leaves("erased") > 0


def test_the_counts_of_a_day_go_after_two_years_with_one_tombstone(pair: Pair):
    pair.ec.ask()
    pair.flow()
    counted = "SELECT count(*) FROM exchange_quota"
    for node in (pair.ec, pair.us):
        rows = node.scalar(counted)
        assert rows >= 2
        kinds = [one for one in ERASABLES if one.name == "exchange_quota"]
        runner = RetentionRunner(node.parts.sealer, node.ledger, node.ledger._keyring, node.clock, kinds)
        node.clock.advance(timedelta(days=730))
        assert runner.run_once(node.store).groups == 0
        node.clock.advance(timedelta(days=1))
        before = node.leaves("erased")
        done = runner.run_once(node.store)
        (gone,) = done.erased
        assert (gone.groups, gone.rows, node.scalar(counted)) == (1, rows, 0)
        assert node.leaves("erased") == before + 1 + done.keys_without_owner
