"""Which waiting messages may share a transaction."""

from datetime import date
from itertools import islice

import msgspec
import pytest

from cordillera.desks.travellers.model import Channel, Origin
from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.together_core import FEW, MOST, Arrival, goes_with_others, together, turn_of
from cordillera.runtime.demo_day import make_day
from cordillera.runtime.demo_day.day import make_pushes

HOME = "America/Guayaquil"
ORIGIN = Origin(Channel.HTTPS, "", "EC-PN", "carrier", "border.ingest")


def arrival(raw: bytes, origin: Origin = ORIGIN) -> Arrival:
    return Arrival(raw, origin, plan_message(raw, HOME), raw[:0] + str(hash(raw)).encode())


@pytest.fixture(scope="module")
def pushes():
    return [arrival(raw) for raw in islice(make_pushes(5, date(2026, 6, 3), 1), 60)]


def test_lists_of_single_people_of_different_names_go_together(pushes):
    assert together(pushes[:8]) == list(range(8))


def test_no_more_than_the_most_go_together(pushes):
    lists = [one for one in pushes if goes_with_others(one.plan)]
    assert len(together(lists)) == MOST


def test_reservations_and_whole_flights_go_alone():
    day = make_day(5, date(2026, 6, 3))
    assert not goes_with_others(plan_message(day.bookings[0][1], HOME))
    whole = plan_message(day.messages[0][1], HOME)
    assert len(whole.travellers) > FEW
    assert not goes_with_others(whole)


def test_the_same_message_twice_is_not_in_one_transaction(pushes):
    assert together([pushes[0], pushes[0], pushes[1]]) == [0, 2]


def test_one_reference_for_two_contents_is_not_in_one_transaction(paxlst):
    one, other = arrival(paxlst("PEREZ:ANA", reference="7")), arrival(paxlst("MORA:LUIS", reference="7"))
    assert together([one, other]) == [0]


def test_the_same_person_is_not_twice_in_one_transaction(paxlst):
    one, other = arrival(paxlst("PEREZ:ANA", reference="7")), arrival(paxlst("PEREZ:ANA", reference="8"))
    assert together([one, other]) == [0]


@pytest.mark.parametrize("change", [{"agency": "EC-SENAE"}, {"purpose": "other"}])
def test_agencies_and_purposes_are_not_mixed(pushes, change):
    other = msgspec.structs.replace(pushes[1], origin=msgspec.structs.replace(ORIGIN, **change))
    assert together([pushes[0], other, pushes[2]]) == [0, 2]


def test_carriers_may_be_mixed(pushes):
    other = msgspec.structs.replace(pushes[1], origin=msgspec.structs.replace(ORIGIN, actor="another"))
    assert together([pushes[0], other]) == [0, 1]


def test_flights_are_locked_by_day_and_route_first(paxlst):
    early, late = arrival(paxlst("A:B")), arrival(paxlst("A:B").replace(b"2611211130", b"2611221130"))
    assert turn_of(early.plan) < turn_of(late.plan)
    assert turn_of(early.plan)[0][:3] == ("2026-11-21", "BOG", "UIO")
