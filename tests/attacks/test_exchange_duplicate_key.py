"""Attack: JSON that two readers read differently."""

from tests.sim.federation import Pair

from cordillera.trust.exchange.envelope import MAGIC

pytest_plugins = ["tests.sim.fixtures"]


def frame(header: bytes, body: bytes) -> bytes:
    return MAGIC + len(header).to_bytes(4, "big") + header + len(body).to_bytes(4, "big") + body


def test_a_header_that_names_a_key_twice_is_refused(pair: Pair):
    good = pair.ec.craft(pair.us, 1)
    doubled = good.header_bytes[:-1] + b',"recipient":"us"}'
    (result,) = pair.ec.deliver(pair.us, frame(doubled, good.body))
    assert result.nack is not None
    assert (result.nack.code, result.nack.transient) == ("json.duplicate_key", False)


def test_a_signed_payload_that_names_a_key_twice_is_refused(pair: Pair):
    raw = pair.ec.craft(pair.us, 1, payload_raw=b'{"v":1,"v":2}')
    (result,) = pair.ec.deliver(pair.us, raw)
    assert result.nack is not None
    assert result.nack.code == "json.duplicate_key"
    assert pair.us.leaves("query.received") == 0
