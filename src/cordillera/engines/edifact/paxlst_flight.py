"""The flight of a PAXLST message: TDT groups with their places (SG2, SG3).

>>> designator("U20123"), designator("AVA8390"), designator("")
(('U2', '123'), ('AVA', '8390'), ('', ''))
"""

import re
from typing import Final

from cordillera.engines.edifact import dates
from cordillera.engines.edifact.findings import Findings, Severity
from cordillera.engines.edifact.grammar import Group
from cordillera.engines.edifact.paxlst_model import Field, FlightLeg, Stop, Vessel, text_of
from cordillera.engines.edifact.paxlst_traveller import field
from cordillera.engines.edifact.values import Segment
from cordillera.engines.names.checkdigits import imo

DEPARTED = frozenset({"189", "136", "133"})
ARRIVED = frozenset({"232", "178", "132"})
LAST_FOREIGN, FIRST_ARRIVAL = "125", "87"
_DESIGNATOR = re.compile(r"([A-Z]{2}|[A-Z]\d|\d[A-Z]|[A-Z]{3})\s*0*(\d{1,4}[A-Z]?)")
_BY_SEA: Final = "1"
"""First digit of the mode of transport (UN/EDIFACT 8067, UN/CEFACT recommendation 19)."""
_MODE, _CARRIER, _MEANS = 2, 4, 7
_CALL_SIGN, _SHIP_NUMBER = "103", "146"
"""Code lists of a means of transport (UN/EDIFACT 1131)."""
_IMO: Final = re.compile(r"(?:IMO)?\s*(\d{7})")
_MMSI: Final = re.compile(r"(?:MMSI)?\s*(\d{9})")


def designator(flight: str) -> tuple[str, str]:
    """Cut a flight such as "UA0989" into carrier and number; ("", text) when it has no such form."""
    match = _DESIGNATOR.fullmatch(flight.upper())
    return ("", flight) if match is None else (match.group(1), match.group(2))


def read_leg(group: Group, findings: Findings) -> FlightLeg:
    """Read one TDT group; which place it leaves and reaches follows from LOC codes, times, then order."""
    transport = group.segments[0]
    flight = field(transport.value(1))
    vessel = _vessel(transport, findings) if transport.code(_MODE).startswith(_BY_SEA) else None
    carrier, number = designator(text_of(flight)) if vessel is None else ("", text_of(flight))
    stops = tuple(_stop(place, findings) for place in group.groups)
    departs = _leg_time(group, DEPARTED, findings)
    arrives = _leg_time(group, ARRIVED, findings)
    return FlightLeg(
        flight=flight,
        carrier=transport.code(_CARRIER) or carrier,
        number=number,
        departure=_dated(_departure(stops), departs, None),
        arrival=_dated(_arrival(stops), None, arrives),
        stops=stops,
        start=transport.start,
        end=group.end,
        vessel=vessel,
    )


def _vessel(transport: Segment, findings: Findings) -> Vessel:
    """Read the ship of a TDT: its number goes by the code list, without one by its form.

    A number that is no IMO number, or whose check digit is wrong (IMO A.1117(30)), is kept with a finding.
    """
    name, number = field(transport.value(_MEANS, 3)), field(transport.value(_MEANS))
    if number is None:
        return Vessel(name=name)
    text, codes = number.text.upper(), transport.code(_MEANS, 1)
    ship, station = _IMO.fullmatch(text), _MMSI.fullmatch(text)
    if codes == _CALL_SIGN or (codes != _SHIP_NUMBER and ship is None and station is None):
        return Vessel(name=name, call_sign=number)
    if station is not None:
        return Vessel(name=name, mmsi=Field(station.group(1), number.start, number.end))
    digits = text if ship is None else ship.group(1)
    if ship is None or not imo(digits):
        findings.note("paxlst.imo", Severity.WARNING, number.start, f"{number.text} is no IMO number")
    return Vessel(name=name, imo=Field(digits, number.start, number.end))


def _departure(stops: tuple[Stop, ...]) -> Stop | None:
    named = [stop for stop in stops if stop.qualifier == LAST_FOREIGN]
    timed = [stop for stop in stops if stop.departs is not None]
    return next(iter(named or timed or stops[:1]), None)


def _arrival(stops: tuple[Stop, ...]) -> Stop | None:
    named = [stop for stop in stops if stop.qualifier == FIRST_ARRIVAL]
    timed = [stop for stop in stops if stop.arrives is not None]
    return next(iter(named or timed[-1:] or stops[1:][-1:]), None)


def _dated(stop: Stop | None, departs: Field | None, arrives: Field | None) -> Stop | None:
    """Use the time that stands at the flight where the place has none of its own."""
    if stop is None:
        return None
    return Stop(stop.qualifier, stop.port, stop.departs or departs, stop.arrives or arrives)


def _stop(group: Group, findings: Findings) -> Stop:
    place = group.segments[0]
    return Stop(
        qualifier=place.code(0),
        port=field(place.value(1) or place.value(1, 3)),
        departs=_leg_time(group, DEPARTED, findings),
        arrives=_leg_time(group, ARRIVED, findings),
    )


def _leg_time(group: Group, qualifiers: frozenset[str], findings: Findings) -> Field | None:
    times = (part for part in group.segments[1:] if part.tag == "DTM" and part.code(0) in qualifiers)
    return next((found for part in times if (found := _time(part, findings)) is not None), None)


def _time(segment: Segment, findings: Findings) -> Field | None:
    value = segment.value(0, 1)
    if value is None:
        return None
    iso = dates.moment(value.text.strip(), segment.code(0, 2))
    if iso is None:
        text = f"DTM {segment.text(0)} {value.text} is no time"
        findings.note("paxlst.impossible_date", Severity.WARNING, value.start, text)
        return None
    return Field(iso, value.start, value.end)
