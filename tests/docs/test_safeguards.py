"""The page of safeguards names rules and tests that exist, one row for each row of the specification."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "safeguards.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "::" in line]
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
RULES = sorted({rule for row in ROWS for rule in re.findall(r"`([\w/]+\.py)`", row.split("|")[2])})


def test_there_is_a_row_for_each_safeguard_of_the_specification():
    assert len(ROWS) == 20


def test_every_row_names_a_rule_and_a_test():
    for row in ROWS:
        _, safeguard, rule, tests, _ = row.split("|")
        assert ".py`" in rule, safeguard
        assert "::" in tests, safeguard


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_is_there(rule):
    assert (ROOT / "src" / "cordillera" / rule).is_file()


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_the_test_is_there(file, name):
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
