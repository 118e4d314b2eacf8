"""The one place where the engine's score becomes the score of the wire, and back.

Clients of other matchers expect a number in [0, 1] and take 0.7 as the line above which somebody looks. The
engine's score is in bits and each list has its own threshold. With d as the distance of the score from the
list's threshold and K as `_HALF_WAY`, the wire's score is 0.7 + 0.3 d / (d + K) from the threshold on, and
0.7 K / (K - d) below it: monotone, 0.7 at the threshold, and never so near to 1 that better cannot be told
from good.

>>> line = default_threshold()
>>> to_wire(line, line), to_engine(0.7, line) == line, to_wire(line + 10_000.0, line) < 1.0
(0.7, True, True)
"""

from typing import Final

from cordillera.desks.people.compare_engine import SCALE, default_threshold

__all__ = ["SCALE", "WIRE_THRESHOLD", "default_threshold", "to_engine", "to_wire"]

WIRE_THRESHOLD: Final = 0.7
"""The score of the wire at a list's threshold; what clients have built in."""

_ABOVE: Final = 1.0 - WIRE_THRESHOLD
_HALF_WAY: Final = 8.0  # bits above the threshold: half way from 0.7 to 1
_LEAST: Final = 0.001


def to_wire(score: float, threshold: float) -> float:
    """The score of the wire for the engine's `score` on a list with this `threshold`."""
    distance = score - threshold
    if distance >= 0.0:
        return round(WIRE_THRESHOLD + _ABOVE * distance / (distance + _HALF_WAY), 6)
    return round(WIRE_THRESHOLD * _HALF_WAY / (_HALF_WAY - distance), 6)


def to_engine(wire: float, threshold: float) -> float:
    """The engine's score that gives `wire`, which is taken as lying between 0.001 and 0.999."""
    kept = min(max(wire, _LEAST), 1.0 - _LEAST)
    if kept >= WIRE_THRESHOLD:
        share = (kept - WIRE_THRESHOLD) / _ABOVE
        return threshold + _HALF_WAY * share / (1.0 - share)
    return threshold + _HALF_WAY * (1.0 - WIRE_THRESHOLD / kept)
