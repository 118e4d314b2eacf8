"""A name as it is compared, and what a comparison of two names tells (`core.py`).

>>> Line("names.prior", -1, -1, -512).amount / 1024
-0.5
"""

import msgspec

from cordillera.engines.names.roles import Role


class Side(msgspec.Struct, frozen=True):
    """A name ready to be compared: texts, roles, and the information of each part in 1/GRID bit.

    `spans`: the first and last part of the name as read that each entry stands for.
    """

    texts: tuple[str, ...]
    roles: tuple[Role, ...]
    information: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


class Line(msgspec.Struct, frozen=True):
    """One addend of the score: reason, number of the part on either side (-1: none), contribution."""

    reason: str
    left: int
    right: int
    amount: int


class NameTally(msgspec.Struct, frozen=True):
    """Two names compared: score in 1/GRID bit, similarity in 1/1024, the lines, and the sides as joined."""

    score: int
    similarity: int
    lines: tuple[Line, ...]
    left: Side
    right: Side
