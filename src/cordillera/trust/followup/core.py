"""What must hold before more is asked for or given; pure, numbered as the tests are."""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

from cordillera.trust.agreements.model import Agreement
from cordillera.trust.followup.errors import (
    FieldNotListed,
    JudicialReferenceNeeded,
    NotConfirmed,
    NothingWanted,
    SecondOfficerNeeded,
    WrongStep,
)
from cordillera.trust.followup.model import JudicialOrder, Outcome, State

Rule = Literal["officer", "two_officers", "judicial"]


class Step(StrEnum):
    """What approving leads to."""

    PROPOSE = "propose"
    SEND = "send"


def check_ask(verdict: bool | None, wanted: Sequence[str], listed: Collection[str]) -> None:  # noqa: FBT001
    """Check that more may be asked for. It must hold.

    1. A person confirmed the candidate (`verdict`): none that nobody judged, or that was rejected.
    2. At least one field is wanted, and each is on the agreement's closed list of answers.

    Raises `NotConfirmed`, `NothingWanted`, `FieldNotListed`. The agreement is asked after this.
    """
    if verdict is not True:
        raise NotConfirmed(condition=1)
    check_fields(wanted, listed)


def check_fields(given: Sequence[str], listed: Collection[str]) -> None:
    """Check that fields are some, and listed; raise `NothingWanted`, `FieldNotListed` (condition 2)."""
    if not given:
        raise NothingWanted(condition=2)
    for name in given:
        if name not in listed:
            raise FieldNotListed(condition=2, field=name)


def check_response(
    state: State, given: Sequence[str], wanted: Collection[str], listed: Collection[str]
) -> None:
    """Check that an answer may be given. It must hold.

    1. The request is open, or an answer to it is proposed.
    2. Something is given; nothing that was not asked for, and nothing off the agreement's list.

    Raises `WrongStep`, `NothingWanted`, `FieldNotListed`.
    """
    if state not in {"open", "proposed"}:
        raise WrongStep(condition=1, state=state)
    check_fields(given, set(wanted) & set(listed))


def approval_of(agreement: Agreement, service: str) -> Rule:
    """Return who decides about an answer: the agreement's rule, or two where the service takes two."""
    rule, found = agreement.hit_followup.approval, agreement.service(service)
    takes_two = found is not None and found.preconditions.four_eyes
    return "two_officers" if rule == "officer" and takes_two else rule


def check_approval(rule: Rule, proposer: str, officer: str) -> Step:
    """Return what an officer's approval leads to under the agreement's rule. It must hold.

    3. Where two officers decide, one proposes and another sends.

    Raises `SecondOfficerNeeded`.
    """
    if rule != "two_officers":
        return Step.SEND
    if not proposer:
        return Step.PROPOSE
    if proposer == officer:
        raise SecondOfficerNeeded(condition=3)
    return Step.SEND


def check_judicial(rule: Rule, order: JudicialOrder | None, today: date) -> None:
    """Check the order of a judge or prosecutor behind an answer. It must hold.

    4. Where a judge decides there is one: who gave it, of which authority, under which number and when.
       An order is not of a day to come.

    Raises `JudicialReferenceNeeded`.
    """
    if (rule == "judicial" and order is None) or (order is not None and order.given_on > today):
        raise JudicialReferenceNeeded(condition=4)


def outcome_of(wanted: Collection[str], given: Collection[str]) -> Outcome:
    """Return how an answer answers: everything asked for, some of it, or nothing."""
    if not given:
        return "refused"
    return "full" if set(wanted) <= set(given) else "partial"
