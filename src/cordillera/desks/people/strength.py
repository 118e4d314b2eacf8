"""From bits to the strength of an alert: a number in [0, 1] on which alerts, triage and the exchange agree.

1. At its list's threshold a candidate has strength 0.80; a bit more or less is 1/32 more or less.
2. Its terms are those of the comparison, each divided by 32, and one that says where the threshold lies.
3. What would leave [0, 1] is brought back by a term of its own, so that the terms sum exactly in every order:
   all are multiples of 2^-15.

Strength orders alerts and nothing else. Similarity, bits, probability and completeness stand beside it.

>>> strength(3.5, (Term("names.word_equal", 4.0), Term("names.prior", -0.5)), 3.5)[0]
0.800018310546875
"""

from collections.abc import Iterable
from math import ceil
from typing import Final

from cordillera.foundation.explain import Term, total

AT_THRESHOLD: Final = 0.80
PER_BIT: Final = 1 / 32
_GRID: Final = 2**15


def strength(score: float, terms: Iterable[Term], threshold: float) -> tuple[float, tuple[Term, ...]]:
    """Return the strength of a score in bits on a list with this threshold, and the terms that sum to it."""
    line = Term("names.alert_line", ceil((AT_THRESHOLD - threshold * PER_BIT) * _GRID) / _GRID)
    scaled = [Term(one.name, one.contribution * PER_BIT, one.detail, one.evidence) for one in terms]
    whole = score * PER_BIT + line.contribution
    within = min(1.0, max(0.0, whole))
    limit = [] if within == whole else [Term("names.limit", within - whole)]
    found = (*scaled, line, *limit)
    return total(found), found
