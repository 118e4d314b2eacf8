"""Attack: an older bundle is brought again, to bring back keys that were revoked since."""

from datetime import timedelta

import msgspec
import pytest
from tests.sim.federation import NODE, Pair

from cordillera.foundation.crypto.root import RootKey
from cordillera.trust.exchange.bundle import delegate, sign_bundle
from cordillera.trust.exchange.bundles import CONTENT_TYPE, PATH
from cordillera.trust.exchange.errors import BundleRollback

pytest_plugins = ["tests.sim.fixtures"]


def _revoked(pair: Pair) -> tuple[bytes, str]:
    """US revokes its signing key and EC knows; return the bundle from before, and the key."""
    old, kid = pair.us.identity.signed_bundle(), pair.us.identity.kid
    pair.us.clock.advance(timedelta(seconds=2))
    with pair.us.store.transaction(NODE) as tx:
        pair.us.keys.revoke(tx, "operator", [kid], "stolen")
    pair.us.keys.tick()
    pair.ec.trust(pair.us)
    return old, kid


def test_an_older_bundle_does_not_bring_a_revoked_key_back(pair: Pair):
    old, kid = _revoked(pair)
    with pair.ec.store.transaction(NODE) as tx, pytest.raises(BundleRollback):
        pair.ec.directory.add(tx, old, "operator")
    with pair.ec.store.transaction(NODE) as tx:
        assert kid not in pair.ec.directory.active(tx, "us").verify_keys


def test_an_older_bundle_is_refused_on_the_wire_too(pair: Pair):
    old, _ = _revoked(pair)
    with pair.us.client(pair.ec) as line:
        answer = line.post(pair.ec.identity.url + PATH, content=old, headers={"content-type": CONTENT_TYPE})
    assert (answer.status_code, answer.json()["code"]) == (400, "exchange.bundle_rollback")


def test_a_newer_bundle_that_lists_a_revoked_key_again_does_not_bring_it_back(pair: Pair):
    """A partner's own mistake, or a thief of its bundle key: a revocation is never taken back."""
    before = pair.us.identity.bundle()
    _, kid = _revoked(pair)
    now = pair.us.identity.bundle()
    listed = msgspec.structs.replace(
        now, seq=now.seq + 1, revoked=(), signing_keys=before.signing_keys + now.signing_keys
    )
    raw = sign_bundle(listed, pair.us.identity.keyring.signing("exchange-bundle"))
    with pair.ec.store.transaction(NODE) as tx:
        partner = pair.ec.directory.add(tx, raw, "operator")
    assert kid not in partner.verify_keys
    assert kid in partner.revoked_kids


def test_an_older_delegation_under_a_newer_seq_is_refused(pair: Pair):
    """Whoever stole a bundle key keeps the delegation that was made for it."""
    root = RootKey.generate()
    issued = []
    for _ in range(2):
        pair.us.clock.advance(timedelta(seconds=2))
        with pair.us.store.transaction(NODE) as tx:
            asked = pair.us.keys.request_delegation(tx)
            issued.append(pair.us.keys.install(tx, "operator", delegate(root, asked)))
            pair.us.identity.use(tx)
    pair.ec.trust(pair.us)
    stale = msgspec.structs.replace(issued[0], seq=pair.us.identity.seq + 1)
    raw = sign_bundle(stale, pair.us.identity.keyring.signing("exchange-bundle"))
    with pair.ec.store.transaction(NODE) as tx, pytest.raises(BundleRollback) as refused:
        pair.ec.directory.add(tx, raw, "operator")
    assert refused.value.facts["of"] == "delegation"
