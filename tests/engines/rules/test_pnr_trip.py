"""The kind of a trip and its transits: told where flights settle them, unknown where nobody could know."""

import pytest

from cordillera.engines.rules.pnr_trip import Hop, Transit, Trip, flown, no_towns, transit_of, trip_of

TOWNS = {
    "UIO": "EC/Quito", "GYE": "EC/Guayaquil", "MAD": "ES/Madrid", "BCN": "ES/Barcelona",
    "LHR": "GB/London", "LGW": "GB/London", "BOG": "CO/Bogota", "SYD": "AU/Sydney", "LAX": "US/Los Angeles",
}  # fmt: skip


def way(*pairs: str) -> list[Hop]:
    return [Hop(pair[:3], pair[4:], "", "") for pair in pairs]


@pytest.mark.parametrize(
    ("flights", "trip"),
    [
        (["UIO-MAD"], Trip.ONE_WAY),
        (["UIO-ZZZ"], Trip.ONE_WAY),  # one flight does not come back, wherever it goes
        (["UIO-BOG", "BOG-MAD"], Trip.ONE_WAY),
        (["UIO-MAD", "MAD-UIO"], Trip.RETURN),
        (["UIO-ZZZ", "ZZZ-UIO"], Trip.RETURN),
        (["UIO-LHR", "LGW-UIO"], Trip.RETURN),  # two airports of one town
        (["LHR-MAD", "MAD-LGW"], Trip.RETURN),
        (["UIO-MAD", "BCN-UIO"], Trip.OPEN_JAW),
        (["UIO-MAD", "MAD-GYE"], Trip.OPEN_JAW),
        (["UIO-MAD", "BCN-GYE"], Trip.OPEN_JAW),
        (["UIO-GYE", "GYE-MEC"], None),  # nobody here knows where MEC is
        (["GYE-UIO", "UIO-GYE", "GYE-UIO"], Trip.ONE_WAY),  # within one country nothing was left
        (["UIO-BOG", "MAD-BCN"], Trip.BROKEN),
        (["UIO-ZZZ", "ZZZ-GYE"], None),  # whether it left the country, nobody knows
        (["UIO-MAD", "MAD-ZZZ"], None),
        (["UIO-MAD", "ZZZ-UIO"], None),  # ZZZ may be in Madrid
        (["UIO-MAD", "   -UIO"], None),
        ([], None),
    ],
)
def test_a_trip_is_what_its_flights_make(flights, trip):
    hops = [Hop(one.origin.strip(), one.destination, "", "") for one in way(*flights)]
    assert trip_of(hops, TOWNS.get) is trip


def test_without_a_table_of_airports_only_equal_codes_are_one_place():
    assert trip_of(way("UIO-MAD", "MAD-UIO"), no_towns) is Trip.RETURN
    assert trip_of(way("UIO-BOG", "BOG-MAD"), no_towns) is None


def at(origin: str, destination: str, departs: str, arrives: str) -> Hop:
    return Hop(origin, destination, departs, arrives)


TO_BOGOTA = at("UIO", "BOG", "2026-11-26T09:00", "2026-11-26T11:05")
TO_MADRID = at("BOG", "MAD", "2026-11-26T13:00", "2026-11-27T06:10")


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ([], Transit()),
        ([TO_MADRID], Transit(115, 115, 1)),
        ([TO_MADRID, at("MAD", "BCN", "2026-11-27T06:50", "")], Transit(115, 155, 1)),
        ([TO_MADRID, at("MAD", "BCN", "2026-11-27T09:10", "")], Transit(180, 295, 2)),
        ([TO_MADRID, at("MAD", "UIO", "2026-12-09T09:10", "")], Transit(115, 115, 1)),  # a stay
        ([TO_MADRID, at("BCN", "UIO", "2026-11-27T09:10", "")], Transit(115, 115, 1)),  # a gap is no wait
        ([at("BOG", "MAD", "", "")], None),
        ([at("BOG", "MAD", "2026-11-26", "")], None),  # a day alone tells no hours
        ([at("BOG", "MAD", "2026-12-01", "")], Transit()),  # but days between are a stay
        ([at("BOG", "MAD", "2026-11-26T10:00", "")], None),  # it left before the other came
        ([at("ZZZ", "MAD", "2026-11-26T13:00", "")], None),
        ([at("BOG", "MAD", "soon", "")], None),
    ],
)
def test_transits_are_waits_of_up_to_a_day_in_one_town(after, told):
    assert transit_of([TO_BOGOTA, *after], TOWNS.get) == told


def test_two_airports_of_one_town_have_one_clock():
    hops = [
        at("MAD", "LHR", "2026-11-26T08:00", "2026-11-26T09:30"),
        at("LGW", "UIO", "2026-11-26T14:00", ""),
    ]
    assert transit_of(hops, TOWNS.get) == Transit(270, 270, 1)


def test_flights_told_out_of_order_are_put_in_order_and_the_date_line_turns_none_round():
    assert flown((TO_MADRID, TO_BOGOTA), _itself) == (TO_BOGOTA, TO_MADRID)
    over = (
        at("SYD", "LAX", "2026-11-26T10:00", "2026-11-26T05:40"),
        at("LAX", "UIO", "2026-11-26T08:00", "2026-11-26T19:00"),
    )
    assert flown(over, _itself) == over
    untimed = (at("BOG", "MAD", "", ""), TO_BOGOTA)
    assert flown(untimed, _itself) == untimed


def _itself(hop: Hop) -> Hop:
    return hop
