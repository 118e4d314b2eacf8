"""How alike words are that no table joins: `likeness.near_by_sounds` and the endings of surnames, compiled.

The readable reference is `likeness.word_likeness`; a test compares both over a vocabulary.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cordillera.engines.names import likeness
from cordillera.engines.names.spelling import LONGEST, UNIT
from cordillera.engines.names.spelling_kernel import ROWS, apart_in
from cordillera.engines.names.tokens import STEM_SOUNDS, STEMS
from cordillera.foundation.kernels import kernel

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
_A: Final = ord("a")
_O: Final = ord("o")
_LEAST: Final = likeness.LEAST
_LEAST_SHORT: Final = likeness.LEAST_SHORT
_SHORT: Final = likeness.SHORT
_NEAREST: Final = likeness.FULL - 8
_TWO_NAMES: Final = likeness.TWO_NAMES
_GENDER: Final = likeness.GENDER
_FULL: Final = likeness.FULL
_LOST: Final = likeness.LOST_PACKED
_SURE: Final = likeness.NEARLY_SURE
_UNIT: Final = UNIT
_STEMS: Final = STEMS
_SOUNDS: Final = STEM_SOUNDS
PACKED: Final = 1 << 12
_ENDINGS: Final = len(likeness.ENDINGS)
_LONGEST_ENDING: Final = max(len(one) for pair in likeness.ENDINGS for one in pair)


def _endings() -> tuple[Bytes, Bytes]:
    """Return the endings of women's and men's surnames as letters, and their lengths."""
    letters = np.zeros((_ENDINGS, 2, _LONGEST_ENDING), np.uint8)
    lengths = np.zeros((_ENDINGS, 2), np.uint8)
    for number, pair in enumerate(likeness.ENDINGS):
        for which, text in enumerate(pair):
            letters[number, which, : len(text)] = np.frombuffer(text.encode(), np.uint8)
            lengths[number, which] = len(text)
    return letters, lengths


_ENDING_LETTERS, _ENDING_LENGTHS = _endings()


class Own(NamedTuple):
    """The word asked for: letters, sounds, stems (`tokens.stems_of`), and whether it is a common name."""

    letters: Bytes
    sounds: Bytes
    stems: Bytes
    common: bool


class Others(NamedTuple):
    """The words of a vocabulary (`tokens.Letters`)."""

    starts: npt.NDArray[np.int64]
    letters: Bytes
    common: Bytes
    folds: Bytes
    fold_lengths: Bytes
    stems: Bytes


@kernel
def near(own: Own, others: Others, numbers: Ints, alike: Ints) -> Ints:
    """Return the likeness of a word and of others whose sounds are `alike`; 0: different words.

    What only the ending for a man or a woman tells apart is negative; what only a particle, more by PACKED.
    """
    found = np.zeros(len(numbers), np.int32)
    room = np.zeros((ROWS, LONGEST + 1), np.int32)
    for at in range(len(numbers)):
        number = numbers[at]
        other = others.letters[others.starts[number] : others.starts[number + 1]]
        if own.stems[0, 0] or others.stems[number, 0, 0]:
            inner = packed(room, own, others, number)
            if inner:
                found[at] = PACKED + inner - _LOST
                continue
        same = in_common(own.letters, other)
        if same_but_gender(own.letters, other, same) or same_but_gender(other, own.letters, same):
            found[at] = -_GENDER
            continue
        units = alike[at]
        if two_names(own.letters, other, own.common, others.common[number] != 0):
            units = int(units * _TWO_NAMES)
        least = _LEAST_SHORT if min(len(own.letters), len(other)) <= _SHORT else _LEAST
        found[at] = min(units, _NEAREST) if units >= least else 0
    return found


@kernel
def packed(room: Ints, own: Own, others: Others, number: int) -> int:
    """Return the best likeness of one word without its particle and the other, when nearly sure; else 0."""
    other = others.letters[others.starts[number] : others.starts[number + 1]]
    best = 0
    for at in range(_STEMS):
        stem = own.stems[at]
        if stem[0]:
            sounds = others.folds[number, : others.fold_lengths[number]]
            best = max(
                best,
                rest_alike(room, own.letters[stem[0] :], stem, other, sounds, others.common[number] != 0),
            )
        stem = others.stems[number, at]
        if stem[0]:
            best = max(best, rest_alike(room, other[stem[0] :], stem, own.letters, own.sounds, own.common))
    return best


@kernel
def rest_alike(  # noqa: PLR0913 - arrays, not objects
    room: Ints,
    rest: Bytes,
    stem: Bytes,
    other: Bytes,
    sounds: Bytes,
    common: bool,  # noqa: FBT001 - compiled functions take no keywords
) -> int:
    """Return the likeness of a stem and a word by their sounds, when it is nearly sure; else 0."""
    own = stem[_SOUNDS : _SOUNDS + stem[2]]
    longest = max(len(own), len(sounds))
    if longest == 0 or two_names(rest, other, stem[1] != 0, common):
        return 0
    units = min(_FULL - _FULL * apart_in(room, own, sounds) // (_UNIT * longest), _NEAREST)
    return units if units >= _SURE else 0


@kernel
def two_names(own: Bytes, other: Bytes, own_common: bool, other_common: bool) -> bool:  # noqa: FBT001 - see near
    """Tell two names of their own: both common, or told apart by the last letter (Antonio, Antonia)."""
    if own_common and other_common:
        return True
    if len(own) == len(other):
        last = len(own) - 1
        ends = (own[last] == _A and other[last] == _O) or (own[last] == _O and other[last] == _A)
        return ends and begins(own, other, last)
    if len(own) < len(other):
        return own_common and longer_by_a(own, other)
    return other_common and longer_by_a(other, own)


@kernel
def longer_by_a(short: Bytes, long: Bytes) -> bool:
    """Tell a word that is another and an a."""
    return len(long) == len(short) + 1 and long[len(short)] == _A and begins(short, long, len(short))


@kernel
def begins(one: Bytes, other: Bytes, count: int) -> bool:
    """Tell whether the first letters of two words are the same."""
    for at in range(count):  # noqa: SIM110 - compiled code has no generators
        if one[at] != other[at]:
            return False
    return True


@kernel
def ends(word: Bytes, number: int, which: int) -> bool:
    """Tell whether a word has an ending."""
    size = _ENDING_LENGTHS[number, which]
    if len(word) < size:
        return False
    for at in range(size):  # noqa: SIM110 - as above
        if word[len(word) - size + at] != _ENDING_LETTERS[number, which, at]:
            return False
    return True


@kernel
def in_common(one: Bytes, other: Bytes) -> int:
    """Return how many letters two words begin with in common."""
    most = min(len(one), len(other))
    for at in range(most):
        if one[at] != other[at]:
            return at
    return most


@kernel
def same_but_gender(woman: Bytes, man: Bytes, same: int) -> bool:
    """Tell the surnames of a woman and a man of one family, the first `same` letters being the same."""
    if same < max(_SHORT, len(woman) - _LONGEST_ENDING, len(man) - _LONGEST_ENDING):
        return False
    for number in range(_ENDINGS):
        stem = len(woman) - _ENDING_LENGTHS[number, 0]
        if stem < _SHORT or stem > same or len(man) != stem + _ENDING_LENGTHS[number, 1]:
            continue
        if ends(woman, number, 0) and ends(man, number, 1):
            return True
    return False


# Compiled with cfc6b9c0681ff786
