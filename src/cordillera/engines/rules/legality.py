"""The law of a rule, checked before it may run. What breaks a condition does not compile.

Conditions (the numbers are those of refusals and tests):
1. No condition names a protected trait: race, ethnic origin, political opinion, religion or belief, union
   membership, health, disability, sexual life or orientation, sex. Directive (EU) 2016/681 art. 6(4), 13(4).
2. No condition names a listed proxy of one: names and their origin, title, birthplace, language, meal codes,
   special services, free remarks. Directive art. 6(4), 13(4); Constitución del Ecuador art. 11(2).
3. Nationality, residence or a country alone never suffices: with all conditions on countries granted, the
   rest can still fail, also when nothing else is known; a rule too tangled to tell is refused. Directive
   art. 6(4); C-817/19.
4. Nobody is exonerated by nationality, residence or country: all others would be accused by theirs. Directive
   art. 6(4).
5. The rule can fire, and not only because an exonerating fact is unknown: its conditions do not contradict
   each other or the exonerating ones. Directive art. 6(4) (targeted).
6. The rule can fail: it does not hold for every traveller. Directive art. 6(4) (specific, proportionate).
7. The rule has exonerating conditions. C-817/19 (criteria for and against).

>>> from cordillera.engines.rules.parser import read_rule
>>> told = 'traveller.nationality = "ECU" unless traveller.visa = yes'
>>> rule = read_rule(f'rule a "A" for terrorism when {told}')
>>> [refusal.number for refusal in lint(rule)]
[3]
"""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from cordillera.engines.rules.check import Path, check, shown_path, walk
from cordillera.engines.rules.errors import UnlawfulRule
from cordillera.engines.rules.model import Condition, Rule, Same
from cordillera.engines.rules.plain import FALSE, TRUE, All, AtLeast, IsUnknown, Not, Plain, Some, plain
from cordillera.engines.rules.reach import TooManyCases, certain, every_case, possible, some_case
from cordillera.engines.rules.schema import FACTS, Ground

_PNR: Final = "Directive (EU) 2016/681"
ARTICLES: Final[Mapping[int, tuple[str, str]]] = {
    1: ("rules.lint.protected_trait", f"{_PNR} art. 6(4), 13(4)"),
    2: ("rules.lint.listed_proxy", f"{_PNR} art. 6(4), 13(4); Constitución del Ecuador art. 11(2)"),
    3: ("rules.lint.nationality_alone", f"{_PNR} art. 6(4); CJEU C-817/19"),
    4: ("rules.lint.nationality_exonerates", f"{_PNR} art. 6(4)"),
    5: ("rules.lint.never_fires", f"{_PNR} art. 6(4): targeted"),
    6: ("rules.lint.always_fires", f"{_PNR} art. 6(4): specific, proportionate"),
    7: ("rules.lint.nothing_exonerates", "CJEU C-817/19"),
}


class LawfulRule(msgspec.Struct, frozen=True):
    """A rule that was checked and linted, with its plain form; evaluators take no other."""

    rule: Rule
    when: Plain
    unless: Plain


class Refusal(msgspec.Struct, frozen=True):
    """One broken condition: its number, message id and articles, the fact and the part of the tree."""

    number: int
    code: str
    article: str
    fact: str = ""
    path: str = ""


def compile_rule(rule: Rule) -> LawfulRule:
    """Return a rule that may run; raises a `RuleFault` for its form, `UnlawfulRule` with all it breaks."""
    check(rule)
    refusals = lint(rule)
    if refusals:
        told = tuple((r.number, r.code, r.article, r.fact, r.path) for r in refusals)
        raise UnlawfulRule(rule=rule.name, refusals=told)
    return LawfulRule(rule, plain(rule.when), FALSE if rule.unless is None else plain(rule.unless))


def lint(rule: Rule) -> tuple[Refusal, ...]:
    """Return every condition of law that a checked rule breaks, in the order of their numbers."""
    found = [*_named(rule.when, ("when",), exonerating=False)]
    if rule.unless is not None:
        found += _named(rule.unless, ("unless",), exonerating=True)
    if not found:
        found = [*_reach(rule)]
    return tuple(sorted(found, key=lambda refusal: (refusal.number, refusal.path)))


def _refusal(number: int, fact: str = "", path: Path = ()) -> Refusal:
    code, article = ARTICLES[number]
    return Refusal(number, code, article, fact, shown_path(path))


def _named(condition: Condition, path: Path, *, exonerating: bool) -> Iterator[Refusal]:
    """Conditions 1, 2 and 4: which facts are named."""
    for where, _, part in walk(condition, path):
        for name in facts_of(part):
            ground = FACTS[name].ground
            if ground is Ground.PROTECTED:
                yield _refusal(1, name, where)
            elif ground is Ground.PROXY:
                yield _refusal(2, name, where)
            elif ground is Ground.COUNTRY and exonerating:
                yield _refusal(4, name, where)


def facts_of(part: Condition) -> tuple[str, ...]:
    """Return the facts that one part of a tree itself names."""
    if isinstance(part, Same):
        return (part.fact, part.other)
    name = getattr(part, "fact", None)
    return () if name is None else (name,)


def _reach(rule: Rule) -> Iterator[Refusal]:
    """Conditions 3, 5, 6 and 7: what the rule as a whole can do."""
    when = plain(rule.when)
    against = FALSE if rule.unless is None else plain(rule.unless)
    if _names_country(when) and _country_suffices(when):
        yield _refusal(3, path=("when",))
    if not possible(All((when, Not(against)))):
        yield _refusal(5, path=("when",))
    if certain(when):
        yield _refusal(6, path=("when",))
    if rule.unless is None:
        yield _refusal(7)


def _country_suffices(when: Plain) -> bool:
    """Whether countries alone fire it, or might: a rule too tangled to tell is refused as well."""
    try:
        return every_case(granted(when)) or every_case(_of_unknown(granted(when)))
    except TooManyCases:
        return True


def _names_country(node: Plain) -> bool:
    match node:
        case All(of) | Some(of):
            return any(map(_names_country, of))
        case Not(of):
            return _names_country(of)
        case AtLeast(where=where):
            return _names_country(where)
    names = (node.fact, getattr(node, "other", node.fact))
    return any(FACTS[name].ground is Ground.COUNTRY for name in names)


def granted(node: Plain, *, wanted: bool = True) -> Plain:  # noqa: PLR0911 - one for each kind of node
    """Return the condition with every test on a country taken as it would have to be for the rule to fire."""
    match node:
        case Not(of):
            return Not(granted(of, wanted=not wanted))
        case All(of):
            return All(tuple(granted(part, wanted=wanted) for part in of))
        case Some(of):
            return Some(tuple(granted(part, wanted=wanted) for part in of))
        case AtLeast(count, name, where) if _names_country(where):
            inner = granted(where, wanted=wanted)
            settled = every_case(inner) if wanted else not some_case(inner)
            return (TRUE if wanted else FALSE) if settled else AtLeast(count, name, inner)
        case AtLeast(1, _, where) if wanted and every_case(where):
            return TRUE  # to have a document or a bag at all is no ground beside a country
        case AtLeast():
            return node
    return (TRUE if wanted else FALSE) if _names_country(node) else node


def _of_unknown(node: Plain, *, wanted: bool = True) -> Plain:
    """Return the condition as it is of a traveller of whom nothing is known: absence is no ground either.

    A test that would be unknown is taken as the outcome that does not help the rule.
    """
    match node:
        case Not(of):
            return Not(_of_unknown(of, wanted=not wanted))
        case All(of):
            return All(tuple(_of_unknown(part, wanted=wanted) for part in of))
        case Some(of):
            return Some(tuple(_of_unknown(part, wanted=wanted) for part in of))
        case IsUnknown():
            return TRUE
    return FALSE if wanted else TRUE
