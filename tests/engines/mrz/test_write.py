"""Writing zones of all five formats, and cutting long names."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.engines.mrz.specimens import LONG_TD1, SPECIMENS

from cordillera.engines.mrz import Document, MrzFormat, Verdict, mrz_name, parse, write_zone
from cordillera.engines.mrz.states import STATES
from cordillera.engines.mrz.write import NotWritableMrz, name_field

ERIKSSON = Document("ERIKSSON", "ANNA MARIA", "L898902C3", "UTO", "UTO", "1974-08-12", "F", "2012-04-15")
VISA = replace(
    ERIKSSON, document_number="L8988901C", nationality="XXX", date_of_birth="1940-09-07", expires="1996-12-10"
)
CARD = replace(ERIKSSON, document_number="D23145890")


@pytest.mark.parametrize(
    ("document", "name", "optional"),
    [
        (replace(CARD, type="I"), MrzFormat.TD1, ""),
        (replace(CARD, type="I"), MrzFormat.TD2, ""),
        (ERIKSSON, MrzFormat.TD3, "ZE184226B"),
        (VISA, MrzFormat.MRV_A, "6ZE184226B"),
        (VISA, MrzFormat.MRV_B, ""),
    ],
)
def test_the_specimens_of_the_standard_are_written(
    document: Document, name: MrzFormat, optional: str
) -> None:
    assert "\n".join(write_zone(document, name, optional)) == SPECIMENS[name]


def test_a_long_number_is_written_as_the_standard_shows() -> None:
    document = Document(
        "STEVENSON", "PETER JOHN", "D23145890734", "UTO", "UTO", "1934-07-12", "M", "1995-07-12", "I"
    )
    assert "\n".join(write_zone(document, MrzFormat.TD1)) == LONG_TD1
    with pytest.raises(NotWritableMrz):
        write_zone(replace(document, type=""), MrzFormat.TD3)


@pytest.mark.parametrize(
    ("surname", "given", "field"),
    [
        ("VAN DER MUELLEN", "DEBORAH", "VAN<DER<MUELLEN<<DEBORAH<<<<<<<<<<<<<<<"),
        ("ARKFREITH", "", "ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
        ("", "SINGLE", "SINGLE<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
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


DOCUMENTS = st.builds(
    Document,
    surname=st.text("ABCDEÑÜ '-", min_size=1, max_size=40).filter(mrz_name),
    given_names=st.text("FGHIJÉ ", max_size=30),
    document_number=st.text("ABC0123456789", min_size=1, max_size=9),
    issuer=st.sampled_from(sorted(STATES)),
    nationality=st.sampled_from(sorted(STATES)),
    date_of_birth=st.dates(date(1920, 1, 1), date(2019, 12, 31)).map(date.isoformat),
    sex=st.sampled_from(["F", "M", "X", ""]),
    expires=st.dates(date(2000, 1, 1), date(2060, 1, 1)).map(date.isoformat),
)


@given(DOCUMENTS, st.sampled_from(list(MrzFormat)), st.text("A0123456789", max_size=7))
@settings(max_examples=300, deadline=None)
def test_what_is_written_reads_back(document: Document, name: MrzFormat, optional: str) -> None:
    if document.sex == "M" and name in {MrzFormat.TD1, MrzFormat.TD2}:
        document = replace(document, document_number=document.document_number.rjust(9, "7") + "12")
        optional = "" if name is MrzFormat.TD2 else optional
    lines = write_zone(document, name, optional)
    reading = parse("\n".join(lines), date(2020, 1, 1))
    assert (reading.verdict, reading.lines, reading.format) == (Verdict.VALID, lines, name)
    assert reading.document_number == document.document_number
    assert (reading.issuer, reading.nationality) == (document.issuer, document.nationality)
    assert (reading.date_of_birth, reading.expires) == (document.date_of_birth, document.expires)
    assert (reading.sex, "".join(reading.optional).strip()) == (document.sex, optional)
    if not reading.names_truncated:
        assert reading.surname.replace(" ", "<") == mrz_name(document.surname)
        assert reading.given_names.replace(" ", "<") == mrz_name(document.given_names)


@pytest.mark.parametrize(("born", "digits"), [("1974-08", "7408<<"), ("1974", "74<<<<"), ("", "<<<<<<")])
def test_unknown_parts_of_a_birth_are_fillers(born: str, digits: str) -> None:
    lines = write_zone(replace(ERIKSSON, date_of_birth=born), MrzFormat.TD3)
    assert lines[1][13:19] == digits
    assert parse("\n".join(lines), date(2011, 1, 1)).holds


@pytest.mark.parametrize(
    "change",
    [{"document_number": "A123456789"}, {"issuer": "ECUA"}, {"expires": "31-02-03"},
     {"date_of_birth": "2001-02-30"}, {"type": "V"}, {"surname": "123", "given_names": ""},
     {"document_number": "A-1"}],
)  # fmt: skip
def test_what_has_no_place_in_a_zone_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(NotWritableMrz):
        write_zone(replace(ERIKSSON, **change), MrzFormat.TD3)
