"""What two dates of birth say together, in bits: each date is the interval in which it may lie.

1. An unknown date says nothing.
2. Two exact dates: equal; day and month exchanged; a year, or one digit, or two neighbouring digits off;
   the same month, the same year; years apart by a little, by a few, by many.
3. The first of January may stand for "some day of that year" and is read so.
4. Otherwise two intervals: they meet, lie beside each other, or apart.
5. Agreement is worth more the rarer it is: log2 of m over the share of people born in the interval that
   covers both. A list that states several dates for one person has as many chances to agree by accident.
6. No contradiction weighs more than lists err: a wrong date must not hide an equal document.

>>> weigh_births(read_births("1980-05-04"), read_births("1980-05-04")).reason
'names.birth_equal'
>>> weigh_births((), read_births("1980")).contribution
0.0
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise
from math import log2
from typing import Final

import msgspec

from cordillera.engines.names.birth_text import read_births
from cordillera.engines.names.evidence_table import (
    BIRTH_MOST,
    BIRTHS,
    BORN,
    FEW_YEARS,
    NEAR_YEARS,
    OTHERS,
    RAREST_YEAR,
    bits,
    weight,
)
from cordillera.engines.names.model import BirthRange, Precision

__all__ = ["UNKNOWN", "BirthFinding", "read_births", "share_born", "weigh_births"]

_DAYS: Final = 365.25
_DECADES: Final = 6
_DATES_ONE_DIGIT_OFF: Final = 20
"""About how many other dates differ from one date by a digit or by two exchanged neighbours."""


class BirthFinding(msgspec.Struct, frozen=True):
    """What two dates say: bits, the reason's message id, and the two dates that were compared."""

    contribution: float
    reason: str
    subject: BirthRange | None = None
    listed: BirthRange | None = None


UNKNOWN: Final = BirthFinding(0.0, "names.birth_unknown")


def weigh_births(subject: Sequence[BirthRange], listed: Sequence[BirthRange]) -> BirthFinding:
    """Return the finding of the two dates that speak most for one person (source: ADR 0041)."""
    if not subject or not listed:
        return UNKNOWN
    if len(subject) == len(listed) == 1:
        return _weigh(subject[0], listed[0])
    found = [_weigh(own, other) for own in subject for other in listed]
    best = max(found, key=lambda finding: finding.contribution)
    if best.contribution <= 0.0:
        return best
    chances = log2(len(set(subject)) * len(set(listed)))
    return msgspec.structs.replace(best, contribution=bits(max(0.0, best.contribution - chances)))


@lru_cache(maxsize=65_536)
def share_born(first: date, last: date) -> float:
    """Return the share of listed people born from `first` to `last`, both included."""
    return max(_born_before(last.toordinal() + 1) - _born_before(first.toordinal()), _least(first, last))


def _least(first: date, last: date) -> float:
    return min(1.0, ((last - first).days + 1) / _DAYS * RAREST_YEAR)


def _born_before(ordinal: int) -> float:
    year = min(max(ordinal / _DAYS, _STARTS[0]), _STARTS[-1])
    period = min(bisect_right(_STARTS, year), len(BORN) - 1) - 1
    return _BEFORE[period] + (year - _STARTS[period]) * BORN[period][1]


_STARTS: Final = tuple(date(year, 1, 1).toordinal() / _DAYS for year, _ in BORN)
_BEFORE: Final = tuple(
    accumulate(
        (
            (after - start) * share
            for (start, after), (_, share) in zip(pairwise(_STARTS), BORN, strict=False)
        ),
        initial=0.0,
    )
)
"""The years in which the shares of `BORN` begin, and the share of people born before each."""


def _weigh(subject: BirthRange, listed: BirthRange) -> BirthFinding:
    contribution, reason = _compare(subject, listed)
    return BirthFinding(min(contribution, BIRTH_MOST), reason, subject, listed)


def _compare(subject: BirthRange, listed: BirthRange) -> tuple[float, str]:
    exact = subject.precision is listed.precision is Precision.DAY
    if exact and not _is_default(subject.first) and not _is_default(listed.first):
        return _compare_days(subject.first, listed.first)
    if exact and subject.first.year == listed.first.year:
        return _covering(_year(subject), _year(listed)), "names.birth_first_of_january"
    return _compare_intervals(_year(subject), _year(listed))


def _compare_days(own: date, other: date) -> tuple[float, str]:
    if own == other:
        return weight(BIRTHS.equal, share_born(own, own)), "names.birth_equal"
    one_day = share_born(other, other)
    if (own.year, own.month, own.day) == (other.year, other.day, other.month):
        return weight(BIRTHS.exchanged, one_day), "names.birth_day_month_exchanged"
    if (own.month, own.day) == (other.month, other.day) and abs(own.year - other.year) == 1:
        return weight(BIRTHS.year_off, 2 * one_day), "names.birth_one_year_off"
    if _one_digit_off(own, other):
        if abs(own.year - other.year) >= 10:
            return weight(BIRTHS.decade_off, _DECADES * one_day), "names.birth_decade_off"
        return weight(BIRTHS.digit_off, _DATES_ONE_DIGIT_OFF * one_day), "names.birth_one_digit_off"
    return _compare_years(own, other)


def _compare_years(own: date, other: date) -> tuple[float, str]:
    whole = share_born(date(other.year, 1, 1), date(other.year, 12, 31))
    if (own.year, own.month) == (other.year, other.month):
        return weight(BIRTHS.month_equal, whole / 12), "names.birth_same_month"
    if own.year == other.year:
        return weight(BIRTHS.year_equal, whole), "names.birth_same_year_only"
    apart = abs(own.year - other.year)
    if apart <= NEAR_YEARS:
        return weight(BIRTHS.years_near, OTHERS.near), "names.birth_few_years_apart"
    if apart <= FEW_YEARS:
        return weight(BIRTHS.years_few, OTHERS.few), "names.birth_differs"
    return weight(BIRTHS.years_far, OTHERS.far), "names.birth_far_apart"


def _compare_intervals(own: BirthRange, other: BirthRange) -> tuple[float, str]:
    if own.first <= other.last and other.first <= own.last:
        return _covering(own, other), "names.birth_within"
    gap = max(own.first - other.last, other.first - own.last).days / _DAYS
    if gap <= NEAR_YEARS:
        vague = Precision.APPROXIMATE in {own.precision, other.precision}
        m = BIRTHS.beside_approximate if vague else BIRTHS.beside
        return min(0.0, weight(m, OTHERS.near)), "names.birth_few_years_apart"
    if gap <= FEW_YEARS:
        return weight(BIRTHS.apart, OTHERS.few), "names.birth_differs"
    return weight(BIRTHS.far, OTHERS.far), "names.birth_far_apart"


def _covering(own: BirthRange, other: BirthRange) -> float:
    """Return what meeting says: little for a wide interval, nothing for one that holds half of all."""
    share = share_born(min(own.first, other.first), max(own.last, other.last))
    return max(0.0, weight(BIRTHS.within, share))


def _one_digit_off(own: date, other: date) -> bool:
    left, right = own.isoformat().replace("-", ""), other.isoformat().replace("-", "")
    differ = [place for place in range(8) if left[place] != right[place]]
    if len(differ) == 1:
        return True
    first, last = differ[0], differ[-1]
    return (
        len(differ) == 2 and last - first == 1 and left[first] == right[last] and left[last] == right[first]
    )


def _year(birth: BirthRange) -> BirthRange:
    """Return a date that a clerk may have filled in as the year that it stands for."""
    if birth.precision is Precision.DAY and _is_default(birth.first):
        year = birth.first.year
        return BirthRange(birth.first, date(year, 12, 31), Precision.YEAR)
    return birth


def _is_default(moment: date) -> bool:
    return moment.month == 1 and moment.day == 1
