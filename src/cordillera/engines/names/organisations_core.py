"""The words of two names of organisations, vessels or addresses aligned, in whole numbers of 1/1024 bit.

Likeness of words and the best one-to-one pairing are those of people's names; the costs are of its own, since
a word of a company tells as much as it is rare:
0. neighbouring words that the other side writes as one are joined first (`Good Will`, `Goodwill`);
1. a pair of words earns a share of what the commoner word tells, less what the likeness loses;
2. words without a partner on both sides contradict each other: the cost grows with what they tell;
3. words that only one side has cost little, by what they tell;
4. both sides having words that the other lacks, and words out of order, cost a little more;
5. a single word that fits is little to go by.

>>> from cordillera.engines.names.likeness import word_likeness
>>> one = Side(("volkov",), (10 * GRID,), ((0, 0),))
>>> found = align(one, one, word_likeness)
>>> found.score == sum(line.amount for line in found.lines) > 0
True
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

import msgspec

from cordillera.engines.names import organisations_weights as w
from cordillera.engines.names.assignment import Pairs, best_pairs
from cordillera.engines.names.likeness import FULL, WordLikeness

GRID: Final = 1024
_TWO: Final = 2
JOINED: Final = 940
LEAST_GAIN: Final = round(w.LEAST_GAIN * GRID)
Likeness = Callable[[str, str], WordLikeness]
Edges = Mapping[tuple[int, int], WordLikeness]


class Side(msgspec.Struct, frozen=True):
    """The words of one name: texts, what each tells in 1/GRID bit, first and last word as read."""

    texts: tuple[str, ...]
    information: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


class Line(msgspec.Struct, frozen=True):
    """One addend of the score: reason, number of the word on either side (-1: none), contribution."""

    reason: str
    left: int
    right: int
    amount: int


class Tally(msgspec.Struct, frozen=True):
    """Two names aligned: score in 1/GRID bit, similarity in 1/1024, the lines, and the sides as joined."""

    score: int
    similarity: int
    lines: tuple[Line, ...]
    left: Side
    right: Side


def align(left: Side, right: Side, likeness: Likeness) -> Tally:
    """Return the aligned words as lines that sum to the score, with the similarity of the names."""
    left, right = _joined(left, right, likeness), _joined(right, left, likeness)
    edges = _edges(left, right, likeness)
    gains = {pair: _gain(left, right, pair, edges[pair].units) for pair in edges}
    able = {pair: gain + _grid(w.SAVED) for pair, gain in gains.items() if gain >= LEAST_GAIN}
    pairs = best_pairs(able, len(left.texts), len(right.texts))
    lines = [Line("names.prior", -1, -1, _grid(w.PRIOR))]
    lines += [Line(edges[pair].reason, *pair, gains[pair]) for pair in pairs]
    lines += _alone(left, right, pairs) + _order(left, right, pairs)
    score = sum(line.amount for line in lines)
    return Tally(score, _similarity(left, right, edges, pairs), tuple(lines), left, right)


def earned(told: int, units: int) -> int:
    """Return what a pair of words earns, in 1/GRID bit, by what the commoner tells and their likeness."""
    return _grid(told / GRID * w.EARNED - (1.0 - units / FULL) * w.LOSS)


def share_told(bits: float) -> float:
    """Return the share of the cost of a whole word that a word telling so many bits has."""
    return w.LEAST_SHARE + (1.0 - w.LEAST_SHARE) * min(1.0, bits / w.WHOLE_WORD)


def _edges(left: Side, right: Side, likeness: Likeness) -> Edges:
    found = {
        (i, j): likeness(own, other)
        for i, own in enumerate(left.texts)
        for j, other in enumerate(right.texts)
    }
    return {pair: alike for pair, alike in found.items() if alike.units}


def _joined(side: Side, other: Side, likeness: Likeness) -> Side:
    """Condition 0."""
    for i, (one, two) in enumerate(pairwise(side.texts)):
        together = max((likeness(one + two, word).units for word in other.texts), default=0)
        if together >= JOINED and not {one, two} & set(other.texts):
            return _join(side, i)
    return side


def _join(side: Side, i: int) -> Side:
    return Side(
        (*side.texts[:i], side.texts[i] + side.texts[i + 1], *side.texts[i + 2 :]),
        (*side.information[:i], max(side.information[i : i + 2]), *side.information[i + 2 :]),
        (*side.spans[:i], (side.spans[i][0], side.spans[i + 1][1]), *side.spans[i + 2 :]),
    )


def _gain(left: Side, right: Side, pair: tuple[int, int], units: int) -> int:
    """Condition 1."""
    return earned(min(left.information[pair[0]], right.information[pair[1]]), units)


def _alone(left: Side, right: Side, pairs: Pairs) -> list[Line]:
    """Conditions 2 to 4: pair off what is left in order, then what only one side has."""
    own = [i for i in range(len(left.texts)) if i not in {pair[0] for pair in pairs}]
    other = [j for j in range(len(right.texts)) if j not in {pair[1] for pair in pairs}]
    lines = []
    while own and other:
        i, j = own.pop(0), other.pop(0)
        told = max(left.information[i], right.information[j])
        lines.append(Line("names.word_contradicts", i, j, _grid(w.CONTRADICTS * _share(told))))
    lines += [Line("names.word_only_subject", i, -1, _cost(left, i)) for i in own]
    lines += [Line("names.word_only_listed", -1, j, _cost(right, j)) for j in other]
    return lines


def _cost(side: Side, number: int) -> int:
    return _grid(w.EXTRA * _share(side.information[number]))


def _share(told: int) -> float:
    return share_told(told / GRID)


def _order(left: Side, right: Side, pairs: Pairs) -> list[Line]:
    """Conditions 4 and 5."""
    lines = []
    places = [j for _, j in pairs]
    turns = sum(one > after for one, after in pairwise(places))
    if turns:
        lines.append(Line("names.words_out_of_order", -1, -1, _grid(max(w.ORDER_MOST, w.ORDER * turns))))
    if len(pairs) < _TWO and pairs and len(left.texts) + len(right.texts) > _TWO:
        lines.append(Line("names.one_word_only", -1, -1, _grid(w.ONE_WORD)))
    return lines


def _similarity(left: Side, right: Side, edges: Edges, pairs: Pairs) -> int:
    """Return the share of the weight of both names that agrees, in 1/1024."""
    agreed = sum(min(left.information[i], right.information[j]) * edges[i, j].units for i, j in pairs)
    rest = [
        sum(side.information) - sum(side.information[pair[which]] for pair in pairs)
        for which, side in enumerate((left, right))
    ]
    matched = sum(min(left.information[i], right.information[j]) for i, j in pairs)
    whole = matched + min(rest) + (max(rest) - min(rest)) // w.EXTRA_SHARE
    return min(FULL, agreed // whole) if whole else 0


def _grid(bits: float) -> int:
    return round(bits * GRID)
