"""The words of a list as arrays: every distinct word has a number, its letters, and a signature of them.

Words are only ever added, so a number stays valid while others ask. A signature has one bit for the first
and one for the second time a letter occurs; an edit changes at most one bit on either side, so two words
whose signatures differ in more bits than the edits allowed cannot be alike (`neighbourhood_kernel.py`).

>>> tokens = Tokens()
>>> tokens.add("velez"), tokens.add("velez"), tokens.add("john"), tokens.text(1)
(0, 0, 1, 'john')
"""

from typing import Final, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names.core import initial_of
from cordillera.engines.names.culture.common import is_common
from cordillera.engines.names.culture.marks import MARKS
from cordillera.engines.names.frames import frame
from cordillera.engines.names.likeness import MRZ_MARK, keys, without_particle, word_stems
from cordillera.engines.names.screen_arrays import MARKED, still
from cordillera.engines.names.spelling import LONGEST, folded

_NAMED: Final = "n:"  # keys of words within a word
Kind = TypeVar("Kind", bound=np.generic)
_FIRST: Final = 1_024
_LETTERS: Final = 8  # letters of a word, on average, for the first allocation
_MOST_LETTERS: Final = 255
_BYTE: Final = 256
STEMS: Final = 3  # of a word, at most
STEM_SOUNDS: Final = 3  # where the sounds of a stem begin
STEM: Final = STEM_SOUNDS + LONGEST
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
_SECOND: Final = len(_ALPHABET)
_DIGITS: Final = 2 * len(_ALPHABET)
_TOLD: Final = 7  # what one byte tells of a word


class Letters(msgspec.Struct, frozen=True):
    """The words as they are at one moment: `count` words, their letters, signatures, and sounds.

    `folds` are the codes of `spelling.folded`, `built` is 1 for words that may hold a particle, `odd` for
    these and others that sounds alone do not judge, `common` for common names, `single` for initials
    (MARKED: a word with a mark);
    `initials` are the classes of first letters, `frames` those of the consonants (`frames.py`), `stems` what
    is left of a word without its particle (`stems_of`).
    """

    count: int
    starts: npt.NDArray[np.int64]
    letters: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.uint8]
    signatures: npt.NDArray[np.uint64]
    folds: npt.NDArray[np.uint8]
    fold_lengths: npt.NDArray[np.uint8]
    built: npt.NDArray[np.uint8]
    odd: npt.NDArray[np.uint8]
    common: npt.NDArray[np.uint8]
    single: npt.NDArray[np.uint8]
    initials: npt.NDArray[np.uint8]
    frames: npt.NDArray[np.int32]
    stems: npt.NDArray[np.uint8]


class Tokens:
    """Words with their numbers. One thread adds at a time; any number may read."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._starts = np.zeros(_FIRST + 1, np.int64)
        self._letters = np.zeros(_FIRST * _LETTERS, np.uint8)
        self._signatures = np.zeros(_FIRST, np.uint64)
        self._folds = np.zeros((_FIRST, LONGEST), np.uint8)
        self._told = np.zeros((_TOLD, _FIRST), np.uint8)
        self._frames = np.zeros(_FIRST, np.int32)
        self._stems = np.zeros((_FIRST, STEMS, STEM), np.uint8)
        self.told = np.empty(0, np.int32)  # the information of each word, in 1/GRID bit

    def __len__(self) -> int:
        return len(self._texts)

    def number(self, text: str) -> int:
        """Return the number of a word, or -1."""
        return self._numbers.get(text, -1)

    def text(self, number: int) -> str:
        """Return the word of a number."""
        return self._texts[number]

    def words(self) -> list[str]:
        """Return all words, in order of their numbers."""
        return list(self._texts)

    def add(self, text: str) -> int:
        """Return the number of a word, giving it one when it is new."""
        known = self._numbers.get(text)
        if known is not None:
            return known
        number = len(self._texts)
        bare = text.rstrip(MARKS)
        written = np.frombuffer(bare.encode("ascii", "replace"), np.uint8)
        start = int(self._starts[number])
        end = start + len(written)
        self._make_room(number + 1, end)
        self._letters[start:end] = written
        self._starts[number + 1] = end
        self._signatures[number] = signature(bare)
        self._frames[number] = frame(text)
        self._tell(number, text, bare)
        self._texts.append(text)
        self._numbers[text] = number
        return number

    def _make_room(self, words: int, letters: int) -> None:
        self._starts = _with_room(self._starts, words + 1)
        self._letters = _with_room(self._letters, letters)
        self._signatures = _with_room(self._signatures, words)
        self._folds = _with_room(self._folds, words)
        self._frames = _with_room(self._frames, words)
        self._stems = _with_room(self._stems, words)
        if words > self._told.shape[1]:
            self._told = np.hstack([self._told, np.zeros_like(self._told)])

    def _tell(self, number: int, text: str, bare: str) -> None:
        codes = folded(bare)
        self._folds[number, : len(codes)] = np.frombuffer(codes, np.uint8)
        self._stems[number] = stems_of(text)
        self._told[:, number] = (
            min(len(bare), _MOST_LETTERS),
            len(codes),
            is_built(text),
            is_odd(text),
            is_common(text),
            MARKED if text != bare else len(text) == 1,
            initial_class(text),
        )

    def letters(self) -> Letters:
        """Return the arrays as they are now; what is added later lies behind `count`."""
        lengths, fold_lengths, built, odd, common, single, initials = still(self._told)
        return Letters(
            len(self._texts),
            still(self._starts),
            still(self._letters),
            lengths,
            still(self._signatures),
            still(self._folds),
            fold_lengths,
            built,
            odd,
            common,
            single,
            initials,
            still(self._frames),
            still(self._stems),
        )


def signature(text: str) -> np.uint64:
    """Return the bits of a word: which letters occur, which occur twice, which digits."""
    bits = 0
    for sign in text:
        place = _ALPHABET.find(sign)
        if place < 0:
            bits |= 1 << (_DIGITS + int(sign) if sign.isdigit() else 63)
        elif bits >> place & 1:
            bits |= 1 << (_SECOND + place)
        else:
            bits |= 1 << place
    return np.uint64(bits)


def is_built(text: str) -> bool:
    """Tell words that hold another, stand for one or bear a mark: more than sounds judges them."""
    return text[-1:] in MARKS or sum(key.startswith(_NAMED) for key in keys(text)) > 1


def is_odd(text: str) -> bool:
    """Tell words that sounds and stems alone do not judge, whatever they are compared with."""
    return (
        text[-1:] in MARKS
        or len(text) == 1
        or text.isdigit()
        or not text.isascii()
        or MRZ_MARK in text
        or len(word_stems(text)) > min(STEMS, len(without_particle(text)))
    )


def stems_of(text: str) -> npt.NDArray[np.uint8]:
    """Return up to STEMS rows: letters left out, a common name or not, how many sounds, the sounds."""
    rows = np.zeros((STEMS, STEM), np.uint8)
    for row, stem in zip(rows, () if MRZ_MARK in text else without_particle(text), strict=False):
        sounds = folded(stem)
        row[:STEM_SOUNDS] = (len(text) - len(stem), is_common(stem), len(sounds))
        row[STEM_SOUNDS : STEM_SOUNDS + len(sounds)] = np.frombuffer(sounds, np.uint8)
    return rows


def initial_class(text: str) -> int:
    """Return the class of the first letter as a number; 0 for letters beyond the table."""
    return ord(initial_of(text)) % _BYTE


def _with_room(array: npt.NDArray[Kind], needed: int) -> npt.NDArray[Kind]:
    if needed <= len(array):
        return array
    grown = np.zeros((max(needed, 2 * len(array)), *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
