import pytest

from cordillera.engines.names.birth import birth_around, birth_between, read_birth
from cordillera.engines.names.model import Precision


@pytest.mark.parametrize(
    "written", ["", "1981-02-31", "1981-13-01", "0000-00-00", "12", "unknown", "31/02/1980"]
)
def test_an_impossible_date_is_unknown(written: str) -> None:
    assert read_birth(written) is None


def test_several_dates_are_one_interval_from_the_first_to_the_last() -> None:
    birth = read_birth("1979 or 1981-03-02")
    assert birth is not None
    assert (birth.first.isoformat(), birth.last.isoformat()) == ("1979-01-01", "1981-03-02")
    assert birth.precision is Precision.RANGE


def test_approximate_and_between_are_intervals() -> None:
    near, between = birth_around(1980), birth_between(1982, 1979)
    assert near is not None
    assert between is not None
    for birth in (near, between):
        assert birth.first.year < 1981 <= birth.last.year
