"""All rules over one new booking, in milliseconds.

Rules wait under a value where they can: a rule that asks for one text of the traveller, as in
`flight.origin = "GYE"`, is looked at only if the booking has it. Of the others each shared part is worked out
at most once, and only as far as "and" and "or" need it.

>>> from cordillera.engines.rules import compile_rule, read_facts, read_rule
>>> told = 'flight.origin = "GYE" and traveller.age < 30 years unless traveller.visa = yes'
>>> book = RuleBook([compile_rule(read_rule(f'rule a "A" for terrorism when {told}'))])
>>> facts = read_facts('{"subject": "t", "facts": {"flight.origin": "gye", "traveller.age": 20}}')
>>> book.raised(facts), book.raised(read_facts('{"subject": "t", "facts": {"flight.origin": "UIO"}}'))
([0], [])
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from cordillera.engines.rules.core import related
from cordillera.engines.rules.facts import Facts, Thing
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.model import Part
from cordillera.engines.rules.plain import All, HasPart, InRange, InTexts, IsUnknown, Pair, Plain, Test
from cordillera.engines.rules.program import AtLeastStep, JoinStep, NotStep, Program, Step, TestStep
from cordillera.engines.rules.schema import FACTS

_PLACES: Final = {Part.START: str.startswith, Part.END: str.endswith, Part.ANYWHERE: str.__contains__}
_OPEN: Final = 2
"""Neither True, False nor None (unknown): not worked out yet."""


class Booking:
    """One traveller being judged: the facts in reach, and what is already known of each step."""

    def __init__(self, facts: Facts, own: Thing, steps: int) -> None:
        self.facts = facts
        self.own = own
        self.outcomes: list[bool | int | None] = [_OPEN] * steps
        self._steps = steps
        self._things: dict[str, list[Booking]] = {}

    def things(self, name: str) -> "list[Booking]":
        """The things of a set, each with outcomes of its own."""
        found = self._things.get(name)
        if found is None:
            things = self.facts.things(name).things
            found = self._things[name] = [Booking(self.facts, thing, self._steps) for thing in things]
        return found


Judge: TypeAlias = Callable[[Booking], "bool | None"]


class RuleBook:
    """Rules made ready for bookings that come one by one; it does not change, and threads may share it."""

    def __init__(self, rules: Sequence[LawfulRule]) -> None:
        program = Program()
        self._ends = [(program.add(rule.when), program.add(rule.unless)) for rule in rules]
        self._judges: list[Judge] = []
        for step in program.steps:
            self._judges.append(_judge(step, self._judges))
        self._waiting: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._always: list[int] = []
        self._index(rules)

    def _index(self, rules: Sequence[LawfulRule]) -> None:
        shared = Counter(test for rule in rules for test in _needed(rule.when))
        for at, rule in enumerate(rules):
            needed = min(_needed(rule.when), key=lambda test: (len(test.texts), shared[test]), default=None)
            if needed is None:
                self._always.append(at)
            else:
                for text in needed.texts:
                    self._waiting[needed.fact][text].append(at)

    def candidates(self, facts: Facts) -> list[int]:
        """The places of the rules that could raise this traveller, ascending."""
        found = list(self._always)
        for name, by_text in self._waiting.items():
            seen = facts.facts.get(name)
            if seen is not None:
                found += by_text.get(str(seen.value), ())
        return sorted(found)

    def raised(self, facts: Facts) -> list[int]:
        """The places of the rules that raise this traveller, ascending."""
        booking = Booking(facts, facts.facts, len(self._judges))
        judges, ends = self._judges, self._ends
        return [
            at
            for at in self.candidates(facts)
            if judges[ends[at][0]](booking) is True and judges[ends[at][1]](booking) is not True
        ]


def _needed(when: Plain) -> list[InTexts]:
    """Tests of a traveller's text without which the condition is not true."""
    parts = when.of if isinstance(when, All) else (when,)
    return [part for part in parts if isinstance(part, InTexts) and not FACTS[part.fact].set]


def _judge(step: Step, judges: Sequence[Judge]) -> Judge:
    """Return the function of a step; it remembers the outcome in the booking."""
    place = len(judges)
    work = _work(step, judges)

    def remembered(booking: Booking) -> bool | None:
        outcome = booking.outcomes[place]
        if outcome is True or outcome is False or outcome is None:
            return outcome
        booking.outcomes[place] = found = work(booking)
        return found

    return remembered


def _work(step: Step, judges: Sequence[Judge]) -> Judge:
    match step:
        case TestStep(test):
            return _test(test)
        case NotStep(of):
            return _negated(judges[of])
        case JoinStep(of, every, _):
            return _joined([judges[part] for part in of], decides=not every)
        case AtLeastStep(count, name, of):
            return _at_least(count, name, judges[of])


def _negated(part: Judge) -> Judge:
    def work(booking: Booking) -> bool | None:
        outcome = part(booking)
        return None if outcome is None else not outcome

    return work


def _joined(parts: Sequence[Judge], *, decides: bool) -> Judge:
    """And (False decides) or or (True decides): the first part that decides ends it."""

    def work(booking: Booking) -> bool | None:
        left: bool | None = not decides
        for part in parts:
            outcome = part(booking)
            if outcome is decides:
                return decides
            if outcome is None:
                left = None
        return left

    return work


def _at_least(count: int, name: str, where: Judge) -> Judge:
    def work(booking: Booking) -> bool | None:
        certain = possible = 0
        for thing in booking.things(name):
            outcome = where(thing)
            certain += outcome is True
            possible += outcome is not False
        if certain >= count:
            return True
        return False if possible < count and booking.facts.things(name).complete else None

    return work


def _test(test: Test) -> Judge:
    """Return the function of a test; each fact is read from the booking, or from the thing of the set."""
    name = test.fact
    match test:
        case IsUnknown():
            return lambda booking: name not in booking.own
        case InRange(_, low, high):
            return _of_value(name, lambda value: low <= value <= high)  # type: ignore[operator]  # a counted fact
        case InTexts(_, texts):
            wanted = frozenset(texts)
            return _of_value(name, lambda value: value in wanted)
        case HasPart(_, part, text):
            holds = _PLACES[part]
            return _of_value(name, lambda value: holds(str(value), text))
        case Pair():
            return _pair(test)


def _of_value(name: str, holds: Callable[[str | int], bool]) -> Judge:
    def work(booking: Booking) -> bool | None:
        seen = booking.own.get(name)
        return None if seen is None else holds(seen.value)

    return work


def _pair(pair: Pair) -> Judge:
    def work(booking: Booking) -> bool | None:
        one = booking.own.get(pair.fact)
        other = booking.own.get(pair.other) or booking.facts.facts.get(pair.other)
        return None if one is None or other is None else related(one.value, pair.relation, other.value)

    return work
