"""The plain form that all fast evaluators share: few kinds of tests, and not, and, or, at least.

Lowering keeps three-valued meaning: "!=" is not "=", "at most 2" is not "at least 3", "every" is "there is
one, and none that is not". Equal parts of different rules become equal values, so each is evaluated once.

>>> from cordillera.engines.rules.parser import read_rule
>>> plain(read_rule('rule a "A" for terrorism when traveller.age < 18 years').when).high
17
"""

from typing import Final, TypeAlias, cast

import msgspec

from cordillera.engines.rules.model import (
    Amount,
    Between,
    Both,
    Compare,
    Condition,
    Either,
    Holds,
    Known,
    Negation,
    OneOf,
    Part,
    Quantified,
    Relation,
    Same,
    Text,
    Value,
)
from cordillera.engines.rules.schema import FACTS, Fact
from cordillera.engines.rules.units import LARGEST, Kind, whole

LOWEST: Final = -LARGEST
_MIDNIGHT: Final = 24 * 60


class InRange(msgspec.Struct, frozen=True, tag=True):
    """A counted fact from `low` to `high`, both included."""

    fact: str
    low: int
    high: int


class InTexts(msgspec.Struct, frozen=True, tag=True):
    """A text fact that is one of these (upper case, sorted)."""

    fact: str
    texts: tuple[str, ...]


class HasPart(msgspec.Struct, frozen=True, tag=True):
    """A text fact with this text (upper case) at this place."""

    fact: str
    part: Part
    text: str


class IsUnknown(msgspec.Struct, frozen=True, tag=True):
    """A fact that is not known; this test is always true or false."""

    fact: str


class Pair(msgspec.Struct, frozen=True, tag=True):
    """Two facts; `relation` is EQ, LT or LE."""

    fact: str
    relation: Relation
    other: str


class Not(msgspec.Struct, frozen=True, tag=True):
    """Not."""

    of: "Plain"


class All(msgspec.Struct, frozen=True, tag=True):
    """And; of nothing it is true."""

    of: tuple["Plain", ...]


class Some(msgspec.Struct, frozen=True, tag=True):
    """Or; of nothing it is false."""

    of: tuple["Plain", ...]


class AtLeast(msgspec.Struct, frozen=True, tag=True):
    """At least `count` (1 or more) things of the set for which `where` is true."""

    count: int
    set: str
    where: "Plain"


Plain: TypeAlias = InRange | InTexts | HasPart | IsUnknown | Pair | Not | All | Some | AtLeast
Test: TypeAlias = InRange | InTexts | HasPart | IsUnknown | Pair
TRUE: Final = All(())
FALSE: Final = Some(())


def plain(condition: Condition) -> Plain:  # noqa: C901, PLR0911 - one line for each kind of condition
    """Return a checked condition in plain form."""
    match condition:
        case Both(of):
            return All(tuple(map(plain, of)))
        case Either(of):
            return Some(tuple(map(plain, of)))
        case Negation(of):
            return Not(plain(of))
        case Quantified():
            return _quantified(condition)
        case Compare(name, relation, value):
            return _compared(FACTS[name], relation, value)
        case Between(name, low, high):
            return _between(FACTS[name], low, high)
        case OneOf(name, texts):
            return InTexts(name, tuple(sorted({text.upper() for text in texts})))
        case Holds(name, part, text):
            return HasPart(name, part, text.upper())
        case Known(name, known):
            return Not(IsUnknown(name)) if known else IsUnknown(name)
        case Same(name, relation, other):
            return _same(name, relation, other)


def _quantified(quantified: Quantified) -> Plain:
    name, where, count = quantified.set, plain(quantified.where), quantified.count
    match quantified.amount:
        case Amount.ANY:
            return AtLeast(1, name, where)
        case Amount.NONE:
            return Not(AtLeast(1, name, where))
        case Amount.EVERY:
            return All((AtLeast(1, name, TRUE), Not(AtLeast(1, name, Not(where)))))
        case Amount.AT_LEAST:
            return AtLeast(count, name, where)
        case Amount.AT_MOST:
            return Not(AtLeast(count + 1, name, where))
    few = Not(AtLeast(count + 1, name, where))
    return All((AtLeast(count, name, where), few)) if count else few


def _compared(fact: Fact, relation: Relation, value: Value) -> Plain:  # noqa: PLR0911 - one for each relation
    if fact.kind is Kind.TEXT:
        test: Plain = InTexts(fact.name, (cast("Text", value).text.upper(),))
        return Not(test) if relation is Relation.NE else test
    at = whole(value, fact.kind)
    match relation:
        case Relation.EQ:
            return InRange(fact.name, at, at)
        case Relation.NE:
            return Not(InRange(fact.name, at, at))
        case Relation.LT:
            return InRange(fact.name, LOWEST, at - 1)
        case Relation.LE:
            return InRange(fact.name, LOWEST, at)
        case Relation.GT:
            return InRange(fact.name, at + 1, LARGEST)
    return InRange(fact.name, at, LARGEST)


def _between(fact: Fact, low: Value, high: Value) -> Plain:
    first, last = whole(low, fact.kind), whole(high, fact.kind)
    if fact.kind is Kind.TIME and first > last:
        return Some((InRange(fact.name, first, _MIDNIGHT - 1), InRange(fact.name, 0, last)))
    return InRange(fact.name, first, last)


def _same(name: str, relation: Relation, other: str) -> Plain:
    match relation:
        case Relation.EQ | Relation.LT | Relation.LE:
            return Pair(name, relation, other)
        case Relation.NE:
            return Not(Pair(name, Relation.EQ, other))
        case Relation.GT:
            return Not(Pair(name, Relation.LE, other))
    return Not(Pair(name, Relation.LT, other))
