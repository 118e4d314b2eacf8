"""The words of a vocabulary that are like a word, found once per distinct word and kept as arrays.

A word's neighbourhood is found per vocabulary, never per pair of names. Words that share a key come from a
table, words near in letters from a scan of signatures (`neighbourhood_kernel.py`). Every proposal is judged
by `word_likeness`, the same function as in the readable comparison, so the index and the reference agree on
each pair of words. When the vocabulary grows, only the words added are looked at.

>>> found = Neighbourhoods(["john", "maria", "juan"])
>>> found.of("jhon")["john"].reason
'names.word_other_spelling'
"""

from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence, Sized
from itertools import pairwise
from threading import Lock
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names.core import LEAST_JOINED
from cordillera.engines.names.culture.common import is_common
from cordillera.engines.names.culture.marks import CUT, MARKS
from cordillera.engines.names.frames import frame, frames_of
from cordillera.engines.names.likeness import (
    FULL,
    LEAST,
    NEAR_LETTERS,
    NEARLY_SURE,
    Reason,
    WordLikeness,
    keys,
    word_likeness,
)
from cordillera.engines.names.nearness_kernel import PACKED, Others
from cordillera.engines.names.neighbourhood_kernel import READ, Batch, Vocabulary, beginning_with, neighbours
from cordillera.engines.names.spelling import UNIT, folded
from cordillera.engines.names.tokens import Letters, Tokens, is_built, is_odd, signature, stems_of

_KEPT: Final = 200_000  # words whose neighbourhood is kept
_SHORTEST_CUT: Final = 3
_BOUNDS: Final = (1.0 - NEAR_LETTERS, LEAST, UNIT)
_NONE: Final = np.empty(0, np.int32)
_CONSONANTS: Final = "k:"  # a key that words need not be alike to share
Numbers = npt.NDArray[np.int32]
Keyed = tuple[set[int], "array[int]"]
_Near = tuple[Numbers, npt.NDArray[np.uint16], npt.NDArray[np.uint8]]


class Reach(msgspec.Struct, frozen=True):
    """A word's neighbourhood among the first `seen` words: numbers, likeness (1/1024), reason codes."""

    seen: int
    numbers: Numbers
    units: npt.NDArray[np.uint16]
    codes: npt.NDArray[np.uint8]


NOWHERE: Final = Reach(0, np.empty(0, np.int32), np.empty(0, np.uint16), np.empty(0, np.uint8))


class Neighbourhoods:
    """The neighbourhoods of words in a vocabulary that may grow; threads may ask side by side."""

    def __init__(self, vocabulary: Iterable[str] | Tokens = ()) -> None:
        self.tokens = vocabulary if isinstance(vocabulary, Tokens) else Tokens()
        if not isinstance(vocabulary, Tokens):
            for word in vocabulary:
                self.tokens.add(word)
        self._by_key: dict[str, array[int]] = defaultdict(_no_numbers)
        self._by_frame: dict[int, array[int]] = defaultdict(_no_numbers)
        self._read = 0
        self._any_cut = False
        self._keeping = Lock()
        self._kept: OrderedDict[str, Reach] = OrderedDict()

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs; it finds neighbourhoods itself."""
        return {**self.__dict__, "_keeping": None, "_kept": OrderedDict()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({**state, "_keeping": Lock()})

    def of(self, word: str) -> dict[str, WordLikeness]:
        """Return all words of the vocabulary that are like a word, with their likeness."""
        reach = self.reach(word)
        rows = zip(reach.numbers.tolist(), reach.units.tolist(), reach.codes.tolist(), strict=True)
        return {self.tokens.text(number): WordLikeness(units, Reason(code)) for number, units, code in rows}

    def reach(self, word: str) -> Reach:
        """Return the neighbourhood of a word; one that ends in `~` may be the beginning of a longer one."""
        return self.reach_all([word])[0]

    def reach_all(self, words: Sequence[str]) -> list[Reach]:
        """Return the neighbourhoods of words, in order; those not known yet are found together."""
        found = [self._kept.get(word, NOWHERE) for word in words]
        count = len(self.tokens)
        missing = list(dict.fromkeys(w for w, known in zip(words, found, strict=True) if known.seen < count))
        if not missing:
            return found
        now = self._extended(missing)
        with self._keeping:
            self._kept.update(now)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return [now.get(word, known) for word, known in zip(words, found, strict=True)]

    def written_as_one(self, text: str) -> Numbers:
        """Return the words that two words, `text` when written as one, may be (`core.joined`)."""
        self._read_new()
        framed = self._by_frame.get(frame(text))
        if framed is None:
            return _NONE
        found = [
            number for number in framed if word_likeness(text, self.tokens.text(number)).units >= LEAST_JOINED
        ]
        return np.array(found, np.int32)

    def _extended(self, words: Sequence[str]) -> dict[str, Reach]:
        """Look at the words added since: those near in letters by sounds alone, the others by judgement."""
        self._read_new()
        there = self.tokens.letters()
        cut = {} if self._any_cut else {w: w[:-1] for w in words if w[:-1].rstrip(MARKS) + CUT == w != CUT}
        known = {word: self._kept.get(word, NOWHERE) for word in (*words, *cut.values())}
        asked = [word for word, reach in known.items() if word not in cut and reach.seen < there.count]
        more = self._near(asked, [known[word].seen for word in asked], there)
        known |= {word: _joined(known[word], one, there.count) for word, one in zip(asked, more, strict=True)}
        return known | {word: _cut(known[word], known[bare], bare, there) for word, bare in cut.items()}

    def _near(self, words: Sequence[str], firsts: Sequence[int], there: Letters) -> list[_Near]:
        """Return for each word those like it from the number `firsts` on.

        What shares a deciding key, or is odd, is judged by the readable function; for all others the sounds
        decide, compiled.
        """
        if not words:
            return []
        keyed = [self._keyed(word, first, there) for word, first in zip(words, firsts, strict=True)]
        ends, (numbers, told) = neighbours(
            _batch(words, firsts, keyed),
            Vocabulary(there.count, there.lengths, there.signatures, there.built, there.odd),
            Others(there.starts, there.letters, there.common, there.folds, there.fold_lengths, there.stems),
            _BOUNDS,
        )
        units = np.abs(told) % PACKED
        codes = np.where(told < 0, np.uint8(Reason.GENDER_ENDING), np.uint8(Reason.NEAR))
        codes[np.abs(told) > FULL] = Reason.PACKED
        to_read = np.flatnonzero(told == READ)
        whose = np.searchsorted(ends, to_read, side="right") - 1
        for at, number, own in zip(to_read.tolist(), numbers[to_read].tolist(), whose.tolist(), strict=True):
            likeness = word_likeness(words[own], self.tokens.text(number))
            units[at], codes[at] = likeness.units, likeness.code
        kept = units > 0
        places = np.concatenate([[0], np.cumsum(kept)])[ends].tolist()
        numbers, units, codes = numbers[kept], units[kept].astype(np.uint16), codes[kept]
        return [(numbers[low:high], units[low:high], codes[low:high]) for low, high in pairwise(places)]

    def _keyed(self, word: str, first: int, there: Letters) -> Keyed:
        """Return the words that share a key that decides, and those that share only their consonants."""
        number, bare = self.tokens.number(word), word.rstrip(MARKS)
        surely, perhaps = {number} if number >= 0 else set[int](), _no_numbers()
        for key in keys(word):
            if key in self._by_key:
                (perhaps.extend if key.startswith(_CONSONANTS) else surely.update)(self._by_key[key])
        if word.endswith(CUT) and len(bare) >= _SHORTEST_CUT:
            surely.update(_longer(there, bare, first).tolist())
        return surely, perhaps

    def _read_new(self) -> None:
        if self._read == len(self.tokens):
            return
        with self._keeping:
            for number in range(self._read, len(self.tokens)):
                text = self.tokens.text(number)
                self._any_cut = self._any_cut or text.endswith(CUT)
                for key in keys(text):
                    self._by_key[key].append(number)
                for one in frames_of(text) if len(text) > 1 else ():
                    self._by_frame[one].append(number)
                self._read = number + 1


def _no_numbers() -> "array[int]":
    """Return room for numbers: unlike a list, it holds no objects whose references are counted."""
    return array("i")


def _batch(
    words: Sequence[str], firsts: Sequence[int], keyed: Sequence[tuple[set[int], "array[int]"]]
) -> Batch:
    bare = [word.rstrip(MARKS) for word in words]
    letters, sounds = [word.encode("ascii", "replace") for word in bare], [folded(word) for word in bare]
    return Batch(
        np.frombuffer(b"".join(letters), np.uint8),
        _ends(letters),
        np.frombuffer(b"".join(sounds), np.uint8),
        _ends(sounds),
        np.array([stems_of(word) for word in words], np.uint8),
        np.array([is_common(word) for word in words], np.uint8),
        np.array([signature(word) for word in bare], np.uint64),
        np.array([is_built(word) for word in words], np.uint8),
        np.array([is_odd(word) for word in words], np.uint8),
        np.array(firsts, np.int64),
        np.array([number for surely, _ in keyed for number in surely], np.int32),
        _ends([surely for surely, _ in keyed]),
        np.concatenate([_NONE, *(np.frombuffer(perhaps, np.int32) for _, perhaps in keyed if perhaps)]),
        _ends([perhaps for _, perhaps in keyed]),
    )


def _ends(parts: Sequence[Sized]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *map(len, parts)], dtype=np.int64)


def _cut(known: Reach, whole: Reach, bare: str, there: Letters) -> Reach:
    """Look at the words added since for one that may be cut: as for the whole word, and what it begins.

    So `likeness.word_likeness` judges, where no word of the vocabulary may be cut itself.
    """
    added = (known.seen <= whole.numbers) & (whole.numbers < there.count)
    numbers, units, codes = whole.numbers[added], whole.units[added], whole.codes[added]
    longer = _longer(there, bare, known.seen) if len(bare) >= _SHORTEST_CUT else _NONE
    if len(longer):
        begun = longer[~_within(longer, set(numbers[units >= NEARLY_SURE].tolist()))]
        others = ~_within(numbers, set(begun.tolist()))
        numbers = np.concatenate([numbers[others], begun])
        units = np.concatenate([units[others], np.full(len(begun), NEARLY_SURE, np.uint16)])
        codes = np.concatenate([codes[others], np.full(len(begun), Reason.CUT_SHORT, np.uint8)])
    return _joined(known, (numbers, units, codes), there.count)


def _within(numbers: Numbers, wanted: set[int]) -> npt.NDArray[np.bool_]:
    """Tell which numbers are wanted (`np.isin` costs more for so few)."""
    return np.array([number in wanted for number in numbers.tolist()], np.bool_)


def _longer(there: Letters, word: str, first: int) -> Numbers:
    found = np.empty(max(there.count - first, 0), np.int32)
    count = beginning_with(
        _letters(word),
        signature(word),
        there.starts,
        there.letters,
        there.signatures,
        (first, there.count),
        found,
    )
    return found[:count].copy()


def _letters(word: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(word.encode("ascii", "replace"), np.uint8)


def _joined(known: Reach, more: _Near, seen: int) -> Reach:
    numbers, units, codes = more
    return Reach(
        seen,
        np.concatenate([known.numbers, numbers]),
        np.concatenate([known.units, units]),
        np.concatenate([known.codes, codes]),
    )
