r"""The values of many segments as columns: what the compiled tokenizer gives, and how to read it again.

A row is one component: where its bytes begin and end in the file, and its element, repetition and place
within. The same rows as splitting each segment by lexer.py, tested to the last bit.

>>> from array import array
>>> from cordillera.engines.edifact.service import LEVEL_A
>>> source = Source(b"NAD+FL+++D?'ARCY:ANNE'CNT+42:1'", LEVEL_A, "ascii")
>>> found = tokenize(source, array("Q", (0, 21, 22, 30)))
>>> found.tag(1), len(found), [found.value(0, row).text for row in found.rows(0)]
('CNT', 2, ['FL', '', '', "D'ARCY", 'ANNE'])
"""

from array import array
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from cordillera.engines.edifact import kernel, lexer
from cordillera.engines.edifact.service import ServiceString
from cordillera.engines.edifact.values import Source, Value

Numbers = NDArray[np.int32]


class Tokens(msgspec.Struct, frozen=True):
    """Values of segments in file order; `starts` and `ends` count from the first byte of their segment.

    `bounds` are the segments' own bytes in the file, `first` the row of each segment's first value.
    """

    source: Source
    bounds: NDArray[np.int64]
    first: NDArray[np.int64]
    tags: Numbers
    starts: Numbers
    ends: Numbers
    elements: Numbers
    repetitions: Numbers
    components: Numbers
    flags: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.tags)

    def tag(self, segment: int) -> str:
        """The tag of a segment."""
        return int(self.tags[segment]).to_bytes(3, "big").decode("latin-1")

    def rows(self, segment: int) -> range:
        """The rows of a segment's values."""
        return range(int(self.first[segment]), int(self.first[segment + 1]))

    def span(self, segment: int, row: int) -> tuple[int, int]:
        """The bytes of a segment's value, [start, end) in the file."""
        begin = int(self.bounds[2 * segment])
        return begin + int(self.starts[row]), begin + int(self.ends[row])

    def value(self, segment: int, row: int) -> Value:
        """A segment's value: its text, released and without line wraps, and its bytes."""
        return lexer.value_of(self.source, *self.span(segment, row))


@lru_cache(maxsize=64)
def kinds(service: ServiceString) -> NDArray[np.uint8]:
    """The kernel's table for these service characters."""
    return kernel.kinds_of(
        {
            kernel.RELEASE: service.release,
            kernel.COMPONENT: service.component,
            kernel.REPETITION: service.repetition,
            kernel.ELEMENT: service.element,
            kernel.TERMINATOR: service.terminator,
        }
    )


def tokenize(source: Source, bounds: "array[int]") -> Tokens:
    """Split the segments between `bounds` (start, end, start, end, ...) into columns."""
    data = np.frombuffer(source.data, np.uint8)
    pairs = np.frombuffer(bounds, np.uint64).astype(np.int64) if len(bounds) else np.empty(0, np.int64)
    table = kinds(source.service)
    room = int(kernel.count_marks(data, pairs, table)) + len(pairs) // 2
    numbers = tuple(np.empty(room, np.int32) for _ in range(5))
    flags, first = np.empty(room, np.uint8), np.empty(len(pairs) // 2 + 1, np.int64)
    tags = np.empty(len(pairs) // 2, np.int32)
    used = int(kernel.split_all(data, pairs, table, (*numbers, flags, first), tags))
    starts, ends, elements, repetitions, components = (column[:used] for column in numbers)
    return Tokens(source, pairs, first, tags, starts, ends, elements, repetitions, components, flags[:used])
