"""`cordillera bench ingest`: carriers' messages over HTTP into a node, screened and judged.

It sets up a home with a durable PostgreSQL (fsync on), a list of invented people and a rule in force, starts
web processes as a node runs them, and uploads real lists and reservations of invented flights (about 150
people each, three lists for each message of reservations) from carriers' connections that each wait for
their answer. Every answer means: stored, screened, judged, its leaf written, committed. With `--people` the
same flights come as interactive systems send them: few people, or one reservation, a message.

A message is lost when it was answered and is not stored, duplicated when it is stored twice or a traveller
of its flight stands twice.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Annotated, Final

import msgspec
import structlog
import uvicorn
from cyclopts import Parameter, validators

from cordillera.cli import bench_ingest_store as sql
from cordillera.cli.bench_carriers import PATIENCE, carry
from cordillera.cli.bench_load import percentile
from cordillera.cli.bench_nodes import SCOPE, BenchFailed, Watch, answers_at
from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit
from cordillera.desks.people.model import Actor, ListFormat
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.runtime.child import end_child, end_with_input, start_child
from cordillera.runtime.demo.rule import put_in_force
from cordillera.runtime.demo_day import DemoDay, make_day
from cordillera.runtime.demo_day.day import make_pushes
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.ports import free_port
from cordillera.runtime.process import Server, run_node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.runtime.warming import compile_kernels
from cordillera.trust.access.model import MachineSession, Role
from cordillera.trust.access.officers import NewOfficer
from cordillera.trust.ledger.sequencer import Sequencer
from cordillera.web.serve import server_options

SEED: Final = 8732
_FIRST_DAY: Final = date(2026, 6, 1)
_OFFICERS: Final = ("author", "second")


class IngestFigures(msgspec.Struct, frozen=True):
    """One run: messages a second, wait of a carrier for its answer, and whether anything went wrong.

    `cpu_ms` is processor time of all processes a message, `server_cpu_ms` without the carriers' own.
    `people_per_message` is how many travellers a message announced anew.
    """

    messages: int
    people: int
    per_second: float
    p50_ms: float
    p95_ms: float
    lost: int
    duplicated: int
    alerts: int
    cpu_ms: float
    server_cpu_ms: float
    database_cpu_ms: float
    megabytes: float
    people_per_second: float
    people_per_message: float


def ingest(
    *,
    messages: Annotated[int, Parameter(name="--messages", validator=validators.Number(gte=1))] = 200,
    processes: Annotated[int, Parameter(name="--processes", validator=validators.Number(gte=1, lte=64))] = 2,
    people: Annotated[int, Parameter(name="--people", validator=validators.Number(gte=0, lte=500))] = 0,
    carriers: Annotated[int, Parameter(name="--carriers", validator=validators.Number(gte=1, lte=256))] = 8,
    json: JsonOption = False,
) -> None:
    """Upload N messages, as fast as they are taken, and time them: whole flights, or few people at a time.

    Exits 1 when a message was lost or duplicated.

    Parameters
    ----------
    messages
        How many messages; making them takes time of its own, before the clock runs.
    processes
        Web processes that share the node's database, as behind one address.
    people
        People of a list's message, as interactive systems send them, with single reservations between; 0
        for the lists and reservations of whole flights, of about 150 people.
    carriers
        Connections that each wait for their answer before they send the next message.

    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    figures = measured(messages, (processes, carriers), people)
    if json:
        emit(figures)
    else:
        for name in figures.__struct_fields__:
            console.print(f"{name:18} {getattr(figures, name)}", highlight=False)
    if figures.lost or figures.duplicated:
        sys.exit(EXIT_REFUSED)


def ingest_node(home: Path, port: int, /) -> None:
    """Run one web process of the benchmark (started by `bench ingest`)."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    end_with_input()
    with open_node(home) as node:
        compile_kernels()
        own = msgspec.structs.replace(node.settings.web, port=port)
        node.settings = msgspec.structs.replace(node.settings, web=own)
        run_node(
            [Server(uvicorn.Config(**server_options(node)))], {"ledger": Sequencer(node.store, node.ledger)}
        )


def measured(messages: int, sides: tuple[int, int], people: int = 0) -> IngestFigures:
    """Set everything up, upload, and look into the store; `sides`: web processes, and carriers."""
    processes, carriers = sides
    first, sent = _made(messages, people)
    with tempfile.TemporaryDirectory(prefix="cordillera-bench-") as folder, ExitStack() as stack:
        home = Path(folder) / "ec"
        write_settings(home, NewNode("ec", "EC", "EC-PN"))
        node = stack.enter_context(open_node(home))
        token = _prepared(node, first, Path(folder))
        ports = [stack.enter_context(_web(home)) for _ in range(processes)]
        watch = Watch([home], [pid for _, pid in ports])
        _warm(ports, token, first)
        with node.store.transaction(SCOPE) as tx:
            before = sql.counts(tx)
        watch.begin()
        began = time.monotonic()
        waits = carry(sent, [ports[at % processes][0] for at in range(carriers)], token)
        took = time.monotonic() - began
        watch.end()
        with node.store.transaction(SCOPE) as tx:
            after = sql.counts(tx)
    spent = watch.spent()
    announced = after.travellers - before.travellers
    return IngestFigures(
        messages=len(waits),
        people=announced,
        per_second=round(len(waits) / took, 1),
        p50_ms=round(percentile(waits, 50), 1),
        p95_ms=round(percentile(waits, 95), 1),
        lost=max(0, len(waits) - (after.messages - before.messages)),
        duplicated=max(0, after.messages - before.messages - len(waits)) + after.doubled,
        alerts=after.alerts - before.alerts,
        cpu_ms=round(1000 * sum(spent.values()) / len(waits), 2),
        server_cpu_ms=round(1000 * (sum(spent.values()) - spent["driver"]) / len(waits), 2),
        database_cpu_ms=round(1000 * spent["ec database"] / len(waits), 2),
        megabytes=round(sum(map(len, sent)) / 1e6, 2),
        people_per_second=round(announced / took, 1),
        people_per_message=round(announced / len(waits), 2),
    )


def _made(messages: int, people: int = 0) -> tuple[DemoDay, list[bytes]]:
    """The first day, which fills the node, and messages of as many later days as are needed."""
    days = (_pushed if people else _whole)(people)
    return make_day(SEED, _FIRST_DAY), list(islice(days, messages))


def _whole(_people: int) -> Iterator[bytes]:
    """Whole flights of one day after the other: after each three lists a message of reservations."""
    for number, when in _later_days():
        day = make_day(SEED + number, when)
        lists, bookings = [raw for _, raw in day.messages], [raw for _, raw in day.bookings]
        for at in range(len(bookings)):
            yield from (*lists[3 * at : 3 * at + 3], bookings[at])
        yield from lists[3 * len(bookings) :]


def _pushed(people: int) -> Iterator[bytes]:
    for number, when in _later_days():
        yield from make_pushes(SEED + number, when, people)


def _later_days() -> Iterator[tuple[int, date]]:
    return ((number, _FIRST_DAY + timedelta(days=number)) for number in count(1))


def _prepared(node: Node, first: DemoDay, folder: Path) -> str:
    """A list to screen against, a day of history, a rule in force; return a carrier's token."""
    with node.store.transaction(SCOPE) as tx:
        by = Actor("bench", node.settings.node.agency, "bench")
        path = first.list_ec.save(folder / "list")
        node.people.import_file(tx, path, ("exercise", ListFormat.OFAC_CSV), by)
        for login in _OFFICERS:
            new = NewOfficer(login, login.title(), (node.settings.node.agency,), (Role.ANALYST,))
            node.access.officers.add(tx, "bench", new)
        token = node.access.tokens.add(
            tx, "bench", MachineSession("bench", node.settings.node.agency, "ingest")
        )
    origin = Origin(Channel.FILE, "", node.settings.node.agency)
    for _, raw in (*first.messages[:6], *first.bookings):
        with node.store.transaction(SCOPE) as tx:
            node.travellers.ingest(tx, raw, origin)
    put_in_force(node, *_OFFICERS)
    node.ledger.prepare(node.store)
    return token


@contextmanager
def _web(home: Path) -> Iterator[tuple[int, int]]:
    """Run a web process while the block runs; its port and process id."""
    port = free_port()
    command = [sys.executable, "-m", "cordillera.cli.main", "bench", "ingest-node", str(home), str(port)]
    child = start_child(command, sys.stderr)
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers_at(port):
            if child.poll() is not None or time.monotonic() > deadline:
                raise BenchFailed(reason="did not start")
            time.sleep(0.05)
        yield port, child.pid
    finally:
        end_child(child)


def _warm(ports: Sequence[tuple[int, int]], token: str, first: DemoDay) -> None:
    """Let each process load its lists and rules: duplicates, which change nothing, would not."""
    for at, (port, _) in enumerate(ports):
        _, raw = first.messages[6 + at % 8]
        carry([raw], [port], token)
