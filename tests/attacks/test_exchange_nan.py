"""Attack: numbers that JSON does not have."""

import pytest
from tests.sim.federation import Pair

pytest_plugins = ["tests.sim.fixtures"]


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_a_payload_with_a_number_that_is_none_is_refused(pair: Pair, word: bytes):
    (result,) = pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 1, payload_raw=b'{"v":' + word + b"}"))
    assert result.nack is not None
    assert result.nack.code == "json.not_a_number"
    assert pair.us.leaves("query.received") == 0
