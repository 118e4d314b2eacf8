"""Attack: a node is set back to an earlier state of its log, as from a backup, and goes on from there.

Its witness has cosigned more leaves than the node now has, or other ones. Both notes are kept, and no
new cosignature is given: after the policy's age, nothing is released any more.
"""

from datetime import timedelta

import pytest
from tests.sim.federation import NODE, two_nodes
from tests.trust.ledger.witness_house import partner_witness, supervisor, watched

from cordillera.trust.ledger import witness_store
from cordillera.trust.ledger.errors import LedgerUnwitnessed

CUT = (
    "ALTER TABLE ledger_leaf DISABLE TRIGGER USER; ALTER TABLE ledger_checkpoint DISABLE TRIGGER USER;"
    "DELETE FROM ledger_cosigned; DELETE FROM ledger_checkpoint; DELETE FROM ledger_leaf WHERE leaf_index > 0"
)


@pytest.fixture
def pair(cluster, tmp_path):
    with two_nodes(cluster, tmp_path) as made:
        yield made


def owner_runs(node, statement):
    """What only the owner of the database can do."""
    import psycopg

    with psycopg.connect(node.store.urls.owner, autocommit=True) as connection:
        connection.execute(statement)


def cut_back(node):
    node.sequencer.catch_up()
    owner_runs(node, CUT)
    node.sequencer.catch_up()


def test_the_witness_remembers_more_than_the_log_has(pair, tmp_path):
    ec = pair.ec
    ec.ask()
    ec.sequencer.catch_up()
    with supervisor(tmp_path / "supervisor", ec) as witness:
        collect = watched(ec, witness)
        assert collect.run_once()
        cut_back(ec)
        owner_runs(ec, "DELETE FROM ledger_witness")
        assert not collect.run_once()
    with ec.store.transaction(NODE) as tx:
        (fork,) = witness_store.forks(tx)
        assert (fork.ours, fork.reason) == (True, "rollback")
        assert ec.ledger.checkpoint(tx).raw == fork.other
        with pytest.raises(LedgerUnwitnessed):
            ec.ledger.ensure_writable(tx)


def test_a_log_that_grew_again_after_the_cut_is_another_log(pair):
    ec, us = pair.ec, pair.us
    ec.ask()
    ec.sequencer.catch_up()
    collect = watched(ec, partner_witness(us))
    assert collect.run_once()
    cut_back(ec)
    for _ in range(12):
        ec.clock.advance(timedelta(seconds=5))
        with ec.store.transaction(ec.officer.scope) as tx:
            ec.ledger.record(tx, _some_event(ec))
    ec.sequencer.catch_up()
    assert not collect.run_once()
    with ec.store.transaction(NODE) as tx:
        (fork,) = witness_store.forks(tx)
    assert (fork.ours, fork.reason, fork.peer) == (True, "forked", "us")
    with us.store.transaction(NODE) as tx:
        (seen,) = witness_store.forks(tx)
    assert (seen.ours, seen.held, seen.other) == (False, fork.held, fork.other)
    for node, peer in ((ec, "us"), (us, "ec")):
        frozen = "SELECT bool_and(frozen_at IS NOT NULL) FROM exchange_channel WHERE peer = :peer"
        assert node.scalar(frozen, peer=peer)


def _some_event(node):
    from cordillera.trust.ledger.model import Event, LeafKind

    return Event(kind=LeafKind.CONSULTATION, actor="x", agency=node.officer.agency)
