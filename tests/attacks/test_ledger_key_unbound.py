"""Attack: somebody shows checkpoints of a node's log under a key that the log's own key never named.

Two real nodes, each other's witness, and a supervisor's witness over HTTP. A key that is bound is taken by
all of them without anybody's hand; one that is not is refused by all, and the history stays one.
"""

from datetime import timedelta

import pytest
from tests.sim.federation import NODE, two_nodes
from tests.trust.ledger.witness_house import partner_witness, supervisor, watched

from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.exchange.bundles import Bundles
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.ledger import witness_store
from cordillera.trust.ledger.checkpoint import sign_checkpoint
from cordillera.trust.ledger.directory import verify_directory
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.export import write_directory
from cordillera.trust.ledger.proof import verify_proof
from cordillera.trust.ledger.rotating import rotate_key
from cordillera.trust.ledger.selfcheck import verify_tables
from cordillera.trust.ledger.standalone import StandaloneWitness
from cordillera.trust.ledger.succession import sign_change
from cordillera.trust.ledger.witness import Submission
from cordillera.trust.ledger.witness_client import ask_over_http
from cordillera.trust.ledger.witnessing import PATH

THIEF = SigningKey(b"\x66" * 32)


@pytest.fixture
def pair(cluster, tmp_path):
    with two_nodes(cluster, tmp_path) as made:
        yield made


def newest(node):
    with node.store.transaction(NODE) as tx:
        return node.ledger.checkpoint(tx)


def partner_of(node, tx, name):
    return PartnerDirectory(node.ledger, node.clock, node.identity.id).active(tx, name)


def rotate(node):
    change = rotate_key(node.store, node.ledger, "operator")
    with node.store.transaction(NODE) as tx:
        node.keys.issue(tx, "operator")
    node.keys.tick()
    node.sequencer.catch_up()
    return change


def ask_partner(node, body):
    with node.store.transaction(NODE) as tx:
        us = partner_of(node, tx, "us")
    return node.courier("us")._line_to(us).send(PATH, "application/octet-stream", body)


def week_later(node):
    node.clock.advance(timedelta(days=8))
    node.keys.tick()
    node.sequencer.catch_up()


def test_partner_and_supervisor_take_a_bound_key_and_the_log_goes_on(pair, tmp_path):
    ec, us = pair.ec, pair.us
    with supervisor(tmp_path / "witness", ec) as apart:
        submitter = watched(ec, partner_witness(us), apart, quorum=2)
        assert submitter.run_once()
        old = ec.ledger.note_key
        before = newest(ec)
        with ec.store.transaction(NODE) as tx:
            leaf, proof = ec.ledger.leaf(tx, 0).leaf, ec.ledger.proof(tx, 0).encode()
        change = rotate(ec)
        assert submitter.run_once()  # both keys sign: nobody need have heard of it yet
        assert Bundles(ec.parts).tell_all()
        with us.store.transaction(NODE) as tx:
            held = partner_of(us, tx, "ec")
        assert held.ledger_vkeys == (change.new.vkey, old.vkey)
        week_later(ec)
        us.clock.advance(timedelta(days=8))
        us.sequencer.catch_up()
        assert submitter.run_once()  # the new key alone, to both
        (log,) = StandaloneWitness(tmp_path / "witness", ec.clock).logs()
        assert log == change.new
    assert verify_proof(proof, leaf, [old]).index == 0
    with ec.store.transaction(NODE) as tx:
        assert verify_tables(tx, ec.ledger).size == newest(ec).size
        assert not witness_store.forks(tx)
    assert newest(ec).size > before.size
    assert us.leaves("witness.refused") == 0


def test_an_export_verifies_by_either_key_and_not_without_the_change(pair, tmp_path):
    ec = pair.ec
    old = ec.ledger.note_key
    rotate(ec)
    week_later(ec)
    folder = tmp_path / "export"
    with ec.store.auditor_transaction() as tx:
        write_directory(tx, ec.ledger, folder)
    for trusted in ((), (old.vkey,), (ec.ledger.note_key.vkey,)):
        assert verify_directory(folder, trusted).size == newest(ec).size
    (folder / "log.change.1").unlink()
    with pytest.raises(LogBroken):
        verify_directory(folder, (old.vkey,))
    forged = sign_change(
        ec.ledger.origin, 1, 0, (THIEF, SigningKey(KeyRing(ec.home / "keys").kept("ledger-1.ed25519")))
    )
    (folder / "log.change.1").write_bytes(forged)
    with pytest.raises(LogBroken):
        verify_directory(folder, (old.vkey,))


def test_a_key_that_nothing_binds_is_refused_by_partner_and_supervisor(pair, tmp_path):
    ec, us = pair.ec, pair.us
    with supervisor(tmp_path / "witness", ec) as apart:
        assert watched(ec, partner_witness(us), apart, quorum=2).run_once()
        head = newest(ec)
        foreign = Submission(head.size, (), sign_checkpoint(head.checkpoint, THIEF)).encode()
        assert ask_partner(ec, foreign)[0] == 403
        assert ask_over_http(apart.url, foreign).status == 403
        for keys in ((THIEF, SigningKey(b"\x67" * 32)), (SigningKey(b"\x67" * 32), THIEF)):
            assert (
                ask_over_http(apart.url, sign_change(ec.ledger.origin, 1, 0, keys), "log-key").status == 403
            )
        (log,) = StandaloneWitness(tmp_path / "witness", ec.clock).logs()
        assert log == ec.ledger.note_key


def test_a_second_successor_of_one_key_is_refused_and_kept_as_evidence(pair, tmp_path):
    ec = pair.ec
    with supervisor(tmp_path / "witness", ec) as apart:
        stolen = ec.ledger.signing_key
        change = rotate(ec)
        assert ask_over_http(apart.url, change.raw, "log-key").status == 200
        other = sign_change(ec.ledger.origin, change.size, 0, (stolen, THIEF))
        answer = ask_over_http(apart.url, other, "log-key")
        assert (answer.status, answer.body) == (409, change.raw)
        head = newest(ec)
        alone = Submission(0, (), sign_checkpoint(head.checkpoint, stolen)).encode()
        assert ask_over_http(apart.url, alone).status == 403
        assert StandaloneWitness(tmp_path / "witness", ec.clock).evidence() == 1
