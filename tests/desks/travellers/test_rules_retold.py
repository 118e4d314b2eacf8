"""What a rule found is told in the language of its reader, whichever it was written in."""

import random

import pytest

from cordillera.cli.bench_rules_random import any_rule, traveller
from cordillera.desks.travellers.rules_findings import said, worded
from cordillera.desks.travellers.rules_retold import retold
from cordillera.engines.rules import compile_rule, lint
from cordillera.engines.rules.explain import Explanation, explain
from cordillera.engines.rules.facts import Facts
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.words import Language


def lines(why: Explanation, language: Language) -> list[str]:
    fired = [said(one, language) for one in (*why.fired, *why.exonerating)]
    return [*fired, *(worded(name, language) for name in why.unknown)]


@pytest.fixture(scope="module")
def explained() -> list[tuple[LawfulRule, Facts]]:
    rng = random.Random(41)
    lawful = [compile_rule(rule) for rule in (any_rule(rng) for _ in range(200)) if not lint(rule)]
    return [(rule, traveller(rng, number)) for number, rule in enumerate(lawful)]


@pytest.mark.parametrize(("written", "read"), [("es", "en"), ("en", "es"), ("en", "en"), ("es", "es")])
def test_every_line_is_told_as_if_it_had_been_written_in_the_language_of_the_reader(
    explained: list[tuple[LawfulRule, Facts]], written: Language, read: Language
) -> None:
    told = {
        (before, after)
        for rule, facts in explained
        for before, after in zip(
            lines(explain(rule, facts, written), written),
            lines(explain(rule, facts, read), read),
            strict=True,
        )
    }
    assert len(told) > 100
    assert [(one, retold(one, read), other) for one, other in told if retold(one, read) != other] == []


@pytest.mark.parametrize(
    "text", ["", "(", "Words of a person (sic)", 'agency.code = "', "bolso 1: peso > 3 kg"]
)
def test_what_is_no_line_of_a_rule_is_told_as_it_stands(text: str) -> None:
    assert retold(text, "en") == text
