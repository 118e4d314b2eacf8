"""The readable reference: one rule, one traveller, and why.

Three values (Kleene): True, False, and None for unknown.
1. A comparison with an unknown fact is unknown; "is known" and "is unknown" never are.
2. "and" is false if one part is, else unknown if one part is, else true; "or" the other way round; "not" of
   the unknown is unknown.
3. Of a set, t things satisfy the condition, u may (the condition is unknown of them), and if the set is
   incomplete any number more may. "At least n" is true from t >= n, false when even t + u < n; "at most n"
   false from t > n, true when even t + u <= n; "exactly n" is both; "any" is at least 1, "without" at most 0.
4. "Every" is false when one thing fails or a complete set is empty: nothing is said by having no bags at all.
5. A rule raises the traveller when `when` is true and `unless` is not true: an exonerating condition that is
   unknown clears nobody, and an unknown condition raises nobody.
"""

from collections.abc import Sequence
from typing import Final, assert_never, cast

import msgspec

from cordillera.engines.rules.facts import Facts, Seen, Thing
from cordillera.engines.rules.model import (
    Amount,
    Between,
    Both,
    Compare,
    Condition,
    Either,
    Holds,
    Known,
    Leaf,
    Negation,
    OneOf,
    Part,
    Quantified,
    Relation,
    Rule,
    Same,
    Text,
    Value,
)
from cordillera.engines.rules.schema import FACTS
from cordillera.engines.rules.units import Kind, whole


class Traced(msgspec.Struct, frozen=True):
    """A condition with its outcome, the facts it read (None for unknown) and its parts.

    The parts of a set are its things, in order, each traced on the condition in the parentheses.
    """

    condition: Condition
    outcome: bool | None
    read: tuple[tuple[str, Seen | None], ...] = ()
    parts: "tuple[Traced, ...]" = ()


def raises(rule: Rule, facts: Facts) -> bool:
    """Tell whether the rule raises this traveller."""
    if trace(rule.when, facts).outcome is not True:
        return False
    return rule.unless is None or trace(rule.unless, facts).outcome is not True


def trace(condition: Condition, facts: Facts, thing: Thing | None = None) -> Traced:
    """Evaluate a checked condition of a traveller, or of one thing of a set, and keep how."""
    match condition:
        case Both(of):
            parts = tuple(trace(part, facts, thing) for part in of)
            return Traced(condition, conjunction([part.outcome for part in parts]), parts=parts)
        case Either(of):
            parts = tuple(trace(part, facts, thing) for part in of)
            return Traced(condition, negation(conjunction([negation(p.outcome) for p in parts])), parts=parts)
        case Negation(of):
            part = trace(of, facts, thing)
            return Traced(condition, negation(part.outcome), parts=(part,))
        case Quantified():
            return _trace_set(condition, facts)
    return _trace_leaf(condition, facts.facts if thing is None else thing, facts.facts)


def negation(outcome: bool | None) -> bool | None:  # noqa: FBT001 - the three values are the subject
    """Not, of three values."""
    return None if outcome is None else not outcome


def conjunction(outcomes: Sequence[bool | None]) -> bool | None:
    """And, of three values."""
    if False in outcomes:
        return False
    return None if None in outcomes else True


def _trace_set(quantified: Quantified, facts: Facts) -> Traced:
    things = facts.things(quantified.set)
    parts = tuple(trace(quantified.where, facts, thing) for thing in things.things)
    outcomes = [part.outcome for part in parts]
    if quantified.amount is Amount.EVERY:
        outcome = _every(outcomes, complete=things.complete)
    else:
        outcome = _counted(quantified, outcomes, complete=things.complete)
    return Traced(quantified, outcome, parts=parts)


def _every(outcomes: Sequence[bool | None], *, complete: bool) -> bool | None:
    if False in outcomes:
        return False
    if not complete or None in outcomes:
        return None
    return bool(outcomes)


def _counted(quantified: Quantified, outcomes: Sequence[bool | None], *, complete: bool) -> bool | None:
    certain = outcomes.count(True)
    possible = certain + outcomes.count(None) if complete else 10**9
    match quantified.amount:
        case Amount.AT_LEAST | Amount.ANY:
            return _reached(certain, possible, quantified.count or 1)
        case Amount.AT_MOST | Amount.NONE:
            return negation(_reached(certain, possible, quantified.count + 1))
    enough = _reached(certain, possible, quantified.count)
    return conjunction([enough, negation(_reached(certain, possible, quantified.count + 1))])


def _reached(certain: int, possible: int, count: int) -> bool | None:
    if certain >= count:
        return True
    return None if possible >= count else False


def _trace_leaf(leaf: Leaf, own: Thing, outer: Thing) -> Traced:
    names = (leaf.fact, leaf.other) if isinstance(leaf, Same) else (leaf.fact,)
    read = tuple((name, own.get(name) or outer.get(name)) for name in names)
    if isinstance(leaf, Known):
        return Traced(leaf, (read[0][1] is not None) is leaf.known, read)
    if any(seen is None for _, seen in read):
        return Traced(leaf, None, read)
    values = [seen.value for _, seen in read if seen is not None]
    if isinstance(leaf, Same):
        return Traced(leaf, related(values[0], leaf.relation, values[1]), read)
    return Traced(leaf, _holds(leaf, values[0]), read)


def _holds(leaf: Compare | Between | OneOf | Holds, value: str | int) -> bool:
    kind = FACTS[leaf.fact].kind
    match leaf:
        case Compare(relation=relation, value=limit):
            return related(value, relation, _limit(limit, kind))
        case Between(low=low, high=high):
            first, last = cast("int", _limit(low, kind)), cast("int", _limit(high, kind))
            number = cast("int", value)
            if kind is Kind.TIME and first > last:  # from the evening to the morning
                return number >= first or number <= last
            return first <= number <= last
        case OneOf(texts=texts):
            return value in {text.upper() for text in texts}
        case Holds(part=part, text=text):
            return _PLACES[part](cast("str", value), text.upper())
        case _:
            assert_never(leaf)


def _limit(value: Value, kind: Kind) -> str | int:
    return value.text.upper() if isinstance(value, Text) else whole(value, kind)


_PLACES: Final = {Part.START: str.startswith, Part.END: str.endswith, Part.ANYWHERE: str.__contains__}


def related(one: str | int, relation: Relation, other: str | int) -> bool:
    """Compare two values of one kind."""
    match relation:
        case Relation.EQ:
            return one == other
        case Relation.NE:
            return one != other
    first, second = cast("int", one), cast("int", other)
    match relation:
        case Relation.LT:
            return first < second
        case Relation.LE:
            return first <= second
        case Relation.GT:
            return first > second
    return first >= second
