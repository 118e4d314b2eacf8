"""Thresholds from a budget of false alerts: suggested from what was measured here, accepted by a person.

Measured are this node's own travellers, less those whose alert on the list was confirmed; with fewer than
`ENOUGH` of them the counts shipped with the product, by the number of persons on the list.

What must hold to accept, after conditions 1 to 4 of `threshold_service`; a second officer then decides
(5 and 6). Tests and errors carry the same numbers:
7. something was measured, for a budget per day the traffic too (`BudgetUnmeasured`);
8. the threshold is the one that the budget gives now (`BudgetMoved`);
9. who raises a threshold says how many confirmed alerts it would have missed (`MissesUnsaid`).
"""

from typing import Annotated
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import budget_core as core
from cordillera.desks.people.budget_core import Budget, Cost, Missed, Proposed, Traffic
from cordillera.desks.people.compare_engine import grid_of
from cordillera.desks.people.person_errors import BudgetMoved, BudgetUnmeasured, MissesUnsaid
from cordillera.desks.people.threshold_core import Rate, Scored, rate
from cordillera.desks.people.threshold_service import Shipped, Thresholds, shipped
from cordillera.trust.access.model import OfficerSession


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """What a budget gives for a list, beside the threshold in force; costs are per 100,000 and per day.

    `proposed` is None where nothing was measured, or no traffic for a budget per day. `travellers` were
    measured, here if `from_own`. `recall` is that of the shipped pairs, `missed` of this agency's own
    decisions; `raises`: people would be found less often than now.
    """

    list_name: str
    present: float
    budget: Budget
    from_own: bool
    own_travellers: int
    travellers: int
    per_day: float
    proposed: Proposed | None
    cost_now: Cost | None
    missed: Missed
    missed_now: Missed
    recall: Rate
    recall_now: Rate
    raises: bool


class Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person accepts: the budget, the threshold shown, why; `missing`: the confirmed alerts missed."""

    budget: Budget
    threshold: float
    reason: Annotated[str, msgspec.Meta(max_length=500)]
    missing: int | None = None


class Budgets:
    """Budgets of false alerts of one node's lists."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds

    def suggest(self, tx: sa.Connection, list_name: str, budget: Budget) -> Suggestion:
        """Return the threshold that a budget gives and what it costs and misses; raise `ListNotFound`."""
        present, told = self._thresholds.line(tx, list_name), shipped()
        own = self._own(tx, list_name)
        traffic = own if own.travellers >= core.ENOUGH else self._shipped(tx, list_name, told, own.per_day)
        found = core.proposed([one for one in grid_of() if one >= core.LOWEST], traffic, budget)
        value = found.threshold if found else present
        decided, pairs = self._thresholds.labelled(tx, list_name), told.scored() if told else ()
        return Suggestion(
            list_name=list_name,
            present=present,
            budget=budget,
            from_own=traffic is own,
            own_travellers=own.travellers,
            travellers=traffic.travellers,
            per_day=own.per_day,
            proposed=found,
            cost_now=core.cost(present, traffic) if traffic.travellers else None,
            missed=core.missed(value, decided),
            missed_now=core.missed(present, decided),
            recall=_recall(value, pairs),
            recall_now=_recall(present, pairs),
            raises=value > present,
        )

    def accept(self, tx: sa.Connection, officer: OfficerSession, list_name: str, data: Accepted) -> UUID:
        """Propose the threshold that a budget gives (conditions 1 to 4 and 7 to 9); return the proposal."""
        found = self.suggest(tx, list_name, data.budget)
        if found.proposed is None:  # 7
            raise BudgetUnmeasured
        if data.threshold != found.proposed.threshold:  # 8
            raise BudgetMoved(threshold=found.proposed.threshold)
        if found.raises and data.missing != found.missed.below:  # 9
            raise MissesUnsaid(missed=found.missed.below, confirmed=found.missed.confirmed)
        told = {
            "budget": f"{data.budget.most:g} per {data.budget.per}",
            "measured": f"{found.travellers} travellers, {'own' if found.from_own else 'shipped'}",
            "would_miss": f"{found.missed.below} of {found.missed.confirmed} confirmed",
        }
        return self._thresholds.propose(tx, officer, list_name, (data.threshold, told), data.reason)

    def _own(self, tx: sa.Connection, list_name: str) -> Traffic:
        found = self._thresholds.measured(tx, list_name)
        if found is None:
            return Traffic((), 0)
        return Traffic(found.counts, found.travellers, found.travellers / found.days if found.days else 0.0)

    def _shipped(self, tx: sa.Connection, list_name: str, told: Shipped | None, per_day: float) -> Traffic:
        if told is None or told.crowd is None:
            return Traffic((), 0, per_day)
        crowd = told.crowd
        times = self._thresholds.persons(tx, list_name) / crowd.listed
        return Traffic(crowd.counts, crowd.travellers, per_day, times)


def _recall(threshold: float, pairs: tuple[Scored, ...]) -> Rate:
    same = [one.score for one in pairs if one.same]
    return rate(sum(score >= threshold for score in same), len(same))
