"""Attack: the witnesses are cut off, so that a rewritten log would not be seen.

When the last cosigned checkpoint is older than the policy (4 h), nothing leaves: no question, no answer,
no message from the outbox. Duties (corrections, erasures) still flow.
"""

from datetime import timedelta

import pytest
from tests.sim.federation import NODE, two_nodes
from tests.trust.ledger.witness_house import partner_witness, supervisor, watched

from cordillera.foundation.clock import FixedClock
from cordillera.trust.ledger.errors import LedgerUnwitnessed
from cordillera.trust.ledger.freshness import Watch
from cordillera.trust.ledger.policy import Policy


@pytest.fixture
def pair(cluster, tmp_path):
    with two_nodes(cluster, tmp_path) as made:
        yield made


def reason(node):
    with node.store.transaction(NODE) as tx:
        return node.ledger.watch.standing(tx, node.ledger).reason


def test_no_question_leaves_when_the_last_cosignature_is_too_old(pair, tmp_path):
    ec = pair.ec
    with supervisor(tmp_path / "supervisor", ec) as witness:
        collect = watched(ec, witness)
        assert reason(ec) == "never"
        with pytest.raises(LedgerUnwitnessed):
            ec.ask()
        assert collect.run_once()
        assert ec.ask().query_id
        ec.clock.advance(timedelta(hours=4))
        assert reason(ec) == ""
        ec.clock.advance(timedelta(seconds=1))
        assert reason(ec) == "stale"
        ec.sequencer.catch_up()
        with pytest.raises(LedgerUnwitnessed):
            ec.turn("us")
        with pytest.raises(LedgerUnwitnessed):
            ec.ask()
        with ec.store.transaction(NODE) as tx:
            ec.ledger.ensure_writable(tx, duty=True)
        assert collect.run_once()
        assert ec.turn("us") == 1


def test_no_answer_leaves_either(pair, tmp_path):
    ec, us = pair.ec, pair.us
    asked = ec.ask()
    ec.turn("us")
    us.sequencer.catch_up()
    with supervisor(tmp_path / "supervisor", us) as witness:
        collect = watched(us, witness)
        with pytest.raises(LedgerUnwitnessed):
            us.answer()
        us.sequencer.catch_up()
        assert collect.run_once()
        assert us.answer() == 1
        us.turn("ec")
    assert ec.view(asked).status == "answered"


def test_a_cosignature_from_the_future_keeps_nothing_open(pair, tmp_path):
    """A witness whose clock was set ahead would otherwise free the log from witnesses for years."""
    ec = pair.ec
    with supervisor(tmp_path / "supervisor", ec) as witness:
        collect = watched(ec, witness)
        ec.clock.advance(timedelta(days=400))
        assert collect.run_once()
        ec.clock.advance(timedelta(days=-399))
        assert reason(ec) == "no_quorum"


def test_in_production_a_log_without_witnesses_releases_nothing(store, ledger_in_production):
    with store.transaction(NODE) as tx, pytest.raises(LedgerUnwitnessed) as raised:
        ledger_in_production.ensure_writable(tx)
    assert raised.value.facts["reason"] == "no_witnesses"


@pytest.fixture
def ledger_in_production(keyring, clock: FixedClock):
    from cordillera.trust.ledger.service import Ledger

    return Ledger(keyring, clock, "cordillera/ec", watch=Watch(Policy, clock, required=True))


def test_the_receiver_takes_in_nothing_governed_while_its_own_log_is_not_witnessed(pair, tmp_path):
    ec, us = pair.ec, pair.us
    asked = ec.ask()
    with supervisor(tmp_path / "supervisor", us) as witness:
        collect = watched(us, witness)
        ec.turn("us")
        assert us.scalar("SELECT count(*) FROM exchange_inbox") == 0
        us.sequencer.catch_up()
        assert collect.run_once()
        pair.sequence()
        pair.advance(timedelta(minutes=10))
        pair.flow()
    assert ec.view(asked).status == "answered"


def test_two_nodes_that_witness_each_other_can_begin(pair):
    """Neither is witnessed at first, so witnessing itself must not ask to be witnessed."""
    ec, us = pair.ec, pair.us
    collectors = [watched(ec, partner_witness(us)), watched(us, partner_witness(ec))]
    assert all(collect.run_once() for collect in collectors)
    asked = ec.ask()
    pair.flow()
    assert ec.view(asked).status == "answered"
