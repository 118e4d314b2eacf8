"""The steps that officers take in the life of a rule, as one table: for pages, operations and commands alike.

A step has a name, the permission it needs, and what it asks for beside a reason. What it does, and under
which conditions, is `rules_service`. A pre-test is no step: it opens transactions of its own.

>>> [step.name for step in STEPS if step.asks is Asks.REASON]
['propose', 'reject', 'suspend', 'retire']
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.rules_model import RuleVersion, Seen
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.trust.access.model import Permission
from cordillera.trust.review.ports import Officer


class Asks(StrEnum):
    """What a step asks for: a reason alone, what the officer has seen too, or a day too."""

    REASON = "reason"
    SEEN = "seen"
    DAY = "day"


class Given(msgspec.Struct, frozen=True):
    """What an officer gives with a step; `seen` and `review_on` where the step asks for them."""

    reason: str
    seen: Seen = Seen("", UUID(int=0))
    review_on: date = date.min


Take = Callable[[RuleService, sa.Connection, Officer, UUID, Given], RuleVersion]


class RuleStep(msgspec.Struct, frozen=True):
    """One step: its name in addresses and commands, who may take it, what it asks for and does.

    `does` is the sentence of the command, `over_json` that of the operation, `page` that of the page.
    """

    name: str
    permission: Permission
    asks: Asks
    take: Take
    does: str
    over_json: str
    page: str


def _propose(rules: RuleService, tx: sa.Connection, by: Officer, rule: UUID, given: Given) -> RuleVersion:
    return rules.propose(tx, by, rule, given.reason)


def _activate(rules: RuleService, tx: sa.Connection, by: Officer, rule: UUID, given: Given) -> RuleVersion:
    return rules.activate(tx, by, rule, given.seen, given.reason)


def _reject(rules: RuleService, tx: sa.Connection, by: Officer, rule: UUID, given: Given) -> RuleVersion:
    return rules.reject(tx, by, rule, given.reason)


def _review(rules: RuleService, tx: sa.Connection, by: Officer, rule: UUID, given: Given) -> RuleVersion:
    return rules.review(tx, by, rule, given.review_on, given.reason)


def _suspend(rules: RuleService, tx: sa.Connection, by: Officer, rule: UUID, given: Given) -> RuleVersion:
    return rules.suspend(tx, by, rule, given.reason)


def _retire(rules: RuleService, tx: sa.Connection, by: Officer, rule: UUID, given: Given) -> RuleVersion:
    return rules.retire(tx, by, rule, given.reason)


STEPS: Final = (
    RuleStep(
        name="propose",
        permission=Permission.RULE_WRITE,
        asks=Asks.REASON,
        take=_propose,
        does="Ask another officer to put a pre-tested version of rule NAME in force.",
        over_json="Ask another officer to put a pre-tested version in force.",
        page="Ask for the rule to be put in force by another officer.",
    ),
    RuleStep(
        name="activate",
        permission=Permission.RULE_APPROVE,
        asks=Asks.SEEN,
        take=_activate,
        does="Put a version of rule NAME in force that another officer wrote and proposed.",
        over_json="Put a version that another officer wrote and proposed in force;"
        " it counts from the next message on.",
        page="Put the rule in force at once, as an officer who neither wrote nor proposed it.",
    ),
    RuleStep(
        name="reject",
        permission=Permission.RULE_APPROVE,
        asks=Asks.REASON,
        take=_reject,
        does="Turn a proposed version of rule NAME down.",
        over_json="Turn a proposal down, with a reason.",
        page="Turn a proposal down.",
    ),
    RuleStep(
        name="review",
        permission=Permission.RULE_APPROVE,
        asks=Asks.DAY,
        take=_review,
        does="Keep the active version of rule NAME in force until another day.",
        over_json="Keep an active version in force until its next review, at most twelve months.",
        page="Keep the rule in force until another day, as an officer who neither wrote nor proposed it.",
    ),
    RuleStep(
        name="suspend",
        permission=Permission.RULE_STOP,
        asks=Asks.REASON,
        take=_suspend,
        does="Stop the active version of rule NAME at once.",
        over_json="Stop an active version at once.",
        page="Stop the rule at once.",
    ),
    RuleStep(
        name="retire",
        permission=Permission.RULE_STOP,
        asks=Asks.REASON,
        take=_retire,
        does="End a version of rule NAME for good.",
        over_json="End a version for good.",
        page="End the version for good.",
    ),
)
"""In the order of a rule's life."""
