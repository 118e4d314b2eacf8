"""Why a rule cannot be read, as a page tells it: what was found, what would fit, in the officer's language.

Words of the grammar, facts, sets, units and purposes are told as they are written in the language; the other
words are message ids below `rules.fault`. Pure.

>>> from cordillera.engines.rules import read_rule
>>> try: read_rule('rule a "A" for terrorism when any bag (weight > 30)')
... except RuleFault as error: (fault_of(error, "es").words, fault_of(error, "es").expected)
('no_unit', 'kg, g, lb')
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from cordillera.engines.rules.errors import FactsFault, RuleFault, UnknownCode, UnknownUnit, WrongType
from cordillera.engines.rules.schema import FACTS, SETS
from cordillera.engines.rules.words import PHRASES, PURPOSES, UNIT_WORDS, Language

_PLACE: Final = re.compile(r" - at `\$\.?([^`]*)`")
_SPANISH: Final = (
    {PHRASES["en"][word]: told for word, told in PHRASES["es"].items()}
    | {thing.name: thing.spanish[0] for thing in SETS.values()}
    | {purpose.value: told for purpose, told in PURPOSES.items()}
    | UNIT_WORDS
)
_GIVEN: Final = {
    "no such day or time": "no_such_day",
    "too large a number": "too_large_number",
    "finer than it is measured": "too_fine",
}
_OTHERWISE: Final = {"amount": "wrong_count", "other": "other_kind"}


class Fault(msgspec.Struct, frozen=True):
    """Why something cannot be read: `words` is a message id below `rules.fault`, the others what it tells.

    `kind` is the type of the fact, `code` that of the error, `codes` what a fact of a closed list may be.
    """

    code: str
    words: str
    subject: str = ""
    found: str = ""
    expected: str = ""
    near: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    kind: str = ""
    codes: tuple[str, ...] = ()


def fault_of(error: RuleFault | FactsFault, language: Language = "en") -> Fault:
    """Return an error as a page tells it: facts, sets, units and words of the grammar in the language."""
    told = error.facts
    reason = str(told.get("reason", ""))
    at = _PLACE.search(reason)
    name = _first(told, "fact", "set", "amount")
    return Fault(
        code=error.code,
        words=_words(error),
        subject=named(name, language),
        found=_first(told, "found", "code", "unit", "asked", "other", "inside", "count"),
        expected=_spoken(told, language) or reason,
        near=named(_first(told, "near"), language),
        line=_number(told, "line"),
        column=_number(told, "column"),
        path=str(told.get("path", "")) or (at.group(1) if at else ""),
        kind=str(told.get("kind", "")),
        codes=FACTS[name].codes if isinstance(error, UnknownCode) else (),
    )


def named(name: str, language: Language) -> str:
    """The name of a fact or a set in the language of the page; what is neither stays as it was written.

    >>> named("traveller.journeys", "es"), named("bag", "es"), named("bag.wait", "es")
    ('viajero.viajes', 'maleta', 'maleta.wait')
    """
    if language == "en":
        return name
    if name in FACTS:
        return FACTS[name].spanish
    owner, dot, rest = name.partition(".")
    return f"{SETS[owner].spanish[0]}{dot}{rest}" if owner in SETS else name


def _words(error: RuleFault | FactsFault) -> str:
    """The message that fits: of a value that does not suit a fact, what is the matter with it."""
    if isinstance(error, WrongType):
        return _unsuited(error.facts)
    if not isinstance(error, UnknownUnit):
        return error.code.removeprefix("rules.")
    if error.facts["units"] == ("",):
        return "unit_of_count"
    return "unknown_unit" if error.facts["unit"] else "no_unit"


def _unsuited(told: Mapping[str, object]) -> str:
    if "asked" in told:
        return "wrong_relation" if "kind" in told else "same_fact"
    given = _GIVEN.get(str(told.get("given", "")), "wrong_value")
    return next((words for name, words in _OTHERWISE.items() if name in told), given)


def _spoken(told: Mapping[str, object], language: Language) -> str:
    for name in ("expected", "units", "most", "deepest"):
        value = told.get(name)
        if value not in (None, "", ()):
            words = value if isinstance(value, tuple | list) else (value,)
            return ", ".join(
                _SPANISH.get(str(one), str(one)) if language == "es" else str(one) for one in words
            )
    return ""


def _number(told: Mapping[str, object], name: str) -> int:
    value = told.get(name, 0)
    return value if isinstance(value, int) else 0


def _first(told: Mapping[str, object], *names: str) -> str:
    return next((str(told[name]) for name in names if told.get(name) not in (None, "", ())), "")
