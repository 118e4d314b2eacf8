"""`cordillera bench exchange`: how fast two node processes exchange messages on this machine.

`bench exchange` sets up two homes with a durable PostgreSQL each (fsync on), starts a node process in
each, and asks person queries from a third process, as a web worker would. Every query runs the whole
protocol: policy on both sides, envelope, mutual TLS, ledger, signed receipt, answer. The agreement is
us-ec-2025 with one number changed: the day's quota, which would end the run after 1,000 queries.

A message is a signed envelope with its own policy decision, ledger leaf and stored receipt: of N messages
half are queries from one node and half the answers of the other.
"""

import json as text
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import msgspec
import sqlalchemy as sa
import structlog
from cyclopts import Parameter, validators

from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit
from cordillera.foundation.errors import Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import load
from cordillera.foundation.store.database import Scope, Store
from cordillera.runtime.flows import Flows
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.process import Server, Worker, run_node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.access.model import OfficerSession, Role
from cordillera.trust.access.officers import NewOfficer
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.loading import LoadedAgreement, load_agreement
from cordillera.trust.agreements.store import read_states
from cordillera.trust.exchange.answering import Answerer
from cordillera.trust.exchange.couriers import Couriers
from cordillera.trust.exchange.listener import Listener
from cordillera.trust.exchange.model import LegalGrounds, PersonQuery
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.ledger.sequencer import Sequencer

AGREEMENT: Final = "us-ec-2025"
ASKERS: Final = 3
IN_FLIGHT: Final = 192
START_SECONDS: Final = 60.0
STALL_SECONDS: Final = 60.0
_SCOPE = Scope.node("bench")
_GROUNDS = LegalGrounds(AGREEMENT, "drug_trafficking", "drug_trafficking", 120, "BENCH-1", "chief")


class BenchFailed(Unavailable):
    """A node process did not start, or nothing moved any more."""

    code = "bench.failed"


class ExchangeFigures(msgspec.Struct, frozen=True):
    """What was measured, over queries and answers alike, since each is a message under its own article.

    Latency: from the moment a query was asked, or an answer made, until its signed receipt is stored.
    """

    messages: int
    per_second: float
    p50_ms: float
    p95_ms: float
    lost: int
    duplicated: int


def exchange(
    *,
    messages: Annotated[int, Parameter(name="--messages", validator=validators.Number(gte=1))] = 1000,
    json: JsonOption = False,
) -> None:
    """Exchange N messages between two node processes, half queries and half answers, and time them.

    A message counts when the partner's signed receipt for it is stored at its sender.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory(prefix="cordillera-bench-") as folder, ExitStack() as stack:
        homes = _set_up(Path(folder), stack)
        for home in homes:
            stack.enter_context(_process(home))
        figures = _measure(homes, messages)
    if json:
        emit(figures)
    else:
        for name in figures.__struct_fields__:
            console.print(f"{name:12} {getattr(figures, name)}", highlight=False)
    if figures.lost or figures.duplicated:
        sys.exit(EXIT_REFUSED)


def exchange_node(home: Path, /) -> None:
    """Run one node of the benchmark (started by `bench exchange`)."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    with open_node(home) as node:
        parts = _parts(node)
        flows = Flows(parts)
        listener = Listener(parts, flows.effects, flows.routes)
        workers: dict[str, Worker] = {
            "ledger": Sequencer(node.store, node.ledger),
            "couriers": Couriers(parts),
            "answers": Answerer(parts),
            "partners": listener,
        }
        run_node([Server(listener.config())], workers)


def _parts(node: Node) -> ExchangeParts:
    """The node's own parts, under an agreement whose quota does not end the run."""
    agreement = _without_quota()

    def policies(tx: sa.Connection) -> PolicyBook:
        return PolicyBook([agreement], read_states(tx, [agreement]))

    return msgspec.structs.replace(node.exchange_parts, policies=policies)


def _without_quota() -> LoadedAgreement:
    file = resources.files("cordillera.trust.agreements") / "shipped" / f"{AGREEMENT}.json"
    terms = text.loads(file.read_bytes())
    for service in terms["services"]:
        service["quota"] = {"per_day": 10_000_000, "per_officer": 10_000_000}
    return load_agreement(text.dumps(terms).encode())


def _set_up(folder: Path, stack: ExitStack) -> tuple[Path, Path]:
    """Make two homes that trust each other, with one officer; their databases run until the end."""
    homes, nodes = [], []
    for country in ("EC", "US"):
        home = folder / country.lower()
        write_settings(home, NewNode(home.name, country, f"{country}-PN", exchange_port=_free_port()))
        homes.append(home)
        nodes.append(stack.enter_context(open_node(home)))
    for node, other in zip(nodes, reversed(nodes), strict=True):
        with node.store.transaction(_SCOPE) as tx:
            node.exchange.directory.add(tx, other.exchange_parts.identity.signed_bundle(), "bench")
            new = NewOfficer("bench", "Bench Officer", (node.settings.node.agency,), (Role.WATCH_OFFICER,))
            node.access.officers.add(tx, "bench", new)
    return homes[0], homes[1]


class _process:  # noqa: N801 - a context manager, used as a function
    """A node process that serves while the block runs."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def __enter__(self) -> None:
        command = [sys.executable, "-m", "cordillera.cli.main", "bench", "exchange-node", str(self._home)]
        self._child = subprocess.Popen(command, stdout=sys.stderr)  # noqa: S603 - fixed arguments
        port = load(self._home).exchange.port
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port):
            if self._child.poll() is not None or time.monotonic() > deadline:
                self._child.kill()
                raise BenchFailed(home=self._home.name, reason="did not start")
            time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(20)
        except subprocess.TimeoutExpired:
            self._child.kill()


def _measure(homes: tuple[Path, Path], count: int) -> ExchangeFigures:
    queries = max(1, count // 2)
    with open_node(homes[0]) as ec, open_node(homes[1]) as us:
        ec.ledger.prepare(ec.store)  # as the sequencer does that runs beside a web worker
        began = time.time()
        asked = _ask_all(ec, queries)
        for store in (ec.store, us.store):
            _wait(store, "SELECT count(*) FROM exchange_outbox WHERE receipt IS NULL", 0)
        _wait(ec.store, "SELECT count(*) FROM exchange_query WHERE state = 'waiting'", 0)
        stored, _ = _receipts(ec.store)
        answered, waited = _receipts(us.store)
        known = _scalar(ec.store, "SELECT count(*) FROM exchange_query WHERE state = 'answered'")
        taken = _scalar(us.store, "SELECT count(*) FROM exchange_incoming")
    waits = sorted([*((stored[one] - at) * 1000 for one, at in asked.items() if one in stored), *waited])
    return ExchangeFigures(
        messages=queries * 2,
        per_second=round(len(waits) / (max(*stored.values(), *answered.values()) - began), 1),
        p50_ms=round(statistics.median(waits), 1),
        p95_ms=round(waits[int(len(waits) * 0.95) - 1], 1),
        lost=queries - min(len(stored), known) + queries - min(len(answered), queries),
        duplicated=max(0, taken - queries) + max(0, len(answered) - queries),
    )


def _receipts(store: Store) -> tuple[dict[object, float], list[float]]:
    """When each message of a node was receipted, and how long each had waited since it was made (ms)."""
    with store.transaction(_SCOPE) as tx:
        rows = tx.execute(
            sa.text("SELECT msg_id, created_at, receipt_at FROM exchange_outbox WHERE state = 'delivered'")
        ).all()
    return (
        {row.msg_id: row.receipt_at.timestamp() for row in rows},
        [(row.receipt_at - row.created_at).total_seconds() * 1000 for row in rows],
    )


def _ask_all(node: Node, count: int) -> dict[object, float]:
    """Ask from several threads, with a bounded number in flight; return when each was committed."""
    service = ExchangeService(_parts(node))
    officer = _officer(node)
    asked: dict[object, float] = {}
    left = iter(range(count))
    room = threading.Semaphore(IN_FLIGHT)
    done = threading.Event()
    turn = threading.Lock()

    def ask() -> None:
        while True:
            room.acquire()
            with turn:
                number = next(left, None)
            if number is None or done.is_set():
                return
            person = PersonQuery(f"Invented Person {number}", date_of_birth="1980-05-17")
            with node.store.transaction(officer.scope, gathered=True) as tx:
                outcome = service.ask_person(tx, officer, "us", f"bench-{number}", person, _GROUNDS)
            asked[outcome.query_id] = time.time()

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    _give_room(node.store, room, asked, count)
    done.set()
    for _ in threads:
        room.release()
    for thread in threads:
        thread.join(10)
    return asked


def _give_room(store: Store, room: threading.Semaphore, asked: dict[object, float], count: int) -> None:
    """Let as many new queries in as receipts were stored."""
    seen, moved = 0, time.monotonic()
    while len(asked) < count:
        stored = _scalar(store, "SELECT count(*) FROM exchange_outbox WHERE receipt IS NOT NULL")
        if stored > seen:
            room.release(stored - seen)
            seen, moved = stored, time.monotonic()
        if time.monotonic() - moved > STALL_SECONDS:
            raise BenchFailed(reason="nothing moves", stored=stored)
        time.sleep(0.05)


def _wait(store: Store, statement: str, wanted: int) -> None:
    before, moved = -1, time.monotonic()
    while (now := _scalar(store, statement)) != wanted:
        if now != before:
            before, moved = now, time.monotonic()
        if time.monotonic() - moved > STALL_SECONDS:
            raise BenchFailed(reason="nothing moves", waiting=now)
        time.sleep(0.05)


def _scalar(store: Store, statement: str) -> int:
    with store.transaction(_SCOPE) as tx:
        return int(tx.execute(sa.text(statement)).scalar_one())


def _officer(node: Node) -> OfficerSession:
    with node.store.transaction(_SCOPE) as tx:
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


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
