"""How an agreement's standing may change: pure rules, no store.

Closing takes one officer and is immediate; opening and ending take two (docs/adr/0007):

1. the officer holds the permission to change agreements;
2. a reason is stated;
3. the step starts from a status that allows it: what is terminated stays so;
4. resuming, terminating and confirming take two different officers; suspending takes one.

>>> next_status(Step.RESUME, Status.SUSPENDED, Status.IN_FORCE)
<Status.IN_FORCE: 'in_force'>
"""

from enum import StrEnum

from cordillera.trust.agreements.errors import ReasonMissing, StatusForbidsChange
from cordillera.trust.agreements.vocabulary import Status


class Step(StrEnum):
    """A change of standing that an officer can ask for."""

    SUSPEND = "suspend"
    RESUME = "resume"
    TERMINATE = "terminate"


_FROM = {
    Step.SUSPEND: frozenset({Status.PROVISIONAL, Status.IN_FORCE}),
    Step.RESUME: frozenset({Status.SUSPENDED}),
    Step.TERMINATE: frozenset({Status.PROVISIONAL, Status.IN_FORCE, Status.SUSPENDED}),
}
NEEDS_TWO = frozenset({Step.RESUME, Step.TERMINATE})
MAX_REASON = 2000


def next_status(step: Step, now: Status, in_file: Status) -> Status:
    """Return the status after `step` (resuming: the file's); raise `StatusForbidsChange`."""
    if now not in _FROM[step]:
        raise StatusForbidsChange(step=str(step), status=str(now))
    return {Step.SUSPEND: Status.SUSPENDED, Step.TERMINATE: Status.TERMINATED, Step.RESUME: in_file}[step]


def steps_from(now: Status) -> tuple[Step, ...]:
    """Return the steps that the status allows."""
    return tuple(step for step in Step if now in _FROM[step])


def stated_reason(reason: str) -> str:
    """Return the reason without blank edges; raise `ReasonMissing` when nothing is left of it."""
    stated = reason.strip()
    if not stated:
        raise ReasonMissing
    return stated[:MAX_REASON]
