"""Who is linked with a traveller, at most two steps away, and how that is drawn; purely.

1. One step: somebody who shares something with the traveller. Two steps: somebody who shares something else
   with one of those; a shared agency is not followed further, since it says too little.
2. What too many share links nobody (`contacts_store.MOST_HOLDERS`), and the page says so.
3. Everybody is a line of a flight. That two share a phone does not make them one person, and no step here
   joins them.

The picture is a ring for each step around the traveller, those of the second step beside whom they come from.

>>> [one.id for one in rings("a", {"b": ("c", "d"), "e": ()})]
['a', 'b', 'c', 'd', 'e']
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from math import cos, pi, sin
from typing import Final, Generic, TypeVar
from uuid import UUID

import msgspec

from cordillera.desks.travellers.contacts_core import Holding, Kind, Shared

MOST_PEOPLE: Final = 100
MOST_DRAWN: Final = 40
WIDTH, HEIGHT = 800, 520
_RINGS: Final = ((0.0, 0.0), (190.0, 125.0), (340.0, 215.0))
_Id = TypeVar("_Id", bound=Hashable)
Thing = tuple[Kind, bytes]


class Link(msgspec.Struct, frozen=True):
    """Two travellers share one thing; `one` is nearer to the traveller asked about."""

    one: UUID
    other: UUID
    kind: Kind
    value: bytes
    cancelled: bool


class Found(msgspec.Struct, frozen=True):
    """Everybody who was found, by step, the links between them, and what too many share."""

    first: tuple[UUID, ...]
    second: tuple[UUID, ...]
    links: tuple[Link, ...]
    crowded: tuple[Thing, ...]
    omitted: int


class Spot(msgspec.Struct, Generic[_Id], frozen=True):
    """Where somebody stands in the picture."""

    id: _Id
    x: float
    y: float
    step: int


def first_step(mine: UUID, shared: Mapping[Thing, Shared]) -> tuple[tuple[UUID, ...], tuple[Link, ...]]:
    """Return who shares something with a traveller, those who share most first, and by what."""
    links = tuple(
        Link(mine, ref, kind, value, ref in found.cancelled)
        for (kind, value), found in sorted(shared.items())
        for ref in found.holders
        if ref != mine
    )
    return _ranked(links, ()), links


def second_step(
    mine: UUID, first: Collection[UUID], held: Sequence[Holding], shared: Mapping[Thing, Shared]
) -> tuple[tuple[UUID, ...], tuple[Link, ...]]:
    """Return who shares something with those of the first step, and what these share among each other."""
    holders: dict[Thing, list[UUID]] = {}
    for one in held:
        holders.setdefault((one.kind, one.value), []).append(one.traveller_id)
    links = []
    for thing, found in sorted(shared.items()):
        near = [ref for ref in holders.get(thing, ()) if ref in first]
        for place, via in enumerate(near):
            others = [ref for ref in found.holders if ref not in first and ref != mine] + near[place + 1 :]
            links += [Link(via, ref, *thing, ref in found.cancelled) for ref in others]
    return _ranked(links, first), tuple(links)


def followed(held: Sequence[Holding], known: Collection[Thing]) -> set[Thing]:
    """Return what is followed in the second step: condition 1."""
    things: set[Thing] = {(one.kind, one.value) for one in held if one.kind != Kind.AGENCY}
    return things - set(known)


def found(
    first: tuple[Sequence[UUID], Sequence[Link]],
    second: tuple[Sequence[UUID], Sequence[Link]],
    crowded: Collection[Thing],
) -> Found:
    """Put both steps together; of more than `MOST_PEOPLE` the first are kept."""
    near, far = first[0][:MOST_PEOPLE], second[0][: max(0, MOST_PEOPLE - len(first[0]))]
    kept = {*near, *far}
    links = tuple(one for one in (*first[1], *second[1]) if one.other in kept)
    omitted = len(first[0]) + len(second[0]) - len(near) - len(far)
    return Found(tuple(near), tuple(far), links, tuple(sorted(crowded)), omitted)


def without(result: Found, hidden: Collection[UUID]) -> Found:
    """Return what was found without some people, and without whom only they led to."""
    first = tuple(ref for ref in result.first if ref not in hidden)
    near = {*first}
    reached = {one.other for one in result.links if one.one in near}
    second = tuple(ref for ref in result.second if ref not in hidden and ref in reached)
    kept = {*first, *second}
    links = tuple(
        one
        for one in result.links
        if one.other in kept and (one.one in kept or one.one not in {*result.first})
    )
    return msgspec.structs.replace(result, first=first, second=second, links=links)


def spots(mine: UUID, result: Found) -> tuple[Spot[UUID], ...]:
    """Return where everybody stands, or nothing when they are too many to draw."""
    if len(result.first) + len(result.second) > MOST_DRAWN:
        return ()
    beside: dict[UUID, list[UUID]] = {ref: [] for ref in result.first}
    for ref in result.second:
        via = next(one.one for one in result.links if one.other == ref and one.one in beside)
        beside[via].append(ref)
    return tuple(rings(mine, beside))


def rings(centre: _Id, beside: Mapping[_Id, Sequence[_Id]]) -> Iterator[Spot[_Id]]:
    """Place somebody in the middle, others around, and further ones beside whom they belong to.

    Where nobody is further, the others have the whole picture: many do not touch.
    """
    yield _spot(centre, 0, 0.0)
    around = 1 if any(beside.values()) else 2
    whole = sum(max(1, len(further)) for further in beside.values())
    turn = 0.0
    for near, further in beside.items():
        share = max(1, len(further)) / whole
        yield _spot(near, 1, turn + share / 2, around)
        for place, far in enumerate(further):
            yield _spot(far, 2, turn + share * (place + 0.5) / len(further))
        turn += share


def _spot(ref: _Id, step: int, turn: float, ring: int | None = None) -> Spot[_Id]:
    across, up = _RINGS[step if ring is None else ring]
    angle = 2 * pi * turn + pi / 2  # nobody stands straight below, where the name is
    return Spot(ref, round(WIDTH / 2 + across * cos(angle), 1), round(HEIGHT / 2 + up * sin(angle), 1), step)


def _ranked(links: Sequence[Link], known: Collection[UUID]) -> tuple[UUID, ...]:
    """Those whom links lead to, who share most first; an agency counts least."""
    weight: dict[UUID, float] = {}
    for one in links:
        if one.other not in known:
            weight[one.other] = weight.get(one.other, 0.0) + (0.1 if one.kind is Kind.AGENCY else 1.0)
    return tuple(sorted(weight, key=lambda ref: (-weight[ref], str(ref))))
