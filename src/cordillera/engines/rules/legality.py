"""The law of a rule, checked before it may run. What breaks a condition does not compile.

Conditions (the numbers are those of refusals and tests):
1. No condition names a protected trait: race, ethnic origin, political opinion, religion or belief, union
   membership, health, disability, sexual life or orientation, sex. Directive (EU) 2016/681 art. 6(4), 13(4).
2. No condition names a listed proxy of one: names and their origin, title, birthplace, language, meal codes,
   special services, free remarks. Directive art. 6(4), 13(4); Constitución del Ecuador art. 11(2).
3. Nationality, residence or a country alone never suffices: with all conditions granted that name countries
   or hold for nearly everybody (`standing.py`), the rest can still fail, also when nothing else is known; a
   rule too tangled to tell is refused. Directive art. 6(4); C-817/19.
4. Nobody is exonerated by nationality, residence or country, nor by what stands for one alone (a place, a
   carrier, a seller, a kind or series of document, to need no visa): all others would be accused by theirs.
   Directive art. 6(4); ADR 0090.
5. The rule can fire, and not only because an exonerating fact is unknown: its conditions do not contradict
   each other or the exonerating ones. Directive art. 6(4) (targeted).
6. The rule sets somebody apart: it does not hold for every traveller, or nearly. Directive art. 6(4)
   (specific, proportionate).
7. The rule has exonerating conditions. C-817/19 (criteria for and against).
8. A route, flight, place of sale, or kind or series of document alone, or with a country, never suffices: it
   stands for one. As 3, with these granted too. Directive art. 6(4); C-817/19; ADR 0080.
9. Somebody whom the rule would raise can be exonerated, by what is said of themselves: not by a flight or
   route, nor by the number of one thing. C-817/19.

>>> from cordillera.engines.rules.parser import read_rule
>>> told = 'traveller.nationality = "ECU" unless traveller.visa = yes'
>>> rule = read_rule(f'rule a "A" for terrorism when {told}')
>>> [refusal.number for refusal in lint(rule)]
[3]
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from cordillera.engines.rules.alternatives import together
from cordillera.engines.rules.check import Path, check, shown_path, walk
from cordillera.engines.rules.errors import UnlawfulRule
from cordillera.engines.rules.model import Condition, Rule, Same
from cordillera.engines.rules.plain import (
    FALSE,
    TRUE,
    All,
    AtLeast,
    InRange,
    IsUnknown,
    Not,
    Plain,
    Some,
    Test,
    plain,
)
from cordillera.engines.rules.reach import (
    Clause,
    TooManyCases,
    certain,
    clauses,
    every_case,
    possible,
    some_case,
)
from cordillera.engines.rules.schema import FACTS, Ground
from cordillera.engines.rules.standing import (
    MOST,
    MOST_THINGS,
    ORDINARY_THINGS,
    Standing,
    speaks,
    standing,
    tells_place,
)
from cordillera.engines.rules.units import LARGEST

_PNR: Final = "Directive (EU) 2016/681"
ARTICLES: Final[Mapping[int, tuple[str, str]]] = {
    1: ("rules.lint.protected_trait", f"{_PNR} art. 6(4), 13(4)"),
    2: ("rules.lint.listed_proxy", f"{_PNR} art. 6(4), 13(4); Constitución del Ecuador art. 11(2)"),
    3: ("rules.lint.nationality_alone", f"{_PNR} art. 6(4); CJEU C-817/19"),
    4: ("rules.lint.nationality_exonerates", f"{_PNR} art. 6(4)"),
    5: ("rules.lint.never_fires", f"{_PNR} art. 6(4): targeted"),
    6: ("rules.lint.always_fires", f"{_PNR} art. 6(4): specific, proportionate"),
    7: ("rules.lint.nothing_exonerates", "CJEU C-817/19"),
    8: ("rules.lint.route_alone", f"{_PNR} art. 6(4); CJEU C-817/19"),
    9: ("rules.lint.cannot_exonerate", "CJEU C-817/19"),
}


_ELSEWHERE: Final = frozenset({Standing.COUNTRY, Standing.ROUTE})


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
    """Conditions 3 and 5 to 9: what the rule as a whole can do."""
    when = plain(rule.when)
    against = FALSE if rule.unless is None else plain(rule.unless)
    fires = possible(All((when, Not(against))))
    if not fires:
        yield _refusal(5, path=("when",))
    number = _rests_on_nothing(when)
    if number and (fires or number != 6):
        yield _refusal(number, path=("when",))
    if rule.unless is not None and fires:
        if not _can_exonerate(when, against):
            yield _refusal(9, path=("unless",))
        elif named := _exonerates_by_place(against):
            yield _refusal(4, named, ("unless",))
    if rule.unless is None:
        yield _refusal(7)


def _rests_on_nothing(when: Plain) -> int:
    """Conditions 3, 6 and 8, the first that is broken; 0 for none."""
    named, when = standings(when), together(when)
    if certain(when) or certain(granted(when, frozenset({Standing.COMMON}))):
        return 6
    if Standing.COUNTRY in named and _suffices(when, frozenset({Standing.COMMON, Standing.COUNTRY})):
        return 3
    if named & _ELSEWHERE and _suffices(when, _ELSEWHERE | {Standing.COMMON}):
        return 8
    return 0


def _suffices(when: Plain, what: frozenset[Standing]) -> bool:
    """Whether such tests alone fire it, or might: a rule too tangled to tell is refused as well."""
    try:
        return every_case(granted(when, what)) or every_case(_of_unknown(granted(when, what)))
    except TooManyCases:
        return True


def _can_exonerate(when: Plain, against: Plain) -> bool:
    """Whether somebody whom it would raise can be exonerated by what is said of themselves."""
    try:
        told = [clause for clause in clauses(against) if any(_speaks(literal) for literal, _ in clause)]
    except TooManyCases:
        return True
    return possible(All((when, Some(tuple(_believable(as_plain(clause)) for clause in told)))))


def _believable(node: Plain, *, wanted: bool = True) -> Plain:
    """Return an exonerating condition as somebody can meet it: nobody has 900 bags, or 9,000 journeys."""
    match node:
        case Not(of):
            return Not(_believable(of, wanted=not wanted))
        case All(of):
            return All(tuple(_believable(part, wanted=wanted) for part in of))
        case Some(of):
            return Some(tuple(_believable(part, wanted=wanted) for part in of))
        case AtLeast(count, name, where):
            inner = AtLeast(count, name, _believable(where, wanted=wanted))
            return FALSE if wanted and count > MOST_THINGS else inner
        case InRange(fact) if fact in MOST:
            beyond = InRange(fact, MOST[fact] + 1, LARGEST)
            return All((node, Not(beyond))) if wanted else Some((node, beyond))
    return node


def _exonerates_by_place(against: Plain) -> str:
    """Return a place, or what chooses like one, that exonerates without what is said of the traveller."""
    try:
        ways = [as_plain(clause) for clause in clauses(against)]
    except TooManyCases:
        ways = [against]
    for way in ways:
        if possible(_unsaid(way, places=True)) and not possible(_unsaid(way, places=False)):
            return next(test.fact for test in tests_of(way) if _tells_place(test))
    return ""


def _tells_place(test: Test) -> bool:
    return tells_place(test, wanted=True) or tells_place(test, wanted=False)


def _unsaid(node: Plain, *, places: bool, wanted: bool = True) -> Plain:
    """Return an exonerating condition when nothing said of the traveller exonerates, or no place either."""
    match node:
        case Not(of):
            return Not(_unsaid(of, places=places, wanted=not wanted))
        case All(of):
            return All(tuple(_unsaid(part, places=places, wanted=wanted) for part in of))
        case Some(of):
            return Some(tuple(_unsaid(part, places=places, wanted=wanted) for part in of))
        case AtLeast(count, name, where):
            return AtLeast(count, name, _unsaid(where, places=places, wanted=wanted))
    helps = places if tells_place(node, wanted=wanted) else not speaks(node) and not _tells_place(node)
    return TRUE if helps is wanted else FALSE


def _speaks(literal: Plain) -> bool:
    return any(speaks(test) for test in tests_of(literal))


def as_plain(clause: Clause) -> Plain:
    """Return an alternative of literals as one condition."""
    return All(tuple(literal if yes else Not(literal) for literal, yes in clause))


def tests_of(node: Plain) -> Iterator[Test]:
    """Yield the tests in a condition, those on things of a set included."""
    match node:
        case All(of) | Some(of):
            for part in of:
                yield from tests_of(part)
        case Not(of):
            yield from tests_of(of)
        case AtLeast(where=where):
            yield from tests_of(where)
        case _:
            yield node


def standings(node: Plain) -> set[Standing]:
    """Return what the tests in a condition are worth, wherever they stand."""
    return {standing(test, wanted=wanted) for test in tests_of(node) for wanted in (True, False)}


def granted(node: Plain, what: frozenset[Standing], *, wanted: bool = True) -> Plain:
    """Return the condition with every test of such a standing taken as it must be for the rule to fire."""
    match node:
        case Not(of):
            return Not(granted(of, what, wanted=not wanted))
        case All(of):
            return All(tuple(granted(part, what, wanted=wanted) for part in of))
        case Some(of):
            return Some(tuple(granted(part, what, wanted=wanted) for part in of))
        case AtLeast():
            return _granted_things(node, what, wanted=wanted)
    if standing(node, wanted=wanted) in what:
        return TRUE if wanted else FALSE
    return node


def _granted_things(node: AtLeast, what: frozenset[Standing], *, wanted: bool) -> Plain:
    """To have a document or a bag at all is no ground, nor not to have dozens; to have many is one."""
    inner = granted(node.where, what, wanted=wanted)
    many = node.count > ORDINARY_THINGS[node.set]
    if wanted:
        of_all = every_case(inner) and (not many or bool(standings(node.where) & what & _ELSEWHERE))
        return TRUE if of_all else AtLeast(node.count, node.set, inner)
    return FALSE if many or not some_case(inner) else AtLeast(node.count, node.set, inner)


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


def bare_parts(rule: LawfulRule) -> tuple[tuple[Plain, Plain], ...]:
    """Return each country or route that the rule names, alone and with the grounds that stand beside it.

    The pre-test on history compares the two: grounds that nearly everybody has beside it are none. Ways to
    fire that name none are left out; nothing is told of a rule with too many of them (`TooManyCases`).
    """
    ways: defaultdict[frozenset[Plain], list[Plain]] = defaultdict(list)
    try:
        for clause in clauses(rule.when):
            bare = frozenset(
                _bare(literal, yes) for literal, yes in clause if standings(literal) & _ELSEWHERE
            )
            if bare:
                ways[bare].append(as_plain(clause))
    except TooManyCases:
        return ((TRUE, rule.when),)
    return tuple((All(tuple(bare)), Some(tuple(found))) for bare, found in ways.items())


def _bare(literal: Test | AtLeast, yes: bool) -> Plain:  # noqa: FBT001 - a literal is such a pair
    rest = frozenset({Standing.GROUND, Standing.COMMON})
    alone = granted(literal, rest, wanted=yes)
    return alone if yes else Not(alone)
