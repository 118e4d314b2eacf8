"""The typed check of a rule tree, whatever face it came from: every fact exists, every value suits it.

Conditions, in this order for each part of the tree:
1. the tree is at most 16 levels deep and has at most 400 conditions;
2. the fact exists, and stands where it belongs: a bag's inside the parentheses of bags, others outside;
3. sets do not stand inside sets;
4. the comparison suits the type: order for numbers and times, start, end, contains and lists for texts;
5. the value is of the fact's type, in one of its units, a whole number of what is counted;
6. a code of a closed list is on the list; a flag and a text are only equal or not;
7. two facts compared are of one kind and order is asked of ordered kinds only;
8. a count is given for at least, at most and exactly (at least 1 for "at least"), and for nothing else.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from cordillera.engines.rules.errors import RuleFault, RuleTooLarge, UnknownCode, WrongPlace, WrongType
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
    Quantified,
    Relation,
    Rule,
    Same,
    Text,
    Value,
)
from cordillera.engines.rules.schema import Fact, fact_named, nearest, set_named
from cordillera.engines.rules.units import Kind, whole

DEEPEST: Final = 16
MOST: Final = 400
_UNORDERED: Final = frozenset({Kind.TEXT, Kind.FLAG})
_EQUALITY: Final = frozenset({Relation.EQ, Relation.NE})
_COUNTED: Final = frozenset({Amount.AT_LEAST, Amount.AT_MOST, Amount.EXACTLY})

Path: TypeAlias = tuple[str | int, ...]
"""Where a part of the tree is: names of fields and indexes, as in JSON."""


def check(rule: Rule) -> None:
    """Raise the first fault of the tree, with the `path` of the part that has it."""
    parts = [*walk(rule.when, ("when",))]
    if rule.unless is not None:
        parts += walk(rule.unless, ("unless",))
    if len(parts) > MOST:
        raise RuleTooLarge(conditions=len(parts), most=MOST)
    for path, inside, condition in parts:
        try:
            _check_one(condition, inside)
        except RuleFault as fault:
            raise type(fault)(**fault.facts, path=shown_path(path)) from None


def shown_path(path: Path) -> str:
    """Return a path as text: `when.of[1].where`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def walk(condition: Condition, path: Path = (), inside: str = "") -> Iterator[tuple[Path, str, Condition]]:
    """Yield every part of a condition with its path and the set it stands in, outer parts first."""
    if len(path) > 2 * DEEPEST:
        raise RuleTooLarge(path=shown_path(path), deepest=DEEPEST)
    yield path, inside, condition
    match condition:
        case Both(of) | Either(of):
            for index, part in enumerate(of):
                yield from walk(part, (*path, "of", index), inside)
        case Negation(of):
            yield from walk(of, (*path, "of"), inside)
        case Quantified(set=name, where=where):
            yield from walk(where, (*path, "where"), name)


def _check_one(condition: Condition, inside: str) -> None:
    match condition:
        case Quantified():
            _check_set(condition, inside)
        case Compare() | Between() | OneOf() | Holds() | Known() | Same():
            fact = fact_named(condition.fact)
            if fact.set != inside:
                raise WrongPlace(fact=fact.name, inside=inside)
            _check_leaf(condition, fact)


def _check_set(quantified: Quantified, inside: str) -> None:
    set_named(quantified.set)
    if inside:
        raise WrongPlace(set=quantified.set, inside=inside)
    low = 1 if quantified.amount is Amount.AT_LEAST else 0
    if (quantified.amount in _COUNTED and quantified.count < low) or (
        quantified.amount not in _COUNTED and quantified.count
    ):
        raise WrongType(amount=quantified.amount.value, count=quantified.count)


def _check_leaf(leaf: Leaf, fact: Fact) -> None:
    match leaf:
        case Compare(relation=relation, value=value):
            _check_relation(fact, relation)
            check_value(fact, value)
        case Between(low=low, high=high):
            _check_relation(fact, Relation.LE)
            check_value(fact, low)
            check_value(fact, high)
        case OneOf(texts=texts):
            for text in texts:
                check_value(fact, Text(text))
        case Holds():
            if fact.kind is not Kind.TEXT or fact.codes:
                raise WrongType(fact=fact.name, kind=fact.kind.value, asked=leaf.part.value)
        case Same(relation=relation, other=name):
            _check_same(fact, relation, fact_named(name))


def _check_relation(fact: Fact, relation: Relation) -> None:
    if fact.kind in _UNORDERED and relation not in _EQUALITY:
        raise WrongType(fact=fact.name, kind=fact.kind.value, asked=relation.value)


def _check_same(fact: Fact, relation: Relation, other: Fact) -> None:
    _check_relation(fact, relation)
    if other.kind is not fact.kind:
        raise WrongType(fact=fact.name, kind=fact.kind.value, other=other.name, given=other.kind.value)
    if other.set not in {fact.set, ""}:
        raise WrongPlace(fact=other.name, inside=fact.set)
    if other.name == fact.name:
        raise WrongType(fact=fact.name, asked="the same fact twice")


def check_value(fact: Fact, value: Value) -> None:
    """Raise `WrongType`, `UnknownUnit` or `UnknownCode` for a value that the fact can never have."""
    if fact.kind is not Kind.TEXT:
        try:
            whole(value, fact.kind)
        except RuleFault as fault:
            raise type(fault)(fact=fact.name, **fault.facts) from None
    elif not isinstance(value, Text):
        raise WrongType(fact=fact.name, kind=fact.kind.value, given=type(value).__struct_config__.tag)
    elif fact.codes and value.text.upper() not in fact.codes:
        raise UnknownCode(fact=fact.name, code=value.text, near=nearest(value.text.upper(), fact.codes))
