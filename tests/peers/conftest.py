"""The fixture of a peer in another language that is joined with a node of ours."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.peers.javascript import peer_node
from tests.peers.joined import Joined
from tests.sim.federation import AGREEMENT, NODE, federation
from tests.sim.flows import Desk

from cordillera.foundation.store.embedded import EmbeddedPostgres
from cordillera.runtime.ports import free_port
from cordillera.trust.agreements.loading import shipped_text


@pytest.fixture
def joined(cluster: EmbeddedPostgres, tmp_path: Path) -> Iterator[Joined]:
    """The peer is a node of EC, with keys, a certificate and a bundle of its own making."""
    with federation(cluster, tmp_path, ("US",)) as net:
        us, agreement = net["us"], json.loads(shipped_text(AGREEMENT))
        now = us.clock.now().isoformat()
        with peer_node(id="js", country="EC", port=free_port(), now=now, agreement=agreement) as (js, bundle):
            with us.store.transaction(NODE) as tx:
                us.directory.add(tx, bundle, "operator")
            us.listener.refresh()
            assert js.call("trust", bundle=us.issue().decode()) == {"id": "us"}
            yield Joined(us, js, Desk(us))
