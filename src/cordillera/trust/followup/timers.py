"""When a deadline escalates, and that nothing but an escalation ever comes of it by itself.

A timer never approves, answers or refuses for a person. One step is taken per run, and each step is
counted from the moment the step before it was taken, not from the due time: a clock that jumps ahead
wakes people up, and cannot skip the time they are given. Reference: docs/adr/0023, 0024.

>>> due_after(48, "routine"), due_after(48, "emergency")
(datetime.timedelta(days=2), datetime.timedelta(seconds=14400))
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final
from uuid import UUID

import msgspec

ACCEPTANCE: Final = "notice.acceptance"
NECESSITY: Final = "notice.necessity"
ANSWER: Final = "followup.answer"
RESPONSE: Final = "followup.response"
EMERGENCY: Final = "emergency.review"
EMERGENCY_TERM: Final = timedelta(hours=24)
_SHARES: Mapping[str, int] = {"routine": 1, "urgent": 2, "emergency": 12}
_LEAST: Final = timedelta(hours=1)


class Level(IntEnum):
    """How far a deadline has come: in time, shown on top, before the supervisor, at its end."""

    IN_TIME = 0
    ESCALATED = 1
    SUPERVISOR = 2
    ENDED = 3


class Deadline(msgspec.Struct, frozen=True):
    """Something a person must decide by `due_at`; `ref` is the notice, request or query it is about."""

    id: UUID
    agency: str
    kind: str
    ref: UUID
    peer: str
    agreement_id: str
    officer: str
    opened_at: datetime
    due_at: datetime
    level: int
    level_at: datetime | None
    closed_at: datetime | None
    closed_by: str


class Rule(msgspec.Struct, frozen=True):
    """Who is told first, how long until the supervisor is, and after what something ends by itself."""

    first: Level = Level.ESCALATED
    second: timedelta = timedelta(hours=24)
    end: timedelta | None = None


RULES: Mapping[str, Rule] = {
    ACCEPTANCE: Rule(),
    NECESSITY: Rule(second=timedelta(days=7), end=timedelta(days=23)),
    ANSWER: Rule(),
    RESPONSE: Rule(),
    EMERGENCY: Rule(first=Level.SUPERVISOR),
}


def next_level(deadline: Deadline, now: datetime) -> Level | None:
    """Return the level that a deadline reaches now, or None. It must hold.

    1. It is open: nobody has done what was asked.
    2. It is due, for its first step; or the time its rule gives has passed since the step before.
    3. Its rule knows a further step; only data that nobody found necessary ends by itself, erased.
    """
    if deadline.closed_at is not None:  # 1
        return None
    rule, since = RULES[deadline.kind], deadline.level_at
    if since is None:
        return rule.first if deadline.due_at <= now else None  # 2
    if deadline.level == Level.ESCALATED:
        return Level.SUPERVISOR if since + rule.second <= now else None
    if deadline.level == Level.SUPERVISOR and rule.end is not None:  # 3
        return Level.ENDED if since + rule.end <= now else None
    return None


def due_after(sla_hours: int, urgency: str) -> timedelta:
    """Return the time for an answer: the agreement's, half of it when urgent, a twelfth in an emergency."""
    share = timedelta(hours=max(1, sla_hours)) / _SHARES.get(urgency, 1)
    return max(_LEAST, share)
