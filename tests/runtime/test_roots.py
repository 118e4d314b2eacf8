"""Whose root signatures a node knows: its own once the root spoke, an active partner's from its bundle."""

from tests.sim.federation import NODE, Pair, SimNode
from tests.trust.agreements.signing import root

from cordillera.runtime.roots import known_roots
from cordillera.trust.exchange.bundle import delegate

pytest_plugins = ["tests.sim.fixtures"]


def speak(node: SimNode, country: str) -> bytes:
    """The organisation's root signs for the node's bundle key; return the bundle."""
    with node.store.transaction(NODE) as tx:
        node.keys.install(tx, "operator", delegate(root(country), node.keys.request_delegation(tx)))
    return node.issue()


def kids(node: SimNode, country: str) -> dict[str, list[str]]:
    with node.store.transaction(NODE) as tx:
        found = known_roots(country, node.directory)(tx)
    return {name: [one.kid for one in roots] for name, roots in found.items()}


def test_a_node_knows_its_own_root_and_those_of_its_active_partners(pair: Pair):
    assert kids(pair.ec, "EC") == {}
    speak(pair.ec, "EC")
    assert kids(pair.ec, "EC") == {"EC": [root("EC").public.kid]}
    bundle = speak(pair.us, "US")
    with pair.ec.store.transaction(NODE) as tx:
        pair.ec.directory.add(tx, bundle, "operator")
    assert kids(pair.ec, "EC")["US"] == [root("US").public.kid]
    pair.ec.revoke("us")
    assert kids(pair.ec, "EC") == {"EC": [root("EC").public.kid]}
