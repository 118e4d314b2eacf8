"""Attack: a message reaches, or is passed on to, a node it was not meant for."""

from tests.sim.federation import Pair

pytest_plugins = ["tests.sim.fixtures"]


def nack(pair: Pair, **changes: object) -> str:
    (result,) = pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 1, **changes))
    assert result.nack is not None
    assert not result.nack.transient
    assert pair.us.leaves("query.received") == 0
    return result.nack.code


def test_an_envelope_addressed_to_another_node_is_refused_and_recorded(pair: Pair):
    assert nack(pair, recipient="cl") == "exchange.misdirected"
    assert pair.us.leaves("message.misdirected") == 1


def test_a_payload_signed_for_another_node_cannot_be_passed_on(pair: Pair):
    """Surreptitious forwarding: a recipient re-seals a partner's signed message to a third node."""
    assert nack(pair, payload_recipient="cl") == "exchange.misdirected"
    assert pair.us.leaves("message.misdirected") == 1


def test_a_message_of_another_sender_is_refused(pair: Pair):
    assert nack(pair, sender="cl") == "exchange.wrong_sender"


def test_a_message_under_an_agreement_we_do_not_hold_is_refused(pair: Pair):
    assert nack(pair, agreement_id="us-zz-2030", payload_agreement_id="us-zz-2030") == "agreements.unknown"


def test_another_text_of_the_agreement_is_refused_with_a_signed_receipt(pair: Pair):
    (result,) = pair.ec.deliver(
        pair.us, pair.ec.craft(pair.us, 1, agr_hash="a" * 64, payload_agr_hash="a" * 64)
    )
    assert result.receipt
    assert pair.us.scalar("SELECT outcome FROM exchange_inbox") == "refused"
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 0
