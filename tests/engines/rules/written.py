"""Rules as they are written, for tests of evaluators: what a test asks of one fact need not be lawful."""

from cordillera.engines.rules import read_rule
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.plain import plain


def written(text: str) -> LawfulRule:
    """Return a rule with its plain form, without the lint that evaluators otherwise rely on."""
    rule = read_rule(text)
    return LawfulRule(rule, plain(rule.when), plain(rule.unless))
