"""The invented day: the same for a seed, readable, whole, and about nobody real."""

import csv
import gzip
import io
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_model import ListKind, PaxlstMessage, Role, Traveller, text_of
from cordillera.engines.mrz import mrz_name
from cordillera.engines.watchlists.ofac_csv import parse_ofac
from cordillera.runtime.demo_day import DemoDay, KnownCase, make_day

DAY = date(2026, 11, 21)
EXPECTED = {
    "paxlst.repeats",
    "edifact.segment_count",
    "paxlst.traveller_count",
    "edifact.outside_interchange",
}


@pytest.fixture(scope="module")
def day() -> DemoDay:
    return make_day(7, DAY)


@pytest.fixture(scope="module")
def lists(day: DemoDay) -> dict[str, PaxlstMessage]:
    return {name: paxlst_messages(read(data))[0] for name, data in day.messages}


def words(name: str) -> frozenset[str]:
    return frozenset(mrz_name(name).split("<"))


def traveller_of(case: KnownCase, lists: dict[str, PaxlstMessage]) -> Traveller:
    (found,) = (
        person
        for person in lists[case.message].travellers
        if text_of(person.reference("ABO")) == case.passenger_reference
    )
    return found


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(day: DemoDay) -> None:
    assert make_day(7, DAY) == day
    assert make_day(8, DAY).messages != day.messages


def test_twenty_flights_bring_three_thousand_travellers(
    day: DemoDay, lists: dict[str, PaxlstMessage]
) -> None:
    assert len(day.messages) == 20
    assert sum(len(message.travellers) for message in lists.values()) == day.travellers == 3_000
    arrivals = [message.arrival for message in lists.values()]
    assert {text_of(stop and stop.port) for stop in arrivals} == {"GYE", "UIO", "MEC"}
    assert all(stop and text_of(stop.arrives).startswith("2026-11-21") for stop in arrivals)


def test_crew_lists_name_the_crew_of_flights_that_passengers_are_told_of(day: DemoDay) -> None:
    crews = [paxlst_messages(read(data))[0] for _, data in day.crews]
    assert len(crews) == 18  # two carriers send none: the board says so
    assert {message.kind for message in crews} == {ListKind.CREW}
    assert {person.role for message in crews for person in message.travellers} == {Role.CREW}
    assert all(3 < len(message.travellers) < 8 for message in crews)


def test_messages_have_only_the_oddities_that_were_planned(
    day: DemoDay, lists: dict[str, PaxlstMessage]
) -> None:
    codes: Counter[str] = Counter()
    for name, data in day.messages:
        reading = read(data)
        codes.update(finding.code for finding in (*reading.findings, *lists[name].findings))
        assert lists[name].complete
    assert set(codes) == EXPECTED


def test_carriers_write_in_many_ways(day: DemoDay) -> None:
    advices = {
        data[data.index(b"UNA") : data.index(b"UNA") + 9] for _, data in day.messages if b"UNA" in data[:80]
    }
    assert len(advices) >= 5
    versions = {re.search(rb"PAXLST.(D.[0-9]{2}B)", data) for _, data in day.messages}
    assert {found.group(1)[-3:] for found in versions if found} == {b"02B", b"05B", b"12B"}
    assert any(data.startswith(b"\x01QK") for _, data in day.messages)
    assert any("Ñ".encode() in data for _, data in day.messages)


def test_every_known_case_is_aboard_and_on_the_lists(day: DemoDay, lists: dict[str, PaxlstMessage]) -> None:
    assert (len(day.planted), len(day.near_misses)) == (12, 12)
    assert len({case.kind for case in (*day.planted, *day.near_misses)}) == 24
    ec = {
        entity.reference: entity
        for entity in parse_ofac(day.list_ec.sdn, day.list_ec.alt, day.list_ec.add).entities
    }
    us = {
        entity.reference: entity
        for entity in parse_ofac(day.list_us.sdn, day.list_us.alt, day.list_us.add).entities
    }
    assert (len(ec), len(us)) == (2_000, 1_000)
    for case in (*day.planted, *day.near_misses):
        person = traveller_of(case, lists)
        assert (text_of(person.surname), text_of(person.given)) == (case.surname, case.given)
        assert text_of(person.date_of_birth) == case.date_of_birth
        assert text_of(person.documents[0].number) == case.document_number
        assert ec[case.listed].names[0].full == case.listed_name
        assert not case.us_listed or us[case.us_listed].names[0].full == case.listed_name
    assert len([case for case in day.planted if case.us_listed]) in range(5, 8)
    assert not any(case.us_listed for case in day.near_misses)


def test_nobody_else_aboard_has_the_name_or_passport_of_a_listed_person(
    day: DemoDay, lists: dict[str, PaxlstMessage]
) -> None:
    known = {case.passenger_reference for case in (*day.planted, *day.near_misses)}
    names, passports = set(), set()
    for files in (day.list_ec, day.list_us):
        for entity in parse_ofac(files.sdn, files.alt, files.add).entities:
            names.add(words(entity.names[0].full))
            passports |= {document.number for document in entity.documents}
    for message in lists.values():
        for person in message.travellers:
            if text_of(person.reference("ABO")) not in known:
                assert words(person.full_name) not in names
                assert text_of(person.documents[0].number) not in passports


def test_no_case_is_a_real_listed_person(day: DemoDay, shared: Path) -> None:
    real: set[frozenset[str]] = set()
    with gzip.open(shared / "screening" / "ofac_sdn_2021-07.csv.gz", "rt", encoding="latin-1") as sdn:
        real |= {words(row[1]) for row in csv.reader(io.StringIO(sdn.read())) if len(row) == 12}
    with gzip.open(shared / "screening" / "ofac_alt_2021-07.csv.gz", "rt", encoding="latin-1") as alt:
        real |= {words(row[3]) for row in csv.reader(io.StringIO(alt.read())) if len(row) == 5}
    with gzip.open(
        shared / "screening" / "un_sc_consolidated_2026-02-27.xml.gz", "rt", encoding="utf-8"
    ) as un:
        text = un.read()
    for entry in re.findall(r"<INDIVIDUAL>.*?</INDIVIDUAL>", text, re.DOTALL):
        parts = re.findall(r"<(?:FIRST|SECOND|THIRD|FOURTH)_NAME>(.*?)</", entry)
        real |= {words(" ".join(parts)), *(words(name) for name in re.findall(r"<ALIAS_NAME>(.*?)</", entry))}
    assert len(real) > 15_000
    for case in (*day.planted, *day.near_misses):
        assert words(case.listed_name) not in real, case.kind
        assert words(f"{case.surname} {case.given}") not in real, case.kind


def test_the_lists_are_saved_as_three_files(day: DemoDay, tmp_path: Path) -> None:
    sdn = day.list_ec.save(tmp_path / "ec")
    assert sorted(file.name for file in sdn.parent.iterdir()) == ["add.csv", "alt.csv", "sdn.csv"]
    assert sdn.read_bytes().endswith(b"\r\n\x1a")
    assert day.list_ec.names > day.list_ec.entries
