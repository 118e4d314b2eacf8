"""The facts of one traveller on one flight, each with the bytes of the message it came from.

What is not there is unknown. A set may be incomplete (a part of the message is missing, or the carrier sent
passenger lists only): then more things may exist, and nothing is concluded from their absence.

>>> bags = '"sets": {"bag": [{"weight": "31 kg"}]}'
>>> told = read_facts('{"subject": "t1", "facts": {"traveller.age": 34}, ' + bags + "}")
>>> told.facts["traveller.age"].value, told.sets["bag"].complete
(34, True)
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

import msgspec

from cordillera.engines.rules.errors import FactsFault, RuleFault
from cordillera.engines.rules.model import Day, Flag, Moment, Quantity, Time, Value
from cordillera.engines.rules.schema import FACTS, SETS, Fact
from cordillera.engines.rules.units import UNITS, Kind, whole
from cordillera.foundation.explain import Evidence
from cordillera.foundation.shapes import decode


class Seen(msgspec.Struct, frozen=True):
    """A known fact: a text in upper case, or the whole number of `units.py`; and where it was read."""

    value: str | int
    evidence: Evidence | None = None


Thing: TypeAlias = Mapping[str, Seen]
"""The known facts of one thing of a set, by their whole names."""


class Things(msgspec.Struct, frozen=True):
    """The things of one set; `complete` says that there are no others."""

    things: tuple[Thing, ...] = ()
    complete: bool = False


class Facts(msgspec.Struct, frozen=True):
    """All that is known of one traveller on one flight. A set that is not there is unknown."""

    subject: str
    facts: Thing
    sets: Mapping[str, Things]

    def things(self, name: str) -> Things:
        """The things of a set; none and incomplete when nothing was said of it."""
        return self.sets.get(name, _NOTHING_SAID)


_NOTHING_SAID: Final = Things()


class ToldFact(msgspec.Struct, frozen=True):
    """A fact in JSON with its source: the message and the bytes [start, end) in it."""

    value: str | bool | int | float
    source: str = ""
    start: int = 0
    end: int = 0


Told: TypeAlias = dict[str, ToldFact | str | bool | int | float | None]


class ToldSet(msgspec.Struct, frozen=True):
    """A set in JSON that may be incomplete."""

    things: tuple[Told, ...]
    complete: bool = True


class ToldTraveller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A traveller in JSON; inside a set the names of facts are short (`weight`)."""

    subject: str
    facts: Told = {}
    sets: dict[str, ToldSet | tuple[Told, ...]] = {}


def read_facts(raw: bytes | str) -> Facts:
    """Return the facts of one traveller told in JSON; raises `FactsFault`."""
    try:
        told = decode(raw, ToldTraveller)
    except msgspec.DecodeError as error:
        raise FactsFault(reason=str(error)) from None
    sets = {name: _set(name, things) for name, things in told.sets.items()}
    return Facts(told.subject, _known(told.facts, ""), sets)


def _set(name: str, told: ToldSet | tuple[Told, ...]) -> Things:
    if name not in SETS:
        raise FactsFault(set=name)
    given = told if isinstance(told, ToldSet) else ToldSet(told)
    return Things(tuple(_known(thing, name) for thing in given.things), given.complete)


def _known(told: Told, inside: str) -> dict[str, Seen]:
    known = {}
    for word, given in told.items():
        name = f"{inside}.{word}" if inside else word
        fact = FACTS.get(name)
        if fact is None or fact.set != inside:
            raise FactsFault(fact=name)
        if given is not None and given != "":
            known[name] = _seen(fact, given)
    return known


def _seen(fact: Fact, given: ToldFact | str | float) -> Seen:
    if not isinstance(given, ToldFact):
        return Seen(counted(fact, given))
    evidence = Evidence(given.source, given.start, given.end, str(given.value)) if given.source else None
    return Seen(counted(fact, given.value), evidence)


def counted(fact: Fact, given: str | float) -> str | int:
    """Return a value told in JSON as evaluators compare it; raises `FactsFault`.

    Numbers without a unit are in the first unit of the kind (kg, h, USD, years).
    """
    if fact.kind is Kind.TEXT:
        if isinstance(given, str) and given.strip():
            return given.strip().upper()
        raise FactsFault(fact=fact.name, kind=fact.kind.value)
    try:
        return whole(_value(fact, given), fact.kind)
    except (RuleFault, ValueError, InvalidOperation):
        raise FactsFault(fact=fact.name, kind=fact.kind.value) from None


def _value(fact: Fact, given: str | float) -> Value:
    if isinstance(given, bool):
        return Flag(given)
    if isinstance(given, int | float):
        return Quantity(Decimal(str(given)), next(iter(UNITS.get(fact.kind, {"": 1}))))
    match fact.kind:
        case Kind.DAY:
            return Day(given)
        case Kind.UTC | Kind.LOCAL:
            return Moment(given)
        case Kind.TIME:
            return Time(given)
    amount, _, unit = given.partition(" ")
    return Quantity(Decimal(amount), unit.strip())
