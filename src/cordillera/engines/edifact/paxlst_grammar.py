"""The groups of PAXLST by directory (UN/EDIFACT D.96B to D.24A, UNECE).

The directories differ in GIS/GEI, in EMP/NAT/GID and in how often FTX, RFF and LOC may come. A directory
that is not listed uses the nearest earlier one. Two liberties of the WCO/IATA/ICAO guide are taken: the
DTM right after TDT is not asked for, and people are told from other parties by their NAD code.
"""

import re
from functools import cache

from cordillera.engines.edifact.grammar import GroupRule, parse

PERSONS = "FL,FM,DDU,DDT"
_HEAD = "UNH! BGM! RFF DTM9 {loc}SG1*5(NAD! CTA COM9) SG2*10!(TDT! DTM SG3*99(LOC! DTM5)) "
_DOCUMENT = "SG5*5(DOC! DTM5 {check}9 RFF9 LOC2 CPI QTY9)"
_GOODS = "SG6*99(GID! FTX9 QTY9)"
_TRANSPORT = "SG7*1(TDT! FTX)"
_TAIL = " CNT AUT UNT!"


def _table(person: str, *groups: str) -> str:
    """A whole table from the segments of a person and the groups below it."""
    return f"{_HEAD}SG4*99999[{PERSONS}](NAD! ATT9 DTM9 MEA9 {person} {' '.join(groups)}){_TAIL}"


# first directory, then the table that holds from it on
TABLES = {
    "93A": _table("{check}5 FTX5 LOC25 COM NAT9 RFF", "SG5*5(DOC! DTM5 GIS RFF LOC)"),
    "96B": _table("{check}5 FTX5 LOC25 COM NAT9 RFF", _DOCUMENT, _TRANSPORT),
    "00B": _table("{check}5 FTX5 LOC25 COM EMP9 NAT9 RFF", _DOCUMENT, _GOODS, _TRANSPORT),
    "05B": _table("{check}5 FTX99 LOC25 COM EMP9 NAT9 RFF", _DOCUMENT, _GOODS, _TRANSPORT),
    "12B": _table("{check}5 FTX99 LOC25 COM EMP9 NAT9 RFF99999", _DOCUMENT, _GOODS, _TRANSPORT),
}
DEFAULT = "05B"
_OLDEST, _NEWEST = "97B", "24A"


def directory_of(version: str) -> str:
    """The table to read a version such as "D:05B" with: the newest that is not newer."""
    release = _release(version)
    known = [first for first in TABLES if _age(first) <= _age(release)]
    return max(known, key=_age, default=DEFAULT)


def is_known(version: str) -> bool:
    """Whether the version is a directory this reader was written for (D.97B to D.24A)."""
    is_named = version.upper() == f"D:{_release(version)}"
    return is_named and _age(_OLDEST) <= _age(_release(version)) <= _age(_NEWEST)


def grammar_for(version: str) -> GroupRule:
    """The groups to read a version such as "D:05B" with."""
    release = _release(version)
    check = "GIS" if _age(release) < _age("02B") else "GEI"
    return _parsed(directory_of(version), check)


@cache
def _parsed(directory: str, check: str) -> GroupRule:
    places = "LOC9 " if directory == "12B" else ""
    return parse(TABLES[directory].replace("{loc}", places).replace("{check}", check))


def _release(version: str) -> str:
    release = version.rpartition(":")[2].upper()
    return release if re.fullmatch(r"[0-9]{2}[AB]", release) else DEFAULT


def _age(directory: str) -> tuple[int, str]:
    """Order directories over the turn of the century: 93A < 99B < 00A < 24A."""
    year = int(directory[:2])
    return (year + 1900 if year > 80 else year + 2000, directory[2:])
