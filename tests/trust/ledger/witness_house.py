"""Nodes that witness each other, and a supervisor's witness, for tests of what they refuse."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.sim.federation import SimNode

from cordillera.runtime.witnesses import Witnesses
from cordillera.trust.ledger.freshness import Watch
from cordillera.trust.ledger.policy import Policy, Witness, parse_policy, write_policy
from cordillera.trust.ledger.standalone import StandaloneWitness
from cordillera.trust.ledger.submission import Submitter


def watched(node: SimNode, *witnesses: Witness, quorum: int = 1) -> Submitter:
    """Give a node a policy that asks for these witnesses; return what collects their cosignatures."""
    policy: Policy = parse_policy(write_policy(list(witnesses), quorum))
    node.ledger.watch = Watch(lambda: policy, node.clock)
    return Witnesses(node.parts).submitter()


def partner_witness(node: SimNode) -> Witness:
    """A partner node, as a witness of the other."""
    return Witness(node.identity.id, Witnesses(node.parts).own.key, f"node:{node.identity.id}")


@contextmanager
def supervisor(home, *nodes: SimNode) -> Iterator[Witness]:
    """A stand-alone witness that watches the logs of these nodes, over its own HTTP."""
    witness = StandaloneWitness(home, nodes[0].clock, "supervisor.example/witness")
    for node in nodes:
        witness.add_log(node.ledger.note_key.vkey)
    with witness.server("127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield Witness("supervisor", witness.key, f"http://127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            thread.join(5)
