"""Attack: a witness that refuses, lies or is not there. One of a quorum never stops or frees a node alone."""

from datetime import timedelta

import pytest
from tests.sim.federation import NODE, two_nodes
from tests.trust.ledger.witness_house import partner_witness, supervisor, watched

from cordillera.trust.ledger import witness_store
from cordillera.trust.ledger.policy import Witness
from cordillera.trust.ledger.witness import Answer


@pytest.fixture
def pair(cluster, tmp_path):
    with two_nodes(cluster, tmp_path) as made:
        yield made


def errors(node):
    with node.store.transaction(NODE) as tx:
        return {state.name: state.error for state in witness_store.states(tx).values()}


def test_one_of_two_is_enough_when_the_policy_says_so(pair, tmp_path):
    ec, us = pair.ec, pair.us
    with supervisor(tmp_path / "supervisor", ec) as witness:
        gone = Witness("gone", witness.key, "http://127.0.0.1:9")
        assert watched(ec, partner_witness(us), gone).run_once()
        assert errors(ec) == {"us": "", "gone": "ledger.witness_unreachable"}
        assert not watched(ec, partner_witness(us), gone, quorum=2).run_once()
        assert watched(ec, partner_witness(us), witness, quorum=2).run_once()


def test_a_witness_that_does_not_know_the_log_is_an_error_not_an_accusation(pair, tmp_path):
    ec, us = pair.ec, pair.us
    with supervisor(tmp_path / "supervisor", us) as witness:
        assert not watched(ec, witness).run_once()
    assert errors(ec) == {"supervisor": "ledger.witness_unreachable"}
    assert ec.scalar("SELECT count(*) FROM ledger_fork") == 0


@pytest.mark.parametrize(
    "answer",
    [Answer(200, "", b"nonsense"), Answer(200, "", b""), Answer(500, "", b""), Answer(409, "", b"0\n"),
     Answer(200, "", b"\xff\xfe"), Answer(302, "", b"")],
)  # fmt: skip
def test_answers_outside_the_protocol_give_no_cosignature(pair, tmp_path, answer):
    ec = pair.ec
    with supervisor(tmp_path / "supervisor", ec) as witness:
        collect = watched(ec, witness)
    collect._ask = lambda _url, _body: answer
    assert not collect.run_once()
    assert ec.scalar("SELECT count(*) FROM ledger_fork") == 0
    assert errors(ec)["supervisor"]


def test_a_revoked_partner_witnesses_no_more(pair):
    ec, us = pair.ec, pair.us
    collect = watched(ec, partner_witness(us))
    assert collect.run_once()
    us.revoke("ec")
    ec.clock.advance(timedelta(hours=5))
    us.clock.advance(timedelta(hours=5))
    assert not collect.run_once()
    assert errors(ec) == {"us": "ledger.witness_unreachable"}
