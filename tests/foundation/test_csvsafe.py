import csv
import io

import pytest

from cordillera.foundation.csvsafe import csv_line, csv_safe


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+593 99 000",
        "-2+3",
        "@SUM(A1)",
        "|cmd",
        "\t=1+1",
        "\r=1+1",
        "  =1+1",
        "\u200b=1+1",
        "\u202e=1+1",
        "\ufeff=1+1",
        "\u00a0=1+1",
        '"=1+1',
        "'=1+1",
        "＝1+1",
        "\x00=1+1",
    ],
)
def test_what_begins_like_a_formula_becomes_text(value: str) -> None:
    assert csv_safe(value).startswith("'")


@pytest.mark.parametrize("value", ["", "Ana", "O'Neill", "ana@example.org", "3-4", "Ñusta =", "محمد"])
def test_a_plain_value_stays_as_it_is(value: str) -> None:
    assert csv_safe(value) == value


def test_quotes_commas_and_line_ends_survive_the_way_through_a_reader() -> None:
    values = ['a "quoted" name', "comma, inside", "two\r\nlines", 0.875, -3, None]
    (row,) = csv.reader(io.StringIO(csv_line(values), newline=""))
    assert row == ['a "quoted" name', "comma, inside", "two\r\nlines", "0.875", "-3", ""]
