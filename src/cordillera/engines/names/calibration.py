"""From a score in bits to a probability that holds: of pairs told 0.8, about eight in ten are one person.

The score of names is additive and therefore too sure of itself at both ends: aliases that share no word
exist, and two people share whole names. The curve joins points by straight lines, in base-2 logarithms of
odds; it was fitted by logistic regression on the development halves of two files of labelled pairs, each file
counting as much as the other (ADR 0067; docs/names.md tells the error on the other halves). The prior is in
it: about half of the pairs that somebody proposes to compare are one person's. It is monotone, so thresholds
in bits and in probability order pairs alike.

>>> round(probability(0.0), 3), probability(-40.0) < 0.1 < 0.99 < probability(9.0)
(0.414, True)
"""

from bisect import bisect_left
from itertools import pairwise
from typing import Final

_POINTS: Final = (  # score in bits, log2 odds
    (-20.0, -3.2),
    (-5.0, -3.0),
    (-2.0, -2.5),
    (0.0, -0.5),
    (2.0, 2.1),
    (5.0, 7.2),
)
_LINES: Final = tuple(pairwise(_POINTS))
_ENDS: Final = tuple(score for score, _ in _POINTS[1:])
_ABOVE: Final = 0.5  # log2 odds per bit above the last point: evidence beside the name
_BELOW: Final = 0.05  # below the first
_MOST: Final = 60.0


def probability(score: float) -> float:
    """Return the chance that two names with this score, in bits, are one person's."""
    return float(1.0 / (1.0 + 2.0 ** -max(-_MOST, min(_log_odds(score), _MOST))))


def _log_odds(score: float) -> float:
    first, last = _POINTS[0], _POINTS[-1]
    if score <= first[0]:
        return first[1] + _BELOW * (score - first[0])
    if score > last[0]:
        return last[1] + _ABOVE * (score - last[0])
    (low, under), (high, over) = _LINES[bisect_left(_ENDS, score)]
    return under + (over - under) * (score - low) / (high - low)
