"""The two nodes of `cordillera bench exchange`: their homes, their processes, and what these take."""

import json as text
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.foundation.errors import Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.child import end_child, end_with_input, start_child
from cordillera.runtime.flows import Flows
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.ports import free_port
from cordillera.runtime.process import Server, Worker, run_node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.access.model import OfficerSession, Role
from cordillera.trust.access.officers import NewOfficer
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.loading import LoadedAgreement, load_agreement
from cordillera.trust.agreements.reading import read_standing
from cordillera.trust.exchange.answering import Answerer
from cordillera.trust.exchange.couriers import Couriers
from cordillera.trust.exchange.listener import Listener
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.ledger.sequencer import Sequencer

AGREEMENT: Final = "us-ec-2025"
START_SECONDS: Final = 60.0
SCOPE = Scope.node("bench")
_TICK: Final = os.sysconf("SC_CLK_TCK")


class BenchFailed(Unavailable):
    """A node process did not start, or nothing moved any more."""

    code = "bench.failed"


def parts_of(node: Node) -> ExchangeParts:
    """The node's own parts, under an agreement whose quota does not end the run."""
    agreement = _without_quota()

    def policies(tx: sa.Connection) -> PolicyBook:
        return PolicyBook([agreement], read_standing(tx, node.clock.now()).states)

    return msgspec.structs.replace(node.exchange_parts, policies=policies)


def serve(home: Path) -> None:
    """Run the node of `home` until it is told to stop, or whoever started it is gone."""
    end_with_input()
    with open_node(home) as node:
        parts = parts_of(node)
        flows = Flows(parts)
        listener = Listener(parts, flows.effects, flows.routes)
        workers: dict[str, Worker] = {
            "ledger": Sequencer(node.store, node.ledger),
            "couriers": Couriers(parts),
            "answers": Answerer(parts),
            "partners": listener,
        }
        run_node([Server(listener.config())], workers)


def set_up(folder: Path, stack: ExitStack) -> tuple[Path, Path]:
    """Make two homes that trust each other, with one officer; their databases run until the end."""
    homes, nodes = [], []
    for country in ("EC", "US"):
        home = folder / country.lower()
        write_settings(home, NewNode(home.name, country, f"{country}-PN", exchange_port=free_port()))
        homes.append(home)
        nodes.append(stack.enter_context(open_node(home)))
    for node, other in zip(nodes, reversed(nodes), strict=True):
        with node.store.transaction(SCOPE) as tx:
            node.exchange.directory.add(tx, other.exchange_parts.identity.signed_bundle(), "bench")
            new = NewOfficer("bench", "Bench Officer", (node.settings.node.agency,), (Role.WATCH_OFFICER,))
            node.access.officers.add(tx, "bench", new)
    return homes[0], homes[1]


def officer_of(node: Node) -> OfficerSession:
    """The officer who asks."""
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


@contextmanager
def node_process(home: Path) -> Iterator[int]:
    """Run a node process that serves while the block runs; its process id."""
    command = [sys.executable, "-m", "cordillera.cli.main", "bench", "exchange-node", str(home)]
    child = start_child(command, sys.stderr)
    try:
        port = load(home).exchange.port
        deadline = time.monotonic() + START_SECONDS
        while not answers_at(port):
            if child.poll() is not None or time.monotonic() > deadline:
                raise BenchFailed(home=home.name, reason="did not start")
            time.sleep(0.05)
        yield child.pid
    finally:
        end_child(child)


class Watch:
    """What the processes take of the machine: processor time and memory."""

    def __init__(self, homes: Sequence[Path], children: Sequence[int]) -> None:
        self._pids = {"driver": [os.getpid()]}
        self._pids |= (
            {home.name: [child] for home, child in zip(homes, children, strict=True)}
            if len(homes) == len(children)
            else {homes[0].name: list(children)}
        )
        self._servers = {f"{home.name} database": _postmaster(home) for home in homes}
        self._began: dict[str, float] = {}
        self._took: dict[str, float] = {}

    def begin(self) -> None:
        """Start counting processor time."""
        self._began = self._seconds()

    def end(self) -> None:
        """Stop counting processor time."""
        self._took = {name: spent - self._began[name] for name, spent in self._seconds().items()}

    def spent(self) -> dict[str, float]:
        """Processor time in seconds between beginning and end, by process."""
        return dict(self._took)

    def cpu_report(self, messages: int) -> str:
        """Processor time per message, by process."""
        lines = [
            f"{name:12} {1000 * spent / messages:.3f} ms a message" for name, spent in self._took.items()
        ]
        return "\n".join(
            [*lines, f"{'all':12} {1000 * sum(self._took.values()) / messages:.3f} ms a message"]
        )

    def memory_line(self) -> str:
        """Resident memory of the two node processes, in MB."""
        sizes = {name: _resident_mb(pids[0]) for name, pids in self._pids.items()}
        return "resident MB: " + ", ".join(f"{name} {size:.1f}" for name, size in sizes.items())

    def _seconds(self) -> dict[str, float]:
        groups = {**self._pids, **{name: _family(pid) for name, pid in self._servers.items()}}
        return {name: sum(map(_cpu_seconds, pids)) for name, pids in groups.items()}


def _cpu_seconds(pid: int) -> float:
    """Time of a process and of its children that have ended, in user and system mode (proc(5))."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / _TICK


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_048_576


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return [pid]
    return [pid, *map(int, children)]


def _postmaster(home: Path) -> int:
    """The process id of a home's embedded server; 0, which takes nothing, for another server."""
    note = server_of(home, load(home)).place.data / "postmaster.pid"
    return int(note.read_text("ascii").split()[0]) if note.exists() else 0


def _without_quota() -> LoadedAgreement:
    file = resources.files("cordillera.trust.agreements") / "shipped" / f"{AGREEMENT}.json"
    terms = text.loads(file.read_bytes())
    for service in terms["services"]:
        service["quota"] = {"per_day": 10_000_000, "per_officer": 10_000_000}
    return load_agreement(text.dumps(terms).encode())


def answers_at(port: int) -> bool:
    """Whether something listens on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
