"""Analyst's text to the rule tree: a descent by hand over a small grammar, English and Spanish words alike.

    rule      = "rule" slug text "for" purpose "when" either [ "unless" either ]
    either    = both { "or" both }
    both      = single { "and" single }
    single    = "not" single | "(" either ")" | set | leaf
    set       = amount thing "(" either ")"
    amount    = "any" | "every" | "without" | ("at least" | "at most" | "exactly") number
    leaf      = fact ( relation (value | fact) | "between" value "and" value
                     | "one of" "(" text { "," text } ")" | "is known" | "is unknown"
                     | ("starts with" | "ends with" | "contains") text )

>>> read_rule('rule late "Late" for terrorism when any bag (weight > 30 kg)').when.set
'bag'
"""

from decimal import Decimal
from typing import Final

from cordillera.engines.rules.check import DEEPEST, check, shown_path, walk
from cordillera.engines.rules.errors import RuleFault, RuleSyntax, RuleTooLarge
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
    Moment,
    Negation,
    OneOf,
    Part,
    Purpose,
    Quantified,
    Quantity,
    Relation,
    Rule,
    Same,
    Text,
    Time,
    Value,
)
from cordillera.engines.rules.reading import Reader
from cordillera.engines.rules.schema import FACTS, set_of_word, whole_name
from cordillera.engines.rules.tokens import TokenKind, place
from cordillera.engines.rules.words import PHRASES, PURPOSES, UNIT_WORDS, Word
from cordillera.foundation.shapes import convert

_AMOUNTS: Final = {
    Word.ANY: Amount.ANY,
    Word.EVERY: Amount.EVERY,
    Word.NONE: Amount.NONE,
    Word.AT_LEAST: Amount.AT_LEAST,
    Word.AT_MOST: Amount.AT_MOST,
    Word.EXACTLY: Amount.EXACTLY,
}
_MOST_PARTS: Final = 64
_COUNTED: Final = frozenset({Word.AT_LEAST, Word.AT_MOST, Word.EXACTLY})
_PARTS: Final = {Word.STARTS: Part.START, Word.ENDS: Part.END, Word.CONTAINS: Part.ANYWHERE}
_PURPOSES: Final = {word: purpose for purpose, word in PURPOSES.items()} | {p.value: p for p in Purpose}
_ASKS: Final = (
    *(Word.BETWEEN, Word.ONE_OF, Word.STARTS, Word.ENDS, Word.CONTAINS),
    *(Word.KNOWN, Word.UNKNOWN),
)
_CONDITION: Final = "a condition"
_UNITS: Final = {word: unit for unit, word in UNIT_WORDS.items()}
_GRAMMAR: Final = frozenset(phrase.split()[0] for told in PHRASES.values() for phrase in told.values())


def read_rule(source: str) -> Rule:
    """Return the one rule of a text, checked.

    Raises a `RuleFault` (`RuleSyntax`, `UnknownFact`, `WrongType`, ...) with line, column and offset.
    """
    rules = read_rules(source)
    if len(rules) != 1:
        raise RuleSyntax(**place(source, 0), found=f"{len(rules)} rules", expected=("one rule",))
    return rules[0]


def read_rules(source: str) -> tuple[Rule, ...]:
    """Return all rules of a text, in its order, checked; raises as `read_rule` does."""
    parser = _Parser(source)
    rules = []
    while parser.reader.token.kind is not TokenKind.END:
        rules.append(parser.rule())
    return tuple(rules)


class _Parser:
    """One text being read; it remembers where each part began, for the errors of the typed check."""

    def __init__(self, source: str) -> None:
        self.reader = Reader(source)
        self._offsets: dict[int, int] = {}
        self._depth = 0

    def rule(self) -> Rule:
        reader = self.reader
        start = reader.token.offset
        reader.expect(Word.RULE)
        name = reader.expect_kind(TokenKind.WORD).text
        title = reader.expect_kind(TokenKind.TEXT).text
        reader.expect(Word.FOR)
        if reader.token.text.lower() not in _PURPOSES:
            reader.fail(*(purpose.value for purpose in Purpose))
        purpose = _PURPOSES[reader.take().text.lower()]
        reader.expect(Word.WHEN)
        when = self._either("")
        unless = self._either("") if reader.accept(Word.UNLESS) else None
        if reader.token.kind is not TokenKind.END and reader.token.text.lower() not in {"rule", "regla"}:
            reader.fail("and", "or", "unless", "rule")
        rule = self._shaped(Rule(name, title, purpose, when, unless), start)
        self._check(rule)
        return rule

    def _shaped(self, rule: Rule, start: int) -> Rule:
        """The rule, if its name and lengths are those of the type: the same for text and JSON."""
        try:
            convert(
                {"name": rule.name, "title": rule.title, "purpose": rule.purpose, "when": _ANYTHING}, Rule
            )
        except ValueError as error:
            raise RuleSyntax(
                **place(self.reader.source, start), found=rule.name, expected=(_shape(error),)
            ) from None
        return rule

    def _check(self, rule: Rule) -> None:
        try:
            check(rule)
        except RuleFault as fault:
            offset = self._offset_of(rule, str(fault.facts.get("path", "")))
            raise type(fault)(**fault.facts, **place(self.reader.source, offset)) from None

    def _offset_of(self, rule: Rule, path: str) -> int:
        parts = [(rule.when, "when"), *([(rule.unless, "unless")] if rule.unless is not None else [])]
        for condition, name in parts:
            for found, _, part in walk(condition, (name,)):
                if shown_path(found) == path:
                    return self._offsets.get(id(part), 0)
        return 0

    def _either(self, inside: str) -> Condition:
        start = self.reader.token.offset
        parts = [self._both(inside)]
        while self.reader.accept(Word.OR):
            self._another(parts, self._both(inside))
        return parts[0] if len(parts) == 1 else self._at(start, Either(tuple(parts)))

    def _both(self, inside: str) -> Condition:
        start = self.reader.token.offset
        parts = [self._single(inside)]
        while self.reader.accept(Word.AND):
            self._another(parts, self._single(inside))
        return parts[0] if len(parts) == 1 else self._at(start, Both(tuple(parts)))

    def _another(self, parts: list[Condition], part: Condition) -> None:
        if len(parts) == _MOST_PARTS:
            raise RuleTooLarge(**place(self.reader.source, self.reader.token.offset), most=_MOST_PARTS)
        parts.append(part)

    def _single(self, inside: str) -> Condition:
        reader, start = self.reader, self.reader.token.offset
        self._depth += 1
        if self._depth > 2 * DEEPEST:
            raise RuleTooLarge(**place(reader.source, start), deepest=DEEPEST)
        if reader.accept(Word.NOT):
            condition: Condition = Negation(self._single(inside))
        elif reader.accept_sign("("):
            condition = self._either(inside)
            reader.expect_sign(")")
        else:
            amount = reader.first_of(_AMOUNTS)
            condition = self._leaf(inside) if amount is None else self._set(amount)
        self._depth -= 1
        return self._at(start, condition)

    def _at(self, start: int, condition: Condition) -> Condition:
        self._offsets.setdefault(id(condition), start)
        return condition

    def _set(self, amount: Word) -> Condition:
        reader = self.reader
        count = int(self._number("a whole number", 999)) if amount in _COUNTED else 0
        name = set_of_word(reader.token.text.lower())
        if name is None:
            reader.fail("bag", "document", "seat", "payment", "companion", "segment", "contact")
        reader.take()
        reader.expect_sign("(")
        where = self._either(name)
        reader.expect_sign(")")
        return Quantified(_AMOUNTS[amount], name, where, count)

    def _number(self, expected: str, most: int) -> str:
        token = self.reader.token
        if token.kind is not TokenKind.NUMBER or not token.text.isdigit() or int(token.text) > most:
            self.reader.fail(expected)
        return self.reader.take().text

    def _leaf(self, inside: str) -> Condition:
        reader = self.reader
        word = reader.token
        if word.kind is not TokenKind.WORD:
            reader.fail(_CONDITION)
        reader.take()
        fact = whole_name(word.text.lower(), inside)
        if reader.token.kind is TokenKind.SIGN and reader.token.text in set(Relation):
            relation = Relation(reader.take().text)
            return self._compared(fact, relation, inside)
        found = reader.first_of(_ASKS)
        if found is None and fact not in FACTS:
            reader.fail(_CONDITION, at=word)
        if found is None:
            reader.fail(*Relation, *(PHRASES["en"][one] for one in _ASKS))
        if found is Word.BETWEEN:
            low = self._value()
            reader.expect(Word.AND)
            return Between(fact, low, self._value())
        if found is Word.ONE_OF:
            return OneOf(fact, self._texts())
        if found in _PARTS:
            return Holds(fact, _PARTS[found], self._text())
        return Known(fact, found is Word.KNOWN)

    def _compared(self, fact: str, relation: Relation, inside: str) -> Condition:
        token = self.reader.token
        if token.kind is TokenKind.WORD and token.text.lower() not in {"yes", "no", "sí"}:
            other = whole_name(token.text.lower(), inside)
            if other not in FACTS and "." not in token.text:
                self.reader.fail("a value or the name of a fact")
            self.reader.take()
            return Same(fact, relation, other)
        return Compare(fact, relation, self._value())

    def _texts(self) -> tuple[str, ...]:
        self.reader.expect_sign("(")
        texts = [self._text()]
        while self.reader.accept_sign(","):
            texts.append(self._text())
        self.reader.expect_sign(")")
        if len(texts) > 200:
            raise RuleTooLarge(
                **place(self.reader.source, self.reader.token.offset), texts=len(texts), most=200
            )
        return tuple(texts)

    def _text(self) -> str:
        token = self.reader.token
        if token.kind is not TokenKind.TEXT or not 1 <= len(token.text) <= 64:
            self.reader.fail("a text of 1 to 64 characters in quotes")
        return self.reader.take().text

    def _value(self) -> Value:
        token = self.reader.token
        match token.kind:
            case TokenKind.TEXT:
                return Text(self._text())
            case TokenKind.NUMBER:
                return Quantity(Decimal(self.reader.take().text), self._unit())
            case TokenKind.DAY:
                return Day(self.reader.take().text)
            case TokenKind.MOMENT:
                return Moment(self.reader.take().text)
            case TokenKind.TIME:
                return Time(self.reader.take().text)
        found = self.reader.first_of((Word.YES, Word.NO))
        if found is None:
            self.reader.fail("a value")
        return Flag(found is Word.YES)

    def _unit(self) -> str:
        """The word behind a number, if it is none of the grammar and no name; the check knows the units."""
        word = self.reader.token
        if word.kind is not TokenKind.WORD or word.text.lower() in _GRAMMAR or "." in word.text:
            return ""
        self.reader.take()
        return _UNITS.get(word.text, word.text)


_ANYTHING: Final = {"type": "known", "fact": "", "known": True}


def _shape(error: ValueError) -> str:
    """What name and title of a rule are, by what was wrong."""
    return "a short name" if "$.name" in str(error) else "a title of 1 to 200 characters"
