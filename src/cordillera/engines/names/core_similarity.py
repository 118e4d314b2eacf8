"""The similarity of two names, told apart from the score: the share of the weight of both that agrees.

When it is at least t, the paired words weigh at least t of the weight of one name (`matched_share_needed`).

>>> agreement(FULL), agreement(0)
(1024, 0)
"""

from collections.abc import Mapping
from typing import Final

from cordillera.engines.names import weights as w
from cordillera.engines.names.assignment import Pairs
from cordillera.engines.names.core_shapes import Side
from cordillera.engines.names.likeness import FULL, WordLikeness

Edges = Mapping[tuple[int, int], WordLikeness]


def similarity(left: Side, right: Side, edges: Edges, pairs: Pairs) -> int:
    """Return the share of the weight of both names that agrees, in 1/1024."""
    weights, others = weights_of(left), weights_of(right)
    rest, other_rest, matched, agreed = sum(weights), sum(others), 0, 0
    for i, j in pairs:
        own, other = weights[i], others[j]
        rest -= own
        other_rest -= other
        matched += min(own, other)
        agreed += min(own, other) * agreement(edges[i, j].units)
    least, most = min(rest, other_rest), max(rest, other_rest)
    whole = matched + least + (most - least) // EXTRA_SHARE
    return agreed // whole if whole else 0


EXTRA_SHARE: Final = 6  # a word that only one side has counts a sixth
INITIAL_WEIGHT: Final = w.GRID


def weights_of(side: Side) -> list[int]:
    """Return the weights of the words in the similarity: their information, little for an initial."""
    return [
        INITIAL_WEIGHT if len(text) == 1 else told
        for text, told in zip(side.texts, side.information, strict=True)
    ]


def agreement(units: int) -> int:
    """Return the share of its weight, in 1/1024, that a likeness earns: it falls faster than likeness."""
    return max(0, FULL - 3 * (FULL - units) // 2)


def matched_share_needed(least: float) -> float:
    """Return t' such that a pair with similarity >= `least` has paired words of t' of one name's weight."""
    return least
