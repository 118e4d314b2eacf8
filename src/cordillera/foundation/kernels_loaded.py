"""Whether machine code is there already, so that to use it costs no loading.

It stands beside `kernels`, whose text is part of every kernel's stamp.

>>> from cordillera.foundation.kernels import kernel
>>> @kernel
... def twice(number: int) -> int:
...     return number + number
>>> is_loaded(twice), twice(2), is_loaded(twice)
(False, 4, True)
"""

from typing import Any

from cordillera.foundation.kernels import Kernel


def is_loaded(kernel: Kernel[..., Any]) -> bool:
    """Tell whether a kernel has run in this process."""
    return bool(getattr(kernel._compiled, "overloads", None))  # noqa: SLF001 - see above
