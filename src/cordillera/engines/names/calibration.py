"""From a score in bits to a probability that holds: of pairs told 0.8, about eight in ten are one person.

The score of names is additive and therefore too sure of itself at both ends: aliases that share no word
exist, and two people share whole names. The curve is the score's own odds made flatter, in three straight
pieces, fitted on the development half of the labelled pairs (docs/screening.md tells the error on the other
half). It is monotone, so thresholds in bits and in probability order pairs alike.

>>> round(probability(0.0), 5), probability(-40.0) < 0.01 < 0.99 < probability(9.0)
(0.7388, True)
"""

from typing import Final

_AT_ZERO: Final = 1.5  # log2 odds of a score of 0
_ABOVE: Final = 0.8  # log2 odds per bit above 0
_BELOW: Final = 0.8  # between FAR and 0
_FAR_BELOW: Final = 0.15  # below FAR, where only aliases without a common word are left
_FAR: Final = -5.0
_MOST: Final = 60.0


def probability(score: float) -> float:
    """Return the chance that two names with this score, in bits, are one person's."""
    odds = _AT_ZERO + _ABOVE * max(score, 0.0)
    odds += _BELOW * min(max(score, _FAR), 0.0) + _FAR_BELOW * min(score - _FAR, 0.0)
    return float(1.0 / (1.0 + 2.0 ** -max(-_MOST, min(odds, _MOST))))
