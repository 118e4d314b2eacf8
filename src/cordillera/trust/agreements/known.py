"""What both judges allowed of an agreement, kept part by part: no person, no case, no whole request.

`cedar.py` gives each policy to a part of the facts, and the compiler has Cedar check that a part's policies
see nothing else. Once a request was allowed, each of its parts breaks no policy, in this use (service and
action, where a policy of the part names them); a request all of whose parts were allowed before is allowed.
A number counts as the band between two constants that it is compared with; a list counts item by item where
the part says how items add up. See docs/adr/0022.

The questions "are all parts of this request known?" of a use are one expression, written from the names of
attributes in `cedar.py` and nothing else: no value of an agreement or a request can turn into code.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from cordillera.trust.agreements.cedar import ATTRIBUTES
from cordillera.trust.agreements.compile import CompiledPart
from cordillera.trust.agreements.facts import MAX_NUMBER, NOT_GIVEN, Facts

KEPT_ANSWERS: Final = 20_000
_COMPARED = re.compile(r"\bcontext\.(\w+) (>=|>|<=|<) (\d+)\b")
_NAMED = re.compile(r"\bcontext\.(\w+)\b")

Use = tuple[str, ...]
Known = Callable[[Facts], bool]


class KnownPart:
    """What was allowed of one part of the facts, by use."""

    def __init__(self, compiled: CompiledPart) -> None:
        self.over = compiled.part.over
        self.names = tuple(compiled.part.attributes)
        self.bands = _bands(compiled)
        uses = (("action", "action in "), ("service", "resource == "))
        self._used = tuple(name for name, mark in uses if mark in compiled.text)
        self._known: dict[Use, set[Any]] = {}
        self._key = _made(f"lambda facts: {self.key('bands')}", "bands")(self.bands)

    def key(self, bands: str) -> str:
        """Return the expression of what is kept; `bands` is how it calls the bands."""
        read = [
            f"bisect({bands}[{name!r}], facts.{name})" if name in self.bands else f"facts.{name}"
            for name in self.names
        ]
        return read[0] if len(read) == 1 else f"({', '.join(read)})"

    def known(self, facts: Facts) -> set[Any]:
        """Return what is known for the use that these facts are about."""
        return self._known.setdefault(tuple(getattr(facts, name) for name in self._used), set())

    def keep(self, facts: Facts) -> None:
        """Remember that both judges allowed a request with these facts."""
        if self.kept >= KEPT_ANSWERS:
            for known in self._known.values():
                known.clear()
        key = self._key(facts)
        if not self.over:
            self.known(facts).add(key)
        elif self.over == "each" or len(key) == 1:  # of several, nobody knows which one counted
            self.known(facts).update(key)

    def narrowed(self, facts: Facts) -> Iterator[Facts]:
        """Where one item of several is enough: the same facts with each item alone, to find which counts."""
        (name, *_) = self.names
        if self.over == "any" and len(getattr(facts, name)) > 1:
            for item in getattr(facts, name):
                yield msgspec.structs.replace(facts, **{name: (item,)})

    @property
    def kept(self) -> int:
        """How many are kept."""
        return sum(map(len, self._known.values()))


def knowing(parts: Sequence[KnownPart], facts: Facts) -> Known:
    """Return the question whether all parts of a request are known, for the use that `facts` are about."""
    tests = " and ".join(_test(part, place) for place, part in enumerate(parts))
    given = [part.known(facts) for part in parts] + [part.bands for part in parts]
    named = [f"known{place}" for place in range(len(parts))] + [
        f"bands{place}" for place in range(len(parts))
    ]
    made: Known = _made(f"lambda facts: {tests}", ", ".join(named))(*given)
    return made


def _test(part: KnownPart, place: int) -> str:
    """Return the test of one part; a number outside its range, or no number, is never known."""
    key, known = part.key(f"bands{place}"), f"known{place}"
    if part.over == "each":
        return f"{key} and {known}.issuperset({key})"
    if part.over == "any":
        return f"not {known}.isdisjoint({key})"
    ranges = [
        f"type(facts.{name}) is int and {NOT_GIVEN} <= facts.{name} <= {MAX_NUMBER} and "
        for name in part.names
        if name in part.bands
    ]
    return f"{''.join(ranges)}{key} in {known}"


@lru_cache(maxsize=64)
def _made(text: str, given: str) -> Callable[..., Callable[[Facts], Any]]:
    """Return what makes that function of facts, once it is given sets and bands."""
    space = {"__builtins__": {"type": type, "int": int}, "bisect": bisect_right}
    made: Callable[..., Callable[[Facts], Any]] = eval(f"lambda {given}: {text}", space)  # noqa: S307 - names of our own attributes only
    return made


def _bands(compiled: CompiledPart) -> Mapping[str, tuple[int, ...]]:
    """Return the first number of each band, for the numbers that policies only compare with constants.

    A number that is used in any other way has no bands: it counts as it is.
    """
    firsts: dict[str, list[int]] = {}
    for name, sign, constant in _COMPARED.findall(compiled.text):
        firsts.setdefault(name, []).append(int(constant) + (sign in {">", "<="}))
    named = _NAMED.findall(compiled.text)
    return {
        name: tuple(sorted({NOT_GIVEN, *found}))
        for name, found in firsts.items()
        if named.count(name) == len(found) and ATTRIBUTES.get(name) == "Long"
    }
