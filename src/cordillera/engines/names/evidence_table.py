"""The table of the evidence: how often a finding is seen with the same person (m) and with others (u).

A finding is worth log2(m / u) bits (I. Fellegi and A. Sunter, A Theory for Record Linkage, 1969). Every
number that a person could dispute stands here, with its reasoning in docs/evidence.md. Bits are multiples
of 1/1024, a power of two, so a sum of terms is exact in every order.

>>> weight(0.5, 0.25)
1.0
>>> bits(0.3)
0.2998046875
"""

from math import log2
from typing import Final

import msgspec

GRID: Final = 1024
LEAST: Final = 1e-9
"""No finding is rarer than this: what looks rarer is explained by an error of the data."""


def bits(value: float) -> float:
    """Return the nearest multiple of 1/1024 bit."""
    return round(value * GRID) / GRID


def weight(m: float, u: float) -> float:
    """Return what a finding is worth in bits, given how often it is seen with the same and with others."""
    return bits(log2(max(m, LEAST) / max(u, LEAST)))


class Births(msgspec.Struct, frozen=True):
    """How often two dates of birth of one person relate so. The first ten share all pairs of exact dates."""

    equal: float = 0.902
    exchanged: float = 0.006
    year_off: float = 0.005
    digit_off: float = 0.02
    decade_off: float = 0.001
    month_equal: float = 0.004
    year_equal: float = 0.008
    years_near: float = 0.03
    years_few: float = 0.02
    years_far: float = 0.004
    within: float = 0.94
    beside: float = 0.035
    beside_approximate: float = 0.07
    apart: float = 0.02
    far: float = 0.004


class Others(msgspec.Struct, frozen=True):
    """How often two different people's years of birth lie so far apart."""

    near: float = 0.09
    few: float = 0.28
    far: float = 0.58


BIRTHS: Final = Births()
OTHERS: Final = Others()

NEAR_YEARS: Final = 2
FEW_YEARS: Final = 10
BIRTH_MOST: Final = 14.0
"""The most that one date may say: dates are copied with the name they belong to."""

# The share of listed people born in one year, by the first year of each period; ends at 2030.
BORN: Final = (
    (1850, 0.0001),
    (1900, 0.001),
    (1920, 0.003),
    (1930, 0.005),
    (1940, 0.009),
    (1950, 0.015),
    (1960, 0.019),
    (1970, 0.019),
    (1980, 0.015),
    (1990, 0.008),
    (2000, 0.003),
    (2010, 0.001),
    (2020, 0.0005),
    (2030, 0.0),
)
RAREST_YEAR: Final = 0.002
"""Nobody's year of birth counts as rarer than this, however old or young they are."""

# Documents. Bits of agreement are what the digits can tell, less what is common to all numbers in use.
DOCUMENT_CHECKED: Final = 22.0
DOCUMENT_EQUAL: Final = 20.0
DOCUMENT_UNPLACED: Final = 15.0
DOCUMENT_OTHER_KIND: Final = 5.0
DOCUMENT_OTHER_ISSUER: Final = 3.0
DOCUMENT_SHARED_ROOT: Final = 6.0
DOCUMENT_NEAR_DOUBTFUL: Final = 5.0
DOCUMENT_NEAR: Final = 1.5
RENEWED_DIFFERS: Final = -0.75
NUMBER_DIFFERS_DOUBTFUL: Final = -1.5
NUMBER_DIFFERS_UNCHECKED: Final = -3.0
NUMBER_DIFFERS: Final = -6.0
NOT_RANDOM: Final = 6.0
"""Bits of a number that all numbers of its kind share: ranges in use, leading digits, years."""
SHORTEST: Final = 5
"""A number with fewer letters and digits says nothing."""

# Places of birth: a share of people comes from the same large town, and places are written loosely.
PLACE_EQUAL: Final = 4.0
PLACE_LARGE: Final = 2.0
PLACE_REGION: Final = 0.5
PLACE_OTHER_TOWN: Final = -1.0
PLACE_OTHER_COUNTRY: Final = -1.5

MOST_FACTS: Final = 40
"""Dates, documents and places of one side that are compared: what costs time is bounded."""

# Completeness: the share of what could confirm or refute that each kind of fact carries.
COMPLETE_BIRTH: Final = 0.45
COMPLETE_DOCUMENT: Final = 0.4
COMPLETE_PLACE: Final = 0.15
