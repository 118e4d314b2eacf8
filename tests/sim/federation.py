"""Two real nodes on loopback: real PostgreSQL, real mutual TLS, real ledger and policy.

Work is done when a test says so (`flow`, `turn`), so faults fall where they are aimed. Only the declared
ports are filled by stand-ins: who matches a person, and which officers are active. Each node can also be
made to misbehave (`tests.sim.hostile`). What tests need of the simulation is imported from here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
from tests.sim.node import SimNode
from tests.sim.parts import (
    AGREEMENT,
    GROUNDS,
    KNOWN,
    LISTED,
    NODE,
    NOON,
    SimKeys,
    SimMatcher,
    SimOfficers,
    TickingClock,
    officer,
)

from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import ExchangeSettings
from cordillera.runtime.exercise import exercises_among
from cordillera.runtime.ports import free_port

__all__ = [
    "AGREEMENT",
    "GROUNDS",
    "KNOWN",
    "LISTED",
    "NODE",
    "NOON",
    "Federation",
    "Pair",
    "SimKeys",
    "SimMatcher",
    "SimNode",
    "SimOfficers",
    "TickingClock",
    "agreement_of",
    "federation",
    "officer",
    "two_nodes",
]


class Pair(msgspec.Struct, frozen=True):
    """EC asks, US answers; or the other way."""

    ec: SimNode
    us: SimNode

    def flow(self) -> None:
        """Carry everything there and back once."""
        self.ec.turn("us")
        self.us.answer()
        self.us.turn("ec")
        self.sequence()

    def advance(self, step: timedelta) -> None:
        for node in (self.ec, self.us):
            node.clock.advance(step)

    def sequence(self) -> None:
        for node in (self.ec, self.us):
            while node.sequencer.run_once():
                pass


@contextmanager
def two_nodes(cluster, home: Path, *, ticking: bool = False) -> Iterator[Pair]:
    """Two nodes that trust each other, listening on loopback."""
    names = [f"sim_{uuid7().hex[-16:]}" for _ in range(2)]
    nodes: list[SimNode] = []
    try:
        for name, country in zip(names, ("EC", "US"), strict=True):
            cluster.create_database(name, template="cordillera_template")
            exchange = ExchangeSettings(port=free_port(), answer_bucket_ms=100)
            clock = TickingClock() if ticking else None
            nodes.append(SimNode(cluster.urls(name), home / country, country, exchange, clock))
        ec, us = nodes
        ec.trust(us)
        us.trust(ec)
        pair = Pair(ec, us)
        pair.sequence()
        for node in nodes:
            node.listen()
        yield pair
    finally:
        for node in nodes:
            node.close()
        for name in names:
            cluster.drop_database(name)


class Federation(msgspec.Struct, frozen=True):
    """Any number of nodes, every two of them joined by an exercise agreement; links can be cut."""

    nodes: dict[str, SimNode]
    cut: set[frozenset[str]] = msgspec.field(default_factory=set)

    def __getitem__(self, name: str) -> SimNode:
        return self.nodes[name]

    def advance(self, step: timedelta) -> None:
        for node in self.nodes.values():
            node.clock.advance(step)

    def sequence(self) -> None:
        for node in self.nodes.values():
            node.sequencer.catch_up()

    def round(self) -> int:
        """Carry what waits over every link that is not cut, prove and remind; return how much moved."""
        moved = 0
        for node in self.nodes.values():
            for name in self.nodes:
                revoked = self._revoked(node, name)
                if (
                    name != node.identity.id
                    and not revoked
                    and frozenset((node.identity.id, name)) not in self.cut
                ):
                    moved += node.turn(name)
        self.sequence()
        return moved + sum(node.records.duties.run_once() for node in self.nodes.values())

    def settle(self, most: int = 40) -> None:
        """Go on until nothing moves any more."""
        for _ in range(most):
            if not self.round():
                return
        raise AssertionError("the federation does not come to rest")

    def _revoked(self, node: SimNode, name: str) -> bool:
        with node.store.transaction(NODE) as tx:
            return any(one.id == name and one.status != "active" for one in node.directory.all(tx))


def agreement_of(one: str, other: str) -> str:
    """The id of the exercise agreement of two nodes."""
    return exercises_among((one.upper(), other.upper()))[0].agreement.id


@contextmanager
def federation(cluster, home: Path, countries: Sequence[str]) -> Iterator[Federation]:
    """Nodes that all trust each other, listening on loopback; ids are countries in small letters."""
    names = [f"sim_{uuid7().hex[-16:]}" for _ in countries]
    nodes: list[SimNode] = []
    try:
        for name, country in zip(names, countries, strict=True):
            cluster.create_database(name, template="cordillera_template")
            exchange = ExchangeSettings(port=free_port(), answer_bucket_ms=100)
            nodes.append(
                SimNode(cluster.urls(name), home / country, country, exchange, among=tuple(countries))
            )
        for node in nodes:
            for other in nodes:
                if other is not node:
                    node.trust(other)
        joined = Federation({node.identity.id: node for node in nodes})
        joined.sequence()
        for node in nodes:
            node.listen()
        yield joined
    finally:
        for node in nodes:
            node.close()
        for name in names:
            cluster.drop_database(name)
