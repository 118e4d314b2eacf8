"""The weights of the rules for organisations, vessels and addresses, in bits (docs/evidence.md).

>>> WEIGHTS[SubjectKind.VESSEL].number_differs < WEIGHTS[SubjectKind.VESSEL].number_one_side < 0
True
"""

from typing import Final

import msgspec

from cordillera.engines.names.model import SubjectKind


class KindWeights(msgspec.Struct, frozen=True):
    """What a kind adds to the pair score: its own prior, the whole name equal, numbers that do not agree."""

    prior: float
    whole: float
    number_differs: float
    number_one_side: float


WEIGHTS: Final = {
    SubjectKind.ORGANISATION: KindWeights(prior=0.0, whole=5.0, number_differs=-5.5, number_one_side=-4.5),
    SubjectKind.VESSEL: KindWeights(prior=1.0, whole=4.0, number_differs=-6.5, number_one_side=-1.5),
    SubjectKind.ADDRESS: KindWeights(prior=2.0, whole=3.0, number_differs=-8.0, number_one_side=-3.0),
}
NUMBER_EQUAL: Final = 1.5
"""Bits of each digit of a number in common, up to four digits."""
NUMBER_MOST: Final = 9.0
FORM_EQUAL: Final = 0.5
FORM_DIFFERS: Final = -2.0
PLACE_ONE_SIDE: Final = -4.0
PLACE_DIFFERS: Final = -3.0
COUNTRY_OF_ADDRESS: Final = -6.0
ACRONYM_BASE: Final = 4.0
ACRONYM_LETTER: Final = 4.0
LEAST_SHARE: Final = 0.1
WHOLE_WORD: Final = 11.0
"""Bits of a word that counts in full when it is missing or contradicts; less than it, in proportion."""

PRIOR: Final = -1.0
"""Of a pair that somebody proposes to compare."""
EARNED: Final = 0.32
"""The share of what a word tells that its agreement earns: words of a name hang together."""
LOSS: Final = 18.0
"""Bits lost for a likeness of 0, in proportion above it."""
SAVED: Final = 4.0
LEAST_GAIN: Final = -1.5
"""Below it two words do not fit."""
CONTRADICTS: Final = -5.75
EXTRA: Final = -1.25
ORDER: Final = -0.5
ORDER_MOST: Final = -1.5
ONE_WORD: Final = -1.25
EXTRA_SHARE: Final = 6
"""A word that only one side has counts a sixth in the similarity."""
