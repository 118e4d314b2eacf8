"""A rule being written, as both faces show it: text and tree, what law says of each part, when it is unknown.

Pure: what was written comes in, what can be told of it comes out. Form: `engines.rules.check`; law:
`engines.rules.legality`. A rule that is refused is not tried on anybody.

>>> told = 'rule a "A" for terrorism when any bag (weight > 30 kg) unless traveller.journeys >= 6'
>>> [(line.path, line.text) for line in faces_of(told, "es").when]
[('when', 'existe maleta'), ('when.where', 'peso > 30 kg')]
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from cordillera.desks.travellers.rules_faults import Fault, fault_of
from cordillera.engines.rules import (
    Refusal,
    Rule,
    compile_rule,
    lint,
    read_facts,
    read_rules_file,
    rule_to_json,
    write_rule,
)
from cordillera.engines.rules.check import shown_path, walk
from cordillera.engines.rules.errors import FactsFault, RuleFault, RuleSyntax
from cordillera.engines.rules.explain import Explanation, explain
from cordillera.engines.rules.legality import facts_of
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
    Quantified,
    Quantity,
    Text,
    Value,
)
from cordillera.engines.rules.printer import write_condition
from cordillera.engines.rules.schema import FACTS, Fact, Ground
from cordillera.engines.rules.units import UNITS
from cordillera.engines.rules.words import Language

ON_PASSENGER_LISTS: Final = frozenset(
    f"{owner}.{name}"
    for owner, names in {
        "traveller": (
            "role",
            "age",
            "nationality",
            "other_nationality",
            "residence",
            "bags_declared",
            "bags_weight",
            "visa",
        ),
        "flight": ("carrier", "number", "origin", "destination"),
        "document": ("type", "number", "issuer", "expires", "days_left"),
        "bag": ("tag",),
        "seat": ("number",),
        "companion": ("age", "nationality", "same_booking", "bags", "seated_beside"),
    }.items()
    for name in names
) | {f"flight.{end}_{kind}" for end in ("departure", "arrival") for kind in ("local", "time")}
"""The facts that `paxlst_facts` can read; all others are unknown while only a passenger list has come."""

HELD: Final = frozenset(
    f"{owner}.{name}"
    for owner, names in {
        "traveller": ("journeys", "journeys_year"),
        "itinerary": ("origin_country", "destination_country"),
        "agency": ("bookings_week",),
        "document": ("reported_lost", "check_failed"),
        "payment": ("card_uses",),
        "companion": ("journeys_shared",),
        "contact": ("shared_with",),
    }.items()
    for name in names
)
"""The facts that are worked out from what else is held at the moment of the message (`rules_held`)."""

_SETS_ON_LISTS: Final = {
    "document": "set_cut",
    "seat": "set_cut",
    "bag": "set_tags",
    "companion": "set_locator",
}
_ABSENCE: Final = frozenset({Amount.EVERY, Amount.NONE, Amount.AT_MOST, Amount.EXACTLY})


class Line(msgspec.Struct, frozen=True):
    """One part of the tree, in order. `notes` say when it is unknown: ids below `rules.unknown`."""

    path: str
    depth: int
    kind: str
    text: str
    notes: tuple[str, ...]
    refusals: tuple[Refusal, ...]


class Faces(msgspec.Struct, frozen=True, kw_only=True):
    """All that is shown of a rule as written; without `rule` only the `fault` and what was written."""

    language: Language
    text: str
    rule: Rule | None = None
    other: str = ""
    when: tuple[Line, ...] = ()
    unless: tuple[Line, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    fault: Fault | None = None
    example: str = ""
    facts: str = ""
    tried: Explanation | None = None
    tried_fault: Fault | None = None

    @property
    def lawful(self) -> bool:
        """Whether the rule may be kept and run."""
        return self.rule is not None and not self.refusals

    @property
    def tree(self) -> str:
        """The JSON face, or "" while nothing can be read."""
        return "" if self.rule is None else rule_to_json(self.rule).decode()

    @property
    def json(self) -> str:
        """The JSON face in lines."""
        return msgspec.json.format(self.tree, indent=2) if self.tree else ""


class FactRow(msgspec.Struct, frozen=True):
    """One fact that may be asked about, as the picker and the table show it."""

    name: str
    spanish: str
    kind: str
    set: str
    country: bool
    units: tuple[str, ...]
    codes: tuple[str, ...]
    unknown: str


def fact_rows() -> tuple[FactRow, ...]:
    """Return the facts that a rule may use; protected traits and their proxies are not offered."""
    free = (fact for fact in FACTS.values() if fact.ground in {Ground.FREE, Ground.COUNTRY})
    return tuple(map(_row, free))


def faces_of(source: str, language: Language, facts: str = "") -> Faces:
    """Return both faces of one rule written as text or JSON; with `facts` (JSON), tried on a traveller.

    A text stays as it was written, comments too; of JSON the text is printed in the language.
    """
    if not source.strip():
        return Faces(language=language, text="", facts=facts)
    try:
        rule = _one(source)
    except RuleFault as fault:
        return Faces(language=language, text=source, facts=facts, fault=fault_of(fault, language))
    refusals = lint(rule)
    told = Faces(
        language=language,
        text=write_rule(rule, language) if source.lstrip().startswith("{") else source,
        rule=rule,
        other=write_rule(rule, "en" if language == "es" else "es"),
        when=tuple(_lines(rule.when, "when", refusals, language)),
        unless=tuple(_lines(rule.unless, "unless", refusals, language)) if rule.unless else (),
        refusals=refusals,
        example=example_facts(rule),
        facts=facts,
    )
    return _tried(told, rule, facts) if facts.strip() and not refusals else told


def example_facts(rule: Rule) -> str:
    """Return facts of an invented traveller in JSON: one value for each fact that the rule asks about."""
    facts: dict[str, object] = {}
    sets: dict[str, list[dict[str, object]]] = {}
    for condition in (rule.when, rule.unless):
        for _, inside, part in walk(condition) if condition is not None else ():
            if isinstance(part, Quantified):
                sets.setdefault(part.set, [{}])
            for name in facts_of(part):
                fact = FACTS[name]
                into = sets[inside][0] if fact.set and inside else facts
                into.setdefault(fact.short if fact.set else name, _sample(part, fact))
    told = {"subject": "T-1", "facts": facts, "sets": sets}
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def _one(source: str) -> Rule:
    rules = read_rules_file(source.encode("utf-8", "replace"))
    if len(rules) != 1:
        raise RuleSyntax(found=str(len(rules)), expected=("1",), line=1, column=1)
    return rules[0]


def _tried(told: Faces, rule: Rule, facts: str) -> Faces:
    try:
        known = read_facts(facts)
    except FactsFault as fault:
        return msgspec.structs.replace(told, tried_fault=fault_of(fault, told.language))
    return msgspec.structs.replace(told, tried=explain(compile_rule(rule), known, told.language))


def _lines(
    condition: Condition, start: str, refusals: tuple[Refusal, ...], language: Language
) -> Iterator[Line]:
    for steps, inside, part in walk(condition, (start,)):
        path = shown_path(steps)
        yield Line(
            path=path,
            depth=sum(1 for step in steps if isinstance(step, int) or step == "where") + _negated(steps),
            kind=_kind(part),
            text=_text(part, language, inside),
            notes=_notes(part),
            refusals=tuple(one for one in refusals if one.path == path),
        )


def _negated(steps: tuple[str | int, ...]) -> int:
    """How many of the steps lead into a "not": an `of` without a number behind it."""
    behind = (*steps[1:], "")
    return sum(
        1 for step, next_ in zip(steps, behind, strict=True) if step == "of" and not isinstance(next_, int)
    )


def _kind(part: Condition) -> str:
    match part:
        case Both():
            return "and"
        case Either():
            return "or"
        case Negation():
            return "not"
        case Quantified():
            return "set"
    return "leaf"


def _text(part: Condition, language: Language, inside: str) -> str:
    if isinstance(part, Both | Either | Negation):
        return ""
    text = write_condition(part, language, inside)
    return text.partition(" (")[0] if isinstance(part, Quantified) else text


def _notes(part: Condition) -> tuple[str, ...]:
    """When a part of the tree is unknown (`core.py`, conditions 1 and 3)."""
    match part:
        case Both() | Either() | Negation():
            return ()
        case Quantified(amount=amount, set=name):
            missing = _SETS_ON_LISTS.get(name, "set_not_listed")
            return (missing, "absence") if amount in _ABSENCE else (missing,)
        case Known():
            return ("never",)
    ranked = ("left_out", "not_listed", "held")
    return (max(map(_missing, facts_of(part)), key=ranked.index),)


def _missing(name: str) -> str:
    """When one fact is unknown: an id below `rules.unknown`."""
    if name in HELD:
        return "held"
    return "left_out" if name in ON_PASSENGER_LISTS else "not_listed"


def _sample(part: Condition, fact: Fact) -> object:
    match part:
        case Compare(value=value) | Between(low=value):
            return _told(value)
        case OneOf(texts=texts):
            return texts[0]
        case Holds(text=text):
            return text
    return fact.codes[0] if fact.codes else None


def _told(value: Value) -> object:
    match value:
        case Text(text):
            return text
        case Flag(yes):
            return yes
        case Quantity(amount, unit):
            return f"{amount:f} {unit}".rstrip()
        case Day(day):
            return day
        case Moment(moment):
            return moment
    return value.time


def _row(fact: Fact) -> FactRow:
    return FactRow(
        name=fact.name,
        spanish=fact.spanish,
        kind=fact.kind.value,
        set=fact.set,
        country=fact.ground is Ground.COUNTRY,
        units=tuple(UNITS.get(fact.kind, ())),
        codes=fact.codes,
        unknown=_missing(fact.name),
    )
