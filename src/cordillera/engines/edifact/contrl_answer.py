"""What a CONTRL answers to an interchange that was read (ISO 9735-4:2002; docs/messages.md).

An interchange is taken when

1. its header names a reference, or else it cannot be answered at all;
2. it holds at least one message.

A message is taken when

3. its type is one that this node reads to records;
4. its UNT came and no bytes of it were lost.

Whatever else is wrong (counts above all) is told as a fault and rejects nothing. A rejected message is read
as far as it goes all the same: the answer asks for it again. A CONTRL is never answered by a CONTRL.

>>> from cordillera.engines.edifact.reader import read
>>> text = b"UNB+UNOA:4+XA+EC+261121:1200+R1'UNH+1+PAXLST:D:05B:UN'BGM+745'UNT+9+1'UNZ+1+R1'"
>>> (control,) = answers(read(text))
>>> control.action.name, control.messages[0].action.name, control.messages[0].faults[-1]
('TAKEN', 'TAKEN', Fault(code='29', segment=3, element=2, component=None))
"""

from bisect import bisect_left, bisect_right

import msgspec

from cordillera.engines.edifact.contrl import Action, Control, Fault, MessageAnswer
from cordillera.engines.edifact.findings import Finding
from cordillera.engines.edifact.model import Interchange, Message, Reading
from cordillera.engines.edifact.paxlst import read_paxlst
from cordillera.engines.edifact.pnrgov import read_pnrgov
from cordillera.engines.edifact.segments import Segments
from cordillera.engines.edifact.values import Segment

READ_TYPES = frozenset({"PAXLST", "PNRGOV"})
MISSING, NO_AGREEMENT, EMPTY, UNSPECIFIED = "13", "17", "32", "18"
CODES = {
    "edifact.segment_count": "29",
    "edifact.interchange_count": "29",
    "edifact.reference": "28",
    "edifact.message_cut": MISSING,
    "edifact.interchange_cut": MISSING,
    "edifact.unterminated_segment": MISSING,
    "edifact.missing_terminator": MISSING,
    "edifact.dangling_release": "21",
    "edifact.unreadable_segment": "21",
    "edifact.charset": "21",
    "edifact.service_characters": "22",
    "edifact.stray_segment": "33",
    "edifact.element_too_long": "39",
    "edifact.segment_too_long": "39",
    "edifact.message_too_long": "35",
    "paxlst.unknown_kind": "14",
    "paxlst.no_flight": MISSING,
    "paxlst.no_name": MISSING,
    "paxlst.unknown_party": "14",
    "paxlst.misplaced": "15",
    "paxlst.repeats": "35",
    "paxlst.imo": "12",
    "paxlst.impossible_date": "12",
    "paxlst.traveller_count": "29",
    "paxlst.too_many_travellers": "36",
    "pnrgov.missing": MISSING,
    "pnrgov.unknown_function": "14",
    "pnrgov.pnr_count": "29",
    "pnrgov.no_src": MISSING,
    "pnrgov.no_locator": MISSING,
    "pnrgov.misplaced": "15",
    "pnrgov.impossible_date": "12",
}
"""What a finding is among the errors of ISO 9735 (0085); one that is not here is no error of the sender."""
_IDENTIFIER = 7
"""Components of S009: type, version, release, agency, association's code and two more."""
_TRAILER_CODES = frozenset({"edifact.interchange_count", "edifact.interchange_cut"})


def answers(reading: Reading) -> tuple[Control, ...]:
    """One answer for each interchange of a file that has a reference; interchanges of answers have none."""
    noticed = _Noticed(reading.findings)
    return tuple(
        _answer(one, noticed)
        for one in reading.interchanges
        if one.reference and not (one.messages and all(message.type == "CONTRL" for message in one.messages))
    )


class _Noticed:
    """Findings in file order, cut out by place: a file can have many messages and many findings (attack)."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self._findings = findings
        self._offsets = [one.offset for one in findings]

    def within(self, start: int, end: int) -> tuple[Finding, ...]:
        return self._findings[bisect_left(self._offsets, start) : bisect_right(self._offsets, end)]


def _answer(interchange: Interchange, noticed: _Noticed) -> Control:
    """Conditions 1 and 2 of the module."""
    named = (interchange.reference, *interchange.partners)
    if not interchange.messages:
        return Control(*named, Action.REJECTED, EMPTY)
    own = noticed.within(interchange.start, interchange.end)
    trailing = next((CODES[one.code] for one in own if one.code in _TRAILER_CODES), "")
    messages = tuple(_message(message, interchange, noticed) for message in interchange.messages)
    return Control(*named, Action.TAKEN, trailing, "UNZ" if trailing else "", messages)


def _message(message: Message, interchange: Interchange, noticed: _Noticed) -> MessageAnswer:
    """Conditions 3 and 4 of the module."""
    kind = message.segments[0].texts(1, _IDENTIFIER)
    if message.type not in READ_TYPES:
        return MessageAnswer(message.reference, kind, Action.REJECTED, NO_AGREEMENT)
    found = (*noticed.within(message.start, message.end), *_of_meaning(message, interchange.prepared))
    faults = _faults(message, [one for one in found if one.code in CODES.keys() - _TRAILER_CODES])
    if message.complete:
        return MessageAnswer(message.reference, kind, Action.TAKEN, faults=faults)
    code, tag = (UNSPECIFIED, "") if message.segments[-1].tag == "UNT" else (MISSING, "UNT")
    return MessageAnswer(message.reference, kind, Action.REJECTED, code, tag, faults)


def _of_meaning(message: Message, prepared: str) -> tuple[Finding, ...]:
    read = read_paxlst if message.type == "PAXLST" else read_pnrgov
    return read(message, prepared).findings


def _faults(message: Message, findings: list[Finding]) -> tuple[Fault, ...]:
    """The findings by their place, in order, at most one for a segment as a whole."""
    starts = message.segments.bounds[::2]
    placed = {_fault(message.segments, max(bisect_right(starts, one.offset), 1), one) for one in findings}
    faults: dict[tuple[object, ...], Fault] = {}
    for fault in sorted(placed, key=_order):
        whole = fault.element is None
        faults.setdefault((fault.segment,) if whole else msgspec.structs.astuple(fault), fault)
    return tuple(faults.values())


def _order(fault: Fault) -> tuple[int, int, int, str]:
    return fault.segment, fault.element or 0, fault.component or 0, fault.code


def _fault(segments: Segments, number: int, finding: Finding) -> Fault:
    """ISO 9735-4 counts segments from UNH and elements from the tag, both as 1."""
    code = CODES[finding.code]
    if finding.code == "edifact.segment_count":
        return Fault(code, number, 2)
    return Fault(code, number, *_place(segments[number - 1], finding.offset))


def _place(segment: Segment, offset: int) -> tuple[int | None, int | None]:
    """The element and component at a byte; none of both at the tag or behind the segment."""
    for number, element in enumerate(segment.elements, 2):
        for composite in element:
            for place, value in enumerate(composite, 1):
                if value.start <= offset < max(value.end, value.start + 1):
                    return number, place if len(composite) > 1 else None
    return None, None
