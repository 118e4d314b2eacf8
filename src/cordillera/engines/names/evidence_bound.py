"""The most that evidence beside the name can add, by what an index can tell without opening a record.

1. What a date found by a key of births may add is told by `exact_keys.asked_birth_keys`.
2. Any other date says at most what the years between the two births allow.
3. A subject whose date is an interval is not looked up; agreement with it says at most what its width allows,
   and a birth in another year does not agree.
4. A place adds at most PLACE_EQUAL; documents that meet in no key add nothing.

>>> from cordillera.engines.names.birth_weight import read_births
>>> bounds = most_evidence(read_births("1980-05-04"), places=False)
>>> bounds.same_year > bounds.years_near > bounds.few_years > bounds.far
True
"""

from datetime import date

import msgspec

from cordillera.engines.names.birth_weight import share_born
from cordillera.engines.names.evidence_table import BIRTH_MOST, BIRTHS, OTHERS, PLACE_EQUAL, weight
from cordillera.engines.names.exact_keys import is_exact
from cordillera.engines.names.model import BirthRange


class EvidenceBound(msgspec.Struct, frozen=True):
    """Bits at most: by places; no year known or the same one; one or two years apart; up to ten; more."""

    places: float
    same_year: float
    years_near: float
    few_years: float
    far: float

    @property
    def by_years(self) -> tuple[float, ...]:
        """The bounds in the order of `postings_kernel.reaching`; the first is not used."""
        return 0.0, self.same_year, self.years_near, self.few_years, self.far


def most_evidence(births: tuple[BirthRange, ...], *, places: bool) -> EvidenceBound:
    """Return the bounds for a subject with these births; `places`: it states a place of birth."""
    extra = PLACE_EQUAL if places else 0.0
    if not births:
        return EvidenceBound(extra, extra, extra, extra, extra)
    if len(births) > 1 or not is_exact(births[0]):
        loose = max(_widest(birth) for birth in births) + extra
        if asked_year(births) == 0:
            return EvidenceBound(extra, loose, loose, loose, loose)
        apart = weight(BIRTHS.apart, OTHERS.few), weight(BIRTHS.far, OTHERS.far)
        return EvidenceBound(extra, loose, extra, apart[0] + extra, apart[1] + extra)
    year = births[0].first.year
    whole = share_born(date(year, 1, 1), date(year, 12, 31))
    same = max(0.0, weight(BIRTHS.month_equal, whole / 12), weight(BIRTHS.year_equal, whole))
    return EvidenceBound(
        extra,
        same + extra,
        weight(BIRTHS.years_near, OTHERS.near) + extra,
        weight(BIRTHS.years_few, OTHERS.few) + extra,
        weight(BIRTHS.years_far, OTHERS.far) + extra,
    )


def asked_year(births: tuple[BirthRange, ...]) -> int:
    """Return the year that a subject's one date lies in, be it a day or an interval; 0: none, or several."""
    years = {year for birth in births for year in (birth.first.year, birth.last.year)}
    return years.pop() if len(births) == 1 and len(years) == 1 else 0


def _widest(birth: BirthRange) -> float:
    """Return the most that meeting an interval says: any date within it may be as narrow as a day."""
    if is_exact(birth):
        return BIRTH_MOST
    return max(0.0, weight(BIRTHS.within, share_born(birth.first, birth.last)))
