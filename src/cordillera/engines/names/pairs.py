"""Many pairs of names scored at once, and one pair explained.

How common a word is comes from the table of common names and, in a table of pairs, from the names of the
table itself: `Shares`.

>>> score_pairs([NamePair("Jhon Velez", "VELEZ, John")])[0].shape
(1,)
>>> found = compare_pair("Jhon Velez", "VELEZ, John")
>>> found.score > 0.0 and found.score == total(found.terms)
True
"""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
import numpy as np

from cordillera.engines.names.birth import read_births
from cordillera.engines.names.calibration import probability
from cordillera.engines.names.core import NameTally, Side, compare_names, side_of
from cordillera.engines.names.culture.common import commonness
from cordillera.engines.names.encoding import encode, score_encoded
from cordillera.engines.names.evidence import weigh_evidence
from cordillera.engines.names.likeness import FULL
from cordillera.engines.names.measures import Scores
from cordillera.engines.names.model import ListedName, ListedPerson, Subject, SubjectKind
from cordillera.engines.names.organisations_compare import compare_kind, kind_of_pair
from cordillera.engines.names.organisations_shares import Shares as OrganisationShares
from cordillera.engines.names.parts import NameParts, read_parts
from cordillera.engines.names.weights import GRID
from cordillera.foundation.explain import Evidence, Term, total

__all__ = [
    "Comparison",
    "NamePair",
    "Shares",
    "compare_as",
    "compare_pair",
    "probability",
    "score_pairs",
    "total",
]

_CLOCK: Final = 1e-6
_TABLE_NAMES: Final = 30_000  # the table of common names counts as much as this many names


class NamePair(msgspec.Struct, frozen=True):
    """Two names to be compared, and what they name: Person, Company, Vessel ("" = a person)."""

    left: str
    right: str
    kind: str = ""


class Comparison(msgspec.Struct, frozen=True):
    """Two names compared: similarity in [0, 1], score in bits, probability, terms that sum to the score."""

    similarity: float
    score: float
    probability: float
    terms: tuple[Term, ...]


class Shares:
    """The share of people who bear a word, from the table of common names and from names at hand."""

    def __init__(self, names: Iterable[NameParts] = ()) -> None:
        self._counted: Counter[str] = Counter()
        self._names = 0
        for name in names:
            self._counted.update({part.text for part in name.parts})
            self._names += 1

    def __call__(self, word: str) -> float:
        """Return the share of people whose name holds a normalised word."""
        known = self._counted.get(word, 0) + _TABLE_NAMES * commonness(word)
        return known / (self._names + _TABLE_NAMES)


def score_pairs(pairs: Sequence[NamePair]) -> tuple[Scores, float]:
    """Return the score of each pair in bits, in order, by the rules of what the names name.

    The second value is how many encoded pairs of people were scored in a second, by one core.
    """
    kinds = [kind_of_pair(pair.kind, pair.left, pair.right) for pair in pairs]
    people = np.array([kind is SubjectKind.PERSON for kind in kinds], np.bool_)
    scores = np.empty(len(pairs), np.float64)
    scores[people], speed = _score_people([pair for pair, one in zip(pairs, people, strict=True) if one])
    others = np.flatnonzero(~people).tolist()
    words = OrganisationShares({name for i in others for name in (pairs[i].left, pairs[i].right)})
    for i in others:
        scores[i] = compare_kind(kinds[i], pairs[i].left, pairs[i].right, words).score
    return scores, speed


def _score_people(pairs: Sequence[NamePair]) -> tuple[Scores, float]:
    read = {name: read_parts(name) for pair in pairs for name in (pair.left, pair.right)}
    shares = Shares(read.values())
    rows = {name: number for number, name in enumerate(read)}
    table = np.array([[rows[pair.left], rows[pair.right]] for pair in pairs], np.int64).reshape(-1, 2)
    encoded = encode([side_of(parts, shares) for parts in read.values()], table)
    score_encoded(encoded, table[:1])  # compiled code is loaded before the clock starts
    began = time.process_time()
    found = score_encoded(encoded, table)
    seconds = time.process_time() - began
    return found[:, 0] / GRID, len(pairs) / max(seconds, _CLOCK)


def compare_pair(left: str, right: str, births: tuple[str, str] = ("", "")) -> Comparison:
    """Return the comparison of two names, and of two dates of birth when both are told, with its terms."""
    own, other = read_parts(left), read_parts(right)
    tally = compare_names(_side(own), _side(other))
    listed = ListedPerson("pair", (ListedName(right),), read_births(births[1]))
    evidence = weigh_evidence(Subject("pair", left, date_of_birth=births[0]), listed)
    terms = (*terms_of(own, other, tally), *evidence)
    score = total(terms)
    return Comparison(tally.similarity / FULL, score, probability(score), terms)


def compare_as(kind: SubjectKind, left: str, right: str, births: tuple[str, str] = ("", "")) -> Comparison:
    """Return the comparison of two names by the rules of what they name; dates of birth only of people."""
    if kind is SubjectKind.PERSON:
        return compare_pair(left, right, births)
    found = compare_kind(kind, left, right)
    return Comparison(found.similarity, found.score, probability(found.score), found.terms)


def _side(name: NameParts) -> Side:
    return side_of(name, commonness)


def terms_of(left: NameParts, right: NameParts, tally: NameTally, place: str = "listed") -> tuple[Term, ...]:
    """Return the lines of a tally as terms in bits, with the words they are about; odd signs are told."""
    terms = []
    for line in tally.lines:
        if line.left < 0 and line.right < 0:
            terms.append(Term(line.reason, line.amount / GRID))
            continue
        own, shown = _shown(left, tally.left, line.left, "")
        other, beside = _shown(right, tally.right, line.right, place)
        detail = f"{own} ~ {other}" if own and other and own != other else own or other
        terms.append(Term(line.reason, line.amount / GRID, detail, shown + beside))
    return (*terms, *[Term(flag, 0.0) for flag in left.flags]) if left.flags else tuple(terms)


def _shown(name: NameParts, side: Side, number: int, place: str) -> tuple[str, tuple[Evidence, ...]]:
    """Return a word as written and where it stands: at `place`, or in a field of the subject."""
    if number < 0:
        return "", ()
    first, last = side.spans[number]
    if first == last:
        part = name.parts[first]
        return part.written, (part.shown(place) if place else name.in_subject[first],)
    parts = name.parts[first : last + 1]
    shown = tuple([part.shown(place) for part in parts]) if place else name.in_subject[first : last + 1]
    return " ".join([part.written for part in parts]), shown
