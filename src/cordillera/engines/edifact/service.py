r"""The service characters of an interchange (ISO 9735-1 clauses 5 and 7, Annexes A and B).

An interchange says in `UNA` which six characters structure it. Without `UNA` the level A characters
hold, or the level B control characters IS1/IS3/IS4 where `UNB` uses them. Nothing is hard-coded: real
files use `UNA:+.\*'`, `UNA:-.? *` and `UNA:*.? $`. Where `UNA` contradicts the bytes that follow it,
the bytes win and the contradiction becomes a finding.

>>> found = find_start(b"QK HDQ\r\nUNA:-.? *UNB-UNOA:4-A-B*", 0)
>>> found.start, found.body, found.service.element, found.service.terminator
(8, 17, b'-', b'*')
"""

import re
from functools import cache

import msgspec

UNA_LENGTH = 9
_INFERENCE_WINDOW = 768


class ServiceString(msgspec.Struct, frozen=True):
    """The six characters; an empty `release` or `repetition` means the character is not in use."""

    component: bytes = b":"
    element: bytes = b"+"
    decimal: bytes = b"."
    release: bytes = b"?"
    repetition: bytes = b""
    terminator: bytes = b"'"


@cache
def breaks_of(service: ServiceString) -> bytes:
    """The bytes that break lines and no more: those that are no service character."""
    marks = b"".join(
        (service.component, service.element, service.release, service.repetition, service.terminator)
    )
    return bytes(byte for byte in b"\r\n" if byte not in marks)


LEVEL_A = ServiceString()
LEVEL_B = ServiceString(component=b"\x1f", element=b"\x1d", release=b"", terminator=b"\x1c")


class Start(msgspec.Struct, frozen=True):
    """Where an interchange (or a bare message) begins: `start` of UNA or UNB, `body` of UNB/UNG/UNH."""

    start: int
    body: int
    service: ServiceString
    has_una: bool
    contradicted: bool = False


_SPACE = rb"[ \t\r\n\x0b\x0c]{0,64}"
_START = re.compile(rb"UN(?:A.{5,6}" + _SPACE + rb"UN[BGH]|B[^A-Za-z0-9\s][A-Z]{4}|[GH]\+)", re.DOTALL)
_UNA = re.compile(rb"UNA(.{6})" + _SPACE + rb"(?=UN[BGH])", re.DOTALL)
_SHORT_UNA = re.compile(rb"UNA(.{5})(?=UN[BGH])", re.DOTALL)
_UNB_SHAPE = re.compile(rb"UNB([^A-Za-z0-9\s])[A-Z]{4}([^A-Za-z0-9\s])[0-9A-Z]")
_UNH_SHAPE = re.compile(rb"UNH([^A-Za-z0-9\s])[A-Za-z0-9]{1,14}\1[A-Z]{6}([^A-Za-z0-9\s])")
_PLAIN = re.compile(rb"[^A-Za-z0-9]")


def find_start(data: bytes, position: int, previous: ServiceString = LEVEL_A) -> Start | None:
    """Find the next place from `position` on where an interchange or a bare message begins, or None."""
    match = _START.search(data, position)
    return None if match is None else start_at(data, match.start(), previous)


def start_at(data: bytes, position: int, previous: ServiceString = LEVEL_A) -> Start:
    """Read the service characters of what begins at `position` (ISO 9735-1 clause 7)."""
    una = _SHORT_UNA.match(data, position) or _UNA.match(data, position)
    if una is None:
        return _settle(data, Start(position, position, _without_una(data, position, previous), has_una=False))
    service = service_of_advice(una.group(1))
    contradicted = service is None or len(una.group(1)) < UNA_LENGTH - 3
    begin = Start(position, una.end(), service or LEVEL_A, has_una=True, contradicted=contradicted)
    return _settle(data, begin)


def begins_interchange(data: bytes, position: int) -> bool:
    """Whether UNA or UNB, and so another interchange, begins at `position`."""
    return data[position : position + 3] in {b"UNA", b"UNB"} and _START.match(data, position) is not None


def with_syntax_version(service: ServiceString, version: str, *, has_una: bool) -> ServiceString:
    """Give version 4 interchanges without UNA the default repetition separator `*` (ISO 9735-1:2002)."""
    if has_una or version != "4" or service == LEVEL_B or b"*" in msgspec.structs.astuple(service):
        return service
    return msgspec.structs.replace(service, repetition=b"*")


def service_of_advice(advice: bytes) -> ServiceString | None:
    """Read the six characters of UNA (five: without the repetition place).

    None when two roles share a character, or a letter or digit has a role.
    """
    if len(advice) == UNA_LENGTH - 4:  # the repetition place was left out
        advice = advice[:4] + b" " + advice[4:]
    parts = [advice[index : index + 1] for index in range(6)]
    component, element, decimal, release, repetition, terminator = parts
    roles = [component, element, terminator]
    if len(set(roles)) < len(roles) or not all(_PLAIN.match(role) for role in roles):
        return None
    return ServiceString(
        component=component,
        element=element,
        decimal=decimal,
        release=b"" if release == b" " or release in roles or not _PLAIN.match(release) else release,
        repetition=b"" if _is_unused(repetition, [*roles, release]) else repetition,
        terminator=terminator,
    )


def _is_unused(repetition: bytes, taken: list[bytes]) -> bool:
    return repetition in {b" ", *taken} or not _PLAIN.match(repetition)


def _without_una(data: bytes, position: int, previous: ServiceString) -> ServiceString:
    after = data[position + 3 : position + 4]
    if after == LEVEL_B.element:
        return LEVEL_B
    return previous if after == previous.element else LEVEL_A


def _settle(data: bytes, begin: Start) -> Start:
    """Let the bytes of UNB correct service characters that cannot be right (wrong-UNA files)."""
    service = begin.service
    inferred = _inferred(data, begin.body, service)
    if inferred == service:
        return begin
    return msgspec.structs.replace(begin, service=inferred, contradicted=True)


@cache
def _by_lines(element: bytes) -> re.Pattern[bytes]:
    """A second line that begins as a message or group does, where nothing ends a segment but its line."""
    return re.compile(rb"^[^\r\n]{9,200}[\r\n]{1,4}UN[GH]" + re.escape(element))


def _inferred(data: bytes, body: int, service: ServiceString) -> ServiceString:
    shape = _UNB_SHAPE.match(data, body) or _UNH_SHAPE.match(data, body)
    element, component = (service.element, service.component) if shape is None else shape.groups()
    next_tag = rb"\s{0,64}(?:UN[GHTZ]|BGM|MSG)" + re.escape(element)
    window = data[body : body + _INFERENCE_WINDOW]
    closes = re.search(rb"([^A-Za-z0-9\s])" + next_tag, window)
    terminator = service.terminator
    # What is said holds where it fits: a partner can be called "REF7~MSG" (attack).
    fits = closes is not None and re.search(re.escape(terminator) + next_tag, window) is not None
    if (
        closes is not None
        and not fits
        and not terminator.isspace()
        and closes.group(1) not in {element, component}
    ):
        terminator = closes.group(1)
    elif closes is None and terminator not in window and _by_lines(element).search(window):
        terminator = b"\n" if b"\n" in window else b"\r"
    taken = {component, element, terminator}
    return ServiceString(
        component=component,
        element=element,
        decimal=service.decimal,
        release=b"" if service.release in taken else service.release,
        repetition=b"" if service.repetition in taken else service.repetition,
        terminator=terminator,
    )
