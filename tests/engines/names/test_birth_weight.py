from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.engines.names.birth_text import read_births
from cordillera.engines.names.birth_weight import share_born, weigh_births
from cordillera.engines.names.evidence_table import BIRTH_MOST, BIRTHS, BORN, OTHERS

DATES = st.dates(date(1930, 1, 1), date(2015, 12, 31)).map(date.isoformat)
TEXTS = st.one_of(
    DATES, st.integers(1930, 2015).map(str), st.sampled_from(["1980s", "circa 1975", "1970-1990"])
)


def bits(subject: str, listed: str) -> float:
    return weigh_births(read_births(subject), read_births(listed)).contribution


@pytest.mark.parametrize(
    ("subject", "listed", "reason"),
    [
        ("1980-05-04", "1980-05-04", "equal"),
        ("1980-05-04", "1980-04-05", "day_month_exchanged"),
        ("1980-05-04", "1981-05-04", "one_year_off"),
        ("1979-05-04", "1980-05-04", "one_year_off"),
        ("1980-05-04", "1980-05-14", "one_digit_off"),
        ("1980-05-12", "1980-05-21", "one_digit_off"),
        ("1980-05-04", "1990-05-04", "decade_off"),
        ("1980-05-04", "1980-05-19", "same_month"),
        ("1980-05-04", "1980-07-19", "same_year_only"),
        ("1980-05-04", "1982-07-19", "few_years_apart"),
        ("1980-05-04", "1988-07-19", "differs"),
        ("1980-05-04", "1999-07-19", "far_apart"),
        ("1980-05-04", "1980-01-01", "first_of_january"),
        ("1980-01-01", "1980-01-01", "first_of_january"),
        ("1980-01-01", "1981-03-04", "few_years_apart"),
        ("1980-05-04", "1980", "within"),
        ("1980-05", "1980-05-04", "within"),
        ("1975-1985", "circa 1986", "within"),
        ("1980", "1981", "few_years_apart"),
        ("1980s", "1999", "differs"),
        ("1980s", "2005", "far_apart"),
        ("", "1980", "unknown"),
    ],
)
def test_two_dates_say_what_they_say(subject: str, listed: str, reason: str) -> None:
    assert weigh_births(read_births(subject), read_births(listed)).reason == f"names.birth_{reason}"


def test_the_closer_two_dates_the_more_they_speak_for_one_person() -> None:
    falling = [
        bits("1980-05-04", other)
        for other in (
            "1980-05-04",
            "1980-04-05",
            "1980-05-14",
            "1980-05-19",
            "1980-07-19",
            "1982-07-19",
            "1999-07-19",
        )
    ]
    assert falling == sorted(falling, reverse=True)
    assert falling[0] > 0 > falling[-1]


def test_agreement_is_worth_less_the_wider_the_interval() -> None:
    widths = [
        bits("1980-05-04", other)
        for other in ("1980-05-04", "1980-05", "1980", "circa 1980", "1980s", "1960-1999")
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] >= 0.0


def test_the_first_of_january_says_no_more_than_its_year() -> None:
    assert bits("1980-01-01", "1980-01-01") == bits("1980-01-01", "1980-05-04") == bits("1980", "1980")


def test_an_impossible_date_says_nothing() -> None:
    assert bits("1981-02-31", "1980-05-04") == 0.0


def test_a_list_that_states_many_dates_agrees_by_accident_more_often() -> None:
    assert bits("1980-05-04", "1980-05-04; 1970; 1960; 1950") == bits("1980-05-04", "1980-05-04") - 2.0


def test_many_listed_dates_never_turn_agreement_into_contradiction() -> None:
    assert bits("1980-05-04", "1980s; 1955; 1954; 1953; 1952; 1951; 1950") == 0.0


def test_a_rare_age_agrees_more_than_a_common_one_but_nobody_is_too_rare() -> None:
    assert bits("1921", "1921") > bits("1975", "1975")
    assert bits("1851-02-03", "1851-02-03") <= BIRTH_MOST


@given(TEXTS, TEXTS)
def test_no_contradiction_hides_an_equal_document_and_order_does_not_matter(left: str, right: str) -> None:
    value = bits(left, right)
    assert -8.0 < value <= BIRTH_MOST
    assert value * 1024 == round(value * 1024)
    assert (value > 0) == (bits(right, left) > 0)


def test_the_shares_of_years_of_birth_sum_to_one() -> None:
    assert share_born(date(1850, 1, 1), date(2029, 12, 31)) == pytest.approx(1.0, abs=1e-3)
    assert all(share >= 0.0 for _, share in BORN)


def test_what_dates_of_one_person_do_sums_to_one() -> None:
    exact = (
        BIRTHS.equal, BIRTHS.exchanged, BIRTHS.year_off, BIRTHS.digit_off, BIRTHS.decade_off,
        BIRTHS.month_equal, BIRTHS.year_equal, BIRTHS.years_near, BIRTHS.years_few, BIRTHS.years_far,
    )  # fmt: skip
    assert sum(exact) == pytest.approx(1.0)
    assert OTHERS.near + OTHERS.few + OTHERS.far < 1.0
