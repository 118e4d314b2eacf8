"""Zones of all five formats, the specimens of ICAO Doc 9303, and zones that are damaged."""

import random
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.mrz.specimens import AT, LONG_TD1, SPECIMENS, TD1, TD2, TD3

from cordillera.engines.mrz import MrzFormat, Verdict, parse
from cordillera.engines.mrz.core import verdict


@pytest.mark.parametrize(("name", "zone"), SPECIMENS.items())
def test_the_specimens_of_the_standard_are_valid(name: MrzFormat, zone: str) -> None:
    reading = parse(zone, AT)
    assert (reading.verdict, reading.reasons, reading.repairs) == (Verdict.VALID, (), ())
    assert reading.format is name
    assert reading.lines == tuple(zone.split("\n"))
    assert (reading.surname, reading.given_names, reading.sex) == ("ERIKSSON", "ANNA MARIA", "F")
    assert not reading.names_truncated
    visa = name in {MrzFormat.MRV_A, MrzFormat.MRV_B}
    assert reading.date_of_birth == ("1940-09-07" if visa else "1974-08-12")
    assert reading.expires == ("1996-12-10" if visa else "2012-04-15")
    assert reading.document_number == {"P": "L898902C3", "I": "D23145890", "V": "L8988901C"}[zone[0]]
    assert reading.nationality == ("XXX" if visa else "UTO")
    assert ("mrz.expired" in reading.remarks) is visa


def test_bytes_are_read_like_text() -> None:
    assert parse(TD3.encode(), AT) == parse(TD3, AT)
    assert parse("«".join(TD3.rsplit("<<", 1)).encode("latin-1"), AT).verdict is Verdict.REPAIRED


def test_the_century_follows_the_day_passed_in() -> None:
    born = {year: parse(TD3, date(year, 1, 1)).date_of_birth for year in (1970, 1980, 2074, 2075)}
    assert born == {1970: "", 1980: "1974-08-12", 2074: "1974-08-12", 2075: "2074-08-12"}
    assert parse(TD3).date_of_birth == parse(TD3).expires == ""
    assert parse(TD3, date(2095, 1, 1)).expires == "2012-04-15"
    assert parse(TD3, date(1950, 1, 1)).expires == "1912-04-15"


def test_a_long_number_goes_on_in_the_optional_data() -> None:
    reading = parse(LONG_TD1, AT)
    assert (reading.verdict, reading.document_number) == (Verdict.VALID, "D23145890734")
    assert (reading.optional, "mrz.long_number" in reading.remarks) == ((), True)
    wrong = parse(LONG_TD1.replace("7349", "7348"), AT)
    assert "mrz.check.document_number" in wrong.broken


def test_a_full_name_field_says_that_names_may_be_missing() -> None:
    zone = "P<UTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
    reading = parse(zone, AT)
    assert reading.names_truncated
    assert reading.remarks[0] == "mrz.names_truncated"
    assert reading.given_names == "CHAYAPA DEJTHAMRONG K"


def test_unknown_parts_of_a_birth_give_a_range() -> None:
    month = parse(TD3.replace("7408122F", "7408<<2F"), AT)
    assert (month.date_of_birth, month.birth.first, month.birth.last) == ("", "1974-08-01", "1974-08-31")
    year = parse(TD3.replace("7408122F", "74<<<<2F"), AT)
    assert (year.birth.first, year.birth.last) == ("1974-01-01", "1974-12-31")
    nothing = parse(TD3.replace("7408122F", "<<<<<<0F"), AT)
    assert (nothing.birth.first, nothing.birth.last, nothing.date_of_birth) == ("", "", "")
    assert all("mrz.birth_date_partial" in each.remarks for each in (month, year, nothing))
    assert all("mrz.birth_date" not in each.broken for each in (month, year, nothing))


def test_a_birth_that_cannot_end_after_the_day_of_control() -> None:
    reading = parse(TD3.replace("7408122F", "1101<<2F"), date(2011, 1, 15))
    assert (reading.birth.first, reading.birth.last, reading.date_of_birth) == (
        "2011-01-01",
        "2011-01-15",
        "",
    )


def test_an_impossible_date_is_unknown_not_guessed() -> None:
    reading = parse(TD3.replace("7408122F", "7402313F"), AT)
    assert (reading.date_of_birth, "mrz.birth_date" in reading.broken) == ("", True)


def test_sex_not_stated_is_no_fault() -> None:
    for letter in "X<":
        reading = parse(TD3.replace("2F12", f"2{letter}12"), AT)
        assert (reading.verdict, "mrz.sex_not_stated" in reading.remarks) == (Verdict.VALID, True)


def test_a_code_that_iso_withdrew_is_a_remark() -> None:
    reading = parse(TD3.replace("P<UTO", "P<YUG"), AT)
    assert (reading.verdict, reading.remarks) == (Verdict.VALID, ("mrz.issuer_withdrawn",))


def test_a_visa_is_told_from_a_passport_and_a_card_by_its_first_letter() -> None:
    assert parse("V" + TD3[1:], AT).format is MrzFormat.MRV_A
    assert parse("V" + TD2[1:], AT).format is MrzFormat.MRV_B
    assert parse("V" + TD1[1:], AT).broken == ("mrz.document_type",)


@pytest.mark.parametrize(
    ("zone", "reason"),
    [("", "mrz.length"), ("P<UTO", "mrz.length"), (TD3[:-1], "mrz.length"), ("P" * 100_000, "mrz.length"),
     (TD3.replace("ANNA", "ÄNNA"), "mrz.characters"), ("\x00" * 88, "mrz.characters"),
     (b"\xff" * 90, "mrz.characters")],
)  # fmt: skip
def test_what_is_no_zone_gets_a_reason(zone: str | bytes, reason: str) -> None:
    reading = parse(zone, AT)
    assert (reading.verdict, reading.broken) == (Verdict.UNREADABLE, (reason,))


@given(
    st.binary(max_size=300)
    | st.text(max_size=200)
    | st.text("PVI<AB«Kc0123456789 \n", min_size=60, max_size=95)
)
@settings(max_examples=400, deadline=None)
def test_nothing_makes_it_raise(zone: str | bytes) -> None:
    reading = parse(zone, AT)
    assert reading.holds == (reading.verdict in {Verdict.VALID, Verdict.REPAIRED})


def test_random_bytes_and_damaged_zones_never_raise() -> None:
    rng = random.Random(1)
    for _ in range(1_500):
        raw = bytearray(rng.choice([*SPECIMENS.values(), LONG_TD1]).encode())
        for _ in range(rng.choice([1, 2, 5, 20, 90])):
            place = rng.randrange(len(raw))
            raw[place : place + rng.choice([0, 1, 1, 1, 2])] = bytes([rng.randrange(256)])
        reading = parse(bytes(raw), AT)
        assert reading.verdict is Verdict.UNREADABLE or verdict("".join(reading.lines)) == sum(
            1 << reason.number - 1 for reason in reading.reasons
        )


def test_text_made_to_cost_time_costs_little() -> None:
    line = "A<<B<<C<<D<<E<<F<<G<<H<<I<<J"
    began = time.thread_time()
    for raw in ("\n".join([line] * 12), "« " * 1_000, "\n".join(["K« <<" * 5] * 100), "OO00" * 500):
        parse(raw, AT)
    assert time.thread_time() - began < 1.0


@given(st.text("ABIOS<0123456789", min_size=88, max_size=88), st.sampled_from("PIV"))
@settings(max_examples=200, deadline=None)
def test_random_zones_of_the_right_length_are_refused_with_reasons(zone: str, first: str) -> None:
    reading = parse(first + zone[1:])
    assert reading.holds or reading.reasons
