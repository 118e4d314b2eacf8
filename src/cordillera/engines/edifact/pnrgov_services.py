"""Services, documents and contacts of a reservation: SSR and IFT segments (AIRIMP codes inside PADIS).

Free text is read for three things only: documents (DOCS, DOCO, FOID), addresses (DOCA), and telephone numbers
and mail addresses behind CTC codes. Everything else of it stays a remark, which no one may keep.

>>> [(one.code, one.value.text) for one in contacts_in(Value("YY CTCE ANA..LOOR//MAIL.EC", 10, 36))]
[('CTCE', 'ANA_LOOR@MAIL.EC')]
"""

import re
from datetime import date

import msgspec

from cordillera.engines.edifact import lexer, padis_dates
from cordillera.engines.edifact.findings import Findings, Severity
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.paxlst_traveller import field
from cordillera.engines.edifact.pnrgov_model import Address, Contact, Document, Remark, Seat, Service
from cordillera.engines.edifact.pnrgov_parts import composites, part, seat_number
from cordillera.engines.edifact.values import Segment, Source, Value

_TEXT = 8
_CTC = re.compile(r"\bCTC ?([A-Z]?)\b")
_MAIL = re.compile(
    r"[A-Z0-9][A-Z0-9._+/-]{0,63}(?://|@)[A-Z0-9][A-Z0-9-]{0,62}(?:\.[A-Z0-9-]{1,63}){1,4}", re.IGNORECASE
)
_PHONE = re.compile(r"\+?\d[\d ()./-]{3,22}\d")
_FIRST_TEXT, _STATE = 4, 3
INFANT = "I"
_INFANT_SEX = re.compile(r"[MF#_=~]?I")
"""The sex of an infant's document, also as it is kept."""
_FLIGHT = re.compile(r"\d{1,5}[A-Z]\d{2}[A-Z]{3}")
"""What automated systems write before the first slash: flight, class and day."""
_IDENTITY = re.compile(r"[ \t]*/?[ \t]*(PP|NI|ID|DL)(.*[^ \t][ \t]*)", re.DOTALL)


class Context(msgspec.Struct, frozen=True):
    """What reading needs besides the segments: where findings go, the bytes, the day of the flight."""

    findings: Findings
    source: Source
    flight_day: date | None


class Told(msgspec.Struct):
    """What SSR, IFT and ADD segments of one group said, in order."""

    documents: list[Document] = msgspec.field(default_factory=list)
    addresses: list[Address] = msgspec.field(default_factory=list)
    contacts: list[Contact] = msgspec.field(default_factory=list)
    services: list[Service] = msgspec.field(default_factory=list)
    seats: list[Seat] = msgspec.field(default_factory=list)
    remarks: list[Remark] = msgspec.field(default_factory=list)


def take(segment: Segment, to: Told, context: Context) -> None:
    """Read an SSR, IFT, LTS or ADD segment into `to`; other tags are passed over."""
    if segment.tag == "SSR":
        _request(segment, to, context)
    elif segment.tag == "IFT":
        _free_text(segment, segment.text(0, 1) or segment.text(0), 1, to)
    elif segment.tag == "LTS":
        _free_text(segment, "LTS", 0, to)
    elif segment.tag == "ADD":
        for one in composites(segment, 1):
            if len(one) > 1:
                to.contacts.extend(contacts_in(one[-1]))


def contacts_in(value: Value) -> tuple[Contact, ...]:
    """Mail addresses and telephone numbers, one behind each CTC code, as AIRIMP writes them."""
    text = value.text
    code = _CTC.search(text)
    if code is None:
        return ()
    if text.find("CTC", code.end()) < 0:  # nearly always
        return _contact_behind(value, code, len(text))
    codes = [*_CTC.finditer(text)]
    ends = (*(one.start() for one in codes[1:]), len(text))
    return tuple(
        each for one, end in zip(codes, ends, strict=True) for each in _contact_behind(value, one, end)
    )


def _contact_behind(value: Value, code: "re.Match[str]", stop: int) -> tuple[Contact, ...]:
    """What stands up to `stop` behind a CTC code; `//` stands for @, `..` for _, `./` for -."""
    mail = _MAIL.search(value.text, code.end(), stop)
    found = mail or _PHONE.search(value.text, code.end(), stop)
    if found is None:
        return ()
    text = found[0]
    if mail is not None:
        name, _, host = text.replace("//", "@").rpartition("@")
        text = name.replace("..", "_").replace("./", "-") + "@" + host
    start, end = value.start, value.end
    if end - start == len(value.text):
        start, end = value.start + found.start(), value.start + found.end()
    return (Contact(f"CTC{code[1]}", Field(text, start, end)),)


def contacts_asked(code: str, text: Value) -> tuple[Contact, ...]:
    """The contact that the text of an SSR of that code tells."""
    return contacts_in(Value(f"{code} {text.text}", text.start, text.end))


def _free_text(segment: Segment, code: str, first: int, to: Told) -> None:
    for one in composites(segment, first):
        for value in one:
            if (text := field(value)) is not None:
                to.contacts.extend(contacts_in(value))
                to.remarks.append(Remark(code.strip(), text))


def _request(segment: Segment, to: Told, context: Context) -> None:
    head = segment.elements[0][0] if segment.elements else ()
    code = text_of(part(head, 0)).upper()
    holder = next((text_of(part(one, 2)) for one in composites(segment, 1) if part(one, 2)), "")
    text = next((value for value in head[_FIRST_TEXT:] if value.text.startswith("/")), None)
    if text is None and len(head) > _TEXT:
        text = head[_TEXT]
    shown = None if text is None or code != "FOID" else _IDENTITY.fullmatch(text.text)
    if code in {"DOCS", "DOCO", "DOCA"}:
        _document(code, text, holder, (to, context, segment))
    elif text is not None and shown is not None and text.end - text.start == len(text.text):
        to.documents.append(_identity(text, shown, holder))
    elif code == "SEAT":
        asked = ((seat_number(part(one, 0)), text_of(part(one, 2))) for one in composites(segment, 1))
        to.seats.extend(Seat(number, person) for number, person in asked if number is not None)
    elif code.startswith("CTC") and text is not None:
        to.contacts.extend(contacts_asked(code, text))
    else:
        holders = [part(one, 2) for one in composites(segment, 1)]
        named = [each.text for each in holders if each is not None] or [""]
        to.services.extend(_service(segment, code, each, text) for each in named)


def _service(segment: Segment, code: str, holder: str, text: Value | None) -> Service:
    return Service(
        code=code,
        start=segment.start,
        end=segment.end,
        status=segment.text(0, 1).strip(),
        carrier=segment.text(0, 3).strip(),
        origin=segment.text(0, 6).strip(),
        destination=segment.text(0, 7).strip(),
        holder=holder,
        text=field(text),
    )


def _document(code: str, text: Value | None, holder: str, place: tuple[Told, Context, Segment]) -> None:
    to, context, segment = place
    parts = () if text is None else _slashed(text, context.source)
    if not any(parts):
        note = f"SSR {code} without a document"
        context.findings.note("pnrgov.unreadable_document", Severity.INFO, segment.start, note)
    elif code == "DOCS":
        to.documents.append(_docs(parts, holder, context))
    elif code == "DOCO":
        to.documents.append(_doco(parts, holder, context))
    else:
        kind, country, street, city, region, postal = parts[:6]
        to.addresses.append(Address(f"DOCA {text_of(kind)}".strip(), street, city, region, country, postal))


def _identity(text: Value, shown: "re.Match[str]", holder: str) -> Document:
    """What a traveller will show: a passport, an identity card or a driving licence, and its number."""
    kind, number = (
        field(Value(shown.group(at), text.start + shown.start(at), text.start + shown.end(at)))
        for at in (1, 2)
    )
    return Document("FOID", holder, kind=kind, number=number)


def _doco(parts: tuple[Field | None, ...], holder: str, context: Context) -> Document:
    """A visa, redress or traveller's number; where no state is told, a short place of issue is one."""
    birthplace, kind, number, issued_at, issued, issuer, infant = parts[:7]
    short = issued_at if len(text_of(issued_at)) <= _STATE else None
    return Document(
        source="DOCO",
        holder=holder,
        kind=kind,
        issuer=issuer or short,
        number=number,
        birthplace=birthplace,
        issued=_day(issued, context, is_birth=True),
        issued_at=issued_at,
        infant=infant if text_of(infant) == INFANT else None,
    )


def _docs(parts: tuple[Field | None, ...], holder: str, context: Context) -> Document:
    kind, issuer, number, nationality, born, sex, expires, surname, given, middle = parts[:10]
    return Document(
        source="DOCS",
        holder=holder,
        kind=kind,
        issuer=issuer,
        number=number,
        nationality=nationality,
        date_of_birth=_day(born, context, is_birth=True),
        sex=sex,
        expires=_day(expires, context, is_birth=False),
        surname=surname,
        given=given,
        middle=middle,
        infant=_infant(sex),
    )


def _infant(sex: Field | None) -> Field | None:
    """The I of MI or FI: all that is kept of it says that it is an infant."""
    is_one = sex is not None and _INFANT_SEX.fullmatch(sex.text) and sex.end - sex.start == len(sex.text)
    return Field(INFANT, sex.end - 1, sex.end) if sex is not None and is_one else None


def _day(told: Field | None, context: Context, *, is_birth: bool) -> Field | None:
    if told is None:
        return None
    read = padis_dates.birth_date if is_birth else padis_dates.expiry_date
    iso = read(told.text, context.flight_day)
    if iso is None:
        text = f"{told.text} is no {'birth' if is_birth else 'expiry'} date for this flight"
        context.findings.note("pnrgov.impossible_date", Severity.WARNING, told.start, text)
        return None
    return Field(iso, told.start, told.end)


def _slashed(value: Value, source: Source) -> tuple[Field | None, ...]:
    """The parts between slashes behind the first one, ten of them at least, each with its bytes."""
    raw = source.data[value.start : value.end]
    parts: list[Field | None] = []
    start = value.start
    for piece in raw.split(b"/"):
        end = start + len(piece)
        released = end < value.end and lexer.is_released(source.data, start, end, source.service)
        parts.append(field(lexer.value_of(source, start, end - released)))  # a slash can be released too
        start = end + 1
    behind = parts[1:] if parts and (parts[0] is None or _FLIGHT.fullmatch(parts[0].text)) else parts
    return (*behind, *[None] * (10 - len(behind)))
