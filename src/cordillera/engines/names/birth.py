"""Dates of birth as evidence: what they agree on, what they contradict, and when they say nothing.

A date is read as the interval in which it may lie. An impossible or missing date is unknown, and unknown
is never agreement. The first of January is what clerks write when only the year is known.

>>> weigh_birth(read_birth("1980-05-04"), (read_birth("1980-04-05"),)).reason
'names.birth_day_month_exchanged'
>>> weigh_birth(None, (read_birth("1980"),)).contribution
0.0
"""

from datetime import date
from typing import Final

import msgspec

from cordillera.engines.names import constants
from cordillera.engines.names.birth_text import birth_around, birth_between, birth_of, read_births
from cordillera.engines.names.model import BirthRange, Precision

__all__ = [
    "UNKNOWN",
    "BirthEvidence",
    "birth_around",
    "birth_between",
    "birth_of",
    "read_birth",
    "read_births",
    "weigh_birth",
]

_DAYS_OF_YEAR: Final = 366


class BirthEvidence(msgspec.Struct, frozen=True):
    """What two dates of birth say together: a contribution to the score and the reason's message id."""

    contribution: float
    reason: str
    listed: BirthRange | None = None


UNKNOWN: Final = BirthEvidence(0.0, "names.birth_unknown")


def read_birth(text: str) -> BirthRange | None:
    """Return the interval in which a written date of birth lies; None when unknown or impossible.

    Of several dates, the interval from the first to the last; `read_births` keeps them apart.
    """
    births = read_births(text)
    if len(births) < 2:
        return births[0] if births else None
    first, last = min(birth.first for birth in births), max(birth.last for birth in births)
    return BirthRange(first, last, Precision.RANGE)


def weigh_birth(subject: BirthRange | None, listed: tuple[BirthRange, ...]) -> BirthEvidence:
    """Return the evidence of the listed date that speaks most for the same person."""
    if subject is None or not listed:
        return UNKNOWN
    return max((_weigh(subject, other) for other in listed), key=lambda evidence: evidence.contribution)


def _weigh(subject: BirthRange, listed: BirthRange) -> BirthEvidence:
    contribution, reason = _compare(subject, listed)
    return BirthEvidence(contribution, reason, listed)


def _compare(subject: BirthRange, listed: BirthRange) -> tuple[float, str]:
    if subject.precision is listed.precision is Precision.DAY:
        return _compare_days(subject.first, listed.first)
    if subject.first <= listed.last and listed.first <= subject.last:
        return constants.BIRTH_WITHIN, "names.birth_within"
    return _apart(_years_between(subject, listed))


def _compare_days(subject: date, listed: date) -> tuple[float, str]:
    default = _is_default(subject) or _is_default(listed)
    if subject.year != listed.year:
        return _apart(abs(subject.year - listed.year))
    if default:
        return constants.BIRTH_DEFAULT_DAY, "names.birth_first_of_january"
    if subject == listed:
        return constants.BIRTH_EXACT, "names.birth_equal"
    if (subject.day, subject.month) == (listed.month, listed.day):
        return constants.BIRTH_FLIPPED, "names.birth_day_month_exchanged"
    if subject.day == listed.day or subject.month == listed.month:
        return constants.BIRTH_NEAR, "names.birth_one_part_differs"
    return constants.BIRTH_SAME_YEAR, "names.birth_same_year_only"


def _apart(years: float) -> tuple[float, str]:
    if years <= constants.FEW_YEARS:
        return constants.BIRTH_FEW_YEARS, "names.birth_few_years_apart"
    if years <= constants.FAR_YEARS:
        return constants.BIRTH_OTHER, "names.birth_differs"
    return constants.BIRTH_FAR, "names.birth_far_apart"


def _years_between(left: BirthRange, right: BirthRange) -> float:
    gap = max(left.first - right.last, right.first - left.last)
    return gap.days / _DAYS_OF_YEAR


def _is_default(moment: date) -> bool:
    return moment.month == 1 and moment.day == 1
