"""The words of a list that are like a word of a subject, found once per distinct word and kept.

The whole vocabulary is compared in one sweep of rapidfuzz; words that sound alike, short forms and
prefixes come from dictionaries. Every proposal is then judged by `word_similarity`, the same function as
in the readable comparison, so the index and the reference agree on each pair of words.

>>> Neighbours(["john", "maria", "juan"]).of(["jhon"])["jhon"]
{'john': Likeness(value=0.95, reason='names.word_sounds_alike')}
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from cordillera.engines.names.phonetic import sound
from cordillera.engines.names.romanisation import spellings
from cordillera.engines.names.similarity import Likeness, cut_similarity, word_similarity
from cordillera.engines.names.words import SHORT_FORMS

Near = dict[str, Likeness]

_SWEEP: Final = 256  # words compared with the vocabulary at once: bounds the memory of a sweep
_CUTOFF: Final = 0.65  # below MIN_SIMILARITY, since exchanged letters cost less than an edit
_MIN_PREFIX: Final = 3
_REACH: Final = 0.6  # words whose lengths differ by more cannot be similar


class Neighbours:
    """The neighbourhood of words in a fixed vocabulary."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._words = sorted(set(vocabulary))
        self._sounds: dict[str, list[str]] = defaultdict(list)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._words:
            self._sounds[sound(word)].append(word)
            self._by_length[len(word)].append(word)
        self._forms: dict[str, set[str]] = defaultdict(set)
        for short, whole in SHORT_FORMS.items():
            self._forms[short].add(whole)
            self._forms[whole].add(short)

    def of(self, words: Sequence[str]) -> dict[str, Near]:
        """Return for each word all words of the vocabulary that are like it, with their likeness."""
        proposed: dict[str, set[str]] = {word: self._by_key(word) for word in words}
        lengths: dict[int, list[str]] = defaultdict(list)
        for word in proposed:
            lengths[len(word)].append(word)
        for length, group in lengths.items():
            self._sweep(group, self._reachable(length), proposed)
        return {word: _judged(word, others) for word, others in proposed.items()}

    def beginning_with(self, cut: str) -> Near:
        """Return the words of the vocabulary that a cut word may have been, with their likeness."""
        if len(cut) < _MIN_PREFIX:
            return {}
        first = bisect_left(self._words, cut)
        last = bisect_left(self._words, cut + "\x7f")
        return {word: cut_similarity(cut, word) for word in self._words[first:last] if word != cut}

    def _by_key(self, word: str) -> set[str]:
        forms = {form for form in self._forms.get(word, set()) | spellings(word) if form in self}
        alike = set(self._sounds.get(sound(word), ()))
        return forms | alike | ({word} if word in self else set())

    def __contains__(self, word: str) -> bool:
        place = bisect_left(self._words, word)
        return place < len(self._words) and self._words[place] == word

    def _reachable(self, length: int) -> list[str]:
        shortest, longest = int(length * _REACH), int(length / _REACH) + 1
        return [word for size in range(shortest, longest + 1) for word in self._by_length.get(size, ())]

    def _sweep(self, words: list[str], others: list[str], proposed: dict[str, set[str]]) -> None:
        if not others:
            return
        for start in range(0, len(words), _SWEEP):
            part = words[start : start + _SWEEP]
            table = cdist(
                part,
                others,
                scorer=OSA.normalized_similarity,
                score_cutoff=_CUTOFF,
                dtype=np.float32,
                workers=1,
            )
            for row, column in np.argwhere(table > 0.0):
                proposed[part[row]].add(others[column])


def _judged(word: str, others: Iterable[str]) -> Near:
    judged = ((other, word_similarity(word, other)) for other in others)
    return {other: likeness for other, likeness in judged if likeness.value > 0.0}
