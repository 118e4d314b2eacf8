"""Attack: a bundle under another root, under no root where one is held, or edited after it was signed."""

import json

import msgspec
import pytest
from tests.sim.federation import NODE, Pair

from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.root import RootKey
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.exchange.bundle import Bundle, delegate, sign_bundle
from cordillera.trust.exchange.errors import BundleRefused, DelegationRefused, ForeignRoot

pytest_plugins = ["tests.sim.fixtures"]


@pytest.fixture
def rooted(pair: Pair) -> Pair:
    """US rests on a root, and EC knows it."""
    with pair.us.store.transaction(NODE) as tx:
        asked = pair.us.keys.request_delegation(tx)
        pair.us.keys.install(tx, "operator", delegate(RootKey.generate(), asked))
        pair.us.identity.use(tx)
    pair.ec.trust(pair.us)
    return pair


def _add(pair: Pair, bundle: Bundle, key: SigningKey | None = None) -> None:
    raw = sign_bundle(bundle, key or pair.us.identity.keyring.signing("exchange-bundle"))
    with pair.ec.store.transaction(NODE) as tx:
        pair.ec.directory.add(tx, raw, "operator")


def _newer(pair: Pair, **changes: object) -> Bundle:
    now = pair.us.identity.bundle()
    return msgspec.structs.replace(now, seq=now.seq + 1, **changes)


def test_the_thief_of_a_bundle_key_cannot_put_a_root_of_his_own_above_it(rooted: Pair):
    with rooted.us.store.transaction(NODE) as tx:
        asked = rooted.us.keys.request_delegation(tx)
    with pytest.raises(ForeignRoot):
        _add(rooted, _newer(rooted, delegation=delegate(RootKey.generate(), asked)))


def test_a_root_once_held_cannot_be_left_out(rooted: Pair):
    with pytest.raises(ForeignRoot):
        _add(rooted, _newer(rooted, delegation=None))


def test_a_key_that_the_root_did_not_name_signs_no_bundle(rooted: Pair):
    key = SigningKey.generate()
    with pytest.raises(DelegationRefused):
        _add(rooted, _newer(rooted, signer=jws.encode(key.public_bytes)), key)


@pytest.mark.parametrize("half", ["ed25519", "ml_dsa_65"])
def test_a_delegation_with_one_good_half_is_refused(rooted: Pair, half: str):
    held = rooted.us.identity.bundle().delegation
    assert held is not None
    other = RootKey.generate().sign(b"other", "cordillera/delegation/1")
    mixed = msgspec.structs.replace(held.signature, **{half: getattr(other, half)})
    with pytest.raises(DelegationRefused):
        _add(rooted, _newer(rooted, delegation=msgspec.structs.replace(held, signature=mixed)))


def test_an_edit_without_a_signature_is_refused(rooted: Pair):
    parts = json.loads(rooted.us.identity.signed_bundle())
    payload = json.loads(jws.decode(parts["payload"]))
    payload["seq"] += 1
    parts["payload"] = jws.encode(json.dumps(payload, sort_keys=True, separators=(",", ":")).encode())
    raw = json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()
    with rooted.ec.store.transaction(NODE) as tx, pytest.raises(BundleRefused):
        rooted.ec.directory.add(tx, raw, "operator")
