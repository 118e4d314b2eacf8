"""Every number of the matcher, in one place, with what it means.

The numbers were chosen on one half of the shared names (docs/screening.md tells the measure on the other
half). Contributions are in units of the score, which lies in [0, 1]. All contributions are multiples of
`GRID`, a power of two, so a sum of terms is exact in binary floating point, in every order.
"""

from typing import Final

GRID: Final = 4096  # contributions are multiples of 1/4096

ALERT_THRESHOLD: Final = 0.80  # a candidate at or above it is shown to an officer

# limits against names that are built to cost time
MAX_NAME_LENGTH: Final = 400  # characters read of one name
MAX_TOKENS: Final = 12  # words read of one name
MAX_NAMES: Final = 1_000  # names compared of one entry

# spelling
MIN_SIMILARITY: Final = 0.70  # below it two words are different words
SPELLING_SLOPE: Final = 1.6  # how much faster agreement falls than similarity
SOUND_SIMILARITY: Final = 0.95  # Jhon and John, Vélez and Belez
SHORT_FORM_SIMILARITY: Final = 0.93  # Fco. and Francisco
PREFIX_SIMILARITY: Final = 0.93  # a name cut at the end of a machine-readable line
OTHER_ENDING_SIMILARITY: Final = 0.75  # Antonio and Antonia are two names
TRANSPOSITION_COST: Final = 0.6  # two neighbouring letters exchanged; any other edit costs 1
TRUNCATION_LENGTH: Final = 28  # characters from which a name may have been cut (TD1 holds 30)

# words without a partner on the other side, as a share of their weight
LIGHT_WEIGHT: Final = 0.12  # particles, titles and initials weigh this share of a name
EXTRA_WORD: Final = 0.26  # only one side has more words
MATERNAL_DROPPED: Final = 0.06  # the second surname is missing on one side
CONFLICT: Final = 1.0  # both sides have words that the other lacks

# adjustments after the words
COMMON_BELOW: Final = 1.10  # matched information (in words of full weight) that is too little alone
COMMON_SLOPE: Final = 0.30
SURNAMES_SWAPPED: Final = -0.15
PARTS_EXCHANGED: Final = -0.06
PART_CONTRADICTS: Final = -0.12  # no given name fits, or no surname does
WEAK_ALIAS: Final = -0.25
TOGETHER_MIN: Final = 0.88  # names compared without spaces
TOGETHER_SLOPE: Final = 1.6

# date of birth
BIRTH_EXACT: Final = 0.12
BIRTH_FLIPPED: Final = 0.06
BIRTH_WITHIN: Final = 0.05
BIRTH_DEFAULT_DAY: Final = 0.04
BIRTH_NEAR: Final = 0.0
BIRTH_SAME_YEAR: Final = -0.08
BIRTH_FEW_YEARS: Final = -0.12
BIRTH_OTHER: Final = -0.25
BIRTH_FAR: Final = -0.35
FEW_YEARS: Final = 2
FAR_YEARS: Final = 10
APPROXIMATE_YEARS: Final = 2

# documents
DOCUMENT_EQUAL: Final = 0.85
DOCUMENT_OTHER_ISSUER: Final = 0.20
MIN_DOCUMENT_LENGTH: Final = 5
