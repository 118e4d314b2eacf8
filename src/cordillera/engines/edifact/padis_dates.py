"""Dates of reservation messages (PADIS): DDMMYY with HHMM, and DDMMMYY of documents.

Years have two digits; a birth is the latest century not after the flight, an expiry the nearest to it.

>>> moment("121210", "0915"), moment("121210", ""), moment("310210", "0915")
('2010-12-12T09:15', '2010-12-12', None)
>>> from datetime import date
>>> birth_date("12JUL64", date(2010, 12, 12)), expiry_date("23AUG19", date(2010, 12, 12))
('1964-07-12', '2019-08-23')
"""

import re
from collections.abc import Callable
from datetime import date

from cordillera.engines.edifact import dates

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
Reads = Callable[[str, date | None], str | None]
_MONTH_NUMBER = {name: f"{number:02}" for number, name in enumerate(MONTHS, 1)}
_WRITTEN = re.compile(r"(\d{1,2})([A-Z]{3})(\d{2}|\d{4})")
_DIGITS = re.compile(r"[0-9]+")
_SHORT_TIME, _LONG_TIME = 4, 6


def moment(day: str, time: str) -> str | None:
    """A local time as ISO 8601 without zone; the day alone when there is no time; None when it is no day."""
    if len(day) != _LONG_TIME or not _DIGITS.fullmatch(day):
        return None
    turned = day[4:] + day[2:4] + day[:2]
    clock = time[:_SHORT_TIME] if len(time) in {_SHORT_TIME, _LONG_TIME} and _DIGITS.fullmatch(time) else ""
    whole = dates.moment(turned + clock, "201") if clock else None
    return whole or dates.moment(turned, "101")


def birth_date(text: str, flight: date | None) -> str | None:
    """The birth date of a document as ISO, or None."""
    return dates.birth_date(_digits(text), "", flight)


def expiry_date(text: str, flight: date | None) -> str | None:
    """The expiry date of a document as ISO, or None."""
    return dates.expiry_date(_digits(text), "", flight)


def _digits(text: str) -> str:
    """DDMMMYY or DDMMMYYYY as YYMMDD or YYYYMMDD; "" when it is neither."""
    match = _WRITTEN.fullmatch(text.strip().upper())
    if match is None or match.group(2) not in _MONTH_NUMBER:
        return ""
    return match.group(3) + _MONTH_NUMBER[match.group(2)] + match.group(1).zfill(2)
