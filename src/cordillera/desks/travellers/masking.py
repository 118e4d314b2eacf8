"""What a carrier sent but may not be kept is blanked before storage, byte for byte.

Sensitive data are deleted on receipt (PNR Directive 2016/681 art. 13(4); DESIGN 4.4). A file keeps its
length, so every byte offset of a kept fact stays true; letters and digits of what may not be kept become `#`.
Of a file with passenger lists stays (ADR 0079):

1. the segments of the lists whose tag is on the allow-list, and the service segments around them; nothing
   before, behind or between them, no segment that cannot be read, no message of another type;
2. of a segment that has codes and numbers (GEI, MEA, QTY, CTA, COM, DTM, baggage tags in FTX), only what has
   their form; of NAD the name, not the address, which no record reads;
3. of every other value that is no name and no name of a place, nothing that is made of words instead of a
   code, number or reference (`tells_words`), and nothing that holds a sensitive word.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cordillera.desks.travellers.sensitive_words import sensitive_places, tells_sensitive, tells_words
from cordillera.engines.edifact import Interchange, Message, Reading, Segment
from cordillera.engines.edifact.lexer import next_terminator, skip_blanks, split_segment
from cordillera.engines.edifact.segments import Segments
from cordillera.engines.edifact.service import ServiceString, start_at
from cordillera.engines.edifact.values import Composite, Source

PAXLST: Final = "PAXLST"
_TAGS = "UNB UNG UNH BGM RFF DTM NAD CTA COM TDT LOC NAT DOC GEI MEA QTY CNT UNT UNE UNZ"
_KEPT = frozenset(_TAGS.split())
_KEPT_BYTES = frozenset(tag.encode() for tag in _KEPT)
_BLANK = ord("#")
_BLANKED = bytes(_BLANK if byte > 0x7F or chr(byte).isalnum() else byte for byte in range(256))
_TAG, _UNA, _NAME, _NAMES, _COUNTRY = 3, 9, 3, 4, 8
_SERVICE_TAGS: Final = frozenset({b"UNB", b"UNG", b"UNE", b"UNZ"})
_PASSWORD: Final = 5
_NOWHERE: Final = sys.maxsize
_REFERENCE: Final = re.compile(r"[!-~]{1,35}")
_CODE: Final = r"[A-Z0-9]{1,3}"
_NUMBER: Final = r"[0-9][0-9.,]{0,17}"
_MOMENT: Final = r"[0-9:/T.Z-]{1,25}|\d{1,2}[A-Z]{3}\d{2,4}"
_PHONE: Final = r"\+?[0-9 ()./-]{5,25}"
_FORMS: Final = {
    tag: re.compile(form)
    for tag, form in {
        "GEI": _CODE,
        "CTA": _CODE,
        "MEA": f"{_CODE}|{_NUMBER}",
        "QTY": f"{_CODE}|{_NUMBER}",
        "CNT": f"{_CODE}|{_NUMBER}",
        "DTM": _MOMENT,
        "COM": rf"{_CODE}|{_PHONE}|\S{{1,64}}(?:@|//)\S{{1,64}}",
        "FTX": rf"{_CODE}|[A-Z0-9]{{0,3}} ?[0-9]{{3,12}}|{_NUMBER}",
    }.items()
}
"""What a value of such a segment looks like; anything else is blanked."""
_FORMED: Final = frozenset(tag.encode() for tag in _FORMS)
_PLAIN_VALUES: Final = re.compile(rb"(?:[+: ]+(?:BAG|CT|WT|KGM|LBR|TE|[0-9]{1,12}))*+[+:]*")
"""What most of these segments say, told without taking them apart."""
PARTNERS: Final = frozenset({1, 2})
"""Elements of UNB and UNG where partners write their names."""
_NAMED: Final = {"LOC": frozenset({(1, 3), (2, 3), (3, 3)}), "TDT": frozenset({(4, 3), (7, 3)})}
"""Element and part of names of places, carriers and ships: their words are nobody's to judge."""
_PLACE_CODE: Final = (1, 0)
_AIRPORTS: Final = frozenset({"GAY", "VIH"})
"""Codes of airports (Gaya, Rolla) that are sensitive words anywhere else."""
_KINDS: Final = bytes(
    ord("a" if byte > 0x7F or chr(byte).isalpha() else {10: "n", 13: "n", 32: " ", 9: " "}.get(byte, "."))
    for byte in range(256)
)
"""Letters, breaks of lines, blanks, and the rest."""
_WORDY: Final = re.compile(rb"a{7}|an+a| ")
"""What, by kinds, a segment without words lacks."""
_PLACE: Final = re.compile(rb"LOC([^A-Z0-9])[0-9]{1,3}\1([^A-Z0-9\s])\2\2(?:(?!\1|\2).)*")
"""A place that has no code and is named."""
_NAD: Final = re.compile(rb"NAD([^A-Z0-9])[A-Z0-9]{1,3}\1{3}")
"""How a segment of a name begins that has nothing between its code and the name."""
_RECORDED: Final = _KEPT - {"CTA", "NAD"} | {"FTX"}
"""Segments that records are made from; of NAD the desk takes the name alone."""
_PLAIN_MOMENT: Final = b"0123456789:+./-"
Span = tuple[int, int]
Odd = tuple[str, int, int]
"""The tag of a segment, and where a value of it stands that may not stay."""


def odd_values(reading: Reading) -> tuple[Odd, ...]:
    """Return which values of the kept segments of passenger lists may not stay: conditions 2 and 3."""
    return tuple(
        (segment.tag, *span)
        for message in reading.messages
        if message.type == PAXLST
        for segment in _unfit(message.segments)
        for span in not_kept(segment)
    )


def masked(raw: bytes, reading: Reading, odd: Iterable[Odd]) -> bytes:
    """Return the bytes of a file that holds passenger lists as they may be kept: conditions 1 to 3.

    `odd` is what `odd_values` tells of it.
    """
    shown = bytearray(raw.translate(_BLANKED))
    end = 0
    for interchange in reading.interchanges:
        for start, stop in _frame(raw, interchange, end):
            shown[start:stop] = raw[start:stop]
        end = interchange.end
        for message in interchange.messages:
            if message.type == PAXLST:
                _put_list(shown, raw, message)
    _blank(shown, raw, (span for _, *span in odd))
    return bytes(shown)


def without_odd_records(raw: bytes, odd: Iterable[Odd]) -> bytes:
    """Return `raw` with those of its odd values blanked that records are made from."""
    recorded = [span for tag, *span in odd if tag in _RECORDED]
    if not recorded:
        return raw
    shown = bytearray(raw)
    _blank(shown, raw, recorded)
    return bytes(shown)


def _blank(shown: bytearray, raw: bytes, spans: Iterable[Sequence[int]]) -> None:
    for start, end in spans:
        shown[start:end] = raw[start:end].translate(_BLANKED)


def structure_of(raw: bytes) -> bytes:
    """Return what may be shown of bytes that nobody could read: lengths, signs and blanks.

    >>> structure_of(b"FTX+AAI+++KOSHER'")
    b"###+###+++######'"
    """
    return raw.translate(_BLANKED)


def may_be_kept(segment: Segment) -> bool:
    """Tell whether a segment of a passenger list may be kept, as far as `not_kept` leaves it."""
    if segment.tag == "FTX":
        return segment.text(0) == "BAG"
    return segment.tag in _KEPT


def not_kept(segment: Segment) -> Iterator[Span]:
    """Where the values of a kept segment stand that may not stay: conditions 2 and 3."""
    for place, element in enumerate(segment.elements):
        for composite in element:
            for part, value in enumerate(composite):
                if value.text.strip("# ") and _is_odd(segment.tag, (place, part), value.text.strip()):
                    yield value.start, value.end


def _is_odd(tag: str, at: tuple[int, int], text: str) -> bool:
    place, _ = at
    if tag == "NAD" and place >= _NAMES:
        country = place == _COUNTRY and len(text) <= _TAG and text.isalpha() and not tells_sensitive(text)
        return not country
    if tag in _FORMS:
        return _FORMS[tag].fullmatch(text) is None or tells_sensitive(text)
    if (tag, at) == ("LOC", _PLACE_CODE) and text in _AIRPORTS:
        return False
    if at in _NAMED.get(tag, ()) or (tag == "NAD" and place == _NAME):
        return False
    return tells_sensitive(text) or tells_words(text)


def kept_pieces(segment: Segment) -> Iterator[Span]:
    """The pieces of a segment of a passenger list that may be kept."""
    if not may_be_kept(segment):
        return
    at = segment.start
    for start, end in not_kept(segment):
        yield at, start
        at = end
    yield at, segment.end


def _put_list(shown: bytearray, raw: bytes, message: Message) -> None:
    """Put the segments of a passenger list back that may be kept."""
    shown[message.start : message.end] = raw[message.start : message.end]
    at = message.start
    for start, end in message.segments.spans():
        if start - at > 1:
            shown[at:start] = raw[at:start].translate(_BLANKED)
        at = end
    if message.end - at > 1:
        shown[at : message.end] = raw[at : message.end].translate(_BLANKED)
    for start, end in _whole(message.segments):
        shown[start + _TAG : end] = raw[start + _TAG : end].translate(_BLANKED)


def _whole(segments: Segments) -> Iterator[Span]:
    """The bounds of segments that may not be kept; most are told by their first four bytes."""
    data, service = segments.source.data, segments.source.service
    separator, bag = service.element, b"FTX" + service.element + b"BAG"
    kept_bags = {bag + service.element, bag + service.component}
    for at, (start, end) in enumerate(segments.spans()):
        tag = data[start : start + _TAG]
        if tag in _KEPT_BYTES and data[start + _TAG : start + _TAG + 1] == separator:
            continue
        if tag == b"FTX" and data[start : start + len(bag) + 1] in kept_bags:
            continue
        if tag in {b"ATT", b"AUT"} or not may_be_kept(segments[at]):
            yield start, end


def _unfit(segments: Segments) -> Iterator[Segment]:
    """The kept segments that could hold a value which may not stay; of most a look at their bytes tells."""
    if not len(segments):
        return
    data, separator = segments.source.data, segments.source.service.element
    first, last = segments.bounds[0], segments.bounds[-1]
    within = data[first:last]
    sensitive = _Places([first + at for at in sensitive_places(within)])
    wordy = _Places([first + found.start() for found in _WORDY.finditer(within.translate(_KINDS))])
    for at, (start, end) in enumerate(segments.spans()):
        tag = data[start : start + _TAG]
        words = wordy.one_before(start + _TAG, end) and _PLACE.fullmatch(data, start, end) is None
        if tag == b"NAD":
            fits = data.count(separator, start, end) <= _NAMES and _NAD.match(data, start, end) is not None
        elif tag == b"DTM":
            fits = not data[start + _TAG : end].translate(None, _PLAIN_MOMENT)
        else:
            fits = (
                _PLAIN_VALUES.fullmatch(data, start + _TAG, end) is not None if tag in _FORMED else not words
            )
        if (sensitive.one_before(start, end) or not fits) and may_be_kept(segments[at]):
            yield segments[at]


class _Places:
    """Places in a file, asked about from the first to the last."""

    def __init__(self, places: list[int]) -> None:
        self._places = iter(places)
        self._next = next(self._places, _NOWHERE)

    def one_before(self, start: int, end: int) -> bool:
        """Whether there is one from `start` to `end`."""
        while self._next < start:
            self._next = next(self._places, _NOWHERE)
        return self._next < end


def _frame(raw: bytes, interchange: Interchange, after: int) -> Iterator[Span]:
    """UNA, and UNB, UNG, UNE, UNZ around the messages: service characters, partners, references."""
    una = raw.rfind(b"UNA", max(after, interchange.start - 80), interchange.start)
    if una >= 0 and start_at(raw, una).body == interchange.start:
        yield una, min(una + _UNA, interchange.start)
    messages = interchange.messages
    service = messages[0].segments.source.service if messages else ServiceString()
    at = interchange.start
    for start, end in (*((one.start, one.end) for one in messages), (interchange.end, interchange.end)):
        yield from _service_segments(raw, (at, start), service)
        at = max(at, end)


def _service_segments(raw: bytes, within: Span, service: ServiceString) -> Iterator[Span]:
    at, end = within
    source = Source(raw, service, "latin-1")
    while at < end:
        at = skip_blanks(raw, at)
        stop = next_terminator(raw, at, service, end)
        stop = end if stop < 0 else stop
        if raw[at : at + _TAG] in _SERVICE_TAGS:
            yield at, at + _TAG
            for place, element in enumerate(split_segment(source, at, stop).elements):
                if place != _PASSWORD:
                    yield from _references(element, named=place in PARTNERS)
        at = max(stop, at) + 1


def _references(element: Iterable[Composite], *, named: bool) -> Iterator[Span]:
    for composite in element:
        yield from ((value.start, value.end) for value in composite if is_reference(value.text, named=named))


def is_reference(text: str, *, named: bool) -> bool:
    """Tell whether a text of a service segment is a reference, or where `named` a name, and no more."""
    words = tells_sensitive(text) or (not named and tells_words(text))
    return _REFERENCE.fullmatch(text) is not None and not words
