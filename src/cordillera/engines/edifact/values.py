"""The smallest parts of a message: components with their bytes, and segments of them.

Offsets count bytes from the start of the file; `data[value.start:value.end]` is the evidence for
`value.text`.
"""

import msgspec

from cordillera.engines.edifact.service import ServiceString


class Value(msgspec.Struct, frozen=True, gc=False):
    """One component: its text (released, line wraps removed) and the bytes it came from."""

    text: str
    start: int
    end: int


Composite = tuple[Value, ...]


class Segment(msgspec.Struct, frozen=True, gc=False):
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

    def code(self, element: int, component: int = 0) -> str:
        """The code at that place, without the blanks that some systems fill it up with, or ""."""
        return self.text(element, component).strip()

    def texts(self, element: int, most: int) -> tuple[str, ...]:
        """The texts of the first components of an element, without empty ones at the end."""
        found = [self.text(element, component) for component in range(most)]
        while found and not found[-1]:
            found.pop()
        return tuple(found)

    def text(self, element: int, component: int = 0) -> str:
        """The text at that place, or "" when it is absent."""
        found = self.value(element, component)
        return "" if found is None else found.text


class Source(msgspec.Struct, frozen=True, gc=False):
    """What is needed to read a segment again: the bytes, the service characters, the codec."""

    data: bytes
    service: ServiceString
    codec: str
