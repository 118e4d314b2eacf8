"""Where an array begins in memory, for kernels; needs numba (compiled.py says when it is loaded)."""

from typing import Any

from numba import types
from numba.extending import intrinsic


@intrinsic
def place_of(_context: Any, array: Any) -> Any:
    """Where the numbers of an array begin; the caller keeps the array as long as the place is used."""

    def begin(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), begin  # type: ignore[no-untyped-call] # numba has no types
