"""Dates of birth as written, read as the interval in which they may lie.

An impossible or missing date is unknown. What two dates say in bits stands in `birth_weight`.

>>> read_birth("1980-05").last.isoformat(), read_birth("1981-02-31")
('1980-05-31', None)
"""

from cordillera.engines.names.birth_text import birth_around, birth_between, birth_of, read_births
from cordillera.engines.names.model import BirthRange, Precision

__all__ = ["birth_around", "birth_between", "birth_of", "read_birth", "read_births"]


def read_birth(text: str) -> BirthRange | None:
    """Return the interval in which a written date of birth lies; None when unknown or impossible.

    Of several dates, the interval from the first to the last; `read_births` keeps them apart.
    """
    births = read_births(text)
    if len(births) < 2:
        return births[0] if births else None
    first, last = min(birth.first for birth in births), max(birth.last for birth in births)
    return BirthRange(first, last, Precision.RANGE)
