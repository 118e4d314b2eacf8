"""The three nodes of a chaos run: homes that trust each other, and processes that can be killed.

Each node is two processes on one database, as a larger installation runs them: one serves partners, one
carries, answers and sequences. Both watch the database and bring it back. Partners reach a node through
its fault proxy only.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.foundation.errors import Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import FILE_NAME, load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import DatabaseWatch, server_of
from cordillera.runtime.child import end_child, end_with_input, reap_child, start_child
from cordillera.runtime.exercise import exercises_among
from cordillera.runtime.flows import Flows
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.process import Server, Worker, run_node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.access.model import OfficerSession, Role
from cordillera.trust.access.officers import NewOfficer
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.reading import read_states
from cordillera.trust.exchange.answering import Answerer
from cordillera.trust.exchange.couriers import Couriers
from cordillera.trust.exchange.listener import Listener
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.ledger.sequencer import Sequencer

COUNTRIES: Final = ("CL", "EC", "US")
ROLES: Final = ("port", "worker")
START_SECONDS: Final = 180.0
SCOPE = Scope.node("chaos")
ProcessRole = Literal["port", "worker"]


class ChaosFailed(Unavailable):
    """A node of the chaos run did not start, or nothing moved any more."""

    code = "bench.chaos_failed"


def parts_of(node: Node) -> ExchangeParts:
    """Return the node's own parts, under the exercise agreements."""
    return msgspec.structs.replace(node.exchange_parts, policies=_policies)


def _policies(tx: sa.Connection) -> PolicyBook:
    held = exercises_among(COUNTRIES)
    return PolicyBook(held, read_states(tx, held, datetime.now(UTC)))


def run_role(home: Path, role: ProcessRole) -> None:
    """Run one process of a node until it is ended, or killed, or whoever started it is gone."""
    end_with_input()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with open_node(home) as node:
        parts = parts_of(node)
        flows = Flows(parts)
        workers: dict[str, Worker] = {"database": DatabaseWatch(node.settings.home, node.settings)}
        servers: list[Server] = []
        if role == "port":
            listener = Listener(parts, flows.effects, flows.routes)
            workers["partners"] = listener
            servers = [Server(listener.config())]
        else:
            workers |= {
                "ledger": Sequencer(node.store, node.ledger),
                "couriers": Couriers(parts),
                "answers": Answerer(parts),
            }
        run_node(servers, workers)


def make_homes(folder: Path, proxies: Mapping[str, int], ports: Mapping[str, int]) -> dict[str, Path]:
    """Write the settings of the three nodes: each is called by the port of its proxy."""
    homes = {}
    for country in COUNTRIES:
        home = folder / country.lower()
        write_settings(home, NewNode(home.name, country, f"{country}-PN", exchange_port=ports[country]))
        settings = home / FILE_NAME
        called = f'public_url = "https://127.0.0.1:{proxies[country]}"\n'
        settings.write_text(settings.read_text("utf-8") + called, "utf-8")
        homes[country] = home
    return homes


def introduce(nodes: Mapping[str, Node]) -> None:
    """Let every node trust every other, and give each one officer."""
    for node in nodes.values():
        with node.store.transaction(SCOPE) as tx:
            for other in nodes.values():
                if other is not node:
                    node.exchange.directory.add(tx, other.exchange_parts.identity.signed_bundle(), "chaos")
            new = NewOfficer("chaos", "Chaos Officer", (node.settings.node.agency,), (Role.WATCH_OFFICER,))
            node.access.officers.add(tx, "chaos", new)
        node.ledger.prepare(node.store)


def officer_of(node: Node) -> OfficerSession:
    """Return the session of the node's one officer."""
    with node.store.transaction(SCOPE) as tx:
        (row,) = node.access.officers.all(tx)
    return OfficerSession(
        session_id=uuid7(),
        officer_id=row.officer_id,
        login=row.login,
        name=row.name,
        agency=row.agencies[0],
        country=node.settings.node.country,
        roles=row.roles,
        desks=(),
        purpose="drug_trafficking",
        language="en",
        csrf_token="",
    )


class NodeProcess:
    """One process of a node, which can be killed and started again."""

    def __init__(self, home: Path, role: ProcessRole) -> None:
        self._home = home
        self._role = role
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it need not be ready yet."""
        command = [sys.executable, "-m", "cordillera", "bench", "chaos-node", str(self._home), self._role]
        with (self._home / f"{self._role}.txt").open("ab") as output:
            self._child = start_child(command, output)

    def kill(self) -> None:
        """SIGKILL: no farewell, no cleaning up."""
        if self._child is not None:
            self._child.kill()
            reap_child(self._child)

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self._child is not None and self._child.poll() is None

    def end(self) -> None:
        """Ask it to end, and end it when it does not."""
        if self._child is not None:
            end_child(self._child)


def kill_database(home: Path) -> bool:
    """SIGKILL every process of the home's database; False when none ran."""
    data = server_of(home, load(home)).place.data
    found = False
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == data:
                os.kill(int(process.name), signal.SIGKILL)
                found = True
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def wait_for(port: int) -> None:
    """Return when somebody listens on `port`; raise `ChaosFailed`."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise ChaosFailed(port=port, reason="did not start")
