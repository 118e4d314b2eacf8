"""Attack: messages arrive in another order, or one is left out."""

from tests.sim.federation import Pair

pytest_plugins = ["tests.sim.fixtures"]


def test_a_gap_is_answered_with_what_is_wanted_and_heals(pair: Pair):
    one = pair.ec.craft(pair.us, 1)
    two = pair.ec.craft(pair.us, 2, one.hash)
    (early,) = pair.ec.deliver(pair.us, two)
    assert early.nack is not None
    assert (early.nack.code, early.nack.have, early.nack.want) == ("exchange.out_of_order", 0, 1)
    assert early.nack.transient
    assert pair.us.leaves("query.received") == 0
    assert all(result.receipt for result in pair.ec.deliver(pair.us, one, two))


def test_a_batch_in_the_wrong_order_takes_in_nothing_out_of_place(pair: Pair):
    one = pair.ec.craft(pair.us, 1)
    two = pair.ec.craft(pair.us, 2, one.hash)
    late, good = pair.ec.deliver(pair.us, two, one)
    assert late.nack is not None
    assert good.receipt


def test_another_message_at_a_place_already_taken_freezes_the_channel_and_keeps_both(pair: Pair):
    one, other = pair.ec.craft(pair.us, 1), pair.ec.craft(pair.us, 1)
    pair.ec.deliver(pair.us, one)
    (result,) = pair.ec.deliver(pair.us, other)
    assert result.nack is not None
    assert result.nack.code == "exchange.equivocation"
    kept = "SELECT count(*) FROM exchange_evidence WHERE known_hash = :one AND other_hash = :other"
    assert pair.us.scalar(kept, one=one.hash, other=other.hash) == 1
    (after,) = pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 2, one.hash))
    assert after.nack is not None
    assert after.nack.code == "exchange.channel_frozen"
    assert pair.us.leaves("channel.frozen") == 1


def test_another_history_freezes_the_channel(pair: Pair):
    pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 1))
    (result,) = pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 2, "f" * 64))
    assert result.nack is not None
    assert result.nack.code == "exchange.equivocation"


def test_our_own_side_of_a_frozen_channel_stops_and_says_so(pair: Pair):
    pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 1))
    asked = pair.ec.ask()
    pair.ec.turn("us")
    assert pair.ec.turn("us") == 0
    assert pair.ec.view(asked).status == "waiting"
    assert pair.ec.leaves("channel.frozen") == 1
