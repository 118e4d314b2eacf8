"""Screening split over two processes answers what one process answers."""

from collections.abc import Sequence

import pytest

from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ListIndex, Match
from cordillera.engines.names.synthetic import invent
from cordillera.foundation.compute.cluster import LOCAL, OnCluster
from cordillera.foundation.compute.model import Kernel
from cordillera.foundation.compute.threads import InProcess


def same(index: ListIndex) -> ListIndex:
    return index


def matches(index: ListIndex, piece: Sequence[Subject]) -> list[tuple[Match, ...]]:
    return index.screen(piece, 2.0)


SCREENING = Kernel("screening", same, matches)


def test_a_cluster_of_two_processes_finds_whom_threads_find():
    pytest.importorskip("ray")
    people = list(invent(120, seed=51))
    index = ListIndex(ListedPerson(one.ref, (ListedName(one.full),)) for one in people)
    pieces = [[Subject(one.ref, one.full) for one in people[at : at + 10]] for at in range(0, 40, 10)]
    with OnCluster(LOCAL) as compute, InProcess(2) as threads:
        assert compute.map(SCREENING, index, pieces) == threads.map(SCREENING, index, pieces)
