"""Finding segments and splitting them (ISO 9735-1 clauses 7 to 9), with byte offsets.

Two steps: where segments end (an unreleased terminator; this runs over every byte) and what is inside
one (elements, repetitions, components; this runs only over segments somebody asks for).

>>> from cordillera.engines.edifact.values import Source
>>> from cordillera.engines.edifact.service import LEVEL_A
>>> source = Source(b"NAD+FL+++D?'ARCY:ANNE'", LEVEL_A, "ascii")
>>> end = next_terminator(source.data, 0, source.service)
>>> split_segment(source, 0, end).value(3)
Value(text="D'ARCY", start=9, end=16)
"""

import re
from collections.abc import Iterator
from functools import cache

from cordillera.engines.edifact.service import ServiceString, breaks_of
from cordillera.engines.edifact.values import Composite, Segment, Source, Value

BLANKS = b" \t\r\n\x0b\x0c\x00"
_BLANK_RUN = re.compile(rb"[ \t\r\n\x0b\x0c\x00]*+")
# Line wraps of Type-B and AFTN carriers may fall inside a tag.
_TAG = re.compile(rb"[A-Z][\r\n]{0,4}[A-Z0-9][\r\n]{0,4}[A-Z0-9][\r\n]{0,4}")
_TAG_SPAN = 16
_LONGEST_WRAP = 4
# Type-B lines are wrapped after 69 characters; a much shorter line was not wrapped.
_SHORT_LINE = 60
# Where a byte and its letter have the same number, so that separators can be looked for in the text.
_ONE_BYTE = frozenset({"ascii", "latin-1"})
_LINE = re.compile(rb"[ \t]{0,8}[\r\n][ \t\r\n]{0,16}(?=([A-Z][A-Z0-9]{2})([^A-Za-z0-9]))")
# Segments of passenger, reservation and cargo messages that a line may begin with.
_LINE_TAGS = frozenset(
    b"ABI ADD APD ATT AUT BGM CNT COM CPI CTA DAT DGS DIM DOC DTM EBD EMP EQD EQN FAR FOP FTI FTX GDS "
    b"GEI GID GIS HAN IFT LOC LTS MEA MON MSG NAD NAT ORG PCI PTK QTY RCI REF RFF RPI SAC SEL SGP SRC "
    b"SSD SSR TBD TDT TIF TKT TMP TRA TRI TVL TXD UNE UNG UNH UNT UNZ".split()
)


def skip_blanks(data: bytes, position: int) -> int:
    """The first place from `position` on that is not a blank, tab or line break."""
    match = _BLANK_RUN.match(data, position)
    return position if match is None else match.end()


def next_terminator(data: bytes, start: int, service: ServiceString, end: int | None = None) -> int:
    """Where the segment that begins at `start` ends: its unreleased terminator, or -1 before `end`."""
    stop = len(data) if end is None else end
    found = data.find(service.terminator, start, stop)
    if found < 0 or not is_released(data, start, found, service):
        return found
    # Possessive, so that a flood of released terminators costs no memory and one pass (attack).
    match = _up_to_terminator(service).match(data, start, stop)
    return -1 if match is None else match.end()


@cache
def _up_to_terminator(service: ServiceString) -> re.Pattern[bytes]:
    mark, end = re.escape(service.release), re.escape(service.terminator)
    pair = _pair(service)
    return re.compile(rb"(?:[^" + mark + end + rb"]++|" + pair + rb")*+(?=" + end + rb")", re.DOTALL)


def _pair(service: ServiceString) -> bytes:
    """The pattern of a release character and what it releases, which can stand on the next line."""
    breaks = breaks_of(service)
    wrap = rb"([" + breaks + rb"]{0,%d}+)" % _LONGEST_WRAP if breaks else b"()"
    return re.escape(service.release) + wrap + rb"(.)"


def is_released(data: bytes, start: int, position: int, service: ServiceString) -> bool:
    """Whether an odd run of release characters stands before `position` (ISO 9735-1 clause 7.2).

    A line break between a release character and what it releases is a wrap, not what is released.
    """
    if not service.release:
        return False
    mark, marks, breaks = service.release[0], 0, breaks_of(service)
    before = position
    while True:
        after = before
        while before > start and after - before < _LONGEST_WRAP and data[before - 1] in breaks:
            before -= 1
        if before == start or data[before - 1] != mark:
            return marks % 2 == 1
        before -= 1
        marks += 1


def tag_of(data: bytes, start: int, end: int, service: ServiceString) -> str:
    """The tag of the segment in `data[start:end]`, or "" when these bytes are no segment."""
    head = data[start : start + 3]
    plain = start + 3 == end or data[start + 3 : start + 4] in {service.element, service.component}
    if plain and head.isalnum() and head.isupper() and head[:1].isalpha():
        return head.decode("ascii")
    match = _TAG.match(data, start, min(end, start + _TAG_SPAN))
    if match is None:
        return ""
    after = data[match.end() : match.end() + 1]
    if match.end() < end and after not in {service.element, service.component}:
        return ""
    return match.group().translate(None, b"\r\n").decode("ascii")


def next_tagged_line(data: bytes, start: int, end: int, service: ServiceString) -> tuple[int, int] | None:
    """The first line after `start` that begins with a known tag: (its line break, its tag), or None."""
    for match in _LINE.finditer(data, start, end):
        if match.group(1) in _LINE_TAGS and match.group(2) == service.element and match.start() > start:
            return match.start(), match.end()
    return None


def is_short_line(data: bytes, start: int, stop: int) -> bool:
    """Whether `start` begins a line and that line ends, too early for a wrap, at `stop`."""
    begins_line = start == 0 or data[start - 1 : start] in {b"\r", b"\n"}
    return begins_line and stop - start < _SHORT_LINE and b"\n" not in data[start:stop]


def split_segment(source: Source, start: int, end: int) -> Segment:
    """Split one segment into elements, repetitions and components; every value keeps its offsets."""
    service = source.service
    tag = tag_of(source.data, start, end, service)
    body = source.data[start:end]
    if service.release and service.release in body:
        elements = tuple(_split_released(source, start, end))
    elif b"\n" in body or b"\r" in body or not (body.isascii() or source.codec in _ONE_BYTE):
        elements = tuple(_split_plain(source, start, body))
    else:
        elements = tuple(_split_text(body.decode(source.codec, "replace"), start, service))
    return Segment(tag, start, end, elements[1:])


def value_of(source: Source, start: int, end: int) -> Value:
    """The value whose bytes are `data[start:end]`: released, without line wraps."""
    raw = _unreleased(source.data[start:end], source.service)
    return Value(_text(raw, source.codec), start, end)


def longest_element(source: Source, start: int, end: int) -> int:
    """The length in bytes of the longest element of a segment (the limit of a hostile file)."""
    pieces = _cut(source.data[start:end], source.service.element, source.service)
    return max(stop - begin for begin, stop in pieces)


def _split_text(text: str, start: int, service: ServiceString) -> Iterator[tuple[Composite, ...]]:
    """The common case: one byte a letter, nothing released, no line wrap."""
    colon = service.component.decode("latin-1")
    repetition = service.repetition.decode("latin-1")
    for element in text.split(service.element.decode("latin-1")):
        composites = []
        for repeat in element.split(repetition) if repetition else (element,):
            values = []
            for part in repeat.split(colon):
                end = start + len(part)
                values.append(Value(part, start, end))
                start = end + 1
            composites.append(tuple(values))
        yield tuple(composites)


def _split_plain(source: Source, start: int, body: bytes) -> Iterator[tuple[Composite, ...]]:
    service = source.service
    for element in body.split(service.element):
        repeats = element.split(service.repetition) if service.repetition else (element,)
        composites = []
        for repeat in repeats:
            values = []
            for raw in repeat.split(service.component):
                values.append(Value(_text(raw, source.codec), start, start + len(raw)))
                start += len(raw) + 1
            composites.append(tuple(values))
        yield tuple(composites)


def _split_released(source: Source, start: int, end: int) -> Iterator[tuple[Composite, ...]]:
    service, body = source.service, source.data[start:end]
    for first, last in _cut(body, service.element, service):
        repeats = _cut(body[first:last], service.repetition, service)
        yield tuple(
            _composite(source, body[first + low : first + high], start + first + low) for low, high in repeats
        )


def _composite(source: Source, body: bytes, start: int) -> Composite:
    service = source.service
    return tuple(
        Value(
            _text(_unreleased(body[low:high], service), source.codec),
            start + low,
            start + high,
        )
        for low, high in _cut(body, service.component, service)
    )


def _cut(body: bytes, separator: bytes, service: ServiceString) -> list[tuple[int, int]]:
    """The spans between unreleased separators."""
    spans: list[tuple[int, int]] = []
    first = 0
    position = 0
    while separator and (found := body.find(separator, position)) >= 0:
        position = found + 1
        if not is_released(body, first, found, service):
            spans.append((first, found))
            first = position
    spans.append((first, len(body)))
    return spans


def _unreleased(raw: bytes, service: ServiceString) -> bytes:
    """Drop each release character and keep the character it releases."""
    release = service.release
    if not release or release not in raw:
        return raw
    if b"\n" in raw or b"\r" in raw:
        return re.sub(_pair(service), rb"\1\2", raw, flags=re.DOTALL)
    out = bytearray()
    pieces = iter(raw.split(release))
    out += next(pieces)
    for piece in pieces:
        if piece:
            out += piece
        else:  # two release characters stand for one; what follows is plain
            out += release + next(pieces, b"")
    return bytes(out)


def _text(raw: bytes, codec: str) -> str:
    if b"\n" in raw or b"\r" in raw:
        raw = raw.translate(None, b"\r\n")
    return raw.decode(codec, "replace")
