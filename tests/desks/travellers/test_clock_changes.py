"""Flights in the nights when clocks are changed: minutes as a careful person counts them, or unknown."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.engines.rules.written import written

from cordillera.desks.travellers.itinerary_places import _places, town_of
from cordillera.desks.travellers.itinerary_view import itinerary_of
from cordillera.desks.travellers.reservation_views import BookedLeg
from cordillera.desks.travellers.zones import moment_at, zone_of
from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.pnrgov_model import Bag, CheckIn, Leg, Pnr, PnrTraveller
from cordillera.engines.rules.bulk import bulk_hits
from cordillera.engines.rules.columns import columns_of
from cordillera.engines.rules.core import raises
from cordillera.engines.rules.duckdb_store import load, query_hits
from cordillera.engines.rules.facts import Facts
from cordillera.engines.rules.incremental import RuleBook
from cordillera.engines.rules.pnr_facts import Told, Version, Where, facts_of_reservation

NIGHTS = (
    # port, arrives, departs (the clocks show 150 minutes in between where a number is told), minutes
    ("AMS", "2026-10-25T01:30", "2026-10-25T04:00", 210),  # 23:30 to 03:00 UTC
    ("AMS", "2026-03-29T01:30", "2026-03-29T04:00", 90),  # 00:30 to 02:00 UTC
    ("AMS", "2026-10-24T01:30", "2026-10-24T04:00", 150),
    ("JFK", "2026-11-01T00:30", "2026-11-01T03:00", 210),  # 04:30 to 08:00 UTC
    ("JFK", "2026-03-08T01:30", "2026-03-08T04:00", 90),  # 06:30 to 08:00 UTC
    ("SCL", "2026-04-04T22:30", "2026-04-05T01:00", 210),  # 01:30 to 05:00 UTC
    ("SCL", "2026-09-05T23:00", "2026-09-06T01:30", 90),  # 03:00 to 04:30 UTC
    ("AMS", "2026-10-25T00:30", "2026-10-25T02:30", None),  # half past two comes twice
    ("AMS", "2026-03-29T01:00", "2026-03-29T02:30", None),  # half past two never comes
    ("JFK", "2026-11-01T01:30", "2026-11-01T04:00", None),
    ("JFK", "2026-03-08T02:30", "2026-03-08T04:00", None),
    ("SCL", "2026-04-04T23:30", "2026-04-05T02:00", None),
    ("SCL", "2026-09-05T23:00", "2026-09-06T00:30", None),
    ("ZZZ", "2026-10-25T01:30", "2026-10-25T04:00", 150),  # nobody knows its clock
)
UNLESS = "unless itinerary.segments >= 9"


def field(text: str) -> Field:
    return Field(text, 0, len(text))


def leg(origin: str, destination: str, departs: str, arrives: str) -> Leg:
    return Leg(0, 1, *map(field, (origin, destination, departs, arrives, "XA", "12")))


def facts_of(*legs: Leg) -> Facts:
    """The facts of one traveller who is booked on these flights, about the last of them."""
    pnr = Pnr(0, 9, (), travellers=(PnrTraveller(0, 1, "1", None, None),), legs=legs)
    (facts,) = facts_of_reservation(Told(pnr, (Version(pnr, "m"),)), Where(legs[-1], moment_at, town=town_of))
    return facts


def over(port: str, arrives: str, departs: str) -> Facts:
    return facts_of(
        leg("UIO", port, "2026-01-01T10:00", arrives), leg(port, "CDG", departs, "2026-12-30T09:00")
    )


def value(facts: Facts, name: str) -> object:
    return facts.facts[name].value if name in facts.facts else None


@pytest.mark.parametrize(("port", "arrives", "departs", "minutes"), NIGHTS)
def test_a_wait_over_a_change_of_clocks_is_the_time_that_passes_or_unknown(port, arrives, departs, minutes):
    facts = over(port, arrives, departs)
    waited = facts.things("segment").things[1].get("segment.wait")
    assert (None if waited is None else waited.value) == minutes
    assert [value(facts, f"itinerary.transit_{name}") for name in ("longest", "total")] == [minutes] * 2
    legs = (
        BookedLeg("XA1", "UIO", port, "2026-01-01T10:00", arrives, ""),
        BookedLeg("XA2", port, "CDG", departs, "", ""),
    )
    assert itinerary_of(legs, None).steps[0].stop == minutes  # the page says what the rule reads


@pytest.mark.parametrize(
    ("port", "local", "utc"),
    [
        ("AMS", "2026-10-25T02:30", None),
        ("AMS", "2026-10-25T03:00", "2026-10-25T02:00Z"),
        ("AMS", "2026-03-29T02:30", None),
        ("AMS", "2026-03-29T03:00", "2026-03-29T01:00Z"),
        ("JFK", "2026-11-01T01:30", None),
        ("JFK", "2026-11-01T02:00", "2026-11-01T07:00Z"),
        ("JFK", "2026-03-08T02:30", None),
        ("SCL", "2026-04-04T23:30", None),
        ("SCL", "2026-04-05T00:00", "2026-04-05T04:00Z"),
        ("SCL", "2026-09-06T00:30", None),
        ("SCL", "2026-09-06T01:00", "2026-09-06T04:00Z"),
    ],
)
def test_a_departure_that_clocks_show_twice_or_never_has_a_local_time_and_no_utc(port, local, utc):
    facts = facts_of(leg(port, "UIO", local, "2026-12-30T09:00"))
    rules = [
        written(f'rule a "A" for terrorism when {told} {UNLESS}')
        for told in (
            f"flight.departure_local = {local}",
            "flight.departure_utc is unknown",
            f"flight.departure_utc = {utc or '2026-01-01T00:00Z'}",
            f"not flight.departure_utc < {utc or '2026-01-01T00:00Z'}",
        )
    ]
    wanted = [True, utc is None, utc is not None, utc is not None]
    assert by_all(rules, [facts]) == [[0] if one else [] for one in wanted]


def by_all(rules, travellers) -> list[list[int]]:
    """The hits of each rule, on which reference, kernel, incremental evaluator and DuckDB agree."""
    hits = [[at for at, facts in enumerate(travellers) if raises(one.rule, facts)] for one in rules]
    assert [rows.tolist() for rows in bulk_hits(rules, columns_of(travellers))] == hits
    book = RuleBook(rules)
    raised = [set(book.raised(facts)) for facts in travellers]
    assert [[at for at, found in enumerate(raised) if rule in found] for rule in range(len(rules))] == hits
    with load(columns_of(travellers)) as history:
        assert query_hits(rules, history) == hits
    return hits


def test_all_evaluators_find_the_waits_that_a_person_counts():
    travellers = [over(*night[:3]) for night in NIGHTS]
    asked = ("< 2 h", "between 2 h and 3 h", "> 3 h", "is unknown")
    rules = [
        written(f'rule a "A" for terrorism when itinerary.transit_longest {told} {UNLESS}') for told in asked
    ]
    rules.append(written(f'rule b "B" for terrorism when any segment (wait > 3 h) {UNLESS}'))
    minutes = [night[3] for night in NIGHTS]
    short, middle, long, unknown = (
        [at for at, one in enumerate(minutes) if one == told] for told in (90, 150, 210, None)
    )
    assert by_all(rules, travellers) == [short, middle, long, unknown, long]


def test_a_flight_over_the_change_lasts_as_long_as_it_flies():
    facts = facts_of(leg("JFK", "AMS", "2026-10-24T18:00", "2026-10-25T06:30"))  # 22:00 to 05:30 UTC
    assert value(facts, "flight.duration") == 450
    facts = facts_of(leg("JFK", "AMS", "2026-10-24T14:00", "2026-10-25T02:30"))
    assert value(facts, "flight.duration") is None


@pytest.mark.parametrize(
    ("port", "at", "departs", "minutes"),
    [
        ("AMS", "2026-10-24T23:30", "2026-10-25T04:00", 330),  # 21:30 to 03:00 UTC
        ("AMS", "2026-03-28T23:30", "2026-03-29T04:00", 210),  # 22:30 to 02:00 UTC
        ("AMS", "2026-10-25T02:30", "2026-10-25T04:00", None),  # half past two comes twice
        ("ZZZ", "2026-10-24T23:30", "2026-10-25T04:00", 270),  # nobody knows its clock
    ],
)
def test_who_checked_in_before_a_change_of_clocks_did_so_as_long_before_as_passed(port, at, departs, minutes):
    bag = Bag(pieces=field("1"), tag=field("0016000001"))
    flight = msgspec.structs.replace(
        leg(port, "UIO", departs, "2026-12-30T09:00"), check_ins=(CheckIn("1", field(at), bags=(bag,)),)
    )
    facts = facts_of(flight)
    assert value(facts, "itinerary.checked_in_before") == minutes
    tagged = facts.things("bag").things[0].get("bag.tagged_before")
    assert (None if tagged is None else tagged.value) == minutes


def test_every_airport_whose_place_is_known_has_a_zone_that_fits_its_longitude():
    for code, place in _places().items():
        zone = zone_of(code, "")
        assert not zone.assumed, code
        offset = datetime(2026, 1, 15, tzinfo=ZoneInfo(zone.name)).utcoffset().total_seconds() / 3600
        apart = abs(offset - place.lon / 15)
        assert min(apart, 24 - apart) < 2.5, code


@pytest.mark.parametrize(
    ("port", "utc"),
    [
        ("NAN", "2026-06-10T00:00Z"),  # UTC+12
        ("TBU", "2026-06-09T23:00Z"),  # +13
        ("CXI", "2026-06-09T22:00Z"),  # +14
        ("PPT", "2026-06-10T22:00Z"),  # -10
        ("NHV", "2026-06-10T21:30Z"),  # -9:30
        ("PPG", "2026-06-10T23:00Z"),  # -11
        ("IPC", "2026-06-10T18:00Z"),  # -6
        ("QQQ", ""),
    ],
)
def test_noon_in_the_pacific_is_when_it_is_there_and_nowhere_else(port, utc):
    assert moment_at(port, "2026-06-10T12:00") == utc
