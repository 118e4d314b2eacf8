"""The words of a vocabulary that are like a word, found once per distinct word and kept as arrays.

A word's neighbourhood is found per vocabulary, never per pair of names. Words that share a key come from a
table, words near in letters from a scan of signatures (`neighbourhood_kernel.py`). Every proposal is judged
by `word_likeness`, the same function as in the readable comparison, so the index and the reference agree on
each pair of words. When the vocabulary grows, only the words added are looked at.

>>> found = Neighbourhoods(["john", "maria", "juan"])
>>> found.of("jhon")["john"].reason
'names.word_other_spelling'
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
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
from cordillera.engines.names.nearness_kernel import PACKED, Others, Own, near
from cordillera.engines.names.neighbourhood_kernel import beginning_with, sounding_alike, spelled_alike
from cordillera.engines.names.spelling import UNIT, folded
from cordillera.engines.names.tokens import Letters, Tokens, is_built, is_odd, signature, stems_of

_KEPT: Final = 200_000  # words whose neighbourhood is kept
_SHORTEST_CUT: Final = 3
_BOUNDS: Final = (1.0 - NEAR_LETTERS, LEAST, UNIT)
_CONSONANTS: Final = "k:"  # a key that words need not be alike to share
Numbers = npt.NDArray[np.int32]
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
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_frame: dict[int, list[int]] = defaultdict(list)
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
        known = self._kept.get(word, NOWHERE)
        if known.seen < len(self.tokens):
            known = self._extended(known, word)
            with self._keeping:
                self._kept[word] = known
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return known

    def written_as_one(self, text: str) -> Numbers:
        """Return the words that two words, `text` when written as one, may be (`core.joined`)."""
        self._read_new()
        found = [
            number
            for number in self._by_frame.get(frame(text), ())
            if word_likeness(text, self.tokens.text(number)).units >= LEAST_JOINED
        ]
        return np.array(found, np.int32)

    def _extended(self, known: Reach, word: str) -> Reach:
        """Look at the words added since: those near in letters by sounds alone, the others by judgement."""
        self._read_new()
        there, bare = self.tokens.letters(), word.rstrip(MARKS)
        if bare + CUT == word and bare and not self._any_cut:
            return self._cut(known, bare, there)
        surely, perhaps = self._sharing_key(word, range(known.seen, there.count))
        if word.endswith(CUT) and len(bare) >= _SHORTEST_CUT:
            surely |= set(_longer(there, bare, known.seen).tolist())
        spelled = _spelled_alike(there, word, known.seen)
        numbers, units = _with_sounds(there, word, spelled, (surely, perhaps))
        return _joined(known, self._near(there, word, (numbers, units), surely), there.count)

    def _cut(self, known: Reach, bare: str, there: Letters) -> Reach:
        """Look at the words added since for one that may be cut: as for the whole word, and what it begins.

        So `likeness.word_likeness` judges, where no word of the vocabulary may be cut itself.
        """
        whole = self.reach(bare)
        added = (known.seen <= whole.numbers) & (whole.numbers < there.count)
        numbers, units, codes = whole.numbers[added], whole.units[added], whole.codes[added]
        if len(bare) >= _SHORTEST_CUT:
            longer = _longer(there, bare, known.seen)
            sure = set(numbers[units >= NEARLY_SURE].tolist())
            begun = longer[~_within(longer, sure)]
            others = ~_within(numbers, set(begun.tolist()))
            numbers = np.concatenate([numbers[others], begun])
            units = np.concatenate([units[others], np.full(len(begun), NEARLY_SURE, np.uint16)])
            codes = np.concatenate([codes[others], np.full(len(begun), Reason.CUT_SHORT, np.uint8)])
        return _joined(known, (numbers, units, codes), there.count)

    def _near(self, there: Letters, word: str, proposed: tuple[Numbers, Numbers], surely: set[int]) -> _Near:
        """Return the likeness of proposed words whose sounds are this alike.

        What shares a deciding key, or is odd, is judged by the readable function; for all others the sounds
        decide, compiled.
        """
        numbers, units = proposed
        odd = (there.odd[numbers] > 0) | _within(numbers, surely) | is_odd(word)
        found = [(number, word_likeness(word, self.tokens.text(number))) for number in numbers[odd].tolist()]
        plain, alike = numbers[~odd], units[~odd]
        own = Own(_letters(word), _folded(word), stems_of(word), is_common(word))
        others = Others(
            there.starts, there.letters, there.common, there.folds, there.fold_lengths, there.stems
        )
        by_sounds = near(own, others, plain, alike)
        codes = np.where(by_sounds < 0, Reason.GENDER_ENDING, Reason.NEAR)
        codes[np.abs(by_sounds) > FULL] = Reason.PACKED
        judged = [likeness for _, likeness in found]
        every = np.concatenate(
            [np.abs(by_sounds) % PACKED, np.array([one.units for one in judged], np.int32)]
        )
        kept = every > 0
        return (
            np.concatenate([plain, numbers[odd]])[kept],
            every[kept].astype(np.uint16),
            np.concatenate([codes, [one.code for one in judged]])[kept].astype(np.uint8),
        )

    def _sharing_key(self, word: str, span: range) -> tuple[set[int], set[int]]:
        """Return the words that share a key that decides, and those that share only their consonants."""
        surely, perhaps = {self.tokens.number(word)}, set[int]()
        for key in keys(word):
            (perhaps if key.startswith(_CONSONANTS) else surely).update(self._by_key.get(key, ()))
        return {one for one in surely if one in span}, {one for one in perhaps if one in span}

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


def _with_sounds(
    there: Letters, word: str, spelled: tuple[Numbers, Numbers], keyed: tuple[set[int], set[int]]
) -> tuple[Numbers, Numbers]:
    """Add words that share a key; those that share only consonants, when the whole words sound alike."""
    (numbers, units), (surely, perhaps) = spelled, keyed
    more = np.array(sorted((surely | perhaps) - set(numbers.tolist())), np.int32)
    sounds = sounding_alike(_folded(word.rstrip(MARKS)), more, there.folds, there.fold_lengths, UNIT)
    kept = (sounds >= LEAST) | (there.built[more] > 0) | _within(more, surely) | is_built(word)
    return np.concatenate([numbers, more[kept]]), np.concatenate([units, sounds[kept]])


def _spelled_alike(there: Letters, word: str, first: int) -> tuple[Numbers, Numbers]:
    found = np.empty((2, max(there.count - first, 0)), np.int32)
    bare = word.rstrip(MARKS)
    count = spelled_alike(
        _letters(bare),
        signature(bare),
        _folded(bare),
        is_built(word),
        there.starts,
        there.letters,
        there.lengths,
        there.signatures,
        there.folds,
        there.fold_lengths,
        there.built,
        (first, there.count),
        _BOUNDS,
        found[0],
        found[1],
    )
    return found[0, :count].copy(), found[1, :count].copy()


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


def _folded(word: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(folded(word), np.uint8)


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
