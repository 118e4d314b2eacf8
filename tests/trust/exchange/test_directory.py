"""The partner directory: who is let in, and what a newer bundle may change."""

import pytest
from tests.sim.federation import NODE, Pair

from cordillera.foundation import canonical
from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.exchange.bundle import TYP
from cordillera.trust.exchange.errors import (
    BundleFork,
    BundleRefused,
    BundleRollback,
    PartnerRevoked,
    UnknownPartner,
)

pytest_plugins = ["tests.sim.fixtures"]


def add(pair: Pair, raw: bytes) -> str:
    with pair.ec.store.transaction(NODE) as tx:
        return pair.ec.directory.add(tx, raw, "operator").id


def changed(pair: Pair, key: SigningKey | None = None, **changes: object) -> bytes:
    """The bundle of US with other values, signed by its own key or another."""
    import msgspec

    values = msgspec.to_builtins(pair.us.identity.bundle()) | changes
    signer = key or pair.us.identity.keyring.signing("exchange-bundle")
    return jws.sign_flattened(signer, canonical.dumps(values), typ=TYP)


def test_adding_a_partner_is_a_leaf_and_can_be_listed(pair: Pair):
    with pair.ec.store.transaction(NODE) as tx:
        (us,) = pair.ec.directory.all(tx)
    assert (us.id, us.country, us.status) == ("us", "US", "active")
    assert us.fingerprints == (pair.us.identity.certificate.fingerprint,)
    assert pair.ec.leaves("partner.changed") == 1


def test_1_a_bundle_that_was_changed_is_refused(pair: Pair):
    raw = pair.us.identity.signed_bundle()
    with pytest.raises(BundleRefused):
        add(pair, raw.replace(b'"payload":"ey', b'"payload":"eZ'))


@pytest.mark.parametrize("raw", [b"", b"{}", b"x" * 70_000, b'{"payload":"","protected":"","signature":""}'])
def test_1_what_is_no_bundle_is_refused(pair: Pair, raw: bytes):
    with pytest.raises(BundleRefused):
        add(pair, raw)


def test_1_a_bundle_signed_by_another_key_than_it_names_is_refused(pair: Pair):
    with pytest.raises(BundleRefused):
        add(pair, changed(pair, SigningKey.generate()))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 1},
        {"seq": 0},
        {"signing_keys": []},
        {"refresh_seconds": 1},
        {"url": "http://us.example"},
        {"certificates": []},
        {"sealing_keys": []},
        {"x": 1},
    ],
)
def test_1_a_bundle_with_doubtful_facts_is_refused(pair: Pair, change: dict[str, object]):
    with pytest.raises(BundleRefused):
        add(pair, changed(pair, **change))


def test_2_a_node_does_not_add_itself(pair: Pair):
    with pytest.raises(BundleRefused):
        add(pair, pair.ec.identity.signed_bundle())


def test_3_the_very_bundle_that_is_held_changes_nothing(pair: Pair):
    before = pair.ec.leaves("partner.changed")
    assert add(pair, pair.us.identity.signed_bundle()) == "us"
    assert pair.ec.leaves("partner.changed") == before


def test_3_an_older_bundle_is_a_rollback(pair: Pair):
    old = pair.us.identity.bundle().seq - 1
    with pytest.raises(BundleRollback):
        add(pair, changed(pair, seq=old))


def test_3_another_bundle_with_the_same_seq_is_a_fork(pair: Pair):
    with pytest.raises(BundleFork):
        add(pair, changed(pair, url="https://other.example:8701"))


def test_3_a_newer_bundle_moves_the_partner(pair: Pair):
    newer = pair.us.identity.bundle().seq + 1
    assert add(pair, changed(pair, url="https://new.example:8701", seq=newer)) == "us"
    with pair.ec.store.transaction(NODE) as tx:
        assert pair.ec.directory.active(tx, "us").url == "https://new.example:8701"


def test_3_a_new_bundle_key_without_a_root_needs_a_revocation_first(pair: Pair):
    newer, key = pair.us.identity.bundle().seq + 1, SigningKey.generate()
    other = changed(pair, key, signer=jws.encode(key.public_bytes), seq=newer)
    with pytest.raises(BundleRefused):
        add(pair, other)
    pair.ec.revoke("us")
    assert add(pair, other) == "us"


def test_3_a_new_country_needs_a_revocation_first(pair: Pair):
    """The country chooses the agreement's rules: a partner does not choose it for itself."""
    newer = pair.us.identity.bundle().seq + 1
    with pytest.raises(BundleRefused):
        add(pair, changed(pair, country="CL", seq=newer))
    pair.ec.revoke("us")
    assert add(pair, changed(pair, country="CL", seq=newer)) == "us"


def test_4_a_partner_cannot_claim_the_certificate_of_another(pair: Pair):
    """Attack: with it, the other partner's requests would be met under the claimant's name and refused."""
    key = SigningKey.generate()
    thief = changed(pair, key, id="cl", country="CL", signer=jws.encode(key.public_bytes))
    with pytest.raises(BundleRefused) as refused:
        add(pair, thief)
    assert refused.value.facts["reason"] == "a certificate of another partner"


def test_a_revoked_partner_is_told_from_an_unknown_one(pair: Pair):
    pair.ec.revoke("us")
    with pair.ec.store.transaction(NODE) as tx:
        with pytest.raises(PartnerRevoked):
            pair.ec.directory.active(tx, "us")
        with pytest.raises(PartnerRevoked):
            pair.ec.directory.holder_of(tx, pair.us.identity.certificate.fingerprint)
        with pytest.raises(UnknownPartner):
            pair.ec.directory.active(tx, "cl")
        with pytest.raises(UnknownPartner):
            pair.ec.directory.revoke(tx, "cl", "operator")
