"""What a lawyer should look at twice: an agreement that is well formed may still be unwise or incomplete.

`check.py` refuses what contradicts itself; this names what smells, and refuses nothing:

1. safeguards that no clause claims, so that the house adds them;
2. services, purposes, categories and offences that can never be used;
3. fields that state a protected trait;
4. limits so wide that they limit nothing, or missing;
5. data given out whose keeping nobody limits;
6. texts, duties and contacts that are missing;
7. terms that are only assumed.

>>> from cordillera.trust.agreements.loading import load_shipped
>>> codes = {smell.code for smell in smells_of(load_shipped()[0].agreement)}
>>> "assumed_term" in codes
True
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from cordillera.trust.access.model import Role
from cordillera.trust.agreements.compile import NODE_PREFIX, compile_agreement
from cordillera.trust.agreements.model import Agreement, Clause, Service
from cordillera.trust.agreements.rules import MinPenalty
from cordillera.trust.agreements.vocabulary import OPENINGS, Action

WIDE_A_DAY: Final = 5_000
"""More uses a day than individual cases explain (PCSC 5(1))."""
TRAITS: Final = (
    "race", "racial", "ethnic", "religio", "belief", "politic", "union", "health", "medical", "sexual",
    "orientation", "disab", "raza", "etni", "credo", "salud", "sindic", "asylum", "asilo",
)  # fmt: skip
_KEPT: Final = {
    Action.SEND_QUERY: ("query",),
    Action.ANSWER_QUERY: ("hit",),
    Action.CONFIRM_HIT: ("hit",),
    Action.REQUEST_FOLLOW_UP: ("hit",),
    Action.ANSWER_FOLLOW_UP: ("hit",),
    Action.SEND_NOTICE: ("notice",),
    Action.ACCEPT_NOTICE: ("notice",),
    Action.SHARE_FINDING: ("finding",),
    Action.SHARE_TRACK: ("track",),
    Action.RAISE_ALERT: ("alert", "finding"),
}
Level = Literal["warning", "note"]


class Smell(msgspec.Struct, frozen=True):
    """One thing to look at: `code` is a message id below `agreements.lint.`; a note is no fault."""

    level: Level
    code: str
    place: str


def smells_of(agreement: Agreement) -> tuple[Smell, ...]:
    """Return what smells, in the order of the list above."""
    looks = (_unclaimed, _unused, _traits, _limits, _keeping, _missing, _assumed)
    return tuple(smell for look in looks for smell in look(agreement))


def _unclaimed(agreement: Agreement) -> Iterator[Smell]:
    """1."""
    cited = {policy.article for policy in compile_agreement(agreement).policies}
    for article in sorted(name for name in cited if name.startswith(f"{NODE_PREFIX}/")):
        yield Smell("note", "house_rule", article)


def _unused(agreement: Agreement) -> Iterator[Smell]:
    """2."""
    served = {purpose for service in agreement.services for purpose in service.purposes}
    for purpose in sorted(set(agreement.purposes) - served):
        yield Smell("warning", "purpose_unserved", purpose)
    for service in agreement.services:
        yield from _unreachable(agreement, service)
    for clause in agreement.clauses:
        for offence, least in _below(agreement, clause):
            yield Smell("warning", "offence_below_threshold", f"{clause.article}: {offence} {least}")


def _unreachable(agreement: Agreement, service: Service) -> Iterator[Smell]:
    if not OPENINGS & set(service.actions):
        yield Smell("warning", "service_never_opened", service.type)
    if not set(service.preconditions.officer_roles) & set(map(str, Role)):
        yield Smell("warning", "service_without_role", service.type)
    if service.preconditions.offence and not agreement.offence_list:
        yield Smell("warning", "service_without_offence", service.type)
    if service.reciprocity and len(service.directions) == 1:
        yield Smell("warning", "one_way", service.type)
    answers = {Action.SEND_QUERY: Action.ANSWER_QUERY, Action.REQUEST_FOLLOW_UP: Action.ANSWER_FOLLOW_UP}
    for ask, reply in answers.items():
        if ask in service.actions and reply not in service.actions:
            yield Smell("warning", "no_answer", f"{service.type}: {ask}")


def _below(agreement: Agreement, clause: Clause) -> Iterator[tuple[str, int]]:
    least = max((rule.more_than_months for rule in clause.rules if isinstance(rule, MinPenalty)), default=0)
    for offence in agreement.offence_list:
        if least and offence.min_max_penalty_months <= least:
            yield offence.code, offence.min_max_penalty_months


def _traits(agreement: Agreement) -> Iterator[Smell]:
    """3."""
    for service in agreement.services:
        for category in service.data_categories:
            for name in category.fields_allowed:
                if names_a_trait(name):
                    yield Smell("warning", "protected_field", f"{service.type}: {name}")


def names_a_trait(field: str) -> bool:
    """Whether a part of a field's name stands for a protected trait.

    >>> names_a_trait("ethnic_origin"), names_a_trait("open_trace")
    (True, False)
    """
    return any(part.startswith(TRAITS) for part in re.split(r"[_.:-]", field.lower()))


def _limits(agreement: Agreement) -> Iterator[Smell]:
    """4."""
    for service in agreement.services:
        quota = service.quota
        if quota.per_day > WIDE_A_DAY:
            yield Smell("warning", "quota_wide", f"{service.type}: {quota.per_day}")
        if quota.per_officer >= quota.per_day:
            yield Smell("warning", "quota_of_one_officer", f"{service.type}: {quota.per_officer}")
        if Action.ANSWER_QUERY in service.actions and service.max_candidates == 0:
            yield Smell("warning", "candidates_unlimited", service.type)
        biometric = [one for one in service.data_categories if one.modality == "biometric"]
        if biometric and not service.preconditions.four_eyes:
            yield Smell("note", "biometrics_by_one", service.type)
        for category in biometric:
            if category.quality_min == 0:
                yield Smell("warning", "quality_unlimited", f"{service.type}: {category.name}")


def _keeping(agreement: Agreement) -> Iterator[Smell]:
    """5."""
    limited = {rule.category for rule in agreement.retention}
    missing = {
        names[0]
        for service in agreement.services
        for action in service.actions
        if not limited & set(names := _KEPT[action])
    }
    by_people = any(
        clause.human_duty is not None and "retention" in clause.serves for clause in agreement.clauses
    )
    for name in sorted(missing):
        if by_people:
            yield Smell("note", "retention_by_people", name)
        else:
            yield Smell("warning", "retention_missing", name)
    for rule in agreement.retention:
        if rule.review_days > rule.days:
            yield Smell("warning", "review_after_erasure", rule.category)


def _missing(agreement: Agreement) -> Iterator[Smell]:
    """6."""
    for clause in agreement.clauses:
        if clause.text.es == clause.text.en:
            yield Smell("warning", "one_language", clause.article)
    for party in agreement.parties:
        if not party.contact_points:
            yield Smell("warning", "no_contact", party.code)
        if party.supervisor == "-":
            yield Smell("warning", "no_supervisor", party.code)
        for article in sorted({name for point in party.contact_points for name in point.articles}):
            if agreement.clause(article) is None:
                yield Smell("warning", "contact_for_nothing", f"{party.code}: {article}")
    for wrong, level, code, place in _terms(agreement):
        if wrong:
            yield Smell(level, code, place)


def _terms(agreement: Agreement) -> tuple[tuple[bool, Level, str, str], ...]:
    valid = agreement.valid
    return (
        (agreement.onward.consent_authority == "-", "warning", "no_consent_authority", "onward"),
        (valid.to is None and valid.notice_months == 0, "warning", "no_end", "valid"),
        (not valid.survival, "warning", "no_survival", "valid"),
        (not agreement.oversight.witness_vkeys, "note", "no_witness", "oversight"),
        (agreement.oversight.sample_audit_per_month == 0, "note", "no_sample", "oversight"),
        (agreement.articles == 0, "note", "articles_uncounted", "articles"),
    )


def _assumed(agreement: Agreement) -> Iterator[Smell]:
    """7."""
    for clause in agreement.clauses:
        if clause.assumed:
            yield Smell("warning", "assumed_term", clause.article)
