"""How much a word tells: rare words of a list weigh 1, common ones less (inverse document frequency).

>>> words = Vocabulary([{"ana", "torres"}, {"ana", "vega"}, {"ana"}])
>>> words.weight("ana") < words.weight("torres") == words.weight("never seen")
True
"""

from collections import Counter
from collections.abc import Iterable
from math import log


class Vocabulary:
    """Frequencies of normalised words over persons; one person's aliases count a word once."""

    def __init__(self, persons: Iterable[Iterable[str]] = ()) -> None:
        counted: Counter[str] = Counter()
        total = 0
        for words in persons:
            counted.update(set(words))
            total += 1
        self._total = max(total, 1)
        self._rarest = log(1 + self._total)
        self._weights = {word: self._weigh(count) for word, count in counted.items()}

    def weight(self, word: str) -> float:
        """Return the weight of a word in (0, 1]; a word that no listed person bears weighs 1."""
        return self._weights.get(word, 1.0)

    def _weigh(self, count: int) -> float:
        return log(1 + self._total / count) / self._rarest

    def words(self) -> list[str]:
        """Return the known words, in order of first sight."""
        return list(self._weights)
