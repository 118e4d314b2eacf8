"""The people of a PAXLST message: NAD groups with their documents (SG4, SG5).

A fact that stands in the wrong group but can mean only one thing (LOC+178 after a DOC) is used where it
belongs, with a finding; anything else misplaced is a finding only.
"""

from datetime import date

import msgspec

from cordillera.engines.edifact import dates
from cordillera.engines.edifact.findings import Findings, Severity
from cordillera.engines.edifact.grammar import Group
from cordillera.engines.edifact.paxlst_model import (
    Address,
    Document,
    Field,
    ListKind,
    Reference,
    Role,
    Traveller,
)
from cordillera.engines.edifact.service import ServiceString
from cordillera.engines.edifact.values import Segment, Value

ROLES = {
    "FL": Role.PASSENGER,
    "FM": Role.CREW,
    "DDU": Role.TRANSIT_PASSENGER,
    "DDT": Role.TRANSIT_CREW,
}
PLACES = {
    "22": "clearance",
    "174": "residence",
    "178": "embarked",
    "179": "disembarks",
    "180": "birthplace",
}
BIRTH, EXPIRY, ISSUED, ISSUER = "329", "36", "182", "91"
SEX, VERIFICATION = "2", "4"
"""The ATT that tells the sex, the GEI that says whether the carrier has verified what it tells."""
_NAME, _ADDRESS, _STREET, _TAGS = 3, 2, 4, 3
_LONGEST_COUNT = 2
_MAX_NAME_PARTS = 5


class Reader(msgspec.Struct, frozen=True):
    """What reading a traveller needs besides the segments."""

    findings: Findings
    flight_day: date | None
    service: ServiceString
    kind: ListKind


def field(value: Value | None) -> Field | None:
    """A value as a field without outer blanks; None when nothing is left."""
    text = "" if value is None else value.text.strip()
    return None if value is None or not text else Field(text, value.start, value.end)


def read_traveller(group: Group, reader: Reader, *, partial: bool) -> Traveller:
    """Read one NAD group."""
    name = group.segments[0]
    facts = _Facts(reader)
    for segment in group.segments[1:]:
        facts.take(segment, in_document=False)
    documents = tuple(_document(inner, facts) for inner in group.groups if inner.rule.name == "SG5")
    surname, given, more = _names(name, reader)
    if surname is None and given is None and reader.kind is not ListKind.FLIGHT_STATUS:
        reader.findings.note("paxlst.no_name", Severity.WARNING, name.start, "a traveller without a name")
    return Traveller(
        role=ROLES[name.code(0)],
        start=name.start,
        end=group.end,
        surname=surname,
        given=given,
        more_names=more,
        documents=documents,
        references=tuple(facts.references),
        bags=tuple(facts.bags),
        bag_weight_unit=facts.unit,
        address=_address(name),
        contacts=tuple(facts.contacts),
        partial=partial,
        more_nationalities=tuple(facts.nationalities[1:]),
        bag_runs=tuple(facts.runs) if max(facts.runs, default=1) > 1 else (),
        **facts.fields,
    )


class _Facts:
    """The fields of one person, filled segment by segment; the first value of a field stays."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.fields: dict[str, Field] = {}
        self.references: list[Reference] = []
        self.bags: list[Field] = []
        self.runs: list[int] = []
        self.contacts: list[Reference] = []
        self.nationalities: list[Field] = []
        self.unit = ""

    def take(self, segment: Segment, *, in_document: bool) -> None:
        """Use one segment; `in_document` says that it stands in a document group."""
        if segment.tag == "DTM":
            self._date(segment, in_document=in_document)
        elif segment.tag == "LOC":
            self._place(segment, in_document=in_document)
        elif segment.tag == "RFF":
            self._reference(segment)
        elif segment.tag in {"ATT", "EMP", "GEI"}:
            self._attribute(segment)
        elif segment.tag == "NAT":
            self._nationality(segment)
        elif segment.tag == "MEA":
            self._measure(segment)
        elif segment.tag == "COM":
            self.contacts += contacts_of(segment)
        elif segment.tag == "FTX" and segment.code(0) == "BAG":
            self._tags(segment)

    def _set(self, name: str, found: Field | None) -> None:
        if found is not None:
            self.fields.setdefault(name, found)

    def _date(self, segment: Segment, *, in_document: bool) -> None:
        is_birth = segment.code(0) == BIRTH
        if in_document or not is_birth:
            self._misplaced(segment)
        if not is_birth:
            return
        self._set("date_of_birth", read_date(segment, self.reader, dates.birth_date))

    def _place(self, segment: Segment, *, in_document: bool) -> None:
        name = PLACES.get(segment.code(0))
        if name is None:
            if segment.code(0) == ISSUER and not in_document:
                self._misplaced(segment)
            return
        if in_document:
            self._misplaced(segment)
        named = segment.value(1, 3) if name == "birthplace" else None
        self._set(name, field(named or segment.value(1) or segment.value(1, 3)))

    def _reference(self, segment: Segment) -> None:
        value = field(segment.value(0, 1))
        if value is not None:
            self.references.append(Reference(segment.code(0), value))

    def _attribute(self, segment: Segment) -> None:
        if segment.tag == "EMP":
            self._set("position", field(segment.value(1) or segment.value(1, 3)))
        elif segment.tag == "ATT" and segment.code(0) == SEX:
            self._set("sex", field(segment.value(2)))
        elif segment.tag == "GEI" and segment.code(0) == VERIFICATION:
            self._set("verified", field(segment.value(1)))

    def _nationality(self, segment: Segment) -> None:
        found = field(segment.value(1) or segment.value(1, 3))
        self._set("nationality", found)
        if found is not None and found.text not in {one.text for one in self.nationalities}:
            self.nationalities.append(found)

    def _measure(self, segment: Segment) -> None:
        if segment.code(0) == "CT":
            self._set("bag_count", field(segment.value(2, 1) or segment.value(2)))
        elif segment.code(0) == "WT":
            self._set("bag_weight", field(segment.value(2, 1)))
            self.unit = self.unit or segment.code(2)

    def _tags(self, segment: Segment) -> None:
        """Every value is a tag, but one of up to two digits says how long the run of the one before is."""
        composites = segment.elements[_TAGS] if len(segment.elements) > _TAGS else ()
        first = True
        for tag in (found for composite in composites for one in composite if (found := field(one))):
            if not first and len(tag.text) <= _LONGEST_COUNT and tag.text.isascii() and tag.text.isdecimal():
                self.runs[-1] = max(1, int(tag.text))
            else:
                self.bags.append(tag)
                self.runs.append(1)
            first = False

    def _misplaced(self, segment: Segment) -> None:
        text = f"{segment.tag} {segment.code(0)} is not where it belongs"
        self.reader.findings.note("paxlst.misplaced", Severity.INFO, segment.start, text)


def contacts_of(segment: Segment) -> list[Reference]:
    """The numbers and addresses of a COM with their codes."""
    found = ((field(one[0]), one[1:]) for element in segment.elements for one in element)
    return [
        Reference(codes[0].text.strip() if codes else "", value)
        for value, codes in found
        if value is not None
    ]


def _address(name: Segment) -> Address | None:
    """Street, city, region, postal code and country of a NAD, where it has any."""
    street, city, region, postal_code, country = (_joined(name, at) for at in range(_STREET, _STREET + 5))
    found = Address(street, city, region, postal_code, country)
    return None if found == Address() else found


def _joined(segment: Segment, element: int) -> Field | None:
    """What is filled of an element, as one field."""
    composites = segment.elements[element] if element < len(segment.elements) else ()
    filled = [part for one in composites for value in one if (part := field(value)) is not None]
    if not filled:
        return None
    return Field(" ".join(part.text for part in filled), filled[0].start, filled[-1].end)


def _document(group: Group, facts: _Facts) -> Document:
    head = group.segments[0]
    issuer: Field | None = None
    expires: Field | None = None
    issued: Field | None = None
    for segment in group.segments[1:]:
        if segment.tag == "LOC" and segment.code(0) == ISSUER:
            issuer = issuer or field(segment.value(1))
        elif segment.tag == "DTM" and segment.code(0) == EXPIRY:
            expires = expires or read_date(segment, facts.reader, dates.expiry_date)
        elif segment.tag == "DTM" and segment.code(0) == ISSUED:
            issued = issued or read_date(segment, facts.reader, dates.birth_date)
        elif segment.tag in {"LOC", "RFF"} or segment.code(0) == BIRTH:
            facts.take(segment, in_document=True)
    return Document(field(head.value(0)), field(head.value(1)), issuer, expires, issued)


def read_date(segment: Segment, reader: Reader, meaning: dates.Meaning) -> Field | None:
    """The date of a DTM segment as ISO; an impossible one is a finding and stays unknown."""
    value = segment.value(0, 1)
    if value is None or not value.text.strip():
        return None
    iso = meaning(value.text.strip(), segment.code(0, 2), reader.flight_day)
    if iso is not None:
        return Field(iso, value.start, value.end)
    text = f"DTM {segment.code(0)} {value.text} is no date for this flight"
    reader.findings.note("paxlst.impossible_date", Severity.WARNING, value.start, text)
    return None


def _names(segment: Segment, reader: Reader) -> tuple[Field | None, Field | None, tuple[Field, ...]]:
    """Surname, given and further names as written: C080, else C058, else one text cut at a slash."""
    parts = _name_parts(segment, _NAME, reader.service)
    if not any(parts):
        parts = _name_parts(segment, _ADDRESS, reader.service)
        if any(parts):
            text = "the name stands where the address belongs"
            reader.findings.note("paxlst.misplaced", Severity.INFO, segment.start, text)
    if len(parts) == 1 and parts[0] is not None and "/" in parts[0].text:
        parts = _at_slash(parts[0])
    surname, given = [*parts, None, None][:2]
    more = parts[2:]
    return surname, given, tuple(part for part in more if part is not None)


def _name_parts(segment: Segment, element: int, service: ServiceString) -> list[Field | None]:
    """The components of a name; a repetition separator inside a name is a letter of it."""
    if element >= len(segment.elements):
        return []
    parts: list[Value] = []
    for composite in segment.elements[element]:
        if parts:
            joined = parts.pop()
            text = joined.text + service.repetition.decode("latin-1") + composite[0].text
            parts.append(Value(text, joined.start, composite[0].end))
            parts += composite[1:]
        else:
            parts += composite
    return [field(part) for part in parts[:_MAX_NAME_PARTS]]


def _at_slash(name: Field) -> list[Field | None]:
    surname, _, given = name.text.partition("/")
    cut = name.start + len(surname.encode()) if name.end - name.start == len(name.text.encode()) else None
    first = (name.start, name.end) if cut is None else (name.start, cut)
    second = (name.start, name.end) if cut is None else (cut + 1, name.end)
    halves = [(surname, first), (given, second)]
    return [Field(text.strip(), *span) if text.strip() else None for text, span in halves]
