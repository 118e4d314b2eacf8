"""From a rule's hit to a finding: which rule, which version, each condition with value, message and bytes.

A rule's strength is the same for every rule and every traveller: nothing is learned about anybody, and no
condition scores, least of all one on a country (DESIGN 4.4). The whole strength stands in one term, which
points to the evidence of the conditions that are not about countries; the conditions stand beside it.

>>> from cordillera.engines.rules import compile_rule, read_facts, read_rule
>>> from cordillera.engines.rules.explain import explain
>>> told = 'flight.origin = "BOG" and traveller.nationality = "ECU" and traveller.age < 30 years'
>>> rule = compile_rule(read_rule(f'rule a "A" for terrorism when {told} unless traveller.visa = yes'))
>>> told = '"facts": {"flight.origin": {"value": "BOG", "source": "m", "start": 4, "end": 7},'
>>> facts = read_facts('{"subject": "t", ' + told + ' "traveller.nationality": "ECU", "traveller.age": 20}}')
>>> [(term.name, term.contribution) for term in finding_of(Raising("a", 2, "f"), explain(rule, facts)).terms]
... # doctest: +NORMALIZE_WHITESPACE
[('rules.raised', 0.8), ('rules.condition', 0.0), ('rules.country', 0.0), ('rules.condition', 0.0),
 ('rules.exonerating', 0.0), ('rules.unknown', 0.0)]
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from cordillera.engines.rules.explain import Explanation, Fired, Reading
from cordillera.engines.rules.schema import FACTS, SETS, Ground
from cordillera.engines.rules.units import UNITS, Kind
from cordillera.engines.rules.words import PHRASES, UNIT_WORDS, Language, Word
from cordillera.foundation.explain import Evidence, Term
from cordillera.trust.review.model import Finding

RULE_HIT: Final = "finding.rule"
RAISED: Final = "rules.raised"
"""The term that carries the strength of a hit; its detail names the rule, in the words of its author."""
STRENGTH: Final = 0.8
_MOST: Final = 40


class Raising(msgspec.Struct, frozen=True):
    """What raised a traveller: a rule's name and version, on one flight (its id)."""

    name: str
    version: int
    flight: str

    @property
    def source(self) -> str:
        """What tells this finding from others: the same version asks once about a traveller of a flight."""
        return f"rule:{self.name}@{self.version}/{self.flight}"


def finding_of(by: Raising, why: Explanation, language: Language = "en") -> Finding:
    """Return the finding of a hit, explained in the language of `why`."""
    counted = tuple(one for fired in why.fired if not _on_country(fired) for one in _evidence(fired))
    raised = Term(RAISED, STRENGTH, f"{by.name} {by.version}: {why.title}", counted[:_MOST])
    terms = (
        raised,
        *(Term(_name(fired), 0.0, said(fired, language), _evidence(fired)) for fired in why.fired[:_MOST]),
        *(
            Term("rules.exonerating", 0.0, said(fired, language), _evidence(fired))
            for fired in why.exonerating[:_MOST]
        ),
        *(Term("rules.unknown", 0.0, worded(name, language)) for name in why.unknown[:_MOST]),
    )
    evidence = tuple(dict.fromkeys(one for fired in why.fired for one in _evidence(fired)))
    return Finding(RULE_HIT, STRENGTH, terms, source=by.source, evidence=evidence[:_MOST])


def said(fired: Fired, language: Language = "en") -> str:
    """Return a condition with its outcome's ground: the thing of a set, the condition, the values read.

    >>> said(Fired("weight > 30 kg", True, (Reading("bag.weight", "31 kg"),), "bag", 2))
    'bag 2: weight > 30 kg (bag.weight = 31 kg)'
    >>> said(Fired("peso > 30 kg", True, (Reading("bag.weight", "31 kg"),), "bag", 2), "es")
    'maleta 2: peso > 30 kg (maleta.peso = 31 kg)'
    """
    which = f"{worded(fired.set, language)} {fired.thing}: " if fired.thing else ""
    values = ((one.fact, "?" if one.value is None else one.value) for one in fired.read)
    read = ", ".join(
        f"{worded(fact, language)} = {value_said(fact, value, language)}" for fact, value in values
    )
    return f"{which}{fired.condition}{f' ({read})' if read else ''}"


def value_said(fact: str, value: str, language: Language) -> str:
    """Return a value of a fact with the words of a language, whichever it was told in.

    >>> value_said("traveller.age", "31 years", "es"), value_said("traveller.visa", "sí", "en")
    ('31 años', 'yes')
    """
    if FACTS[fact].kind is Kind.FLAG:
        told = next((word for word in (Word.YES, Word.NO) if value in _words(word)), None)
        return value if told is None else PHRASES[language][told]
    amount, _, unit = value.rpartition(" ")
    for pair in UNIT_WORDS.items():
        if unit in pair and FACTS[fact].kind in UNITS:
            return f"{amount} {pair[language == 'es']}"
    return value


def _words(word: Word) -> tuple[str, ...]:
    return tuple(told[word] for told in PHRASES.values())


def worded(name: str, language: Language) -> str:
    """Return a fact's or a set's name in a language."""
    if language == "en":
        return name
    return SETS[name].spanish[0] if name in SETS else FACTS[name].spanish


def _name(fired: Fired) -> str:
    return "rules.country" if _on_country(fired) else "rules.condition"


def _on_country(fired: Fired) -> bool:
    return any(FACTS[one.fact].ground is Ground.COUNTRY for one in fired.read)


def _evidence(fired: Fired) -> tuple[Evidence, ...]:
    return tuple(_cited(fired.read))


def _cited(read: tuple[Reading, ...]) -> Iterator[Evidence]:
    return (one.evidence for one in read if one.evidence is not None)
