"""Attack: cosignatures that no witness made, in an answer or straight in the database."""

import pytest
import sqlalchemy as sa
from tests.sim.federation import NODE, two_nodes
from tests.trust.ledger.witness_house import supervisor, watched

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.ledger.cosignature import cosign, with_signatures
from cordillera.trust.ledger.errors import LedgerUnwitnessed
from cordillera.trust.ledger.note import parse_note
from cordillera.trust.ledger.submission import Submitter
from cordillera.trust.ledger.witness import Answer
from cordillera.trust.ledger.witness_store import Cosigned, keep_cosigned

STRANGER = SigningKey(b"\x66" * 32)


@pytest.fixture
def ec(cluster, tmp_path):
    with two_nodes(cluster, tmp_path) as pair:
        yield pair.ec


def forged(node, name):
    """The newest checkpoint with a cosignature in the witness's name by another key."""
    with node.store.transaction(NODE) as tx:
        head = node.ledger.checkpoint(tx)
    at = int(node.clock.now().timestamp())
    line = cosign(parse_note(head.raw).text, name, STRANGER, at)
    return head, line, with_signatures(head.raw, [line])


def refused(node):
    with node.store.transaction(NODE) as tx, pytest.raises(LedgerUnwitnessed) as raised:
        node.ledger.ensure_writable(tx)
    return raised.value.facts["reason"]


def test_a_cosignature_by_another_key_is_not_taken_from_an_answer(ec, tmp_path):
    with supervisor(tmp_path / "supervisor", ec) as witness:
        collect = watched(ec, witness)
    _, line, _ = forged(ec, witness.key.name)
    answers = Submitter(
        ec.store, ec.ledger, ec.ledger.watch, lambda _u, _b: Answer(200, "", line.encode()),
        collect._contradictions,
    )  # fmt: skip
    assert not answers.run_once()
    assert refused(ec) == "never"


def test_a_forged_row_in_the_database_frees_nothing(ec, tmp_path):
    """The application's role can store a note; the note is verified again before anything leaves."""
    with supervisor(tmp_path / "supervisor", ec) as witness:
        watched(ec, witness)
    head, _, note = forged(ec, witness.key.name)
    with ec.store.transaction(NODE) as tx:
        assert keep_cosigned(tx, Cosigned(head.size, note, ec.clock.now()))
    assert refused(ec) == "no_quorum"


def test_a_true_cosignature_of_another_log_frees_nothing(ec, tmp_path):
    with supervisor(tmp_path / "supervisor", ec) as witness:
        collect = watched(ec, witness)
        assert collect.run_once()
    with ec.store.transaction(NODE) as tx:
        note = bytes(tx.execute(sa.text("SELECT note FROM ledger_cosigned")).scalar_one())
    ec.ask()
    ec.sequencer.catch_up()
    ec.sequencer.sign()
    text = parse_note(forged(ec, "x")[0].raw).text
    moved = (text + "\n" + note.decode().rpartition("\n\n")[2]).encode()
    with ec.store.transaction(NODE) as tx:
        size = ec.ledger.checkpoint(tx).size
        from datetime import timedelta

        keep_cosigned(tx, Cosigned(size, moved, ec.clock.now() + timedelta(minutes=1)))
    assert refused(ec) == "no_quorum"
