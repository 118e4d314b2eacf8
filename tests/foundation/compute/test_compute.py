"""Kernels on threads and on a Ray cluster of two processes: the same answers, in order."""

import os
import time

import pytest

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


def test_threads_answer_every_piece_in_order():
    with InProcess(2) as compute:
        assert compute.map(SUMS, 5, PIECES) == [add_squares((5, 0), piece) for piece in PIECES]
        assert compute.map(SUMS, 5, []) == []


def test_an_error_of_a_piece_reaches_the_one_who_asked():
    with InProcess(2) as compute, pytest.raises(TypeError):
        compute.map(SUMS, 0, [[1], None])  # type: ignore[list-item] - the error is the point


def test_without_a_cluster_in_the_settings_this_process_computes():
    compute = choose(ComputeSettings(workers=3))
    assert isinstance(compute, InProcess)
    assert compute.workers == 3
    compute.close()


def test_a_cluster_that_is_not_there_is_told():
    needs_ray()
    with pytest.raises(ClusterMissing):
        choose(ComputeSettings(cluster="127.0.0.1:1"))


def test_a_cluster_of_two_processes_answers_what_threads_answer():
    needs_ray()
    with OnCluster(LOCAL) as compute, InProcess(2) as threads:
        assert compute.map(SUMS, 5, PIECES) == threads.map(SUMS, 5, PIECES)
        pids = set(compute.map(PLACES, 0, [20] * 8))
    assert len(pids) == 2
    assert os.getpid() not in pids


def needs_ray() -> None:
    """Skip without the extra, except in CI, where its absence is a fault."""
    try:
        import ray  # noqa: F401 - an extra
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("the extra `ray` is not installed")
