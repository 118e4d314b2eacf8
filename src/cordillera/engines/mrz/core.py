"""The verdict on a zone as it stands, nothing repaired: the readable reference of kernel.py.

>>> verdict("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10")
0
"""

import re
from typing import Final

from cordillera.engines.mrz.checkdigit import check_digit
from cordillera.engines.mrz.conditions import Condition, bit
from cordillera.engines.mrz.layouts import (
    COMPOSITE_PLACE,
    ISSUER,
    LAYOUTS,
    Layout,
    MrzFormat,
    Span,
    format_of,
)
from cordillera.engines.mrz.states import is_state

_ALPHABET: Final = re.compile("[A-Z0-9<]*")
_NAMES: Final = re.compile("[A-Z][A-Z<]*")
_PAIR: Final = re.compile("[0-9]{2}|<<")
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def verdict(zone: str) -> int:
    """The bits of the conditions (conditions.py) that do not hold, 0 for a valid zone (without breaks)."""
    name = format_of(zone)
    if name is None:
        return bit(Condition.LENGTH)
    if _ALPHABET.fullmatch(zone) is None:
        return bit(Condition.CHARACTERS)
    layout = LAYOUTS[name]
    holds = {
        Condition.DOCUMENT_TYPE: zone[0] in layout.types,
        Condition.ISSUER: is_state(_at(zone, ISSUER)),
        Condition.NAMES: _NAMES.fullmatch(_at(zone, layout.names)) is not None,
        Condition.NUMBER_CHECK: _number_holds(zone, layout),
        Condition.NATIONALITY: is_state(_at(zone, layout.nationality)),
        Condition.BIRTH_CHECK: checks(zone, layout.birth),
        Condition.BIRTH_DATE: is_date(_at(zone, layout.birth)),
        Condition.SEX: _at(zone, layout.sex) in {"F", "M", "X", "<"},
        Condition.EXPIRY_CHECK: checks(zone, layout.expiry),
        Condition.EXPIRY_DATE: is_date(_at(zone, layout.expiry)),
        Condition.OPTIONAL_CHECK: not layout.has_optional_check or _optional_holds(zone, layout.optional[0]),
        Condition.COMPOSITE_CHECK: composite_holds(zone, name, layout),
    }
    return sum(bit(condition) for condition, held in holds.items() if not held)


def checks(zone: str, span: Span) -> bool:
    """Whether the check digit right behind a field holds."""
    return zone[span[1]] == check_digit(_at(zone, span))


def is_date(text: str) -> bool:
    """Whether YYMMDD is a day of some century; any of the three parts may be unknown ("<<").

    >>> is_date("740812"), is_date("74<<<<"), is_date("740231"), is_date("000229"), is_date("7<0812")
    (True, True, False, True, False)
    """
    parts = (text[:2], text[2:4], text[4:])
    if not all(_PAIR.fullmatch(part) for part in parts):
        return False
    year, month, day = (-1 if part == "<<" else int(part) for part in parts)
    if month == 0 or month > 12 or day == 0:
        return False
    longest = _DAYS[month - 1] if month > 0 else 31
    if month == 2 and year % 4 and year > 0:
        longest = 28
    return day <= longest


def long_number(zone: str, layout: Layout) -> str:
    """What follows the first nine characters of a document number in the optional data, its digit included.

    "" where the number ends within its field. Doc 9303-5 and -6, clause 4.2.2, note j.
    """
    if not layout.long_number or zone[layout.number[1]] != "<":
        return ""
    rest = _at(zone, layout.optional[0]).partition("<")[0]
    return rest if len(rest) > 1 else ""


def _number_holds(zone: str, layout: Layout) -> bool:
    """The digit of a long number counts with or without the filler between its parts: issuers do both."""
    text, rest = _at(zone, layout.number), long_number(zone, layout)
    if not text.strip("<"):
        return False
    if rest:
        return rest[-1] in {check_digit(text + rest[:-1]), check_digit(f"{text}<{rest[:-1]}")}
    return checks(zone, layout.number)


def _optional_holds(zone: str, span: Span) -> bool:
    return checks(zone, span) or (zone[span[1]] == "<" and not _at(zone, span).strip("<"))


def composite_holds(zone: str, name: MrzFormat, layout: Layout) -> bool:
    """Whether the composite check digit holds; visas have none."""
    place = COMPOSITE_PLACE.get(name)
    return place is None or zone[place] == check_digit("".join(_at(zone, span) for span in layout.composite))


def _at(zone: str, span: Span) -> str:
    return zone[span[0] : span[1]]
