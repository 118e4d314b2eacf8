"""What a threshold costs and misses: precision and recall with their uncertainty, alerts per day.

Intervals are Wilson's at 95 % (Wilson 1927): honest for few decisions, and never outside 0..1.

>>> low, high = wilson(9, 10)
>>> round(low, 2), round(high, 2)
(0.6, 0.98)
"""

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Final

import msgspec

_Z: Final = 1.959964
_W, _H, _LEFT, _TOP, _BOTTOM = 640, 300, 44, 14, 30
PLOT_RIGHT: Final = _W - 96


class Scored(msgspec.Struct, frozen=True):
    """One labelled pair: its score, and whether people found it the same person."""

    score: float
    same: bool


class Rate(msgspec.Struct, frozen=True):
    """A share with its 95 % interval; None where nothing was counted."""

    value: float | None
    low: float
    high: float


class Point(msgspec.Struct, frozen=True):
    """One threshold: precision and recall at it, and alerts per day, each with its interval."""

    threshold: float
    precision: Rate
    recall: Rate
    alerts: Rate


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share; of nothing, all is possible."""
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z
    middle = share + square / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + square / of)), min(1.0, (middle + spread) / (1 + square / of))


def rate(hits: int, of: int) -> Rate:
    """Return a share with its interval."""
    return Rate(hits / of if of else None, *wilson(hits, of))


def curve(
    thresholds: Iterable[float], pairs: Sequence[Scored], seen: Sequence[float], of: int, per_day: float
) -> tuple[Point, ...]:
    """Return what each threshold does.

    `pairs` are labelled; `seen` are the best scores of those of `of` travellers that reached any, and
    `per_day` is how many travellers come.
    """
    return tuple(_point(threshold, pairs, seen, (of, per_day)) for threshold in thresholds)


def _point(
    threshold: float, pairs: Sequence[Scored], seen: Sequence[float], crowd: tuple[int, float]
) -> Point:
    of, per_day = crowd
    above = [pair for pair in pairs if pair.score >= threshold]
    right = sum(pair.same for pair in above)
    alerts = rate(sum(score >= threshold for score in seen), of)
    daily = Rate(
        None if alerts.value is None else alerts.value * per_day, alerts.low * per_day, alerts.high * per_day
    )
    return Point(threshold, rate(right, len(above)), rate(right, sum(pair.same for pair in pairs)), daily)


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """One curve of the chart: its line, its band of uncertainty, where its word stands, in chart units."""

    name: str
    line: str
    band: str
    word_y: float


class Chart(msgspec.Struct, frozen=True):
    """A chart: curves, marks of the x axis (place, value), the y axis's top, and where the threshold is."""

    curves: tuple[Drawn, ...]
    marks: tuple[tuple[float, float], ...]
    top: float
    now: float


def chart(points: Sequence[Point], names: Sequence[str], now: float, top: float = 1.0) -> Chart:
    """Return the curves of some rates of the points, in the units of a drawing 640 wide and 300 high."""
    low, high = points[0].threshold, points[-1].threshold
    curves = tuple(_drawn(points, name, top) for name in names)
    step = max(1, len(points) // 6)
    marks = tuple((_x(p.threshold, low, high), p.threshold) for p in points[::step])
    return Chart(curves, marks, top, _x(min(max(now, low), high), low, high))


def _drawn(points: Sequence[Point], name: str, top: float) -> Drawn:
    low, high = points[0].threshold, points[-1].threshold
    known = [(point, getattr(point, name)) for point in points]
    known = [(point, one) for point, one in known if one.value is not None]
    line = [(_x(p.threshold, low, high), _y(one.value, top)) for p, one in known]
    upper = [(_x(p.threshold, low, high), _y(one.high, top)) for p, one in known]
    lower = [(_x(p.threshold, low, high), _y(one.low, top)) for p, one in reversed(known)]
    return Drawn(
        name=name,
        line=" ".join(f"{x},{y}" for x, y in line),
        band=" ".join(f"{x},{y}" for x, y in (*upper, *lower)),
        word_y=(line[-1][1] if line else _y(0, top)) + 4,
    )


def _x(value: float, low: float, high: float) -> float:
    return round(_LEFT + (value - low) / ((high - low) or 1.0) * (PLOT_RIGHT - _LEFT), 1)


def _y(value: float, top: float) -> float:
    return round(_TOP + (1 - min(value, top) / (top or 1.0)) * (_H - _TOP - _BOTTOM), 1)
