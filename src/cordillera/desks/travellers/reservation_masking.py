"""The bytes of reservations before storage: only those of fields that may be kept are left (PNRGOV).

Sensitive data are deleted on receipt (PNR Directive 2016/681 art. 13(4)). Of a file that holds reservations
everything is overwritten first, then put back by an allow-list:

1. separators, blanks, slashes, line breaks and the tags of segments;
2. the service segments, as far as they are references and types;
3. the fields that `reservation_keeping.kept` left, each exactly as it is kept (a card number without its
   middle), and short codes where the standard has codes, also those before contacts;
4. of passenger lists in the same file, the segments that `masking` keeps.

Everything keeps its place, so every byte offset of a kept field stays true, and reading the bytes again
gives the same records. Rubbish between messages, and messages of other types, are gone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cordillera.desks.travellers.masking import PARTNERS, is_reference, kept_pieces
from cordillera.desks.travellers.reservation_keeping import is_code
from cordillera.engines.edifact import Interchange, Message, Reading, Segment
from cordillera.engines.edifact.lexer import next_terminator, split_segment, value_of
from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.pnr_fields import fields_in
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage
from cordillera.engines.edifact.safeguard import SERVICES
from cordillera.engines.edifact.service import ServiceString, start_at
from cordillera.engines.edifact.values import Source, Value

PNRGOV, PAXLST = "PNRGOV", "PAXLST"
_TAG: Final = 3
_UNA: Final = 9
_LEFT: Final = b" \t\r\n/"  # blanks, and what stands between the parts of a document
_MARKS: Final = b"#_=~"
_REFERENCE: Final = re.compile(r"[A-Za-z0-9./-]{1,35}")
_SHORT: Final = re.compile(r"[A-Z0-9]{1,3}|\d{1,4}(?:\.\d{1,4})?")
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?")
_WRITTEN_DAY: Final = re.compile(rb"\d{1,2}[A-Z]{3}\d{2,4}")
_CONTACT: Final = re.compile(rb"(?<![A-Za-z0-9])CTC[A-Z]?(?![A-Za-z0-9])")
_WORD: Final = re.compile(rb"\S+")
_OWN_TAGS: Final = (b"TIF", b"SSR", b"RCI", b"TKT", b"FOP", b"IFT", b"EBD", b"LTS")
_BEGINS: Final = re.compile(rb"(?<![A-Za-z0-9])(?:" + b"|".join(_OWN_TAGS) + rb")[^A-Za-z0-9\s#]")
_DIGITS: Final = re.compile(rb"(?<![A-Za-z0-9])\d{1,8}(?![A-Za-z0-9])")
_SIGNS: Final = bytes(byte for byte in range(0x80) if not chr(byte).isalnum())
_REQUESTS: Final = SERVICES | {"DOCS", "DOCO", "DOCA", "FOID", "SEAT"}
_SERVICE_ELEMENTS: Final = {"UNB": 5, "UNG": 5, "UNH": 4, "UNT": 2, "UNE": 2, "UNZ": 2}
# Where the standard has codes: element (None for all of them) and component.
_CODES: Final[dict[str, tuple[tuple[int | None, int], ...]]] = {
    "MSG": ((0, 0), (0, 1)), "EQN": ((0, 0),), "DAT": ((None, 0),), "TVL": ((4, 1),),
    "TIF": ((0, 1), (1, 1), (1, 2), (1, 3)), "MON": ((None, 0),), "FOP": ((None, 0),), "TKT": ((0, 1),),
    "ADD": ((None, 0),), "SAC": ((0, 0), (2, 0)), "EBD": ((1, 0),), "TRI": ((1, 3),), "SSD": ((4, 0),),
    "IFT": ((0, 0), (0, 1)), "TBD": ((0, 0), (1, 2), (2, 0), (3, 0)), "RCI": ((None, 2),),
    "SSR": ((0, 1), (0, 3), (0, 6), (0, 7), (1, 2), (2, 2), (3, 2), (4, 2), (5, 2), (6, 2), (7, 2), (8, 2)),
}  # fmt: skip


def tells_reservations(raw: bytes) -> bool:
    """Tell whether there are signs of reservations in a file, whether or not they can be read."""
    plain = raw.replace(b"\x00", b"") if b"\x00" in raw else raw  # two bytes a letter
    if b"PNRGOV" in plain.upper():
        return True
    return any(tag in plain for tag in _OWN_TAGS) and _BEGINS.search(plain) is not None


def masked_reservations(raw: bytes, reading: Reading, kept: Sequence[PnrgovMessage]) -> bytes:
    """Return the bytes of a file that holds reservations, with only what may be kept in it."""
    shown = bytearray(_overwritten(raw, reading))
    by_place = {message.start: message for message in kept}
    end = 0
    for interchange in reading.interchanges:
        _put_back(shown, raw, _frame(raw, interchange, end))
        end = interchange.end
        for message in interchange.messages:
            _put_back(shown, raw, _spans(message))
            if message.type == PNRGOV and message.start in by_place:
                _put_fields(shown, message, by_place[message.start])
    return bytes(shown)


def _overwritten(raw: bytes, reading: Reading) -> bytes:
    """Everything overwritten but separators and line breaks, interchange by interchange."""
    parts, at = [], 0
    for interchange in reading.interchanges:
        service = _service(interchange)
        if interchange.start < at:
            continue
        parts.append(raw[at : interchange.start].translate(_table(b"", b"#")))
        mark = next(bytes([one]) for one in _MARKS if bytes([one]) not in _separators(service))
        parts.append(raw[interchange.start : interchange.end].translate(_table(_separators(service), mark)))
        at = interchange.end
    parts.append(raw[at:].translate(_table(b"", b"#")))
    return b"".join(parts)


def _service(interchange: Interchange) -> ServiceString:
    first = next(iter(interchange.messages), None)
    return ServiceString() if first is None else first.segments.source.service


def _separators(service: ServiceString) -> bytes:
    return b"".join(
        (service.component, service.element, service.release, service.repetition, service.terminator)
    )


def _table(separators: bytes, mark: bytes) -> bytes:
    left = frozenset(separators + _LEFT)
    return bytes(byte if byte in left else mark[0] for byte in range(256))


def _put_back(shown: bytearray, raw: bytes, spans: Iterable[tuple[int, int]]) -> None:
    for start, end in spans:
        shown[start:end] = raw[start:end]


def _frame(raw: bytes, interchange: Interchange, after: int) -> Iterator[tuple[int, int]]:
    """UNA, UNB and UNZ of an interchange: service characters, partners, references."""
    una = raw.rfind(b"UNA", max(after, interchange.start - 80), interchange.start)
    if una >= 0 and start_at(raw, una).body == interchange.start:
        yield una, min(una + _UNA, interchange.start)
    service = _service(interchange)
    places = [interchange.start]
    if interchange.messages:
        last = raw.rfind(b"UNZ", interchange.messages[-1].end, interchange.end)
        places += [last] if last >= 0 else []
    for at in places:
        if raw[at : at + _TAG] in {b"UNB", b"UNZ"}:
            stop = next_terminator(raw, at, service, interchange.end)
            end = interchange.end if stop < 0 else stop
            yield from _of_service(split_segment(Source(raw, service, "latin-1"), at, end))


def _spans(message: Message) -> Iterator[tuple[int, int]]:
    """What of a message may be put back without knowing what its fields mean."""
    if message.type not in {PNRGOV, PAXLST}:
        return
    for segment in message.segments:
        yield segment.start, min(segment.start + _TAG, segment.end)
        if segment.tag in _SERVICE_ELEMENTS:
            yield from _of_service(segment)
        elif message.type == PAXLST:
            yield from kept_pieces(segment)
        else:
            yield from _codes(segment, message.segments.source.data)


def _of_service(segment: Segment) -> Iterator[tuple[int, int]]:
    yield segment.start, min(segment.start + _TAG, segment.end)
    for place, element in enumerate(segment.elements[: _SERVICE_ELEMENTS.get(segment.tag, 0)]):
        named = segment.tag == "UNB" and place in PARTNERS
        for one in (value for composite in element for value in composite):
            if _REFERENCE.fullmatch(one.text) and is_reference(one.text, named=named):
                yield one.start, one.end


def _codes(segment: Segment, raw: bytes) -> Iterator[tuple[int, int]]:
    if segment.tag == "SSR":
        code = segment.value(0)
        if code is None or not _is_request(code.text.strip().upper()):
            return
        yield code.start, code.end
    if segment.tag in {"IFT", "ADD", "LTS"}:
        source = raw[segment.start : segment.end]
        yield from (
            (segment.start + one.start(), segment.start + one.end()) for one in _CONTACT.finditer(source)
        )
    for element, component in _CODES.get(segment.tag, ()):
        for value in _values(segment, element, component):
            if _SHORT.fullmatch(value.text) and is_code(value.text):
                yield value.start, value.end


def _is_request(code: str) -> bool:
    return code in _REQUESTS or (code.startswith("CTC") and is_code(code))


def _values(segment: Segment, element: int | None, component: int) -> Iterator[Value]:
    elements = segment.elements if element is None else segment.elements[element : element + 1]
    for one in elements:
        for composite in one:
            if component < len(composite):
                yield composite[component]


def _put_fields(shown: bytearray, message: Message, kept: PnrgovMessage) -> None:
    source = message.segments.source
    for field in fields_in((kept.sender, kept.flight, kept.pnrs)):
        for start, piece in _as_kept(source, field):
            shown[start : start + len(piece)] = piece


def _as_kept(source: Source, field: Field) -> Iterator[tuple[int, bytes]]:
    """The bytes that say no more than the kept field does, each with its place.

    1. Bytes that read exactly as the field: all of them.
    2. A date or time: its digits, or a day with the month in letters.
    3. Letters and digits that are the field's own, only set apart otherwise (mail addresses, numbers), or
       one such word among others.
    4. The same length: the field's own text, such as a card number without its middle.
    """
    raw, text = source.data[field.start : field.end], field.text.encode()
    if raw == text:  # nearly always, and cheap
        yield field.start, raw
        return
    own = _plain(text)
    if value_of(source, field.start, field.end).text.strip() == field.text or _plain(raw) == own:
        yield field.start, raw
    elif _ISO.fullmatch(field.text):
        if _WRITTEN_DAY.fullmatch(raw.strip().upper()):
            yield field.start, raw
        else:
            yield from ((field.start + run.start(), run.group()) for run in _DIGITS.finditer(raw))
    elif len(raw) == len(field.text) and field.text.isascii():
        yield field.start, field.text.encode()
    else:
        words = ((word.start(), word.group()) for word in _WORD.finditer(raw))
        yield from ((field.start + at, word) for at, word in words if _plain(word) == own)


def _plain(text: bytes) -> bytes:
    return text.translate(None, _SIGNS)
