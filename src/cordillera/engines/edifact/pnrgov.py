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

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

import msgspec

from cordillera.engines.edifact import dates
from cordillera.engines.edifact import pnrgov_groups as groups
from cordillera.engines.edifact import pnrgov_parts as parts
from cordillera.engines.edifact.findings import Findings, Severity
from cordillera.engines.edifact.grammar import Group, Leftover, walk
from cordillera.engines.edifact.model import Message, Reading
from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnrgov_columns import outline_of, reservations
from cordillera.engines.edifact.pnrgov_grammar import BEGINS_RESERVATION, GRAMMAR, is_known
from cordillera.engines.edifact.pnrgov_kernel import pack_reservations
from cordillera.engines.edifact.pnrgov_model import (
    Document,
    Function,
    Leg,
    Office,
    Pnr,
    PnrgovMessage,
    PnrTraveller,
)
from cordillera.engines.edifact.pnrgov_services import Context, Told
from cordillera.engines.edifact.values import Segment
from cordillera.foundation.kernels_loaded import is_loaded

_FUNCTIONS = {"22": Function.FULL, "141": Function.UPDATE}
_PART, _ACCESS = 3, 2
DOCS = "DOCS"
_UNWRITTEN = re.compile(r"[ '.-]")
_TITLE = re.compile(r"(?<=.)(?:MSTR|MASTER|MISS|MRS|MR|MS|INF|CHD)$")
FEW = 400
"""Segments from which on compiled code pays, the loading of it included; once it is loaded it always does."""


def pnrgov_messages(reading: Reading, few: int = FEW) -> tuple[PnrgovMessage, ...]:
    """Every PNRGOV message of a file, typed; other message types are passed over."""
    return tuple(
        read_pnrgov(message, interchange.prepared, few)
        for interchange in reading.interchanges
        for message in interchange.messages
        if message.type == "PNRGOV"
    )


def read_pnrgov(message: Message, prepared: str = "", few: int = FEW) -> PnrgovMessage:
    """Read one message; `prepared` (UNB date, "YYMMDD:hhmm") dates it when it names no flight.

    Below `few` segments no compiled code is loaded: the same record, without it.
    """
    compiled = len(message.segments) >= few or is_loaded(pack_reservations)
    return _MessageReader(message, prepared).read(compiled=compiled)


def read_pnrgov_readably(message: Message, prepared: str = "") -> PnrgovMessage:
    """The reference of `read_pnrgov`: the same record, segment by segment (ADR 0061)."""
    return _MessageReader(message, prepared).read(compiled=False)


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
        self.seen: set[str] = set()

    def read(self, *, compiled: bool) -> PnrgovMessage:
        message = self.message
        if not is_known(message.version):
            text = f"version {message.version or 'not named'}; read as 21:1"
            self.findings.note("pnrgov.version", Severity.INFO, message.start, text)
        if compiled:
            self._by_columns()
        else:
            self._walk(message.segments)
        self._check(self.seen)
        return self._message()

    def _walk(self, segments: Iterable[Segment]) -> None:
        for found in walk(GRAMMAR, self._with_reservations(segments)):
            if isinstance(found, Leftover):
                text = f"{found.segment.tag} has no place here and was not used"
                self.findings.note("pnrgov.misplaced", Severity.WARNING, found.segment.start, text)
            elif found.rule is GRAMMAR:
                self.seen.add(found.segments[0].tag)
                self._head(found.segments[0])
            else:
                self.pnrs.append(self._pnr(found))

    def _by_columns(self) -> None:
        """Like `_walk`; reservations about which nothing needs thought are made by compiled code."""
        message, segments = self.message, self.message.segments
        outline = outline_of(message)
        if outline is None:
            self._walk(segments)
            return
        self._walk(segments[: outline.begins[0]])
        edges = [*outline.begins, outline.tail]
        made = reservations(message, outline, self._flight_day())
        for pnr, (first, stop) in zip(made, pairwise(edges), strict=True):
            is_cut = stop == outline.tail and not message.complete
            if pnr is None or is_cut:
                self._walk(segments[first:stop])
            else:
                self.pnrs.append(pnr)
        self._walk(segments[outline.tail :])

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
    _with_those_of_flights(told, group, context)
    below: dict[str, list[Group]] = {}
    for inner in group.groups:
        below.setdefault(inner.rule.trigger, []).append(inner)
    changes = [inner for inner in group.groups if inner.rule.trigger in {"ABI", "SAC"}]
    agency = groups.one_of(group, "ORG")
    people = [each for one in below.get("TIF", ()) for each in groups.travellers(one, context)]
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
        travellers=with_own_documents(people, told.documents),
        legs=tuple(groups.leg(one, context) for one in below.get("TVL", ())),
        others=tuple(leg for one in below.get("MSG", ()) for leg in groups.other_service(one, context)),
        splits=tuple(groups.split(one) for one in below.get("EQN", ())),
        documents=documents_of_nobody(people, told.documents),
        seats=tuple(told.seats),
        services=tuple(told.services),
        remarks=tuple(told.remarks),
        history=tuple(change for one in changes for change in groups.history(one, context)),
    )


def _with_those_of_flights(told: Told, group: Group, context: Context) -> None:
    """Add the documents and addresses that stand under a flight: they are a person's, not of the flight."""
    quiet = msgspec.structs.replace(context, findings=Findings())  # what is odd is noted with the flight
    for inner in group.groups:
        if inner.rule.trigger == "TVL":
            under = groups.told_in(inner, quiet)
            told.documents += under.documents
            told.addresses += under.addresses


def with_own_documents(people: list[PnrTraveller], shared: list[Document]) -> tuple[PnrTraveller, ...]:
    """Travellers with the documents that are theirs.

    1. A document of the whole reservation belongs to the traveller whose reference it names.
    2. An infant's document that by this is an adult's belongs to the traveller of exactly that name, titles
       apart; one that has no name to whom the only other infant's document there belongs.
    """
    own: dict[int, list[Document]] = {at: [] for at in range(len(people))}
    owners = _by_reference(people)
    theirs = {at: [*person.documents] for at, person in enumerate(people)}
    for document in shared:
        if document.holder in owners:
            theirs[owners[document.holder]].append(document)
    if not any(one.infant for documents in theirs.values() for one in documents):
        own = theirs
    else:
        named = _by_name(people)
        for at, documents in theirs.items():
            infants = {named.get(_name(one), at) for one in documents if one.infant and one.source == DOCS}
            nameless = infants.pop() if len(infants) == 1 else at
            for one in documents:
                told = named.get(_name(one), at) if one.source == DOCS else nameless
                own[told if one.infant else at].append(one)
    return tuple(
        person
        if list(person.documents) == own[at]
        else msgspec.structs.replace(person, documents=tuple(own[at]))
        for at, person in enumerate(people)
    )


def documents_of_nobody(people: list[PnrTraveller], shared: list[Document]) -> tuple[Document, ...]:
    """The documents of a whole reservation that name none of its travellers."""
    owners = _by_reference(people)
    return tuple(one for one in shared if one.holder not in owners)


def _by_reference(people: list[PnrTraveller]) -> dict[str, int]:
    """The first traveller of each reference: looked up, since thousands may come with as many documents."""
    return {person.reference: at for at, person in reversed([*enumerate(people)]) if person.reference}


def _by_name(people: list[PnrTraveller]) -> dict[tuple[str, str], int]:
    """The first traveller of each name."""
    return {_name(person): at for at, person in reversed([*enumerate(people)])}


def _name(one: PnrTraveller | Document) -> tuple[str, str]:
    """Surname and given name without what reservation systems leave out of them, or put behind them."""
    given = _UNWRITTEN.sub("", text_of(one.given).upper())
    return _UNWRITTEN.sub("", text_of(one.surname).upper()), _TITLE.sub("", given)
