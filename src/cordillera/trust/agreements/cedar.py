"""Rules written as Cedar: one boolean expression per rule, numbers and lists as literals.

The text stands beside its article on the agreement's page, so it is written to be read. Only codes that
match the agreement schema's patterns enter it; `quote` refuses anything else.

>>> quote("drug_trafficking")
'"drug_trafficking"'
>>> one_of("context.purpose", ["terrorism", "drug_trafficking"])
'["drug_trafficking", "terrorism"].contains(context.purpose)'
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec

from cordillera.trust.agreements.errors import UnsafePolicyText
from cordillera.trust.agreements.facts import UNKNOWN_ACTION
from cordillera.trust.agreements.model import Agreement, Service
from cordillera.trust.agreements.rules import (
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


class Part(msgspec.Struct, frozen=True):
    """Facts that are judged together. A policy belongs to one part and sees its attributes only.

    `over`: how a part with one list is put together from its items. "each": the list satisfies a policy
    when every item does; "any": when one item does; "": there is no list, or it is judged whole.
    """

    name: str
    attributes: Mapping[str, str]
    over: Literal["", "each", "any"] = ""


STANDING = Part(
    "standing", {"status": "String", "environment": "String", "confirmed": "Set<String>", "day": "Long"}
)
USE = Part(
    "use",
    {
        "well_formed": "Bool",
        "route": "String",
        "individual_case": "Bool",
        "case_named": "Bool",
        "officer_named": "Bool",
        "ordered_by_another": "Bool",
        "subject_category": "String",
    },
)
JUDGE = Part("judge", {"judge_named": "Bool"})
ONWARD = Part("onward", {"passed_on": "Bool", "consent_named": "Bool"})
PURPOSE = Part("purpose", {"purpose": "String"})
OFFENCE = Part("offence", {"offence": "String", "max_penalty_months": "Long"})
ROLES = Part("roles", {"officer_roles": "Set<String>"}, "any")
FIELDS = Part("fields", {"fields": "Set<String>"}, "each")
SOME_GROUND = Part("some_ground", {"grounds": "Set<String>"}, "any")
EVERY_GROUND = Part("every_ground", {"grounds": "Set<String>"}, "each")
COUNT = Part("count", {"queries_today": "Long"})
OFFICER_COUNT = Part("officer_count", {"officer_queries_today": "Long"})
PARTS = (
    STANDING,
    USE,
    JUDGE,
    ONWARD,
    PURPOSE,
    OFFENCE,
    ROLES,
    FIELDS,
    SOME_GROUND,
    EVERY_GROUND,
    COUNT,
    OFFICER_COUNT,
)


def schema(types: Mapping[str, str]) -> str:
    """Return the Cedar schema whose context has exactly these attributes."""
    context = ", ".join(f"{name}: {kind}" for name, kind in types.items())
    return _SCHEMA.replace("ACTIONS", _ACTIONS).replace("CONTEXT", context)


ATTRIBUTES: Mapping[str, str] = {name: kind for part in PARTS for name, kind in part.attributes.items()}
SCHEMA = schema(ATTRIBUTES)
"""The schema of a whole request; each part has one of its own attributes only."""

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


def conditions(agreement: Agreement, rule: Rule) -> tuple[tuple[Part, str], ...]:
    """Return what must hold for `rule`: conditions in Cedar, each with the part of the facts it is about."""
    match rule:
        case Excluded():
            offences = one_of("context.offence", agreement.exclusions.offences)
            return (OFFENCE, f"!({offences})"), (EVERY_GROUND, _no_excluded_ground(agreement))
        case GroundsListed():
            known = literal_set(TOLERATED | set(agreement.grounds))
            listed = literal_set(agreement.grounds)
            return (
                (SOME_GROUND, f"{listed}.containsAny(context.grounds)"),
                (EVERY_GROUND, f"{known}.containsAll(context.grounds)"),
            )
        case QuotaLeft():
            return (
                (COUNT, _by_service(agreement, _day_quota)),
                (OFFICER_COUNT, _by_service(agreement, _officer_quota)),
            )
    return ((_PART_OF[type(rule)], _expression(agreement, rule)),)


_PART_OF: Mapping[type, Part] = {
    InForce: STANDING,
    KnownEnvironment: STANDING,
    Commenced: STANDING,
    WellFormed: USE,
    Parties: USE,
    ServiceListed: USE,
    IndividualCase: USE,
    NamedOfficer: USE,
    FourEyes: USE,
    CategoryListed: USE,
    HumanConfirmation: USE,
    OnwardConsent: ONWARD,
    JudicialAuthorisation: JUDGE,
    PurposeListed: PURPOSE,
    OffenceListed: OFFENCE,
    MinPenalty: OFFENCE,
    OfficerRole: ROLES,
    FieldsListed: FIELDS,
}


def _expression(agreement: Agreement, rule: Rule) -> str:  # noqa: PLR0911 - one case per kind of rule
    match rule:
        case WellFormed():
            return "context.well_formed"
        case InForce():
            return _in_force(agreement)
        case KnownEnvironment():
            return one_of("context.environment", ["exercise", "production"])
        case Commenced():
            return _commenced(agreement)
        case MinPenalty(more_than_months=months):
            return f"context.max_penalty_months > {months}"
        case NamedOfficer():
            return "context.officer_named"
        case HumanConfirmation():
            return f"!({action_is(BY_A_PERSON)}) || context.officer_named"
        case OnwardConsent():
            return "!context.passed_on || context.consent_named"
    return _by_service(agreement, lambda service: _for_service(agreement, service, rule))


def _by_service(agreement: Agreement, condition_of: Callable[[Service], str]) -> str:
    """Join the services' own conditions; services with the same condition share it."""
    grouped: dict[str, list[str]] = {}
    for service in agreement.services:
        grouped.setdefault(condition_of(service), []).append(service.type)
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


def _commenced(agreement: Agreement) -> str:
    """A service that has not commenced serves exercises only."""
    waiting = [service.type for service in agreement.services if service.awaits is not None]
    if not waiting:
        return "true"
    return f'!({" || ".join(service_is(kind) for kind in waiting)}) || context.environment == "exercise"'


def _no_excluded_ground(agreement: Agreement) -> str:
    traits = literal_set(PROTECTED | set(agreement.exclusions.grounds))
    return f"!({traits}.containsAny(context.grounds))"


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


def _officer_quota(service: Service) -> str:
    return _below("officer_queries_today", service.quota.per_officer)


def _day_quota(service: Service) -> str:
    return _below("queries_today", service.quota.per_day)


def _below(count: str, limit: int) -> str:
    return f"context.{count} >= 0 && context.{count} < {limit}"
