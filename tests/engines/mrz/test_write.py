"""Writing passports' zones, transliterating names, and cutting long ones."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.mrz import Person, mrz_name, mrz_variants, parse, write_td3
from cordillera.engines.mrz.checkdigit import check_digit
from cordillera.engines.mrz.write import NotWritableMrz, name_field

PERSON = Person("ERIKSSON", "ANNA MARIA", "L898902C3", "UTO", "UTO", "1974-08-12", "F", "2012-04-15")


def test_the_specimen_of_the_standard_is_written() -> None:
    assert write_td3(PERSON, "ZE184226B") == (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    )


@pytest.mark.parametrize(
    ("surname", "given", "field"),
    [
        ("VAN DER MUELLEN", "DEBORAH", "VAN<DER<MUELLEN<<DEBORAH<<<<<<<<<<<<<<<"),
        ("ARKFREITH", "", "ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        ("BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO", "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WA<<D"),
    ],
)
def test_long_names_are_cut_as_the_standard_shows(surname: str, given: str, field: str) -> None:
    assert name_field(surname, given, 39) == field


@given(st.text("ABC ÑÜ", min_size=1, max_size=60), st.text("ABC ", max_size=60))
@settings(max_examples=300, deadline=None)
def test_a_cut_name_field_is_full_and_ends_in_a_letter(surname: str, given_names: str) -> None:
    field = name_field(surname, given_names, 39)
    whole = len(mrz_name(surname)) + (2 + len(mrz_name(given_names)) if mrz_name(given_names) else 0)
    assert len(field) == 39
    if whole > 39 and mrz_name(surname):
        assert not field.endswith("<<<")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Núñez de la Peña", "NUNEZ<DE<LA<PENA"),
        ("Müller", "MUELLER"),
        ("O'Connor-Smith", "OCONNOR<SMITH"),
        ("Ødegård", "OEDEGAARD"),
        ("Straße", "STRASSE"),
        ("Þór Æsir", "THOR<AESIR"),
        ("Łukasz Ďurčo", "LUKASZ<DURCO"),
        ("Щербаков", "SHCHERBAKOV"),
        ("Юлия", "IULIIA"),
        ("محمد", "MXHMD"),
        ("  ", ""),
        ("12 34", ""),
        ("İbrahim Işık", "IBRAHIM<ISIK"),
        ("n\u0303andu", "NANDU"),
    ],
)
def test_names_are_written_in_the_letters_a_to_z(name: str, written: str) -> None:
    assert mrz_name(name) == written


def test_other_scripts_fall_back_to_letters() -> None:
    assert mrz_name("Γιώργος").isascii()
    assert mrz_name("李明") not in {"", "<"}


def test_every_permitted_form_of_a_name_is_known() -> None:
    assert set(mrz_variants("Muñoz")) == {"MUNOZ", "MUNXXOZ"}
    assert {"GUEEMES", "GUXXEMES", "GUEMES"} <= set(mrz_variants("Güemes"))
    assert len(mrz_variants("ÜÖÄ" * 30)) == 64


def test_a_written_zone_reads_back() -> None:
    person = Person("Núñez Ávila", "María José", "A12345678", "ECU", "ECU", "2001-02-03", "F", "2031-02-03")
    reading = parse("\n".join(write_td3(person)), date(2026, 11, 21))
    assert reading.valid
    assert (reading.surname, reading.given_names) == ("NUNEZ AVILA", "MARIA JOSE")
    assert (reading.date_of_birth, reading.expires) == ("2001-02-03", "2031-02-03")


def test_check_digits_of_the_standard() -> None:
    assert [
        check_digit(text) for text in ("520727", "AB2134<<<", "HA672242<658022549601086<<<<<<<<<<<<<<0")
    ] == [
        "3",
        "5",
        "8",
    ]


@pytest.mark.parametrize(
    "change", [{"document_number": "A123456789"}, {"issuer": "ECUA"}, {"expires": "31-02-03"}]
)
def test_what_has_no_place_in_a_zone_is_refused(change: dict[str, str]) -> None:
    from msgspec.structs import replace

    with pytest.raises(NotWritableMrz):
        write_td3(replace(PERSON, **change))
