"""Attack on time: the clock of one node is ten minutes off."""

from datetime import timedelta

from tests.sim.federation import Pair

pytest_plugins = ["tests.sim.fixtures"]


TEN = timedelta(minutes=10)


def test_a_partner_ten_minutes_ahead_is_refused_at_the_door(pair: Pair):
    pair.ec.clock.advance(TEN)
    response = pair.ec.post(pair.us, pair.ec.craft(pair.us, 1).raw)
    assert (response.status_code, response.json()["code"]) == (401, "exchange.hop_clock")


def test_a_partner_ten_minutes_behind_is_refused_at_the_door(pair: Pair):
    pair.us.clock.advance(TEN)
    response = pair.ec.post(pair.us, pair.ec.craft(pair.us, 1).raw)
    assert (response.status_code, response.json()["code"]) == (401, "exchange.hop_clock")


def test_a_message_made_in_the_future_waits_until_its_time_has_come(pair: Pair):
    early = pair.ec.craft(pair.us, 1, created=pair.ec.clock.now() + TEN)
    (refused,) = pair.ec.deliver(pair.us, early)
    assert refused.nack is not None
    assert (refused.nack.code, refused.nack.transient) == ("exchange.clock", True)
    pair.sequence()
    pair.advance(TEN)
    (taken,) = pair.ec.deliver(pair.us, early)
    assert taken.receipt


def test_once_the_clocks_agree_the_waiting_message_goes_through(pair: Pair):
    pair.ec.clock.advance(TEN)
    asked = pair.ec.ask()
    pair.ec.turn("us")
    pair.ec.sequencer.run_once()
    assert pair.us.leaves("query.received") == 0
    pair.us.sequencer.run_once()
    pair.us.clock.advance(TEN + timedelta(seconds=30))
    pair.ec.clock.advance(timedelta(seconds=30))
    pair.flow()
    assert pair.ec.view(asked).status == "answered"
