"""Facts for rules from a passenger or crew list (PAXLST), each with the bytes that it was read from.

A passenger list says nothing of payment or bookings: those sets stay unknown (GTAS issue 740). Companions are
those of the same record locator (`paxlst_company`).
Its documents are all that the carrier sent, so the set is complete unless the message was cut inside the
traveller. Bags are tags; they are all if the declared number is the same. Times in PAXLST are local, so UTC
stays unknown.

>>> from cordillera.engines.edifact.paxlst_model import Field, Traveller, Role
>>> from cordillera.engines.edifact.paxlst_model import ListKind, PaxlstMessage
>>> one = Traveller(Role.PASSENGER, 0, 9, nationality=Field("ECU", 4, 7))
>>> given = (None, None, None, (), (one,), None, None, True, 0, 9, ())
>>> facts = traveller_facts(one, PaxlstMessage("1", "D:05B", ListKind.PASSENGERS, *given), "msg-1")
>>> facts.facts["traveller.nationality"].evidence
Evidence(source='msg-1', start=4, end=7, text='ECU')
"""

from collections.abc import Collection
from datetime import date
from typing import Final

from cordillera.engines.edifact.paxlst_model import Document, Field, PaxlstMessage, Traveller, text_of
from cordillera.engines.rules.facts import Facts, Seen, Things
from cordillera.engines.rules.paxlst_company import Company
from cordillera.engines.rules.paxlst_reading import ListReading, has_all_bags
from cordillera.engines.rules.pnr_things import VISAS, day_of, years
from cordillera.engines.rules.wanted import EVERYTHING, Wanted

_UNITS: Final = {"KGM": "kg", "LBR": "lb", "GRM": "g"}


def traveller_facts(
    traveller: Traveller, message: PaxlstMessage, source: str, wanted: Wanted = EVERYTHING
) -> Facts:
    """Return what a passenger list says of one traveller; `source` names the stored message in evidence.

    What the carrier sent and no fact can hold (a date that is none, a weight without unit) stays unknown,
    and so does what nobody wants.
    """
    return list_facts(message, source, wanted, (traveller.start,))[traveller.start]


def list_facts(
    message: PaxlstMessage,
    source: str,
    wanted: Wanted = EVERYTHING,
    begins: Collection[int] | None = None,
) -> dict[int, Facts]:
    """Return what a passenger list says of each traveller, by the offset where they begin.

    `begins` names those who are asked about, by these offsets; None stands for everybody.
    """
    reading = ListReading(source, wanted)
    flight, day = _flight(message, reading), day_of(message.departure.departs if message.departure else None)
    company = Company(message, reading, day) if wanted.has_set("companion") else None
    return {
        one.start: _facts(one, (flight, day, company), reading)
        for one in message.travellers
        if begins is None or one.start in begins
    }


def _facts(
    traveller: Traveller, of_all: tuple[dict[str, Seen], date | None, Company | None], reading: ListReading
) -> Facts:
    flight, day, company = of_all
    sets: dict[str, Things] = {}
    if reading.wanted.has_set("document"):
        documents = tuple(_document(document, day, reading) for document in traveller.documents)
        sets["document"] = Things(documents, complete=not traveller.partial)
    if reading.wanted.has_set("bag"):
        bags = tuple(reading.of({"bag.tag": tag}) for tag in traveller.tags)
        sets["bag"] = Things(bags, complete=has_all_bags(traveller))
    if reading.wanted.has_set("seat"):
        sets["seat"] = Things((reading.of({"seat.number": traveller.seat}),) if traveller.seat else ())
    companions = None if company is None else company.of(traveller)
    if companions is not None:
        sets["companion"] = companions
    return Facts(subject=traveller.full_name, facts=_own(traveller, day, reading) | flight, sets=sets)


def _own(traveller: Traveller, day: date | None, reading: ListReading) -> dict[str, Seen]:
    known = reading.of(
        {
            "traveller.nationality": traveller.nationality,
            "traveller.other_nationality": next(iter(traveller.more_nationalities), None),
            "traveller.residence": traveller.residence,
        }
    )
    if reading.wanted.has("traveller.role"):
        known["traveller.role"] = Seen(traveller.role.value.upper())
    if (
        visa := next((one.type for one in traveller.documents if text_of(one.type) in VISAS), None)
    ) is not None:
        known |= reading.told("traveller.visa", True, visa)
    born = traveller.date_of_birth
    first = day_of(born) if reading.wanted.has("traveller.age") else None
    if born is not None and first is not None and day is not None:
        known |= reading.told("traveller.age", years(first, day), born)
    if traveller.bag_count is not None and traveller.bag_count.text.isdecimal():
        known |= reading.told("traveller.bags_declared", int(traveller.bag_count.text), traveller.bag_count)
    unit = _UNITS.get(traveller.bag_weight_unit)
    if traveller.bag_weight is not None and unit:
        weight = f"{traveller.bag_weight.text.replace(',', '.')} {unit}"
        known |= reading.told("traveller.bags_weight", weight, traveller.bag_weight)
    return known


def _flight(message: PaxlstMessage, reading: ListReading) -> dict[str, Seen]:
    if not message.legs:
        return {}
    first, departure, arrival = message.legs[0], message.departure, message.arrival
    known: dict[str, Seen] = {}
    if first.flight is not None:
        known |= reading.told("flight.carrier", first.carrier, first.flight)
        known |= reading.told("flight.number", first.number, first.flight)
    known |= reading.of(
        {
            "flight.origin": departure.port if departure else None,
            "flight.destination": arrival.port if arrival else None,
        }
    )
    known |= _times("departure", departure.departs if departure else None, reading)
    return known | _times("arrival", arrival.arrives if arrival else None, reading)


def _times(name: str, at: Field | None, reading: ListReading) -> dict[str, Seen]:
    """The local moment and the time of day, when a time was sent and not a day alone."""
    if at is None or "T" not in at.text:
        return {}
    known = reading.told(f"flight.{name}_local", at.text, at)
    return known | reading.told(f"flight.{name}_time", at.text.partition("T")[2], at)


def _document(document: Document, day: date | None, reading: ListReading) -> dict[str, Seen]:
    known = reading.of(
        {
            "document.type": document.type,
            "document.number": document.number,
            "document.issuer": document.issuer,
            "document.expires": document.expires,
        }
    )
    last = day_of(document.expires) if reading.wanted.has("document.days_left") else None
    if document.expires is not None and last is not None and day is not None:
        known |= reading.told("document.days_left", f"{(last - day).days} days", document.expires)
    return known
