"""The agreement decided in plain Python, without an engine: what everything compiled must agree with.

Slow, short and readable. It reads the request by itself, decides every rule by itself, and shares no code
with `facts.py`, `cedar.py`, `compile.py` or `engine.py`: what those allow and this denies is a defect. It
serves the property test, `cordillera bench policy --mutate` and lawyers who want to read one page.

>>> from cordillera.trust.agreements.rules import IndividualCase
>>> type(holds).__name__, IndividualCase.condition
('function', 9)
"""

from datetime import date

from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.model import Agreement, Clause, Service
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.rules import (
    HOUSE_RULES,
    CategoryListed,
    Commenced,
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
from cordillera.trust.agreements.seen import Seen, see
from cordillera.trust.agreements.vocabulary import (
    BY_A_PERSON,
    OPENINGS,
    PROTECTED,
    REPLIES,
    TOLERATED,
    Status,
)

NODE_PREFIX = "cordillera"


def violations(agreement: Agreement, state: AgreementState, request: DisclosureRequest) -> frozenset[str]:
    """Return the id of every article that a request would break; empty means allowed."""
    unsigned = state.status is Status.IN_FORCE and not state.signed
    status = Status.PROVISIONAL if unsigned else state.status
    return violated_articles(agreement, see(request, status, state.confirmed))


def violated_articles(agreement: Agreement, seen: Seen) -> frozenset[str]:
    """Return the id of every article that is broken; empty means allowed."""
    by_clause = (
        agreement.article_id(clause.article)
        for clause in agreement.clauses
        if not _clause_holds(agreement, clause, seen)
    )
    by_house = (
        f"{NODE_PREFIX}/{kind_of(rule)}"
        for rule in HOUSE_RULES
        if not holds(agreement, rule, seen) and not _is_claimed(agreement, rule)
    )
    return frozenset(by_clause) | frozenset(by_house)


def _clause_holds(agreement: Agreement, clause: Clause, seen: Seen) -> bool:
    if clause.assumed and seen.environment != "exercise" and clause.article not in seen.confirmed:
        return False
    if not clause.applies_to.covers(seen.service, seen.action):
        return True
    return all(holds(agreement, rule, seen) for rule in clause.rules)


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


def holds(  # noqa: C901, PLR0911 - one case per kind of rule
    agreement: Agreement, rule: Rule, seen: Seen
) -> bool:
    """Whether the request satisfies one rule; an unknown service satisfies no rule of services."""
    match rule:
        case WellFormed():
            return seen.readable
        case InForce():
            return _is_in_force(agreement, seen)
        case KnownEnvironment():
            return seen.environment in {"exercise", "production"}
        case Commenced():
            return _has_commenced(agreement, seen)
        case Excluded():
            return _is_not_excluded(agreement, seen)
        case MinPenalty(more_than_months=months):
            return seen.months > months
        case NamedOfficer():
            return seen.officer_named
        case GroundsListed():
            return _has_a_ground(agreement, seen)
        case HumanConfirmation():
            return seen.action not in BY_A_PERSON or seen.officer_named
        case OnwardConsent():
            return not seen.passed_on or seen.consent_named
    service = agreement.service(seen.service)
    return service is not None and _service_rule_holds(agreement, service, rule, seen)


def _service_rule_holds(  # noqa: C901, PLR0911 - one case per kind of rule
    agreement: Agreement, service: Service, rule: Rule, seen: Seen
) -> bool:
    needs = service.preconditions
    match rule:
        case Parties():
            return _is_in_direction(service, seen)
        case ServiceListed():
            return seen.action in service.actions
        case PurposeListed():
            return seen.purpose in service.purposes
        case OffenceListed():
            return not needs.offence or _is_listed_offence(agreement, seen)
        case IndividualCase():
            return not needs.individual_case or seen.one_case
        case OfficerRole():
            return bool(seen.roles & set(needs.officer_roles))
        case FourEyes():
            return not needs.four_eyes or seen.ordered_by_another
        case CategoryListed():
            return seen.category in service.subject_categories
        case FieldsListed():
            return bool(seen.fields) and seen.fields <= _fields(service, seen.action)
        case QuotaLeft():
            within_day = 0 <= seen.used < service.quota.per_day
            return within_day and 0 <= seen.used_by_officer < service.quota.per_officer
        case JudicialAuthorisation():
            return not needs.judicial_auth_ref or seen.judge_named
    raise AssertionError(rule)  # pragma: no cover - the tests try every kind


def _is_in_force(agreement: Agreement, seen: Seen) -> bool:
    first, last = agreement.valid.from_, agreement.valid.to or date.max
    practice = seen.status is Status.PROVISIONAL and seen.environment == "exercise"
    return first <= seen.today <= last and (seen.status is Status.IN_FORCE or practice)


def _has_commenced(agreement: Agreement, seen: Seen) -> bool:
    service = agreement.service(seen.service)
    return service is None or service.awaits is None or seen.environment == "exercise"


def _is_in_direction(service: Service, seen: Seen) -> bool:
    there = {f"{way.from_}>{way.to}" for way in service.directions}
    back = {f"{way.to}>{way.from_}" for way in service.directions}
    if seen.action in OPENINGS:
        return seen.route in there
    if seen.action in REPLIES:
        return seen.route in back
    return seen.route in there | back


def _is_listed_offence(agreement: Agreement, seen: Seen) -> bool:
    return any(
        offence.code == seen.offence and seen.months >= offence.min_max_penalty_months
        for offence in agreement.offence_list
    )


def _is_not_excluded(agreement: Agreement, seen: Seen) -> bool:
    forbidden = {str(ground) for ground in PROTECTED | set(agreement.exclusions.grounds)}
    return seen.offence not in agreement.exclusions.offences and not forbidden & seen.grounds


def _has_a_ground(agreement: Agreement, seen: Seen) -> bool:
    listed = {str(ground) for ground in agreement.grounds}
    tolerated = {str(ground) for ground in TOLERATED}
    given = seen.grounds
    return bool(given & listed) and given <= listed | tolerated


def _fields(service: Service, action: str) -> set[str]:
    return {
        name
        for category in service.data_categories
        if action in category.actions
        for name in category.fields_allowed
    }
