"""Attack: whoever holds a revoked key goes on with it, on a connection that is already open."""

from datetime import timedelta

from tests.sim.federation import NODE, Pair

from cordillera.foundation.crypto import jws
from cordillera.trust.exchange.bundles import Bundles
from cordillera.trust.exchange.outbox import Outbox

pytest_plugins = ["tests.sim.fixtures"]


def _revoke_own(pair: Pair) -> None:
    pair.ec.clock.advance(timedelta(seconds=2))
    with pair.ec.store.transaction(NODE) as tx:
        pair.ec.keys.revoke(tx, "operator", [pair.ec.identity.kid], "stolen")
    pair.ec.keys.destroy_due()


def _tell(pair: Pair) -> None:
    """EC tells US, and goes on as the thief: with the old key in memory."""
    old = (pair.ec.identity.signing, pair.ec.identity.kid)
    assert Bundles(pair.ec.parts).tell("us").error == ""
    pair.ec.identity.signing, pair.ec.identity.kid = old


def test_a_request_signed_with_a_revoked_key_is_refused_on_the_open_connection(pair: Pair):
    with pair.ec.client(pair.us) as line:
        one = pair.ec.craft(pair.us, 1)
        assert pair.ec.post(pair.us, one.raw, line).status_code == 200
        _revoke_own(pair)
        _tell(pair)
        response = pair.ec.post(pair.us, pair.ec.craft(pair.us, 2, one.hash).raw, line)
    assert (response.status_code, response.json()["code"]) == (401, "exchange.hop_key_revoked")
    assert pair.us.leaves("query.received") == 1


def test_a_message_in_flight_signed_with_a_revoked_key_is_refused_with_its_own_code(pair: Pair):
    stale = pair.ec.craft(pair.us, 1)
    _revoke_own(pair)
    assert Bundles(pair.ec.parts).tell("us").error == ""
    (result,) = pair.ec.deliver(pair.us, stale)
    assert result.nack is not None
    assert (result.nack.code, result.nack.transient) == ("exchange.key_revoked", False)
    assert pair.us.leaves("query.received") == 0


def test_a_message_claiming_an_older_date_does_not_help_a_revoked_key(pair: Pair):
    old = pair.ec.clock.now() - timedelta(minutes=30)
    stale = pair.ec.craft(pair.us, 1, created=old)
    _revoke_own(pair)
    assert Bundles(pair.ec.parts).tell("us").error == ""
    (result,) = pair.ec.deliver(pair.us, stale)
    assert result.nack is not None
    assert result.nack.code == "exchange.key_revoked"


def test_we_can_refuse_one_key_of_a_partner_before_it_says_so_itself(pair: Pair):
    with pair.ec.client(pair.us) as line:
        one = pair.ec.craft(pair.us, 1)
        assert pair.ec.post(pair.us, one.raw, line).status_code == 200
        with pair.us.store.transaction(NODE) as tx:
            pair.us.directory.revoke_key(tx, "ec", pair.ec.identity.kid, "operator", "heard by telephone")
        response = pair.ec.post(pair.us, b"", line)
    assert response.status_code == 403


def test_a_message_taken_in_before_the_revocation_is_not_taken_in_again(pair: Pair):
    """Its receipt was lost; the same bytes bring the stored receipt, though their key is revoked since."""
    one = pair.ec.craft(pair.us, 1)
    (first,) = pair.ec.deliver(pair.us, one)
    _revoke_own(pair)
    assert Bundles(pair.ec.parts).tell("us").error == ""
    (again,) = pair.ec.deliver(pair.us, one)
    assert again.receipt == first.receipt
    assert pair.us.leaves("query.received") == 1


def test_what_waits_is_signed_anew_after_a_revocation(pair: Pair):
    asked = pair.ec.ask()
    old = pair.ec.identity.kid
    with pair.ec.store.transaction(NODE) as tx:
        Outbox(pair.ec.parts).take(tx, pair.ec.directory.active(tx, "us"))
    _revoke_own(pair)
    assert Bundles(pair.ec.parts).tell("us").error == ""
    assert pair.ec.identity.kid != old
    pair.sequence()
    pair.advance(timedelta(seconds=61))
    pair.ec.turn("us")
    pair.flow()
    assert pair.ec.view(asked).status == "answered"
    assert pair.us.leaves("query.received") == 1
    assert jws.thumbprint(pair.ec.identity.signing.public_bytes) == pair.ec.identity.kid
