"""How alike two normalised words are, and why: the table of reasons, and the judgement of one pair.

Conditions, the first that holds decides:
1. equal words; 2. words of one letter, numbers, and words without a common key or enough common letters are
different; 3. a familiar or abbreviated form of the same name; 4. known forms of one name: a spelling, or a
translation; 5. the same sound in Latin American Spanish; 6. a word that a machine-readable line may have cut
(written `word~`) and a longer one; 6a. a word of a script without short vowels (`word_`) and one with the
same consonants; 7. one word holds the particle that the other writes apart; 8. compounds
with Abd are as alike as what follows, and Abd may be left out; 8a. patronymics, as the fathers' names; 9. the
endings of a man's and a woman's surname; 10. spelling.

`keys(word)`: two words are alike only if they share a key or are near in letters (`NEAR_LETTERS`), so an
index that looks up both finds every neighbour.

>>> word_likeness("jhon", "john").reason, word_likeness("paco", "francisco").reason
('names.word_other_spelling', 'names.word_short_form')
>>> word_likeness("ana", "eva").value
0.0
"""

from enum import IntEnum
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np
from rapidfuzz.distance import OSA

from cordillera.engines.names.culture.chains import compound_stem
from cordillera.engines.names.culture.common import is_common, is_given
from cordillera.engines.names.culture.marks import CUT, MARKS, VOWELLESS
from cordillera.engines.names.culture.nicknames import names_for
from cordillera.engines.names.culture.patronymics import fathers_of, patronymic_stem
from cordillera.engines.names.culture.variants import is_romanisation, names_by_consonants, names_of
from cordillera.engines.names.phonetic import sound
from cordillera.engines.names.spelling import UNIT, folded, skeleton
from cordillera.engines.names.spelling_kernel import apart

FULL: Final = 1024  # likeness is counted in 1/1024
CUT_MARK: Final = CUT
NEAR_LETTERS: Final = 0.65

LEAST: Final = 700  # below it two words are different words
LEAST_SHORT: Final = 780  # the same, for words of at most three letters
SHORT: Final = 3
_OTHER_SPELLING: Final = 995
_SOUND: Final = 985
_TRANSLATED: Final = 940
_FAMILIAR: Final = 945
NEARLY_SURE: Final = 940
_CONSONANTS: Final = 860
_TWO_CONSONANTS: Final = 800
LOST_PACKED: Final = 20  # less than the likeness of what remains
_SERVANT_LEFT_OUT: Final = 900  # Abd al-Hamid, called Hamid
GENDER: Final = 985
TWO_NAMES: Final = 0.84  # both are common names of their own
_SMALLEST_STEM: Final = 4
_NO_MARKS: Final = str.maketrans("", "", MARKS)
MRZ_MARK: Final = "xx"


class Reason(IntEnum):
    """Why two words are alike; the number is the code of the kernel, the name that of the message."""

    DIFFERENT = 0
    EQUAL = 1
    SHORT_FORM = 2
    OTHER_SPELLING = 3
    TRANSLATED = 4
    SOUNDS_ALIKE = 5
    CUT_SHORT = 6
    PACKED = 7
    COMPOUND = 8
    GENDER_ENDING = 9
    NEAR = 10
    INITIAL = 11
    JOINED = 12
    WITHOUT_VOWELS = 13

    @property
    def message(self) -> str:
        """The message id of the reason."""
        return _MESSAGES[self]


_MESSAGES: Final = tuple(f"names.word_{reason.name.lower()}" for reason in Reason)


class WordLikeness(msgspec.Struct, frozen=True, gc=False):
    """Likeness of two words in 1/1024, and its reason; 0: different words."""

    units: int
    code: Reason

    @property
    def value(self) -> float:
        """Likeness in [0, 1]."""
        return self.units / FULL

    @property
    def reason(self) -> str:
        """The message id of the reason."""
        return _MESSAGES[self.code]


EQUAL: Final = WordLikeness(FULL, Reason.EQUAL)
DIFFERENT: Final = WordLikeness(0, Reason.DIFFERENT)
_PARTICLES: Final = (
    "delos delas della dela del de dos das da di do las los la le van von der den ter el al as san ur ul ibn "
    "bin ben"
)
_PREFIXES: Final = tuple(_PARTICLES.split())
_SYLLABLES: Final = ("sangh", "doh")  # Korean: Sang-hun, Do-hyeon
_VOWELS: Final = frozenset("aeiouy")
ENDINGS: Final = (
    ("ova", "ov"), ("eva", "ev"), ("ina", "in"), ("skaya", "sky"), ("skaya", "skiy"), ("skaia", "skii"),
    ("ska", "ski"), ("aya", "y"),
    ("ova", "off"), ("poulou", "poulos"), ("ou", "os"),
    ("ova", ""), ("aite", "as"), ("iene", "as"), ("aia", "iy"), ("aya", "iy"), ("ava", "ou"), ("ava", "av"),
)  # fmt: skip


@lru_cache(maxsize=524_288)
def word_likeness(left: str, right: str) -> WordLikeness:
    """Return how alike two normalised words are (symmetric)."""
    if left == right:
        return EQUAL
    if left > right:
        return word_likeness(right, left)
    if CUT_MARK in left or CUT_MARK in right:
        return _cut(left, right)
    if VOWELLESS in left or VOWELLESS in right:
        return _vowelless(left, right)
    if min(len(left), len(right)) < 2 or left.isdigit() or right.isdigit() or not _may_be_alike(left, right):
        return DIFFERENT
    return _known(left, right) or _built(left, right) or _spelt(left, right)


@lru_cache(maxsize=524_288)
def keys(word: str) -> frozenset[str]:
    """Return what a word may share with words that are alike without being near in letters."""
    whole = word.translate(_NO_MARKS)
    found = {f"n:{name}" for name in (whole, *names_for(whole))}
    for stem in {whole, *word_stems(whole)}:
        found |= {f"g:{number}" for number in names_of(stem) | names_by_consonants(_bones_if(word, stem))} | {
            f"n:{stem}"
        }
        if can_be_heard(stem):
            found.add(f"s:{sound(stem)}")
        bones = skeleton(stem)
        if len(bones) > 1:
            found.add(f"k:{bones}")
    return frozenset(found)


def _bones_if(word: str, stem: str) -> str:
    return skeleton(stem) if VOWELLESS in word else ""


def can_be_heard(word: str) -> bool:
    """Tell words with vowels: Arabic and Hebrew letters turned to ASCII often have none."""
    return len(word) >= SHORT and not _VOWELS.isdisjoint(word)


def _may_be_alike(left: str, right: str) -> bool:
    return OSA.normalized_similarity(left, right) >= NEAR_LETTERS or not keys(left).isdisjoint(keys(right))


def _known(left: str, right: str) -> WordLikeness | None:
    """Conditions 3 to 5: what tables of culture and the Spanish ear know."""
    first, second = names_for(left), names_for(right)
    if right in first or left in second or not set(first).isdisjoint(second):
        return WordLikeness(_FAMILIAR, Reason.SHORT_FORM)
    if not names_of(left).isdisjoint(names_of(right)):
        if (
            is_romanisation(left, right)
            or OSA.normalized_similarity(left, right) >= NEAR_LETTERS
            or skeleton(left) == skeleton(right)
        ):
            return WordLikeness(_OTHER_SPELLING, Reason.OTHER_SPELLING)
        return WordLikeness(_TRANSLATED, Reason.TRANSLATED)
    if can_be_heard(left) and can_be_heard(right) and sound(left) == sound(right):
        return WordLikeness(_SOUND, Reason.SOUNDS_ALIKE)
    return None


def _cut(left: str, right: str) -> WordLikeness:
    """Condition 6: a word cut at the end of a line fits every word that it begins."""
    bare, other = left.replace(CUT_MARK, ""), right.replace(CUT_MARK, "")
    if bare == other:
        return EQUAL
    short, long = (bare, other) if CUT_MARK in left and len(bare) < len(other) else (other, bare)
    begins = long.startswith(short) and len(short) >= SHORT
    whole = word_likeness(bare, other)
    if begins and whole.units < NEARLY_SURE:
        return WordLikeness(NEARLY_SURE, Reason.CUT_SHORT)
    return whole


def _vowelless(left: str, right: str) -> WordLikeness:
    """Condition 6a: a word from a script without short vowels (`word_`) fits its consonants."""
    bare, other = left.replace(VOWELLESS, ""), right.replace(VOWELLESS, "")
    whole = word_likeness(bare, other)
    bones = skeleton(bare)
    if whole.units < _TRANSLATED and not _names_without_vowels(left).isdisjoint(_names_without_vowels(right)):
        return WordLikeness(_TRANSLATED, Reason.TRANSLATED)
    if (left == bare) != (right == other) and len(bones) > 1 and bones == skeleton(other):
        units = _CONSONANTS if len(bones) > 2 else _TWO_CONSONANTS
        if units > whole.units:
            return WordLikeness(units, Reason.WITHOUT_VOWELS)
    return whole


def _names_without_vowels(word: str) -> frozenset[int]:
    bare = word.replace(VOWELLESS, "")
    return names_of(bare) | (names_by_consonants(skeleton(bare)) if bare != word else frozenset())


def _built(left: str, right: str) -> WordLikeness | None:
    """Conditions 7 to 9: words made of parts."""
    servants = compound_stem(left), compound_stem(right)
    if servants[0] and servants[1]:
        inner = (
            _known(*sorted(servants)) or _spelt(*sorted(servants)) if servants[0] != servants[1] else EQUAL
        )
        return WordLikeness(inner.units, Reason.COMPOUND) if inner.units else DIFFERENT
    if any(servants):
        stem, whole = (servants[0], right) if servants[0] else (servants[1], left)
        if _inner(stem, whole) >= NEARLY_SURE:
            return WordLikeness(_SERVANT_LEFT_OUT, Reason.COMPOUND)
    fathers = patronymic_stem(left), patronymic_stem(right)
    if fathers[0][0] and fathers[0][1] == fathers[1][1]:
        return _fathers_alike(fathers[0][0], fathers[1][0])
    packed = [_rest_alike(stem, right) for stem in without_particle(left)] + [
        _rest_alike(stem, left) for stem in without_particle(right)
    ]
    best = max(packed, default=0)
    if best:
        return WordLikeness(best - LOST_PACKED, Reason.PACKED)
    return WordLikeness(GENDER, Reason.GENDER_ENDING) if _same_but_gender(left, right) else None


def _fathers_alike(left: str, right: str) -> WordLikeness:
    """Return the likeness of two patronymics of one sex: that of the fathers' names."""
    units = max(_inner(one, other) for one in fathers_of(left) for other in fathers_of(right))
    return WordLikeness(min(_OTHER_SPELLING, units), Reason.OTHER_SPELLING) if units else DIFFERENT


def _inner(one: str, other: str) -> int:
    if one == other:
        return FULL
    found = _known(*sorted((one, other))) or _spelt(*sorted((one, other)))
    return 0 if found.code is Reason.SHORT_FORM else found.units


def _rest_alike(stem: str, other: str) -> int:
    """Return the likeness of a word without its particle and another, when it is nearly sure; else 0."""
    units = _inner(stem, other)
    return units if units >= NEARLY_SURE else 0


@lru_cache(maxsize=65_536)
def without_particle(word: str) -> tuple[str, ...]:
    """Return what a word may be without its particle, or without the XX of a machine-readable line."""
    stems = []
    # most words hold none: asked once for all, since lists hold many words
    if word.startswith(_PREFIXES) and not word.startswith(_SYLLABLES):
        stems = [word.removeprefix(particle) for particle in _PREFIXES if word.startswith(particle)]
    if MRZ_MARK in word:  # ICAO 9303-3, 6: n with tilde as N or NXX, u with diaeresis as UE or UXX
        stems += [word.replace(MRZ_MARK, ""), word.replace(MRZ_MARK, "n")]
    return tuple(stem for stem in stems if len(stem) >= _SMALLEST_STEM)


def word_stems(word: str) -> list[str]:
    """Return the words that a word is made of: without a particle, after Abd, a father's name."""
    servant, father = compound_stem(word), patronymic_stem(word)[0]
    return [*without_particle(word), *([servant] if servant else []), *(fathers_of(father) if father else ())]


def _same_but_gender(left: str, right: str) -> bool:
    """Tell a man's and a woman's form of one surname; given names so alike are two (Valentin, Valentina)."""
    if left[:SHORT] != right[:SHORT]:  # the stem: most words are told apart by it
        return False
    for woman, man in ENDINGS:
        if woman == "ina" and (is_given(left) or is_given(right)):
            continue
        for one, other in ((left, right), (right, left)):
            stem = one.removesuffix(woman)
            if stem != one and len(stem) >= SHORT and other == stem + man:
                return True
    return False


def _spelt(left: str, right: str) -> WordLikeness:
    """Condition 10: the share of the longer word that the difference in spelling leaves."""
    longest = max(len(folded(left)), len(folded(right)))
    if not longest:
        return DIFFERENT
    units = FULL - FULL * _distance(left, right) // (UNIT * longest)
    return near_by_sounds(left, right, units)


def judged(left: str, right: str, units: int) -> WordLikeness:
    """Return conditions 3 to 10 for two words in order of letters, given the raw likeness of their sounds."""
    return _known(left, right) or _built(left, right) or near_by_sounds(left, right, units)


def near_by_sounds(left: str, right: str, units: int) -> WordLikeness:
    """Return the likeness of two words whose sounds are this alike (1/1024), when nothing else joins them."""
    if _two_names(left, right):
        units = int(units * TWO_NAMES)
    least = LEAST_SHORT if min(len(left), len(right)) <= SHORT else LEAST
    return WordLikeness(min(units, FULL - 8), Reason.NEAR) if units >= least else DIFFERENT


def _distance(left: str, right: str) -> int:
    """Return `spelling.distance`, compiled."""
    return int(apart(np.frombuffer(folded(left), np.uint8), np.frombuffer(folded(right), np.uint8)))


def _two_names(left: str, right: str) -> bool:
    """Tell two names of their own: both common, or told apart by the last letter (Antonio, Antonia)."""
    if is_common(left) and is_common(right):
        return True
    if len(left) == len(right):
        return left[:-1] == right[:-1] and {left[-1], right[-1]} == {"a", "o"}
    short, long = sorted((left, right), key=len)
    return long == short + "a" and is_common(short)
