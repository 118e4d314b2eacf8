"""Write EDIFACT segments: separators released, trailing empty places left out, every count right.

>>> segment(LEVEL_A, "NAD", "FL", "", "", ("D'ARCY", "ANNE"))
"NAD+FL+++D?'ARCY:ANNE'"
>>> head = Envelope(sender="XA", recipient="EC", prepared="2026-11-21T12:00", reference="R1")
>>> body = Body("1", ("CONTRL", "4", "1", "UN"), (("UCI", "77", "EC", "XA", "7"),))
>>> write_interchange(head, (body,), Style(una=False, line_end=""))[17:]
b"261121:1200+R1'UNH+1+CONTRL:4:1:UN'UCI+77+EC+XA+7'UNT+3+1'UNZ+1+R1'"
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from cordillera.engines.edifact.service import LEVEL_A, ServiceString, with_syntax_version
from cordillera.foundation.errors import BadInput

ElementText = str | Sequence[str]
Line = tuple[ElementText, ...]
"""One segment to write: its tag, then its elements."""


Partners = tuple[tuple[str, ...], tuple[str, ...]]
"""Sender and recipient, each as UNB names it: identification, qualifier, internal ones."""


class NotWritable(BadInput):
    """A value holds a character that the chosen service characters or repertoire cannot carry."""

    code = "edifact.not_writable"


class Style(msgspec.Struct, frozen=True):
    """How an interchange looks: service characters, whether UNA says them, line ends, repertoire, groups.

    `syntax` and `level` are the S001 identifier and version, `grouped` adds UNG/UNE (the dialect of United
    States carriers).
    """

    service: ServiceString = LEVEL_A
    una: bool = True
    line_end: str = "\r\n"
    syntax: str = "UNOC"
    codec: str = "latin-1"
    grouped: bool = False
    level: str = "4"

    @property
    def marks(self) -> ServiceString:
        """The characters a reader will use: without UNA, version 4 means `*` to repeat."""
        return with_syntax_version(self.service, self.level, has_una=self.una)


class Envelope(msgspec.Struct, frozen=True):
    """UNB to write: who to whom, when (ISO), which reference, for what.

    `partners` are sender and recipient with the qualifiers by which networks find them.
    """

    sender: str
    recipient: str
    prepared: str
    reference: str
    application: str = ""
    partners: Partners | None = None


class Body(msgspec.Struct, frozen=True):
    """A message to write: its reference, its type as UNH names it, its segments, further parts of UNH."""

    reference: str
    identifier: tuple[str, ...]
    lines: tuple[Line, ...]
    more: tuple[ElementText, ...] = ()


def write_interchange(envelope: Envelope, bodies: Iterable[Body], style: Style) -> bytes:
    """Write one interchange with right counts; raises `NotWritable` for what has no form."""
    messages, day = tuple(bodies), stamp(envelope.prepared)
    named = (*(envelope.partners or (envelope.sender, envelope.recipient)), day)
    lines: list[Line] = [
        ("UNB", (style.syntax, style.level), *named, envelope.reference, "", envelope.application)
    ]
    if style.grouped and messages:
        kind, *version = messages[0].identifier
        lines.append(("UNG", kind, *named, "1", "UN", version[:2]))
    for body in messages:
        lines.append(("UNH", body.reference, body.identifier, *body.more))
        lines += body.lines
        lines.append(("UNT", str(len(body.lines) + 2), body.reference))
    if style.grouped and messages:
        lines.append(("UNE", str(len(messages)), "1"))
    lines.append(("UNZ", str(1 if style.grouped and messages else len(messages)), envelope.reference))
    written = [service_advice(style.service)] if style.una else []
    marks = style.marks
    written += [segment(marks, str(tag), *elements) for tag, *elements in lines]
    return encode(style.line_end.join(written), style)


def stamp(iso: str) -> tuple[str, str]:
    """An ISO time as YYMMDD and hhmm; raises `NotWritable`."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError as error:
        raise NotWritable(reason="time") from error
    return at.strftime("%y%m%d"), at.strftime("%H%M")


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
