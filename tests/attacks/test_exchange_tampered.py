"""Attack: bytes are changed between the nodes."""

import pytest
from tests.sim.federation import Pair

from cordillera.foundation.crypto.signing import SigningKey

pytest_plugins = ["tests.sim.fixtures"]


@pytest.mark.parametrize("place", [30, 300, 600, -1, -900])
def test_an_envelope_with_one_changed_byte_is_refused(pair: Pair, place: int):
    raw = bytearray(pair.ec.craft(pair.us, 1).raw)
    raw[place] ^= 1
    response = pair.ec.post(pair.us, bytes(raw))
    refused = response.status_code == 400 or response.json()["results"][0].get("nack") is not None
    assert refused
    assert pair.us.leaves("query.received") == 0


def test_a_changed_body_under_a_signed_request_is_refused(pair: Pair):
    response = pair.ec.post(pair.us, pair.ec.craft(pair.us, 1).raw, body=pair.ec.craft(pair.us, 1).raw)
    assert (response.status_code, response.json()["code"]) == (401, "exchange.hop_tampered")


def test_a_request_without_signature_is_refused(pair: Pair):
    response = pair.ec.post(pair.us, b"", headers={})
    assert (response.status_code, response.json()["code"]) == (401, "exchange.hop_unsigned")


def test_a_header_moved_to_another_body_is_refused(pair: Pair):
    one, two = pair.ec.craft(pair.us, 1), pair.ec.craft(pair.us, 1)
    mixed = one.raw[: len(one.raw) - len(one.body)] + two.body
    (result,) = pair.ec.deliver(pair.us, mixed)
    assert result.nack is not None
    assert result.nack.code == "exchange.tampered"


def test_a_receipt_that_is_not_by_the_partner_is_not_believed(pair: Pair):
    """US answers with a key that EC does not know: EC keeps the message and tries again."""
    asked = pair.ec.ask()
    pair.us.identity.signing = SigningKey.generate()
    pair.ec.turn("us")
    assert pair.ec.scalar("SELECT state FROM exchange_outbox") == "staged"
    assert pair.ec.leaves("receipt.stored") == 0
    assert pair.ec.view(asked).status == "waiting"
