"""CUSRES: the answer to a passenger list by interactive API (UN/EDIFACT D.12B; WCO/IATA/ICAO API guide).

It carries advice about each traveller of the list. Its vocabulary has no word for a denial: the strongest one
is that a border officer wishes to see the traveller, and it is an officer who decides. It has no place for a
rule, a list, a score or a text, so none can be disclosed by it; where data are wanting it says which.

1. A traveller whom the desk wishes an officer to see gets that advice.
2. A traveller of a cut message, or without surname, date of birth, nationality or document, is incomplete,
   whatever else the desk says: what is not known clears nobody.
3. All others get the desk's advice, or nothing further.

>>> advised = TravellerAdvice(1, Advice.INCOMPLETE, passenger_reference="77A", missing=(Missing.BIRTH,))
>>> draft = CusresDraft("ECAPI", "XA", "2026-11-21T12:00", "R9", transaction="T1", travellers=(advised,))
>>> write_cusres(draft, Style(una=False, line_end=""))[70:-17]
b"BGM+962'RFF+TN:T1'ERP+2'RFF+LI:1'RFF+ABO:77A'ERC+I:ADV:ZZZ'ERC+MB:ADV:ZZZ'"
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from cordillera.engines.edifact import dates
from cordillera.engines.edifact.answer_grammar import CUSRES, CUSRES_VERSION
from cordillera.engines.edifact.grammar import Group, Leftover, walk
from cordillera.engines.edifact.model import Message, Reading
from cordillera.engines.edifact.paxlst_model import PaxlstMessage, Stop, Traveller, text_of
from cordillera.engines.edifact.writer import Body, Envelope, Line, Partners, Style, stamp, write_interchange

RESPONSE = "962"
_DETAIL = "2"
_LIST, _AGENCY = "ADV", "ZZZ"
"""The codes of ERC are agreed between the parties, in a list of this name."""


class Advice(StrEnum):
    """What an officer would tell the carrier about a traveller; never that anybody may not board."""

    NOTHING = "N"
    INCOMPLETE = "I"
    OFFICER = "O"


class Missing(StrEnum):
    """Which data of a traveller are wanting or cannot be."""

    NAME = "MN"
    BIRTH = "MB"
    NATIONALITY = "MC"
    DOCUMENT = "MD"
    CUT = "MX"


class TravellerAdvice(msgspec.Struct, frozen=True):
    """Advice about the traveller at `place` (from 1) of the list, with the carrier's own references."""

    place: int
    advice: Advice
    passenger_reference: str = ""
    reservation: str = ""
    missing: tuple[Missing, ...] = ()


class CusresDraft(msgspec.Struct, frozen=True):
    """An answer to write: `transaction` is the carrier's own (RFF+TN); times are local ISO without zone.

    `partners` are sender and recipient with their qualifiers, where they have some.
    """

    sender: str
    recipient: str
    prepared: str
    reference: str
    transaction: str = ""
    flight: str = ""
    departure: str = ""
    departs: str = ""
    arrival: str = ""
    arrives: str = ""
    travellers: tuple[TravellerAdvice, ...] = ()
    partners: Partners | None = None


class CusresMessage(msgspec.Struct, frozen=True):
    """An answer as read; what has no place in it is not used."""

    reference: str
    transaction: str
    flight: str
    departure: str
    departs: str
    arrival: str
    arrives: str
    travellers: tuple[TravellerAdvice, ...]
    complete: bool


def answer(message: PaxlstMessage, advice: Mapping[int, Advice], envelope: Envelope) -> CusresDraft:
    """The answer to a list; `advice` is the desk's by index of the traveller (conditions of the module)."""
    departure, arrival = message.departure, message.arrival
    return CusresDraft(
        sender=envelope.sender,
        recipient=envelope.recipient,
        prepared=envelope.prepared,
        reference=envelope.reference,
        transaction=text_of(message.transaction),
        flight=text_of(message.legs[-1].flight) if message.legs else "",
        departure=_port(departure),
        departs="" if departure is None else text_of(departure.departs),
        arrival=_port(arrival),
        arrives="" if arrival is None else text_of(arrival.arrives),
        travellers=tuple(
            _advised(at, person, advice.get(at)) for at, person in enumerate(message.travellers)
        ),
        partners=envelope.partners,
    )


def _advised(at: int, person: Traveller, told: Advice | None) -> TravellerAdvice:
    """Conditions 1 to 3 of the module."""
    missing = wanting(person)
    incomplete = bool(missing) and told is not Advice.OFFICER
    return TravellerAdvice(
        place=at + 1,
        advice=Advice.INCOMPLETE if incomplete else told or Advice.NOTHING,
        passenger_reference=text_of(person.reference("ABO")),
        reservation=text_of(person.reservation),
        missing=missing,
    )


def wanting(person: Traveller) -> tuple[Missing, ...]:
    """Which data a border needs and this traveller lacks."""
    known = {
        Missing.NAME: person.surname is not None,
        Missing.BIRTH: person.date_of_birth is not None,
        Missing.NATIONALITY: person.nationality is not None,
        Missing.DOCUMENT: any(one.number is not None for one in person.documents),
        Missing.CUT: not person.partial,
    }
    return tuple(code for code, is_known in known.items() if not is_known)


def _port(stop: Stop | None) -> str:
    return "" if stop is None else text_of(stop.port)


def write_cusres(draft: CusresDraft, style: Style | None = None) -> bytes:
    """Write the answer as one interchange; raises `NotWritable` for what has no form."""
    named = (draft.sender, draft.recipient, draft.prepared, draft.reference)
    envelope = Envelope(*named, "CUSRES", draft.partners)
    body = Body("1", ("CUSRES", *CUSRES_VERSION, "IATA"), tuple(_lines(draft)))
    return write_interchange(envelope, (body,), style or Style())


def _lines(draft: CusresDraft) -> Iterator[Line]:
    yield ("BGM", RESPONSE)
    if draft.transaction:
        yield ("RFF", ("TN", draft.transaction))
    if draft.flight:
        yield ("RFF", ("AF", draft.flight))
        times = (("189", draft.departs), ("232", draft.arrives))
        yield from (("DTM", _time(code, time)) for code, time in times if time)
        yield from (
            ("LOC", code, port) for code, port in (("125", draft.departure), ("87", draft.arrival)) if port
        )
    for person in draft.travellers:
        yield ("ERP", _DETAIL)
        yield ("RFF", ("LI", str(person.place)))
        references = (("ABO", person.passenger_reference), ("AVF", person.reservation))
        yield from (("RFF", (code, text)) for code, text in references if text)
        yield from (("ERC", (code.value, _LIST, _AGENCY)) for code in (person.advice, *person.missing))


def _time(code: str, iso: str) -> tuple[str, str, str]:
    day, clock = stamp(iso)
    return (code, day + clock, "201") if "T" in iso else (code, day, "101")


def cusres_messages(reading: Reading) -> tuple[CusresMessage, ...]:
    """Every CUSRES of a file, typed; other message types are passed over."""
    return tuple(read_cusres(message) for message in reading.messages if message.type == "CUSRES")


def read_cusres(message: Message) -> CusresMessage:
    """Read one answer; advice in a code that is not ours is no advice and left out."""
    facts: dict[str, str] = {}
    people: list[TravellerAdvice] = []
    for part in walk(CUSRES, message.segments):
        if isinstance(part, Leftover):
            continue
        if part.rule.name == "SG3":
            _reference(part, facts)
        elif part.rule.name == "SG4" and (found := _traveller(part)) is not None:
            people.append(found)
    return CusresMessage(
        reference=message.reference,
        transaction=facts.get("transaction", ""),
        flight=facts.get("flight", ""),
        departure=facts.get("departure", ""),
        departs=facts.get("departs", ""),
        arrival=facts.get("arrival", ""),
        arrives=facts.get("arrives", ""),
        travellers=tuple(people),
        complete=message.complete,
    )


def _reference(group: Group, facts: dict[str, str]) -> None:
    head = group.segments[0]
    if head.text(0) == "TN":
        facts.setdefault("transaction", head.text(0, 1))
    elif head.text(0) == "AF":
        facts.setdefault("flight", head.text(0, 1))
        for segment in group.segments[1:]:
            name = {"125": "departure", "87": "arrival", "189": "departs", "232": "arrives"}.get(
                segment.text(0)
            )
            if name is not None:
                time = segment.tag == "DTM"
                text = dates.moment(segment.text(0, 1), segment.text(0, 2)) if time else segment.text(1)
                facts.setdefault(name, text or "")


def _traveller(group: Group) -> TravellerAdvice | None:
    references = {one.text(0): one.text(0, 1) for one in group.segments if one.tag == "RFF"}
    codes = [one.text(0) for one in group.segments if one.tag == "ERC" and one.text(0, 1) == _LIST]
    advice = next((Advice(code) for code in codes if code in {one.value for one in Advice}), None)
    place = references.get("LI", "")
    if advice is None or not (place.isascii() and place.isdigit() and len(place) <= 9):
        return None
    known = {one.value for one in Missing}
    return TravellerAdvice(
        place=int(place),
        advice=advice,
        passenger_reference=references.get("ABO", ""),
        reservation=references.get("AVF", ""),
        missing=tuple(Missing(code) for code in codes if code in known),
    )
