"""The rule tree as analyst's text, in English or Spanish; reading it back gives the same tree.

>>> from cordillera.engines.rules.parser import read_rule
>>> told = 'any bag (weight > 30 kg) and traveller.age >= 18 years'
>>> rule = read_rule(f'rule late "Late" for terrorism when {told}')
>>> print(write_rule(rule, "es"))
regla late "Late"
para terrorismo
cuando existe maleta (peso > 30 kg)
  y viajero.edad >= 18 años
"""

from collections.abc import Sequence
from typing import Final

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
    Leaf,
    Moment,
    Negation,
    OneOf,
    Part,
    Quantified,
    Quantity,
    Rule,
    Same,
    Text,
    Value,
)
from cordillera.engines.rules.schema import FACTS, SETS
from cordillera.engines.rules.words import PHRASES, PURPOSES, UNIT_WORDS, Language, Word

_AMOUNTS: Final = {
    Amount.ANY: Word.ANY,
    Amount.EVERY: Word.EVERY,
    Amount.NONE: Word.NONE,
    Amount.AT_LEAST: Word.AT_LEAST,
    Amount.AT_MOST: Word.AT_MOST,
    Amount.EXACTLY: Word.EXACTLY,
}
_PARTS: Final = {Part.START: Word.STARTS, Part.END: Word.ENDS, Part.ANYWHERE: Word.CONTAINS}


def write_rule(rule: Rule, language: Language = "en") -> str:
    """Return the text of a checked rule, one top condition a line."""
    words = PHRASES[language]
    purpose = PURPOSES[rule.purpose] if language == "es" else rule.purpose.value
    lines = [
        f"{words[Word.RULE]} {rule.name} {_quoted(rule.title)}",
        f"{words[Word.FOR]} {purpose}",
        f"{words[Word.WHEN]} {_lines(rule.when, language)}",
    ]
    if rule.unless is not None:
        lines.append(f"{words[Word.UNLESS]} {_lines(rule.unless, language)}")
    return "\n".join(lines)


def write_rules(rules: Sequence[Rule], language: Language = "en") -> str:
    """Return the texts of rules with an empty line between."""
    return "\n\n".join(write_rule(rule, language) for rule in rules) + "\n"


def _lines(condition: Condition, language: Language) -> str:
    if not isinstance(condition, Both | Either):
        return write_condition(condition, language)
    word = PHRASES[language][Word.AND if isinstance(condition, Both) else Word.OR]
    return f"\n  {word} ".join(_enclosed(part, language) for part in condition.of)


def write_condition(condition: Condition, language: Language = "en", inside: str = "") -> str:
    """Return one condition as text; inside the parentheses of a set its facts lose the set's name."""
    words = PHRASES[language]
    match condition:
        case Both(of):
            return f" {words[Word.AND]} ".join(_enclosed(part, language, inside) for part in of)
        case Either(of):
            return f" {words[Word.OR]} ".join(_enclosed(part, language, inside) for part in of)
        case Negation(of):
            return f"{words[Word.NOT]} {_enclosed(of, language, inside)}"
        case Quantified():
            return _quantified(condition, language)
    return _leaf(condition, language, inside)


def _enclosed(condition: Condition, language: Language, inside: str = "") -> str:
    text = write_condition(condition, language, inside)
    return f"({text})" if isinstance(condition, Both | Either) else text


def _quantified(quantified: Quantified, language: Language) -> str:
    counted = quantified.amount in {Amount.AT_LEAST, Amount.AT_MOST, Amount.EXACTLY}
    thing = SETS[quantified.set]
    one, many = thing.spanish if language == "es" else thing.english
    amount = PHRASES[language][_AMOUNTS[quantified.amount]]
    start = (
        f"{amount} {quantified.count} {one if quantified.count == 1 else many}"
        if counted
        else f"{amount} {one}"
    )
    return f"{start} ({write_condition(quantified.where, language, quantified.set)})"


def _leaf(leaf: Leaf, language: Language, inside: str) -> str:
    words = PHRASES[language]
    fact = _fact(leaf.fact, language, inside)
    match leaf:
        case Compare(relation=relation, value=value):
            return f"{fact} {relation.value} {_value(value, language)}"
        case Between(low=low, high=high):
            told = f"{_value(low, language)} {words[Word.AND]} {_value(high, language)}"
            return f"{fact} {words[Word.BETWEEN]} {told}"
        case OneOf(texts=texts):
            return f"{fact} {words[Word.ONE_OF]} ({', '.join(_quoted(text) for text in texts)})"
        case Holds(part=part, text=text):
            return f"{fact} {words[_PARTS[part]]} {_quoted(text)}"
        case Known(known=known):
            return f"{fact} {words[Word.KNOWN if known else Word.UNKNOWN]}"
        case Same(relation=relation, other=other):
            return f"{fact} {relation.value} {_fact(other, language, inside)}"


def _fact(name: str, language: Language, inside: str) -> str:
    fact = FACTS[name]
    told = fact.spanish if language == "es" else fact.name
    return told.partition(".")[2] if inside and fact.set == inside else told


def _value(value: Value, language: Language) -> str:
    match value:
        case Text(text):
            return _quoted(text)
        case Flag(yes):
            return PHRASES[language][Word.YES if yes else Word.NO]
        case Quantity(amount, unit):
            told = UNIT_WORDS.get(unit, unit) if language == "es" else unit
            return f"{amount:f} {told}".rstrip()
        case Day(day):
            return day
        case Moment(moment):
            return moment
    return value.time


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
