"""`cordillera bench exchange`: how fast two node processes exchange messages on this machine.

It sets up two homes with a durable PostgreSQL each (fsync on), starts a node process in each, and asks
person queries from a third process, as a web worker would. Every query is a transaction of its own and
runs the whole protocol: policy on both sides, envelope, mutual TLS, ledger, signed receipt, answer. The
agreement is us-ec-2025 with one number changed: the day's quota, which would end the run after 1,000
queries.

A message is a signed envelope with its own policy decision, ledger leaf and stored receipt: of N messages
half are queries from one node and half the answers of the other.
"""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import msgspec
import structlog
from cyclopts import Parameter, validators

from cordillera.cli.bench_load import Load, Measured, Nodes, percentile
from cordillera.cli.bench_nodes import Watch, node_process, serve, set_up
from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit, errors
from cordillera.runtime.keeper import passing_folder

HALF_LOAD_SECONDS: Final = 30.0
"""The second phase ends after this long, however many messages the first one had."""
RateOption = Annotated[
    float | None,
    Parameter(name="--rate", validator=validators.Number(gt=0), help="Offer R messages a second, no more."),
]
MinutesOption = Annotated[
    float | None,
    Parameter(
        name="--minutes", validator=validators.Number(gt=0), help="Keep the load up for so many minutes."
    ),
]
CpuOption = Annotated[
    bool, Parameter(name="--cpu", negative="", help="Print the processor time each process took (stderr).")
]


class ExchangeFigures(msgspec.Struct, frozen=True):
    """What was measured, over queries and answers alike, since each is a message under its own article.

    `per_second` is that of full load. `p50_ms` and `p95_ms` are those of half of that load, or of the rate
    that was asked for: from the moment a message was made until its signed receipt is stored.
    `taken_in_p50_ms` and `taken_in_p95_ms` are the first part of that: until the partner began to take it in.
    """

    messages: int
    per_second: float
    p50_ms: float
    p95_ms: float
    lost: int
    duplicated: int
    taken_in_p50_ms: float
    taken_in_p95_ms: float


def exchange(
    *,
    messages: Annotated[int, Parameter(name="--messages", validator=validators.Number(gte=1))] = 1000,
    rate: RateOption = None,
    minutes: MinutesOption = None,
    cpu: CpuOption = False,
    json: JsonOption = False,
) -> None:
    """Exchange N messages between two node processes, half queries and half answers, and time them.

    A message counts when the partner's signed receipt for it is stored at its sender. First N messages at
    full load give `per_second`; then up to N more, at half of that rate and for at most 30 seconds, give
    `p50_ms` and `p95_ms`. With --rate or --minutes there is one phase, and memory is printed (stderr).
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with passing_folder("cordillera-bench-") as folder, ExitStack() as stack:
        homes = set_up(folder, stack)
        children = [stack.enter_context(node_process(home)) for home in homes]
        nodes = stack.enter_context(Nodes.of(homes))
        watch = Watch(homes, children)
        one_phase = rate is not None or minutes is not None
        figures = _steady(nodes, watch, Load.of(messages, rate, minutes)) if one_phase else None
        figures = figures or _two_phases(nodes, watch, messages)
        if cpu:
            errors.print(watch.cpu_report(figures.messages), highlight=False)
    _show(figures, as_json=json)


def exchange_node(home: Path, /) -> None:
    """Run one node of the benchmark (started by `bench exchange`)."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    serve(home)


def _two_phases(nodes: Nodes, watch: Watch, messages: int) -> ExchangeFigures:
    watch.begin()
    full = nodes.run(Load(messages))
    watch.end()
    rate = full.per_second / 2
    half = nodes.run(Load(min(messages, int(rate * HALF_LOAD_SECONDS)), rate=rate))
    return _figures(messages, full, half)


def _steady(nodes: Nodes, watch: Watch, load: Load) -> ExchangeFigures:
    watch.begin()
    done = nodes.run(load, lambda: errors.print(watch.memory_line(), highlight=False))
    watch.end()
    return _figures(done.messages, done, done)


def _figures(messages: int, full: Measured, timed: Measured) -> ExchangeFigures:
    """The last phase counts what was lost or doubled over all of them."""
    return ExchangeFigures(
        messages=messages,
        per_second=round(full.per_second, 1),
        p50_ms=round(percentile(timed.waits_ms, 50), 1),
        p95_ms=round(percentile(timed.waits_ms, 95), 1),
        lost=timed.lost,
        duplicated=timed.duplicated,
        taken_in_p50_ms=round(percentile(timed.taken_in_ms, 50), 1),
        taken_in_p95_ms=round(percentile(timed.taken_in_ms, 95), 1),
    )


def _show(figures: ExchangeFigures, *, as_json: bool) -> None:
    if as_json:
        emit(figures)
    else:
        for name in figures.__struct_fields__:
            console.print(f"{name:12} {getattr(figures, name)}", highlight=False)
    if figures.lost or figures.duplicated:
        sys.exit(EXIT_REFUSED)
