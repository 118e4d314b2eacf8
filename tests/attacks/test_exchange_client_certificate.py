"""Attack: a caller without a certificate, with a wrong one, or with one that was revoked."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from tests.sim.federation import Pair

from cordillera.foundation.crypto.certificates import client_context, node_certificate
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.exchange.courier import PATH
from cordillera.trust.exchange.errors import PartnerRevoked

pytest_plugins = ["tests.sim.fixtures"]


def test_a_caller_without_certificate_does_not_get_past_the_handshake(pair: Pair):
    context = ssl.create_default_context(cadata=pair.us.identity.certificate.pem)
    with (
        httpx2.Client(verify=context, timeout=5.0, trust_env=False) as stranger,
        pytest.raises(httpx2.HTTPError),
    ):
        stranger.post(pair.us.identity.url + PATH, content=b"")


def test_a_caller_with_an_unknown_certificate_does_not_get_past_the_handshake(pair: Pair, tmp_path: Path):
    own = node_certificate(tmp_path / "stranger", "ec", ("localhost",), datetime.now(UTC))
    context = client_context(own, [pair.us.identity.certificate.pem])
    with (
        httpx2.Client(verify=context, timeout=5.0, trust_env=False) as stranger,
        pytest.raises(httpx2.HTTPError),
    ):
        stranger.post(pair.us.identity.url + PATH, content=b"")


def test_a_node_that_shows_another_certificate_is_not_spoken_to(pair: Pair, tmp_path: Path):
    asked = pair.ec.ask()
    other = node_certificate(tmp_path / "impostor", "us", ("127.0.0.1",), datetime.now(UTC))
    pair.us.listener.context.load_cert_chain(other.certificate_file, other.key_file)
    assert pair.ec.turn("us") == 1
    assert pair.ec.view(asked).steps[0].state == "staged"
    assert pair.us.leaves("query.received") == 0


def test_a_revoked_partner_is_refused_on_a_connection_that_is_already_open(pair: Pair):
    with pair.ec.client(pair.us) as line:
        one = pair.ec.craft(pair.us, 1)
        assert pair.ec.post(pair.us, one.raw, line).status_code == 200
        pair.us.revoke("ec")
        response = pair.ec.post(pair.us, pair.ec.craft(pair.us, 2, one.hash).raw, line)
    assert (response.status_code, response.json()["code"]) == (403, "exchange.partner_revoked")
    assert pair.us.leaves("query.received") == 1


def test_a_revoked_partner_is_turned_away_before_its_body_is_kept(pair: Pair):
    """Attack: whoever was thrown out fills the memory with bodies that nobody will read."""

    with pair.ec.client(pair.us) as line:
        assert pair.ec.post(pair.us, b"", line).status_code == 200
        pair.us.revoke("ec")
        pair.us.listener.refresh()
        response = pair.ec.post(pair.us, b"x" * 9_000_000, line)
    assert (response.status_code, response.json()["code"]) == (403, "exchange.partner_revoked")


def test_nothing_is_sent_to_a_partner_we_revoked(pair: Pair):
    pair.ec.ask()
    pair.ec.revoke("us")
    with pytest.raises(PartnerRevoked):
        pair.ec.turn("us")
    assert pair.us.leaves("query.received") == 0


def test_one_partner_cannot_sign_for_another(pair: Pair):
    """The certificate of one partner with the signature of somebody else."""
    pair.ec.identity.signing = SigningKey.generate()
    response = pair.ec.post(pair.us, pair.ec.craft(pair.us, 1).raw)
    assert response.status_code == 401
