"""An itinerary is drawn where its airports lie, over the date line too, and what is unknown is said."""

from math import hypot

import pytest

from cordillera.desks.travellers.itinerary_map import HEIGHT, MOST_LEGS, WIDTH, drawn, kilometres
from cordillera.desks.travellers.itinerary_places import place_of
from cordillera.desks.travellers.itinerary_view import itinerary_of
from cordillera.desks.travellers.model import FlightRow
from cordillera.desks.travellers.reservation_views import BookedLeg
from cordillera.desks.travellers.zones import _ZONES
from cordillera.engines.rules.pnr_trip import Transit, Trip


def points(path: str) -> list[tuple[float, float]]:
    pairs = (one.split() for one in path.replace("M", "L").split("L")[1:])
    return [(float(x), float(y)) for x, y in pairs]


def test_every_airport_with_a_known_zone_has_a_place():
    assert [port for port in _ZONES if place_of(port) is None] == []


def test_the_length_of_a_leg_is_that_of_the_great_circle():
    lima, amsterdam = place_of("LIM"), place_of("AMS")
    assert kilometres(lima, amsterdam) == pytest.approx(10_520, abs=40)
    assert kilometres(lima, lima) == 0


def test_a_great_circle_bends_to_the_pole():
    (leg,) = drawn([("MAD", "LAX")]).legs
    line = points(leg.path)
    assert min(y for _, y in line) < min(line[0][1], line[-1][1]) - 20


def test_a_flight_over_the_date_line_is_one_short_line():
    drawing = drawn([("SYD", "SCL"), ("SCL", "UIO")])
    over = drawing.legs[0]
    assert over.path.count("M") == 1
    steps = [
        abs(after[0] - before[0])
        for before, after in zip(points(over.path), points(over.path)[1:], strict=False)
    ]
    assert max(steps) < WIDTH / 10
    assert next(one.x for one in drawing.places if one.code == "SYD") < WIDTH / 2


def test_who_goes_round_the_world_leaves_at_one_edge_and_comes_back_at_the_other():
    drawing = drawn([("MAD", "DXB"), ("DXB", "SYD"), ("SYD", "LAX"), ("LAX", "MAD")])
    assert sum(leg.path.count("M") for leg in drawing.legs) == 5


@pytest.mark.parametrize("legs", [[("UIO", "GYE")], [("UIO", "UIO")], [("SVO", "PUQ")], [("UIO", "SIN")]])
def test_everything_stays_on_the_map(legs):
    drawing = drawn(legs)
    for leg in drawing.legs:
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(leg.path))
    assert all(0 <= one.x <= WIDTH and 0 <= one.y <= HEIGHT for one in drawing.places)


def test_an_unknown_airport_is_named_and_its_leg_left_out():
    drawing = drawn([("UIO", "ZZZ"), ("ZZZ", "BOG"), ("BOG", "MAD")], today=2)
    assert [leg.number for leg in drawing.legs] == [3]
    assert drawing.legs[0].today
    assert drawing.unknown == ("ZZZ",)
    assert drawn([("ZZZ", "QQQ"), ("", "")]) is None
    assert drawn([]) is None


def test_a_thousand_legs_are_not_all_drawn():
    drawing = drawn([("UIO", "BOG"), ("BOG", "UIO")] * 500)
    assert (len(drawing.legs), drawing.omitted) == (MOST_LEGS, 1000 - MOST_LEGS)


def leg(flight: str, origin: str, destination: str, departs: str, arrives: str) -> BookedLeg:
    return BookedLeg(flight, origin, destination, departs, arrives, "HK")


TODAY = FlightRow(
    *(None, "XA412", "UIO", "BOG", "2026-11-26T09:00", "2026-11-26T11:05", "America/Bogota"),
    *(False, None, False, 0, 0, 0, 0, ""),
)


def test_legs_are_told_in_order_with_their_stops_and_breaks():
    legs = (
        leg("XA18", "BOG", "MAD", "2026-11-26T13:00", "2026-11-27T06:10"),
        leg("LA412", "UIO", "BOG", "2026-11-26T09:00", "2026-11-26T11:05"),
        leg("IB2", "BCN", "UIO", "2026-12-04T10:00", "soon"),
    )
    told = itinerary_of(legs, TODAY)
    assert [one.leg.flight for one in told.steps] == ["LA412", "XA18", "IB2"]
    assert [one.today for one in told.steps] == [True, False, False]
    assert [(one.stop, one.broken) for one in told.steps] == [(115, False), (None, True), (None, False)]
    assert told.steps[0].origin_city == "Quito"
    assert told.km == sum(one.km for one in told.steps)


def test_a_return_flight_of_another_day_is_not_this_flight():
    told = itinerary_of((leg("XA412", "UIO", "BOG", "2026-12-26T09:00", ""),), TODAY)
    assert not told.steps[0].today


def test_a_whole_reservation_tells_its_trip_and_its_transits():
    legs = (
        leg("LA412", "UIO", "BOG", "2026-11-26T09:00", "2026-11-26T11:05"),
        leg("XA18", "BOG", "LGW", "2026-11-26T13:00", "2026-11-27T06:10"),
        leg("XA19", "LHR", "UIO", "2026-12-04T10:00", "2026-12-04T20:00"),
    )
    told = itinerary_of(legs, TODAY, whole=True)
    assert (told.trip, told.transit) == (Trip.RETURN, Transit(115, 115, 1))
    for cut in (itinerary_of(legs, TODAY), itinerary_of((), TODAY, whole=True)):
        assert (cut.trip, cut.transit) == (None, None)


def test_legs_over_the_date_line_stay_in_the_order_they_are_flown():
    legs = (
        leg("QF11", "SYD", "LAX", "2026-11-26T10:00", "2026-11-26T05:40"),
        leg("XA1", "LAX", "UIO", "2026-11-26T08:00", "2026-11-26T19:00"),
    )
    told = itinerary_of(legs, None, whole=True)
    assert [one.leg.flight for one in told.steps] == ["QF11", "XA1"]
    assert (told.trip, told.transit) == (Trip.ONE_WAY, Transit(140, 140, 1))


def test_a_wide_map_shows_coasts_where_they_are_and_a_narrow_one_none():
    wide, narrow = drawn([("LIS", "UIO")]), drawn([("UIO", "GYE")])
    assert narrow.coast == ""
    assert 500 < len(wide.coast) < 6_000
    for place in wide.places:
        nearest = min(hypot(x - place.x, y - place.y) for x, y in points(wide.coast))
        assert nearest < 30, place.code  # Lisbon and Quito are two degrees from the sea at most
