"""The parts of an explanation: terms that sum to a score, and the evidence each one points to.

>>> terms = (Term("names.family_name_equal", 0.5), Term("names.birth_date_equal", 0.25))
>>> total(terms)
0.75
"""

from collections.abc import Iterable
from math import fsum

import msgspec


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """Where a fact stands: a source, the byte range [start, end) in it, and the text as it arrived."""

    source: str
    start: int
    end: int
    text: str = ""


class Term(msgspec.Struct, frozen=True, gc=False):
    """One addend of a score. `name` is a message id; `contribution` is in the unit of the score."""

    name: str
    contribution: float
    detail: str = ""
    evidence: tuple[Evidence, ...] = ()


def total(terms: Iterable[Term]) -> float:
    """Return the exact sum of the contributions."""
    return fsum([term.contribution for term in terms])
