"""What the search for possible cases says is so: no traveller contradicts it."""

import random

import pytest

from cordillera.cli.bench_rules_random import BY_SET, any_rule, known, traveller
from cordillera.engines.rules import lint
from cordillera.engines.rules.core import raises, trace
from cordillera.engines.rules.facts import Facts, Seen, Things
from cordillera.engines.rules.model import Part
from cordillera.engines.rules.parser import read_rule
from cordillera.engines.rules.plain import All, HasPart, InTexts, Not, plain
from cordillera.engines.rules.reach import certain, possible
from cordillera.engines.rules.schema import SETS

RULES = 400


def whole_traveller(rng: random.Random) -> Facts:
    """A traveller of whom all is known."""
    sets = {}
    for name in SETS:
        things = [{f.name: Seen(known(rng, f)) for f in BY_SET[name]} for _ in range(rng.randrange(4))]
        sets[name] = Things(tuple(things), complete=True)
    return Facts("t", {fact.name: Seen(known(rng, fact)) for fact in BY_SET[""]}, sets)


def test_a_rule_refused_as_impossible_raises_nobody_whose_exonerating_facts_are_known() -> None:
    rng = random.Random(17)
    travellers = [traveller(rng, number) for number in range(60)] + [whole_traveller(rng) for _ in range(60)]
    refused = [rule for rule in (any_rule(rng) for _ in range(RULES)) if 5 in {r.number for r in lint(rule)}]
    assert len(refused) > 5
    assert not [
        (rule, facts)
        for rule in refused
        for facts in travellers
        if raises(rule, facts) and trace(rule.unless, facts).outcome is False
    ]


def test_what_is_certain_holds_of_everybody_known_and_its_opposite_of_nobody() -> None:
    rng = random.Random(18)
    travellers = [whole_traveller(rng) for _ in range(80)]
    conditions = [any_rule(rng).when for _ in range(RULES)]
    sure = [condition for condition in conditions if certain(plain(condition))]
    never = [condition for condition in conditions if not possible(plain(condition))]
    assert sure
    assert never
    assert all(trace(condition, facts).outcome is True for condition in sure for facts in travellers)
    assert not any(trace(condition, facts).outcome for condition in never for facts in travellers)


def test_texts_are_tried_in_all_their_parts() -> None:
    start, end = HasPart("agency.code", Part.START, "AB"), HasPart("agency.code", Part.END, "BC")
    middle = HasPart("agency.code", Part.ANYWHERE, "Z")
    assert possible(All((start, end, middle)))
    assert possible(All((start, Not(end), middle)))
    assert not possible(All((start, Not(start))))
    assert not possible(All((start, InTexts("agency.code", ("XAB", "B")))))
    assert not possible(
        All((Not(InTexts("payment.method", ("CASH",))), InTexts("payment.method", ("CASH",))))
    )


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        ("without bag (weight > 10 kg) and any bag (weight > 40 kg)", False),
        ("at least 3 bags (weight > 10 kg) and at most 2 bags (weight > 5 kg)", False),
        ("every bag (weight > 30 kg) and any bag (weight < 20 lb)", False),
        ("without bag (weight > 40 kg) and any bag (weight > 10 kg)", True),
        ("at least 3 bags (weight > 5 kg) and at most 2 bags (weight > 10 kg)", True),
        ("without bag (weight > 10 kg) and any companion (bags > 4)", True),
    ],
)
def test_two_tests_of_a_set_that_contradict_each_other_can_never_fire(when: str, *, fires: bool) -> None:
    assert possible(plain(read_rule(f'rule a "A" for drug_trafficking when {when}').when)) is fires
