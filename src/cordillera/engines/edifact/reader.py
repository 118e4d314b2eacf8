"""Read a whole EDIFACT file: every byte ends in a segment, a separator or a finding (ISO 9735 v1 to v4).

Wrong counts, missing ends, wrappers, rubbish and cut files are findings; nothing here raises on input.

>>> reading = read(b"UNB+UNOA:4+A+B+261121:1200+1'UNH+7+PAXLST:D:05B:UN'BGM+745'UNT+9+7'UNZ+1+1'")
>>> message = reading.messages[0]
>>> message.type, message.version, len(message.segments), message.declared_segments
('PAXLST', 'D:05B', 3, 9)
>>> [finding.code for finding in reading.findings]
['edifact.segment_count']
>>> reading.bytes.segments + reading.bytes.separators + reading.bytes.findings == reading.bytes.total
True
"""

import numpy as np

from cordillera.engines.edifact import charset, kernel, lexer
from cordillera.engines.edifact.assembly import InterchangeAssembly, is_service_tag
from cordillera.engines.edifact.findings import Findings, Severity, excerpt
from cordillera.engines.edifact.model import ByteCount, Interchange, Limits, Reading
from cordillera.engines.edifact.service import (
    ServiceString,
    Start,
    begins_interchange,
    find_start,
    with_syntax_version,
)
from cordillera.engines.edifact.tokens import kinds
from cordillera.engines.edifact.values import Source
from cordillera.foundation.kernels_loaded import is_loaded

DEFAULT_LIMITS = Limits()
FEW = 1 << 16
"""Bytes from which on compiled code pays, the loading of it included; once it is loaded it always does."""

_RUN = 8192
"""Segments the kernel takes at a time."""


def read(data: bytes, limits: Limits = DEFAULT_LIMITS, few: int = FEW) -> Reading:
    """Read every interchange of a file; never raises on any bytes.

    Below `few` bytes no compiled code is loaded: the same reading, without it.
    """
    return _FileReader(data, limits, compiled=len(data) >= few or is_loaded(kernel.plain_run)).read()


def read_readably(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """The reference of `read`: the same reading, without the compiled tokenizer (ADR 0050)."""
    return _FileReader(data, limits, compiled=False).read()


class _FileReader:
    """One pass over one file; the counters say where each byte went."""

    def __init__(self, data: bytes, limits: Limits, *, compiled: bool) -> None:
        self.data = data
        self.compiled = compiled
        self.view = np.frombuffer(data, np.uint8)
        self.limits = limits
        self.findings = Findings(limits.findings)
        self.segment_bytes = 0
        self.separator_bytes = 0
        self.interchanges: list[Interchange] = []
        self.messages_left = limits.messages
        self.segments_left = limits.segments

    def read(self) -> Reading:
        position, service = 0, ServiceString()
        while position < len(self.data):
            start = find_start(self.data, position, service)
            self._rubbish(position, len(self.data) if start is None else start.start)
            if start is None:
                break
            if self.messages_left <= 0:
                self.own("edifact.too_many_messages", Severity.ERROR, start.start, len(self.data))
                break
            position, service = self._interchange(start)
        if not self.interchanges:
            self.findings.note("edifact.no_message", Severity.ERROR, 0, "no UNB or UNH in this file")
        counted = ByteCount(
            len(self.data), self.segment_bytes, self.separator_bytes, self.findings.owned_bytes
        )
        return Reading(tuple(self.interchanges), self.findings.all(), counted)

    def _rubbish(self, start: int, end: int) -> None:
        """Bytes before, between and after interchanges: blanks are separators, the rest a wrapper."""
        first = min(lexer.skip_blanks(self.data, start), end)
        self.separator_bytes += first - start
        last = first + len(self.data[first:end].rstrip(lexer.BLANKS))
        self.separator_bytes += end - last
        severity = Severity.INFO if last - first <= 512 else Severity.WARNING
        self.own("edifact.outside_interchange", severity, first, last)

    def _interchange(self, start: Start) -> tuple[int, ServiceString]:
        if start.contradicted:
            text = (
                "UNA does not fit the segments that follow; read by the segments"
                if start.has_una
                else ("the service characters are not the usual ones and there is no UNA")
            )
            self.findings.note("edifact.service_characters", Severity.WARNING, start.start, text)
        self.separator_bytes += start.body - start.start
        reader = _InterchangeReader(self, start)
        end = reader.read()
        interchange = reader.assembly.close(end, self.data, self.findings)
        self.messages_left -= max(1, len(interchange.messages))
        self.interchanges.append(interchange)
        return end, reader.service

    def own(self, code: str, severity: Severity, start: int, end: int) -> None:
        self.findings.own(code, severity, (start, end), excerpt(self.data, start, end))


class _InterchangeReader:
    """The segments of one interchange, until UNZ, the next UNA/UNB, or the end of the file."""

    def __init__(self, file: _FileReader, start: Start) -> None:
        self.file = file
        self.start = start
        self.service = start.service
        self.assembly = InterchangeAssembly(start.body, file.limits, file.messages_left)

    def read(self) -> int:
        """Read until the interchange ends; returns where it ends."""
        data, position = self.file.data, self.start.body
        while True:
            position = self._plain_run(position)
            begin = lexer.skip_blanks(data, position)
            self.file.separator_bytes += begin - position
            if begin == len(data) or self._is_next(begin):
                return begin
            if self.file.segments_left <= 0:
                self.file.own("edifact.too_many_segments", Severity.ERROR, begin, len(data))
                self.assembly.damage()
                return len(data)
            self.file.segments_left -= 1
            position, last = self._segment(begin)
            if last:
                return position

    def _plain_run(self, position: int) -> int:
        """Let the kernel take the plain segments of the open message; returns where reading goes on."""
        file = self.file
        if not file.compiled or not _is_seen_by_kernel(self.service):
            return position
        table = kinds(self.service)
        while (until := self.assembly.open_until) is not None:
            limits = np.array((min(file.limits.element, file.limits.segment - 1), until - 1))
            bounds = np.empty(2 * min(_RUN, file.segments_left), np.uint64)
            found, position, separators, inside = kernel.plain_run(file.view, position, table, limits, bounds)
            if not found:
                break
            file.segments_left -= found
            file.separator_bytes += separators
            file.segment_bytes += inside
            self.assembly.add_run(bounds[: 2 * found].tobytes(), int(bounds[2 * found - 1]))
            if found < len(bounds) // 2:
                break
        return position

    def _is_next(self, begin: int) -> bool:
        """Whether another interchange begins here, so that this one was never closed."""
        return begin != self.start.body and begins_interchange(self.file.data, begin)

    def _segment(self, begin: int) -> tuple[int, bool]:
        """Take the segment at `begin`; returns where reading goes on and whether the interchange ended."""
        data, file = self.file.data, self.file
        horizon = min(len(data), begin + file.limits.segment)
        end = lexer.next_terminator(data, begin, self.service, horizon)
        if end == begin:
            file.separator_bytes += 1
            return begin + 1, False
        if end < 0:
            return self._without_end(begin, horizon)
        file.separator_bytes += 1
        return end + 1, self._take(begin, end)

    def _without_end(self, begin: int, horizon: int) -> tuple[int, bool]:
        """No terminator within the limit: a cut last segment is kept, anything longer is a finding."""
        data, file = self.file.data, self.file
        if horizon < len(data):
            resume = data.find(self.service.terminator, horizon)
            stop = len(data) if resume < 0 else resume
            file.own("edifact.segment_too_long", Severity.ERROR, begin, stop)
            self.assembly.damage()
            return stop, False
        end = begin + len(data[begin:horizon].rstrip(lexer.BLANKS))
        file.separator_bytes += horizon - end
        text = excerpt(data, begin, end)
        file.findings.note("edifact.unterminated_segment", Severity.WARNING, begin, text)
        if lexer.is_released(data, begin, end, self.service):
            file.findings.own("edifact.dangling_release", Severity.WARNING, (end - 1, end), text)
            end -= 1
        self.assembly.damage()
        self._take(begin, end)
        return len(data), True

    def _take(self, begin: int, end: int) -> bool:
        """Accept what stands before a terminator: one segment, or several whose terminators were lost.

        1. Bytes that are no segment, up to a line that begins with a known tag, are a finding.
        2. Where each segment has a line of its own, a known tag at the begin of a line begins a segment.
        """
        data, file = self.file.data, self.file
        while (line := lexer.next_tagged_line(data, begin, end, self.service)) is not None:
            stop, resume = line
            if not lexer.tag_of(data, begin, stop, self.service):
                file.own("edifact.unreadable_segment", Severity.WARNING, begin, stop)
            elif lexer.is_short_line(data, begin, stop):
                file.findings.note(
                    "edifact.missing_terminator", Severity.WARNING, stop, excerpt(data, begin, stop)
                )
                if self._accept(begin, stop):
                    file.own("edifact.unreadable_segment", Severity.WARNING, resume, end)
                    file.separator_bytes += resume - stop
                    return True
            else:
                break
            file.separator_bytes += resume - stop
            begin = resume
        return self._accept(begin, end)

    def _accept(self, begin: int, end: int) -> bool:
        """Count a segment and hand it on; True when it closes the interchange."""
        file = self.file
        tag = lexer.tag_of(file.data, begin, end, self.service)
        if not tag:
            file.own("edifact.unreadable_segment", Severity.WARNING, begin, end)
            return False
        if self._element_too_long(begin, end):
            file.own("edifact.element_too_long", Severity.ERROR, begin, end)
            return False
        if self.assembly.overflows(tag, end):
            file.own("edifact.message_too_long", Severity.ERROR, begin, end)
            return False
        file.segment_bytes += end - begin
        self._hand_on(tag, begin, end)
        return tag == "UNZ"

    def _element_too_long(self, begin: int, end: int) -> bool:
        limit = self.file.limits.element
        if end - begin <= limit:
            return False
        return lexer.longest_element(Source(self.file.data, self.service, "latin-1"), begin, end) > limit

    def _hand_on(self, tag: str, begin: int, end: int) -> None:
        if not is_service_tag(tag):
            self.assembly.add(tag, begin, end)
            return
        source = Source(self.file.data, self.service, charset.FALLBACK)
        segment = lexer.split_segment(source, begin, end)
        if tag == "UNB":
            version = segment.text(0, 1)
            self.service = with_syntax_version(self.service, version, has_una=self.start.has_una)
        self.assembly.service_segment(segment, self.service, self.file.findings)


def _is_seen_by_kernel(service: ServiceString) -> bool:
    """Whether no separator inside segments is a blank, which the kernel could take for a line break."""
    inside = service.element + service.component + service.repetition + service.release
    return not any(mark in lexer.BLANKS for mark in inside)
