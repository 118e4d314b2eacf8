from datetime import date

import pytest

from cordillera.desks.people.core import date_in_name, shrank, written_birth
from cordillera.engines.names.birth import birth_around, read_birth


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("ofac_sdn_2021-07.csv.gz", date(2021, 7, 1)),
        ("sdn_20260227.csv", date(2026, 2, 27)),
        ("sdn-2026-02-27.csv", date(2026, 2, 27)),
        ("sdn.csv", None),
        ("sdn_2026-02-31.csv", None),
        ("sdn_120210755.csv", None),
    ],
)
def test_a_file_name_may_state_a_date(name: str, stated: date | None) -> None:
    assert date_in_name(name) == stated


@pytest.mark.parametrize(
    ("old", "new", "lost"), [(100, 95, False), (100, 94, True), (1, 1, False), (1, 2, False)]
)
def test_more_than_five_percent_is_a_loss(old: int, new: int, *, lost: bool) -> None:
    assert shrank(old, new) is lost


@pytest.mark.parametrize("written", ["1980", "1980-05", "1980-05-04"])
def test_a_date_is_shown_as_precisely_as_it_is_known(written: str) -> None:
    read, about = read_birth(written), birth_around(1980)
    assert read is not None
    assert about is not None
    assert written_birth(read) == written
    assert written_birth(about) == "1978/1982"
