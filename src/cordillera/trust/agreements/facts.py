"""A request made total: every value has its type, and what was missing or wrong satisfies no rule.

Cedar skips a `forbid` whose attribute is missing and so lets the request through (the fail-open trap of
policy engines). Here nothing is ever missing: each value of the request is checked for its type, size
and characters, and a doubtful one is replaced by an empty value that no rule accepts and makes
`well_formed` false. The engine and the reference evaluator both judge these facts.

>>> [name for name in Facts.__struct_fields__ if 'officer' in name]
['officer_named', 'officer_roles', 'officer_queries_today']
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from operator import attrgetter
from unicodedata import normalize

import msgspec

from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.vocabulary import NODE_ACTOR, Action, Status

MAX_TEXT = 200
MAX_ITEMS = 200
MAX_NUMBER = 2**53 - 1
NOT_GIVEN = -1
UNKNOWN_ACTION = "unknown"


class AgreementState(msgspec.Struct, frozen=True):
    """Where an agreement stands at this node: its status now, and which assumed articles were confirmed.

    `signed`: both parties' roots signed its text. Unsigned, it serves exercises only, like a provisional one.
    """

    status: Status
    confirmed: frozenset[str] = frozenset()
    signed: bool = True

    @property
    def counts_as(self) -> Status:
        """The status that decisions go by."""
        unsigned = self.status is Status.IN_FORCE and not self.signed
        return Status.PROVISIONAL if unsigned else self.status


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What rules may look at. `day` counts from 1970-01-01 UTC; `route` is "EC>US", sender first.

    Persons and case references do not enter: only whether they were named. So the same facts recur, and
    the engine's answer to them may be kept.
    """

    well_formed: bool
    status: str
    environment: str
    confirmed: frozenset[str]
    action: str
    service: str
    route: str
    day: int
    purpose: str
    offence: str
    max_penalty_months: int
    individual_case: bool
    case_named: bool
    officer_named: bool
    officer_roles: tuple[str, ...]
    ordered_by_another: bool
    subject_category: str
    fields: tuple[str, ...]
    grounds: tuple[str, ...]
    judge_named: bool
    passed_on: bool
    consent_named: bool
    queries_today: int
    officer_queries_today: int


_TEXTS = (
    "agreement_id", "service", "sender_country", "recipient_country", "purpose", "offence", "case_ref",
    "officer_id", "ordered_by", "subject_category", "environment", "judicial_ref", "onward_to", "consent_ref",
    "agreement_hash",
)  # fmt: skip
_NUMBERS = ("max_penalty_months", "queries_today", "officer_queries_today")
_LISTS = ("officer_roles", "fields", "grounds")
_ACTIONS = frozenset(str(action) for action in Action)
_read_texts = attrgetter(*_TEXTS)
_read_numbers = attrgetter(*_NUMBERS)
_read_lists = attrgetter(*_LISTS)


def doubtful_values(request: DisclosureRequest) -> tuple[str, ...]:
    """Return the names of values that are no readable text, number, list, flag or moment; () when all are."""
    return () if _is_plain(request) else _doubtful_one_by_one(request)


def _is_plain(request: DisclosureRequest) -> bool:
    """Whether all values are beyond doubt at one look: plain ASCII, whole numbers, a moment."""
    lists, numbers = _read_lists(request), _read_numbers(request)
    if {*map(type, lists)} != _ONLY_TUPLES or {*map(type, numbers)} != _ONLY_INTEGERS:
        return False
    roles, fields, grounds = lists
    return (
        max(len(roles), len(fields), len(grounds)) <= MAX_ITEMS
        and _are_plain((*_read_texts(request), *roles, *fields, *grounds))
        and min(numbers) >= NOT_GIVEN
        and max(numbers) <= MAX_NUMBER
        and type(request.individual_case) is bool
        and _is_action(request.action)
        and _is_moment(request.at)
    )


_ONLY_TUPLES, _ONLY_INTEGERS, _ONLY_TEXTS = {tuple}, {int}, {str}


def _are_plain(values: tuple[str, ...]) -> bool:
    """Whether these are texts of ASCII without blanks, each short enough."""
    if {*map(type, values)} != _ONLY_TEXTS:
        return False
    joined = "".join(values)
    return (
        joined.isascii()
        and joined.isprintable()
        and " " not in joined
        and (len(joined) <= MAX_TEXT or max(map(len, values)) <= MAX_TEXT)
    )


def _doubtful_one_by_one(request: DisclosureRequest) -> tuple[str, ...]:
    checks: tuple[tuple[tuple[str, ...], Callable[[object], bool]], ...] = (
        (() if _are_plain(_read_texts(request)) else _TEXTS, _is_text),
        (_NUMBERS, _is_number),
        (_LISTS, _is_list),
        (("individual_case",), lambda value: type(value) is bool),
        (("action",), _is_action),
        (("at",), _is_moment),
    )
    return tuple(name for names, holds in checks for name in names if not holds(getattr(request, name)))


def facts_of(request: DisclosureRequest, state: AgreementState) -> tuple[Facts, tuple[str, ...]]:
    """Return the facts of a request under `state`, and the names of its doubtful values. Never raises."""
    doubtful = doubtful_values(request)
    if doubtful:
        empty = {name: _EMPTY.get(name, "") for name in doubtful}
        request = msgspec.structs.replace(request, **empty)
    officer, orderer = _person(request.officer_id), _person(request.ordered_by)
    facts = Facts(
        well_formed=not doubtful,
        status=str(state.counts_as),
        environment=request.environment,
        confirmed=state.confirmed,
        action=request.action,
        service=request.service,
        route=f"{request.sender_country}>{request.recipient_country}",
        day=(request.at - _EPOCH).days,
        purpose=request.purpose,
        offence=request.offence,
        max_penalty_months=request.max_penalty_months,
        individual_case=request.individual_case,
        case_named=request.case_ref != "",
        officer_named=officer not in _NOBODY,
        officer_roles=request.officer_roles,
        ordered_by_another=orderer not in _NOBODY and orderer != officer,
        subject_category=request.subject_category,
        fields=request.fields,
        grounds=request.grounds,
        judge_named=request.judicial_ref != "",
        passed_on=request.onward_to != "" or "onward_to" in doubtful,
        consent_named=request.consent_ref != "",
        queries_today=request.queries_today,
        officer_queries_today=request.officer_queries_today,
    )
    return facts, doubtful


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY = frozenset({"", NODE_ACTOR})
_EMPTY: dict[str, object] = {
    **dict.fromkeys(_NUMBERS, NOT_GIVEN),
    **dict.fromkeys(_LISTS, ()),
    "individual_case": False,
    "action": UNKNOWN_ACTION,
    "at": _EPOCH,
}
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks that count as printable and show nothing: a case reference made of them names no case."""


def _person(name: str) -> str:
    """Return a name in the form in which two spellings of it are equal."""
    return (name if name.isascii() else normalize("NFKC", name)).casefold()


def _is_text(value: object) -> bool:
    """Whether `value` is short text without control characters, half characters or blank edges."""
    if type(value) is not str and not isinstance(value, StrEnum):
        return False
    return value == "" or (
        len(value) <= MAX_TEXT
        and value.isprintable()  # among blanks only the plain one is
        and value[0] != " "
        and value[-1] != " "
        and (value.isascii() or not _UNSEEN.search(value))
    )


def _is_number(value: object) -> bool:
    """Whether `value` is a whole number in range; -1 says "not given". True and False are no numbers."""
    return type(value) is int and NOT_GIVEN <= value <= MAX_NUMBER


def _is_list(value: object) -> bool:
    if type(value) is not tuple or len(value) > MAX_ITEMS:
        return False
    return not value or _are_plain(value) or all(map(_is_text, value))


def _is_action(value: object) -> bool:
    return isinstance(value, str) and value in _ACTIONS


def _is_moment(value: object) -> bool:
    """Whether `value` is a moment with a zone, after 1970."""
    return isinstance(value, datetime) and value.utcoffset() is not None and value >= _EPOCH
