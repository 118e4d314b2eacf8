"""Kernels run by the interpreter over arrays that refuse every place outside of them.

Machine code that writes raw memory is not looked after by anybody, and numba's own check of bounds knows
neither raw places nor negative ones. The same functions interpreted are looked after: each read and write of
an array, and each place that `place_of` would give, is within it, or `Outside` is raised; a number that does
not fit where it is written is an `OverflowError`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from cordillera.engines.edifact import (
    packing,
    paxlst_kernel,
    paxlst_packing_kernel,
    pnrgov_kernel,
    pnrgov_services_kernel,
)
from cordillera.foundation.kernels import Kernel


class Outside(AssertionError):
    """A kernel looked or wrote outside of an array."""


class Guarded:
    """An array that gives plain numbers, as numba has them, and only what is in it."""

    def __init__(self, numbers: Any) -> None:
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, at: Any) -> Any:
        found = self.numbers[self._within(at)]
        return Guarded(found) if isinstance(found, np.ndarray) else int(found)

    def __setitem__(self, at: Any, number: Any) -> None:
        self.numbers[self._within(at)] = number

    def _within(self, at: Any) -> Any:
        places = at if isinstance(at, tuple) else (at,)
        for place, size in zip(places, self.numbers.shape, strict=False):
            if not isinstance(place, slice) and not 0 <= place < size:
                raise Outside(f"{at} of {self.numbers.shape}")
        return at


def guarded(value: Any) -> Any:
    """Arrays, and arrays in tuples, with a guard."""
    if isinstance(value, tuple):
        return tuple(guarded(one) for one in value)
    return Guarded(value) if isinstance(value, np.ndarray) else value


def _interpreted(kernel: Any, *args: Any) -> Any:
    return kernel._function(*map(guarded, args))


@contextmanager
def interpreted(room: int) -> Iterator[None]:
    """Run all kernels so, with so many bytes to write records in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Kernel, "__call__", _interpreted)
        patch.setattr(packing, "ROOM", room)
        for module in (paxlst_kernel, paxlst_packing_kernel, pnrgov_kernel, pnrgov_services_kernel):
            patch.setattr(module, "place_of", lambda array: Guarded(array.numbers.reshape(-1)))
        yield
