"""Random rules and travellers, the same for the same seed: what all evaluators must agree on."""

import random
from decimal import Decimal

from cordillera.engines.rules.check import check
from cordillera.engines.rules.errors import RuleFault
from cordillera.engines.rules.facts import Facts, Seen, Things
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.model import (
    Amount,
    Between,
    Both,
    Compare,
    Condition,
    Day,
    Either,
    Flag,
    Holds,
    Known,
    Moment,
    Negation,
    OneOf,
    Part,
    Purpose,
    Quantified,
    Quantity,
    Relation,
    Rule,
    Same,
    Text,
    Time,
    Value,
)
from cordillera.engines.rules.plain import FALSE, All, Not, plain
from cordillera.engines.rules.reach import possible
from cordillera.engines.rules.schema import FACTS, SETS, Fact, Ground
from cordillera.engines.rules.units import UNITS, Kind, whole

TEXTS = ("AA", "AB", "BA", "ABBA", "C", "ÑANDÚ", "A%B", "A_B")
LAWFUL = tuple(fact for fact in FACTS.values() if fact.ground in {Ground.FREE, Ground.COUNTRY})
BY_SET = {name: tuple(fact for fact in LAWFUL if fact.set == name) for name in ("", *SETS)}
DAYS = ("2026-02-28", "2026-03-01", "2026-11-21", "2026-11-22")
TIMES = ("00:00", "04:59", "12:00", "22:00", "23:59")
ORDERED = (Relation.EQ, Relation.NE, Relation.LT, Relation.LE, Relation.GT, Relation.GE)


def value(rng: random.Random, fact: Fact) -> Value:
    """A value of the fact's type, from a few, so that rules and travellers meet."""
    match fact.kind:
        case Kind.TEXT:
            return Text(rng.choice(fact.codes or TEXTS))
        case Kind.FLAG:
            return Flag(rng.random() < 0.5)
        case Kind.DAY:
            return Day(rng.choice(DAYS))
        case Kind.TIME:
            return Time(rng.choice(TIMES))
        case Kind.UTC | Kind.LOCAL:
            return Moment(f"{rng.choice(DAYS)}T{rng.choice(TIMES)}{'Z' if fact.kind is Kind.UTC else ''}")
    return Quantity(Decimal(rng.randrange(6)), rng.choice(list(UNITS[fact.kind])))


def leaf(rng: random.Random, inside: str) -> Condition:
    """One comparison of any kind that suits a fact."""
    fact = rng.choice(BY_SET[inside])
    equal = fact.kind in {Kind.TEXT, Kind.FLAG}
    relation = rng.choice(ORDERED[:2] if equal else ORDERED)
    kind = rng.randrange(8)
    if kind == 0:
        return Known(fact.name, rng.random() < 0.5)
    if kind == 1:
        others = [o for o in (*BY_SET[inside], *BY_SET[""]) if o.kind is fact.kind and o.name != fact.name]
        if others:
            return Same(fact.name, relation, rng.choice(others).name)
    if kind in {2, 3} and fact.kind is Kind.TEXT:
        if kind == 2 or fact.codes:
            return OneOf(fact.name, tuple(rng.sample(fact.codes or TEXTS, 2)))
        return Holds(fact.name, rng.choice(list(Part)), rng.choice(("A", "B", "ú", "%", "_", "AB")))
    if kind == 4 and not equal:
        return Between(fact.name, value(rng, fact), value(rng, fact))
    return Compare(fact.name, relation, value(rng, fact))


def condition(rng: random.Random, depth: int, inside: str = "") -> Condition:
    """A condition of at most that depth."""
    kind = rng.randrange(10) if depth else 9
    if kind < 2:
        return Both(tuple(condition(rng, depth - 1, inside) for _ in range(rng.randrange(2, 4))))
    if kind < 4:
        return Either(tuple(condition(rng, depth - 1, inside) for _ in range(rng.randrange(2, 4))))
    if kind == 4:
        return Negation(condition(rng, depth - 1, inside))
    if kind < 8 and not inside:
        amount = rng.choice(list(Amount))
        counted = amount in {Amount.AT_LEAST, Amount.AT_MOST, Amount.EXACTLY}
        name = rng.choice(list(SETS))
        count = rng.randrange(1, 4) if counted else 0
        return Quantified(amount, name, condition(rng, depth - 1, name), count)
    return leaf(rng, inside)


def any_rule(rng: random.Random, number: int = 0) -> Rule:
    """A rule whose form is right, lawful or not."""
    return Rule(
        f"made-{number}",
        'Made "at" random \\',
        rng.choice(list(Purpose)),
        condition(rng, 3),
        condition(rng, 2),
    )


def random_rules(rng: random.Random, count: int) -> list[LawfulRule]:
    """Rules whose form is right and that can fire; evaluators agree on those that law refuses, too."""
    rules: list[LawfulRule] = []
    while len(rules) < count:
        try:
            rule = any_rule(rng, len(rules))
            check(rule)
        except RuleFault:
            continue
        when, unless = plain(rule.when), FALSE if rule.unless is None else plain(rule.unless)
        if possible(All((when, Not(unless)))):
            rules.append(LawfulRule(rule, when, unless))
    return rules


def seen(rng: random.Random, facts: tuple[Fact, ...]) -> dict[str, Seen]:
    """Each fact known two times out of three."""
    return {fact.name: Seen(known(rng, fact)) for fact in facts if rng.random() < 0.67}


def known(rng: random.Random, fact: Fact) -> str | int:
    """A value of a fact as evaluators have it."""
    given = value(rng, fact)
    return given.text.upper() if isinstance(given, Text) else whole(given, fact.kind)


def traveller(rng: random.Random, number: int) -> Facts:
    """Sets are missing, incomplete or empty now and then."""
    sets = {
        name: Things(
            tuple(seen(rng, BY_SET[name]) for _ in range(rng.randrange(4))), complete=rng.random() < 0.8
        )
        for name in SETS
        if rng.random() < 0.85
    }
    return Facts(f"t{number}", seen(rng, BY_SET[""]), sets)
