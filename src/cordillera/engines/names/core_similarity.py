"""The similarity of two names, told apart from the score: the share of the weight of both that agrees.

When it is at least t, the paired words weigh at least t of the weight of one name (`matched_share_needed`).

>>> agreement(FULL), agreement(0)
(1024, 0)
"""

from collections.abc import Mapping
from typing import Final

from cordillera.engines.names.assignment import Pairs
from cordillera.engines.names.core_shapes import INITIAL_WEIGHT, Side
from cordillera.engines.names.likeness import FULL, WordLikeness

__all__ = ["EXTRA_SHARE", "INITIAL_WEIGHT", "agreement", "matched_share_needed", "similarity"]

Edges = Mapping[tuple[int, int], WordLikeness]


def similarity(left: Side, right: Side, edges: Edges, pairs: Pairs) -> int:
    """Return the share of the weight of both names that agrees, in 1/1024."""
    weights, others = left.weights, right.weights
    rest, other_rest, matched, agreed = sum(weights), sum(others), 0, 0
    for i, j in pairs:
        own, other = weights[i], others[j]
        rest -= own
        other_rest -= other
        common = min(other, own)
        matched += common
        agreed += common * _AGREEMENT[edges[i, j].units]
    least, most = (rest, other_rest) if rest < other_rest else (other_rest, rest)
    whole = matched + least + (most - least) // EXTRA_SHARE
    return agreed // whole if whole else 0


EXTRA_SHARE: Final = 6  # a word that only one side has counts a sixth


def agreement(units: int) -> int:
    """Return the share of its weight, in 1/1024, that a likeness earns: it falls faster than likeness."""
    return max(0, FULL - 3 * (FULL - units) // 2)


_AGREEMENT: Final = tuple(agreement(units) for units in range(FULL + 1))


def matched_share_needed(least: float) -> float:
    """Return t' such that a pair with similarity >= `least` has paired words of t' of one name's weight."""
    return least
