"""The nodes of the recall run: own databases, own keys, mutual TLS on loopback; links that can be cut.

A link that is cut carries nothing either way, as long as it is: what waits stays in the outbox of its
node, as it would with a cable pulled. Every two nodes are bound by an exercise agreement.
"""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa
import uvicorn

from cordillera.foundation.errors import CordilleraError, Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.runtime.exercise import exercises_among, with_exercises
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.ports import free_port
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.access.model import OfficerSession, Role
from cordillera.trust.access.officers import NewOfficer
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.courier import Courier
from cordillera.trust.exchange.listener import Listener
from cordillera.trust.ledger.sequencer import Sequencer

COUNTRIES: Final = ("EC", "PE", "CO", "CL", "US", "BO", "AR", "UY", "PY", "BR", "MX", "PA")
ROLES: Final = (Role.ANALYST, Role.LIAISON, Role.AGREEMENT_OFFICER)
SCOPE: Final = Scope.node("bench")
_IDLE: Final = 0.05
_START_SECONDS: Final = 20.0

Link = frozenset[str]


class Member:
    """One node at work."""

    def __init__(self, node: Node, countries: Sequence[str]) -> None:
        self.node = node
        self.id = node.settings.node.id
        more = exercises_among(countries)
        own = node.exchange_parts

        def policies(tx: sa.Connection) -> PolicyBook:
            return with_exercises(own.policies(tx), more)

        node.__dict__["exchange_parts"] = msgspec.structs.replace(own, policies=policies)
        self.officers = [self._hire(name) for name in ("bench.one", "bench.two")]
        self.listener = Listener(node.flows.parts, node.flows.effects, node.flows.routes)
        self.server = uvicorn.Server(self.listener.config())

    def _hire(self, login: str) -> OfficerSession:
        own = self.node.settings.node
        with self.node.store.transaction(SCOPE) as tx:
            self.node.access.officers.add(tx, "bench", NewOfficer(login, login, (own.agency,), ROLES))
            row = next(row for row in self.node.access.officers.all(tx) if row.login == login)
        return OfficerSession(
            session_id=uuid7(),
            officer_id=row.officer_id,
            login=login,
            name=login,
            agency=own.agency,
            country=own.country,
            roles=row.roles,
            desks=(),
            purpose="drug_trafficking",
            language="en",
            csrf_token="",
        )


class Net:
    """All nodes, and which links are cut now."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = {member.id: member for member in members}
        self.cut: set[Link] = set()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def links(self) -> list[Link]:
        """Every two nodes."""
        names = sorted(self.members)
        return [frozenset((one, other)) for one in names for other in names if one < other]

    def start(self) -> None:
        """Start listeners, sequencers, couriers and the workers of records."""
        for member in self.members.values():
            self._run(member.server.run)
            self._run(Sequencer(member.node.store, member.node.ledger).run, self._stop)
            self._run(member.node.records.duties.run, self._stop)
            for other in self.members:
                if other != member.id:
                    self._run(self._carry, member, other)
        deadline = time.monotonic() + _START_SECONDS
        while not all(member.server.started for member in self.members.values()):
            if time.monotonic() > deadline:
                raise Unavailable(reason="a node did not start")
            time.sleep(_IDLE)

    def stop(self) -> None:
        """End everything in order: nothing is sent any more, then nothing is taken."""
        self._stop.set()
        for member in self.members.values():
            member.server.should_exit = True
        for thread in self._threads:
            thread.join(10)

    def cut_some(self, share: float, chance: random.Random) -> None:
        """Cut another random choice of links, and heal those cut before."""
        links = self.links
        count = min(len(links), max(1, round(share * len(links)))) if share > 0 else 0
        self.cut = set(chance.sample(links, count))

    def heal(self) -> None:
        """Let everything through again."""
        self.cut = set()

    def _carry(self, member: Member, other: str) -> None:
        courier = Courier(member.node.exchange_parts, other)
        link = frozenset((member.id, other))
        try:
            while not self._stop.is_set():
                if link in self.cut or not self._turn(courier):
                    self._stop.wait(_IDLE)
        finally:
            courier.close()

    def _turn(self, courier: Courier) -> int:
        try:
            return courier.turn()
        except CordilleraError:
            return 0

    def _run(self, work: object, *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)  # type: ignore[arg-type]  # bound methods
        self._threads.append(thread)
        thread.start()


@contextmanager
def network(folder: Path, count: int) -> Iterator[Net]:
    """Open that many nodes that all trust each other; their databases run until the end."""
    countries = COUNTRIES[:count]
    with ExitStack() as stack:
        members = []
        for country in countries:
            home = folder / country.lower()
            write_settings(
                home, NewNode(home.name, country, f"{country}-PN", web_port=0, exchange_port=free_port())
            )
            members.append(Member(stack.enter_context(open_node(home)), countries))
        for member in members:
            _introduce(member, [other for other in members if other is not member])
        net = Net(members)
        net.start()
        stack.callback(net.stop)
        yield net


def _introduce(member: Member, others: Sequence[Member]) -> None:
    with member.node.store.transaction(SCOPE) as tx:
        for other in others:
            raw = other.node.exchange_parts.identity.signed_bundle()
            member.node.exchange.directory.add(tx, raw, "bench")
    member.listener.refresh()
