"""Limits of the matcher against names that are built to cost time; its weights stand in `weights.py`."""

from typing import Final

MAX_NAME_LENGTH: Final = 400  # characters read of one name
MAX_TOKENS: Final = 12  # words read of one name
MAX_NAMES: Final = 1_000  # names compared of one entry
TRUNCATION_LENGTH: Final = 28  # characters from which a name may have been cut (TD1 holds 30)

APPROXIMATE_YEARS: Final = 2  # "about 1980" reaches so far to both sides
