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
from operator import itemgetter
from typing import Any
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
_NAMES = DisclosureRequest.__struct_fields__
_ONLY_TEXTS = {str}


def doubtful_values(request: DisclosureRequest) -> tuple[str, ...]:
    """Return the names of values that are no readable text, number, list, flag or moment; () when all are."""
    values = msgspec.structs.astuple(request)
    return () if _are_beyond_doubt(values) else _doubtful_one_by_one(values)


def _are_beyond_doubt(values: tuple[Any, ...]) -> bool:
    """Whether all values can be read at one look: plain ASCII, whole numbers, a moment."""
    if (*map(type, values),) != _PLAIN_TYPES:
        return False
    texts, (action, at, roles, fields, grounds) = _read_texts(values), _read_others(values)
    months, used, used_by_officer = _read_numbers(values)
    return (
        len(roles) <= MAX_ITEMS
        and len(fields) <= MAX_ITEMS
        and len(grounds) <= MAX_ITEMS
        and _are_plain_texts((*roles, *fields, *grounds))
        and _are_plain((*texts, *roles, *fields, *grounds))
        and NOT_GIVEN <= months <= MAX_NUMBER
        and NOT_GIVEN <= used <= MAX_NUMBER
        and NOT_GIVEN <= used_by_officer <= MAX_NUMBER
        and action in _ACTIONS
        and _is_moment(at)
    )


def _are_plain_texts(items: tuple[object, ...]) -> bool:
    return not items or {*map(type, items)} == _ONLY_TEXTS


def _are_plain(texts: tuple[str, ...]) -> bool:
    """Whether these texts are ASCII without blanks, each short enough."""
    joined = "".join(texts)
    return (
        joined.isascii()
        and joined.isprintable()
        and " " not in joined
        and (len(joined) <= MAX_TEXT or max(map(len, texts)) <= MAX_TEXT)
    )


def _doubtful_one_by_one(values: tuple[Any, ...]) -> tuple[str, ...]:
    texts = tuple([value for value in values if type(value) is str])
    fine = str if _are_plain(texts) else None  # then every value that is a text is beyond doubt
    return tuple(
        [
            name
            for name, value, kind, holds in zip(_NAMES, values, _TEXT_TYPES, _CHECKS, strict=True)
            if not (kind is fine and type(value) is kind) and not holds(value)
        ]
    )


def facts_of(request: DisclosureRequest, state: AgreementState) -> tuple[Facts, tuple[str, ...]]:
    """Return the facts of a request under `state`, and the names of its doubtful values. Never raises."""
    values = msgspec.structs.astuple(request)
    doubtful = () if _are_beyond_doubt(values) else _doubtful_one_by_one(values)
    if doubtful:
        values = tuple(
            [_EMPTY[name] if name in doubtful else value for name, value in zip(_NAMES, values, strict=True)]
        )
    return _facts(values, state, doubtful), doubtful


def _facts(values: tuple[Any, ...], state: AgreementState, doubtful: tuple[str, ...]) -> Facts:
    """Make the facts of values that were checked, in the order in which a request has them."""
    (
        _, service, action, sender, recipient, at, purpose, offence, months, case_ref, officer_id, roles,
        ordered_by, category, fields, individual, environment, used, used_by_officer, grounds,
        judicial_ref, onward_to, consent_ref, _,
    ) = values  # fmt: skip
    officer, orderer = _person(officer_id), _person(ordered_by)
    return Facts(
        well_formed=not doubtful,
        status=state.counts_as.value,
        environment=environment,
        confirmed=state.confirmed,
        action=action,
        service=service,
        route=f"{sender}>{recipient}",
        day=(at - _EPOCH).days,
        purpose=purpose,
        offence=offence,
        max_penalty_months=months,
        individual_case=individual,
        case_named=case_ref != "",
        officer_named=officer not in _NOBODY,
        officer_roles=roles,
        ordered_by_another=orderer not in _NOBODY and orderer != officer,
        subject_category=category,
        fields=fields,
        grounds=grounds,
        judge_named=judicial_ref != "",
        passed_on=onward_to != "" or "onward_to" in doubtful,
        consent_named=consent_ref != "",
        queries_today=used,
        officer_queries_today=used_by_officer,
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY = frozenset({"", NODE_ACTOR})
_EMPTY: dict[str, object] = {
    **dict.fromkeys(_TEXTS, ""),
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
    if not (value.isprintable() and len(value) <= MAX_TEXT):  # among blanks only the plain one is printable
        return False
    if value.isascii() and " " not in value:
        return True
    return value[0] != " " and value[-1] != " " and (value.isascii() or not _UNSEEN.search(value))


def _is_number(value: object) -> bool:
    """Whether `value` is a whole number in range; -1 says "not given". True and False are no numbers."""
    return type(value) is int and NOT_GIVEN <= value <= MAX_NUMBER


def _is_list(value: object) -> bool:
    if type(value) is not tuple or len(value) > MAX_ITEMS:
        return False
    return (_are_plain_texts(value) and _are_plain(value)) or all(map(_is_text, value))


def _is_flag(value: object) -> bool:
    return type(value) is bool


def _is_action(value: object) -> bool:
    return isinstance(value, str) and value in _ACTIONS


def _is_moment(value: object) -> bool:
    """Whether `value` is a moment with a zone, after 1970."""
    return isinstance(value, datetime) and value.utcoffset() is not None and value >= _EPOCH


_CHECK_OF: dict[str, tuple[type, Callable[[object], bool]]] = {
    **dict.fromkeys(_TEXTS, (str, _is_text)),
    **dict.fromkeys(_NUMBERS, (int, _is_number)),
    **dict.fromkeys(_LISTS, (tuple, _is_list)),
    "individual_case": (bool, _is_flag),
    "action": (str, _is_action),
    "at": (datetime, _is_moment),
}
_PLAIN_TYPES = tuple(_CHECK_OF[name][0] for name in _NAMES)
_TEXT_TYPES = tuple(str if name in _TEXTS else type for name in _NAMES)
_CHECKS = tuple(_CHECK_OF[name][1] for name in _NAMES)
_read_texts = itemgetter(*(_NAMES.index(name) for name in _TEXTS))
_read_numbers = itemgetter(*(_NAMES.index(name) for name in _NUMBERS))
_read_others = itemgetter(*(_NAMES.index(name) for name in ("action", "at", *_LISTS)))
