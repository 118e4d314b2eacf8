from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.birth_text import read_births
from cordillera.engines.names.model import Precision

DAY = ("1980-05-04", "1980-05-04")
YEAR = ("1980-01-01", "1980-12-31")
MAY = ("1980-05-01", "1980-05-31")


def spans(text: str) -> list[tuple[str, str]]:
    return [(birth.first.isoformat(), birth.last.isoformat()) for birth in read_births(text)]


@pytest.mark.parametrize(
    "text",
    [
        "1980-05-04",
        "1980-05-04T00:00:00",
        "1980/05/04",
        "19800504",
        "4/5/1980",
        "04.05.1980",
        "04-05-80",
        "4 May 1980",
        "04 MAY 1980",
        "4-May-1980",
        "May 4, 1980",
        "4 de mayo de 1980",
        "4 de Mayo del 1980",
        "١٩٨٠-٠٥-٠٤",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert spans(text) == [DAY]


@pytest.mark.parametrize("text", ["1980", "1980-00-00", "1980-XX-XX", "00/00/1980", "พ.ศ. 2523", "2523 BE"])
def test_a_year_alone_is_the_whole_year(text: str) -> None:
    assert spans(text) == [YEAR]


@pytest.mark.parametrize(
    "text", ["1980-05", "1980-05-00", "??/05/1980", "05/1980", "mayo de 1980", "May 1980"]
)
def test_a_month_alone_is_the_whole_month(text: str) -> None:
    assert spans(text) == [MAY]


@pytest.mark.parametrize(
    "text", ["circa 1980", "c. 1980", "1980 (approx)", "hacia 1980", "aprox. 1980", "1980?"]
)
def test_about_a_year_reaches_two_years_to_each_side(text: str) -> None:
    assert spans(text) == [("1978-01-01", "1982-12-31")]
    assert read_births(text)[0].precision is Precision.APPROXIMATE


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1975-1980", 1975, 1980),
        ("between 1975 and 1980", 1975, 1980),
        ("entre 1975 y 1980", 1975, 1980),
        ("1975 to 1980", 1975, 1980),
        ("1980s", 1980, 1989),
        ("late 1980s", 1986, 1989),
        ("década de 1970", 1970, 1979),
        ("años 80", 1980, 1989),
    ],
)
def test_a_span_of_years_is_an_interval(text: str, first: int, last: int) -> None:
    assert spans(text) == [(f"{first}-01-01", f"{last}-12-31")]


def test_a_span_of_months_takes_its_year_from_the_end() -> None:
    assert spans("Between Aug. and Sep. 1977") == [("1977-08-01", "1977-09-30")]


def test_a_month_that_cannot_be_is_read_as_the_day() -> None:
    assert spans("05/14/1980") == spans("14/05/1980") == [("1980-05-14", "1980-05-14")]


@pytest.mark.parametrize(
    "text", ["1980-05-04 or 1981-06-07", "1980-05-04; 7 June 1981", "04/05/1980, 07/06/1981"]
)
def test_two_dates_stay_two(text: str) -> None:
    assert spans(text) == [DAY, ("1981-06-07", "1981-06-07")]


def test_two_dates_read_as_one_reach_from_the_first_to_the_last() -> None:
    birth = read_birth("1980-05-04 o 1981-06-07")
    assert birth is not None
    assert (birth.first, birth.last, birth.precision) == (date(1980, 5, 4), date(1981, 6, 7), Precision.RANGE)


def test_two_digits_of_a_year_are_of_either_century_while_both_may_live() -> None:
    assert spans("04/05/20") == [("1920-05-04", "1920-05-04"), ("2020-05-04", "2020-05-04")]
    assert spans("04/05/80") == [DAY]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1400 AH", ("1979-11-20", "1980-11-09")),
        ("١٤٠٠ هـ", ("1979-11-20", "1980-11-09")),
        ("15/09/1400 H", ("1980-07-27", "1980-07-29")),
        ("1358 SH", ("1979-03-21", "1980-03-20")),
        ("1358/01/01 هـ.ش", ("1979-03-21", "1979-03-21")),
        ("1403/01/01 SH", ("2024-03-20", "2024-03-20")),
        ("1404/01/01 SH", ("2025-03-21", "2025-03-21")),
        ("4/5/2523 BE", DAY),
        ("15/09/1400 (Hijri Calendar)", ("1980-07-27", "1980-07-29")),
    ],
)
def test_years_of_other_calendars_are_converted_where_the_text_says_so(
    text: str, expected: tuple[str, str]
) -> None:
    assert spans(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "1400",
        "2523",
        "1981-02-31",
        "31/02/1980",
        "1980-13-40",
        "0000-00-00",
        "12",
        "unknown",
        "",
        "4th of July",
    ],
)
def test_what_is_impossible_or_not_understood_is_unknown(text: str) -> None:
    assert read_births(text) == ()


@settings(deadline=None)
@given(st.text(max_size=200) | st.text("circa 19/-;orXx?ه", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for birth in read_births(text):
        assert birth.first <= birth.last
