"""Attack: a message is delivered after its time."""

from datetime import timedelta

from tests.sim.federation import Pair

pytest_plugins = ["tests.sim.fixtures"]


def test_an_expired_message_is_receipted_without_effect_and_leaves_no_hole(pair: Pair):
    now = pair.ec.clock.now()
    old = pair.ec.craft(pair.us, 1, created=now - timedelta(hours=2), expires=now - timedelta(hours=1))
    new = pair.ec.craft(pair.us, 2, old.hash)
    assert all(result.receipt for result in pair.ec.deliver(pair.us, old, new))
    assert pair.us.leaves("message.expired") == 1
    assert pair.us.leaves("query.received") == 1
    assert pair.us.scalar("SELECT string_agg(outcome, ',' ORDER BY channel_seq) FROM exchange_inbox") == (
        "expired,accepted"
    )


def test_a_query_that_could_not_leave_in_time_ends_as_expired(pair: Pair):
    asked = pair.ec.ask()
    pair.sequence()
    pair.ec.clock.advance(timedelta(hours=73))
    assert pair.ec.turn("us") == 0
    assert pair.ec.view(asked).status == "expired"
    assert pair.ec.leaves("message.expired") == 1
    assert pair.us.leaves("query.received") == 0
