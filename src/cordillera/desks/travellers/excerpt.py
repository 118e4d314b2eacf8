"""A message as it arrived: one segment a line with its byte offset, the cited bytes marked.

>>> lines = excerpt(b"UNH+1'NAD+FL+++DIAZ:ANA'", Window(6, 24), [(15, 19)])
>>> [(run.text, run.cited) for run in lines[0].runs]
[('NAD+FL+++', False), ('DIAZ', True), (":ANA'", False)]
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from cordillera.engines.edifact.service import ServiceString, find_start

MAX_BYTES = 65_536
_LINE = 2_000
_BREAKS = b"\r\n"


class Window(msgspec.Struct, frozen=True):
    """The bytes [start, end) of a message."""

    start: int
    end: int


class Run(msgspec.Struct, frozen=True):
    """Bytes that are cited, or not, as text."""

    text: str
    cited: bool


class Line(msgspec.Struct, frozen=True):
    """One segment: where it begins in the message, and its runs; `inside` the traveller's own part."""

    offset: int
    runs: tuple[Run, ...]
    inside: bool = False


def excerpt(
    raw: bytes, window: Window, cited: Sequence[tuple[int, int]], own: Window | None = None
) -> tuple[Line, ...]:
    """Return the segments of a window with the cited ranges marked; at most 64 KiB are shown."""
    end = min(window.end, window.start + MAX_BYTES, len(raw))
    return tuple(
        Line(start, tuple(_runs(raw, start, stop, cited)), own is not None and own.start <= start < own.end)
        for start, stop in _segments(raw, window.start, end)
    )


def _segments(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut at terminators that are not released; line breaks between segments belong to none."""
    found = find_start(raw, 0)
    service = ServiceString() if found is None else found.service
    at = start
    while at < end:
        while at < end and raw[at] in _BREAKS:
            at += 1
        stop = _segment_end(raw, at, end, service)
        if stop > at:
            yield at, stop
        at = max(stop, at + 1)


def _segment_end(raw: bytes, start: int, end: int, service: ServiceString) -> int:
    limit = min(end, start + _LINE)
    at = start
    while at < limit:
        byte = raw[at : at + 1]
        if service.release and byte == service.release:
            at += 2
        elif byte == service.terminator:
            return at + 1
        else:
            at += 1
    return limit


def _runs(raw: bytes, start: int, end: int, cited: Sequence[tuple[int, int]]) -> Iterator[Run]:
    marked = _joined(cited)
    edges = sorted({start, end, *(p for pair in marked for p in pair if start < p < end)})
    for left, right in pairwise(edges):
        inside = any(first <= left and right <= last for first, last in marked)
        yield Run(_text(raw[left:right]), inside)


def _joined(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges that touch or overlap: a name and its words are one mark."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _text(piece: bytes) -> str:
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return piece.decode("latin-1")
