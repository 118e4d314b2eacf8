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
from collections.abc import Callable, Iterator
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
        self._known = tuple(part.is_known for part in self._parts)

    def judge(self, facts: Facts) -> Verdict:
        """Try every policy; raise `EngineFailed` when one cannot be tried or Cedar does not agree."""
        try:
            permitted, broken = self._translated(facts)
        except TypeError as error:
            raise EngineFailed(errors=1) from error
        if broken or not permitted:
            return Verdict(allow=False, broken=broken)
        for is_known in self._known:
            if not is_known(facts):
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
    """What Cedar allowed of one part of the facts: `is_known` tells whether that covers a request."""

    def __init__(self, compiled: CompiledPart) -> None:
        self.known: set[Key] = set()
        self._over = compiled.part.over
        names, band = _question(compiled), _band(compiled)
        number = next(iter(band), "")
        self._listed = names[-1] if self._over else ""
        read = _reader(tuple(name for name in names if name not in {self._listed, number}))
        if number:
            self._key = _numbered(read, attrgetter(number), band[number])
        else:
            self._key = read
        tell = {"": _knows_whole, "each": _knows_each, "any": _knows_any}[self._over]
        self.is_known = tell(self._key, attrgetter(self._listed or names[-1]), self.known)

    def keep(self, facts: Facts) -> None:
        """Remember that Cedar allowed a request with these facts."""
        if len(self.known) >= KEPT_ANSWERS:
            self.known.clear()
        key = self._key(facts)
        items = getattr(facts, self._listed) if self._over else ()
        if not self._over:
            self.known.add(key)
        elif self._over == "each" or len(items) == 1:  # of several, nobody knows which one counted
            self.known.update((*key, item) for item in items)

    def narrowed(self, facts: Facts) -> Iterator[Facts]:
        """Where one item of several is enough: the same facts with each item alone, to find which counts."""
        if self._over == "any" and len(getattr(facts, self._listed)) > 1:
            for item in getattr(facts, self._listed):
                yield msgspec.structs.replace(facts, **{self._listed: (item,)})


Read = Callable[[Facts], Key]
Items = Callable[[Facts], tuple[str, ...]]
Known = Callable[[Facts], bool]


def _knows_whole(key: Read, _: Items, known: set[Key]) -> Known:
    """Return whether these facts were allowed."""
    return lambda facts: key(facts) in known


def _knows_each(key: Read, items: Items, known: set[Key]) -> Known:
    """Return whether there is an item, and each was allowed beside these other facts."""

    def is_known(facts: Facts) -> bool:
        first, listed = key(facts), items(facts)
        return bool(listed) and known.issuperset([(*first, item) for item in listed])

    return is_known


def _knows_any(key: Read, items: Items, known: set[Key]) -> Known:
    """Return whether some item was allowed alone beside these other facts."""

    def is_known(facts: Facts) -> bool:
        first = key(facts)
        return not known.isdisjoint([(*first, item) for item in items(facts)])

    return is_known


def _numbered(read: Read, number: Callable[[Facts], object], firsts: tuple[int, ...]) -> Read:
    """Return the key with the first number of the band in which the number lies."""

    def key(facts: Facts) -> Key:
        value = number(facts)
        if type(value) is not int or not NOT_GIVEN <= value <= MAX_NUMBER:
            raise EngineFailed(errors=1)
        return (*read(facts), firsts[bisect_right(firsts, value) - 1])

    return key


def _question(compiled: CompiledPart) -> tuple[str, ...]:
    """Return what the answer depends on: action and service if any policy names them, then the facts."""
    uses = (("action", "action in "), ("service", "resource == "))
    return (*(name for name, mark in uses if mark in compiled.text), *compiled.part.attributes)


def _reader(names: tuple[str, ...]) -> Read:
    """Return what reads these facts as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    read = attrgetter(names[0])
    return lambda facts: (read(facts),)


def _band(compiled: CompiledPart) -> dict[str, tuple[int, ...]]:
    """Return the first number of each band, for the number that policies only compare with constants.

    A number that is used in any other way has no bands: it counts as it is.
    """
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
        self._entities = cedarpy.Entities.from_json_str("[]", self._schema)

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
