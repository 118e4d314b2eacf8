"""Attack: a partner claims that it erased, without a leaf of its ledger, or with another's."""

from tests.sim.federation import NODE, Federation, agreement_of
from tests.sim.recalls import chain, change_at, recalled

from cordillera.trust.records.errors import DoneRefused
from cordillera.trust.records.model import DoneData, HolderDone
from cordillera.trust.records.orders import prove
from cordillera.trust.records.sending import KEEP, Notice, Sender

pytest_plugins = ("tests.sim.fixtures",)


def claim(net: Federation, by: str, change, leaf: str, proof: str, holder: str = "") -> object:
    """Let a node claim to its partner EC that it carried a change out; return how the claim ended."""
    node = net[by]
    done = HolderDone(holder or by, "recalled", node.clock.now(), 0, leaf, proof)
    with node.store.transaction(NODE) as tx:
        key = node.parts.sealer.new_key(tx, "forged", node.clock.now() + KEEP)
        Sender(node.parts).send(
            tx,
            Notice(
                type="record.done", peer="ec", agreement_id=agreement_of(by, "ec"), thread=change.change_id,
                agency=node.identity.agency, key=key,
                data=DoneData(change.change_id, change.record_id, done),
            ),
        )  # fmt: skip
    node.turn("ec")
    return node.scalar(
        "SELECT error FROM exchange_outbox WHERE type = 'record.done' ORDER BY ord DESC LIMIT 1"
    )


def told(net: Federation):
    """A recall that PE was told of and says nothing about."""
    record_id = chain(net, "ec", "pe")
    change = recalled(net["ec"], record_id)
    net["ec"].turn("pe")
    return change


def test_a_claim_without_a_leaf_is_refused(joined: Federation) -> None:
    change = told(joined)
    assert claim(joined, "pe", change, "", "") == DoneRefused.code
    assert not change_at(joined["ec"], change.change_id).tasks[0].complete


def test_a_leaf_about_something_else_is_refused(joined: Federation) -> None:
    change, pe = told(joined), joined["pe"]
    pe.sequencer.catch_up()
    with pe.store.transaction(NODE) as tx:
        row = pe.ledger.leaf(tx, 0)
        leaf, proof = row.leaf.decode(), pe.ledger.proof(tx, 0).encode().decode()
    assert claim(joined, "pe", change, leaf, proof) == DoneRefused.code


def test_a_true_leaf_with_a_proof_of_another_log_is_refused(joined: Federation) -> None:
    change, pe, us = told(joined), joined["pe"], joined["us"]
    joined.sequence()
    with pe.store.transaction(NODE) as tx:
        own = pe.records.change(tx, change.change_id)
        leaf, _ = prove(tx, pe.ledger, own.leaf, str(change.change_id))
    with us.store.transaction(NODE) as tx:
        other = us.ledger.proof(tx, 0).encode().decode()
    assert claim(joined, "pe", change, leaf, other) == DoneRefused.code


def test_nobody_claims_for_a_change_it_was_never_told(joined: Federation) -> None:
    change = told(joined)
    assert claim(joined, "us", change, "{}", "") == DoneRefused.code


def test_nobody_claims_in_the_name_of_another(joined: Federation) -> None:
    change = told(joined)
    assert claim(joined, "pe", change, "{}", "", holder="us") == DoneRefused.code


def test_the_true_proof_is_counted(joined: Federation) -> None:
    change = told(joined)
    joined.settle()
    assert change_at(joined["ec"], change.change_id).state == "done"
