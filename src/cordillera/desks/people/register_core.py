"""The register of persons: a person is the items that officers joined, and nothing is copied or lost.

A merge is an edge between two items, one of each person joined; its life is a row of events that are only
ever added. Who is one person follows from the merges that stand: taking one away gives back exactly what
was before it, whatever was joined since.

>>> a, b, c = UUID(int=1), UUID(int=2), UUID(int=3)
>>> one, two = Edge(UUID(int=9), a, b, "joined"), Edge(UUID(int=8), b, c, "parted")
>>> sorted(len(person) for person in persons((a, b, c), (one, two)))
[1, 2]
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from cordillera.desks.people.person_core import contradictions
from cordillera.desks.people.person_errors import DeskReasonTooShort, MergeMoved, OtherOfficerNeeded
from cordillera.desks.people.person_model import Contradiction, Item

Act = Literal["proposed", "joined", "refused", "parted", "questioned"]
MIN_REASON: Final = 8
_STANDING: Final = frozenset({"joined", "questioned"})


class Edge(msgspec.Struct, frozen=True):
    """A merge as far as it decides who is one person."""

    merge_id: UUID
    left: UUID
    right: UUID
    state: str


class Step(msgspec.Struct, frozen=True):
    """One event of a merge: what was done, by whom, when and why."""

    act: Act
    officer_id: str
    officer_name: str
    at: datetime
    reason: str


class Evidence(msgspec.Struct, frozen=True):
    """What a merge rests on: why a second officer was needed, and what contradicted. Sealed with it."""

    because: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


def state_of(acts: Sequence[Act]) -> str:
    """Return the state that events lead to: the last one says it.

    >>> state_of(("proposed", "joined", "questioned"))
    'questioned'
    """
    return acts[-1] if acts else "proposed"


def persons(items: Iterable[UUID], edges: Iterable[Edge]) -> tuple[frozenset[UUID], ...]:
    """Return the items by person: those that standing merges connect belong together."""
    group = {item: {item} for item in items}
    for edge in edges:
        if edge.state not in _STANDING or edge.left not in group or edge.right not in group:
            continue
        left, right = group[edge.left], group[edge.right]
        if left is not right:
            left |= right
            for item in right:
                group[item] = left
    unique = {id(members): members for members in group.values()}
    return tuple(frozenset(members) for members in unique.values())


def person_of(item: UUID, edges: Sequence[Edge]) -> frozenset[UUID]:
    """Return the items of the person that an item belongs to."""
    known = {item} | {end for edge in edges for end in (edge.left, edge.right)}
    return next(members for members in persons(known, edges) if item in members)


def why_two(left: Sequence[Item], right: Sequence[Item]) -> Evidence:
    """Return why a merge takes two officers, if it does.

    5. the two sides are held under different agreements or handling: joining them tells what each may not;
    6. a fact of one side contradicts one of the other.
    """
    because = []
    agreements = [{item.provenance.agreement for item in side} for side in (left, right)]
    levels = [{item.badge.level for item in side} for side in (left, right)]
    bound = any(agreement for side in agreements for agreement in side)
    if bound and (agreements[0] != agreements[1] or levels[0] != levels[1]):
        because.append("handling")
    against = tuple(one for a in left for b in right for one in contradictions((a, b)))
    if against:
        because.append("contradiction")
    return Evidence(tuple(because), against)


def check_reason(reason: str) -> str:
    """Condition 1: the reason has eight letters or digits at least; return it without its margins."""
    if sum(sign.isalnum() for sign in reason) < MIN_REASON:
        raise DeskReasonTooShort(minimum=MIN_REASON)
    return reason.strip()


def check_second(steps: Sequence[Step], officer_id: str) -> None:
    """Let a second officer decide on a proposal.

    7. it waits: raise `MergeMoved`;
    8. the second officer is not the one who proposed: raise `OtherOfficerNeeded`.
    """
    if state_of([step.act for step in steps]) != "proposed":
        raise MergeMoved
    if steps[-1].officer_id == officer_id:
        raise OtherOfficerNeeded


def check_part(steps: Sequence[Step]) -> None:
    """Let an officer take a merge back: 9. it stands; raise `MergeMoved` otherwise."""
    if state_of([step.act for step in steps]) not in _STANDING:
        raise MergeMoved


def anchor(items: Sequence[tuple[UUID, datetime]]) -> UUID:
    """Return the item that a merge is tied to: the longest-lived, so that no shorter-lived one cuts it."""
    return max(items, key=lambda pair: (pair[1], pair[0]))[0]
