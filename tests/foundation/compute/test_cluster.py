"""Kernels on one Ray cluster of two processes: the same answers as on threads, in order."""

import importlib
import os
import time
from collections.abc import Iterator
from uuid import UUID

import pytest

from cordillera.cli.bench_rules_made import made_columns, made_rules
from cordillera.desks.travellers.rules_history import over_history
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_bulk import screen_bulk
from cordillera.engines.names.screen_index import ListIndex
from cordillera.engines.names.synthetic import invent
from cordillera.engines.rules.bulk import bulk_hits
from cordillera.engines.rules.columns import facts_of_row
from cordillera.foundation.compute.choose import choose
from cordillera.foundation.compute.cluster import LOCAL, OnCluster
from cordillera.foundation.compute.model import ClusterMissing, Kernel
from cordillera.foundation.compute.threads import InProcess
from cordillera.foundation.settings import ComputeSettings


def squares_above(start: int) -> tuple[int, int]:
    return start, os.getpid()


def add_squares(ready: tuple[int, int], piece: list[int]) -> int:
    return ready[0] + sum(one * one for one in piece)


def where(ready: tuple[int, int], piece: int) -> int:
    time.sleep(piece / 100)
    return ready[1]


SUMS = Kernel("sums", squares_above, add_squares)
PLACES = Kernel("places", squares_above, where)
PIECES = [list(range(start, start + 7)) for start in range(0, 70, 7)]


@pytest.fixture(scope="module", autouse=True)
def _ray() -> None:
    """Skip without the extra, except in CI, where its absence is a fault."""
    try:
        importlib.import_module("ray")
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("the extra `ray` is not installed")


@pytest.fixture(scope="module")
def pair() -> Iterator[OnCluster]:
    """One cluster for the file: to start it is most of what such a test costs."""
    with OnCluster(LOCAL) as compute:
        yield compute


@pytest.fixture(scope="module")
def threads() -> Iterator[InProcess]:
    with InProcess(2) as compute:
        yield compute


def test_pieces_are_answered_in_order_by_two_other_processes(pair, threads):
    assert pair.map(SUMS, 5, PIECES) == threads.map(SUMS, 5, PIECES)
    pids = set(pair.map(PLACES, 0, [20] * 8))
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_bulk_screening_finds_whom_threads_find(pair, threads):
    people = list(invent(40, seed=51))
    index = ListIndex(ListedPerson(one.ref, (ListedName(one.full),)) for one in people)
    asked = [Subject(one.ref, one.full) for one in people[:20]] * 11
    found = screen_bulk(index, asked, pair)
    assert found == screen_bulk(index, asked, threads) == index.screen(asked)
    assert all(found)


def test_many_rules_raise_whom_threads_raise(pair, threads):
    rules, batch = made_rules(20, 3), made_columns(3_000, 3)
    found = [
        [rows.tolist() for rows in bulk_hits(rules, batch, compute=compute, block=1_024)]
        for compute in (pair, threads)
    ]
    assert found[0] == found[1]
    assert any(found[0])


def test_a_pre_test_over_history_tells_what_threads_tell(pair, threads):
    batch = made_columns(600, 4)
    people = [(UUID(int=row), facts_of_row(batch, row)) for row in range(batch.travellers)]
    rule = max(made_rules(20, 3), key=lambda one: len(bulk_hits([one], batch)[0]))
    told = [vars(over_history(rule, [people[:400], people[400:]], compute)) for compute in (pair, threads)]
    assert told[0] == told[1]
    assert told[0]["travellers"] == 600
    assert told[0]["hits"] > 0


def test_a_cluster_that_is_not_there_is_told():
    with pytest.raises(ClusterMissing):
        choose(ComputeSettings(cluster="127.0.0.1:1"))
