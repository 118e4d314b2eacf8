"""The segments of one message: bounds only (16 bytes a segment), split when somebody asks.

>>> from array import array
>>> from cordillera.engines.edifact.service import LEVEL_A
>>> segments = Segments(Source(b"BGM+745'CNT+42:1'", LEVEL_A, "ascii"), array("Q", (0, 7, 8, 16)))
>>> [segment.tag for segment in segments], segments[1].text(0, 1)
(['BGM', 'CNT'], '1')
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import overload

from cordillera.engines.edifact.lexer import split_segment
from cordillera.engines.edifact.values import Segment, Source


class Segments(Sequence[Segment]):
    """The segments of a message in file order, split on access."""

    def __init__(self, source: Source, bounds: "array[int]") -> None:
        self.source = source
        self.bounds = bounds

    def __len__(self) -> int:
        return len(self.bounds) // 2

    @overload
    def __getitem__(self, index: int) -> Segment: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Segment, ...]: ...
    def __getitem__(self, index: int | slice) -> Segment | tuple[Segment, ...]:
        if isinstance(index, slice):
            return tuple(self._split(at) for at in range(*index.indices(len(self))))
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._split(index % len(self))

    def __iter__(self) -> Iterator[Segment]:
        return (self._split(at) for at in range(len(self)))

    def spans(self) -> Iterator[tuple[int, int]]:
        """The (start, end) of each segment, without splitting it."""
        return zip(self.bounds[::2], self.bounds[1::2], strict=True)

    def _split(self, index: int) -> Segment:
        return split_segment(self.source, self.bounds[2 * index], self.bounds[2 * index + 1])
