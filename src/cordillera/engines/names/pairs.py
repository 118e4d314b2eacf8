"""Many pairs of names scored at once, with the words of the pairs themselves as the vocabulary.

>>> score_pairs([NamePair("Jhon Velez", "VELEZ, John")]).shape
(1,)
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from cordillera.engines.names.compare import compare
from cordillera.engines.names.measures import Scores
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.normalise import read_name
from cordillera.engines.names.vocabulary import Vocabulary


class NamePair(msgspec.Struct, frozen=True):
    """Two names to be compared, and what they name: Person, Company, Vessel ("" = a person)."""

    left: str
    right: str
    kind: str = ""


def score_pairs(pairs: Sequence[NamePair]) -> Scores:
    """Return the score of each pair, in order."""
    names = {name for pair in pairs for name in (pair.left, pair.right)}
    vocabulary = Vocabulary({word.text for word in read_name(name).words} for name in names)
    return np.array([_score(pair, vocabulary) for pair in pairs], dtype=np.float64)


def _score(pair: NamePair, vocabulary: Vocabulary) -> float:
    listed = ListedPerson("pair", (ListedName(pair.right),))
    return compare(Subject("pair", pair.left), listed, vocabulary).score
