"""Rules about travellers: one typed tree in text and JSON, linted by law, with evaluators that agree."""

from cordillera.engines.rules.facts import Facts, Seen, Things, read_facts
from cordillera.engines.rules.formats import read_rules_file, rule_from_json, rule_to_json
from cordillera.engines.rules.legality import LawfulRule, Refusal, compile_rule, lint
from cordillera.engines.rules.model import Purpose, Rule
from cordillera.engines.rules.parser import read_rule, read_rules
from cordillera.engines.rules.printer import write_rule, write_rules

__all__ = [
    "Facts",
    "LawfulRule",
    "Purpose",
    "Refusal",
    "Rule",
    "Seen",
    "Things",
    "compile_rule",
    "lint",
    "read_facts",
    "read_rule",
    "read_rules",
    "read_rules_file",
    "rule_from_json",
    "rule_to_json",
    "write_rule",
    "write_rules",
]
