"""What pages, the API and commands show of an agreement: the same facts, in the file's two languages.

>>> from cordillera.trust.agreements.book import PolicyBook
>>> coverage_of(PolicyBook.load_shipped().get("us-ec-2025").agreement).unmapped
0
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from cordillera.trust.agreements.check import article_of, is_numbered, missing_articles
from cordillera.trust.agreements.compile import house_article
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.loading import LoadedAgreement
from cordillera.trust.agreements.model import Agreement, Clause, Quota, Text
from cordillera.trust.agreements.rules import HOUSE_RULES, MinPenalty, kind_of

ClauseKind = Literal["rule", "human_duty", "unmapped"]


class Coverage(msgspec.Struct, frozen=True):
    """How many articles a machine rule enforces, how many only people do, how many nobody does."""

    articles: int
    ruled: int
    human_duty: int
    unmapped: int


class ServiceView(msgspec.Struct, frozen=True):
    """One service and its limits."""

    type: str
    article: str
    title: Text
    directions: tuple[str, ...]
    actions: tuple[str, ...]
    purposes: tuple[str, ...]
    subject_categories: tuple[str, ...]
    officer_roles: tuple[str, ...]
    four_eyes: bool
    fields: Mapping[str, tuple[str, ...]]
    quota: Quota
    max_candidates: int


class ClauseView(msgspec.Struct, frozen=True):
    """An article beside its rules: `policies` is the Cedar text that enforces it."""

    article: str
    id: str
    title: Text
    text: Text
    kind: ClauseKind
    rules: tuple[str, ...]
    services: tuple[str, ...]
    human_duty: Text | None
    assumed: bool
    confirmed: bool
    policies: tuple[str, ...]
    more_than_months: int = 0


class HouseRuleView(msgspec.Struct, frozen=True):
    """A rule that the node adds because no article carries it everywhere."""

    id: str
    rule: str
    policy: str


class AgreementSummary(msgspec.Struct, frozen=True):
    """One line of the list of agreements."""

    id: str
    code: str
    title: Text
    version: int
    status: str
    parties: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    services: int
    open_assumptions: int
    production: bool
    coverage: Coverage


class AgreementView(msgspec.Struct, frozen=True):
    """One agreement whole."""

    summary: AgreementSummary
    agreement_hash: str
    policy_hash: str
    authorities: Mapping[str, str]
    purposes: tuple[str, ...]
    offences: tuple[str, ...]
    grounds: tuple[str, ...]
    services: tuple[ServiceView, ...]
    clauses: tuple[ClauseView, ...]
    house_rules: tuple[HouseRuleView, ...]


def coverage_of(agreement: Agreement) -> Coverage:
    """Count the articles of the treaty by who answers for them.

    An article is ruled when one of its clauses has a rule, else left to people when one has a duty, else
    unmapped. Articles that the authentic text has and the file has not count as unmapped. What is no
    numbered article (a preamble, an annex) is counted only in a text that has no articles at all.
    """
    grouped: dict[str, list[ClauseKind]] = {}
    for clause in agreement.clauses:
        grouped.setdefault(article_of(clause.article), []).append(clause_kind(clause))
    numbered = {name: kinds for name, kinds in grouped.items() if is_numbered(name)} or grouped
    best = [_best(kinds) for kinds in numbered.values()]
    missing = len(missing_articles(agreement))
    counts = [best.count(kind) for kind in _KINDS]
    return Coverage(len(best) + missing, counts[0], counts[1], counts[2] + missing)


def _best(kinds: list[ClauseKind]) -> ClauseKind:
    return next(kind for kind in _KINDS if kind in kinds)


_KINDS: tuple[ClauseKind, ...] = ("rule", "human_duty", "unmapped")


def clause_kind(clause: Clause) -> ClauseKind:
    """Tell who answers for a clause."""
    if clause.rules:
        return "rule"
    return "unmapped" if clause.human_duty is None else "human_duty"


def summary_of(loaded: LoadedAgreement, state: AgreementState) -> AgreementSummary:
    """Return the list's line; `production` says whether real requests can pass at all."""
    agreement = loaded.agreement
    still_open = sum(clause.assumed and clause.article not in state.confirmed for clause in agreement.clauses)
    return AgreementSummary(
        id=agreement.id,
        code=agreement.code,
        title=agreement.title,
        version=agreement.version,
        status=str(state.status),
        parties=tuple(party.code for party in agreement.parties),
        valid_from=agreement.valid.from_,
        valid_to=agreement.valid.to,
        services=len(agreement.services),
        open_assumptions=still_open,
        production=state.status == "in_force" and still_open == 0,
        coverage=coverage_of(agreement),
    )


def view_of(loaded: LoadedAgreement, state: AgreementState) -> AgreementView:
    """Return everything about an agreement as it stands."""
    agreement = loaded.agreement
    return AgreementView(
        summary=summary_of(loaded, state),
        agreement_hash=loaded.agreement_hash,
        policy_hash=loaded.policy_hash,
        authorities={party.code: party.authority for party in agreement.parties},
        purposes=agreement.purposes,
        offences=tuple(offence.code for offence in agreement.offence_list),
        grounds=tuple(map(str, agreement.grounds)),
        services=_services(agreement),
        clauses=tuple(_clause(loaded, clause, state) for clause in agreement.clauses),
        house_rules=_house_rules(loaded),
    )


def _services(agreement: Agreement) -> tuple[ServiceView, ...]:
    return tuple(
        ServiceView(
            type=service.type,
            article=agreement.article_id(service.article),
            title=service.title,
            directions=tuple(f"{way.from_}>{way.to}" for way in service.directions),
            actions=tuple(map(str, service.actions)),
            purposes=service.purposes,
            subject_categories=tuple(map(str, service.subject_categories)),
            officer_roles=service.preconditions.officer_roles,
            four_eyes=service.preconditions.four_eyes,
            fields={str(action): tuple(sorted(service.fields_for(action))) for action in service.actions},
            quota=service.quota,
            max_candidates=service.max_candidates,
        )
        for service in agreement.services
    )


def _clause(loaded: LoadedAgreement, clause: Clause, state: AgreementState) -> ClauseView:
    article = loaded.agreement.article_id(clause.article)
    return ClauseView(
        article=clause.article,
        id=article,
        title=clause.title,
        text=clause.text,
        kind=clause_kind(clause),
        rules=tuple(kind_of(rule) for rule in clause.rules),
        services=clause.applies_to.services,
        human_duty=clause.human_duty,
        assumed=clause.assumed,
        confirmed=clause.article in state.confirmed,
        policies=_policies(loaded, article),
        more_than_months=max(
            (rule.more_than_months for rule in clause.rules if isinstance(rule, MinPenalty)), default=0
        ),
    )


def _policies(loaded: LoadedAgreement, article: str) -> tuple[str, ...]:
    return tuple(policy.text for policy in loaded.compiled.policies if policy.article == article)


def _house_rules(loaded: LoadedAgreement) -> tuple[HouseRuleView, ...]:
    cited = ((house_article(rule), kind_of(rule)) for rule in HOUSE_RULES)
    return tuple(
        HouseRuleView(article, kind, policy)
        for article, kind in cited
        for policy in _policies(loaded, article)
    )
