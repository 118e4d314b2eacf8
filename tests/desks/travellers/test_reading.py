"""What a carrier's message leaves behind, before anything is stored."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.desks.travellers.model import MessageStatus
from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.screening import label, lasting_identity, subject_of
from cordillera.trust.safeguards.traits import COMPARED

HOME = "America/Guayaquil"


@pytest.mark.parametrize(
    ("name", "people", "flights"),
    [
        ("apisMessage.txt", 2, ["AA123", "AA124"]),
        ("gtas_loader_Test1.txt", 8, ["UA0989"]),
        ("gtas_loader_Test3.txt", 260, ["UA0989"]),
        ("tamr_flight1.txt", 10, ["LA532"]),
        ("tamr_flight2.txt", 10, ["FI615"]),
    ],
)
def test_real_messages_are_read_with_every_traveller(shared, name, people, flights):
    plan = plan_message((shared / "borders" / "paxlst" / name).read_bytes(), HOME)
    assert len(plan.travellers) == people
    assert [flight.number for flight in plan.flights] == flights
    assert plan.status is not MessageStatus.QUARANTINED


def test_each_fact_points_at_its_own_bytes(shared):
    raw = (shared / "borders" / "paxlst" / "tamr_flight1.txt").read_bytes()
    plan = plan_message(raw, HOME)
    for traveller in plan.travellers:
        for fact in traveller.facts.facts:
            if fact.field != "date_of_birth":
                assert raw[fact.start : fact.end].decode() == fact.text


def test_a_traveller_stands_on_the_leg_that_lands_where_they_leave(paxlst):
    raw = paxlst("PEREZ:JUAN").replace(b"LOC+87+UIO", b"LOC+92+UIO")
    assert [t.flight for t in plan_message(raw, HOME).travellers] == [0]


def test_local_time_of_the_port_becomes_utc(paxlst):
    (flight,) = plan_message(paxlst("PEREZ:JUAN"), HOME).flights
    assert flight.arrives_at == datetime(2026, 11, 21, 18, tzinfo=UTC)
    assert not flight.zone_assumed


def test_an_unknown_port_is_taken_to_lie_at_home_and_says_so(paxlst):
    (flight,) = plan_message(paxlst("PEREZ:JUAN").replace(b"+UIO", b"+QQQ"), HOME).flights
    assert (flight.arrives_zone, flight.zone_assumed) == (HOME, True)


def test_sex_remarks_and_meals_are_blanked_and_offsets_stay(paxlst):
    extra = "FTX+AAI+++MEAL KOSHER KSML'FTX+BAG+++2660001'"
    raw = paxlst("PEREZ:JUAN", extra=extra)
    plan = plan_message(raw, HOME)
    assert len(plan.raw) == len(raw)
    assert b"KOSHER" not in plan.raw
    assert b"ATT+#++#" in plan.raw
    assert b"FTX+BAG+++2660001" in plan.raw
    surname = plan.travellers[0].facts.facts[0]
    assert plan.raw[surname.start : surname.end] == b"PEREZ"


def test_what_is_screened_is_names_birth_date_and_documents_only(paxlst):
    (traveller,) = plan_message(paxlst("PEREZ:JUAN"), HOME).travellers
    subject = subject_of("t-1", traveller.facts)
    assert set(type(subject).__struct_fields__) - {"ref"} == COMPARED
    assert "COL" not in (subject.full_name, subject.date_of_birth)


def test_two_people_of_one_name_on_one_flight_stay_two(paxlst):
    raw = paxlst("PEREZ:JUAN", "PEREZ:JUAN").replace(b"AB0000001", b"AB0000000")
    first, second = plan_message(raw, HOME).travellers
    assert first.identity != second.identity


def test_the_label_and_what_a_clearance_is_remembered_by(paxlst):
    (traveller,) = plan_message(paxlst("PEREZ:JUAN"), HOME).travellers
    assert label(traveller.facts) == "PEREZ, JUAN"
    assert lasting_identity(traveller.facts) == "AB0000000|COL|1972-08-05"


def test_what_is_no_passenger_list_is_quarantined_with_its_bytes_unchanged():
    for raw, reason in (
        (b"\x00\xff hello", "travellers.nothing_readable"),
        (b"", "travellers.nothing_readable"),
        (
            b"UNB+UNOA:4+A+B+261121:1200+1'UNH+7+CUSCAR:D:05B:UN'BGM+785'UNT+3+7'UNZ+1+1'",
            "travellers.not_paxlst",
        ),
    ):
        plan = plan_message(raw, HOME)
        assert (plan.status, plan.reason, plan.raw) == (MessageStatus.QUARANTINED, reason, raw)


def test_a_message_cut_in_the_middle_is_partial_and_its_people_are_kept(paxlst):
    raw = paxlst("PEREZ:JUAN", "MORA:ANA")
    plan = plan_message(raw[: raw.index(b"DOC+P+AB0000001")], HOME)
    assert plan.status is MessageStatus.PARTIAL
    assert plan.reason
    assert [t.facts.family_names for t in plan.travellers] == ["PEREZ", "MORA"]


@given(st.binary(max_size=400))
def test_no_bytes_whatever_make_the_line_stop(raw):
    assert plan_message(b"UNB+UNOA:4+A+B+261121:1200+1'UNH+7+PAXLST:D:05B:UN'" + raw, HOME).raw


@pytest.mark.parametrize(
    "raw",
    [
        b"UNB+UNOA:4+XA+ECPIU+261125:1200+1'UNH+1+PNRG0V:13:1:IA'TIF+ZQCANARY:A'SSR+VGML'UNT+4+1'UNZ+1+1'",
        b"\x01\x02PNRGOV ZQCANARY'TIF+ZQCANARY'SSR+MOML:HK'",
        "PNRGOV ZQCANARY".encode("utf-16-le"),
        b"TIF+ZQCANARY:A+ROSA'SSR+MOML:HK:1'",
        b"<IATA_PNRGOV_NotifRQ><PNR><Surname>ZQCANARY</Surname>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><IATA_PNRGOV_NotifRQ><Surname>ZQCANARY MOML VGML</Surname>",
    ],
)
def test_reservations_that_cannot_be_read_leave_their_structure_only(raw):
    plan = plan_message(raw, HOME)
    kept = plan.raw.replace(b"\x00", b"") + repr(plan.notes).encode()
    assert plan.status in {MessageStatus.QUARANTINED, MessageStatus.PARTIAL}
    assert len(plan.raw) == len(raw)
    for gone in (b"CANARY", b"ROSA", b"MOML", b"VGML"):
        assert gone not in kept


def test_a_list_keeps_what_it_may_beside_reservations_that_cannot_be_read(paxlst):
    raw = paxlst("PEREZ:JUAN") + b"UNB+UNOA:4+XA+EC+261125:1200+2'UNH+1+XNRGOV:13:1:IA'TIF+ZQCANARY:A'"
    plan = plan_message(raw, HOME)
    assert b"ZQCANARY" not in plan.raw
    assert b"NAD+FL+++PEREZ:JUAN" in plan.raw
    assert [one.facts.family_names for one in plan.travellers] == ["PEREZ"]


@pytest.mark.parametrize(
    ("port", "zone"),
    [
        ("ECGYE", "America/Guayaquil"),
        ("ECGPS", "Pacific/Galapagos"),
        ("PECLL", "America/Lima"),
        ("CLVAP", "America/Santiago"),
        ("CLPUQ", "America/Punta_Arenas"),
        ("NLRTM", "Europe/Amsterdam"),
        ("PE CLL", "America/Lima"),
    ],
)
def test_the_time_of_a_seaport_is_that_of_its_locode(paxlst, port, zone):
    (flight,) = plan_message(paxlst("PEREZ:JUAN").replace(b"+UIO", b"+" + port.encode()), HOME).flights
    assert (flight.arrives_zone, flight.zone_assumed) == (zone, False)


def test_an_unknown_seaport_of_a_country_with_many_zones_is_assumed(paxlst):
    (flight,) = plan_message(paxlst("PEREZ:JUAN").replace(b"+UIO", b"+USXXX"), HOME).flights
    assert (flight.arrives_zone, flight.zone_assumed) == (HOME, True)


def test_the_name_of_a_ship_stays_in_the_kept_bytes(paxlst):
    ship = b"TDT+20+V0123+1++SHIPCO:172+++9074729:146::OCEAN INVENTED'"
    raw = paxlst("PEREZ:JUAN")
    at = raw.index(b"TDT")
    plan = plan_message(raw[:at] + ship + raw[raw.index(b"'", at) + 1 :], HOME)
    assert ship in plan.raw
    assert plan.flights[0].number == "V0123"
