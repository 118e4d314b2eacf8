"""Names become arrays for the compiled comparison: words numbered, neighbours found for the pairs at hand.

>>> names = [read_parts("Jhon Velez"), read_parts("VELEZ, John")]
>>> encoded = encode([side_of(name) for name in names], np.array([[0, 1]]))
>>> int(score_encoded(encoded, np.array([[0, 1]]))[0, 0]) == compare_names(*map(side_of, names)).score
True
"""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names.arrays import Ints, Names, Words, scratch
from cordillera.engines.names.core import Side, as_one, compare_names, initial_of, read_parts, side_of
from cordillera.engines.names.frames import FRAMES, frames_of
from cordillera.engines.names.kernel import compare_rows, hints_of
from cordillera.engines.names.likeness import word_likeness
from cordillera.engines.names.spelling import folded

__all__ = ["Encoded", "compare_names", "encode", "read_parts", "score_encoded", "side_of"]

Pairs = npt.NDArray[np.int64]
Likely = dict[int, dict[int, int]]


class Encoded(msgspec.Struct, frozen=True):
    """Names and the words they are made of, as arrays."""

    names: Names
    words: Words


def encode(sides: Sequence[Side], pairs: Pairs) -> Encoded:
    """Return names as arrays; words are compared when they meet in one of `pairs` (rows of `sides`)."""
    numbers: dict[str, int] = {}
    own = [[_number(numbers, text) for text in side.texts] for side in sides]
    joins = [_joins(numbers, side) for side in sides]
    texts = list(numbers)
    likely = _likely([set(a) | {j for j in b if j >= 0} for a, b in zip(own, joins, strict=True)], pairs)
    words = _words(texts, _judged(texts, likely))
    return Encoded(_names(sides, own, joins, words), words)


def score_encoded(encoded: Encoded, pairs: Pairs) -> Ints:
    """Return score (1/GRID bit) and similarity (1/1024) of each pair of names."""
    return compare_rows(encoded.words, encoded.names, pairs, scratch())


def _number(numbers: dict[str, int], text: str) -> int:
    return numbers.setdefault(text, len(numbers))


def _joins(numbers: dict[str, int], side: Side) -> list[int]:
    """Return the number of each word written as one with the next; -1 after the last."""
    together = (as_one(one, two) for one, two in zip(side.texts, side.texts[1:], strict=False))
    return [*(_number(numbers, text) for text in together), -1][: len(side.texts)]


def _likely(words: Sequence[set[int]], pairs: Pairs) -> set[tuple[int, int]]:
    """Return the pairs of words that meet in a pair of names."""
    return {
        (min(one, other), max(one, other))
        for left, right in pairs.tolist()
        for one in words[left]
        for other in words[right]
        if one != other
    }


def _judged(texts: Sequence[str], likely: Iterable[tuple[int, int]]) -> Likely:
    found: Likely = {}
    for one, other in likely:
        units = word_likeness(texts[one], texts[other]).units
        if units:
            found.setdefault(one, {})[other] = units
            found.setdefault(other, {})[one] = units
    return found


def _words(texts: Sequence[str], likely: Likely) -> Words:
    rows = [sorted(likely.get(number, {}).items()) for number in range(len(texts))]
    flat = [pair for row in rows for pair in row]
    symbols = [folded(text) for text in texts]
    return Words(
        _starts(len(row) for row in rows),
        np.array([other for other, _ in flat], np.int32),
        np.array([units for _, units in flat], np.int32),
        np.array([ord(initial_of(text)) for text in texts], np.uint8),
        np.array([len(text) == 1 for text in texts], np.uint8),
        _starts(len(word) for word in symbols),
        np.frombuffer(b"".join(symbols), np.uint8),
        np.array([frames_of(text) for text in texts], np.int32).reshape(-1, FRAMES),
    )


def _names(
    sides: Sequence[Side], own: Sequence[list[int]], joins: Sequence[list[int]], words: Words
) -> Names:
    lengths = [
        len(as_one(one, two))
        for side in sides
        for one, two in zip(side.texts, (*side.texts, "")[1:], strict=True)
    ]
    starts = _starts(len(side.texts) for side in sides)
    parts = np.array([number for row in own for number in row], np.int32)
    joined, sizes = (
        np.array([number for row in joins for number in row], np.int32),
        np.array(lengths, np.int32),
    )
    return Names(
        starts,
        parts,
        np.array([role for side in sides for role in side.roles], np.uint8),
        np.array([told for side in sides for told in side.information], np.int32),
        joined,
        sizes,
        np.array([side.is_syllabic for side in sides], np.uint8),
        hints_of(starts, parts, joined, sizes, words.frames),
    )


def _starts(counts: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(list(counts), dtype=np.int64)]).astype(np.int64)
