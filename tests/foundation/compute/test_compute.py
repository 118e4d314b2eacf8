"""Kernels on threads of this process: every answer in order, errors told."""

import os

import pytest

from cordillera.foundation.compute.choose import choose
from cordillera.foundation.compute.model import Kernel
from cordillera.foundation.compute.threads import InProcess
from cordillera.foundation.settings import ComputeSettings


def add_squares(start: int, piece: list[int]) -> int:
    return start + sum(one * one for one in piece)


SUMS = Kernel("sums", int, add_squares)
PIECES = [list(range(start, start + 7)) for start in range(0, 70, 7)]


def test_threads_answer_every_piece_in_order():
    with InProcess(2) as compute:
        assert compute.map(SUMS, 5, PIECES) == [add_squares(5, piece) for piece in PIECES]
        assert compute.map(SUMS, 5, []) == []


def test_an_error_of_a_piece_reaches_the_one_who_asked():
    with InProcess(2) as compute, pytest.raises(TypeError):
        compute.map(SUMS, 0, [[1], None])  # type: ignore[list-item] - the error is the point


def test_without_a_cluster_in_the_settings_this_process_computes():
    compute = choose(ComputeSettings(workers=3))
    assert isinstance(compute, InProcess)
    assert compute.workers == 3
    compute.close()


def test_without_a_number_there_are_two_threads_a_core():
    with InProcess() as compute:
        assert compute.workers == 2 * (os.cpu_count() or 1)
