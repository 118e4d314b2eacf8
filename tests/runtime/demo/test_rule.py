"""The demonstration's rule is lawful, and tells its name."""

from cordillera.engines.rules import compile_rule, lint, read_rule
from cordillera.runtime.demo.rule import NAME, RULE


def test_the_rule_of_the_demonstration_passes_the_law():
    rule = read_rule(RULE)
    assert rule.name == NAME
    assert lint(rule) == ()
    assert compile_rule(rule)
