import pytest

from cordillera.engines.names.vessels import read_vessel, vessel_names


@pytest.mark.parametrize(
    "text", ["M/V Quetzal", "MV QUETZAL", "m.v. Quetzal", "B/M Quetzal", "F/V Quetzal", "MT Quetzal"]
)
def test_the_prefix_that_tells_the_kind_falls_away(text: str) -> None:
    assert [word.text for word in read_vessel(text).words] == ["quetzal"]


def test_a_prefix_alone_is_the_name() -> None:
    assert [word.text for word in read_vessel("Victoria Tug").words] == ["victoria"]
    assert [word.text for word in read_vessel("Tug").words] == ["tug"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("BLUE GULL (ex Quetzal)", ("BLUE GULL", "Quetzal")),
        ("BLUE GULL, formerly Quetzal", ("BLUE GULL", "Quetzal")),
        ("BLUE GULL f.k.a. Quetzal; a/k/a Volkov", ("BLUE GULL", "Quetzal", "Volkov")),
        ("Blue Gull (antes Quetzal)", ("Blue Gull", "Quetzal")),
        ("EXPRESS 7", ("EXPRESS 7",)),
        ("", ("",)),
    ],
)
def test_former_names_are_told_apart(text: str, names: tuple[str, ...]) -> None:
    assert vessel_names(text) == names


@pytest.mark.parametrize(
    ("text", "number"),
    [("Sea Star III", "3"), ("Sea Star 03", "3"), ("Sea Star Tres", "3"), ("DY905", "dy905")],
)
def test_numerals_are_numbers(text: str, number: str) -> None:
    reading = read_vessel(text)
    assert reading.numbers == (number,) or [word.text for word in reading.words] == [number]
