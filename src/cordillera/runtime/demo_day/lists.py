"""Watchlists of invented people in OFAC's CSV layout: SDN, ALT and ADD files (ISO-8859-1, `-0-`, 0x1A).

>>> files = write_lists([Listed("LOOR, Ana", "1980-10-02", "ECU", ("LUOR, Ana",), "A1")], first_number=70001)
>>> print(files.sdn.decode("latin-1").splitlines()[0])
70001,"LOOR, Ana","individual","EXERCISE",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 02 Oct 1980; nationality \
Ecuador; Passport A1 (Ecuador)."
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from cordillera.runtime.demo_day.cases import Listed

STATES = {
    "CHL": "Chile",
    "CHN": "China",
    "COL": "Colombia",
    "DEU": "Germany",
    "ECU": "Ecuador",
    "ESP": "Spain",
    "FRA": "France",
    "LBN": "Lebanon",
    "NLD": "Netherlands",
    "PER": "Peru",
    "RUS": "Russia",
    "USA": "United States",
    "VEN": "Venezuela",
}
_NULL = "-0- "
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_END = "\x1a"


class ListFiles(msgspec.Struct, frozen=True):
    """The three files of one list and how many people and names they hold."""

    sdn: bytes
    alt: bytes
    add: bytes
    entries: int
    names: int

    def save(self, folder: Path) -> Path:
        """Write the files as sdn.csv, alt.csv and add.csv; returns the SDN file."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (("sdn", self.sdn), ("alt", self.alt), ("add", self.add)):
            (folder / f"{name}.csv").write_bytes(content)
        return folder / "sdn.csv"


def write_lists(people: Sequence[Listed], first_number: int) -> ListFiles:
    """Write people in order; their entry numbers count from `first_number`."""
    sdn = [_row(number, person) for number, person in enumerate(people, first_number)]
    aliases = [
        (number, name) for number, person in enumerate(people, first_number) for name in person.aliases
    ]
    alt = [
        f'{entry},{place},"aka","{name}",{_NULL}' for place, (entry, name) in enumerate(aliases, first_number)
    ]
    names = len(sdn) + len(alt)
    return ListFiles(_file(sdn), _file(alt), _file([]), len(sdn), names)


def _file(rows: list[str]) -> bytes:
    return ("".join(f"{row}\r\n" for row in rows) + _END).encode("iso-8859-1")


def _row(number: int, person: Listed) -> str:
    nulls = ",".join([_NULL] * 7)
    return f'{number},"{person.name}","individual","EXERCISE",{nulls},"{_remarks(person)}"'


def _remarks(person: Listed) -> str:
    state = STATES[person.state]
    said = [f"DOB {_birth(person.born)}", f"nationality {state}"]
    if person.passport:
        said.append(f"Passport {person.passport} ({state})")
    return "; ".join(said) + "."


def _birth(born: str) -> str:
    """An ISO date as OFAC writes it; a year alone stays a year."""
    if len(born) == 4:
        return born
    day = date.fromisoformat(born)
    return f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year}"
