"""Dates of OFAC's advanced XML: `DatePeriod` with start and end, each from a day to a day.

>>> from lxml import etree
>>> day_of(etree.fromstring("<Date><Year>2026</Year><Month>11</Month><Day>20</Day></Date>")).isoformat()
'2026-11-20'
"""

from calendar import monthrange
from datetime import date, timedelta

from lxml import etree

from cordillera.engines.names.birth import birth_around, birth_of
from cordillera.engines.names.model import BirthRange, Precision
from cordillera.engines.watchlists.safe_xml import child, number, text


def day_of(element: etree._Element) -> date | None:
    """Return the day that Year, Month and Day state, or None when it is none."""
    year, month, day = (number(text(child(element, name))) for name in ("Year", "Month", "Day"))
    read = birth_of(year, month, day) if year else None
    return read.first if read else None


def birth_in(period: etree._Element) -> BirthRange | None:
    """Return the interval of a period: a day, a month, a year, about a year, or from day to day."""
    start, end = child(period, "Start"), child(period, "End")
    edges = [child(part, "From") for part in (start,) if part is not None]
    edges += [child(part, "To") for part in (end if end is not None else start,) if part is not None]
    days = [day for edge in edges if edge is not None and (day := day_of(edge)) is not None]
    if not days:
        return None
    first, last = days[0], days[-1]
    if any(part is not None and part.get("Approximate") == "true" for part in (start, end)):
        return birth_around(first.year)
    return None if last < first else _interval(first, last)


def _interval(first: date, last: date) -> BirthRange:
    if first == last:
        return BirthRange(first, last, Precision.DAY)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return BirthRange(first, last, Precision.YEAR)
    whole = last - first == timedelta(days=monthrange(first.year, first.month)[1] - 1)
    return BirthRange(first, last, Precision.MONTH if whole and first.day == 1 else Precision.RANGE)
