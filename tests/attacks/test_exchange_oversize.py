"""Attack: more bytes, or more envelopes, than a node takes."""

from tests.sim.federation import Pair

from cordillera.trust.exchange.envelope import MAGIC, MAX_ENVELOPE
from cordillera.trust.exchange.listener import MAX_BODY
from cordillera.trust.exchange.receipt import MAX_BATCH

pytest_plugins = ["tests.sim.fixtures"]


def test_an_envelope_over_the_limit_is_refused_before_it_is_parsed(pair: Pair):
    huge = MAGIC + (10).to_bytes(4, "big") + b"{" * 10 + MAX_ENVELOPE.to_bytes(4, "big") + bytes(MAX_ENVELOPE)
    (result,) = pair.ec.deliver(pair.us, huge)
    assert result.nack is not None
    assert result.nack.code == "exchange.too_large"


def test_a_body_over_the_limit_is_cut_off(pair: Pair):
    response = pair.ec.post(pair.us, bytes(MAX_BODY + 1))
    assert (response.status_code, response.json()["code"]) == (413, "exchange.too_large")


def test_too_many_envelopes_at_once_are_refused(pair: Pair):
    response = pair.ec.post(pair.us, pair.ec.craft(pair.us, 1).raw * (MAX_BATCH + 1))
    assert (response.status_code, response.json()["code"]) == (413, "exchange.too_large")
    assert pair.us.leaves("query.received") == 0
