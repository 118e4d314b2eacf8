"""An organisation or vessel asked for and one of a list compared: the names that fit, and the numbers beside.

Conditions; the terms of each sum to the score:
1. the name that fits best (`organisations_compare.py`) and the evidence of numbers (`documents_weight.py`)
   are added; what only one side states says nothing, and an address, a flag or a country of registration
   is no evidence;
2. an alias that the list itself calls weak lowers, and a name that is not weak stands when it fits better;
   by a weak alias alone nothing is an alert;
3. the same number (IMO, MMSI, tax number, registration) makes a candidate whatever the name, since ships are
   renamed and companies re-founded: the name then lowers by NAME_AGAINST at most;
4. without it, and without a word or an acronym that fits, nothing is an alert (`names.no_word_fits`): units
   and ships share numbers;
5. without it, and where not even a number of the name fits, NOTHING_FITS is taken off.

>>> from cordillera.engines.names.model import SubjectKind
>>> ship = ListedPerson("7", (ListedName("SEA STAR III"),), kind=SubjectKind.VESSEL)
>>> found = compare_entry(Subject("1", "M/V Sea Star 3", kind=SubjectKind.VESSEL), ship)
>>> found.score == total(found.terms), found.score > 4.25
(True, True)
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from cordillera.engines.names import constants
from cordillera.engines.names.basis import Basis, rests_on
from cordillera.engines.names.calibration import probability
from cordillera.engines.names.conclude import NAME_AGAINST, WEAK_ALIAS, WEAK_BELOW, Match
from cordillera.engines.names.evidence import Facts, facts_listed, facts_of, weigh_facts
from cordillera.engines.names.likeness import Reason
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.organisations_compare import KindComparison, compare_kind
from cordillera.engines.names.weights import GRID, LIST_THRESHOLD
from cordillera.foundation.explain import Evidence, Term, total

__all__ = ["NOTHING_FITS", "ListedPerson", "Match", "compare_entry", "facts_asked", "name_asked"]

NOTHING_FITS: Final = -8.0  # bits
_SAME_DOCUMENT: Final = "names.document_equal"
_WORDS: Final = frozenset({*(reason.message for reason in Reason if reason), "names.acronym"})
_FITS: Final = _WORDS | {"names.number_equal"}
_NAMELESS: Final = ListedName("")


class _Named(msgspec.Struct, frozen=True):
    """One name of the entry, compared."""

    name: ListedName
    found: KindComparison


def name_asked(subject: Subject) -> str:
    """Return the name under which something other than a person is asked for."""
    return subject.full_name.strip() or f"{subject.given_names} {subject.family_names}".strip()


def facts_asked(subject: Subject) -> Facts:
    """Return what speaks for or against beside the name: numbers and nothing else (condition 1)."""
    return Facts(numbers=facts_of(subject).numbers)


def compare_entry(subject: Subject, entry: ListedPerson) -> Match:
    """Return the comparison of a subject with the name of an entry that fits best, whatever its score."""
    own, other = facts_asked(subject), Facts(numbers=facts_listed(entry).numbers)
    evidence = weigh_facts(own, other)
    text, names = name_asked(subject), entry.names[: constants.MAX_NAMES] or (_NAMELESS,)
    compared = [_Named(name, compare_kind(subject.kind, text, name.full)) for name in names]
    terms, best = max(
        ((_terms(one, evidence, entry.entry_id), one) for one in compared),
        key=lambda pair: (total(pair[0]), not pair[1].name.weak),
    )
    score = total(terms)
    return Match(
        entry_id=entry.entry_id,
        listed_name=best.name.full,
        similarity=best.found.similarity,
        score=score,
        probability=probability(score),
        completeness=float(Basis.DOCUMENT in rests_on(evidence)),
        terms=terms,
    )


def _terms(named: _Named, evidence: tuple[Term, ...], entry_id: str) -> tuple[Term, ...]:
    place = f"list:{entry_id}/{named.name.path or 'name'}"
    terms = (*(_placed(term, place) for term in named.found.terms), *evidence)
    against = named.found.score
    if _same_document(evidence):  # 3
        return (*terms, *_over_name(against), *_weak(named.name, terms, evidence))
    fitting = {term.name for term in named.found.terms} & _FITS
    if not fitting:  # 5
        terms = (*terms, Term("names.nothing_fits", NOTHING_FITS))
    if not fitting & _WORDS:  # 4
        terms = (*terms, _lowered("names.no_word_fits", total(terms)))
    return (*terms, *_weak(named.name, terms, evidence))


def _over_name(against: float) -> Iterable[Term]:
    if against < NAME_AGAINST:
        yield Term("names.document_over_name", NAME_AGAINST - against)


def _weak(name: ListedName, terms: Sequence[Term], evidence: Sequence[Term]) -> Iterable[Term]:
    """Condition 2."""
    if not name.weak:
        return
    yield Term("names.weak_alias", WEAK_ALIAS, name.full)
    if not any(term.contribution > 0.0 for term in evidence):
        yield _lowered("names.weak_alias_alone", total(terms) + WEAK_ALIAS)


def _lowered(reason: str, score: float) -> Term:
    return Term(reason, round(min(0.0, LIST_THRESHOLD - WEAK_BELOW - score) * GRID) / GRID)


def _same_document(evidence: Sequence[Term]) -> bool:
    return any(term.name == _SAME_DOCUMENT for term in evidence)


def _placed(term: Term, place: str) -> Term:
    """Return a term of a pair with the place in the list of what it is about."""
    shown = tuple(
        Evidence(place, item.start, item.end, item.text) if item.source == "listed" else item
        for item in term.evidence
    )
    return Term(term.name, term.contribution, term.detail, shown)
