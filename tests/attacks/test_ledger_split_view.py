"""Attack: a node shows its partner one log and its supervisor another (split view, c2sp.org/tlog-witness).

Two checkpoints of one size, both signed by the log. The witness that saw the first keeps both, freezes
every channel with that partner, and tells its supervisor.
"""

import pytest
from tests.sim.federation import NODE, two_nodes
from tests.trust.ledger.witness_house import partner_witness, watched

from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.ledger import witness_store
from cordillera.trust.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from cordillera.trust.ledger.witness import Submission
from cordillera.trust.ledger.witnessing import PATH


@pytest.fixture
def pair(cluster, tmp_path):
    with two_nodes(cluster, tmp_path) as made:
        yield made


def other_view(node):
    """A second checkpoint of the same size, signed by the very key of the log."""
    with node.store.transaction(NODE) as tx:
        head = node.ledger.checkpoint(tx)
    return sign_checkpoint(
        Checkpoint(head.checkpoint.origin, head.size, sha256(b"other view")), node.ledger.signing_key
    )


def shown(node, note):
    """The request that shows a checkpoint to a witness which has cosigned that size."""
    size = open_checkpoint(note, [node.ledger.note_key]).size
    return Submission(size, (), note)


def test_a_second_view_is_refused_kept_and_freezes_the_exchange(pair):
    ec, us = pair.ec, pair.us
    assert watched(ec, partner_witness(us)).run_once()
    forked = other_view(ec)
    submission = shown(ec, forked)
    status, body = (
        ec.courier("us")
        ._line_to(_partner(ec, "us"))
        .send(PATH, "application/octet-stream", submission.encode())
    )
    assert status == 422
    with us.store.transaction(NODE) as tx:
        (fork,) = witness_store.forks(tx)
    assert (fork.peer, fork.ours, fork.reason, fork.other) == ("ec", False, "forked", forked)
    assert body == fork.held
    both = [open_checkpoint(note, [ec.ledger.note_key]) for note in (fork.held, fork.other)]
    assert both[0].size == both[1].size
    assert both[0].root != both[1].root
    assert us.leaves("witness.refused") == 1
    assert us.scalar("SELECT count(*) FROM exchange_channel WHERE peer = 'ec' AND frozen_at IS NULL") == 0
    assert us.scalar("SELECT count(*) FROM exchange_channel WHERE peer = 'ec'")


def test_nothing_is_taken_from_a_partner_whose_log_forked(pair):
    ec, us = pair.ec, pair.us
    assert watched(ec, partner_witness(us)).run_once()
    submission = shown(ec, other_view(ec))
    ec.courier("us")._line_to(_partner(ec, "us")).send(PATH, "", submission.encode())
    ec.ask()
    ec.turn("us")
    assert us.leaves("query.received") == 0
    assert us.scalar("SELECT count(*) FROM exchange_inbox") == 0


def test_a_partner_cannot_frame_another_log(pair):
    """Only the log's own key makes evidence: what somebody else signed is 403, of another origin 404."""
    ec, us = pair.ec, pair.us
    foreign = sign_checkpoint(Checkpoint(us.ledger.origin, 5, sha256(b"x")), ec.ledger.signing_key)
    line = ec.courier("us")._line_to(_partner(ec, "us"))
    assert line.send(PATH, "", Submission(0, (), foreign).encode())[0] == 404
    forged = sign_checkpoint(Checkpoint(ec.ledger.origin, 5, sha256(b"x")), us.ledger.signing_key)
    assert line.send(PATH, "", Submission(0, (), forged).encode())[0] == 403
    assert us.scalar("SELECT count(*) FROM ledger_fork") == 0


def _partner(node, name):
    with node.store.transaction(NODE) as tx:
        return node.directory.active(tx, name)
