"""Kernels that write records: many small ones that call each other, so compiled with less around each.

`inner` ones are called by other kernels only: numba makes no way in from Python for them. They hand each
other places in memory instead of arrays (`place_of`), since an array is seven numbers at every call, and none
makes an array, so numba counts no references, which would take most of the time. Every writer looks for room
first, and every row that is read is one that the tokenizer wrote.
"""

import threading
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from cordillera.foundation.kernels import Kernel

P = ParamSpec("P")
R = TypeVar("R")

place_of: Any = None
"""Where an array begins in memory: places.place_of once a kernel is compiled, since that needs numba."""

_LEAN: Final[dict[str, Any]] = {"cache": True, "nogil": True, "_nrt": False, "error_model": "numpy"}
_ONE_AT_A_TIME: Final = threading.RLock()
_INSIDE: Final[dict[str, Any]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


class _Lean(Kernel[P, R]):
    """A kernel with other options; compiled, or loaded, when one that Python calls first runs."""

    def __init__(self, function: Callable[P, R], options: dict[str, Any]) -> None:
        super().__init__(function)
        self._options = options

    def compiled(self) -> Callable[P, R]:
        """Return numba's dispatcher; the first call loads the compiler, one thread at a time."""
        with _ONE_AT_A_TIME:
            if self._compiled is None:
                from numba import njit  # noqa: PLC0415 - as in foundation/kernels.py: loaded when one runs

                from cordillera.engines.edifact import places  # noqa: PLC0415 - needs numba

                self._function.__globals__["place_of"] = places.place_of
                self._compiled = njit(**self._options)(self._function)
            return self._compiled


def inner(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark a kernel that only kernels call."""
    return _Lean(function, _LEAN | _INSIDE)


def outer(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark a kernel that Python calls."""
    return _Lean(function, _LEAN)
