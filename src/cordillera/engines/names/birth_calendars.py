"""Years and days of other calendars, where a date says which: Hijri, Solar Hijri, Buddhist.

A Hijri day began when the moon was seen, so it is known to about a day; a Hijri year covers parts of two
of ours. Arithmetic: E. Reingold and N. Dershowitz, Calendrical Calculations, the tabular Islamic calendar;
the 33-year cycle for the Solar Hijri calendar, right for the years 1178 to 1633.

>>> hijri_interval(1400)
(datetime.date(1979, 11, 20), datetime.date(1980, 11, 9))
>>> solar_interval(1358, 1, 1)
(datetime.date(1979, 3, 21), datetime.date(1979, 3, 21))
>>> buddhist_year(2523)
1980
"""

from datetime import date, timedelta
from typing import Final

Interval = tuple[date, date]

_HIJRI_EPOCH: Final = 227_014
_SOLAR_EPOCH: Final = 226_894
_HIJRI_YEARS: Final = range(1260, 1500)
_SOLAR_YEARS: Final = range(1230, 1480)
_BUDDHIST_YEARS: Final = range(2393, 2644)
_BUDDHIST_OFFSET: Final = 543
_MOON: Final = timedelta(days=1)
_MONTHS: Final = 12


def hijri_interval(year: int, month: int = 0, day: int = 0) -> Interval | None:
    """Return the days in which a Hijri date may lie, a day to each side; None when impossible."""
    if year not in _HIJRI_YEARS or not 0 <= month <= _MONTHS or not 0 <= day <= 30:
        return None
    first = _hijri(year, month or 1, day if month and day else 1)
    if month and day:
        last = first
    else:
        after = _hijri(year + 1, 1, 1) if not month or month == _MONTHS else _hijri(year, month + 1, 1)
        last = after - timedelta(days=1)
    return first - _MOON, last + _MOON


def solar_interval(year: int, month: int = 0, day: int = 0) -> Interval | None:
    """Return the days in which a Solar Hijri date lies; None when impossible."""
    if year not in _SOLAR_YEARS or not 0 <= month <= _MONTHS:
        return None
    if not month:
        return _solar(year, 1, 1), _solar(year + 1, 1, 1) - timedelta(days=1)
    first = _solar(year, month, 1)
    last = (_solar(year, month + 1, 1) if month < _MONTHS else _solar(year + 1, 1, 1)) - timedelta(days=1)
    if not day:
        return first, last
    moment = first + timedelta(days=day - 1)
    return (moment, moment) if first <= moment <= last else None


def buddhist_year(year: int) -> int | None:
    """Return the year of the common era; None when no living person's year."""
    return year - _BUDDHIST_OFFSET if year in _BUDDHIST_YEARS else None


def _hijri(year: int, month: int, day: int) -> date:
    days = (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    return date.fromordinal(_HIJRI_EPOCH + days)


def _solar(year: int, month: int, day: int) -> date:
    before = 31 * (month - 1) if month <= 7 else 30 * (month - 1) + 6
    days = 365 * (year - 1) + (8 * year + 21) // 33 + before + day
    return date.fromordinal(_SOLAR_EPOCH + days)
