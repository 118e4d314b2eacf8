"""A tally of two names becomes terms: one per pair of words, one per word without a partner.

The terms sum exactly to the score of the name, because every contribution is a multiple of 1/GRID.
"""

from collections.abc import Iterable

from cordillera.engines.names import constants
from cordillera.engines.names.normalise import Word
from cordillera.engines.names.pairing import Edges, Side, Tally
from cordillera.foundation.explain import Evidence, Term


def grid(value: float) -> float:
    """Return the nearest multiple of 1/GRID, so that sums of contributions are exact."""
    return round(value * constants.GRID) / constants.GRID


def explain_words(subject: Side, listed: Side, edges: Edges, found: Tally) -> tuple[Term, ...]:
    """Return the terms of a tally, pairs first, the heaviest first."""
    if not found.pairs:
        return (Term("names.no_word_fits", 0.0),)
    pairs = [_pair(subject, listed, edges, found, pair) for pair in found.pairs]
    pairs.sort(key=lambda term: -term.contribution)
    only = (*_alone(subject, found, 0), *_alone(listed, found, 1))
    adjusted = tuple(Term(name, grid(amount)) for name, amount in found.adjustments)
    return (*pairs, *only, *adjusted)


def _pair(subject: Side, listed: Side, edges: Edges, found: Tally, pair: tuple[int, int]) -> Term:
    i, j = pair
    own, other = subject.name.words[i], listed.name.words[j]
    likeness = edges[pair]
    weight = min(subject.weights[i], listed.weights[j])
    earned = weight * max(0.0, 1.0 - constants.SPELLING_SLOPE * (1.0 - likeness.value))
    detail = f"{own.written} ~ {other.written}" if own.text != other.text else other.written
    return Term(likeness.reason, grid(earned / found.matched), detail, (_own(own), _other(other)))


def _alone(side: Side, found: Tally, which: int) -> Iterable[Term]:
    charges = found.charged[which]
    whole = found.matched + sum(found.charged[0].values()) + sum(found.charged[1].values())
    name = ("names.word_only_subject", "names.word_only_listed")[which]
    for number, charge in charges.items():
        word = side.name.words[number]
        place = _other(word) if which else _own(word)
        yield Term(name, 0.0 - grid(found.agreed * charge / whole), word.written, (place,))


def together_terms(subject: Side, listed: Side, ratio: float, adjustment: float) -> tuple[Term, ...]:
    """Return the terms of two names compared without their spaces."""
    own = " ".join(word.written for word in subject.name.words)
    other = " ".join(word.written for word in listed.name.words)
    whole = (Evidence("subject.name", 0, len(own), own), Evidence("listed", 0, len(other), other))
    value = 1.0 - constants.TOGETHER_SLOPE * (1.0 - ratio)
    first = Term("names.written_together", grid(value), f"{own} ~ {other}", whole)
    return (first, Term("names.common_words_only", grid(adjustment))) if adjustment else (first,)


def _own(word: Word) -> Evidence:
    return Evidence(f"subject.{word.field}", word.start, word.end, word.written)


def _other(word: Word) -> Evidence:
    return Evidence("listed", word.start, word.end, word.written)
