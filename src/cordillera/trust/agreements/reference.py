"""The agreement decided in plain Python, without an engine: what `compile.py` must agree with.

Slow, short and readable. It serves the property test (Cedar may never allow what this denies, and both
must name the same articles) and lawyers who want to read one page.

>>> from cordillera.trust.agreements.rules import IndividualCase
>>> type(holds).__name__, IndividualCase.condition
('function', 9)
"""

from datetime import date

from cordillera.trust.agreements.facts import Facts
from cordillera.trust.agreements.model import Agreement, Clause, Service
from cordillera.trust.agreements.rules import (
    HOUSE_RULES,
    CategoryListed,
    Excluded,
    FieldsListed,
    FourEyes,
    GroundsListed,
    HumanConfirmation,
    IndividualCase,
    InForce,
    JudicialAuthorisation,
    KnownEnvironment,
    MinPenalty,
    NamedOfficer,
    OffenceListed,
    OfficerRole,
    OnwardConsent,
    Parties,
    PurposeListed,
    QuotaLeft,
    Rule,
    ServiceListed,
    WellFormed,
    kind_of,
)
from cordillera.trust.agreements.vocabulary import (
    BY_A_PERSON,
    OPENINGS,
    PROTECTED,
    REPLIES,
    TOLERATED,
)

NODE_PREFIX = "cordillera"


def violated_articles(agreement: Agreement, facts: Facts) -> frozenset[str]:
    """Return the id of every article that the facts break; empty means allowed."""
    by_clause = (
        agreement.article_id(clause.article)
        for clause in agreement.clauses
        if not _clause_holds(agreement, clause, facts)
    )
    by_house = (
        f"{NODE_PREFIX}/{kind_of(rule)}"
        for rule in HOUSE_RULES
        if not _is_claimed(agreement, rule) and not holds(agreement, rule, facts)
    )
    return frozenset(by_clause) | frozenset(by_house)


def _clause_holds(agreement: Agreement, clause: Clause, facts: Facts) -> bool:
    if clause.assumed and facts.environment != "exercise" and clause.article not in facts.confirmed:
        return False
    if not clause.applies_to.covers(facts.service, facts.action):
        return True
    return all(holds(agreement, rule, facts) for rule in clause.rules)


def _is_claimed(agreement: Agreement, rule: Rule) -> bool:
    """Whether clauses carry this rule of the house wherever a service may be used."""
    carriers = [clause.applies_to for clause in agreement.clauses if rule in clause.rules]
    if isinstance(rule, ServiceListed):
        return any(not scope.services and not scope.actions for scope in carriers)
    for service in agreement.services:
        for action in service.actions:
            if not any(scope.covers(service.type, action) for scope in carriers):
                return False
    return True


def holds(agreement: Agreement, rule: Rule, facts: Facts) -> bool:  # noqa: PLR0911 - one case per kind of rule
    """Whether the facts satisfy one rule; an unknown service satisfies no rule of services."""
    match rule:
        case WellFormed():
            return facts.well_formed
        case InForce():
            return _is_in_force(agreement, facts)
        case KnownEnvironment():
            return facts.environment in {"exercise", "production"}
        case Excluded():
            return _is_not_excluded(agreement, facts)
        case MinPenalty(more_than_months=months):
            return facts.max_penalty_months > months
        case NamedOfficer():
            return facts.officer_named
        case GroundsListed():
            return _has_a_ground(agreement, facts)
        case HumanConfirmation():
            return facts.action not in BY_A_PERSON or facts.officer_named
        case OnwardConsent():
            return not facts.passed_on or facts.consent_named
    service = agreement.service(facts.service)
    return service is not None and _service_rule_holds(agreement, service, rule, facts)


def _service_rule_holds(  # noqa: C901, PLR0911 - one case per kind of rule
    agreement: Agreement, service: Service, rule: Rule, facts: Facts
) -> bool:
    needs = service.preconditions
    match rule:
        case Parties():
            return _is_in_direction(service, facts)
        case ServiceListed():
            return facts.action in service.actions
        case PurposeListed():
            return facts.purpose in service.purposes
        case OffenceListed():
            return not needs.offence or _is_listed_offence(agreement, facts)
        case IndividualCase():
            return not needs.individual_case or (facts.individual_case and facts.case_named)
        case OfficerRole():
            return bool(set(facts.officer_roles) & set(needs.officer_roles))
        case FourEyes():
            return not needs.four_eyes or facts.ordered_by_another
        case CategoryListed():
            return facts.subject_category in service.subject_categories
        case FieldsListed():
            return bool(facts.fields) and set(facts.fields) <= _fields(service, facts.action)
        case QuotaLeft():
            within_day = 0 <= facts.queries_today < service.quota.per_day
            return within_day and 0 <= facts.officer_queries_today < service.quota.per_officer
        case JudicialAuthorisation():
            return not needs.judicial_auth_ref or facts.judge_named
    raise AssertionError(rule)  # pragma: no cover - the tests try every kind


def _is_in_force(agreement: Agreement, facts: Facts) -> bool:
    today = facts.day + date(1970, 1, 1).toordinal()
    first, last = agreement.valid.from_, agreement.valid.to or date.max
    practice = facts.status == "provisional" and facts.environment == "exercise"
    return first.toordinal() <= today <= last.toordinal() and (facts.status == "in_force" or practice)


def _is_in_direction(service: Service, facts: Facts) -> bool:
    there = {f"{way.from_}>{way.to}" for way in service.directions}
    back = {f"{way.to}>{way.from_}" for way in service.directions}
    if facts.action in OPENINGS:
        return facts.route in there
    if facts.action in REPLIES:
        return facts.route in back
    return facts.route in there | back


def _is_listed_offence(agreement: Agreement, facts: Facts) -> bool:
    return any(
        offence.code == facts.offence and facts.max_penalty_months >= offence.min_max_penalty_months
        for offence in agreement.offence_list
    )


def _is_not_excluded(agreement: Agreement, facts: Facts) -> bool:
    forbidden = {str(ground) for ground in PROTECTED | set(agreement.exclusions.grounds)}
    return facts.offence not in agreement.exclusions.offences and not forbidden & set(facts.grounds)


def _has_a_ground(agreement: Agreement, facts: Facts) -> bool:
    listed = {str(ground) for ground in agreement.grounds}
    tolerated = {str(ground) for ground in TOLERATED}
    given = set(facts.grounds)
    return bool(given & listed) and given <= listed | tolerated


def _fields(service: Service, action: str) -> set[str]:
    return {
        name
        for category in service.data_categories
        if action in category.actions
        for name in category.fields_allowed
    }
