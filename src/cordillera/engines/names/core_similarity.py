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
    shared = [(weight_of(left, i), weight_of(right, j), edges[i, j].units) for i, j in pairs]
    matched = sum(min(own, other) for own, other, _ in shared)
    agreed = sum(min(own, other) * agreement(units) for own, other, units in shared)
    rest = [
        sum(weight_of(side, i) for i in range(len(side.texts))) - sum(one[which] for one in shared)
        for which, side in enumerate((left, right))
    ]
    least, most = min(rest), max(rest)
    whole = matched + least + (most - least) // EXTRA_SHARE
    return agreed // whole if whole else 0


EXTRA_SHARE: Final = 6  # a word that only one side has counts a sixth
INITIAL_WEIGHT: Final = w.GRID


def weight_of(side: Side, i: int) -> int:
    """Return the weight of a word in the similarity: its information, little for an initial."""
    return INITIAL_WEIGHT if len(side.texts[i]) == 1 else side.information[i]


def agreement(units: int) -> int:
    """Return the share of its weight, in 1/1024, that a likeness earns: it falls faster than likeness."""
    return max(0, FULL - 3 * (FULL - units) // 2)


def matched_share_needed(least: float) -> float:
    """Return t' such that a pair with similarity >= `least` has paired words of t' of one name's weight."""
    return least
