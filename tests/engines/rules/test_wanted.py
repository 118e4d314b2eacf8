"""What rules read is enough to decide them and to explain them: nothing else needs to be worked out."""

import random

import msgspec

from cordillera.cli.bench_rules_random import random_rules, traveller
from cordillera.engines.rules import compile_rule, read_rule
from cordillera.engines.rules.explain import explain
from cordillera.engines.rules.facts import Facts, Things
from cordillera.engines.rules.incremental import RuleBook
from cordillera.engines.rules.wanted import EVERYTHING, Wanted, wanted_by


def narrowed(facts: Facts, wanted: Wanted) -> Facts:
    sets = {
        name: Things(
            tuple({fact: seen for fact, seen in thing.items() if wanted.has(fact)} for thing in told.things),
            told.complete,
        )
        for name, told in facts.sets.items()
        if wanted.has_set(name)
    }
    own = {fact: seen for fact, seen in facts.facts.items() if wanted.has(fact)}
    return msgspec.structs.replace(facts, facts=own, sets=sets)


def test_what_a_rule_reads_decides_and_explains_it() -> None:
    rng = random.Random(11)
    rules = random_rules(rng, 200)
    travellers = [traveller(rng, number) for number in range(40)]
    left_out = 0
    for rule in rules:
        wanted = wanted_by([rule])
        book = RuleBook([rule])
        for facts in travellers:
            few = narrowed(facts, wanted)
            left_out += len(facts.facts) - len(few.facts)
            assert book.raised(few) == book.raised(facts)
            assert explain(rule, few) == explain(rule, facts)
    assert left_out > 0


def test_many_rules_read_what_each_reads() -> None:
    rules = random_rules(random.Random(12), 20)
    names = [wanted_by([rule]).names for rule in rules]
    assert wanted_by(rules).names == frozenset().union(*(one for one in names if one is not None))


def test_a_set_comes_with_what_tells_its_things_apart() -> None:
    told = "any document (days_left < 30 days) unless traveller.journeys >= 6"
    wanted = wanted_by([compile_rule(read_rule(f'rule a "A" for terrorism when {told}'))])
    assert wanted.has("document.number")
    assert wanted.has_set("document")
    assert not wanted.has_set("bag")
    assert not wanted.has("traveller.age")
    assert wanted.and_also(["traveller.age"]).has("traveller.age")
    assert EVERYTHING.has_set("bag")
