"""What can be wrong with a rule's form. Each error says where: line and column in text, a path in JSON.

What is wrong with a rule in law is in `legality.py`.
"""

from cordillera.foundation.errors import BadInput, NotPermitted


class RuleFault(BadInput):
    """A rule cannot be read; the facts say where: `line` and `column` from 1, `offset` from 0, or `path`."""

    code = "rules.fault"


class RuleSyntax(RuleFault):
    """The text is no rule: another word was expected here."""

    code = "rules.syntax"


class RuleTooLarge(RuleFault):
    """The rule is longer, deeper or has more conditions than anybody can read."""

    code = "rules.too_large"


class UnknownFact(RuleFault):
    """No fact has this name here; `near` tells the nearest one that exists."""

    code = "rules.unknown_fact"


class UnknownSet(RuleFault):
    """A traveller has no such set of things (bags, documents, seats, ...)."""

    code = "rules.unknown_set"


class UnknownUnit(RuleFault):
    """The fact is not measured in this unit."""

    code = "rules.unknown_unit"


class UnknownCode(RuleFault):
    """The fact never has this value: it is one of a closed list."""

    code = "rules.unknown_code"


class WrongType(RuleFault):
    """The comparison or the value does not suit the type of the fact."""

    code = "rules.wrong_type"


class WrongPlace(RuleFault):
    """A condition about the traveller stands inside the parentheses of a set, or a set inside a set."""

    code = "rules.wrong_place"


class FactsFault(BadInput):
    """The facts of a traveller cannot be read: the name or the type of one is not in the schema."""

    code = "rules.facts_fault"


class UnlawfulRule(NotPermitted):
    """The rule breaks numbered conditions of its legality; it does not compile."""

    code = "rules.unlawful"
