"""The facts a rule may ask about, as data: name, type, closed list of values, and what law says of them.

Facts belong to the traveller on one flight (`traveller`, `flight`, `itinerary`, `agency`) or to the things of
a set (`bag`, `document`, `seat`, `payment`, `companion`, `segment`, `contact`). The nineteen elements of PNR
(Directive (EU) 2016/681 annex I) and the advance passenger information are covered. What is protected is in
the table too: so the refusal can say what was asked for and why it is not allowed, instead of "unknown".

>>> FACTS["bag.weight"].kind.value, FACTS["bag.weight"].set, FACTS["traveller.meal"].ground.value
('mass', 'bag', 'listed_proxy')
"""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

import msgspec

from cordillera.engines.rules.errors import UnknownFact, UnknownSet
from cordillera.engines.rules.schema_table import SETS_TABLE, TABLE
from cordillera.engines.rules.units import Kind


class Ground(StrEnum):
    """What law says of a fact as a ground of a rule."""

    FREE = "free"
    COUNTRY = "country"
    PROXY = "listed_proxy"
    PROTECTED = "protected_trait"


class Fact(msgspec.Struct, frozen=True):
    """One fact of the schema. `set` is "" for facts of the traveller; `codes` is empty for open texts."""

    name: str
    spanish: str
    kind: Kind
    set: str
    ground: Ground
    codes: tuple[str, ...]

    @property
    def short(self) -> str:
        """The name inside the parentheses of its set."""
        return self.name.partition(".")[2]


class ThingSet(msgspec.Struct, frozen=True):
    """One set of things: its name and the words for one and several, English and Spanish."""

    name: str
    english: tuple[str, str]
    spanish: tuple[str, str]


def _sets() -> dict[str, ThingSet]:
    rows = [line.split() for line in SETS_TABLE.strip().splitlines()]
    return {row[0]: ThingSet(row[0], (row[0], row[1]), (row[2], row[3])) for row in rows}


def _facts() -> dict[str, Fact]:
    facts = {}
    for line in TABLE.strip().splitlines():
        name, spanish, kind, ground, *codes = line.split()
        owner = name.partition(".")[0]
        owner = owner if owner in SETS else ""
        facts[name] = Fact(name, spanish, Kind(kind), owner, Ground(ground), tuple(codes))
    return facts


SETS: Final = _sets()
FACTS: Final = _facts()
_SPANISH_SETS: Final = {word: thing.name for thing in SETS.values() for word in thing.spanish}
_WORDS: Final = {word: thing.name for thing in SETS.values() for word in thing.english} | _SPANISH_SETS
_SPANISH_FACTS: Final = {fact.spanish: fact.name for fact in FACTS.values()}


def fact_named(name: str) -> Fact:
    """Return the fact of this whole name; raises `UnknownFact` with the nearest of either language."""
    fact = FACTS.get(name)
    if fact is None:
        near = nearest(name, (*FACTS, *_SPANISH_FACTS))
        raise UnknownFact(fact=name, near=_SPANISH_FACTS.get(near, near))
    return fact


def set_named(name: str) -> ThingSet:
    """Return the set of this name; raises `UnknownSet`."""
    if name not in SETS:
        near = nearest(name, (*SETS, *_WORDS))
        raise UnknownSet(set=name, near=_WORDS.get(near, near))
    return SETS[name]


def set_of_word(word: str) -> str | None:
    """Return the set that an English or Spanish word, one or several, stands for."""
    return _WORDS.get(word)


def whole_name(word: str, inside: str = "") -> str:
    """Return the whole name of a fact as written in either language, inside a set's parentheses or not."""
    for candidate in (f"{inside}.{word}", word) if inside else (word,):
        if candidate in FACTS:
            return candidate
        if candidate in _SPANISH_FACTS:
            return _SPANISH_FACTS[candidate]
    spanish = f"{SETS[inside].spanish[0]}.{word}" if inside else word
    return _SPANISH_FACTS.get(spanish, f"{inside}.{word}" if inside and "." not in word else word)


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the most alike of the words, or ""."""
    return next(iter(get_close_matches(word, list(words), 1)), "")
