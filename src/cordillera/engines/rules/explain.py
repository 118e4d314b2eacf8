"""Why a rule raised a traveller, or did not: each condition that settled it, with value, message and bytes.

1. Of a true "and" and a false "or" every part is told; of a false "and" and a true "or" what settles it.
2. Of a set the things are told that settle it: those that satisfy its condition, for "every" those that do
   not, of an unknown set those that are unknown; if there are none such, all. A count has a line of its own.
3. Every exonerating condition is told with its outcome, also when nothing speaks for the traveller.
4. Every fact that was asked and is unknown is told: a null is shown, never silently false.

>>> from cordillera.engines.rules import compile_rule, read_facts, read_rule
>>> told = "any bag (weight > 30 kg) unless traveller.journeys >= 6"
>>> rule = compile_rule(read_rule(f'rule a "A" for drug_trafficking when {told}'))
>>> bag = '{"weight": {"value": "66.5 lb", "source": "PNR-7", "start": 310, "end": 317}}'
>>> why = explain(rule, read_facts('{"subject": "t", "sets": {"bag": [{"weight": "9 kg"}, ' + bag + "]}}"))
>>> [(fired.condition, fired.thing, fired.read[0].value, fired.read[0].evidence.start) for fired in why.fired]
[('weight > 30 kg', 2, '30.163892605 kg', 310)]
>>> why.raised, why.unknown
(True, ('traveller.journeys',))
"""

from collections.abc import Iterator

import msgspec

from cordillera.engines.rules.core import Traced, trace
from cordillera.engines.rules.facts import Facts, Seen
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.model import Amount, Both, Either, Negation, Quantified
from cordillera.engines.rules.printer import write_condition
from cordillera.engines.rules.schema import FACTS
from cordillera.engines.rules.units import shown
from cordillera.engines.rules.words import Language
from cordillera.foundation.explain import Evidence


class Reading(msgspec.Struct, frozen=True):
    """A fact that a condition read; `value` is None when it is unknown."""

    fact: str
    value: str | None
    evidence: Evidence | None = None


class Fired(msgspec.Struct, frozen=True):
    """A condition that settled something, its outcome (None for unknown), and what it read.

    In a set, `set` and `thing` say which: the second bag is `bag`, 2. A set's own line has no `thing`.
    """

    condition: str
    outcome: bool | None
    read: tuple[Reading, ...] = ()
    set: str = ""
    thing: int | None = None


class Explanation(msgspec.Struct, frozen=True):
    """A rule's outcome for one traveller. `fired` settled `when`; `exonerating` are those of `unless`."""

    subject: str
    rule: str
    title: str
    raised: bool
    when: bool | None
    unless: bool | None
    fired: tuple[Fired, ...]
    exonerating: tuple[Fired, ...]
    unknown: tuple[str, ...]


def explain(rule: LawfulRule, facts: Facts, language: Language = "en") -> Explanation:
    """Return why the rule raises the traveller or not; conditions are told in the language."""
    written = rule.rule
    when = trace(written.when, facts)
    unless = None if written.unless is None else trace(written.unless, facts)
    against = False if unless is None else unless.outcome
    traced = [when] if unless is None else [when, unless]
    return Explanation(
        subject=facts.subject,
        rule=written.name,
        title=written.title,
        raised=when.outcome is True and against is not True,
        when=when.outcome,
        unless=against,
        fired=tuple(_settling(when, language)),
        exonerating=() if unless is None else tuple(_each(unless, language)),
        unknown=tuple(sorted({name for part in traced for name in _unknown(part)})),
    )


def _each(unless: Traced, language: Language) -> Iterator[Fired]:
    """Condition 3: no part is left out because another one settles the whole."""
    for part in unless.parts if isinstance(unless.condition, Both | Either) else (unless,):
        yield from _settling(part, language)


def _settling(
    traced: Traced, language: Language, inside: str = "", thing: int | None = None
) -> Iterator[Fired]:
    match traced.condition:
        case Both() | Either() | Negation():
            for part in _parts(traced):
                yield from _settling(part, language, inside, thing)
        case Quantified(set=name):
            told = [at for at, part in enumerate(traced.parts) if part.outcome is _wanted(traced)]
            if not told or _counts(traced):
                yield Fired(write_condition(traced.condition, language), traced.outcome, set=name)
            for at in told or range(len(traced.parts)):
                yield from _settling(traced.parts[at], language, name, at + 1)
        case _:
            read = tuple(_reading(name, seen) for name, seen in traced.read)
            yield Fired(
                write_condition(traced.condition, language, inside), traced.outcome, read, inside, thing
            )


def _parts(traced: Traced) -> tuple[Traced, ...]:
    """The parts with the outcome of the whole; where none has it (after "not"), all."""
    if isinstance(traced.condition, Negation):
        return traced.parts
    return tuple(part for part in traced.parts if part.outcome is traced.outcome)


def _wanted(traced: Traced) -> bool | None:
    """The outcome of the things that are told: condition 2."""
    quantified = traced.condition
    every = isinstance(quantified, Quantified) and quantified.amount is Amount.EVERY
    return traced.outcome if every or traced.outcome is None else True


def _counts(traced: Traced) -> bool:
    """Whether single things do not say why: at most, exactly, without, or not enough."""
    quantified = traced.condition
    simple = {Amount.ANY, Amount.EVERY} | ({Amount.AT_LEAST} if traced.outcome else set())
    return isinstance(quantified, Quantified) and quantified.amount not in simple


def _reading(name: str, seen: Seen | None) -> Reading:
    if seen is None:
        return Reading(name, None)
    value = seen.value if isinstance(seen.value, str) else shown(seen.value, FACTS[name].kind)
    return Reading(name, value, seen.evidence)


def _unknown(traced: Traced) -> Iterator[str]:
    if isinstance(traced.condition, Quantified) and not traced.parts and traced.outcome is None:
        yield traced.condition.set
    yield from (name for name, seen in traced.read if seen is None)
    for part in traced.parts:
        yield from _unknown(part)
