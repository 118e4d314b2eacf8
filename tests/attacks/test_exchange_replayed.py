"""Attack: what was sent once is sent again."""

from tests.sim.federation import Pair

pytest_plugins = ["tests.sim.fixtures"]


def test_a_replayed_request_is_refused_before_its_messages_are_read(pair: Pair):
    request = pair.ec.signed(pair.us, pair.ec.craft(pair.us, 1).raw)
    with pair.ec.client(pair.us) as line:
        answers = [
            line.post(request.target_uri, content=request.body, headers=dict(request.headers))
            for _ in range(2)
        ]
    assert [answer.status_code for answer in answers] == [200, 401]
    assert answers[1].json()["code"] == "exchange.hop_replayed"
    assert pair.us.leaves("query.received") == 1


def test_a_replayed_envelope_gets_the_stored_receipt_and_has_no_second_effect(pair: Pair):
    envelope = pair.ec.craft(pair.us, 1)
    first, second = pair.ec.deliver(pair.us, envelope), pair.ec.deliver(pair.us, envelope)
    assert first[0].receipt
    assert first == second
    assert pair.us.leaves("query.received") == 1
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 1
    assert pair.us.scalar("SELECT used FROM exchange_quota WHERE officer = ''") == 1


def test_a_message_twice_in_one_batch_has_one_effect(pair: Pair):
    first = pair.ec.craft(pair.us, 1)
    second = pair.ec.craft(pair.us, 2, first.hash)
    results = pair.ec.deliver(pair.us, first, second, first)
    assert results[0].receipt == results[2].receipt != ""
    assert results[1].receipt
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 2
    assert pair.us.leaves("channel.frozen") == 0


def test_a_known_id_in_another_message_freezes_the_channel(pair: Pair):
    one = pair.ec.craft(pair.us, 1)
    pair.ec.deliver(pair.us, one)
    masked = pair.ec.craft(pair.us, 2, one.hash, msg_id=one.header.msg_id)
    (result,) = pair.ec.deliver(pair.us, masked)
    assert result.nack is not None
    assert result.nack.code == "exchange.replayed"
    assert pair.us.leaves("channel.frozen") == 1


def test_a_request_whose_signature_does_not_hold_uses_no_nonce_up(pair: Pair):
    """Attack: somebody between the nodes spoils a request, so that it could not be sent again as it was."""
    request = pair.ec.signed(pair.us, pair.ec.craft(pair.us, 1).raw, nonce="nonce-of-the-request")
    with pair.ec.client(pair.us) as line:
        for body, status in ((request.body + b"x", 401), (request.body, 200)):
            answer = line.post(request.target_uri, content=body, headers=dict(request.headers))
            assert answer.status_code == status
            assert pair.us.scalar("SELECT count(*) FROM exchange_nonce") == (status == 200)
