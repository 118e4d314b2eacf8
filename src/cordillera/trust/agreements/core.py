r"""The life of an agreement as a small machine of states: pure rules, no store.

```
provisional --bring_into_force--> in_force <--resume-- suspended
     |                                |  \--suspend-------^
     +------------terminate----------+--> (notice runs) --> terminated
```
A step is taken when all of this holds (docs/agreements.md, docs/adr/0021):

1. the officer holds the permission to change agreements;
2. a reason is stated;
3. the step starts from a status that allows it: what is terminated stays so;
4. resuming, terminating and bringing into force take two different officers; suspending takes one;
5. what comes into force was signed by both parties and leaves no assumed term open;
6. a termination ends the agreement when its months of notice have run, and until then changes nothing;
7. what a partner closed stays closed here until that partner opens it: no step of ours opens it.

>>> next_status(Step.RESUME, Status.SUSPENDED, Status.IN_FORCE)
<Status.IN_FORCE: 'in_force'>
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from cordillera.trust.agreements.errors import ReasonMissing, StatusForbidsChange
from cordillera.trust.agreements.vocabulary import Status


class Step(StrEnum):
    """A change of standing that an officer can ask for."""

    SUSPEND = "suspend"
    RESUME = "resume"
    TERMINATE = "terminate"
    BRING_INTO_FORCE = "bring_into_force"


class Closing(msgspec.Struct, frozen=True):
    """What one side says of an agreement: its status there, and the day from which it is ended."""

    status: Status
    ends_on: date | None = None


_FROM = {
    Step.SUSPEND: frozenset({Status.PROVISIONAL, Status.IN_FORCE}),
    Step.RESUME: frozenset({Status.SUSPENDED}),
    Step.TERMINATE: frozenset({Status.PROVISIONAL, Status.IN_FORCE, Status.SUSPENDED}),
    Step.BRING_INTO_FORCE: frozenset({Status.PROVISIONAL}),
}
_TO = {
    Step.SUSPEND: Status.SUSPENDED,
    Step.TERMINATE: Status.TERMINATED,
    Step.BRING_INTO_FORCE: Status.IN_FORCE,
}
NEEDS_TWO = frozenset({Step.RESUME, Step.TERMINATE, Step.BRING_INTO_FORCE})
MAX_REASON = 2000
_MOST_CLOSED = (Status.TERMINATED, Status.SUSPENDED, Status.PROVISIONAL, Status.IN_FORCE)


def next_status(step: Step, now: Status, opened: Status) -> Status:
    """Return the status after `step`; resuming leads to `opened`, as it stood before it was suspended.

    Raises `StatusForbidsChange` (condition 3).
    """
    if now not in _FROM[step]:
        raise StatusForbidsChange(step=str(step), status=str(now))
    return _TO.get(step, opened)


def steps_from(now: Status, *, notice_runs: bool = False) -> tuple[Step, ...]:
    """Return the steps that the status allows; notice is given once."""
    steps = (step for step in Step if now in _FROM[step])
    return tuple(step for step in steps if not (notice_runs and step is Step.TERMINATE))


def end_of_notice(given: date, months: int) -> date:
    """Return the first day on which an agreement is ended, so many months after notice (PCSC 23).

    >>> end_of_notice(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    whole = given.year * 12 + given.month - 1 + months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(given.day, monthrange(year, month + 1)[1]))


def status_on(closing: Closing, today: date) -> Status:
    """Return what one side's word means today: ended once its notice has run (condition 6)."""
    ended = closing.ends_on is not None and today >= closing.ends_on
    return Status.TERMINATED if ended else closing.status


def status_between(own: Closing, partners: Iterable[Closing], today: date) -> Status:
    """Return how the agreement stands: the most closed of our word and each partner's (condition 7).

    A partner's word closes; that it is open over there opens nothing here.
    """
    theirs = (status_on(closing, today) for closing in partners)
    words = [status_on(own, today), *(word for word in theirs if word in _MOST_CLOSED[:2])]
    return min(words, key=_MOST_CLOSED.index)


def stated_reason(reason: str) -> str:
    """Return the reason without blank edges; raise `ReasonMissing` when nothing is left of it."""
    stated = reason.strip()
    if not stated:
        raise ReasonMissing
    return stated[:MAX_REASON]
