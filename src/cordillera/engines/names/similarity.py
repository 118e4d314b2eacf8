"""How alike two normalised words are, and why: equal, sounding alike, a short form, or near in spelling.

The distance is optimal string alignment (rapidfuzz); two exchanged neighbours cost less than two edits.

>>> word_similarity("john", "john").reason
'names.word_equal'
>>> word_similarity("jhon", "john").reason
'names.word_sounds_alike'
>>> word_similarity("hussain", "husein").value > 0.7
True
>>> word_similarity("ana", "eva").value
0.0
"""

from typing import Final

import msgspec
from rapidfuzz.distance import OSA, Levenshtein

from cordillera.engines.names.constants import (
    MIN_SIMILARITY,
    OTHER_ENDING_SIMILARITY,
    PREFIX_SIMILARITY,
    SHORT_FORM_SIMILARITY,
    SOUND_SIMILARITY,
    SPELLING_SLOPE,
    TRANSPOSITION_COST,
)
from cordillera.engines.names.phonetic import sound
from cordillera.engines.names.romanisation import same_name
from cordillera.engines.names.words import SHORT_FORMS

_MIN_SOUND: Final = 3
_MIN_PREFIX: Final = 3
_VOWELS: Final = frozenset("aeiou")


class Likeness(msgspec.Struct, frozen=True):
    """Similarity in [0, 1] of two words, with the message id of its reason. 0.0: different words."""

    value: float
    reason: str


EQUAL: Final = Likeness(1.0, "names.word_equal")
DIFFERENT: Final = Likeness(0.0, "names.word_different")
_SOUND: Final = Likeness(SOUND_SIMILARITY, "names.word_sounds_alike")
_ROMANISED: Final = Likeness(SOUND_SIMILARITY, "names.word_romanised_otherwise")
_SHORT: Final = Likeness(SHORT_FORM_SIMILARITY, "names.word_short_form")
_PREFIX: Final = Likeness(PREFIX_SIMILARITY, "names.word_cut_short")


def word_similarity(left: str, right: str) -> Likeness:
    """Return how alike two normalised words are (symmetric)."""
    if left == right:
        return EQUAL
    if _one_is_short_form(left, right):
        return _SHORT
    if same_name(left, right):
        return _ROMANISED
    if _can_be_heard(left) and _can_be_heard(right) and sound(left) == sound(right):
        return _SOUND
    return _spelling(left, right)


def cut_similarity(cut: str, whole: str) -> Likeness:
    """Return how alike a possibly truncated word and a whole word are."""
    if len(cut) >= _MIN_PREFIX and len(whole) > len(cut) and whole.startswith(cut):
        return _PREFIX
    return word_similarity(cut, whole)


def agreement(similarity: float) -> float:
    """Return the share of a word's weight that this similarity earns: it falls faster than similarity."""
    return max(0.0, 1.0 - SPELLING_SLOPE * (1.0 - similarity))


def _spelling(left: str, right: str) -> Likeness:
    longest = max(len(left), len(right))
    edits = OSA.distance(left, right)
    exchanged = Levenshtein.distance(left, right) - edits
    value = 1.0 - (edits - exchanged * (1.0 - TRANSPOSITION_COST)) / longest
    if _differ_in_ending(left, right):
        value = min(value, OTHER_ENDING_SIMILARITY)
    return Likeness(value, "names.word_near") if value >= MIN_SIMILARITY else DIFFERENT


def _can_be_heard(word: str) -> bool:
    """Tell words with vowels: Arabic and Hebrew letters turned to ASCII have none and do not sound."""
    return len(word) >= _MIN_SOUND and not _VOWELS.isdisjoint(word)


def _differ_in_ending(left: str, right: str) -> bool:
    """Tell names that a last letter turns into another name: Antonio and Antonia, Daniel and Daniela."""
    if len(left) == len(right):
        return left[:-1] == right[:-1] and {left[-1], right[-1]} == {"a", "o"}
    short, long = sorted((left, right), key=len)
    return long == short + "a"


def _one_is_short_form(left: str, right: str) -> bool:
    return SHORT_FORMS.get(left) == right or SHORT_FORMS.get(right) == left
