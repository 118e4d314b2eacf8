"""Passenger lists for `cordillera bench day`: one flight of invented people at a time, the same each time.

>>> listed = next(iter(invent(1, seed=1)))
>>> passenger_list(3, [listed], 1_000).count(b"NAD+FL"), passenger_list(5, [listed], 1_000).count(b"NAD+FL")
(180, 100)
"""

from collections.abc import Sequence
from typing import Final

from cordillera.engines.names.synthetic import Invented, invent

CAPACITY: Final = 180
"""Travellers of a flight."""
_PLANTED: Final = 1_000
_SEED: Final = 40_000
_PORTS: Final = ("BOG", "LIM", "SCL", "MIA", "MAD", "AMS", "PTY", "GRU", "EZE", "CUN", "MEX", "JFK")
_STATES: Final = ("COL", "PER", "CHL", "USA", "ESP", "NLD", "PAN", "BRA", "ARG", "MEX", "ECU", "BEL")


def passenger_list(flight: int, listed: Sequence[Invented], travellers: int) -> bytes:
    """Return the list of flight number `flight` of a day of so many travellers; the last one may be smaller.

    Every thousandth traveller of the day is one of `listed`.
    """
    first = flight * CAPACITY
    count = min(CAPACITY, travellers - first)
    people = list(invent(count, seed=_SEED + flight))
    body = "".join(
        _traveller(
            listed[(first + at) // _PLANTED % len(listed)] if not (first + at) % _PLANTED else one, first + at
        )
        for at, one in enumerate(people)
    )
    port = _PORTS[flight % len(_PORTS)]
    day, hour, minute = 1 + flight // 8_640 % 28, flight // 360 % 24, flight // 6 % 60
    left, landed = f"2612{day:02}{hour:02}{minute:02}", f"2612{day:02}{hour:02}{minute:02}"
    head = (
        f"UNB+UNOC:3+XAIR+ECMIG+261121:1000+{flight}'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'"
        f"TDT+20+X{chr(65 + flight % 26)}{1 + flight % 9_998}'"
        f"LOC+125+{port}'DTM+189:{left}:201'LOC+87+UIO'DTM+232:{landed}:201'"
    )
    segments = 7 + body.count("'") - body.count("?'") + 1
    return f"{head}{body}UNT+{segments}+1'UNZ+1+{flight}'".encode("latin-1", "replace")


def _traveller(person: Invented, number: int) -> str:
    born = person.birth.replace("-", "")[2:8].ljust(6, "0")
    state = _STATES[number * 7 % len(_STATES)]
    name = f"{_written(person.family)}:{_written(person.given)}"
    return (
        f"NAD+FL+++{name}'ATT+2++{'MF'[number % 2]}'DTM+329:{born}'LOC+178+{_PORTS[number % len(_PORTS)]}'"
        f"LOC+179+UIO'NAT+2+{state}'DOC+P+{state[0]}{number:08}'DTM+36:310101'LOC+91+{state}'"
    )


def _written(name: str) -> str:
    """A name with its service characters released."""
    return "".join(f"?{letter}" if letter in "+:'?" else letter for letter in name).upper()
