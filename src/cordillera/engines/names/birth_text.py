"""Dates of birth as people and lists write them, read to the intervals in which they may lie.

One text may state several dates (`1980-05-04 or 1981-05-04`), a part of one (`1980-00-00`, `mayo de 1980`),
a doubtful one (`circa 1980`), a span (`between 1975 and 1980`, `1970s`, `década de 1970`), two digits of a
year, or a year of the Hijri, Solar Hijri or Buddhist calendar where it says so. What is impossible or not
understood is left out: unknown, never a contradiction. Day before month, unless only the other can be.

>>> [(birth.first.year, birth.last.year) for birth in read_births("hacia 1980")]
[(1978, 1982)]
>>> read_births("31/02/1980")
()
>>> [birth.first.isoformat() for birth in read_births("4 de mayo de 1980; 1981-05-04")]
['1980-05-04', '1981-05-04']
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date
from typing import Final

from cordillera.engines.names import constants
from cordillera.engines.names.birth_calendars import (
    Interval,
    buddhist_year,
    hijri_interval,
    solar_interval,
)
from cordillera.engines.names.model import BirthRange, Precision

EARLIEST: Final = 1850
LATEST: Final = 2100
_LONGEST: Final = 120
_CENTURY_PIVOT: Final = 35
"""Two digits above it are years of the last century; up to it, either century."""

_MONTH_WORDS: Final = (
    "january jan enero ene janeiro janvier",
    "february feb febrero fevereiro fev fevrier",
    "march mar marzo marco mars",
    "april apr abril abr avril",
    "may mayo maio mai",
    "june jun junio junho juin",
    "july jul julio julho juillet",
    "august aug agosto ago aout",
    "september sep sept septiembre setiembre setembro set septembre",
    "october oct octubre outubro out octobre",
    "november nov noviembre novembro novembre",
    "december dec diciembre dic dezembro dez decembre",
)
_MONTHS: Final = {word: number for number, words in enumerate(_MONTH_WORDS, 1) for word in words.split()}
_SOLAR_ERA: Final = r"(?:s\.?\s?h\.?|a\.?p\.?|solar hijri|hijri shamsi|shamsi|solar|هـ?\.?\s?ش\.?|هجری شمسی)"
_HIJRI_ERA: Final = (
    r"(?:a\.?\s?h\.?|h\.?|(?:hijri|islamic)(?: calendar)?|hegira|hijra|هـ?\.?|هجري|هجری(?: قمری)?)"
)
_BUDDHIST_ERA: Final = r"(?:b\.?\s?e\.?|buddhist(?: era)?|พ\.?\s?ศ\.?)"
_ERAS: Final = tuple(
    (name, re.compile(rf"(?:{era}\s*(?P<after>[\d/.\- ]+)|(?P<before>[\d/.\- ]+?)\s*\(?{era}\)?)"))
    for name, era in (("solar", _SOLAR_ERA), ("hijri", _HIJRI_ERA), ("buddhist", _BUDDHIST_ERA))
)
_ABOUT: Final = re.compile(
    r"(?:circa|ca\.?|c\.|about|around|approx\w*\.?|aprox\w*\.?|hacia|alrededor de|cerca de|en torno a|~|±)"
    r"\s*(.+)"
    r"|(.+?)\s*(?:\(?(?:circa|approx\w*\.?|aprox\w*\.?|estimated|estimad[oa])\)?|\?)"
)
_DECADE: Final = re.compile(
    r"(?:the |los )?(early |mid[- ]|late )?(\d{3})0\s?['\u2019]?s"
    r"|(?:la )?(?:decada|anos)(?: de| del)?(?: los| anos)*() (\d{2}|\d{3}0)s?"
)
_SPAN: Final = re.compile(
    r"(?:between|entre|from|desde|de)? ?(?P<a>.+?) ?(?: and | y | e | to | a | al | hasta |\.\.| - | \u2013 )"
    r" ?(?P<b>.+)|(?P<c>\d{4})[-\u2013/](?P<d>\d{4})"
)
_ISO: Final = re.compile(
    r"(\d{4})(?:[-/. ](\d{1,2}|[x?]{1,2}))?(?:[-/. ](\d{1,2}|[x?]{1,2}))?(?:[t ]\d\d:.*)?"
)
_PLAIN: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_LOCAL: Final = re.compile(r"(\d{1,2}|[x?]{1,2})[-/. ](\d{1,2}|[x?]{1,2})[-/. ](\d{4}|\d{2})")
_MONTH_YEAR: Final = re.compile(r"(\d{1,2}|[x?]{1,2})[-/.](\d{4})")
_WORDED: Final = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|º|\.)?[-/ ](?:de )?)?([a-z]+)\.?[-/, ]+(?:de |del )?(\d{4}|\d{2})"
    r"|([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})"
)
_APART: Final = re.compile(r"\s*(?:;|\n|\||\bor\b|\bo\b|\balt\.?|(?<=\d{4}),|,(?! \d{4}\b)| / )\s*")


def read_births(text: str) -> tuple[BirthRange, ...]:
    """Return the dates of birth that a text states, each as an interval; empty when unknown."""
    if _PLAIN.fullmatch(text):
        return _simple(text)
    plain = _plain(text)
    whole = _one(plain)
    if whole or not plain:
        return whole
    pieces = [_one(piece.strip(" .,()")) for piece in _APART.split(plain)]
    return tuple(dict.fromkeys(birth for piece in pieces for birth in piece))


def birth_of(year: int, month: int = 0, day: int = 0) -> BirthRange | None:
    """Return the interval of a date whose month or day may be unknown (0); None when impossible."""
    if not EARLIEST <= year <= LATEST or not 0 <= month <= 12:
        return None
    if month == 0:
        return BirthRange(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)
    last = monthrange(year, month)[1]
    if day == 0:
        return BirthRange(date(year, month, 1), date(year, month, last), Precision.MONTH)
    if not 0 < day <= last:
        return None
    moment = date(year, month, day)
    return BirthRange(moment, moment, Precision.DAY)


def birth_around(year: int, reach: int = constants.APPROXIMATE_YEARS) -> BirthRange | None:
    """Return the interval of "about `year`"; None when impossible."""
    return _years(year - reach, year + reach, Precision.APPROXIMATE)


def birth_between(first: int, last: int) -> BirthRange | None:
    """Return the interval of "between two years"; None when impossible."""
    return _years(min(first, last), max(first, last), Precision.RANGE)


def _years(first: int, last: int, precision: Precision) -> BirthRange | None:
    if first < EARLIEST or last > LATEST:
        return None
    return BirthRange(date(first, 1, 1), date(last, 12, 31), precision)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    bare = "".join(sign for sign in unicodedata.normalize("NFD", folded) if not _is_accent(sign))
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in bare)
    return " ".join(digits.split()).strip(" .,")


def _is_accent(sign: str) -> bool:
    """Tell accents of Latin letters; the marks of other scripts belong to their words."""
    return "\u0300" <= sign <= "\u036f"


def _one(text: str) -> tuple[BirthRange, ...]:
    for read in (_simple, _worded, _of_era, _decade, _about, _span):
        found = read(text)
        if found:
            return found
    return ()


def _kept(*found: BirthRange | None) -> tuple[BirthRange, ...]:
    return tuple(birth for birth in found if birth is not None)


def _part(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _simple(text: str) -> tuple[BirthRange, ...]:
    if found := _COMPACT.fullmatch(text) or _ISO.fullmatch(text):
        return _kept(birth_of(int(found[1]), _part(found[2]), _part(found[3])))
    if found := _LOCAL.fullmatch(text):
        return _dated(found[3], _part(found[2]), _part(found[1]))
    if found := _MONTH_YEAR.fullmatch(text):
        return _kept(birth_of(int(found[2]), _part(found[1])))
    return ()


def _dated(year: str, month: int, day: int) -> tuple[BirthRange, ...]:
    """Return a date of day and month in the order given, or the other order when only that exists."""
    if month > 12 >= day > 0:
        month, day = day, month
    return _kept(*(birth_of(full, month, day) for full in _centuries(year)))


def _centuries(year: str) -> tuple[int, ...]:
    if len(year) == 4:
        return (int(year),)
    last = 1900 + int(year)
    return (last,) if int(year) > _CENTURY_PIVOT else (last, last + 100)


def _worded(text: str) -> tuple[BirthRange, ...]:
    found = _WORDED.fullmatch(text)
    if not found:
        return ()
    word, day, year = (found[4], found[5], found[6]) if found[4] else (found[2], found[1], found[3])
    month = _MONTHS.get(word, 0)
    return _dated(year, month, _part(day)) if month else ()


def _of_era(text: str) -> tuple[BirthRange, ...]:
    for name, pattern in _ERAS:
        if found := pattern.fullmatch(text):
            return _in_era(name, (found["after"] or found["before"]).strip())
    return ()


def _in_era(era: str, text: str) -> tuple[BirthRange, ...]:
    parts = _ordered(text)
    if parts is None:
        return ()
    year, month, day = parts
    if era == "buddhist":
        common = buddhist_year(year)
        return _kept(birth_of(common, month, day)) if common else ()
    interval = (solar_interval if era == "solar" else hijri_interval)(year, month, day)
    return () if interval is None else (_of_interval(interval),)


def _ordered(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day of numbers in either order; the year has four digits."""
    numbers = [int(part) for part in re.split(r"\D+", text) if part]
    if not 1 <= len(numbers) <= 3:
        return None
    if numbers[0] < 1000:
        numbers.reverse()
    year, month, day = (*numbers, 0, 0)[:3]
    return (year, month, day) if year >= 1000 else None


def _of_interval(interval: Interval) -> BirthRange:
    first, last = interval
    return BirthRange(first, last, Precision.DAY if first == last else Precision.RANGE)


def _decade(text: str) -> tuple[BirthRange, ...]:
    found = _DECADE.fullmatch(text)
    if not found:
        return ()
    first = int(found[2]) * 10 if found[2] else _decade_of(found[4])
    start, end = {"e": (0, 3), "m": (3, 6), "l": (6, 9)}.get((found[1] or " ")[0], (0, 9))
    return _kept(_years(first + start, first + end, Precision.RANGE))


def _decade_of(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 1900 + int(digits) // 10 * 10


def _about(text: str) -> tuple[BirthRange, ...]:
    found = _ABOUT.fullmatch(text)
    if not found:
        return ()
    reach = constants.APPROXIMATE_YEARS
    return _kept(
        *(
            _years(birth.first.year - reach, birth.last.year + reach, Precision.APPROXIMATE)
            for birth in _one(found[1] or found[2])
        )
    )


def _span(text: str) -> tuple[BirthRange, ...]:
    found = _SPAN.fullmatch(text)
    if not found:
        return ()
    first_end, last_end = found["a"] or found["c"], found["b"] or found["d"]
    if first_end.strip(" .") in _MONTHS:
        first_end = f"{first_end} {last_end[-4:]}"
    ends = [_simple(end) or _worded(end) for end in (first_end, last_end)]
    if not all(ends):
        return ()
    dates = [birth for end in ends for birth in end]
    first, last = min(birth.first for birth in dates), max(birth.last for birth in dates)
    return (BirthRange(first, last, Precision.RANGE),)
