"""`cordillera bench rules`: many rules over many travellers, and all rules over one new booking.

`seconds` is the wall time of the bitset kernel with every hit listed; preparing rules and columns is in it,
making travellers and rules is not. `incremental_ms_p99` is CPU time, over bookings taken from the same
travellers; their hits must be those of the kernel. `--random N` judges N random lawful rules of all types,
with unknown facts and incomplete sets, by all four evaluators; `differing` counts the pairs of rule and
traveller that differ.
"""

import os
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter, validators

from cordillera.cli.bench_rules_made import made_columns, made_rules
from cordillera.cli.bench_rules_random import random_rules, traveller
from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit
from cordillera.engines.rules.bulk import Rows, bulk_hits
from cordillera.engines.rules.columns import Columns, columns_of, facts_of_row
from cordillera.engines.rules.core import raises
from cordillera.engines.rules.duckdb_store import load, query_hits
from cordillera.engines.rules.incremental import RuleBook
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.program import Program, TestStep
from cordillera.foundation.compute.threads import InProcess

SEED: Final = 681
_BOOKINGS: Final = 2_000
_TRAVELLERS: Final = 100
_AT_ONCE: Final = 500


class RuleFigures(msgspec.Struct, frozen=True):
    """One run. `distinct_tests` and `steps` are what is left of all rules together; `differing` must be 0."""

    seconds: float
    cpu_seconds: float
    hits: int
    rss_mb: int
    incremental_ms_p50: float
    incremental_ms_p99: float
    travellers: int
    rules: int
    threads: int
    distinct_tests: int
    steps: int
    compile_seconds: float
    compared: int
    differing: int
    random_rules: int


def rules(  # noqa: PLR0913 - each argument is an option of the command
    *,
    travellers: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 1_000_000,
    rules: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 500,
    threads: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    random_rules: Annotated[int, Parameter(name="--random", validator=validators.Number(gte=0))] = 0,
    seed: int = SEED,
    json: JsonOption = False,
) -> None:
    """Judge travellers by rules with every hit listed, and one booking by all rules, and time it.

    Exits 1 when two evaluators differ on any traveller.

    Parameters
    ----------
    travellers
        How many invented travellers.
    rules
        How many rules.
    threads
        Threads of the kernel; as many as there are processors unless told.
    random_rules
        Random rules of all types, judged by all four evaluators as well.
    seed
        Travellers and rules are the same for the same seed.

    """
    figures = measure(travellers, rules, threads or os.cpu_count() or 1, seed, random_rules)
    if json:
        emit(figures)
    else:
        for name in figures.__struct_fields__:
            console.print(f"{name:20} {getattr(figures, name)}", highlight=False)
    if figures.differing:
        sys.exit(EXIT_REFUSED)


def measure(travellers: int, rules: int, threads: int, seed: int, random_rules: int) -> RuleFigures:
    """Make the world, judge it, and compare."""
    made: list[LawfulRule] = []
    compiling = _seconds(lambda: made.extend(made_rules(rules, seed)), time.thread_time)
    bulk_hits(made[:50], made_columns(100, seed))  # the first use compiles or loads the kernels
    batch = made_columns(travellers, seed)
    found: list[Rows] = []
    began = time.process_time()
    with InProcess(threads) as compute:
        seconds = _seconds(lambda: found.extend(bulk_hits(made, batch, compute=compute)), time.perf_counter)
    cpu = time.process_time() - began
    times, compared, differing = _incremental(made, batch, found)
    program = Program()
    for rule in made:
        program.add(rule.when)
        program.add(rule.unless)
    return RuleFigures(
        seconds=round(seconds, 3),
        cpu_seconds=round(cpu, 3),
        hits=sum(map(len, found)),
        rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        incremental_ms_p50=round(times[len(times) // 2] * 1000, 3),
        incremental_ms_p99=round(times[int(len(times) * 0.99)] * 1000, 3),
        travellers=travellers,
        rules=rules,
        threads=threads,
        distinct_tests=sum(isinstance(step, TestStep) for step in program.steps),
        steps=len(program.steps),
        compile_seconds=round(compiling, 3),
        compared=compared,
        differing=differing + differing_random(random_rules, seed),
        random_rules=random_rules,
    )


def _seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return clock() - began


def _incremental(
    made: Sequence[LawfulRule], batch: Columns, found: Sequence[Rows]
) -> tuple[list[float], int, int]:
    """Judge bookings one by one: the times in order, how many pairs were compared, how many differ."""
    book = RuleBook(made)
    rows = range(min(_BOOKINGS, batch.travellers))
    raised = [{int(row) for row in hits[: len(rows)] if row < len(rows)} for hits in found]
    times, differing = [], 0
    for row in rows:
        facts = facts_of_row(batch, row)
        began = time.thread_time()
        rules = book.raised(facts)
        times.append(time.thread_time() - began)
        differing += len(set(rules) ^ {at for at, hits in enumerate(raised) if row in hits})
    return sorted(times), len(rows) * len(made), differing


def differing_random(count: int, seed: int) -> int:
    """Judge `count` random rules by all four evaluators; return how many (rule, traveller) pairs differ."""
    rng = random.Random(seed)  # noqa: S311 - test data, the same for the same seed
    differing = 0
    for first in range(0, count, _AT_ONCE):
        rules = random_rules(rng, min(_AT_ONCE, count - first))
        differing += _differing(rng, rules)
    return differing


def _differing(rng: random.Random, rules: Sequence[LawfulRule]) -> int:
    people = [traveller(rng, number) for number in range(_TRAVELLERS)]
    batch = columns_of(people)
    reference = [{at for at, facts in enumerate(people) if raises(rule.rule, facts)} for rule in rules]
    bulk = [set(rows.tolist()) for rows in bulk_hits(rules, batch)]
    with load(batch) as history:
        database = [set(rows) for rows in query_hits(rules, history)]
    book = RuleBook(rules)
    single: list[set[int]] = [set() for _ in rules]
    for at, facts in enumerate(people):
        for rule in book.raised(facts):
            single[rule].add(at)
    return sum(
        len(one ^ other)
        for found in (bulk, database, single)
        for one, other in zip(reference, found, strict=True)
    )
