"""Compiled kernels whose compiler is loaded when the first of them runs, not when its module is read.

Loading numba takes most of a second of processor time, and most commands never run a kernel. `kernel`
stands where numba's `njit` would: the same options for all (machine code kept on disk, no interpreter lock),
typed, and callable from other kernels.

>>> @kernel
... def twice(number: int) -> int:
...     return number + number
>>> @kernel
... def four_times(number: int) -> int:
...     return twice(twice(number))
>>> four_times(5)
20
"""

import functools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_ONE_AT_A_TIME: Final = threading.RLock()


class Kernel(Generic[P, R]):
    """A function in the part of Python that numba compiles; compiled, or loaded, when it first runs."""

    def __init__(self, function: Callable[P, R]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._compiled: Callable[P, R] | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the machine code; the interpreter lock is free meanwhile."""
        return (self._compiled or self.compiled())(*args, **kwargs)

    def compiled(self) -> Callable[P, R]:
        """Return numba's dispatcher of this function; the first call loads the compiler."""
        with _ONE_AT_A_TIME:
            if self._compiled is None:
                from numba import njit  # noqa: PLC0415 - the reason for this module

                kept = Path(self._function.__code__.co_filename).is_file()  # else typed at a prompt
                self._compiled = njit(cache=kept, nogil=True)(self._function)
            return self._compiled

    @property
    def _numba_type_(self) -> Any:
        """What numba asks a name that a compiled function uses: here another compiled function."""
        return self.compiled()._numba_type_  # type: ignore[attr-defined] # a dispatcher's


def kernel(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark a function as a kernel: compiled when it first runs, kept on disk for the next process."""
    return Kernel(function)
