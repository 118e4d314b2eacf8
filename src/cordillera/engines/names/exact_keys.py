"""Keys by which a listed person is found whatever the name: numbers of documents and dates of birth.

1. Documents meet in a key when `documents_weight` can find them equal, one in the other, or one sign apart.
2. Dates meet in a key when `birth_weight` can speak strongly for one person: equal, day and month exchanged,
   a year or a sign off; an interval (a year, or the first of January, which may stand for one) has a key for
   every year it touches, and an exact date looks for its year.

What meets in no key says at most `Evidence.other` (documents nothing, dates by the years between them).

>>> bool(set(number_keys(["0912345678"])) & set(number_keys(["0912345687"])))
True
"""

import hashlib
from calendar import isleap
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from cordillera.engines.names.birth_weight import share_born
from cordillera.engines.names.documents_schemes import Identity
from cordillera.engines.names.evidence_table import BIRTH_MOST, BIRTHS, weight
from cordillera.engines.names.model import BirthRange, Precision

_MOST_YEARS: Final = 200
_ROUGHLY: Final = 1.5  # neighbouring years differ in how many were born, by less than this
_DATES_ONE_SIGN_OFF: Final = 20
_DAYS_OF_MONTH: Final = 27
_MONTHS: Final = 12
_LONGEST_MONTH: Final = 31
_SPAN: Final = 1 << 20  # keys of years lie below those of days


def number_keys(numbers: Iterable[str]) -> list[int]:
    """Return the keys of numbers: the number, without its last sign, and without each sign."""
    found: set[str] = set()
    for number in numbers:
        if number:
            found.add(number)
            found.update(f"-{number[:at]}{number[at + 1 :]}" for at in range(len(number)))
            found.add(number[:-1])
    return [_hash(text) for text in found]


def identity_keys(identities: Iterable[Identity]) -> list[int]:
    """Return the keys of documents as read."""
    return number_keys(text for one in identities for text in (one.number, one.root))


def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int(np.frombuffer(digest, np.int64)[0])


def listed_birth_keys(births: Iterable[BirthRange]) -> list[int]:
    """Return the keys of a listed person's births."""
    found = []
    for birth in births:
        if birth.precision is Precision.DAY:
            found.append(birth.first.toordinal())
        if not is_exact(birth):
            years = range(birth.first.year, min(birth.last.year, birth.first.year + _MOST_YEARS) + 1)
            found += [_year_key(year) for year in years]
    return found


def asked_birth_keys(births: Iterable[BirthRange]) -> dict[int, float]:
    """Return the keys to look up for a subject's births, with the most bits that a date found so may add.

    A date that is not exact is not looked up: `evidence_bound` allows for it.
    """
    found: dict[int, float] = {}
    for birth in births:
        if not is_exact(birth):
            continue
        day = birth.first
        one_day = share_born(day, day) / _ROUGHLY
        digit = _at_most(BIRTHS.digit_off, _DATES_ONE_SIGN_OFF * one_day)
        found.update(dict.fromkeys([other.toordinal() for other in dates_near(day)], max(0.0, digit)))
        for other in _exchanged(day):
            found[other.toordinal()] = _at_most(BIRTHS.exchanged, one_day)
        for other in _a_year_off(day):
            found[other.toordinal()] = max(digit, _at_most(BIRTHS.year_off, 2 * one_day))
        found[_year_key(day.year)] = _at_most(BIRTHS.within, _DAYS_OF_MONTH * one_day)
        found[day.toordinal()] = BIRTH_MOST
    return found


def _at_most(m: float, u: float) -> float:
    return min(weight(m, u), BIRTH_MOST)


def _exchanged(day: date) -> tuple[date, ...]:
    return _on(day.year, day.day, day.month)


def _a_year_off(day: date) -> tuple[date, ...]:
    return (*_on(day.year - 1, day.month, day.day), *_on(day.year + 1, day.month, day.day))


def is_exact(birth: BirthRange) -> bool:
    """Tell a date that is a day and no first of January."""
    return birth.precision is Precision.DAY and (birth.first.month, birth.first.day) != (1, 1)


def one_year(births: tuple[BirthRange, ...]) -> int:
    """Return the year of a person with one exact date of birth, else 0."""
    return births[0].first.year if len(births) == 1 and is_exact(births[0]) else 0


def dates_near(day: date) -> set[date]:
    """Return a date, it with day and month exchanged, a year off, and with one sign wrong or two exchanged.

    >>> date(1980, 4, 5) in dates_near(date(1980, 5, 4)), date(1980, 5, 14) in dates_near(date(1980, 5, 4))
    (True, True)
    """
    found = {day, *_exchanged(day), *_a_year_off(day)}
    found.update([day.replace(year=year) for year in _years_one_sign_off(day.year, _is_leap_day(day))])
    here = [_on(day.year, *other) for other in _days_one_sign_off(day.month, day.day)]
    found.update([other for there in here for other in there])
    written = f"{day.year:04}{day.month:02}"  # the last sign of the year for the first of the month
    found.update(_on(int(written[:3] + written[4]), int(written[3] + written[5]), day.day))
    return found


@lru_cache(maxsize=512)
def _one_sign_off(written: str) -> frozenset[str]:
    """Return digits with one of them wrong, or two neighbours exchanged."""
    found = {written[:at] + sign + written[at + 1 :] for at in range(len(written)) for sign in "0123456789"}
    swapped = (
        written[:at] + written[at : at + 2][::-1] + written[at + 2 :] for at in range(len(written) - 1)
    )
    return frozenset(found.union(swapped))


@lru_cache(maxsize=512)
def _years_one_sign_off(year: int, leap: bool) -> tuple[int, ...]:  # noqa: FBT001 - a key of the cache
    """Return years written as this one but for one sign, or two exchanged; `leap`: only leap years."""
    read = [int(text) for text in _one_sign_off(f"{year:04}")]
    return tuple(one for one in read if one and (isleap(one) or not leap))


def _is_leap_day(day: date) -> bool:
    return (day.month, day.day) == (2, 29)


@lru_cache(maxsize=512)
def _days_one_sign_off(month: int, day: int) -> tuple[tuple[int, int], ...]:
    """Return months with their days that are written as these but for one sign, or two exchanged."""
    read = [(int(text[:2]), int(text[2:])) for text in _one_sign_off(f"{month:02}{day:02}")]
    return tuple(one for one in read if 1 <= one[0] <= _MONTHS and 1 <= one[1] <= _LONGEST_MONTH)


def _on(year: int, month: int, day: int) -> tuple[date, ...]:
    """Return a date, or none when there is no such day."""
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _year_key(year: int) -> int:
    return year - _SPAN
