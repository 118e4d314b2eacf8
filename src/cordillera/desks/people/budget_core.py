"""A threshold from a budget of false alerts: the lowest one whose measured cost lies within it.

What was measured are the best scores of travellers of whom nobody is known to stand on the list, so each of
their alerts counts as false. What it would have missed are the alerts that officers confirmed below it.
Lower is never worse for finding people: of all thresholds within the budget the lowest is proposed, by the
measured share itself, not by its bound, so that little data does not raise it. The bounds are told beside
it: whether the budget surely holds (`sure`), or only as far as was measured. A larger budget never gives a
higher threshold. Shares are per 100,000 travellers; intervals are Wilson's at 95 % (ADR 0084).

>>> traffic = Traffic(((2.0, 30), (4.0, 10)), 10_000, 500.0)
>>> proposed((2.0, 4.0, 6.0), traffic, Budget(100.0)).threshold
4.0
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Literal

import msgspec

from cordillera.desks.people.threshold_core import Rate, Scored, rate

UNIT: Final = 100_000
MOST: Final = 1_000_000
ENOUGH: Final = 2_000
"""Travellers measured from which a node's own traffic decides: with no alert, fewer than 200 in 100,000."""
LOWEST: Final = 0.0
"""Bits below which no threshold is proposed: names and evidence then speak against one person."""
Per = Literal["travellers", "day"]


class Budget(msgspec.Struct, frozen=True):
    """How many false alerts a list may cost: per 100,000 travellers, or per day at the node's traffic."""

    most: Annotated[float, msgspec.Meta(gt=0, le=MOST)] = 100.0
    per: Per = "travellers"


DEFAULT: Final = Budget()


class Traffic(msgspec.Struct, frozen=True):
    """What innocent travellers reach: number of best scores by floor, of so many travellers.

    `per_day`: how many come, 0 when unknown. `scale`: how many times as many persons the list holds as the
    one that was measured; by chance, false alerts grow as they do.
    """

    counts: tuple[tuple[float, int], ...]
    travellers: int
    per_day: float = 0.0
    scale: float = 1.0


class Cost(msgspec.Struct, frozen=True):
    """One threshold: false alerts per 100,000 travellers, and per day where the traffic is known."""

    threshold: float
    share: Rate
    daily: Rate | None


class Proposed(msgspec.Struct, frozen=True):
    """The threshold of a budget and its cost. `within`: as measured; `sure`: by the upper bound, too."""

    threshold: float
    cost: Cost
    allowed: float
    within: bool
    sure: bool


class Missed(msgspec.Struct, frozen=True):
    """Alerts that officers confirmed, how many of them lie below a threshold, and that share."""

    confirmed: int
    below: int
    share: Rate


def cost(threshold: float, traffic: Traffic) -> Cost:
    """Return what a threshold costs; no more than every traveller."""
    reached = sum(number for floor, number in traffic.counts if floor >= threshold)
    measured = rate(reached, traffic.travellers)
    share = _times(measured, UNIT * traffic.scale, UNIT)
    daily = _times(share, traffic.per_day / UNIT, traffic.per_day) if traffic.per_day else None
    return Cost(threshold, share, daily)


def allowed(budget: Budget, per_day: float) -> float | None:
    """Return a budget per 100,000 travellers; None for one per day where the traffic is unknown.

    >>> allowed(Budget(2.0, "day"), 500.0)
    400.0
    """
    if budget.per == "travellers":
        return min(budget.most, float(UNIT))
    return min(budget.most / per_day, 1.0) * UNIT if per_day else None


def proposed(thresholds: Sequence[float], traffic: Traffic, budget: Budget) -> Proposed | None:
    """Return the lowest threshold within a budget; the highest, not within it, where none is.

    `thresholds` rise. None: a budget per day without traffic, or nothing measured.
    """
    most = allowed(budget, traffic.per_day)
    if most is None or not traffic.travellers:
        return None
    found = cost(thresholds[-1], traffic)
    for threshold in thresholds:
        here = cost(threshold, traffic)
        if here.share.value is not None and here.share.value <= most:
            found = here
            break
    within = found.share.value is not None and found.share.value <= most
    return Proposed(found.threshold, found, most, within, found.share.high <= most)


def missed(threshold: float, decided: Iterable[Scored]) -> Missed:
    """Return which confirmed alerts a threshold would not have raised."""
    confirmed = [one.score for one in decided if one.same]
    below = sum(score < threshold for score in confirmed)
    return Missed(len(confirmed), below, rate(below, len(confirmed)))


def _times(one: Rate, factor: float, most: float) -> Rate:
    value = None if one.value is None else min(one.value * factor, most)
    return Rate(value, min(one.low * factor, most), min(one.high * factor, most))
