"""Zones of all five formats, the specimens of ICAO Doc 9303, and zones that are damaged."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.mrz import MrzFormat, parse

AT = date(2011, 1, 1)
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
MRV_A = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"
MRV_B = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"
SPECIMENS = {
    MrzFormat.TD1: TD1,
    MrzFormat.TD2: TD2,
    MrzFormat.TD3: TD3,
    MrzFormat.MRV_A: MRV_A,
    MrzFormat.MRV_B: MRV_B,
}


@pytest.mark.parametrize(("name", "zone"), SPECIMENS.items())
def test_the_specimens_of_the_standard_are_valid(name: MrzFormat, zone: str) -> None:
    reading = parse(zone, AT)
    assert (reading.valid, reading.reasons, reading.repairs) == (True, (), ())
    assert reading.format is name
    assert (reading.surname, reading.given_names, reading.sex) == ("ERIKSSON", "ANNA MARIA", "F")
    assert not reading.names_truncated
    visa = name in {MrzFormat.MRV_A, MrzFormat.MRV_B}
    assert reading.date_of_birth == ("1940-09-07" if visa else "1974-08-12")
    assert reading.expires == ("1996-12-10" if visa else "2012-04-15")
    assert reading.document_number == {"P": "L898902C3", "I": "D23145890", "V": "L8988901C"}[zone[0]]


def test_a_zone_may_come_as_one_run_of_characters_and_in_lower_case() -> None:
    reading = parse(TD3.replace("\n", "").lower(), AT)
    assert reading.valid
    assert reading.remarks == ("mrz.lower_case",)


@pytest.mark.parametrize("zone", SPECIMENS.values())
def test_any_wrong_digit_under_a_check_digit_is_noticed(zone: str) -> None:
    second = zone.index("\n") + 1
    for at in range(second, len(zone)):
        if zone[at].isdigit():
            changed = zone[:at] + str((int(zone[at]) + 1) % 10) + zone[at + 1 :]
            reading = parse(changed, AT)
            checked = reading.format in {MrzFormat.TD1, MrzFormat.TD2, MrzFormat.TD3} or at - second < 28
            assert reading.valid is not checked, (changed, reading)


def test_confused_characters_are_repaired_and_reported() -> None:
    reading = parse(TD3.replace("7408122F", "74O8I22F").replace("MARIA", "MAR1A").replace("<UTO", "<UT0"), AT)
    assert reading.valid
    assert (reading.date_of_birth, reading.given_names, reading.issuer) == ("1974-08-12", "ANNA MARIA", "UTO")
    assert set(reading.repairs) == {"birth_date:O>0", "birth_date:I>1", "names:1>I", "issuer:0>O"}


def test_a_document_number_is_never_repaired_only_hinted_at() -> None:
    reading = parse(TD3.replace("L898902C3", "L8989O2C3"), AT)
    assert (reading.valid, reading.document_number) == (False, "L8989O2C3")
    assert reading.reasons == ("mrz.check.document_number", "mrz.check.composite")
    assert "L898902C3" in reading.number_candidates


def test_a_long_number_of_a_card_continues_in_the_optional_data() -> None:
    reading = parse(
        "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
    )
    assert reading.document_number == "D23145890734"
    assert "mrz.check.document_number" not in reading.reasons


def test_a_full_name_field_says_that_names_may_be_missing() -> None:
    zone = "P<UTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
    reading = parse(zone, AT)
    assert reading.names_truncated
    assert reading.given_names == "CHAYAPA DEJTHAMRONG K"


def test_unknown_and_impossible_dates_are_not_guessed() -> None:
    partial = parse(TD3.replace("7408122F", "74<<<<<F"), AT)
    assert partial.date_of_birth == ""
    assert "mrz.birth_date_partial" in partial.remarks
    impossible = parse(TD3.replace("7408122F", "7402313F"), AT)
    assert (impossible.date_of_birth, "mrz.birth_date" in impossible.reasons) == ("", True)


@pytest.mark.parametrize(
    ("zone", "reason"),
    [("", "mrz.length"), ("P<UTO", "mrz.length"), (TD3[:-1], "mrz.length"), ("P" * 100_000, "mrz.length"),
     (TD3.replace("ANNA", "AN A"), "mrz.length"), (TD3.replace("ANNA", "ÄNNA"), "mrz.characters"),
     ("\x00" * 88, "mrz.characters")],
)  # fmt: skip
def test_what_is_no_zone_gets_a_reason(zone: str, reason: str) -> None:
    reading = parse(zone, AT)
    assert (reading.valid, reading.reasons) == (False, (reason,))


@given(st.text(max_size=200) | st.text("PVI<AB0123456789\n", min_size=60, max_size=95))
@settings(max_examples=300, deadline=None)
def test_nothing_makes_it_raise(zone: str) -> None:
    assert parse(zone, AT).valid in {True, False}


@given(st.text("ABIOS<0123456789", min_size=88, max_size=88), st.sampled_from("PIV"))
@settings(max_examples=200, deadline=None)
def test_random_zones_of_the_right_length_are_refused_with_reasons(zone: str, first: str) -> None:
    reading = parse(first + zone[1:])
    assert reading.valid or reading.reasons
