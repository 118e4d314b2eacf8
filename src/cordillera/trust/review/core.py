"""The pure rules of the queue: how findings combine, which step may follow which, what comes first.

>>> combine((Finding("finding.list_match", 0.8, (Term("names.equal", 0.8),)),)).score
0.8
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import fsum, isfinite

import msgspec

from cordillera.foundation.explain import Evidence, Term, total
from cordillera.trust.review.errors import (
    AlertChanged,
    AlreadyDecided,
    ConsentNeeded,
    GroundRemains,
    NoNamedOfficer,
    NothingToUndo,
    ReasonTooShort,
    ScoreUnexplained,
    SecondOfficerNeeded,
    UndoTooLate,
)
from cordillera.trust.review.model import (
    Alert,
    AlertRow,
    AlertStatus,
    Decision,
    Finding,
    Outcome,
    ReviewPolicy,
    Ruling,
    ScoredTerm,
)
from cordillera.trust.review.ports import Officer
from cordillera.trust.safeguards.traits import check_scored_fields

NODE = "node"
LIST_SOURCES = ("list:", "listed")
"""How the source of evidence begins that stands in a list, not in a message."""
_TOLERANCE = 1e-6
_BANDS = ((0.95, 3), (0.88, 2), (0.80, 1))
_TOP_REASONS = 3
_SUBJECT = "subject."


class Combined(msgspec.Struct, frozen=True):
    """The score of an alert and the share of every term in it; the shares sum to the score."""

    score: float
    terms: tuple[ScoredTerm, ...]


class Standing(msgspec.Struct, frozen=True):
    """What the rules need to know about an alert. `proposer` is who asked for a countersignature."""

    status: AlertStatus
    version: int
    proposer: str = ""
    in_redress: bool = False
    offered: bool = False
    restrained: bool = False


def check_finding(finding: Finding) -> None:
    """Let a finding into the queue only if it may ask for a person's judgement. It must hold.

    1. No term of it that counts is about a protected trait or nationality (DESIGN 4.4).
    2. Its score lies in 0..1 and is the sum of its terms (DESIGN 4.6).

    Raises `ProtectedTrait`, `ScoreUnexplained`.
    """
    check_scored_fields(_scored_fields(finding))  # 1
    explained = total(finding.terms)
    if not (
        isfinite(finding.score) and 0 <= finding.score <= 1 and abs(explained - finding.score) < _TOLERANCE
    ):
        raise ScoreUnexplained(kind=finding.kind, score=finding.score, explained=explained)


def _scored_fields(finding: Finding) -> Iterator[str]:
    """The names of the terms that count, and of the subject's fields that they rest on."""
    for term in finding.terms:
        if term.contribution != 0:
            yield term.name
            yield from (one.source for one in term.evidence if one.source.startswith(_SUBJECT))


def combine(findings: Sequence[Finding]) -> Combined:
    """Combine findings to one score in 0..1.

    Findings of one kind (two lists naming the same person) are not independent: the strongest counts,
    the others stand beside it with a share of 0. Kinds combine as noisy-OR: each next kind, strongest
    first, adds its score times what was left to 1. Shares of terms scale along, so they sum to the score.
    """
    weights = _weights(findings)
    terms = tuple(
        ScoredTerm(finding=index, term=term, share=term.contribution * weights.get(index, 0.0))
        for index, finding in enumerate(findings)
        for term in finding.terms
    )
    return Combined(score=min(1.0, max(0.0, fsum(term.share for term in terms))), terms=terms)


def _weights(findings: Sequence[Finding]) -> Mapping[int, float]:
    strongest: dict[str, int] = {}
    for index, finding in enumerate(findings):
        best = strongest.get(finding.kind)
        if best is None or finding.score > findings[best].score:
            strongest[finding.kind] = index
    weights, left = {}, 1.0
    for index in sorted(strongest.values(), key=lambda i: -findings[i].score):
        weights[index] = left
        left *= 1.0 - findings[index].score
    return weights


def band(score: float) -> int:
    """Return the severity band of a score: 3 strong, 2 likely, 1 possible, 0 weak."""
    return next((level for floor, level in _BANDS if score >= floor), 0)


def top_reasons(findings: Sequence[Finding]) -> tuple[Term, ...]:
    """Return what moved the score most, terms of one name together, at most three.

    First comes the largest of each kind of finding (a list, a rule, a report), also of one whose share is
    nothing because another is certain: a line that is cut tells all that speaks. Then the largest others.
    A term with neither detail nor evidence (a limit, a rounding) moves the score but is no reason.
    """
    shares: dict[str, float] = {}
    details: dict[str, list[str]] = {}
    leading: list[str] = []
    for index, weight in _weights(findings).items():
        own: dict[str, float] = {}
        for term in findings[index].terms:
            if term.contribution and (term.detail or term.evidence):
                own[term.name] = own.get(term.name, 0.0) + term.contribution
                details.setdefault(term.name, []).append(term.detail)
        for name, contribution in own.items():
            shares[name] = shares.get(name, 0.0) + contribution * weight
        leading += sorted(own, key=lambda name: -abs(own[name]))[:1]
    ranked = sorted(shares, key=lambda name: -abs(shares[name]))
    chosen = list(dict.fromkeys((*leading, *ranked)))[:_TOP_REASONS]
    return tuple(Term(name, shares[name], ", ".join(filter(None, details[name]))) for name in chosen)


def check_ruling(standing: Standing, officer: Officer, ruling: Ruling, policy: ReviewPolicy) -> AlertStatus:
    """Return the status an officer's conclusion leads to, or raise.

    1. a named officer concludes, never the node;
    2. the alert is not decided yet;
    3. it has not changed since the officer opened it;
    4. the reason has at least `policy.min_reason` letters or digits;
    5. where two officers must confirm, the second is not the first; while the person disputes the alert,
       two officers must;
    6. for lack of ground an alert is closed only when no finding of it has one (`standing.offered`);
    7. a match is confirmed on what may be acted upon (H3, PAP): the marking allows it, or the giver consented
       (`standing.restrained` says neither), or the officer says in words why it cannot wait (ADR 0082).
    """
    if not officer.officer_id or officer.officer_id == NODE or not officer.name.strip():
        raise NoNamedOfficer
    if standing.status is AlertStatus.DECIDED:
        raise AlreadyDecided
    if ruling.version is not None and ruling.version != standing.version:
        raise AlertChanged(seen=ruling.version, now=standing.version)
    _check_words(ruling.reason, policy)
    if ruling.outcome is Outcome.NO_GROUND and not standing.offered:
        raise GroundRemains
    if ruling.outcome is Outcome.CONFIRMED and standing.restrained:  # 7
        if not ruling.urgent:
            raise ConsentNeeded
        _check_words(ruling.urgent, policy)
    return _concluded(standing, officer, ruling.outcome, policy)


def _check_words(said: str, policy: ReviewPolicy) -> None:
    if sum(letter.isalnum() for letter in said) < policy.min_reason:
        raise ReasonTooShort(minimum=policy.min_reason)


def _concluded(standing: Standing, officer: Officer, outcome: Outcome, policy: ReviewPolicy) -> AlertStatus:
    if outcome is Outcome.NEEDS_MORE:
        return AlertStatus.WAITING
    if outcome in {Outcome.NOT_SAME_PERSON, Outcome.NO_GROUND} or not (
        policy.two_officers or standing.in_redress
    ):
        return AlertStatus.DECIDED
    if standing.status is not AlertStatus.COUNTERSIGN:
        return AlertStatus.COUNTERSIGN
    if standing.proposer == officer.officer_id:
        raise SecondOfficerNeeded(proposer=standing.proposer)
    return AlertStatus.DECIDED


def check_undo(last: Decision | None, officer: Officer, now: datetime, policy: ReviewPolicy) -> Decision:
    """Return the decision an officer may take back: their own, standing, and recent; or raise."""
    if last is None or last.undone_at is not None:
        raise NothingToUndo
    if last.officer_id != officer.officer_id or now > undo_until(last.decided_at, policy):
        raise UndoTooLate(minutes=policy.undo_minutes)
    return last


def undo_until(decided_at: datetime, policy: ReviewPolicy) -> datetime:
    """Return until when a decision can be taken back."""
    return decided_at + timedelta(minutes=policy.undo_minutes)


def after_new_finding(status: AlertStatus) -> AlertStatus:
    """Return the status once a new finding came: what was decided or waiting asks for a human again."""
    return AlertStatus.OPEN if status in {AlertStatus.DECIDED, AlertStatus.WAITING} else status


def finding_identity(finding: Finding) -> str:
    """Return what makes two findings the same: kind, list and entry, and the entry's own content.

    When the list changes the entry, the finding is a new one and earlier clearances do not cover it.
    """
    if finding.listed is None:
        return f"{finding.kind}|{finding.source}"
    listed = finding.listed
    content = hashlib.sha256(
        msgspec.json.encode(sorted((f.label, f.value) for f in listed.fields))
    ).hexdigest()
    return f"{finding.kind}|{listed.list_name}|{listed.entry_id}|{content}"


def unnamed(row: AlertRow) -> AlertRow:
    """Return an alert's line without what tells whom it is about; what lists say stays."""
    return msgspec.structs.replace(row, label="", reasons=tuple(_unnamed_term(one) for one in row.reasons))


def unnamed_alert(alert: Alert) -> Alert:
    """Return an alert without what tells whom it is about; what lists say and what was decided stay."""
    return msgspec.structs.replace(
        alert,
        row=unnamed(alert.row),
        findings=tuple(_unnamed_finding(one) for one in alert.findings),
        terms=tuple(
            msgspec.structs.replace(scored, term=_unnamed_term(scored.term)) for scored in alert.terms
        ),
    )


def _unnamed_finding(finding: Finding) -> Finding:
    return msgspec.structs.replace(
        finding,
        terms=tuple(_unnamed_term(one) for one in finding.terms),
        evidence=tuple(_unnamed_evidence(one) for one in finding.evidence),
    )


def _unnamed_term(term: Term) -> Term:
    return msgspec.structs.replace(
        term, detail="", evidence=tuple(_unnamed_evidence(one) for one in term.evidence)
    )


def _unnamed_evidence(evidence: Evidence) -> Evidence:
    of_list = evidence.source.startswith(LIST_SOURCES)
    return evidence if of_list else msgspec.structs.replace(evidence, text="")
