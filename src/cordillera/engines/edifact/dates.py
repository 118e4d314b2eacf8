"""Dates of EDIFACT DTM segments (UN/EDIFACT 2379: 101, 102, 201, 202, 203, 204 and none).

Two-digit years are resolved against the flight, never against today: a birth is the latest century not
after the flight, an expiry the century nearest to it. What is no date gives None, never a guess.

>>> from datetime import date
>>> birth_date("720907", "", date(2026, 11, 21)), birth_date("300101", "", date(2026, 11, 21))
('1972-09-07', '1930-01-01')
>>> moment("2611211540", "201")
'2026-11-21T15:40'
"""

from collections.abc import Callable
from datetime import date, datetime

import msgspec

# which day a DTM text means, given its format code and the day of the flight
Meaning = Callable[[str, str, date | None], str | None]

_LENGTHS = {"101": 6, "102": 8, "201": 10, "202": 12, "203": 12, "204": 14}
_SHORT_YEAR = frozenset({"101", "201", "202"})
_BY_LENGTH = {6: "101", 8: "102", 10: "201", 12: "203", 14: "204"}
_PIVOT = 80


class _Parts(msgspec.Struct, frozen=True):
    year: int
    month: int
    day: int
    hour: int | None
    minute: int | None
    short_year: bool


def moment(text: str, code: str) -> str | None:
    """A scheduled time as local ISO 8601 without zone (a date alone when no time was sent), or None."""
    parts = _parts(text, code)
    if parts is None:
        return None
    year = parts.year
    if parts.short_year:
        year += 1900 if year >= _PIVOT else 2000
    try:
        if parts.hour is None or parts.minute is None:
            return date(year, parts.month, parts.day).isoformat()
        at = datetime(year, parts.month, parts.day, parts.hour, parts.minute)  # noqa: DTZ001 - local by definition
    except ValueError:
        return None
    return at.isoformat(timespec="minutes")


def birth_date(text: str, code: str, flight: date | None) -> str | None:
    """A birth date as ISO; None when impossible, in the future of the flight, or of unknown century."""
    found = [day for day in _candidates(text, code) if flight is None or day <= flight]
    if not found or (flight is None and len(found) > 1):
        return None
    return max(found).isoformat()


def expiry_date(text: str, code: str, flight: date | None) -> str | None:
    """An expiry date as ISO, in the century nearest to the flight; None when impossible or unknown."""
    found = _candidates(text, code)
    if not found or (flight is None and len(found) > 1):
        return None
    return min(found, key=lambda day: abs((day - flight).days) if flight else 0).isoformat()


def is_day(text: str) -> bool:
    """Whether the text means a real day in some century."""
    return bool(_candidates(text, ""))


def day_of(iso: str | None) -> date | None:
    """The day of an ISO date or time, or None."""
    try:
        return date.fromisoformat((iso or "")[:10])
    except ValueError:
        return None


def _candidates(text: str, code: str) -> list[date]:
    """Every real day the text can mean: one for four-digit years, up to two for two-digit years."""
    parts = _parts(text, code)
    if parts is None:
        return []
    years = (parts.year + 1900, parts.year + 2000) if parts.short_year else (parts.year,)
    return [day for year in years if (day := _real(year, parts.month, parts.day)) is not None]


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _parts(text: str, code: str) -> _Parts | None:
    """Cut the digits by the format code, or by their number where the code is missing or cannot be right."""
    if not (text.isascii() and text.isdigit()):
        return None
    layout = code if _LENGTHS.get(code) == len(text) else _BY_LENGTH.get(len(text))
    if layout is None:
        return None
    short = layout in _SHORT_YEAR
    start = 2 if short else 4
    pairs = [int(text[at : at + 2]) for at in range(start, len(text), 2)]
    hour, minute = (pairs[2], pairs[3]) if len(pairs) >= 4 else (None, None)
    return _Parts(int(text[:start]), pairs[0], pairs[1], hour, minute, short)
