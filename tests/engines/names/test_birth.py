import pytest

from cordillera.engines.names.birth import birth_around, birth_between, read_birth, weigh_birth


@pytest.mark.parametrize(
    "written", ["", "1981-02-31", "1981-13-01", "0000-00-00", "12", "unknown", "31/02/1980"]
)
def test_an_impossible_date_is_unknown_and_says_nothing(written: str) -> None:
    assert read_birth(written) is None
    assert weigh_birth(read_birth(written), (read_birth("1980"),)).contribution == 0.0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "listed", "reason"),
    [
        ("1980-05-04", "1980-05-04", "names.birth_equal"),
        ("1980-05-04", "1980-04-05", "names.birth_day_month_exchanged"),
        ("1980-05-04", "1980", "names.birth_within"),
        ("1980", "1980-05-04", "names.birth_within"),
        ("1980-05", "1980-05-04", "names.birth_within"),
        ("1980-05-04", "1980-01-01", "names.birth_first_of_january"),
        ("1980-01-01", "1980-01-01", "names.birth_first_of_january"),
        ("1980-05-04", "1980-05-14", "names.birth_one_part_differs"),
        ("1980-05-04", "1980-07-19", "names.birth_same_year_only"),
        ("1980-05-04", "1982-05-04", "names.birth_few_years_apart"),
        ("1980-05-04", "1988-05-04", "names.birth_differs"),
        ("1980-05-04", "1999-05-04", "names.birth_far_apart"),
        ("19800504", "1980-05-04", "names.birth_equal"),
        ("4/5/1980", "1980-05-04", "names.birth_equal"),
        ("1975-00-00", "1975-03-01", "names.birth_within"),
    ],
)
def test_two_dates_say_what_they_say(subject: str, listed: str, reason: str) -> None:
    other = read_birth(listed)
    assert other is not None
    assert weigh_birth(read_birth(subject), (other,)).reason == reason


def test_agreement_raises_and_contradiction_lowers() -> None:
    day = read_birth("1980-05-04")
    assert day is not None
    far = read_birth("1960-05-04")
    assert far is not None
    assert weigh_birth(day, (day,)).contribution > 0 > weigh_birth(far, (day,)).contribution


def test_the_listed_date_that_fits_best_counts() -> None:
    dates = tuple(filter(None, (read_birth("1960"), read_birth("1980-05-04"))))
    assert weigh_birth(read_birth("1980-05-04"), dates).reason == "names.birth_equal"


def test_approximate_and_between_are_intervals() -> None:
    near, between = birth_around(1980), birth_between(1982, 1979)
    assert near is not None
    assert between is not None
    for listed in (near, between):
        assert weigh_birth(read_birth("1981-03-03"), (listed,)).reason == "names.birth_within"
