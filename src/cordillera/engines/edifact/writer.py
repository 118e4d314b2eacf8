"""Write EDIFACT segments: separators released, trailing empty places left out, every count right.

>>> segment(LEVEL_A, "NAD", "FL", "", "", ("D'ARCY", "ANNE"))
"NAD+FL+++D?'ARCY:ANNE'"
"""

from collections.abc import Sequence

import msgspec

from cordillera.engines.edifact.service import LEVEL_A, ServiceString
from cordillera.foundation.errors import BadInput

ElementText = str | Sequence[str]


class NotWritable(BadInput):
    """A value holds a character that the chosen service characters or repertoire cannot carry."""

    code = "edifact.not_writable"


class Style(msgspec.Struct, frozen=True):
    """How an interchange looks: service characters, whether UNA says them, line ends, repertoire, groups.

    `syntax` is the S001 identifier, `grouped` adds UNG/UNE (the dialect of United States carriers).
    """

    service: ServiceString = LEVEL_A
    una: bool = True
    line_end: str = "\r\n"
    syntax: str = "UNOC"
    codec: str = "latin-1"
    grouped: bool = False


def segment(service: ServiceString, tag: str, *elements: ElementText) -> str:
    """Write one segment with its terminator; raises `NotWritable` for control characters in a value."""
    plus, colon = service.element.decode("latin-1"), service.component.decode("latin-1")
    written = [
        colon.join(_trimmed([_released(service, part) for part in _parts(element)])) for element in elements
    ]
    return plus.join([tag, *_trimmed(written)]) + service.terminator.decode("latin-1")


def service_advice(service: ServiceString) -> str:
    """The UNA of these service characters (9 characters)."""
    marks = [
        service.component,
        service.element,
        service.decimal,
        service.release or b" ",
        service.repetition or b" ",
        service.terminator,
    ]
    return "UNA" + b"".join(marks).decode("latin-1")


def encode(text: str, style: Style) -> bytes:
    """The bytes of an interchange; raises `NotWritable` when the repertoire lacks a character."""
    try:
        return text.encode(style.codec)
    except UnicodeEncodeError as error:
        raise NotWritable(repertoire=style.syntax, position=error.start) from error


def _parts(element: ElementText) -> Sequence[str]:
    return (element,) if isinstance(element, str) else element


def _trimmed(parts: list[str]) -> list[str]:
    """Without the empty places at the end (ISO 9735-1 clause 9)."""
    last = len(parts)
    while last and not parts[last - 1]:
        last -= 1
    return parts[:last]


def _released(service: ServiceString, text: str) -> str:
    marks = {service.component, service.element, service.release, service.repetition, service.terminator}
    special = {mark.decode("latin-1") for mark in marks if mark}
    if any(ord(letter) < 0x20 for letter in text) or (not service.release and special & set(text)):
        raise NotWritable(reason="control or separator character")
    mark = service.release.decode("latin-1")
    return "".join(mark + letter if letter in special else letter for letter in text)
