"""Put segments together into messages and an interchange, and check what the ends declare.

Counts in the wild lie (an UNT of 99 over 3,131 segments): each check of UNT, UNE and UNZ gives a
finding and changes nothing. Groups (UNG/UNE) are transparent: their messages belong to the interchange.
"""

from array import array

import msgspec

from cordillera.engines.edifact import charset
from cordillera.engines.edifact.findings import Findings, Severity
from cordillera.engines.edifact.model import Interchange, Limits, Message
from cordillera.engines.edifact.segments import Segments
from cordillera.engines.edifact.service import LEVEL_A, ServiceString
from cordillera.engines.edifact.values import Segment, Source

_PARTNER = 4
"""Components of S002 and S003: identification, its qualifier, two that are internal."""
_SERVICE_TAGS = frozenset({"UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"})


def is_service_tag(tag: str) -> bool:
    """Whether the segment structures the interchange instead of carrying data."""
    return tag in _SERVICE_TAGS


class _Draft(msgspec.Struct):
    """A message whose UNT has not come yet."""

    header: Segment
    bounds: "array[int]"
    end: int
    trailer: Segment | None = None
    damaged: bool = False


class InterchangeAssembly:
    """Collects the segments of one interchange; `close` gives the interchange and its findings."""

    def __init__(self, start: int, limits: Limits, messages: int) -> None:
        self._start = start
        self._limits = limits
        self._messages_left = messages
        self._service = LEVEL_A
        self._header: Segment | None = None
        self._trailer: Segment | None = None
        self._group_trailers: list[Segment] = []
        self._drafts: list[_Draft] = []
        self._open: _Draft | None = None
        self._strays: list[tuple[str, int]] = []
        self._stray_count = 0

    def overflows(self, tag: str, end: int) -> bool:
        """Whether this segment would make the open message larger than the limit, or open one too many."""
        if tag == "UNH":
            return len(self._drafts) >= self._messages_left
        if self._open is None or is_service_tag(tag):
            return False
        too_long = end - self._open.header.start > self._limits.message
        self._open.damaged |= too_long
        return too_long

    def damage(self) -> None:
        """Bytes were lost here: the open message is not complete."""
        if self._open is not None:
            self._open.damaged = True

    @property
    def open_until(self) -> int | None:
        """The first byte that does not fit the open message any more, or None when none is open."""
        return None if self._open is None else self._open.header.start + self._limits.message + 1

    def add_run(self, bounds: bytes, end: int) -> None:
        """Take a run of data segments into the open message: their bounds as 64-bit numbers."""
        if self._open is not None:
            self._open.bounds.frombytes(bounds)
            self._open.end = end

    def add(self, tag: str, start: int, end: int) -> None:
        """Take a data segment: into the open message, or as a stray one."""
        if self._open is None:
            self._stray(tag, start)
            return
        self._open.bounds.extend((start, end))
        self._open.end = end

    def service_segment(self, segment: Segment, service: ServiceString, findings: Findings) -> None:
        """Take UNB, UNG, UNH, UNT, UNE or UNZ."""
        self._service = service
        if segment.tag == "UNB":
            self._header = segment
        elif segment.tag == "UNH":
            self._abandon(findings)
            bounds = array("Q", (segment.start, segment.end))
            self._open = _Draft(segment, bounds, segment.end)
            self._drafts.append(self._open)
        elif segment.tag == "UNT":
            self._end_message(segment)
        else:
            self._abandon(findings)
            self._end_outer(segment)

    def close(self, end: int, data: bytes, findings: Findings) -> Interchange:
        """Finish: choose the charset, check every declared count, build the interchange."""
        self._abandon(findings)
        self._report_strays(findings)
        declared = "" if self._header is None else self._header.text(0)
        choice = charset.choose(data, declared, self._start, end)
        if choice.first_odd_byte is not None:
            text = f"bytes outside {declared or 'the default repertoire'}; read as {choice.codec}"
            findings.note("edifact.charset", Severity.WARNING, choice.first_odd_byte, text)
        source = Source(data, self._service, choice.codec)
        messages = tuple(_message(draft, source, findings) for draft in self._drafts)
        self._check_trailers(len(messages), findings)
        return self._interchange(source, messages, end)

    def _interchange(self, source: Source, messages: tuple[Message, ...], end: int) -> Interchange:
        header = self._header or Segment("UNB", self._start, self._start, ())
        prepared = header.text(3) + (":" + header.text(3, 1) if header.text(3, 1) else "")
        return Interchange(
            sender=header.text(1),
            recipient=header.text(2),
            prepared=prepared,
            reference=header.text(4),
            charset=source.codec,
            messages=messages,
            complete=self._trailer is not None and all(message.complete for message in messages),
            start=self._start,
            end=end,
            partners=(header.texts(1, _PARTNER), header.texts(2, _PARTNER)),
        )

    def _end_message(self, segment: Segment) -> None:
        if self._open is None:
            self._stray("UNT", segment.start)
            return
        self._open.bounds.extend((segment.start, segment.end))
        self._open.end = segment.end
        self._open.trailer = segment
        self._open = None

    def _end_outer(self, segment: Segment) -> None:
        if segment.tag == "UNE":
            self._group_trailers.append(segment)
        elif segment.tag == "UNZ":
            self._trailer = segment

    def _abandon(self, findings: Findings) -> None:
        """The open message never got its UNT."""
        if self._open is not None:
            found = len(self._open.bounds) // 2
            text = f"message {self._open.header.text(0)} has no UNT; {found} segments were read"
            findings.note("edifact.message_cut", Severity.ERROR, self._open.end, text)
            self._open = None

    def _stray(self, tag: str, start: int) -> None:
        self._stray_count += 1
        if len(self._strays) < self._limits.findings:
            self._strays.append((tag, start))

    def _report_strays(self, findings: Findings) -> None:
        for tag, start in self._strays:
            findings.note("edifact.stray_segment", Severity.WARNING, start, f"{tag} outside any message")

    def _check_trailers(self, messages: int, findings: Findings) -> None:
        if self._header is None:
            return
        if self._trailer is None:
            text = f"interchange {self._header.text(4)} has no UNZ"
            findings.note("edifact.interchange_cut", Severity.WARNING, self._header.start, text)
            return
        units = len(self._group_trailers) or messages
        declared = _number(self._trailer.text(0))
        if declared not in {units, messages}:
            text = f"UNZ declares {self._trailer.text(0) or 'nothing'}, found {units}"
            findings.note("edifact.interchange_count", Severity.WARNING, self._trailer.start, text)
        _check_reference(self._header.text(4), self._trailer, findings)


def _message(draft: _Draft, source: Source, findings: Findings) -> Message:
    found = len(draft.bounds) // 2
    header, trailer = draft.header, draft.trailer
    declared = None if trailer is None else _number(trailer.text(0))
    if trailer is not None:
        if declared != found:
            text = f"UNT declares {'no number' if declared is None else declared}, found {found}"
            findings.note("edifact.segment_count", Severity.WARNING, trailer.start, text)
        _check_reference(header.text(0), trailer, findings)
    return Message(
        type=header.text(1),
        version=":".join(part for part in (header.text(1, 1), header.text(1, 2)) if part),
        reference=header.text(0),
        segments=Segments(source, draft.bounds),
        declared_segments=declared,
        complete=trailer is not None and not draft.damaged,
        start=header.start,
        end=draft.end,
    )


def _check_reference(opened: str, trailer: Segment, findings: Findings) -> None:
    closed = trailer.text(1)
    if closed and closed != opened:
        text = f"{trailer.tag} refers to {closed}, the header to {opened}"
        findings.note("edifact.reference", Severity.WARNING, trailer.start, text)


def _number(text: str) -> int | None:
    """A declared count; None when it is not a number of sensible size."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
