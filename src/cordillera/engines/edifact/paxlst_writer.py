"""Write UN PAXLST messages (D.02B and later; WCO/IATA/ICAO API guide) from a draft.

Dates are ISO in the draft. They are written with two-digit years as carriers do, unless a reader could
take them for another century; then with format 102.

>>> draft = PaxlstDraft(sender="XA", recipient="ECAPI", prepared="2026-11-21T12:00", reference="R1",
...     legs=(LegDraft("XA412", "BOG", "2026-11-21T15:40", "UIO", "2026-11-21T17:10"),),
...     travellers=(TravellerDraft(surname="LOOR", given="ANA", date_of_birth="1972-09-07"),))
>>> write_paxlst(draft, Style(line_end="", una=False))[:61]
b"UNB+UNOC:4+XA+ECAPI+261121:1200+R1++PAXLST'UNH+R1+PAXLST:D:05"
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from cordillera.engines.edifact import dates
from cordillera.engines.edifact.paxlst_model import ListKind, Role
from cordillera.engines.edifact.writer import (
    Body,
    Envelope,
    Line,
    NotWritable,
    Style,
    stamp,
    write_interchange,
)

_BGM = {ListKind.PASSENGERS: "745", ListKind.CREW: "250", ListKind.FLIGHT_STATUS: "266"}
_NAD = {
    Role.PASSENGER: "FL",
    Role.CREW: "FM",
    Role.TRANSIT_PASSENGER: "DDU",
    Role.TRANSIT_CREW: "DDT",
}


class DocumentDraft(msgspec.Struct, frozen=True):
    """A travel document to write: type P, V or I, number, issuing state (three letters), dates (ISO)."""

    number: str
    type: str = "P"
    issuer: str = ""
    expires: str = ""
    issued: str = ""


class AddressDraft(msgspec.Struct, frozen=True):
    """Where a person lives or stays, to write."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


class TravellerDraft(msgspec.Struct, frozen=True):
    """A person to write; empty fields are left out. Countries are three-letter, ports IATA codes."""

    surname: str = ""
    given: str = ""
    more_names: tuple[str, ...] = ()
    role: Role = Role.PASSENGER
    sex: str = ""
    date_of_birth: str = ""
    nationality: str = ""
    residence: str = ""
    birthplace: str = ""
    embarked: str = ""
    disembarks: str = ""
    clearance: str = ""
    documents: tuple[DocumentDraft, ...] = ()
    reservation: str = ""
    passenger_reference: str = ""
    seat: str = ""
    bags: tuple[str, ...] = ()
    bag_count: str = ""
    bag_weight: str = ""
    bag_weight_unit: str = ""
    references: tuple[tuple[str, str], ...] = ()
    address: AddressDraft | None = None
    contacts: tuple[tuple[str, str], ...] = ()
    position: str = ""
    more_nationalities: tuple[str, ...] = ()
    verified: str = ""
    bag_runs: tuple[int, ...] = ()


class StopDraft(msgspec.Struct, frozen=True):
    """A place of a flight to write: LOC code (125, 87, 92...), port, local times."""

    qualifier: str
    port: str = ""
    departs: str = ""
    arrives: str = ""


class VesselDraft(msgspec.Struct, frozen=True):
    """A ship to write: its name, with its IMO number, else MMSI, else call sign."""

    name: str = ""
    imo: str = ""
    mmsi: str = ""
    call_sign: str = ""


class LegDraft(msgspec.Struct, frozen=True):
    """A flight to write: designator, ports, local times (ISO without zone); `stops` instead of two ports.

    With a `vessel` it is the voyage of a ship: its number instead of a designator, UN/LOCODE ports.
    """

    flight: str
    departure: str
    departs: str
    arrival: str
    arrives: str
    carrier: str = ""
    stops: tuple[StopDraft, ...] = ()
    vessel: VesselDraft | None = None


class PaxlstDraft(msgspec.Struct, frozen=True):
    """A whole message to write; `prepared` is ISO, `reference` numbers interchange and message."""

    sender: str
    recipient: str
    prepared: str
    reference: str
    legs: tuple[LegDraft, ...]
    travellers: tuple[TravellerDraft, ...]
    kind: ListKind = ListKind.PASSENGERS
    version: str = "D:05B"
    status: str = ""
    transaction: str = ""
    reported_by: str = ""
    contacts: tuple[tuple[str, str], ...] = ()


def write_paxlst(draft: PaxlstDraft, style: Style | None = None) -> bytes:
    """Write the draft as one interchange with correct counts; raises `NotWritable` for what has no form."""
    envelope = Envelope(draft.sender, draft.recipient, draft.prepared, draft.reference, "PAXLST")
    identifier = ("PAXLST", *draft.version.split(":"), "UN", "IATA")
    body = Body(draft.reference, identifier, tuple(_message(draft)))
    return write_interchange(envelope, (body,), style or Style())


def _message(draft: PaxlstDraft) -> Iterator[Line]:
    """Every segment between UNH and UNT."""
    if draft.kind not in _BGM:
        raise NotWritable(reason="kind", kind=draft.kind.value)
    yield ("BGM", _BGM[draft.kind], draft.status)
    if draft.transaction:
        yield ("RFF", ("TN", draft.transaction))
    if draft.reported_by or draft.contacts:
        yield ("NAD", "MS", "", "", draft.reported_by)
    yield from (("COM", (value, code)) for code, value in draft.contacts)
    for leg in draft.legs:
        yield from _leg(leg)
    flight = _flight_day(draft)
    for traveller in draft.travellers:
        yield from _traveller(traveller, flight)
    roles = [traveller.role for traveller in draft.travellers]
    role, code = (Role.CREW, "41") if draft.kind is ListKind.CREW else (Role.PASSENGER, "42")
    yield ("CNT", (code, str(roles.count(role))))


def _flight_day(draft: PaxlstDraft) -> date | None:
    """The day by which a reader takes two-digit years: of the last leg that has a time, else of UNB."""
    times = [time for leg in reversed(draft.legs) for time in (leg.departs, leg.arrives) if time]
    return dates.day_of(times[0]) if times else dates.day_of(draft.prepared)


def _leg(leg: LegDraft) -> Iterator[Line]:
    yield ("TDT", "20", leg.flight, *_means(leg))
    stops = leg.stops or (
        StopDraft("125", leg.departure, departs=leg.departs),
        StopDraft("87", leg.arrival, arrives=leg.arrives),
    )
    if not any(stop.departs for stop in stops):
        yield from _time("189", leg.departs)
    if not any(stop.arrives for stop in stops):
        yield from _time("232", leg.arrives)
    for stop in stops:
        yield ("LOC", stop.qualifier, stop.port)
        yield from _time("189", stop.departs)
        yield from _time("232", stop.arrives)


def _means(leg: LegDraft) -> tuple[str | tuple[str, ...], ...]:
    """What stands behind the number of a flight, or of a voyage (mode 1, the ship in C222)."""
    ship = leg.vessel
    if ship is None:
        return "", "", leg.carrier
    codes = "103" if ship.call_sign and not (ship.imo or ship.mmsi) else "146"
    number = ship.imo or ship.mmsi or ship.call_sign
    return "1", "", leg.carrier, "", "", (number, codes if number else "", "", ship.name)


def _time(purpose: str, iso: str) -> Iterator[Line]:
    if iso:
        day, clock = stamp(iso)
        yield ("DTM", (purpose, day + clock, "201") if "T" in iso else (purpose, day, "101"))


def _traveller(person: TravellerDraft, flight: date | None) -> Iterator[Line]:
    names = (person.surname, person.given, *person.more_names)
    at = () if person.address is None else msgspec.structs.astuple(person.address)
    yield ("NAD", _NAD[person.role], "", "", names, *at)
    if person.sex:
        yield ("ATT", "2", "", person.sex)
    if person.date_of_birth:
        yield ("DTM", _day("329", person.date_of_birth, dates.birth_date, flight))
    runs = person.bag_runs or (1,) * len(person.bags)
    if len(runs) != len(person.bags):
        raise NotWritable(reason="bag_runs")
    if person.bag_count or person.bags:
        yield ("MEA", "CT", "", ("", person.bag_count or str(sum(runs))))
    if person.bag_weight or person.bag_weight_unit:
        yield ("MEA", "WT", "", (person.bag_weight_unit, person.bag_weight))
    if person.verified:
        yield ("GEI", "4", person.verified)
    yield from (
        ("FTX", "BAG", "", "", (bag, str(run)) if run > 1 else bag)
        for bag, run in zip(person.bags, runs, strict=True)
    )
    places = (
        ("22", person.clearance),
        ("174", person.residence),
        ("178", person.embarked),
        ("179", person.disembarks),
    )
    yield from (("LOC", code, port) for code, port in places if port)
    if person.birthplace:
        yield ("LOC", "180", ("", "", "", person.birthplace))
    yield from (("COM", (value, code)) for code, value in person.contacts)
    if person.position:
        yield ("EMP", "1", (person.position, "110", "111"))
    nations = (person.nationality, *person.more_nationalities)
    yield from (("NAT", "2", nation) for nation in nations if nation)
    references = (("AVF", person.reservation), ("ABO", person.passenger_reference), ("SEA", person.seat))
    yield from (("RFF", (code, value)) for code, value in (*references, *person.references) if value)
    for document in person.documents:
        yield from _document(document, flight)


def _document(document: DocumentDraft, flight: date | None) -> Iterator[Line]:
    yield ("DOC", (document.type, "110", "111"), document.number)
    if document.expires:
        yield ("DTM", _day("36", document.expires, dates.expiry_date, flight))
    if document.issued:
        yield ("DTM", _day("182", document.issued, dates.birth_date, flight))
    if document.issuer:
        yield ("LOC", "91", document.issuer)


def _day(purpose: str, iso: str, meaning: dates.Meaning, flight: date | None) -> tuple[str, ...]:
    """A date with a two-digit year if a reader finds the same day in it, else with four digits."""
    day = dates.day_of(iso)
    if day is None or len(iso) != len("2026-11-21"):
        raise NotWritable(reason="date", purpose=purpose)
    digits = iso.replace("-", "")
    if meaning(digits[2:], "", flight) == iso:
        return (purpose, digits[2:])
    return (purpose, digits, "102")
