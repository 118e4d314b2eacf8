"""Rules written as Cedar: one boolean expression per rule, numbers and lists as literals.

The text stands beside its article on the agreement's page, so it is written to be read. Only codes that
match the agreement schema's patterns enter it; `quote` refuses anything else.

>>> quote("drug_trafficking")
'"drug_trafficking"'
>>> one_of("context.purpose", ["terrorism", "drug_trafficking"])
'["drug_trafficking", "terrorism"].contains(context.purpose)'
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from cordillera.trust.agreements.errors import UnsafePolicyText
from cordillera.trust.agreements.facts import UNKNOWN_ACTION
from cordillera.trust.agreements.model import Agreement, Service
from cordillera.trust.agreements.rules import (
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
)
from cordillera.trust.agreements.vocabulary import (
    BY_A_PERSON,
    OPENINGS,
    PROTECTED,
    REPLIES,
    TOLERATED,
    Action,
)

_ACTIONS = ", ".join(f'"{name}"' for name in [*Action, UNKNOWN_ACTION])
_SCHEMA = """entity Party;
entity Service;
action ACTIONS appliesTo {
  principal: Party,
  resource: Service,
  context: { CONTEXT },
};
"""
FRAME_TYPES = {
    "well_formed": "Bool",
    "status": "String",
    "environment": "String",
    "confirmed": "Set<String>",
    "route": "String",
    "day": "Long",
    "purpose": "String",
    "offence": "String",
    "max_penalty_months": "Long",
    "individual_case": "Bool",
    "case_named": "Bool",
    "officer_named": "Bool",
    "officer_roles": "Set<String>",
    "ordered_by_another": "Bool",
    "subject_category": "String",
    "fields": "Set<String>",
    "grounds": "Set<String>",
    "judge_named": "Bool",
    "passed_on": "Bool",
    "consent_named": "Bool",
}
COUNT_TYPES = {"queries_today": "Long", "officer_queries_today": "Long"}


def schema(types: Mapping[str, str]) -> str:
    """Return the Cedar schema whose context has exactly these attributes."""
    context = ", ".join(f"{name}: {kind}" for name, kind in types.items())
    return _SCHEMA.replace("ACTIONS", _ACTIONS).replace("CONTEXT", context)


_SAFE = re.compile(r"[A-Za-z0-9_.:>-]{1,128}")


def quote(code: str) -> str:
    """Return `code` as a Cedar string; raise `UnsafePolicyText` for anything but a code."""
    if not _SAFE.fullmatch(code):
        raise UnsafePolicyText(length=len(code))
    return f'"{code}"'


def literal_set(codes: Iterable[str]) -> str:
    """Return a Cedar set of codes, sorted."""
    return "[" + ", ".join(quote(str(code)) for code in sorted(codes)) + "]"


def one_of(attribute: str, codes: Iterable[str]) -> str:
    """Return the test that an attribute is one of the codes; none of no codes."""
    listed = sorted(codes)
    return f"{literal_set(listed)}.contains({attribute})" if listed else "false"


def service_is(kind: str) -> str:
    """Return the test that the resource is that service."""
    return f"resource == Service::{quote(kind)}"


def action_is(actions: Iterable[str]) -> str:
    """Return the test that the action is one of those."""
    return "action in [" + ", ".join(f"Action::{quote(str(name))}" for name in sorted(actions)) + "]"


def expression(agreement: Agreement, rule: Rule) -> str:  # noqa: PLR0911 - one case per kind of rule
    """Return the Cedar condition that must hold for `rule`."""
    match rule:
        case WellFormed():
            return "context.well_formed"
        case InForce():
            return _in_force(agreement)
        case KnownEnvironment():
            return one_of("context.environment", ["exercise", "production"])
        case Excluded():
            return _not_excluded(agreement)
        case MinPenalty(more_than_months=months):
            return f"context.max_penalty_months > {months}"
        case NamedOfficer():
            return "context.officer_named"
        case GroundsListed():
            return _grounds(agreement)
        case HumanConfirmation():
            return f"!({action_is(BY_A_PERSON)}) || context.officer_named"
        case OnwardConsent():
            return "!context.passed_on || context.consent_named"
    return _by_service(agreement, rule)


def _by_service(agreement: Agreement, rule: Rule) -> str:
    """Join the services' own conditions; services with the same condition share it."""
    grouped: dict[str, list[str]] = {}
    for service in agreement.services:
        grouped.setdefault(_for_service(agreement, service, rule), []).append(service.type)
    parts = [
        f"({' || '.join(service_is(kind) for kind in kinds)}) && ({condition})"
        for condition, kinds in grouped.items()
        if condition != "false"
    ]
    return " ||\n    ".join(f"({part})" for part in parts) or "false"


def _for_service(agreement: Agreement, service: Service, rule: Rule) -> str:  # noqa: C901, PLR0911 - one case per kind of rule
    needs = service.preconditions
    match rule:
        case Parties():
            return _directions(service)
        case ServiceListed():
            return action_is(service.actions)
        case PurposeListed():
            return one_of("context.purpose", service.purposes)
        case OffenceListed():
            return _offences(agreement) if needs.offence else "true"
        case IndividualCase():
            return "context.individual_case && context.case_named" if needs.individual_case else "true"
        case OfficerRole():
            return f"{literal_set(needs.officer_roles)}.containsAny(context.officer_roles)"
        case FourEyes():
            return "context.ordered_by_another" if needs.four_eyes else "true"
        case CategoryListed():
            return one_of("context.subject_category", service.subject_categories)
        case FieldsListed():
            return _fields(service)
        case QuotaLeft():
            return _quota(service)
        case JudicialAuthorisation():
            return "context.judge_named" if needs.judicial_auth_ref else "true"
    raise AssertionError(rule)  # pragma: no cover - every kind is compiled in the tests


def _in_force(agreement: Agreement) -> str:
    status = (
        'context.status == "in_force" || '
        '(context.status == "provisional" && context.environment == "exercise")'
    )
    bounds = f"context.day >= {_day(agreement.valid.from_)}"
    if agreement.valid.to is not None:
        bounds += f" && context.day <= {_day(agreement.valid.to)}"
    return f"({status}) && {bounds}"


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _not_excluded(agreement: Agreement) -> str:
    traits = literal_set(PROTECTED | set(agreement.exclusions.grounds))
    return (
        f"!({one_of('context.offence', agreement.exclusions.offences)}) && "
        f"!({traits}.containsAny(context.grounds))"
    )


def _grounds(agreement: Agreement) -> str:
    listed, known = literal_set(agreement.grounds), literal_set(TOLERATED | set(agreement.grounds))
    return f"{listed}.containsAny(context.grounds) && {known}.containsAll(context.grounds)"


def _directions(service: Service) -> str:
    there = [f"{way.from_}>{way.to}" for way in service.directions]
    back = [f"{way.to}>{way.from_}" for way in service.directions]
    either = sorted({*there, *back})
    others = set(Action) - OPENINGS - REPLIES
    return (
        f"({action_is(OPENINGS)} && {one_of('context.route', there)}) || "
        f"({action_is(REPLIES)} && {one_of('context.route', back)}) || "
        f"({action_is([*others, UNKNOWN_ACTION])} && {one_of('context.route', either)})"
    )


def _offences(agreement: Agreement) -> str:
    """Group offences by threshold: a known offence, punishable by at least so many months."""
    by_threshold: dict[int, list[str]] = {}
    for offence in agreement.offence_list:
        by_threshold.setdefault(offence.min_max_penalty_months, []).append(offence.code)
    parts = [
        f"({one_of('context.offence', codes)} && context.max_penalty_months >= {months})"
        for months, codes in sorted(by_threshold.items())
    ]
    return " || ".join(parts) or "false"


def _fields(service: Service) -> str:
    """One closed list per action of the service."""
    grouped: dict[str, list[str]] = {}
    for action in service.actions:
        names = service.fields_for(action)
        if names:
            grouped.setdefault(f"{literal_set(names)}.containsAll(context.fields)", []).append(action)
    parts = [f"({action_is(actions)} && {contained})" for contained, actions in grouped.items()]
    return f"!context.fields.isEmpty() && ({' || '.join(parts) or 'false'})"


def _quota(service: Service) -> str:
    quota = service.quota
    return (
        f"context.queries_today >= 0 && context.queries_today < {quota.per_day} && "
        f"context.officer_queries_today >= 0 && context.officer_queries_today < {quota.per_officer}"
    )
