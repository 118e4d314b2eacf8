"""Passenger and crew lists as typed records, with the bytes of every field."""

from pathlib import Path

import pytest

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_model import ListKind, PaxlstMessage, Role, text_of

FLIGHT = "TDT+20+XA0412+++XA'LOC+125+BOG'DTM+189:2611211540:201'LOC+87+UIO'DTM+232:2611211710:201'"
PERSON = (
    "NAD+FL+++NUÑEZ DE LA TORRE:ANA:MARIA'ATT+2++F'DTM+329:720907'MEA+CT++2'MEA+WT++KGM:31'"
    "FTX+BAG+++XA123456:2'LOC+22+UIO'LOC+174+ECU'LOC+178+BOG'LOC+179+UIO'LOC+180+ECU:::LOJA'NAT+2+ECU'"
    "RFF+AVF:TYR123'RFF+ABO:ABC9'RFF+SEA:12A'"
    "DOC+P:110:111+A1234567'DTM+36:310218'LOC+91+ECU'DOC+V+99887'LOC+91+USA'"
)


def message_of(body: str, version: str = "D:05B", codec: str = "utf-8") -> PaxlstMessage:
    head = f"UNB+UNOW:4+XA+ECAPI+261121:1000+1'UNH+1+PAXLST:{version}:UN:IATA'"
    (message,) = paxlst_messages(read((head + body + "UNT+9+1'UNZ+1+1'").encode(codec)))
    return message


def codes(message: PaxlstMessage) -> list[str]:
    return [finding.code for finding in message.findings]


def test_every_fact_of_a_traveller_is_read() -> None:
    message = message_of("BGM+745'NAD+MS+++XA DESK'" + FLIGHT + PERSON + "CNT+42:1'")
    (person,) = message.travellers
    assert message.kind is ListKind.PASSENGERS
    assert text_of(message.reported_by) == "XA DESK"
    assert person.full_name == "ANA MARIA NUÑEZ DE LA TORRE"
    assert [text_of(part) for part in (person.sex, person.date_of_birth, person.nationality)] == [
        "F",
        "1972-09-07",
        "ECU",
    ]
    places = (person.clearance, person.residence, person.embarked, person.disembarks, person.birthplace)
    assert [text_of(place) for place in places] == ["UIO", "ECU", "BOG", "UIO", "LOJA"]
    assert [text_of(ref) for ref in (person.reservation, person.reference("ABO"), person.seat)] == [
        "TYR123",
        "ABC9",
        "12A",
    ]
    assert (text_of(person.bag_count), text_of(person.bag_weight)) == ("2", "31")
    assert [text_of(bag) for bag in person.bags] == ["XA123456"]
    passport, visa = person.documents
    assert [
        text_of(part) for part in (passport.type, passport.number, passport.issuer, passport.expires)
    ] == [
        "P",
        "A1234567",
        "ECU",
        "2031-02-18",
    ]
    assert (text_of(visa.number), text_of(visa.issuer), visa.expires) == ("99887", "USA", None)
    assert codes(message) == ["paxlst.repeats"]


def test_fields_point_to_their_bytes() -> None:
    body = "BGM+745'" + FLIGHT + PERSON
    data = f"UNB+UNOW:4+XA+ECAPI+261121:1000+1'UNH+1+PAXLST:D:05B:UN:IATA'{body}UNT+9+1'UNZ+1+1'".encode()
    (message,) = paxlst_messages(read(data))
    person = message.travellers[0]
    for found, raw in [(person.surname, "NUÑEZ DE LA TORRE"), (person.date_of_birth, "720907")]:
        assert found is not None
        assert data[found.start : found.end].decode() == raw
        assert found.evidence("message 1").end == found.end
    assert data[person.start : person.end].startswith(b"NAD+FL")
    assert data[person.start : person.end].endswith(b"LOC+91+USA")


def test_a_flight_has_carrier_number_places_and_local_times() -> None:
    (leg,) = message_of("BGM+745'" + FLIGHT).legs
    assert (leg.carrier, leg.number, text_of(leg.flight)) == ("XA", "412", "XA0412")
    assert leg.departure is not None
    assert leg.arrival is not None
    assert (text_of(leg.departure.port), text_of(leg.departure.departs)) == ("BOG", "2026-11-21T15:40")
    assert (text_of(leg.arrival.port), text_of(leg.arrival.arrives)) == ("UIO", "2026-11-21T17:10")


def test_routing_places_are_told_apart_by_their_times() -> None:
    body = (
        "BGM+745'TDT+20+AA123+++AA'LOC+92+ATL'DTM+189:0702191540:201'LOC+92+ORD'DTM+232:0702191740:201'"
        "TDT+20+AA124'LOC+92+ORD'DTM+189:200702191840:203'LOC+92+JFK'"
    )
    message = message_of(body)
    ports = [(leg.departure, leg.arrival) for leg in message.legs]
    assert [tuple(text_of(stop and stop.port) for stop in pair) for pair in ports] == [
        ("ATL", "ORD"),
        ("ORD", "JFK"),
    ]
    assert message.arrival is not None
    assert text_of(message.arrival.port) == "JFK"


def test_crew_lists_and_people_in_transit_keep_their_roles() -> None:
    names = "".join(f"NAD+{code}+++A:B'" for code in ("FM", "DDU", "DDT", "FL"))
    message = message_of("BGM+250'" + FLIGHT + names + "CNT+41:1'CNT+42:2'")
    assert message.kind is ListKind.CREW
    assert [person.role for person in message.travellers] == [
        Role.CREW,
        Role.TRANSIT_PASSENGER,
        Role.TRANSIT_CREW,
        Role.PASSENGER,
    ]
    assert (message.declared_passengers, message.declared_crew) == (2, 1)
    assert "paxlst.traveller_count" not in codes(message)


def test_a_flight_close_lists_people_by_reference_only() -> None:
    message = message_of("BGM+266+CLOB'" + FLIGHT + "NAD+FL'RFF+ABO:ABC9'")
    assert (message.kind, text_of(message.status)) == (ListKind.FLIGHT_STATUS, "CLOB")
    assert text_of(message.travellers[0].reference("ABO")) == "ABC9"
    assert codes(message) == []


def test_a_wrong_traveller_count_is_a_finding_and_nothing_is_dropped() -> None:
    message = message_of("BGM+745'" + FLIGHT + PERSON * 3 + "CNT+42:30'")
    assert len(message.travellers) == 3
    assert "paxlst.traveller_count" in codes(message)


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("329:720907", "1972-09-07"),
        ("329:261121", "2026-11-21"),
        ("329:261122", "1926-11-22"),
        ("329:20260101:102", "2026-01-01"),
        ("329:19720907", "1972-09-07"),
        ("329:720907:102", "1972-09-07"),
        ("329:000229", "2000-02-29"),
    ],
)
def test_birth_dates_take_the_century_of_the_flight(sent: str, read_as: str) -> None:
    message = message_of("BGM+745'" + FLIGHT + f"NAD+FL+++A:B'DTM+{sent}'")
    assert text_of(message.travellers[0].date_of_birth) == read_as
    assert codes(message) == []


@pytest.mark.parametrize("sent", ["720231", "000000", "720900", "20270101:102", "ABC", "7", "1972090712345"])
def test_impossible_birth_dates_stay_unknown_with_a_finding(sent: str) -> None:
    message = message_of("BGM+745'" + FLIGHT + f"NAD+FL+++A:B'DTM+329:{sent}'")
    assert message.travellers[0].date_of_birth is None
    assert codes(message) == ["paxlst.impossible_date"]


def test_without_any_date_of_the_flight_the_century_is_not_guessed() -> None:
    data = b"UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA1'NAD+FL+++A:B'DTM+329:200101'UNT+6+1'"
    (message,) = paxlst_messages(read(data))
    assert message.travellers[0].date_of_birth is None


def test_dates_and_places_of_a_document_are_not_those_of_the_person() -> None:
    body = (
        "NAD+FL+++A:B'DTM+36:300101'LOC+91+USA'DOC+P+1'DTM+36:310101'DTM+329:720907'LOC+178+BOG'LOC+91+ECU'"
    )
    message = message_of("BGM+745'" + FLIGHT + body)
    person = message.travellers[0]
    assert text_of(person.documents[0].expires) == "2031-01-01"
    assert text_of(person.documents[0].issuer) == "ECU"
    assert text_of(person.embarked) == "BOG"
    assert text_of(person.date_of_birth) == "1972-09-07"
    assert codes(message) == ["paxlst.misplaced"] * 4


def test_names_may_stand_in_one_text_or_in_the_place_of_the_address() -> None:
    people = "NAD+FL+++PEREZ LOOR/JUAN'NAD+FL++PEREZ:JUAN'NAD+FL+++SINGLE'NAD+FL'"
    message = message_of("BGM+745'" + FLIGHT + people)
    names = [(text_of(person.surname), text_of(person.given)) for person in message.travellers]
    assert names == [("PEREZ LOOR", "JUAN"), ("PEREZ", "JUAN"), ("SINGLE", ""), ("", "")]
    assert codes(message) == ["paxlst.misplaced", "paxlst.no_name"]
    slashed = message.travellers[0]
    assert slashed.given is not None
    assert slashed.given.end - slashed.given.start == 4


def test_a_repetition_character_in_a_name_is_part_of_the_name() -> None:
    message = message_of("BGM+745'" + FLIGHT + "NAD+FL+++O*NEIL:ANA'")
    assert message.travellers[0].full_name == "ANA O*NEIL"


def test_parties_that_are_no_travellers_do_not_lend_their_facts_to_one() -> None:
    message = message_of("BGM+745'" + FLIGHT + "NAD+FL+++A:B'NAD+XX+++C:D'ATT+2++M'DTM+329:720907'")
    assert len(message.travellers) == 1
    assert message.travellers[0].sex is None
    assert "paxlst.unknown_party" in codes(message)


def test_an_unknown_segment_is_a_finding_and_the_rest_is_read() -> None:
    message = message_of("BGM+745'" + FLIGHT + "NAD+FL+++A:B'ZZZ+1'ATT+2++M'")
    assert text_of(message.travellers[0].sex) == "M"
    assert codes(message) == ["paxlst.misplaced"]


def test_a_cut_message_keeps_the_people_before_the_cut_and_marks_the_last() -> None:
    data = (
        f"UNB+UNOW:4+XA+EC+261121:1000+1'UNH+1+PAXLST:D:05B:UN'BGM+745'{FLIGHT}{PERSON}NAD+FL+++LO".encode()
    )
    (message,) = paxlst_messages(read(data))
    assert not message.complete
    assert [(text_of(person.surname), person.partial) for person in message.travellers] == [
        ("NUÑEZ DE LA TORRE", False),
        ("LO", True),
    ]


@pytest.mark.parametrize("version", ["D:97B", "D:99B", "D:02B", "D:05B", "D:12B", "D:15B", "D:24A"])
def test_every_directory_reads_the_same_facts(version: str) -> None:
    message = message_of("BGM+745'" + FLIGHT + PERSON, version)
    assert message.travellers[0].documents[0].expires is not None
    assert "paxlst.directory" not in codes(message)


def test_an_unknown_directory_is_read_by_the_nearest_one() -> None:
    assert "paxlst.directory" in codes(message_of("BGM+745'" + FLIGHT + PERSON, "X:99"))
    assert len(message_of("BGM+745'" + FLIGHT + PERSON, "D:31B").travellers) == 1


def test_the_sample_lists_are_read_whole(shared: Path) -> None:
    people = {}
    for path in sorted((shared / "borders" / "paxlst").iterdir()):
        for message in paxlst_messages(read(path.read_bytes())):
            people[path.name] = len(message.travellers)
            assert message.legs, path
            assert all(person.surname and person.date_of_birth for person in message.travellers), path
            assert all(leg.departure and leg.arrival for leg in message.legs), path
    assert people == {
        "apisMessage.txt": 2,
        "gtas_loader_Test1.txt": 8,
        "gtas_loader_Test3.txt": 260,
        "tamr_flight1.txt": 10,
        "tamr_flight2.txt": 10,
    }
