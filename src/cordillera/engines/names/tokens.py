"""The words of a list as arrays: every distinct word has a number, its letters, and a signature of them.

Words are only ever added, so a number stays valid while others ask. A signature has one bit for the first
and one for the second time a letter occurs; an edit changes at most one bit on either side, so two words
whose signatures differ in more bits than the edits allowed cannot be alike (`neighbours_kernel.py`).

>>> tokens = Tokens()
>>> tokens.add("velez"), tokens.add("velez"), tokens.add("john"), tokens.text(1)
(0, 0, 1, 'john')
"""

from typing import Final, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names.culture.marks import MARKS
from cordillera.engines.names.likeness import keys
from cordillera.engines.names.spelling import LONGEST, folded

_NAMED: Final = "n:"  # keys of words within a word
Kind = TypeVar("Kind", bound=np.generic)
_FIRST: Final = 1_024
_LETTERS: Final = 8  # letters of a word, on average, for the first allocation
_MOST_LETTERS: Final = 255
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
_SECOND: Final = len(_ALPHABET)
_DIGITS: Final = 2 * len(_ALPHABET)


class Letters(msgspec.Struct, frozen=True):
    """The words as they are at one moment: `count` words, their letters, signatures, and sounds.

    `folds` are the codes of `spelling.folded`, `built` is 1 for words that may hold a particle.
    """

    count: int
    starts: npt.NDArray[np.int64]
    letters: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.uint8]
    signatures: npt.NDArray[np.uint64]
    folds: npt.NDArray[np.uint8]
    fold_lengths: npt.NDArray[np.uint8]
    built: npt.NDArray[np.uint8]


class Tokens:
    """Words with their numbers. One thread adds at a time; any number may read."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._starts = np.zeros(_FIRST + 1, np.int64)
        self._letters = np.zeros(_FIRST * _LETTERS, np.uint8)
        self._lengths = np.zeros(_FIRST, np.uint8)
        self._signatures = np.zeros(_FIRST, np.uint64)
        self._folds = np.zeros((_FIRST, LONGEST), np.uint8)
        self._fold_lengths = np.zeros(_FIRST, np.uint8)
        self._built = np.zeros(_FIRST, np.uint8)

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
        self._starts = _with_room(self._starts, number + 2)
        self._lengths = _with_room(self._lengths, number + 1)
        self._signatures = _with_room(self._signatures, number + 1)
        self._letters = _with_room(self._letters, end)
        self._letters[start:end] = written
        self._starts[number + 1] = end
        self._lengths[number] = min(len(written), _MOST_LETTERS)
        self._signatures[number] = signature(bare)
        self._sounds(number, text)
        self._texts.append(text)
        self._numbers[text] = number
        return number

    def _sounds(self, number: int, text: str) -> None:
        codes = folded(text.rstrip(MARKS))
        self._folds = _with_room(self._folds, number + 1)
        self._fold_lengths = _with_room(self._fold_lengths, number + 1)
        self._built = _with_room(self._built, number + 1)
        self._folds[number, : len(codes)] = np.frombuffer(codes, np.uint8)
        self._fold_lengths[number] = len(codes)
        self._built[number] = is_built(text)

    def letters(self) -> Letters:
        """Return the arrays as they are now; what is added later lies behind `count`."""
        return Letters(
            len(self._texts),
            self._starts,
            self._letters,
            self._lengths,
            self._signatures,
            self._folds,
            self._fold_lengths,
            self._built,
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


def _with_room(array: npt.NDArray[Kind], needed: int) -> npt.NDArray[Kind]:
    if needed <= len(array):
        return array
    grown = np.zeros((max(needed, 2 * len(array)), *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
