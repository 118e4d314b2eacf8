"""Alternatives taken together: what each of them leaves out may be what the others let in (ADR 0090).

"Under 40 or over 41 years" leaves out next to nobody, though each half leaves out many. Before the lint asks
what a condition rests on, ranges of one fact that are alternatives become one, and so do alternatives about
any thing of one set. What lets more than three quarters of the ordinary pass in all is true.

>>> from cordillera.engines.rules.plain import InRange
>>> older, younger = InRange("traveller.age", 41, 200), InRange("traveller.age", 0, 39)
>>> together(Some((older, younger))) == TRUE, together(Some((younger,))) == TRUE
(True, False)
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from cordillera.engines.rules.plain import FALSE, TRUE, All, AtLeast, InRange, Not, Plain, Some
from cordillera.engines.rules.standing import ORDINARY, leaves_out, ordinary_in
from cordillera.engines.rules.units import LARGEST

_OPPOSITE: Final = {TRUE: FALSE, FALSE: TRUE}


def together(node: Plain, *, wanted: bool = True) -> Plain:
    """Return a condition whose alternatives are taken together, where it is wanted to hold or not to."""
    match node:
        case Not(of):
            return Not(together(of, wanted=not wanted))
        case AtLeast(count, name, where):
            return AtLeast(count, name, together(where, wanted=wanted))
        case All(of) | Some(of):
            parts = tuple(together(part, wanted=wanted) for part in of)
            if isinstance(node, Some) is wanted:
                return _one(parts, wanted=wanted)
            return All(parts) if isinstance(node, All) else Some(parts)
    return node


def _one(parts: tuple[Plain, ...], *, wanted: bool) -> Plain:
    """Alternatives (or, where nothing of it is wanted, conditions) as one."""
    flat = [*_flat(parts, wanted=wanted)]
    whole = Some if wanted else All
    ranges: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    things: defaultdict[str, list[Plain]] = defaultdict(list)
    for part in flat:
        for name, limits in _ranges(part, wanted=wanted):
            ranges[name].append(limits)
        inner = part if wanted else part.of if isinstance(part, Not) else None
        if isinstance(inner, AtLeast) and inner.count == 1:
            things[inner.set].append(inner.where)
    if any(
        len(found) > 1 and not leaves_out(name, ordinary_in(name, found)) for name, found in ranges.items()
    ):
        return TRUE if wanted else FALSE
    merged = (
        AtLeast(1, name, together(Some(tuple(where)))) for name, where in things.items() if len(where) > 1
    )
    return whole((*flat, *(one if wanted else Not(one) for one in merged)))


def _flat(parts: Iterable[Plain], *, wanted: bool) -> Iterator[Plain]:
    for part in parts:
        if isinstance(part, Some if wanted else All):
            yield from _flat(part.of, wanted=wanted)
        else:
            yield part


def _ranges(part: Plain, *, wanted: bool) -> Iterator[tuple[str, tuple[int, int]]]:
    """The ranges in which an alternative helps the rule; none for what is no range."""
    inner = part.of if isinstance(part, Not) else part
    if not isinstance(inner, InRange) or inner.fact not in ORDINARY:
        return
    if (inner is part) is wanted:
        yield inner.fact, (inner.low, inner.high)
    else:
        yield inner.fact, (-LARGEST, inner.low - 1)
        yield inner.fact, (inner.high + 1, LARGEST)
