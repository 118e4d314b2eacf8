"""The sender of a message holds an offline proof that the partner has logged it, cosigned."""

import base64
import json

import pytest
from tests.sim.federation import NODE, two_nodes
from tests.trust.ledger.witness_house import supervisor, watched

from cordillera.foundation.settings import Settings
from cordillera.runtime.witnesses import Witnesses
from cordillera.trust.ledger import peer_proofs, peer_store
from cordillera.trust.ledger import verify as verifier
from cordillera.trust.ledger.leaf import read_leaf
from cordillera.trust.ledger.witness import Answer


@pytest.fixture
def pair(cluster, tmp_path):
    with two_nodes(cluster, tmp_path) as made:
        made.ec.ask()
        made.ec.turn("us")
        made.ec.sequencer.catch_up()
        made.us.sequencer.catch_up()
        yield made


def message_of(node):
    return str(node.scalar("SELECT msg_id FROM exchange_outbox"))


def held(node):
    with node.store.transaction(NODE) as tx:
        return peer_store.get(tx, message_of(node))


def test_each_message_gets_a_proof_that_stands_alone(pair, tmp_path, capsys):
    ec, us = pair.ec, pair.us
    with supervisor(tmp_path / "supervisor", us) as witness:
        assert watched(us, witness).run_once()
        watched(ec, witness)
        assert Witnesses(ec.parts).proofs.run_once() == 1
    found = held(ec)
    assert found.cosigned
    text = read_leaf(found.leaf)
    assert (text.msg_id, text.peer, text.dir, text.kind) == (message_of(ec), "ec", "in", "query.received")
    proof, leaf, policy = (tmp_path / name for name in ("m.tlog-proof", "m.leaf", "policy"))
    proof.write_bytes(found.proof)
    leaf.write_bytes(found.leaf)
    key = us.ledger.note_key.vkey
    policy.write_text(f"log {key}\nwitness s {witness.key.vkey}\nquorum s\n")
    files = ["--proof", str(proof), "--leaf", str(leaf), "--json"]
    assert verifier.main([*files, "--vkey", key, "--witness", witness.key.vkey]) == 0
    assert list(json.loads(capsys.readouterr().out)["cosigned"]) == ["supervisor.example/witness"]
    assert verifier.main([*files, "--policy", str(policy)]) == 0
    other = Witnesses(us.parts).own.key.vkey
    assert verifier.main([*files, "--vkey", key, "--witness", other]) == 1
    assert verifier.main([*files, "--vkey", key, "--witness", "nonsense"]) == 1
    leaf.write_bytes(found.leaf.replace(b"query", b"quern"))
    assert verifier.main([*files, "--policy", str(policy)]) == 1
    policy.write_text("nonsense\n")
    assert verifier.main([*files, "--policy", str(policy)]) == 1


def test_a_message_whose_leaf_has_no_checkpoint_yet_is_asked_for_again(pair):
    ec, us = pair.ec, pair.us
    keeper = Witnesses(ec.parts).proofs
    ec.ask("Invented Person 2")
    ec.turn("us")
    ec.sequencer.catch_up()
    keeper.run_once()
    assert ec.scalar("SELECT count(*) FROM ledger_peer_proof") == 1
    us.sequencer.catch_up()
    assert keeper.run_once() == 1
    assert keeper.run_once() == 0
    assert ec.scalar("SELECT count(*) FROM ledger_peer_proof") == 2


def test_a_partner_is_told_of_its_own_messages_only(pair):
    ec, us = pair.ec, pair.us
    giver = peer_proofs.ProofGiver(us.ledger)
    body = json.dumps({"messages": [message_of(ec), "no-such-message"]}).encode()
    with us.store.transaction(NODE) as tx:
        answers = [json.loads(giver.answer(tx, peer, body).body)["proofs"] for peer in ("ec", "cl")]
        assert giver.answer(tx, "ec", b"{").status == 400
    assert [bool(one["proof"]) for one in answers[0]] == [True, False]
    assert not any(one["proof"] or one["leaf"] for one in answers[1])


@pytest.mark.parametrize("change", ["leaf", "proof", "message", "base64"])
def test_a_proof_that_does_not_hold_is_not_kept(pair, change):
    ec, us = pair.ec, pair.us
    giver = peer_proofs.ProofGiver(us.ledger)

    class Lying:
        def send(self, _partner, _path, body):
            with us.store.transaction(NODE) as tx:
                told = json.loads(giver.answer(tx, "ec", body).body)
            (one,) = told["proofs"]
            if change == "message":
                with us.store.transaction(NODE) as tx:
                    row = us.ledger.leaf(tx, 0)
                    one["leaf"] = base64.b64encode(row.leaf).decode()
                    one["proof"] = base64.b64encode(us.ledger.proof(tx, 0).encode()).decode()
            else:
                name = "leaf" if change == "base64" else change
                one[name] = "%%%" if change == "base64" else base64.b64encode(b"other").decode()
            return Answer(200, "", json.dumps(told).encode())

    keeper = Witnesses(ec.parts).proofs
    keeper._line = Lying()
    assert keeper.run_once() == 0
    assert held(ec) is None


def test_settings_name_where_the_policy_is(tmp_path):
    from cordillera.runtime.witnesses import policy_path

    assert policy_path(Settings(home=tmp_path)) == tmp_path / "witness.policy"
