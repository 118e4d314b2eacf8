"""The comparison of one subject with one listed person: the readable reference of the matcher.

What raises or lowers the score, in this order; each is a `Term`, and the terms sum exactly to the score:
1. words that fit each other earn their share of the weight, less what their spelling differs;
2. words that only one side has cost a little; words that contradict each other cost their full weight;
   a missing second surname is nearly free, a missing or other first surname is not;
3. two surnames in exchanged order, or given and family names exchanged, lower;
4. agreement in common words only lowers; an alias that the list calls weak lowers;
5. the date of birth raises when it agrees, lowers when it contradicts, and says nothing when unknown;
6. the same document number of the same kind raises strongly;
7. the sum is limited to [0, 1] by a term of its own.

>>> listed = ListedPerson("1", (ListedName("MACIAS VILLAMAR, Jose Adolfo"),))
>>> match = compare(Subject("row 1", "José Macías"), listed)
>>> match.score >= 0.8 and match.score == sum(term.contribution for term in match.terms)
True
"""

from typing import Final

import msgspec
from rapidfuzz.distance import OSA

from cordillera.engines.names import constants
from cordillera.engines.names.birth import BirthEvidence, read_birth, weigh_birth
from cordillera.engines.names.documents import DocumentEvidence, weigh_documents
from cordillera.engines.names.explain import explain_words, grid, together_terms
from cordillera.engines.names.model import BirthRange, Document, ListedName, ListedPerson, Match, Subject
from cordillera.engines.names.normalise import Name, read_name
from cordillera.engines.names.pairing import (
    Edges,
    Side,
    Tally,
    common_adjustment,
    edges_between,
    merged,
    tally,
    weigh,
)
from cordillera.engines.names.vocabulary import Vocabulary
from cordillera.foundation.explain import Evidence, Term

_NO_LIST: Final = Vocabulary()
_SHORTEST_TOGETHER: Final = 6


class PreparedSubject(msgspec.Struct, frozen=True):
    """A subject whose name and date have been read once."""

    ref: str
    name: Name
    birth: BirthRange | None
    birth_text: str
    documents: tuple[Document, ...]


class NameComparison(msgspec.Struct, frozen=True):
    """Two names compared: sides and edges as used, the tally, and the ratio if written together."""

    value: float
    subject: Side
    listed: Side
    edges: Edges
    found: Tally
    together: float = 0.0
    adjustment: float = 0.0

    def terms(self) -> tuple[Term, ...]:
        """Return the explanation of the value."""
        if self.together:
            return together_terms(self.subject, self.listed, self.together, self.adjustment)
        return explain_words(self.subject, self.listed, self.edges, self.found)


def prepare(subject: Subject) -> PreparedSubject:
    """Read the parts of a subject that every comparison needs."""
    name = read_name(subject.full_name, subject.given_names, subject.family_names)
    birth = read_birth(subject.date_of_birth)
    return PreparedSubject(subject.ref, name, birth, subject.date_of_birth, subject.documents)


def compare(subject: Subject, person: ListedPerson, vocabulary: Vocabulary = _NO_LIST) -> Match:
    """Return the match of a subject with the best-fitting name of a listed person (source: ADR 0011)."""
    ready = prepare(subject)
    own = weigh(ready.name, vocabulary)
    compared = [
        (compare_names(own, weigh(read_name(name.full, name.given, name.family), vocabulary)), name)
        for name in person.names[: constants.MAX_NAMES] or (ListedName(""),)
    ]
    best, name = max(compared, key=lambda pair: with_quality(pair[0].value, pair[1]))
    return conclude(ready, person, name, best)


def compare_names(subject: Side, listed: Side, edges: Edges | None = None) -> NameComparison:
    """Return the better of two ways to compare: word by word, or written without spaces."""
    own, other = merged(subject, listed), merged(listed, subject)
    if edges is None or own is not subject or other is not listed:
        edges = edges_between(own, other)
    found = tally(own, other, edges)
    ratio, adjustment = _together(own, other)
    value = 1.0 - constants.TOGETHER_SLOPE * (1.0 - ratio) + adjustment if ratio else 0.0
    if value > found.value:
        return NameComparison(value, own, other, edges, found, ratio, adjustment)
    return NameComparison(found.value, own, other, edges, found)


def with_quality(value: float, name: ListedName) -> float:
    """Return the score of a name after what the list itself says about its quality."""
    return value + (constants.WEAK_ALIAS if name.weak else 0.0)


def conclude(
    subject: PreparedSubject, person: ListedPerson, name: ListedName, compared: NameComparison
) -> Match:
    """Join the evidence of name, date of birth and documents to a match whose terms sum to its score."""
    place = f"list:{person.entry_id}/{name.path or 'name'}"
    terms = [msgspec.structs.replace(term, evidence=_placed(term, place)) for term in compared.terms()]
    if name.weak:
        terms.append(Term("names.weak_alias", grid(constants.WEAK_ALIAS), name.full))
    terms.append(_birth_term(subject, weigh_birth(subject.birth, person.births)))
    shared = weigh_documents(subject.documents, person.documents)
    if shared:
        terms.append(_document_term(shared))
    terms.extend(Term(flag, 0.0) for flag in subject.name.flags)
    total, limited = _limited(terms)
    return Match(person.entry_id, name.full, total, limited)


def _together(subject: Side, listed: Side) -> tuple[float, float]:
    """Return the likeness of both names without spaces, when their spaces differ; else 0.0."""
    if len(subject.weights) == len(listed.weights):
        return 0.0, 0.0
    own, other = _joined(subject), _joined(listed)
    if min(len(own), len(other)) < _SHORTEST_TOGETHER:
        return 0.0, 0.0
    ratio = OSA.normalized_similarity(own, other, score_cutoff=constants.TOGETHER_MIN)
    told = min(_told(subject), _told(listed))
    return (ratio, common_adjustment(told)) if ratio else (0.0, 0.0)


def _joined(side: Side) -> str:
    return "".join(word.text for word in side.name.words)


def _told(side: Side) -> float:
    return sum(weight for weight, word in zip(side.weights, side.name.words, strict=True) if not word.light)


def _limited(terms: list[Term]) -> tuple[float, tuple[Term, ...]]:
    total = sum(term.contribution for term in terms)
    within = min(1.0, max(0.0, total))
    if within != total:
        terms.append(Term("names.limit", within - total))
    return within, tuple(terms)


def _placed(term: Term, place: str) -> tuple[Evidence, ...]:
    return tuple(
        msgspec.structs.replace(item, source=place) if item.source == "listed" else item
        for item in term.evidence
    )


def _birth_term(subject: PreparedSubject, evidence: BirthEvidence) -> Term:
    own = subject.birth_text.strip()
    listed = _written(evidence.listed) if evidence.listed else ""
    shown = (
        Evidence("subject.date_of_birth", 0, len(own), own),
        Evidence("listed.date_of_birth", 0, len(listed), listed),
    )
    kept = tuple(item for item in shown if item.text)
    detail = " / ".join(item.text for item in kept)
    return Term(evidence.reason, grid(evidence.contribution), detail, kept)


def _document_term(shared: DocumentEvidence) -> Term:
    own, other = shared.subject.number, shared.listed.number
    evidence = (
        Evidence("subject.document", 0, len(own), own),
        Evidence("listed.document", 0, len(other), other),
    )
    return Term(shared.reason, grid(shared.contribution), f"{own} = {other}", evidence)


def _written(birth: BirthRange) -> str:
    if birth.first == birth.last:
        return birth.first.isoformat()
    return f"{birth.first.isoformat()}..{birth.last.isoformat()}"
