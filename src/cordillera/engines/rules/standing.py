"""What each test of a rule is worth as a ground: what sets a traveller apart, and what only seems to.

A ground excludes what is ordinary. The table says, fact by fact, what most travellers are: a test that more
than three quarters of that range pass (an age of at least 1 year, any age but 33), or that asks only whether
something is known, is `COMMON` (ADR 0090). What is the same for all aboard, where somebody comes from or goes
to, where they bought, whether they need a visa, and the series of their document is `ROUTE`: each is open to
be used for a country (ADR 0080). Bounds are on purpose wide; what passes
them and still tells nobody apart is found by the pre-test on history.

>>> from cordillera.engines.rules.plain import InRange
>>> standing(InRange("traveller.age", 1, 200), wanted=True).value
'common'
>>> standing(InRange("traveller.age", 0, 17), wanted=True).value
'ground'
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Final

from cordillera.engines.rules.model import Quantity, Relation
from cordillera.engines.rules.plain import HasPart, InRange, InTexts, IsUnknown, Pair, Test
from cordillera.engines.rules.schema import FACTS, Ground
from cordillera.engines.rules.units import Kind, whole

ORDINARY_TABLE: Final = """
traveller.age 18 60 years
traveller.journeys 0 1
traveller.journeys_year 0 1
traveller.frequent_flyer no
traveller.bags_declared 1 2
traveller.bags_weight 5 30 kg
traveller.visa no
traveller.unaccompanied_minor no
itinerary.segments 1 2
itinerary.travellers 1 2
itinerary.one_way no
itinerary.transit_longest 0 240 min
itinerary.transit_total 0 480 min
itinerary.booked_before 3 60 days
itinerary.checked_in_before 3 24 h
itinerary.stay 7 30 days
itinerary.changes 0 0
itinerary.split no
itinerary.fare 200 700 USD
agency.bookings_week 25 200
document.days_left 365 1825 days
document.reported_lost no
document.check_failed no
bag.weight 10 20 kg
bag.pooled no
bag.pool_owner yes
bag.tagged_before 90 180 min
seat.changes 0 1
payment.amount 200 700 USD
payment.card_uses 1 1
companion.age 18 60 years
companion.same_booking no
companion.same_payment no
companion.journeys_shared 0 0
companion.bags 1 2
companion.seated_beside yes
segment.wait 60 240 min
contact.shared_with 0 0
contact.changed no
"""
"""What most travellers are, from one value to another: a bound of law, not a measurement of anybody."""
MOST_TABLE: Final = """
traveller.age 100 years
traveller.journeys 500
traveller.journeys_year 200
traveller.bags_declared 50
traveller.bags_weight 1000 kg
itinerary.segments 30
itinerary.travellers 1000
itinerary.changes 100
itinerary.stay 3650 days
itinerary.booked_before 730 days
itinerary.fare 100000 USD
agency.bookings_week 2000
document.days_left 7300 days
bag.weight 100 kg
seat.changes 100
payment.amount 100000 USD
payment.card_uses 500
companion.age 100 years
companion.journeys_shared 500
companion.bags 50
contact.shared_with 500
"""
"""The most of each that somebody has; what asks for more exonerates nobody."""
MOST_THINGS: Final = 50
ORDINARY_TEXTS: Final = {"payment.method": {"CARD"}, "segment.status": {"HK"}, "itinerary.trip": {"RETURN"}}
ORDINARY_THINGS: Final = {
    "document": 2, "bag": 2, "seat": 4, "payment": 1, "companion": 4, "segment": 4, "contact": 3,
}  # fmt: skip
"""How many things of a set are not many."""
ROUTE: Final = frozenset(
    {
        "itinerary.origin", "itinerary.destination", "agency.city", "agency.code", "document.type",
        "bag.destination", "traveller.visa",
        "segment.carrier", "segment.origin", "segment.destination", "segment.departure_utc",
        "segment.departure_local", "segment.departure_time",
    }
    | {name for name in FACTS if name.startswith("flight.")}
)  # fmt: skip
_TIMES: Final = frozenset(
    {"flight.codeshare", "flight.duration"}
    | {name for name, fact in FACTS.items() if fact.kind in {Kind.UTC, Kind.LOCAL, Kind.TIME}}
)
"""Facts of a flight that are no place."""
_SHARED: Final = frozenset({"traveller.role", "contact.kind"})
_ONE_THING: Final = frozenset({"document.number", "bag.tag", "seat.number"})
_VISA: Final = "traveller.visa"
_MOST_LEFT: Final = (3, 4)
"""The largest share of the ordinary that a ground may let pass (ADR 0090)."""
_SHORT: Final = {Kind.DAY: 31, Kind.UTC: 31 * 1440, Kind.LOCAL: 31 * 1440}


class Standing(StrEnum):
    """What a test is worth as a ground of a rule."""

    GROUND = "ground"
    COUNTRY = "country"
    ROUTE = "route"
    COMMON = "common"


def _ordinary() -> dict[str, tuple[int, int]]:
    found = {}
    for name, *told in map(str.split, ORDINARY_TABLE.strip().splitlines()):
        if told[0] in {"yes", "no"}:
            found[name] = (int(told[0] == "yes"),) * 2
            continue
        unit = told[2] if len(told) > 2 else ""
        low, high = (whole(Quantity(Decimal(one), unit), FACTS[name].kind) for one in told[:2])
        found[name] = (low, high)
    return found


ORDINARY: Final = _ordinary()


def _most() -> dict[str, int]:
    rows = (line.split() for line in MOST_TABLE.strip().splitlines())
    told = ((name, Quantity(Decimal(most), *unit)) for name, most, *unit in rows)
    return {name: whole(most, FACTS[name].kind) for name, most in told}


MOST: Final = _most()


def standing(test: Test, *, wanted: bool) -> Standing:  # noqa: PLR0911 - one for each kind of test
    """Return what a test is worth where it is wanted to be true, or not to be."""
    names = {test.fact, getattr(test, "other", test.fact)}
    if any(FACTS[name].ground is Ground.COUNTRY for name in names):
        return Standing.COUNTRY
    match test:
        case IsUnknown():
            return Standing.COMMON
        case Pair():
            return _of_pair(test, names, wanted=wanted)
        case InTexts() | HasPart() if test.fact in ROUTE and not wanted:
            return Standing.COMMON  # nearly everybody is not on one flight
        case HasPart():
            return Standing.ROUTE  # a part of a number or code is a series
        case _ if test.fact in ROUTE:
            return Standing.ROUTE
        case InRange(name, low, high):
            excludes = _range_excludes(name, (low, high), wanted=wanted)
        case InTexts(name, texts):
            usual = ORDINARY_TEXTS.get(name, set())
            excludes = (not usual or not usual <= {*texts}) if wanted else bool(usual & {*texts})
            excludes = excludes and name not in _SHARED
    return Standing.GROUND if excludes else Standing.COMMON


def _of_pair(pair: Pair, names: set[str], *, wanted: bool) -> Standing:
    """A bag that goes elsewhere than its owner is a ground; two texts that differ are the rule."""
    differs = pair.relation is Relation.EQ and not wanted
    if "bag.destination" in names and differs:
        return Standing.GROUND
    if names & ROUTE:
        return Standing.ROUTE
    return Standing.COMMON if differs else Standing.GROUND


def _range_excludes(name: str, limits: tuple[int, int], *, wanted: bool) -> bool:
    """Whether a range, or all outside it, leaves out some of the ordinary."""
    low, high = limits
    if name not in ORDINARY:  # a day: it says something when it is one of few
        return wanted and high - low <= _SHORT.get(FACTS[name].kind, -1)
    within = ordinary_in(name, [limits])
    return leaves_out(name, within if wanted else _span(name) - within)


def _span(name: str) -> int:
    first, last = ORDINARY[name]
    return last - first + 1


def ordinary_in(name: str, ranges: Iterable[tuple[int, int]]) -> int:
    """Return how many of the ordinary values of a fact lie in one of some ranges."""
    first, last = ORDINARY[name]
    covered, at = 0, first
    for low, high in sorted(ranges):
        begins, ends = max(low, at), min(high, last)
        if begins <= ends:
            covered, at = covered + ends - begins + 1, ends + 1
    return covered


def leaves_out(name: str, passing: int) -> bool:
    """Tell whether a test that so many ordinary values pass leaves out a quarter of them or more."""
    return _MOST_LEFT[1] * passing <= _MOST_LEFT[0] * _span(name)


def tells_place(test: Test, *, wanted: bool) -> bool:
    """Tell whether a test chooses by place, carrier, seller or kind or series of document, or by no visa.

    Two facts of one traveller against each other choose none.
    """
    if test.fact == _VISA:
        return isinstance(test, InRange) and (test.low <= 0 <= test.high) is wanted
    if isinstance(test, IsUnknown | Pair):
        return False
    series = isinstance(test, HasPart) and test.fact != "seat.number"
    return (test.fact in ROUTE or series) and test.fact not in _TIMES


def speaks(test: Test) -> bool:
    """Whether an exonerating test says something of the traveller: not of a flight, route or one number."""
    names = {test.fact, getattr(test, "other", test.fact)}
    return not isinstance(test, IsUnknown) and not names & (ROUTE - {_VISA} | _ONE_THING)
