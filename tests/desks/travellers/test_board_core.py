"""The board says how long is left, what came, what is missing or late, and which hours hold."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from cordillera.desks.travellers.board_core import (
    BoardFlight,
    BoardQuery,
    Countdown,
    Counted,
    DayFlight,
    PartState,
    arrival,
    chosen,
    countdown,
    counted_in,
    departure,
    load_of,
    moved_by,
    newest,
)
from cordillera.desks.travellers.model import Note
from cordillera.desks.travellers.quality_core import CLOSING, Judging
from cordillera.desks.travellers.zones import to_utc, zone_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOME = "America/Guayaquil"
CAME, AWAITED, MISSING = PartState


def flight(ident: int = 1, **said: object) -> DayFlight:
    """A flight from Bogotá that lands in Quito at 13:00 there, announced a day before."""
    usual = {
        "id": UUID(int=ident),
        "number": "XA12",
        "origin": "BOG",
        "destination": "UIO",
        "departs_local": "2026-11-21T11:30",
        "arrives_local": "2026-11-21T13:00",
        "arrives_zone": HOME,
        "zone_assumed": False,
        "arrives_at": to_utc("2026-11-21T13:00", HOME),
        "closed": False,
        "messages": 1,
        "partial": 0,
        "findings": 0,
        "worst": "",
        "first_at": NOW - timedelta(days=1),
        "last_at": NOW,
        "pushes": 0,
        "interactive": 0,
        "listed": False,
        "crewed": False,
    }
    return DayFlight(**{**usual, **said})


def judged(one: DayFlight, now: datetime):
    return load_of(one, departure(one, HOME)[0], Judging(now, HOME))


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(hours=2, minutes=30), Countdown(False, 0, 2, 30)),
        (timedelta(seconds=1), Countdown(False, 0, 0, 1)),
        (timedelta(0), Countdown(True, 0, 0, 0)),
        (timedelta(minutes=-90), Countdown(True, 0, 1, 30)),
        (timedelta(days=3, hours=1), Countdown(False, 3, 1, 0)),
    ],
)
def test_a_countdown_tells_what_is_left_or_past(left, told):
    assert countdown(NOW + left, NOW) == told


def test_a_departure_is_in_the_zone_of_its_own_port():
    at, zone = departure(flight(origin="MAD", departs_local="2026-11-21T11:30"), HOME)
    assert (at, zone) == (datetime(2026, 11, 21, 10, 30, tzinfo=UTC), zone_of("MAD", HOME))
    at, zone = departure(flight(origin="ZZZ"), HOME)
    assert (at, zone.assumed) == (None, True)
    assert departure(flight(departs_local="2026-11-21"), HOME)[0] is None
    assert departure(flight(departs_local="soonT"), HOME)[0] is None


@pytest.mark.parametrize("local", ["2026-10-25T02:30", "2026-03-29T02:30"])
def test_an_hour_that_clocks_show_twice_or_never_is_no_moment_to_count_down_to(local):
    there = {"arrives_zone": "Europe/Amsterdam", "arrives_at": to_utc(local, "Europe/Amsterdam")}
    assert arrival(flight(destination="AMS", arrives_local=local, **there)) is None
    assert departure(flight(origin="AMS", departs_local=local), HOME)[0] is None
    later = local.replace("T02", "T05")
    assert departure(flight(origin="AMS", departs_local=later), HOME)[0] is not None


def test_an_arrival_at_a_port_of_an_unknown_zone_is_not_guessed():
    assert arrival(flight()) == to_utc("2026-11-21T13:00", HOME)
    nowhere = flight(origin="QQQ", destination="QQQ", zone_assumed=True)
    assert arrival(nowhere) is None
    assert judged(nowhere, NOW + timedelta(days=9)).faults == 0


def test_what_has_not_come_is_awaited_until_it_should_have():
    leaves = departure(flight(), HOME)[0]
    states = [
        [state for _, state in judged(flight(listed=True), leaves + after).parts]
        for after in (timedelta(0), timedelta(minutes=31), CLOSING + timedelta(minutes=1))
    ]
    assert states[0] == [AWAITED, CAME, AWAITED, AWAITED]
    assert states[1] == [MISSING, CAME, MISSING, AWAITED]
    assert states[2] == [MISSING, CAME, MISSING, MISSING]
    whole = judged(flight(listed=True, crewed=True, closed=True, pushes=2), leaves + timedelta(days=1))
    assert (whole.faults, whole.pushes) == (0, 2)


def test_a_flight_without_hours_is_never_said_to_miss_anything():
    unknown = flight(departs_local="", arrives_at=None)
    assert {state for _, state in judged(unknown, NOW + timedelta(days=99)).parts} == {AWAITED}


def test_a_list_that_comes_long_after_departure_is_late():
    leaves = departure(flight(), HOME)[0]
    assert not judged(flight(first_at=leaves + timedelta(minutes=30)), leaves).late
    assert judged(flight(first_at=leaves + timedelta(minutes=31)), leaves).late


def test_counts_that_differ_are_told_and_nothing_else():
    notes = [
        Note("paxlst.traveller_count", "warning", 9, "CNT 42 declares 206, found 260"),
        Note("paxlst.traveller_count", "warning", 9, "CNT 42 declares 206, found 260"),
        Note("paxlst.traveller_count", "warning", 9, "CNT 41 declares 6, found 5"),
        Note("pnrgov.pnr_count", "warning", 9, "EQN declares 5, found 4"),
        Note("paxlst.traveller_count", "warning", 9, "CNT 42 declares nothing, which is no count"),
        Note("edifact.rubbish", "warning", 9, "CNT 42 declares 1, found 2"),
    ]
    assert counted_in(notes) == (
        Counted("passengers", 206, 260),
        Counted("crew", 6, 5),
        Counted("reservations", 5, 4),
    )


def test_of_two_announcements_of_one_flight_the_last_told_holds_and_says_by_how_much_it_moved():
    early = flight(1, number="XA012", last_at=NOW - timedelta(hours=5), first_at=NOW - timedelta(hours=6))
    late = flight(2, arrives_at=early.arrives_at + timedelta(minutes=40), last_at=NOW)
    other = flight(3, number="XA13")
    flights = (early, late, other)
    holds = newest(flights)
    assert {one: held.id for one, held in holds.items()} == {early.id: late.id, late.id: late.id}
    assert [moved_by(one, holds, flights) for one in flights] == [0, 40, 0]


def line(ident: int, **said: object) -> BoardFlight:
    one = flight(
        ident, **{name: value for name, value in said.items() if name in DayFlight.__struct_fields__}
    )
    at, zone = departure(one, HOME)
    shared = {
        name: getattr(one, name)
        for name in DayFlight.__struct_fields__
        if name in BoardFlight.__struct_fields__
    }
    made = BoardFlight(
        **shared, travellers=0, crew=0, departs_at=at, departs_zone=zone, to_departure=None, to_arrival=None,
        load=judged(one, NOW), decided=0,
    )  # fmt: skip
    return msgspec.structs.replace(
        made, **{key: value for key, value in said.items() if key not in DayFlight.__struct_fields__}
    )


def test_the_board_is_filtered_and_sorted_as_its_address_says():
    lines = [
        line(1, number="XB7", arrives_at=NOW + timedelta(hours=3), pending=2),
        line(2, number="XA12", arrives_at=NOW + timedelta(hours=1), partial=1, status="landed"),
        line(3, number="AA1", origin="MIA", arrives_at=None),
    ]

    def ids(**wanted):
        return [one.id.int for one in chosen(lines, BoardQuery(**wanted))]

    assert ids() == [2, 1, 3]
    assert ids(sort="flight") == [3, 2, 1]
    assert ids(sort="alerts") == [1, 2, 3]
    assert ids(sort="load") == [2, 1, 3]
    assert ids(sort="route")[-1] == 3
    assert ids(show="alerts") == [1]
    assert ids(show="load") == [2]
    assert ids(show="coming") == [1, 3]
    assert ids(q="mia") == [3]
    assert ids(q=" xa 12") == [2]
    assert ids(q="none") == []
