"""Whether a plain condition can be true at all, and whether it can be anything else.

GTAS generated rules that could never fire (US-CBP/GTAS issue 1004: one document that has two numbers). Here
the condition becomes clauses of literals; a clause is possible when for each fact a value exists that
satisfies all its literals. Tests on one fact are constant between their limits, so trying the limits and
their neighbours is enough. Two tests of a set contradict each other when what one asks to be there is among
what the other asks not to be there. Otherwise sets of things and pairs of facts are taken as independent of
others: "impossible" is right, and "possible" may be wrong for conditions tied in ways not seen.

>>> from cordillera.engines.rules.plain import InRange, Not, Some
>>> possible(All((InRange("traveller.age", 0, 17), InRange("traveller.age", 18, 99)))), certain(TRUE)
(False, True)
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final, TypeAlias

from cordillera.engines.rules.model import Part
from cordillera.engines.rules.plain import (
    TRUE,
    All,
    AtLeast,
    HasPart,
    InRange,
    InTexts,
    IsUnknown,
    Not,
    Plain,
    Some,
    Test,
)
from cordillera.engines.rules.schema import FACTS
from cordillera.engines.rules.units import LARGEST, Kind

MOST_CLAUSES: Final = 512
_UNUSED: Final = tuple(map(chr, range(0xE000, 0xF8FF)))
Literal: TypeAlias = tuple[Test | AtLeast, bool]
Clause: TypeAlias = frozenset[Literal]
_LEAST: Final = {Kind.UTC: -LARGEST, Kind.LOCAL: -LARGEST, Kind.DAY: -LARGEST, Kind.DURATION: -LARGEST}
_GREATEST: Final = {Kind.FLAG: 1, Kind.TIME: 1439, Kind.AGE: 120, Kind.COUNT: 9_999, Kind.MASS: 10**14}
"""The most that is possible: nobody is older than 120 years, and no bag is heavier than a ton."""


class TooManyCases(ValueError):
    """The condition has too many cases to be searched."""


def possible(condition: Plain) -> bool:
    """Tell whether some traveller can satisfy the condition; True as well when there are too many cases."""
    try:
        return some_case(condition)
    except TooManyCases:
        return True


def certain(condition: Plain) -> bool:
    """Tell whether every traveller of whom all is known satisfies the condition; False in doubt."""
    return not possible(Not(condition))


def some_case(condition: Plain) -> bool:
    """Tell whether some traveller can satisfy the condition; raises `TooManyCases` instead of guessing."""
    return any(map(_clause_possible, clauses(condition)))


def every_case(condition: Plain) -> bool:
    """Tell whether all of whom all is known satisfy it; raises `TooManyCases` instead of guessing."""
    return not some_case(Not(condition))


def clauses(condition: Plain) -> set[Clause]:
    """Return the condition as alternatives of literals; raises `TooManyCases`."""
    return set(_clauses(condition, wanted=True))


def _clauses(condition: Plain, *, wanted: bool) -> Iterable[Clause]:
    match condition:
        case Not(of):
            return _clauses(of, wanted=not wanted)
        case All(of) | Some(of):
            parts = [set(_clauses(part, wanted=wanted)) for part in of]
            if isinstance(condition, All) is wanted:
                return _products(parts)
            return _limited({clause for part in parts for clause in part})
    return {frozenset({(condition, wanted)})}


def _products(parts: list[set[Clause]]) -> set[Clause]:
    whole: set[Clause] = {frozenset()}
    for part in parts:
        if len(whole) * len(part) > 8 * MOST_CLAUSES:
            raise TooManyCases
        whole = _limited({one | other for one, other in product(whole, part)})
    return whole


def _limited(found: set[Clause]) -> set[Clause]:
    if len(found) > MOST_CLAUSES:
        raise TooManyCases
    return found


def _clause_possible(clause: Clause) -> bool:
    if any((literal, not wanted) in clause for literal, wanted in clause):
        return False
    by_fact: defaultdict[str, list[Literal]] = defaultdict(list)
    for literal, wanted in clause:
        if isinstance(literal, InRange | InTexts | HasPart | IsUnknown):
            by_fact[literal.fact].append((literal, wanted))
    return _sets_possible(clause) and all(
        any(all(_agrees(literal, value) for literal in literals) for value in _values(fact, literals))
        for fact, literals in by_fact.items()
    )


def _sets_possible(clause: Clause) -> bool:
    wanted = [literal for literal, yes in clause if yes and isinstance(literal, AtLeast)]
    unwanted = [literal for literal, yes in clause if not yes and isinstance(literal, AtLeast)]
    if not all(some_case(literal.where) for literal in wanted):
        return False
    return not any(
        some.set == other.set and some.count >= other.count and _among(some.where, other.where)
        for some in wanted
        for other in unwanted
    )


def _among(some: Plain, other: Plain) -> bool:
    """Whether whatever satisfies `some` satisfies `other`; False in doubt."""
    return other in {some, TRUE} or not possible(All((some, Not(other))))


def _agrees(literal: Literal, value: int | str | None) -> bool:
    """Whether a literal is true of a value; an unknown value (None) satisfies "is unknown" only."""
    test, wanted = literal
    if isinstance(test, IsUnknown):
        return (value is None) is wanted
    return value is not None and _true_of(test, value) is wanted


def _true_of(test: Test | AtLeast, value: int | str) -> bool:
    match test:
        case InRange(_, low, high):
            return isinstance(value, int) and low <= value <= high
        case InTexts(_, texts):
            return value in texts
        case HasPart(_, part, text) if isinstance(value, str):
            start, end = part is Part.START, part is Part.END
            return value.startswith(text) if start else value.endswith(text) if end else text in value
    return False


def _values(name: str, literals: list[Literal]) -> Iterator[int | str | None]:
    """Values of which one satisfies all the literals if any value does."""
    yield None
    fact = FACTS[name]
    tests = [test for test, _ in literals]
    if fact.kind is not Kind.TEXT:
        least, greatest = _LEAST.get(fact.kind, 0), _GREATEST.get(fact.kind, LARGEST)
        limits = {least, greatest}
        for test in tests:
            if isinstance(test, InRange):
                limits |= {test.low - 1, test.low, test.high, test.high + 1}
        yield from (limit for limit in limits if least <= limit <= greatest)
    elif fact.codes:
        yield from fact.codes
    else:
        yield from _texts(literals)


def _texts(literals: list[Literal]) -> Iterator[str]:
    """The texts of lists; and all wanted parts in their places, kept apart by a character of no test."""
    tests = [test for test, _ in literals]
    listed = [text for test in tests if isinstance(test, InTexts) for text in test.texts]
    parts = [(test, wanted) for test, wanted in literals if isinstance(test, HasPart)]
    used = {*"".join((*listed, *(test.text for test, _ in parts)))}
    apart = next(character for character in _UNUSED if character not in used)
    wanted = {place: [t.text for t, yes in parts if yes and t.part is place] for place in Part}
    start, end = (max(wanted[place], key=len, default="") for place in (Part.START, Part.END))
    yield from listed
    yield apart.join((start, *wanted[Part.ANYWHERE], end))
