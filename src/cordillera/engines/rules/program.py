"""The parts of many rules as one list of steps, equal parts once: what the evaluators share.

>>> from cordillera.engines.rules.plain import InRange, Not
>>> program = Program()
>>> young = InRange("traveller.age", 0, 17)
>>> program.add(young), program.add(Not(young)), program.add(young)
(0, 1, 0)
"""

from typing import TypeAlias

import msgspec

from cordillera.engines.rules.plain import All, AtLeast, Not, Plain, Some, Test


class TestStep(msgspec.Struct, frozen=True):
    """A test on one fact or two."""

    __test__ = False  # not a class of tests
    test: Test


class NotStep(msgspec.Struct, frozen=True):
    """Not of another step."""

    of: int


class JoinStep(msgspec.Struct, frozen=True):
    """And (`every`) or or, of other steps; `inside` is the set that it stands in."""

    of: tuple[int, ...]
    every: bool
    inside: str


class AtLeastStep(msgspec.Struct, frozen=True):
    """At least `count` things of a set for which another step is true."""

    count: int
    set: str
    of: int


Step: TypeAlias = TestStep | NotStep | JoinStep | AtLeastStep


class Program:
    """Steps, each behind those that it needs."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._places: dict[Step, int] = {}

    def add(self, node: Plain, inside: str = "") -> int:
        """Return the step of a plain condition, a new one only if no equal one is there."""
        match node:
            case Not(of):
                return self._place(NotStep(self.add(of, inside)))
            case All(of) | Some(of):
                parts = tuple(sorted({self.add(part, inside) for part in of}))
                if len(parts) == 1:
                    return parts[0]
                return self._place(JoinStep(parts, isinstance(node, All), inside))
            case AtLeast(count, name, where):
                return self._place(AtLeastStep(count, name, self.add(where, name)))
        return self._place(TestStep(node))

    def _place(self, step: Step) -> int:
        place = self._places.setdefault(step, len(self.steps))
        if place == len(self.steps):
            self.steps.append(step)
        return place
