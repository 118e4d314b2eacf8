"""Attack: two bundles with one `seq`, one for each partner: somebody else has the key, or plays double."""

import msgspec
import pytest
from tests.sim.federation import NODE, Pair

from cordillera.trust.exchange.bundle import sign_bundle
from cordillera.trust.exchange.bundles import CONTENT_TYPE, PATH
from cordillera.trust.exchange.errors import BundleFork

pytest_plugins = ["tests.sim.fixtures"]


def _other(pair: Pair) -> bytes:
    told = msgspec.structs.replace(pair.us.identity.bundle(), name="Another story")
    return sign_bundle(told, pair.us.identity.keyring.signing("exchange-bundle"))


def test_a_second_bundle_with_the_same_seq_is_refused(pair: Pair):
    with pair.ec.store.transaction(NODE) as tx, pytest.raises(BundleFork):
        pair.ec.directory.add(tx, _other(pair), "operator")


def test_both_bundles_are_kept_as_evidence_with_a_leaf(pair: Pair):
    before = pair.ec.leaves("partner.changed")
    with pair.us.client(pair.ec) as line:
        url, kind = pair.ec.identity.url + PATH, {"content-type": CONTENT_TYPE}
        answer = line.post(url, content=_other(pair), headers=kind)
    assert (answer.status_code, answer.json()["code"]) == (409, "exchange.bundle_fork")
    kept = pair.ec.scalar("SELECT array_agg(verdict ORDER BY verdict) FROM exchange_partner_bundle")
    assert kept == ["fork", "taken"]
    assert pair.ec.leaves("partner.changed") == before + 1
    with pair.ec.store.transaction(NODE) as tx:
        assert pair.ec.directory.active(tx, "us").name == "Node US"
