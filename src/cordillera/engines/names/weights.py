"""Every weight of the pair score, in 1/GRID bit: what agreement earns and disagreement costs.

Chosen on the development half of the shared names by `benchmarks/screening/fit.py` (logistic regression on
the features of `core.py`, rounded), the signs and the order by general knowledge. A match weight is a base-2
logarithm of odds: 1 bit doubles them.

>>> loss(FULL), loss(FULL // 2) == NEVER
(0, True)
"""

from functools import lru_cache
from itertools import pairwise
from typing import Final

from cordillera.engines.names.likeness import FULL
from cordillera.engines.names.roles import Role

GRID: Final = 1024  # contributions are multiples of 1/1024 bit

PAIR_THRESHOLD: Final = -0.8  # bits from which two names proposed as one are taken for one (docs/names.md)
LIST_THRESHOLD: Final = (
    4.25  # bits from which somebody is an alert on a list. Set from a budget: by name alone
)
# at most one in 1,000 travellers who are on no list (docs/names.md, "The two thresholds")

PRIOR: Final = -GRID // 2  # of a pair that somebody proposes to compare

LEAST_INFORMATION: Final = 2 * GRID
MOST_INFORMATION: Final = 12 * GRID
SHARE_OF_INFORMATION: Final = 320  # agreement earns this share (/GRID) of a word's information: words of a
# name do not vary independently, and what is compared was chosen for its likeness

NEVER: Final = 30 * GRID  # the loss of words that are not alike
_LOSS: Final = (  # likeness in percent: bits lost
    (100, 0.0),
    (97, 0.2),
    (95, 0.5),
    (92, 1.0),
    (90, 1.25),
    (87, 1.75),
    (84, 2.25),
    (80, 3.0),
    (75, 4.0),
    (68, 5.5),
)
SAVED: Final = 4 * GRID  # what a pair of words is better than two words without a partner
TOGETHER: Final = 6 * GRID  # what words tell together beyond it counts by half: parts of a name hang together
LEAST_GAIN: Final = -2 * GRID  # below it two words do not fit

INITIAL: Final = 0  # an initial fits a name
ROLE_MISMATCH: Final = -GRID // 4  # a given name fits a surname
CROSSED_SURNAMES: Final = -6 * GRID  # the paternal surname of one is the maternal of the other
GIVEN_NAMES_EXCHANGED: Final = -21 * GRID // 4  # José María, María José: neither first name fits
INVERSION: Final = -GRID // 2  # words out of order, beyond a turn of the whole name
CHAIN_INVERSION: Final = -8 * GRID  # the father's name and the grandfather's are exchanged
NO_GIVEN_NAME_FITS: Final = -13 * GRID // 4  # given names contradict and none fits: brothers and sisters
NO_SURNAME_FITS: Final = -GRID
SECOND_NAME_ONLY: Final = -2 * GRID  # first names are far apart, a second one fits: children of one father
ONE_WORD: Final = -2 * GRID  # only one word fits
NOTHING_FITS: Final = -8 * GRID  # no word fits: a date of birth in common is then chance, lists are long
ONE_OF_MANY: Final = -2 * GRID  # only one word fits of two names that both have more
NEAR_ALONE: Final = -3 * GRID  # a name of a single word must be spelt as it is
NEAR_BELOW: Final = 990  # likeness in 1/1024 below which a single word is not spelt alike
PATERNAL_MISSING: Final = -3 * GRID  # the maternal surname fits, the paternal one is not there
INITIAL_MISPLACED: Final = -2 * GRID  # an initial of a second name fits a first name

# both sides have a word that the other lacks
CONFLICT_FAMILY: Final = -3 * GRID
CONFLICT_GIVEN: Final = -17 * GRID // 4
CONFLICT_SECOND: Final = -17 * GRID // 4  # second given names: registries choose which one they keep
CONFLICT_OTHER: Final = -25 * GRID // 4
CONFLICT_INITIAL: Final = -13 * GRID // 4
CONFLICT_MATERNAL: Final = -21 * GRID // 4
CONFLICT_PATRONYMIC: Final = -25 * GRID // 4  # two fathers; endings in common hide that they are far apart
FAR_APART: Final = -9 * GRID // 4  # words that contradict each other are not even spelt alike
FAR_BELOW: Final = 512  # likeness in 1/1024 below which words are far apart
FAR_FROM: Final = -4 * GRID  # a score below this is not lowered further: nobody sees it

# only one side has the word
EXTRA: Final = {
    Role.UNKNOWN: -2 * GRID,
    Role.GIVEN: -GRID,
    Role.SECOND: -GRID // 8,
    Role.FAMILY: -GRID // 4,
    Role.MATERNAL: -GRID // 2,
    Role.PATRONYMIC: -GRID // 4,
    Role.CHAIN: -GRID // 4,
    Role.MARRIED: -GRID // 8,
    Role.KUNYA: -GRID // 2,
    Role.SURNAME: -GRID // 4,
}
EXTRA_INITIAL: Final = -GRID // 8
BOTH_HAVE_MORE: Final = -21 * GRID // 8  # each side has a word that the other lacks
SYLLABIC_LOSS: Final = 3  # a near spelling of a Chinese or Korean name loses more: it is another name


@lru_cache(maxsize=2048)
def loss(units: int) -> int:
    """Return the bits (in 1/GRID) that a likeness in 1/1024 loses against equality."""
    percent = 100.0 * units / FULL
    for (high, less), (low, more) in pairwise(_LOSS):
        if percent >= low:
            return round(GRID * (less + (more - less) * (high - percent) / (high - low)))
    return NEVER


LOSSES: Final = tuple(loss(units) for units in range(FULL + 1))
