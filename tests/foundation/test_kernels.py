"""Kernels are compiled when they run: nothing that only imports the node loads a compiler."""

import subprocess
import sys
import threading

import numpy as np

from cordillera.foundation.kernels import Kernel, kernel
from cordillera.foundation.kernels_loaded import is_loaded

IMPORTING = "import sys, cordillera.runtime.node; print('numba' in sys.modules, 'llvmlite' in sys.modules)"


@kernel
def total(numbers: np.ndarray) -> int:
    """Add them up."""
    found = 0
    for number in numbers:
        found += number
    return found


@kernel
def twice_the_total(numbers: np.ndarray) -> int:
    """Add them up, twice."""
    return total(numbers) * 2


def test_importing_a_node_loads_no_compiler() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTING], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_kernel_calls_another_and_keeps_its_words() -> None:
    assert twice_the_total(np.array([1, 2, 3])) == 12
    assert (total.__name__, total.__doc__) == ("total", "Add them up.")


def test_threads_that_call_a_kernel_for_the_first_time_share_one_compilation() -> None:
    def three(number: int) -> int:
        return number * 3

    fresh: Kernel[[int], int] = kernel(three)
    assert not is_loaded(fresh)
    found: list[int] = []
    threads = [threading.Thread(target=lambda n=n: found.append(fresh(n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 3, 6, 9]
    assert fresh.compiled() is fresh.compiled()
    assert is_loaded(fresh)
