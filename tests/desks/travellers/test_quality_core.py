"""Carriers are judged flight by flight: late, not closed, partial, missing."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from cordillera.desks.travellers.quality_core import Judging, Missing, Sent, carrier_of, carriers, judged

LEAVES = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)  # 11:30 in Bogota
JUDGING = Judging(LEAVES + timedelta(hours=6), "America/Guayaquil")


def sent(**other) -> Sent:
    told = Sent(
        flight_id=uuid4(),
        number="XA12",
        origin="BOG",
        departs_local="2026-11-21T11:30",
        closed=True,
        first_at=LEAVES - timedelta(hours=1),
        messages=2,
        partial=0,
        findings=0,
    )
    return msgspec.structs.replace(told, **other)


def test_a_list_an_hour_before_departure_is_in_time():
    quality = judged(sent(), JUDGING)
    assert (quality.lead, quality.late, quality.unclosed) == (60, False, False)


@pytest.mark.parametrize(("minutes", "late"), [(30, False), (31, True)])
def test_a_list_is_late_half_an_hour_after_departure(minutes, late):
    assert judged(sent(first_at=LEAVES + timedelta(minutes=minutes)), JUDGING).late is late


def test_a_flight_that_nobody_closed_counts_two_hours_after_it_left():
    assert judged(sent(closed=False), JUDGING).unclosed
    early = msgspec.structs.replace(JUDGING, now=LEAVES + timedelta(hours=1))
    assert not judged(sent(closed=False), early).unclosed


@pytest.mark.parametrize("departs", ["", "2026-11-21", "no time", "2026-02-31T10:00"])
def test_a_departure_nobody_can_read_makes_no_fault(departs):
    quality = judged(sent(departs_local=departs, closed=False), JUDGING)
    assert (quality.lead, quality.late, quality.unclosed) == (None, False, False)


@pytest.mark.parametrize(
    ("number", "carrier"),
    [("XA12", "XA"), ("4C1411", "4C"), ("AVA123", "AVA"), ("X91", "X9"), ("12345", ""), ("", ""), ("XA", "")],
)
def test_a_carrier_is_read_from_a_flight_number(number, carrier):
    assert carrier_of(number) == carrier


def test_the_carrier_with_most_faults_comes_first_and_missing_flights_count():
    late = sent(number="ZZ1", first_at=LEAVES + timedelta(hours=2), findings=3)
    missing = [Missing(date(2026, 11, 20), "YY7", "BOG", 3)]
    lines = carriers([sent(), sent(partial=1), late], missing, JUDGING)
    told = [
        (line.carrier, line.flights, line.late, line.partial, line.missing, line.faults) for line in lines
    ]
    assert told == [("ZZ", 1, 1, 0, 0, 1.0), ("YY", 0, 0, 0, 1, 1.0), ("XA", 2, 0, 1, 0, 0.5)]


def test_the_lead_of_a_carrier_is_the_median_of_its_flights():
    flights = [sent(first_at=LEAVES - timedelta(minutes=lead)) for lead in (10, 20, 600)]
    assert carriers(flights, [], JUDGING)[0].lead == 20


def test_a_flight_may_be_late_and_partial_and_counts_once():
    flight = sent(first_at=LEAVES + timedelta(hours=2), partial=1)
    (line,) = carriers([flight, sent()], [], JUDGING)
    assert (line.late, line.partial, line.faults) == (1, 1, 0.5)


def test_a_ship_counts_under_its_own_number_however_its_voyages_and_name_are_told():
    first = sent(number="V0123", vessel="OCEAN INVENTED (IMO 9074729)", closed=False)
    later = LEAVES - timedelta(minutes=10)
    second = sent(number="V0124", vessel="OCEAN INVENTED II (IMO 9074729)", first_at=later, closed=False)
    (line,) = carriers([first, second], [], JUDGING)
    assert (line.carrier, line.vessel, line.flights) == ("IMO 9074729", "OCEAN INVENTED II (IMO 9074729)", 2)
    assert (line.unclosed, line.faults) == (0, 0.0)  # ships close no doors


@pytest.mark.parametrize(
    ("vessel", "carrier"),
    [
        ("BARCO/NIÑA (HC1234)", "SHIP BARCO NIÑA HC1234"),  # it stands in an address
        ("(MMSI 735000001)", "SHIP MMSI 735000001"),
        ("XA", "SHIP XA"),  # and is no airline
    ],
)
def test_a_ship_without_an_imo_number_is_told_by_its_name(vessel, carrier):
    assert carrier_of("V0123", vessel) == carrier
