"""The readable reference, the bitset kernel, the incremental evaluator and DuckDB raise the same people."""

import pickle
import random
from itertools import product

import numpy as np
import pytest
from tests.engines.rules.written import written

from cordillera.cli.bench_rules_random import random_rules, traveller
from cordillera.engines.rules.bulk import BLOCK, RULES, bulk_hits
from cordillera.engines.rules.columns import Columns, columns_of
from cordillera.engines.rules.core import raises
from cordillera.engines.rules.duckdb_store import load, query_hits
from cordillera.engines.rules.facts import Facts, Seen, Things
from cordillera.engines.rules.incremental import RuleBook
from cordillera.foundation.compute.threads import InProcess

COUNT = 300
TRAVELLERS = 150


@pytest.fixture(scope="module")
def world():
    rng = random.Random(5)
    rules = random_rules(rng, COUNT)
    travellers = [traveller(rng, number) for number in range(TRAVELLERS)]
    hits = [[at for at, facts in enumerate(travellers) if raises(rule.rule, facts)] for rule in rules]
    return rules, travellers, hits


def test_the_random_world_has_hits_and_misses(world) -> None:
    _, _, hits = world
    assert 0.02 < sum(map(len, hits)) / (COUNT * TRAVELLERS) < 0.6
    assert sum(0 < len(found) < TRAVELLERS for found in hits) > COUNT // 2


def test_the_bitset_kernel_agrees_with_the_reference(world) -> None:
    rules, travellers, hits = world
    assert [found.tolist() for found in bulk_hits(rules, columns_of(travellers))] == hits


def test_neither_blocks_nor_threads_change_a_hit(world) -> None:
    rules, travellers, hits = world
    batch = columns_of(travellers)
    assert [rows.tolist() for rows in bulk_hits(rules, batch, block=64)] == hits
    with InProcess(2) as compute:
        for block in (37, BLOCK):
            found = bulk_hits(rules, batch, compute=compute, block=block)
            assert [rows.tolist() for rows in found] == hits


def test_rules_and_columns_travel_to_other_machines_whole(world) -> None:
    """What a cluster is sent is pickled; what comes back judges alike."""
    rules, travellers, hits = world
    kernel, shared = pickle.loads(pickle.dumps((RULES, (rules, columns_of(travellers)))))
    found = kernel.run(kernel.prepare(shared), pickle.loads(pickle.dumps(range(len(travellers)))))
    assert [rows.tolist() for rows in found] == hits


def test_the_incremental_evaluator_agrees_with_the_reference(world) -> None:
    rules, travellers, hits = world
    book = RuleBook(rules)
    found: list[list[int]] = [[] for _ in rules]
    for at, facts in enumerate(travellers):
        for rule in book.raised(facts):
            found[rule].append(at)
    assert found == hits


def test_duckdb_agrees_with_the_reference(world) -> None:
    rules, travellers, hits = world
    with load(columns_of(travellers)) as history:
        assert query_hits(rules, history) == hits


TRIPS = (
    'itinerary.trip = "RETURN"',
    'itinerary.trip one of ("ONE_WAY", "BROKEN")',
    'not itinerary.trip = "OPEN_JAW"',
    "itinerary.trip is unknown",
    "itinerary.transit_longest > 4 h",
    "itinerary.transit_longest < 45 min and itinerary.transit_total >= 0 min",
    "itinerary.transit_total between 90 min and 5 h",
    "at least 1 companions (seated_beside = yes)",
    "every companion (seated_beside = no)",
    "without companion (seated_beside = yes)",
)


def _on_the_way() -> list[Facts]:
    """Each kind of trip, each length of transit and each companion, or unknown."""
    trips = (None, "ONE_WAY", "RETURN", "OPEN_JAW", "BROKEN")
    waits = ((None, None), (0, 0), (30, 30), (44, 100), (240, 300), (241, 480), (1440, 2880))
    found = []
    for trip, (longest, total), beside in product(trips, waits, (None, 0, 1)):
        told = {"trip": trip, "transit_longest": longest, "transit_total": total}
        known = {f"itinerary.{name}": Seen(value) for name, value in told.items() if value is not None}
        thing = {} if beside is None else {"companion.seated_beside": Seen(beside)}
        seats = Things((thing,), complete=beside is not None)
        found.append(Facts(str(len(found)), known, {"companion": seats}))
    return found


def test_kinds_of_trip_transits_and_seats_give_the_same_hits_on_all() -> None:
    unless = "unless itinerary.segments >= 9"
    rules = [written(f'rule a{at} "A" for terrorism when {told} {unless}') for at, told in enumerate(TRIPS)]
    travellers = _on_the_way()
    hits = [[at for at, facts in enumerate(travellers) if raises(rule.rule, facts)] for rule in rules]
    assert all(0 < len(found) < len(travellers) for found in hits)
    assert [rows.tolist() for rows in bulk_hits(rules, columns_of(travellers))] == hits
    book = RuleBook(rules)
    raised = [set(book.raised(facts)) for facts in travellers]
    assert [[at for at, found in enumerate(raised) if rule in found] for rule in range(len(rules))] == hits
    with load(columns_of(travellers)) as history:
        assert query_hits(rules, history) == hits


def test_columns_of_narrow_numbers_and_facts_without_a_column_agree(world) -> None:
    """A flag may take a byte, and what nobody has may be left out."""
    rules, travellers, _ = world
    kept = ("traveller.visa", "itinerary.one_way", "payment.card_uses", "payment.method")
    few = [
        Facts(
            one.subject,
            {name: seen for name, seen in one.facts.items() if name in kept},
            {
                "payment": Things(
                    tuple(
                        {n: seen for n, seen in t.items() if n in kept} for t in one.things("payment").things
                    ),
                    complete=one.things("payment").complete,
                )
            },
        )
        for one in travellers
    ]
    batch = columns_of(few)
    narrow = {
        name: column.astype(np.int8)
        if name in batch.texts
        else np.where(column < 0, -128, column).astype(np.int8)
        for name, column in batch.columns.items()
    }
    batch = Columns(batch.travellers, narrow, batch.texts, {"payment": batch.sets["payment"]})
    hits = [[at for at, facts in enumerate(few) if raises(rule.rule, facts)] for rule in rules]
    assert [rows.tolist() for rows in bulk_hits(rules, batch)] == hits
    with load(batch) as history:
        assert query_hits(rules[:50], history) == hits[:50]


def test_no_travellers_and_no_rules_are_no_hits(world) -> None:
    rules, travellers, _ = world
    assert [rows.tolist() for rows in bulk_hits(rules[:2], columns_of([]))] == [[], []]
    assert bulk_hits([], columns_of(travellers)) == []
    assert RuleBook([]).raised(travellers[0]) == []
