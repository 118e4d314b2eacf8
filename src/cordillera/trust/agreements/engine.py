"""The policy engine behind one agreement: a fast judge that finds all reasons, and Cedar, who must agree.

1. The policies, translated from Cedar's own parse (`translation.py`), are tried on the facts. What any of
   them forbids is denied, with every policy that forbids.
2. What they allow is put to Cedar, whole, with the schema. Unless Cedar allows it without any error, the
   engine failed, and the caller denies.

So a request is allowed only when both judges allow it, and a mistake in the translation can only deny.

Cedar's word is kept, part by part: `cedar.py` gives each policy to a part of the facts, and the compiler has
Cedar check that a part's policies see nothing else. Once Cedar allowed a request, each of its parts breaks
no policy; a request all of whose parts were allowed before is allowed. A number counts as the band between
two constants that it is compared with; a list counts item by item where the part says how items add up.
See docs/adr/0022.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator
from operator import attrgetter
from typing import Any, Final

import cedarpy
import msgspec

from cordillera.trust.agreements.cedar import ATTRIBUTES, SCHEMA
from cordillera.trust.agreements.compile import CompiledAgreement, CompiledPart
from cordillera.trust.agreements.errors import EngineFailed
from cordillera.trust.agreements.facts import MAX_NUMBER, NOT_GIVEN, Facts
from cordillera.trust.agreements.translation import translate

KEPT_ANSWERS: Final = 20_000
_COMPARED = re.compile(r"\bcontext\.(\w+) (>=|>|<=|<) (\d+)\b")
_NAMED = re.compile(r"\bcontext\.(\w+)\b")

Key = tuple[Any, ...]


class Verdict(msgspec.Struct, frozen=True):
    """What the engine said: allowed or not, and the policies that forbid, by their place in the agreement."""

    allow: bool
    broken: tuple[int, ...]


_ALLOWED: Final = Verdict(allow=True, broken=())


class Engine:
    """The prepared policies of one agreement; safe to share between threads: keys are only ever added."""

    def __init__(self, compiled: CompiledAgreement) -> None:
        self._translated = translate(compiled.text)
        self._cedar = _Cedar(compiled)
        self._parts = tuple(_Part(part) for part in compiled.parts)

    def judge(self, facts: Facts) -> Verdict:
        """Try every policy; raise `EngineFailed` when one cannot be tried or Cedar does not agree."""
        try:
            permitted, broken = self._translated(facts)
        except TypeError as error:
            raise EngineFailed(errors=1) from error
        if broken or not permitted:
            return Verdict(allow=False, broken=broken)
        for part in self._parts:
            if not part.is_known(facts):
                self._confirm(facts)
                break
        return _ALLOWED

    def _confirm(self, facts: Facts) -> None:
        """Ask Cedar about the whole request and keep its parts; raise `EngineFailed` unless it allows."""
        if not self._cedar.allows(facts):
            raise EngineFailed(errors=0)
        for part in self._parts:
            if not part.is_known(facts):
                part.keep(next(filter(self._cedar.allows, part.narrowed(facts)), facts))

    @property
    def kept(self) -> int:
        """How many parts Cedar allowed and are kept."""
        return sum(len(part.known) for part in self._parts)


class _Part:
    """What Cedar allowed of one part of the facts."""

    def __init__(self, compiled: CompiledPart) -> None:
        self.known: set[Key] = set()
        names, over = _question(compiled), compiled.part.over
        single = names[:-1] if over else names
        self._read = _reader(single)
        self._listed = names[-1]
        self._items = attrgetter(self._listed)
        bands = _bands(compiled)
        self._bands = tuple((place, bands[name]) for place, name in enumerate(single) if name in bands)
        self.is_known = {"": self._knows_whole, "each": self._knows_each, "any": self._knows_any}[over]
        self._keys = {"": self._whole, "each": self._each, "any": self._only}[over]

    def keep(self, facts: Facts) -> None:
        """Remember that Cedar allowed a request with these facts."""
        if len(self.known) >= KEPT_ANSWERS:
            self.known.clear()
        self.known.update(self._keys(facts))

    def narrowed(self, facts: Facts) -> Iterator[Facts]:
        """Where one item of several is enough: the same facts with each item alone, to find which counts."""
        items = self._items(facts)
        if self._keys == self._only and len(items) > 1:
            for item in items:
                yield msgspec.structs.replace(facts, **{self._listed: (item,)})

    def _knows_whole(self, facts: Facts) -> bool:
        key = self._read(facts)
        return (self._banded(key) if self._bands else key) in self.known

    def _knows_each(self, facts: Facts) -> bool:
        """Every item was allowed beside these other facts, and there is one."""
        key, items = self._read(facts), self._items(facts)
        return bool(items) and self.known.issuperset([(*key, item) for item in items])

    def _knows_any(self, facts: Facts) -> bool:
        """Some item was allowed alone beside these other facts."""
        key = self._read(facts)
        return not self.known.isdisjoint([(*key, item) for item in self._items(facts)])

    def _whole(self, facts: Facts) -> Iterator[Key]:
        key = self._read(facts)
        yield self._banded(key) if self._bands else key

    def _each(self, facts: Facts) -> Iterator[Key]:
        key = self._read(facts)
        return ((*key, item) for item in self._items(facts))

    def _only(self, facts: Facts) -> Iterator[Key]:
        """With several items nobody knows which was the one that counted."""
        items = self._items(facts)
        return self._each(facts) if len(items) == 1 else iter(())

    def _banded(self, key: Key) -> Key:
        """Put in the place of each number the first of its band."""
        values: list[Hashable] = list(key)
        for place, firsts in self._bands:
            value = values[place]
            if type(value) is not int or not NOT_GIVEN <= value <= MAX_NUMBER:
                raise EngineFailed(errors=1)
            values[place] = firsts[bisect_right(firsts, value) - 1]
        return tuple(values)


def _question(compiled: CompiledPart) -> tuple[str, ...]:
    """Return what the answer depends on: action and service if any policy names them, then the facts."""
    uses = (("action", "action in "), ("service", "resource == "))
    return (*(name for name, mark in uses if mark in compiled.text), *compiled.part.attributes)


def _reader(names: tuple[str, ...]) -> Callable[[Facts], Key]:
    """Return what reads these facts as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    read = attrgetter(names[0])
    return lambda facts: (read(facts),)


def _bands(compiled: CompiledPart) -> dict[str, tuple[int, ...]]:
    """Return the first number of each band, for the numbers that policies only compare with constants."""
    firsts: dict[str, list[int]] = {}
    for name, sign, constant in _COMPARED.findall(compiled.text):
        firsts.setdefault(name, []).append(int(constant) + (sign in {">", "<="}))
    named = _NAMED.findall(compiled.text)
    return {
        name: tuple(sorted({NOT_GIVEN, *found}))
        for name, found in firsts.items()
        if named.count(name) == len(found)
    }


class _Cedar:
    """All policies of an agreement, parsed once, with the schema of a whole request."""

    def __init__(self, compiled: CompiledAgreement) -> None:
        self._policies = cedarpy.PolicySet.from_str(compiled.text)
        self._schema = cedarpy.Schema.from_str(SCHEMA)
        self._entities = cedarpy.Entities.from_json_str("[]")

    def allows(self, facts: Facts) -> bool:
        """Whether Cedar allows; raise `EngineFailed` for any error or an answer that is none."""
        result = self.ask(facts)
        if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            raise EngineFailed(errors=len(result.diagnostics.errors))
        return result.decision is cedarpy.Decision.Allow

    def ask(self, facts: Facts) -> cedarpy.AuthzResult:
        """Return Cedar's answer about a whole request; raise `EngineFailed` for what it cannot take."""
        context = {name: getattr(facts, name) for name in ATTRIBUTES}
        try:
            request = {
                "principal": {"type": "Party", "id": "asking"},
                "action": {"type": "Action", "id": facts.action},
                "resource": {"type": "Service", "id": facts.service},
                "context": msgspec.json.encode(context).decode(),
            }
            return cedarpy.is_authorized(request, self._policies, self._entities, self._schema)
        except (ValueError, TypeError) as error:  # what Cedar or the encoder cannot take
            raise EngineFailed(errors=1) from error
