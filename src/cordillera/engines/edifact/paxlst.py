"""Read PAXLST messages as typed records (UN/EDIFACT D.97B to D.24A; WCO/IATA/ICAO API guide; US dialect).

LOC, DTM and RFF mean different things in different groups: DTM+189 belongs to a place of the flight,
DTM+329 to a person, DTM+36 to a document, LOC+92 to the route, LOC+91 to a document. A segment in a
group where it makes no sense is a finding. Nothing is rejected and nothing is guessed.

>>> from cordillera.engines.edifact.reader import read
>>> text = (b"UNB+UNOA:4+AIR+EC+261121:1200+1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA12'LOC+125+BOG'"
...     b"DTM+189:2611210900:201'LOC+87+UIO'NAD+FL+++NUNEZ:ANA'DTM+329:900229'UNT+9+1'UNZ+1+1'")
>>> (message,) = paxlst_messages(read(text))
>>> message.legs[0].carrier, message.legs[0].number, message.departure.departs.text
('XA', '12', '2026-11-21T09:00')
>>> message.travellers[0].full_name, message.travellers[0].date_of_birth, message.findings[0].code
('ANA NUNEZ', None, 'paxlst.impossible_date')
"""

from collections.abc import Iterable
from datetime import date

from cordillera.engines.edifact import dates
from cordillera.engines.edifact.findings import Findings, Severity
from cordillera.engines.edifact.grammar import Group, GroupRule, Leftover, walk
from cordillera.engines.edifact.model import Message, Reading
from cordillera.engines.edifact.paxlst_columns import Maker, people_of, repeated
from cordillera.engines.edifact.paxlst_flight import read_leg
from cordillera.engines.edifact.paxlst_grammar import directory_of, grammar_for, is_known
from cordillera.engines.edifact.paxlst_kernel import BAG_COUNT_FOUND, HEAD, LATER, ODD, REFERENCE_COUNT
from cordillera.engines.edifact.paxlst_model import (
    Field,
    FlightLeg,
    ListKind,
    PaxlstMessage,
    Reference,
    Role,
    Traveller,
)
from cordillera.engines.edifact.paxlst_packing_kernel import pack_people
from cordillera.engines.edifact.paxlst_traveller import Reader, contacts_of, field, read_traveller
from cordillera.engines.edifact.values import Segment
from cordillera.foundation.kernels_loaded import is_loaded

KINDS = {"745": ListKind.PASSENGERS, "250": ListKind.CREW, "266": ListKind.FLIGHT_STATUS}
MAX_TRAVELLERS = 99_999
FEW, _MANY = 400, 50_000
"""Segments from which on columns pay, and up to which they are small; no aircraft has 5,000 people."""
_FEW_LOADED = 32
"""Segments from which on columns pay where compiled code is loaded already."""


def paxlst_messages(reading: Reading, few: int = FEW) -> tuple[PaxlstMessage, ...]:
    """Every PAXLST message of a file, typed; other message types are passed over."""
    return tuple(
        read_paxlst(message, interchange.prepared, few)
        for interchange in reading.interchanges
        for message in interchange.messages
        if message.type == "PAXLST"
    )


def read_paxlst(message: Message, prepared: str = "", few: int = FEW) -> PaxlstMessage:
    """Read one message; `prepared` (UNB date, "YYMMDD:hhmm") dates it when it names no flight day.

    Below `few` segments no compiled code is loaded: the same record, without it.
    """
    least = min(few, _FEW_LOADED) if is_loaded(pack_people) else few
    return _MessageReader(message, prepared).read(compiled=least <= len(message.segments) <= _MANY)


def read_paxlst_readably(message: Message, prepared: str = "") -> PaxlstMessage:
    """The reference of `read_paxlst`: the same record, segment by segment (ADR 0055)."""
    return _MessageReader(message, prepared).read(compiled=False)


class _MessageReader:
    """Collects legs and travellers of one message, group by group."""

    def __init__(self, message: Message, prepared: str) -> None:
        self.message = message
        self.findings = Findings()
        self.prepared = dates.day_of(dates.moment(prepared.partition(":")[0], ""))
        self.kind = ListKind.UNKNOWN
        self.heads: dict[str, Field] = {}
        self.contacts: list[Reference] = []
        self.legs: list[FlightLeg] = []
        self.travellers: list[Traveller] = []
        self.declared: dict[str, tuple[int, int]] = {}
        self.repeated: dict[tuple[str, str], tuple[int, int]] = {}

    def read(self, *, compiled: bool) -> PaxlstMessage:
        message = self.message
        if not is_known(message.version):
            text = f"directory {message.version or 'not named'}; read as D:{directory_of(message.version)}"
            self.findings.note("paxlst.directory", Severity.INFO, message.start, text)
        if compiled:
            self._by_columns(grammar_for(message.version))
        else:
            self._walk(grammar_for(message.version), message.segments)
        self._check()
        return PaxlstMessage(
            reference=message.reference,
            version=message.version,
            kind=self.kind,
            status=self.heads.get("status"),
            transaction=self.heads.get("transaction"),
            reported_by=self.heads.get("reported_by"),
            legs=tuple(self.legs),
            travellers=tuple(self.travellers),
            declared_passengers=self._declared("42"),
            declared_crew=self._declared("41"),
            complete=message.complete,
            start=message.start,
            end=message.end,
            findings=self.findings.all(),
            contacts=tuple(self.contacts),
        )

    def _walk(self, grammar: GroupRule, segments: Iterable[Segment]) -> None:
        for part in walk(grammar, segments):
            if isinstance(part, Leftover):
                self._leftover(part.segment)
            else:
                self._group(part)

    def _by_columns(self, grammar: GroupRule) -> None:
        """Like `_walk`; people about whom nothing needs thought are made from columns."""
        segments, people = self.message.segments, people_of(self.message)
        if people is None:
            self._walk(grammar, segments)
            return
        self._walk(grammar, segments[: people.first])
        person = next(rule for rule in grammar.groups if rule.name == "SG4")
        maker = Maker(self.message, self._flight_day())
        for few in people.few:
            few.rows[few.rows[:, BAG_COUNT_FOUND] > person.members.get("FTX", 0), ODD] = 1
            for place in (place for tag, place in LATER if tag not in person.members):
                few.rows[few.rows[:, HEAD + 2 * place] >= 0, ODD] = 1
            for at, traveller in enumerate(maker.travellers(few.rows)):
                if traveller is None or (traveller.end == self.message.end and not self.message.complete):
                    self._walk(grammar, segments[few.begins[at] : few.begins[at + 1]])
                    few.rows[at, REFERENCE_COUNT] = 0  # its repeats are counted
                else:
                    self.travellers.append(traveller)
            for start in repeated(few.rows, person.members["RFF"]):
                self._repeat_at(person.name, "RFF", start)
        self._walk(grammar, segments[people.tail :])

    def _group(self, group: Group) -> None:
        self._count_repeats(group)
        if group.rule.name == "":
            self._top(group.segments[0])
        elif group.rule.name == "SG1":
            self._party(group)
        elif group.rule.name == "SG2":
            self.legs.append(read_leg(group, self.findings))
        else:
            self._traveller(group)

    def _top(self, segment: Segment) -> None:
        if segment.tag == "BGM":
            self.kind = KINDS.get(segment.code(0), ListKind.UNKNOWN)
            self._head("status", field(segment.value(1)))
            if self.kind is ListKind.UNKNOWN:
                text = f"BGM {segment.code(0) or 'without a code'} is no passenger or crew list"
                self.findings.note("paxlst.unknown_kind", Severity.INFO, segment.start, text)
        elif segment.tag == "RFF" and segment.code(0) == "TN":
            self._head("transaction", field(segment.value(0, 1)))
        elif segment.tag == "CNT":
            number = segment.code(0, 1) or segment.code(1)
            if number.isascii() and number.isdigit() and len(number) <= 9:
                self.declared[segment.code(0)] = (int(number), segment.start)
            else:
                text = f"CNT {segment.code(0)} declares {number or 'nothing'}, which is no count"
                self.findings.note("paxlst.traveller_count", Severity.WARNING, segment.start, text)

    def _party(self, group: Group) -> None:
        segment = group.segments[0]
        if segment.code(0) == "MS":
            self._head("reported_by", field(segment.value(3)))
            self.contacts += [
                one for part in group.segments if part.tag == "COM" for one in contacts_of(part)
            ]
        elif self.legs or self.travellers:
            text = f"NAD {segment.code(0) or 'without a code'} is no traveller"
            self.findings.note("paxlst.unknown_party", Severity.WARNING, segment.start, text)

    def _head(self, name: str, value: Field | None) -> None:
        if value is not None:
            self.heads.setdefault(name, value)

    def _traveller(self, group: Group) -> None:
        if len(self.travellers) == MAX_TRAVELLERS:
            text = f"more than {MAX_TRAVELLERS} travellers; the rest is not read"
            self.findings.note("paxlst.too_many_travellers", Severity.ERROR, group.segments[0].start, text)
        if len(self.travellers) >= MAX_TRAVELLERS:
            return
        cut_inside = group.end == self.message.end and not self.message.complete
        reader = Reader(self.findings, self._flight_day(), self.message.segments.source.service, self.kind)
        self.travellers.append(read_traveller(group, reader, partial=cut_inside))

    def _flight_day(self) -> date | None:
        for leg in reversed(self.legs):
            for stop in (leg.departure, leg.arrival):
                for time in () if stop is None else (stop.departs, stop.arrives):
                    if time is not None:
                        return dates.day_of(time.text)
        return self.prepared

    def _leftover(self, segment: Segment) -> None:
        text = f"{segment.tag} has no place here and was not used"
        self.findings.note("paxlst.misplaced", Severity.WARNING, segment.start, text)

    def _count_repeats(self, group: Group) -> None:
        """Note what comes more often than the directory allows, once per kind of segment."""
        counts: dict[str, int] = {}
        for segment in group.segments[1:]:
            counts[segment.tag] = counts.get(segment.tag, 0) + 1
            if counts[segment.tag] > group.rule.members.get(segment.tag, 1):
                self._repeat_at(group.rule.name, segment.tag, segment.start)
        for inner in group.groups:
            self._count_repeats(inner)

    def _repeat_at(self, name: str, tag: str, start: int) -> None:
        first, times = self.repeated.get((name, tag), (start, 0))
        self.repeated[name, tag] = (min(first, start), times + 1)

    def _declared(self, code: str) -> int | None:
        return self.declared[code][0] if code in self.declared else None

    def _check(self) -> None:
        """Compare declared with found counts, and say what a list cannot do without."""
        for (name, tag), (first, times) in self.repeated.items():
            text = f"{tag} comes more often in {name} than {self.message.version} allows ({times} times)"
            self.findings.note("paxlst.repeats", Severity.INFO, first, text)
        if not self.legs:
            self.findings.note("paxlst.no_flight", Severity.WARNING, self.message.start, "no TDT group")
        roles = [traveller.role for traveller in self.travellers]
        self._check_count("42", roles.count(Role.PASSENGER), roles.count(Role.TRANSIT_PASSENGER))
        self._check_count("41", roles.count(Role.CREW), roles.count(Role.TRANSIT_CREW))

    def _check_count(self, code: str, found: int, in_transit: int) -> None:
        if code not in self.declared:
            return
        declared, offset = self.declared[code]
        if declared not in {found, found + in_transit}:
            text = f"CNT {code} declares {declared}, found {found}"
            self.findings.note("paxlst.traveller_count", Severity.WARNING, offset, text)
