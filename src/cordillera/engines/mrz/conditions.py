"""What must hold for a zone to be valid, numbered; the verdict of a zone is one bit for each.

The reference (core.py), the kernel (kernel.py), the reader and the tests carry the same numbers.

>>> codes(1 << Condition.COMPOSITE_CHECK - 1)
('mrz.check.composite',)
"""

from enum import IntEnum
from typing import Final

import msgspec


class Condition(IntEnum):
    """The conditions of ICAO Doc 9303-3 to -7 in the order in which they are tested.

    1  the lines have the number and width of one of the five formats
    2  every character is A to Z, 0 to 9 or the filler
    3  the document type is one that the format allows (passport P; card A, C, I; visa V)
    4  the issuing State or organization is in Doc 9303-3 section 5
    5  the name field begins with a letter and holds letters and fillers only
    6  a document number is there, and its check digit holds
    7  the nationality is in Doc 9303-3 section 5
    8  the check digit of the date of birth holds
    9  the date of birth is a day, or its unknown parts are "<<"
    10 sex is F, M, X or not stated
    11 the check digit of the date of expiry holds
    12 the date of expiry is a day, or its unknown parts are "<<"
    13 the check digit of a passport's optional data holds, or there are no data
    14 the composite check digit holds
    """

    LENGTH = 1
    CHARACTERS = 2
    DOCUMENT_TYPE = 3
    ISSUER = 4
    NAMES = 5
    NUMBER_CHECK = 6
    NATIONALITY = 7
    BIRTH_CHECK = 8
    BIRTH_DATE = 9
    SEX = 10
    EXPIRY_CHECK = 11
    EXPIRY_DATE = 12
    OPTIONAL_CHECK = 13
    COMPOSITE_CHECK = 14


CODES: Final = (
    "mrz.length",
    "mrz.characters",
    "mrz.document_type",
    "mrz.issuer",
    "mrz.names",
    "mrz.check.document_number",
    "mrz.nationality",
    "mrz.check.birth_date",
    "mrz.birth_date",
    "mrz.sex",
    "mrz.check.expiry_date",
    "mrz.expiry_date",
    "mrz.check.optional",
    "mrz.check.composite",
)


class Reason(msgspec.Struct, frozen=True):
    """A condition that does not hold: its number and its message id."""

    number: int
    code: str


def bit(condition: Condition) -> int:
    """The bit of a condition in a verdict."""
    return 1 << (condition - 1)


def reasons(verdict: int) -> tuple[Reason, ...]:
    """The conditions whose bits are set, in their order."""
    return tuple(Reason(number + 1, code) for number, code in enumerate(CODES) if verdict >> number & 1)


def codes(verdict: int) -> tuple[str, ...]:
    """The message ids of the conditions whose bits are set."""
    return tuple(reason.code for reason in reasons(verdict))
