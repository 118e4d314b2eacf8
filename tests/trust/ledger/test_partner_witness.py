"""A node's memory of its partners' logs: one step, in the database, and never back."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger import witness_store
from cordillera.trust.ledger.checkpoint import Checkpoint, sign_checkpoint
from cordillera.trust.ledger.note import NoteKey
from cordillera.trust.ledger.tree import consistency_proof, leaf_hash, perfect_nodes, range_root
from cordillera.trust.ledger.witness import Submission
from cordillera.trust.ledger.witnessing import Contradictions, PartnerWitness

LOG = SigningKey(b"\x08" * 32)
VKEY = NoteKey.of("cordillera/us", LOG.public_bytes).vkey
NODES = perfect_nodes([leaf_hash(bytes([number])) for number in range(64)])
NODE = Scope.node("test")


class Nobody:
    def __init__(self):
        self.frozen = []

    def log_keys(self, _tx):
        return {"us": VKEY}

    def freeze(self, _tx, partner):
        self.frozen.append(partner)


@pytest.fixture
def partners():
    return Nobody()


@pytest.fixture
def witness(ledger, partners):
    return PartnerWitness(ledger, Contradictions(ledger, partners))


def request(old, size, nodes=NODES):
    head = sign_checkpoint(Checkpoint("cordillera/us", size, range_root(0, size, nodes)), LOG)
    return Submission(old, consistency_proof(old, size, nodes) if old else (), head).encode()


def ask(store, witness, body, vkey=VKEY):
    with store.transaction(NODE) as tx:
        return witness.add_checkpoint(tx, "us", vkey, body).status


def test_two_requests_from_one_size_are_not_both_cosigned(store, witness):
    assert ask(store, witness, request(0, 5)) == 200
    second = []
    with store.transaction(NODE) as tx:
        assert witness.add_checkpoint(tx, "us", VKEY, request(5, 9)).status == 200
        waiting = threading.Thread(target=lambda: second.append(ask(store, witness, request(5, 7))))
        waiting.start()
        waiting.join(0.3)
        assert not second
    waiting.join(10)
    assert second == [409]
    with store.transaction(NODE) as tx:
        assert [one.size for one in witness_store.witnessed(tx)] == [9]


def test_what_is_not_committed_was_not_cosigned(store, witness):
    def answered_and_lost():
        with store.transaction(NODE) as tx:
            assert witness.add_checkpoint(tx, "us", VKEY, request(0, 5)).status == 200
            raise InterruptedError

    with pytest.raises(InterruptedError):
        answered_and_lost()
    assert ask(store, witness, request(0, 3)) == 200


def test_the_application_cannot_set_the_memory_back(store, witness, clock):
    assert ask(store, witness, request(0, 9)) == 200
    small = witness_store.Witnessed("cordillera/us", "us", 4, b"note", clock.now())
    with pytest.raises(sa.exc.SQLAlchemyError), store.transaction(NODE) as tx:
        witness_store.keep_witnessed(tx, small)
    for statement in (
        "UPDATE ledger_witnessed SET size = 0",
        "DELETE FROM ledger_witnessed",
        "INSERT INTO ledger_cosigned VALUES (1, '', now())",
        "DELETE FROM ledger_fork",
    ):
        with pytest.raises(sa.exc.ProgrammingError), store.transaction(NODE) as tx:
            tx.execute(sa.text(statement))


def test_a_contradiction_freezes_each_time_and_is_one_leaf_for_the_same_notes(
    store, witness, partners, ledger, clock
):
    other = perfect_nodes([leaf_hash(b"other")] * 64)
    assert ask(store, witness, request(0, 9)) == 200
    for _ in range(2):
        assert ask(store, witness, request(9, 9, other)) == 422
        clock.advance(timedelta(minutes=1))
    assert partners.frozen == ["us", "us"]
    with store.transaction(NODE) as tx:
        assert len(witness_store.forks(tx)) == 1
        from cordillera.trust.ledger.model import LeafKind

        (event,) = ledger.events(tx, kind=LeafKind.WITNESS_REFUSED)
    assert (event.peer, event.detail["reason"], event.detail["ours"]) == ("us", "forked", "false")


@pytest.mark.parametrize("vkey", ["", "nonsense", NoteKey.of("cordillera/cl", LOG.public_bytes).vkey])
def test_a_partner_without_that_log_is_told_that_it_is_not_watched(store, witness, vkey):
    assert ask(store, witness, request(0, 5), vkey) == 404
