"""Read PNRGOV messages as typed records (PADIS 10:1 to 21:1; IATA/ICAO/WCO PNRGOV guide, GR.1 to GR.12).

Nothing is rejected: what has no place, a missing locator, a wrong count are findings. A message in parts
is read part by part; `pnr_parts.join` puts the parts together.

>>> from cordillera.engines.edifact.reader import read
>>> text = (b"UNB+IATA:1+DL++101209:2100+1'UNH+1+PNRGOV:13:1:IA+F6C2+01:C'MSG+:22'ORG+DL:ATL+52519950'"
...     b"TVL+121210:0915+LHR+JFK+DL+324'EQN+1'SRC'RCI+DL:MFN4TI'TIF+LOOR+ANA:A:1'TVL+121210:0915::1230+LHR"
...     b"+JFK+DL+324:B'SSR+SEAT:HK:1:DL:::LHR:JFK+15A::1'UNT+11+1'UNZ+1+1'")
>>> (message,) = pnrgov_messages(read(text))
>>> message.function.name, message.part, message.last, message.pnrs[0].key
('FULL', 1, False, 'DL:MFN4TI')
>>> [(leg.flight, seat.number.text) for leg in message.pnrs[0].legs for seat in leg.seats]
[('DL324', '15A')]
"""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from cordillera.engines.edifact import dates
from cordillera.engines.edifact import pnrgov_groups as groups
from cordillera.engines.edifact import pnrgov_parts as parts
from cordillera.engines.edifact.findings import Findings, Severity
from cordillera.engines.edifact.grammar import Group, Leftover, walk
from cordillera.engines.edifact.model import Message, Reading
from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnrgov_grammar import BEGINS_RESERVATION, GRAMMAR, is_known
from cordillera.engines.edifact.pnrgov_model import (
    Document,
    Function,
    Leg,
    Office,
    Pnr,
    PnrgovMessage,
    PnrTraveller,
)
from cordillera.engines.edifact.pnrgov_services import Context
from cordillera.engines.edifact.values import Segment

_FUNCTIONS = {"22": Function.FULL, "141": Function.UPDATE}
_PART, _ACCESS = 3, 2
_INFANT_SEX = frozenset({"FI", "MI"})


def pnrgov_messages(reading: Reading) -> tuple[PnrgovMessage, ...]:
    """Every PNRGOV message of a file, typed; other message types are passed over."""
    return tuple(
        read_pnrgov(message, interchange.prepared)
        for interchange in reading.interchanges
        for message in interchange.messages
        if message.type == "PNRGOV"
    )


def read_pnrgov(message: Message, prepared: str = "") -> PnrgovMessage:
    """Read one message; `prepared` (UNB date, "YYMMDD:hhmm") dates it when it names no flight."""
    return _MessageReader(message, prepared).read()


class _MessageReader:
    """Collects the head and the reservations of one message."""

    def __init__(self, message: Message, prepared: str) -> None:
        self.message = message
        self.prepared = prepared
        self.findings = Findings()
        self.function = Function.UNKNOWN
        self.sender: Office | None = None
        self.flight: Leg | None = None
        self.declared: tuple[int, int] | None = None
        self.pnrs: list[Pnr] = []

    def read(self) -> PnrgovMessage:
        message = self.message
        if not is_known(message.version):
            text = f"version {message.version or 'not named'}; read as 21:1"
            self.findings.note("pnrgov.version", Severity.INFO, message.start, text)
        seen: set[str] = set()
        for found in walk(GRAMMAR, self._with_reservations(message.segments)):
            if isinstance(found, Leftover):
                text = f"{found.segment.tag} has no place here and was not used"
                self.findings.note("pnrgov.misplaced", Severity.WARNING, found.segment.start, text)
            elif found.rule is GRAMMAR:
                seen.add(found.segments[0].tag)
                self._head(found.segments[0])
            else:
                self.pnrs.append(self._pnr(found))
        self._check(seen)
        return self._message()

    def _message(self) -> PnrgovMessage:
        message, head = self.message, self.message.segments[0]
        number = head.text(_PART).strip()
        return PnrgovMessage(
            reference=message.reference,
            access_reference=head.text(_ACCESS).strip(),
            version=message.version,
            function=self.function,
            prepared=self._prepared(),
            sender=self.sender,
            flight=self.flight,
            declared_pnrs=None if self.declared is None else self.declared[0],
            pnrs=tuple(self.pnrs),
            complete=message.complete,
            start=message.start,
            end=message.end,
            findings=self.findings.all(),
            part=int(number) if number.isascii() and number.isdigit() and 0 < len(number) <= 4 else 1,
            last=not number or head.text(_PART, 1).strip().upper() == "F",
        )

    def _prepared(self) -> str:
        """When the interchange was made, as ISO 8601, or ""."""
        day, _, clock = self.prepared.partition(":")
        return dates.moment(day + clock[:4], "201") or dates.moment(day, "101") or ""

    def _with_reservations(self, segments: Iterable[Segment]) -> Iterator[Segment]:
        """The segments, with an SRC in front of the first reservation where the carrier left it out."""
        begun = False
        for segment in segments:
            if not begun and segment.tag in BEGINS_RESERVATION:
                self.findings.note("pnrgov.no_src", Severity.WARNING, segment.start, "no SRC before this")
                yield Segment("SRC", segment.start, segment.start, ())
                begun = True
            begun |= segment.tag == "SRC"
            yield segment

    def _head(self, segment: Segment) -> None:
        if segment.tag == "MSG":
            code = (segment.text(0, 1) or segment.text(0)).strip()
            self.function = _FUNCTIONS.get(code, Function.UNKNOWN)
            if self.function is Function.UNKNOWN:
                text = f"MSG {code or 'without a code'} is neither 22 nor 141"
                self.findings.note("pnrgov.unknown_function", Severity.WARNING, segment.start, text)
        elif segment.tag == "ORG":
            self.sender = parts.office(segment)
        elif segment.tag == "TVL":
            self.flight = self.flight or parts.leg(segment, segment.end)
        elif segment.tag == "EQN":
            number = segment.text(0).strip()
            if number.isascii() and number.isdigit() and len(number) <= 9:
                self.declared = (int(number), segment.start)

    def _check(self, seen: set[str]) -> None:
        """Say what the head lacks, and whether as many reservations came as declared."""
        for tag in sorted(GRAMMAR.required - seen - {"UNT", "EQN"}):
            self.findings.note("pnrgov.missing", Severity.WARNING, self.message.start, f"no {tag}")
        if self.declared is not None and self.declared[0] != len(self.pnrs):
            text = f"EQN declares {self.declared[0]}, found {len(self.pnrs)}"
            self.findings.note("pnrgov.pnr_count", Severity.WARNING, self.declared[1], text)

    def _flight_day(self) -> date | None:
        departs = None if self.flight is None else self.flight.departs
        return dates.day_of(text_of(departs)) or dates.day_of(self._prepared())

    def _pnr(self, group: Group) -> Pnr:
        context = Context(self.findings, self.message.segments.source, self._flight_day())
        found = reservation(group, context)
        if not found.key:
            text = "a reservation without a record locator"
            self.findings.note("pnrgov.no_locator", Severity.WARNING, found.start, text)
        cut = found.end >= self.message.end and not self.message.complete
        return msgspec.structs.replace(found, partial=True) if cut else found


def reservation(group: Group, context: Context) -> Pnr:
    """One SRC group as a record."""
    told = groups.told_in(group, context)
    below: dict[str, list[Group]] = {}
    for inner in group.groups:
        below.setdefault(inner.rule.trigger, []).append(inner)
    changes = [*below.get("ABI", ()), *below.get("SAC", ())]
    agency = groups.one_of(group, "ORG")
    people = [groups.traveller(one, context) for one in below.get("TIF", ())]
    return Pnr(
        start=group.segments[0].start,
        end=group.end,
        locators=groups.collected(group, "RCI", parts.locators),
        moments=groups.collected(group, "DAT", parts.moments),
        agency=None if agency is None else parts.office(agency),
        addresses=(*groups.collected(group, "ADD", parts.addresses), *told.addresses),
        contacts=tuple(told.contacts),
        excess_bags=groups.collected(group, "EBD", parts.excess),
        frequent_flyer=groups.collected(group, "FTI", parts.memberships),
        travellers=_with_own_documents(people, told.documents),
        legs=tuple(groups.leg(one, context) for one in below.get("TVL", ())),
        others=tuple(leg for one in below.get("MSG", ()) for leg in groups.other_service(one, context)),
        splits=tuple(groups.split(one) for one in below.get("EQN", ())),
        documents=tuple(one for one in told.documents if _owner(one, people) is None),
        seats=tuple(told.seats),
        services=tuple(told.services),
        remarks=tuple(told.remarks),
        history=tuple(change for one in changes for change in groups.history(one, context)),
    )


def _with_own_documents(people: list[PnrTraveller], shared: list[Document]) -> tuple[PnrTraveller, ...]:
    """Travellers with the documents that are theirs.

    1. A document of the whole reservation belongs to the traveller whose reference it names.
    2. An infant's document under an adult belongs to the traveller of exactly that name.
    """
    own: dict[int, list[Document]] = {at: [] for at in range(len(people))}
    for at, person in enumerate(people):
        for document in person.documents:
            infant = _infant(document, people) if text_of(document.sex) in _INFANT_SEX else None
            own[at if infant is None else infant].append(document)
    for document in shared:
        if (owner := _owner(document, people)) is not None:
            own[owner].append(document)
    return tuple(
        person
        if list(person.documents) == own[at]
        else msgspec.structs.replace(person, documents=tuple(own[at]))
        for at, person in enumerate(people)
    )


def _owner(document: Document, people: list[PnrTraveller]) -> int | None:
    named = (
        at for at, person in enumerate(people) if document.holder and person.reference == document.holder
    )
    return next(named, None)


def _infant(document: Document, people: list[PnrTraveller]) -> int | None:
    name = (text_of(document.surname).replace(" ", ""), text_of(document.given).replace(" ", ""))
    for at, person in enumerate(people):
        if (text_of(person.surname).replace(" ", ""), text_of(person.given).replace(" ", "")) == name:
            return at
    return None
