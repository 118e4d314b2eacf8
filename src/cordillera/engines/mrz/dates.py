"""Dates of a zone: YYMMDD with unknown parts "<<" and without a century (ICAO Doc 9303-3 clause 4.8).

The reference day is passed in: the flight, the control, never today. A birth is the latest that is not after
it; an expiry lies in the century nearest to it. Without a reference day no century is chosen.

>>> from datetime import date
>>> birth("740812", date(2026, 11, 21)), birth("300101", date(2026, 11, 21)).first
(DateRange(first='1974-08-12', last='1974-08-12'), '1930-01-01')
>>> birth("7408<<", date(2026, 11, 21))
DateRange(first='1974-08-01', last='1974-08-31')
>>> expiry("350415", date(2026, 11, 21)), expiry("<<<<<<", date(2026, 11, 21))
('2035-04-15', '')
"""

import calendar
from datetime import date
from typing import Final

from cordillera.engines.mrz.core import is_date
from cordillera.engines.mrz.model import DateRange

_CENTURIES: Final = (1900, 2000)


def birth(text: str, at: date | None) -> DateRange:
    """The days a date of birth can mean, none without year, real date or reference day."""
    ranges = _ranges(text)
    if at is None:
        return DateRange()
    past = [each for each in ranges if each[0] <= at]
    if not past:
        return DateRange()
    first, last = max(past)
    return DateRange(first.isoformat(), min(last, at).isoformat())


def expiry(text: str, at: date | None) -> str:
    """The day of expiry; "" when partial, impossible, not stated, or without a reference day."""
    whole = [first for first, last in _ranges(text) if first == last]
    if at is None or not whole:
        return ""
    return min(whole, key=lambda day: abs((day - at).days)).isoformat()


def _ranges(text: str) -> list[tuple[date, date]]:
    """First and last day that the digits can mean in each century."""
    if not is_date(text) or text[:2] == "<<":
        return []
    month, day = (0 if part == "<<" else int(part) for part in (text[2:4], text[4:]))
    spans = (_span(century + int(text[:2]), month, day) for century in _CENTURIES)
    return [span for span in spans if span is not None]


def _span(year: int, month: int, day: int) -> tuple[date, date] | None:
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    longest = calendar.monthrange(year, month)[1]
    if day > longest:
        return None
    return date(year, month, day or 1), date(year, month, day or longest)
