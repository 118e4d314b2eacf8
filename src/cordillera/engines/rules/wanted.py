"""Which facts some rules read: of a traveller whom they judge, no others need to be worked out.

What a rule reads decides it and explains it (`explain`), so that with these facts alone every outcome, every
evidence and every word of the explanation is the same as with all facts.

1. A fact is wanted when a condition of a rule, of `when` or `unless`, names it.
2. A set is wanted when a condition stands in it or counts its things: then all its things, and of them also
   the facts by which things told twice are known to be one (`paxlst_facts`, `pnr_facts`).
3. The countries of an itinerary are read off its airports, and who sits beside whom off their seats.

>>> from cordillera.engines.rules import compile_rule, read_rule
>>> told = "any bag (weight > 30 kg) unless traveller.journeys >= 6"
>>> wanted = wanted_by([compile_rule(read_rule(f'rule a "A" for drug_trafficking when {told}'))])
>>> wanted.has("bag.weight"), wanted.has("bag.tag"), wanted.has("traveller.age"), wanted.has_set("payment")
(True, True, False, False)
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from cordillera.engines.rules.check import walk
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.model import Both, Condition, Either, Negation, Quantified, Same
from cordillera.engines.rules.schema import FACTS

_WITH: Final = {
    "document": frozenset({"document.type", "document.number", "document.issuer"}),
    "bag": frozenset({"bag.tag", "bag.weight"}),
    "seat": frozenset({"seat.number"}),
    "companion.seated_beside": frozenset({"seat", "seat.number"}),
    "itinerary.origin_country": frozenset({"itinerary.origin"}),
    "itinerary.destination_country": frozenset({"itinerary.destination"}),
}


class Wanted(msgspec.Struct, frozen=True):
    """The names of facts and of sets that are read; None where all are."""

    names: frozenset[str] | None = None

    def has(self, *names: str) -> bool:
        """Tell whether any of some facts is read."""
        return self.names is None or not self.names.isdisjoint(names)

    def has_set(self, name: str) -> bool:
        """Tell whether the things of a set are read."""
        return self.names is None or name in self.names

    def and_also(self, names: Iterable[str]) -> "Wanted":
        """Return what is read when some facts are read as well."""
        return self if self.names is None else Wanted(self.names | set(names))


EVERYTHING: Final = Wanted()


def wanted_by(rules: Iterable[LawfulRule]) -> Wanted:
    """Return what some rules read: conditions 1 to 3."""
    named = {name for rule in rules for name in _named(rule)}
    sets = {FACTS[name].set for name in named if name in FACTS}
    known = (named | sets) - {""}
    return Wanted(frozenset(known.union(*(_WITH.get(name, ()) for name in known))))


def _named(rule: LawfulRule) -> Iterator[str]:
    for whole in (rule.rule.when, rule.rule.unless):
        for _, inside, part in () if whole is None else walk(whole):
            yield inside
            yield from _names(part)


def _names(part: Condition) -> tuple[str, ...]:
    match part:
        case Both() | Either() | Negation():
            return ()
        case Quantified(set=name):
            return (name,)
        case Same():
            return part.fact, part.other
    return (part.fact,)
