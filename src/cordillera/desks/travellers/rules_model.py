"""What the traveller desk keeps of a rule's life: versions, limits, pre-tests, steps, reports.

A version never changes: saving makes a new one. Only its state moves, and every step is in the ledger.

>>> RuleState.ACTIVE in ENDS[RuleState.PROPOSED], RuleState.ACTIVE in ENDS[RuleState.TESTED]
(True, False)
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from cordillera.engines.rules import Refusal, Rule
from cordillera.trust.review.model import Retention


class RuleState(StrEnum):
    """Where a version stands. Only `ACTIVE` judges travellers who come."""

    DRAFT = "draft"
    TESTED = "tested"
    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class Act(StrEnum):
    """A step in the life of a version; `SUPERSEDED` and those from `OVERDUE` on are the machine's."""

    SAVED = "saved"
    PRETESTED = "pretested"
    PROPOSED = "proposed"
    ACTIVATED = "activated"
    REJECTED = "rejected"
    REVIEWED = "reviewed"
    SUSPENDED = "suspended"
    RETIRED = "retired"
    SUPERSEDED = "superseded"
    OVERDUE = "overdue"
    IMPRECISE = "imprecise"
    CEILING = "ceiling"
    ALTERED = "altered"
    UNLAWFUL = "unlawful"


ENDS: Final[Mapping[RuleState, frozenset[RuleState]]] = {
    RuleState.DRAFT: frozenset({RuleState.TESTED, RuleState.RETIRED}),
    RuleState.TESTED: frozenset({RuleState.TESTED, RuleState.PROPOSED, RuleState.RETIRED}),
    RuleState.PROPOSED: frozenset({RuleState.ACTIVE, RuleState.RETIRED}),
    RuleState.ACTIVE: frozenset({RuleState.ACTIVE, RuleState.SUSPENDED, RuleState.RETIRED}),
    RuleState.SUSPENDED: frozenset({RuleState.SUSPENDED, RuleState.PROPOSED, RuleState.RETIRED}),
    RuleState.RETIRED: frozenset(),
}
"""Which states may follow which."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What keeps a rule in bounds: when it is reviewed, and what suspends it by itself.

    `precision_floor` is confirmed alerts among decided ones, looked at from `min_decided` decisions on;
    `hits_per_day` is the most travellers it may raise in a day (UTC).
    """

    review_on: date
    precision_floor: float = 0.05
    min_decided: int = 20
    hits_per_day: int = 50


class RuleVersion(msgspec.Struct, frozen=True):
    """One version of a rule. `digest` is the SHA-256 of its tree in JSON; `why` a message id, or ""."""

    id: UUID
    agency: str
    name: str
    version: int
    state: RuleState
    rule: Rule
    digest: str
    limits: Limits
    author: str
    author_name: str
    created_at: datetime
    since: datetime
    keep: Retention
    why: str = ""
    proposed_by: str = ""
    proposed_name: str = ""
    proposed_at: datetime | None = None
    activated_by: str = ""
    activated_name: str = ""
    activated_at: datetime | None = None


class Group(msgspec.Struct, frozen=True):
    """How often a rule raises one group of travellers; `ratio` is its rate by that of everybody.

    `by` is "nationality" or "age"; `low` and `high` bound the rate (Wilson, 95 %). Groups of fewer than
    `rules_core.SMALLEST_GROUP` travellers stand together as "other".
    """

    by: str
    group: str
    travellers: int
    hits: int
    rate: float
    low: float
    high: float
    ratio: float


class Beside(msgspec.Struct, frozen=True):
    """Whom a country or route of a rule would raise `alone`, and how many its other grounds leave."""

    alone: int
    left: int


class Pretest(msgspec.Struct, frozen=True):
    """What a version would have done on history. `examples` are ids of travellers; `fresh_until` ends it.

    `days` were asked for, `covered` have messages at all (from the first of them to now), and `per_day` is
    hits by covered days. `unknown` travellers were not raised because a fact was not known, `exonerated` ones
    because of what speaks for them.
    """

    id: UUID
    rule_id: UUID
    digest: str
    made_at: datetime
    made_by: str
    made_name: str
    days: int
    covered: float
    travellers: int
    hits: int
    unknown: int
    per_day: float
    share: float
    disparity: float
    groups: tuple[Group, ...]
    examples: tuple[UUID, ...]
    seconds: float
    fresh_until: datetime
    exonerated: int = 0
    beside: tuple[Beside, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """One step in the life of a version: who did what and why. The machine's officer id is "node"."""

    id: UUID
    rule_id: UUID
    act: Act
    state: RuleState
    officer_id: str
    officer_name: str
    reason: str
    at: datetime


class RuleLine(msgspec.Struct, frozen=True):
    """One version in the list of rules."""

    version: RuleVersion
    lawful: bool
    overdue: bool
    hits_today: int
    pretest: Pretest | None


class RuleDetail(msgspec.Struct, frozen=True):
    """A version with its law, both texts, its pre-tests and steps (newest first), and its other versions."""

    version: RuleVersion
    refusals: tuple[Refusal, ...]
    english: str
    spanish: str
    json: str
    pretests: tuple[Pretest, ...]
    steps: tuple[Step, ...]
    versions: tuple[RuleLine, ...]


class Linted(msgspec.Struct, frozen=True):
    """A rule that was not saved: its tree, what it breaks, and both texts."""

    rule: Rule
    refusals: tuple[Refusal, ...]
    english: str
    spanish: str

    @property
    def lawful(self) -> bool:
        """Whether it may be tested."""
        return not self.refusals


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the officer who activates has looked at: the content's digest, and the newest pre-test."""

    digest: str
    pretest: UUID


class Tally(msgspec.Struct, frozen=True):
    """What became of a version's hits since some moment; see `RuleReport`."""

    hits: int = 0
    hits_today: int = 0
    open: int = 0
    confirmed: int = 0
    false_alerts: int = 0
    mixed: int = 0
    missed: int = 0

    @property
    def decided(self) -> int:
        """Alerts that rest on rules alone and were concluded on."""
        return self.confirmed + self.false_alerts


class RuleReport(msgspec.Struct, frozen=True):
    """What became of a version's hits in the last `days`.

    `decided` alerts are those that rest on rules alone and were concluded on: `confirmed` or `false_alerts`
    (not the person, no ground, or a check at the border that found nothing). `missed` were confirmed and
    never checked. `precision` is None without decisions, `low` and `high` bound it (Wilson, 95 %). `mixed`
    alerts also rest on a list, so their decision says nothing of the rule.
    """

    rule_id: UUID
    name: str
    version: int
    state: RuleState
    days: int
    travellers: int
    hits: int
    hits_today: int
    per_day: float
    open: int
    decided: int
    confirmed: int
    false_alerts: int
    mixed: int
    missed: int
    precision: float | None
    low: float
    high: float
    disparity: float
    groups: tuple[Group, ...]
    limits: Limits
