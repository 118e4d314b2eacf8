"""Attack: a member was put out, and reads on through a third node that still speaks with it (MISP#10899)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.sim.federation import NODE, Pair, SimNode

from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import ExchangeSettings
from cordillera.foundation.store.embedded import EmbeddedPostgres
from cordillera.runtime.ports import free_port
from cordillera.trust.exchange.bundle import sign_bundle
from cordillera.trust.exchange.bundles import Bundles
from cordillera.trust.exchange.errors import BundleRefused, OnwardRevoked

pytest_plugins = ["tests.sim.fixtures"]


@pytest.fixture
def chile(cluster: EmbeddedPostgres, pair: Pair, tmp_path: Path) -> Iterator[SimNode]:
    """A third node that both speak with."""
    name = f"sim_{uuid7().hex[-16:]}"
    cluster.create_database(name, template="cordillera_template")
    node = SimNode(cluster.urls(name), tmp_path / "CL", "CL", ExchangeSettings(port=free_port()))
    for other in (pair.ec, pair.us):
        other.trust(node)
        node.trust(other)
    yield node
    node.close()
    cluster.drop_database(name)


def _put_out(pair: Pair, member: str) -> None:
    """EC revokes a member; the others learn it with EC's next bundle."""
    pair.ec.revoke(member)
    pair.ec.keys.tick()
    assert Bundles(pair.ec.parts).tell("us").error == ""


def test_what_came_from_who_put_it_out_is_not_passed_on_to_a_revoked_member(pair: Pair, chile: SimNode):
    with pair.us.store.transaction(NODE) as tx:
        pair.us.directory.ensure_onward(tx, "ec", "cl")
    _put_out(pair, "cl")
    with pair.us.store.transaction(NODE) as tx:
        assert pair.us.directory.active(tx, "cl").id == chile.identity.id  # US itself still speaks with it
        with pytest.raises(OnwardRevoked) as refused:
            pair.us.directory.ensure_onward(tx, "ec", "cl")
    assert refused.value.facts["by"] == "ec"


@pytest.mark.usefixtures("chile")
def test_our_own_records_may_still_go_where_only_the_other_has_revoked(pair: Pair):
    _put_out(pair, "cl")
    with pair.us.store.transaction(NODE) as tx:
        pair.us.directory.ensure_onward(tx, "us", "cl")


@pytest.mark.usefixtures("chile")
def test_nothing_is_passed_on_to_whom_we_have_revoked_ourselves(pair: Pair):
    pair.us.revoke("cl")
    with pair.us.store.transaction(NODE) as tx, pytest.raises(OnwardRevoked):
        pair.us.directory.ensure_onward(tx, "ec", "cl")


@pytest.mark.usefixtures("chile")
def test_the_exclusion_is_the_signed_word_of_who_made_it(pair: Pair):
    """A third node cannot invent it: it stands in the excluder's own bundle, under its bundle key."""
    _put_out(pair, "cl")
    told = pair.ec.identity.bundle()
    assert [one.id for one in told.excluded] == ["cl"]
    forged = msgspec.structs.replace(told, seq=told.seq + 1, excluded=())
    raw = sign_bundle(forged, pair.us.identity.keyring.signing("exchange-bundle"))
    with pair.us.store.transaction(NODE) as tx, pytest.raises(BundleRefused):
        pair.us.directory.add(tx, raw, "operator")
