"""Handling as a lattice: what a marking allows, and how markings combine to the most restrictive.

A source's own scale and value are kept as written; beside them stands what they mean for software: may it
be passed on, be used as evidence, be acted upon, and who may read it. `join` takes the stricter of each,
so it never matters in which order, how often or in what groups records are combined. Nothing here lowers.

>>> closed = Caveats(may_disseminate=False)
>>> join(closed, OPEN) == join(OPEN, closed) == closed
True
"""

from collections.abc import Iterable
from enum import IntEnum
from functools import reduce

import msgspec


class Audience(IntEnum):
    """Who may read it, the narrowest first (the circles of TLP 2.0)."""

    RECIPIENT = 0
    AGENCY = 1
    CLIENTS = 2
    COMMUNITY = 3
    PUBLIC = 4

    @property
    def word(self) -> str:
        """The name on the wire."""
        return self.name.lower()


class Marking(msgspec.Struct, frozen=True, order=True):
    """A scale and the value that the source wrote, unchanged."""

    scheme: str
    value: str


class Caveats(msgspec.Struct, frozen=True, kw_only=True):
    """What may be done, and the markings it follows from; a value at its default restricts nothing."""

    may_disseminate: bool = True
    may_evidence: bool = True
    may_act: bool = True
    audience: Audience = Audience.PUBLIC
    markings: tuple[Marking, ...] = ()

    def values(self, scheme: str) -> tuple[str, ...]:
        """Return what the sources wrote on one scale."""
        return tuple(marking.value for marking in self.markings if marking.scheme == scheme)


OPEN = Caveats()
"""Restricts nothing: the identity of `join`."""
CLOSED = Caveats(may_disseminate=False, may_evidence=False, may_act=False, audience=Audience.RECIPIENT)
"""What is assumed of anything that cannot be read."""


def join(*many: Caveats) -> Caveats:
    """Return the most restrictive of all: commutative, associative, idempotent, `OPEN` changes nothing."""
    return reduce(_join, many, OPEN)


def covers(strict: Caveats, loose: Caveats) -> bool:
    """Tell whether `strict` restricts at least as much as `loose` and names all its markings."""
    return join(strict, loose) == join(strict)


def restrict(held: Caveats, more: Iterable[Caveats]) -> Caveats:
    """Return what a receiver may make of received caveats: these, and anything on top; never less."""
    return join(held, *more)


def _join(one: Caveats, other: Caveats) -> Caveats:
    return Caveats(
        may_disseminate=one.may_disseminate and other.may_disseminate,
        may_evidence=one.may_evidence and other.may_evidence,
        may_act=one.may_act and other.may_act,
        audience=min(one.audience, other.audience),
        markings=tuple(sorted({*one.markings, *other.markings})),
    )
