"""Kernels in this process, on threads: compiled code lets go of the interpreter, so cores work side by side.

>>> from cordillera.foundation.compute.model import Kernel
>>> sums = Kernel("sums", lambda shared: shared, lambda start, piece: start + sum(piece))
>>> with InProcess(2) as compute:
...     compute.map(sums, 10, [[1, 2], [3]])
[13, 13]
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Self

from cordillera.foundation.compute.model import Answer, Kernel, Piece, Shared

_PER_CORE: Final = 2


class InProcess:
    """Runs the pieces on `workers` threads of this process; 0: two per core.

    A kernel is partly Python, for which threads wait in turn: while one waits, another's compiled code runs.
    """

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers or _PER_CORE * (os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="compute")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def map(
        self, kernel: Kernel[Shared, Piece, Answer], shared: Shared, pieces: Sequence[Piece]
    ) -> list[Answer]:
        """Return the answer of each piece, in order."""
        ready = kernel.prepare(shared)
        return list(self._pool.map(lambda piece: kernel.run(ready, piece), pieces))

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()
