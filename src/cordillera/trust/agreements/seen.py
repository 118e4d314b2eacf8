"""How the plain-Python reference reads a request: by itself, value by value, sharing no code with `facts.py`.

>>> seen = see(DisclosureRequest(agreement_id="", service="", action="", sender_country="EC",
...     recipient_country="US", at=datetime(2026, 11, 21, tzinfo=UTC)), Status.IN_FORCE, frozenset())
>>> seen.route, seen.readable, seen.officer_named
('EC>US', False, False)
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from unicodedata import category, normalize

import msgspec

from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.vocabulary import Action, Status

LONGEST_TEXT = 200
LONGEST_LIST = 200
GREATEST_NUMBER = 9_007_199_254_740_991
NOBODY = ("", "node")
FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    chr(code) for block in (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for code in block
)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A request as this page reads it; what could not be read counts as not given."""

    readable: bool
    status: Status
    confirmed: frozenset[str]
    environment: str
    today: date
    service: str
    action: str
    route: str
    purpose: str
    offence: str
    months: int
    one_case: bool
    officer_named: bool
    roles: frozenset[str]
    ordered_by_another: bool
    category: str
    fields: frozenset[str]
    grounds: frozenset[str]
    judge_named: bool
    passed_on: bool
    consent_named: bool
    used: int
    used_by_officer: int


class _Reader:
    """Reads the values of one request and remembers which could not be read."""

    def __init__(self, request: DisclosureRequest) -> None:
        self._request = request
        self.unreadable: set[str] = set()

    def text(self, name: str) -> str:
        value = getattr(self._request, name)
        return str(value) if self._is_fine(name, fine=_is_readable_text(value)) else ""

    def number(self, name: str) -> int:
        value = getattr(self._request, name)
        fine = type(value) is int and -1 <= value <= GREATEST_NUMBER
        return value if self._is_fine(name, fine=fine) else -1

    def texts(self, name: str) -> frozenset[str]:
        value = getattr(self._request, name)
        fits = type(value) is tuple and len(value) <= LONGEST_LIST
        fine = fits and all(_is_readable_text(item) for item in value)
        return frozenset(map(str, value)) if self._is_fine(name, fine=fine) else frozenset()

    def flag(self, name: str) -> bool:
        value = getattr(self._request, name)
        return value is True if self._is_fine(name, fine=type(value) is bool) else False

    def action(self) -> str:
        value = self.text("action")
        return value if self._is_fine("action", fine=value in [str(action) for action in Action]) else ""

    def day(self) -> date:
        at = self._request.at
        zoned = isinstance(at, datetime) and at.tzinfo is not None and at.utcoffset() is not None
        return _day_in_utc(at) if self._is_fine("at", fine=zoned and at >= FIRST_DAY) else FIRST_DAY.date()

    def _is_fine(self, name: str, *, fine: bool) -> bool:
        if not fine:
            self.unreadable.add(name)
        return fine


def see(request: DisclosureRequest, status: Status, confirmed: frozenset[str]) -> Seen:
    """Read a request; what could not be read counts as not given and makes it unreadable."""
    read = _Reader(request)
    read.text("agreement_id")
    read.text("agreement_hash")
    officer, orderer = _spelled(read.text("officer_id")), _spelled(read.text("ordered_by"))
    onward, case = read.text("onward_to"), read.text("case_ref")
    return Seen(
        status=status,
        confirmed=confirmed,
        environment=read.text("environment"),
        today=read.day(),
        service=read.text("service"),
        action=read.action(),
        route=f"{read.text('sender_country')}>{read.text('recipient_country')}",
        purpose=read.text("purpose"),
        offence=read.text("offence"),
        months=read.number("max_penalty_months"),
        one_case=read.flag("individual_case") and case != "",
        officer_named=officer not in NOBODY,
        roles=read.texts("officer_roles"),
        ordered_by_another=orderer not in NOBODY and orderer != officer,
        category=read.text("subject_category"),
        fields=read.texts("fields"),
        grounds=read.texts("grounds"),
        judge_named=read.text("judicial_ref") != "",
        passed_on=onward != "" or "onward_to" in read.unreadable,
        consent_named=read.text("consent_ref") != "",
        used=read.number("queries_today"),
        used_by_officer=read.number("officer_queries_today"),
        readable=not read.unreadable,
    )


def _is_readable_text(value: object) -> bool:
    """Whether this is text of at most 200 visible characters, with blanks only inside."""
    if type(value) is not str and not isinstance(value, StrEnum):
        return False
    if len(value) > LONGEST_TEXT or value[:1].isspace() or value[-1:].isspace():
        return False
    return all(mark == " " or category(mark)[0] not in "CZ" for mark in value) and not INVISIBLE & set(value)


def _spelled(name: str) -> str:
    return normalize("NFKC", name).casefold()


def _day_in_utc(at: datetime) -> date:
    """Return the day it is in Greenwich; the last day of all when the zone would lead beyond it."""
    try:
        return at.astimezone(UTC).date()
    except OverflowError:
        return date.max
