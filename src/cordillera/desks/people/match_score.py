"""The one place where the engine's score becomes the score of the wire, and back.

Clients of other matchers expect a number in [0, 1] and take 0.7 as the line above which somebody looks. The
engine's score has its own unit and each list its own threshold, so the wire's score is the engine's,
shifted so that the list's threshold lies at 0.7 and nothing saturates: monotone, and below 1 always.

>>> to_wire(ALERT_THRESHOLD, ALERT_THRESHOLD), to_engine(0.7, ALERT_THRESHOLD) == ALERT_THRESHOLD
(0.7, True)
"""

from math import exp, log
from typing import Final

from cordillera.engines.names.constants import ALERT_THRESHOLD

__all__ = ["ALERT_THRESHOLD", "WIRE_THRESHOLD", "to_engine", "to_wire"]

WIRE_THRESHOLD: Final = 0.7
"""The score of the wire at a list's threshold; what clients have built in."""

_ODDS: Final = log(WIRE_THRESHOLD / (1.0 - WIRE_THRESHOLD))
_UNIT: Final = 8.0  # natural log odds in one unit of the engine's score
_LIMIT: Final = 1e-6


def to_wire(score: float, threshold: float) -> float:
    """The score of the wire: 0.7 where the engine's `score` equals the list's `threshold`."""
    if score == threshold:
        return WIRE_THRESHOLD
    return round(1.0 / (1.0 + exp(-(_ODDS + _UNIT * (score - threshold)))), 6)


def to_engine(wire: float, threshold: float) -> float:
    """The engine's score that gives `wire`, which is taken as lying strictly between 0 and 1."""
    if wire == WIRE_THRESHOLD:
        return threshold
    kept = min(max(wire, _LIMIT), 1.0 - _LIMIT)
    return threshold + (log(kept / (1.0 - kept)) - _ODDS) / _UNIT
