"""A question put to every matcher: what is asked, and how its answer is measured."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

PEERS = Path(__file__).resolve().parents[1] / ".venv/bin/python"
Answer = dict[str, Any]


class Task(NamedTuple):
    """`verb` and `asked` go to the matcher; `measured` turns (matcher, answer) into figures."""

    name: str
    verb: str
    asked: dict[str, Any]
    measured: Callable[[str, Answer], dict[str, Any]]


SHIPPED = {"nomenklatura logic-v2": 0.7}  # thresholds that a matcher ships for names; rapidfuzz has none


def speed(count: int, seconds: float) -> int:
    """Return how many a second of processor time, to three digits."""
    return int(float(f"{count / max(seconds, 1e-6):.3g}"))
