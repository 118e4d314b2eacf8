"""The reasons of an alert as an officer reads them: what the message says beside what the list says.

Contradictions come first, then what agrees, the heaviest first. Each reason keeps the colour of its piece
in the score bar, so the two can be matched at a glance.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import msgspec

from cordillera.desks.travellers.excerpt import Run
from cordillera.desks.travellers.rules_findings import RAISED
from cordillera.desks.travellers.rules_retold import retold
from cordillera.engines.names.basis import rests_on
from cordillera.engines.rules.words import Language
from cordillera.foundation.explain import Evidence, Term
from cordillera.trust.review.core import LIST_SOURCES
from cordillera.trust.review.model import Alert, Finding, Listed, Measures

MESSAGE = "message:"
RULES = "rules."
"""Terms of rules say in words which condition held; their evidence is the value alone."""
_COLOURS = 6
_ORDER = {"contradicts": 0, "equal": 1, "near": 1, "lowers": 2, "neutral": 3}


class Ground(msgspec.Struct, frozen=True):
    """One reason: its term, its share of the score, and both sides as written.

    `verdict`: equal, near (resembles), contradicts, lowers (nothing to compare, but it counts against),
    or neutral. `colour` is that of its piece in the bar.
    """

    term: str
    detail: str
    share: float
    ours: tuple[Run, ...]
    theirs: tuple[Run, ...]
    verdict: str
    colour: str
    cited: tuple[Evidence, ...]


class Case(msgspec.Struct, frozen=True):
    """One finding made readable: the list entry, its score alone, its grounds, what the comparison found."""

    kind: str
    score: float
    listed: Listed | None
    grounds: tuple[Ground, ...]
    contradicted: bool
    measures: Measures | None = None
    rests_on: tuple[str, ...] = ()


def bar_terms(alert: Alert) -> tuple[Term, ...]:
    """Return the pieces of the score bar: what raises it, the largest first, then what lowers it."""
    moved = [scored for scored in alert.terms if scored.share]
    ordered = sorted(moved, key=lambda scored: (scored.share < 0, -abs(scored.share)))
    return tuple(Term(scored.term.name, scored.share, scored.term.detail) for scored in ordered)


def cases(alert: Alert, language: Language = "en") -> tuple[Case, ...]:
    """Return every finding with its grounds, the strongest first; only those that count carry shares.

    What rules found is told in the language.
    """
    shares = _shares(alert)
    colours = _colours(alert)
    order = sorted(range(len(alert.findings)), key=lambda index: -alert.findings[index].score)
    return tuple(
        _case(_retold(alert.findings[index], language), shares.get(index), colours.get(index))
        for index in order
    )


def _retold(finding: Finding, language: Language) -> Finding:
    terms = tuple(
        msgspec.structs.replace(term, detail=retold(term.detail, language))
        if term.name.startswith(RULES) and term.name != RAISED
        else term
        for term in finding.terms
    )
    return msgspec.structs.replace(finding, terms=terms)


def _shares(alert: Alert) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for scored in alert.terms:
        found.setdefault(scored.finding, []).append(scored.share)
    return {index: shares for index, shares in found.items() if any(shares)}


def _colours(alert: Alert) -> dict[int, list[str]]:
    """Number the pieces as the bar does: those that raise, by size; what lowers has a colour of its own."""
    places = [(scored.finding, scored.share) for scored in alert.terms]
    raising = sorted((at for at, (_, share) in enumerate(places) if share > 0), key=lambda at: -places[at][1])
    rank = {at: str(number % _COLOURS + 1) for number, at in enumerate(raising)}
    found: dict[int, list[str]] = {}
    for at, (finding, share) in enumerate(places):
        found.setdefault(finding, []).append(rank.get(at, "minus" if share < 0 else ""))
    return found


def _case(finding: Finding, shares: Sequence[float] | None, colours: Sequence[str] | None) -> Case:
    weights = shares or [term.contribution for term in finding.terms]
    marks = colours if shares and colours else [""] * len(finding.terms)
    grounds = [
        _ground(term, share, mark) for term, share, mark in zip(finding.terms, weights, marks, strict=True)
    ]
    grounds.sort(key=lambda ground: (_ORDER[ground.verdict], -abs(ground.share)))
    contradicted = any(ground.verdict == "contradicts" for ground in grounds)
    told, measures = (finding.kind, finding.score, finding.listed), finding.measures
    return Case(*told, tuple(grounds), contradicted, measures, rests_on(finding.terms) if measures else ())


def _ground(term: Term, share: float, colour: str) -> Ground:
    ours = _said(item for item in term.evidence if not item.source.startswith(LIST_SOURCES))
    theirs = _said(item for item in term.evidence if item.source.startswith(LIST_SOURCES))
    return Ground(
        term=term.name,
        detail="" if (ours or theirs) and not term.name.startswith(RULES) else term.detail,
        share=share,
        ours=compared(ours, theirs),
        theirs=compared(theirs, ours),
        verdict=_verdict(share, ours, theirs),
        colour=colour,
        cited=tuple(item for item in term.evidence if item.source.startswith(MESSAGE)),
    )


def compared(text: str, other: str) -> tuple[Run, ...]:
    """Cut `text` where it differs from `other`, letter by letter; case and accents are no difference.

    >>> [run.text for run in compared("AYMAN", "Aiman") if run.cited]
    ['Y']
    """
    if not text or not other:
        return (Run(text, cited=False),) if text else ()
    matcher = SequenceMatcher(None, _plain(text), _plain(other), autojunk=False)
    return tuple(
        Run(text[start:end], cited=kind != "equal")
        for kind, start, end, _, _ in matcher.get_opcodes()
        if end > start
    )


def _plain(text: str) -> str:
    """Fold each letter to one letter, so that places stay the same."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] for letter in text)


def _said(items: Iterable[Evidence]) -> str:
    return " ".join(item.text for item in items)


def _verdict(share: float, ours: str, theirs: str) -> str:
    if share < 0:
        return "contradicts" if ours and theirs else "lowers"
    if share > 0 and (ours or theirs):
        return "equal" if _plain(ours) == _plain(theirs) else "near"
    return "neutral"
