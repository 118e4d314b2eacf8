"""When a record's time is over: its content goes, a tombstone stays, holders with a later term are told."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.sim.federation import GROUNDS, NODE, Pair
from tests.sim.recalls import CANARY, holds, kept, recalled, shared_by_two

from cordillera.trust.records.retention import erasables
from cordillera.trust.safeguards.retention import RetentionRunner

pytest_plugins = ("tests.sim.fixtures",)


def expire(pair: Pair) -> RetentionRunner:
    ec = pair.ec
    kinds = erasables(ec.records, ec.records)
    return RetentionRunner(ec.parts.sealer, ec.ledger, ec.identity.keyring, ec.clock, kinds)


def test_content_goes_when_due_and_the_tombstone_two_years_later(pair: Pair) -> None:
    record_id, runner = kept(pair.ec, days=3), expire(pair)
    pair.ec.clock.advance(timedelta(days=4))
    runner.run_once(pair.ec.store)
    assert not holds(pair.ec, record_id)
    assert pair.ec.scalar("SELECT count(*) FROM record") == 1
    assert pair.ec.leaves("erased") == 1
    pair.ec.clock.advance(timedelta(days=732))
    runner.run_once(pair.ec.store)
    assert pair.ec.scalar("SELECT count(*) FROM record") == 0


def test_a_holder_with_a_later_term_is_told(pair: Pair) -> None:
    ec, record_id = pair.ec, kept(pair.ec, days=3)
    message = shared_by_two(ec, record_id, "us", GROUNDS).message_id
    assert message is not None
    with ec.store.transaction(ec.officer.scope) as tx:
        ec.records.gave(tx, record_id, "us", message, until=ec.clock.now() + timedelta(days=90))
    ec.turn("us")
    assert holds(pair.us, record_id)
    pair.sequence()
    ec.clock.advance(timedelta(days=4))
    expire(pair).run_once(ec.store)
    pair.us.clock.advance(timedelta(days=4))
    pair.sequence()
    ec.turn("us")
    assert not holds(pair.us, record_id)


def test_an_export_that_still_lies_there_goes_with_its_record(pair: Pair, tmp_path: Path) -> None:
    ec, record_id, file = pair.ec, kept(pair.ec), tmp_path / "export.json"
    with ec.store.transaction(ec.officer.scope) as tx:
        ec.records.export(tx, ec.officer, [record_id], file)
    assert CANARY in file.read_text("utf-8")
    change = recalled(ec, record_id)
    assert not file.exists()
    assert change.derived == 1
    assert ec.scalar("SELECT mark FROM record_export") == "recall"


def test_what_was_made_of_a_record_goes_with_it(pair: Pair) -> None:
    ec, record_id = pair.ec, kept(pair.ec)
    child = kept(ec, "Dossier Invented")
    with ec.store.transaction(NODE) as tx:
        tx.exec_driver_sql("UPDATE record SET parents = ARRAY[%s] WHERE id = %s", (record_id, child))
    recalled(ec, record_id)
    assert not holds(ec, child)


@pytest.mark.parametrize("kind", ["block", "dispute"])
def test_what_was_made_of_a_record_is_blocked_or_disputed_with_it(pair: Pair, kind: str) -> None:
    ec, record_id = pair.ec, kept(pair.ec)
    child = kept(ec, "Dossier Invented")
    with ec.store.transaction(ec.officer.scope) as tx:
        tx.exec_driver_sql("UPDATE record SET parents = ARRAY[%s] WHERE id = %s", (record_id, child))
        getattr(ec.records, kind)(tx, ec.officer, record_id, "looked into")
        assert ec.records.may_score(tx, [record_id, child]) == frozenset()
