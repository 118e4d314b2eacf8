"""Heavy computation in pieces: a kernel, what all pieces share, and where it runs (DESIGN 4.9, ADR 0038).

A kernel is two plain functions at the top of a module. `prepare` makes, once per process, what the pieces
need from what they share; `run` answers one piece. Neither keeps state, so that the answer is the same in one
process and on a hundred machines, and a piece that was lost can be run again.

>>> doubled = Kernel("doubled", lambda shared: shared, lambda factor, piece: [factor * one for one in piece])
>>> doubled.run(doubled.prepare(2), [1, 2])
[2, 4]
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from cordillera.foundation.errors import CordilleraError

Shared = TypeVar("Shared")
Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


class ClusterMissing(CordilleraError):
    """A cluster is configured and cannot be reached, or the extra `ray` is not installed."""

    code = "compute.cluster_missing"


class Kernel(msgspec.Struct, Generic[Shared, Piece, Answer], frozen=True):
    """A computation in pieces. `Any` is what `prepare` makes of the shared part: only `run` looks inside."""

    name: str
    prepare: Callable[[Shared], Any]
    run: Callable[[Any, Piece], Answer]


class Compute(Protocol):
    """Where kernels run."""

    def map(
        self, kernel: Kernel[Shared, Piece, Answer], shared: Shared, pieces: Sequence[Piece]
    ) -> list[Answer]:
        """Return the answer of each piece, in order; an error of a piece is raised."""
        ...

    def close(self) -> None:
        """Let go of the threads or the cluster."""
        ...
