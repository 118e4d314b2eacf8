"""What reading an EDIFACT file gives: interchanges, messages, segments and values with byte offsets.

Offsets count bytes from the start of the file; `data[value.start:value.end]` is the evidence for
`value.text`. A message keeps only the bounds of its segments and splits them when asked, so a large
file costs 16 bytes a segment.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import overload

import msgspec

from cordillera.engines.edifact.findings import Finding
from cordillera.engines.edifact.service import ServiceString


class Limits(msgspec.Struct, frozen=True):
    """Bounds that keep a hostile file from taking memory or time; what is beyond becomes a finding."""

    element: int = 65_536
    segment: int = 1_048_576
    message: int = 8_388_608
    messages: int = 100_000
    findings: int = 10_000


class Value(msgspec.Struct, frozen=True):
    """One component: its text (released, line wraps removed) and the bytes it came from."""

    text: str
    start: int
    end: int


Composite = tuple[Value, ...]


class Segment(msgspec.Struct, frozen=True):
    """One segment: elements hold repetitions, repetitions hold components; `end` excludes the terminator."""

    tag: str
    start: int
    end: int
    elements: tuple[tuple[Composite, ...], ...]

    def value(self, element: int, component: int = 0, repetition: int = 0) -> Value | None:
        """The component at that place (elements count from 0 after the tag), or None when it is absent."""
        try:
            found = self.elements[element][repetition][component]
        except IndexError:
            return None
        return found if found.text else None

    def text(self, element: int, component: int = 0) -> str:
        """The text at that place, or "" when it is absent."""
        found = self.value(element, component)
        return "" if found is None else found.text


class Source(msgspec.Struct, frozen=True):
    """What is needed to read a segment again: the bytes, the service characters, the codec."""

    data: bytes
    service: ServiceString
    codec: str


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
        from cordillera.engines.edifact.lexer import split_segment  # noqa: PLC0415 - the lexer needs the model

        return split_segment(self.source, self.bounds[2 * index], self.bounds[2 * index + 1])


class Message(msgspec.Struct, frozen=True):
    """UNH to UNT as found. `complete` is False when the message was cut before its UNT."""

    type: str
    version: str
    reference: str
    segments: Segments
    declared_segments: int | None
    complete: bool
    start: int
    end: int


class Interchange(msgspec.Struct, frozen=True):
    """UNB to UNZ as found; a message without UNB has an interchange of its own with empty fields."""

    sender: str
    recipient: str
    prepared: str
    reference: str
    charset: str
    messages: tuple[Message, ...]
    complete: bool
    start: int
    end: int


class ByteCount(msgspec.Struct, frozen=True):
    """Where every byte of the file went; `segments + separators + findings == total`.

    Segment bytes run from the first byte of the tag to the last before the terminator (data separators
    and release characters included); separators are UNA, terminators and blanks between segments;
    the rest belongs to findings.
    """

    total: int
    segments: int
    separators: int
    findings: int


class Reading(msgspec.Struct, frozen=True):
    """A whole file, read."""

    interchanges: tuple[Interchange, ...]
    findings: tuple[Finding, ...]
    bytes: ByteCount

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every message of every interchange, in file order."""
        return tuple(message for interchange in self.interchanges for message in interchange.messages)
