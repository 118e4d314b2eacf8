"""The name field: primary and secondary identifier, truncation, and what may be said of a truncated name.

A field without a filler at its end may have lost letters or whole names (ICAO Doc 9303-4 clause 4.2.3, -5 and
-6 clause 4.2.2), so its words are compared as beginnings, in their order, never as whole names.

>>> read_names("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K")
NameField(surname='NILAVADHANANANDA', given_names='CHAYAPA DEJTHAMRONG K', truncated=True)
>>> names_agree(read_names("MUNXXOZ<<JOSE<<<<"), "Muñoz", "José")
True
>>> names_agree(read_names("MUNOZ<<JO"), "Muñoz", "José Luis")
True
>>> names_agree(read_names("MUNOZ<<JO<"), "Muñoz", "José")
False
"""

import re
from itertools import product
from typing import Final

import msgspec

from cordillera.engines.mrz.transliteration import mrz_variants

_FEW_VARIANTS: Final = 16


class NameField(msgspec.Struct, frozen=True):
    """Primary identifier (surname), secondary identifier (given names), whether letters may be missing."""

    surname: str
    given_names: str
    truncated: bool


def read_names(field: str) -> NameField:
    """Split a name field at its double filler; a name without one is all primary identifier."""
    surname, _, given = field.strip("<").partition("<<")
    return NameField(_words(surname), _words(given), not field.endswith("<"))


def has_further_part(field: str) -> bool:
    """Whether a second double filler stands among the names, which the standard does not know."""
    return "<<" in field.strip("<").partition("<<")[2]


def names_agree(field: NameField, surname: str, given_names: str) -> bool:
    """Whether the field can be this person's, in any form that the standard lets an issuer choose.

    1. Not truncated: both identifiers equal a permitted form of the names.
    2. Truncated: each word of the field begins the word at its place; words may be missing at an end.
    """
    forms = product(mrz_variants(surname, _FEW_VARIANTS), mrz_variants(given_names, _FEW_VARIANTS))
    told = (field.surname.split(), field.given_names.split())
    for primary, secondary in forms:
        whole = (primary.replace("<", " ").split(), secondary.replace("<", " ").split())
        if told == whole:
            return True
        if field.truncated and _begins(told[0], whole[0]) and _begins(told[1], whole[1]):
            return True
    return False


def _begins(told: list[str], whole: list[str]) -> bool:
    if len(told) > len(whole):
        return False
    return all(word.startswith(start) for start, word in zip(told, whole, strict=False))


def _words(text: str) -> str:
    return re.sub("<+", " ", text).strip()
