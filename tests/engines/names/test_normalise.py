import pytest

from cordillera.engines.names.normalise import read_name


def words(full: str, given: str = "", family: str = "") -> list[str]:
    return [word.text for word in read_name(full, given, family).words]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("José Ñúñez Ülkü", ["jose", "nunez", "ulku"]),
        ("Иванов Пётр", ["ivanov", "petr"]),
        ("O'Neill-Smith", ["oneill", "smith"]),
        ("MU’TASSIM YAHYA ‘ALI", ["mutassim", "yahya", "ali"]),
        ("  Ana\tMaría\n", ["ana", "maria"]),
        ("ﬁrat", ["firat"]),
    ],
)
def test_the_same_word_comes_out_of_every_script_and_accent(written: str, read: list[str]) -> None:
    assert words(written) == read


@pytest.mark.parametrize(
    "written", ["FNU LNU", "XXXX", "Sin Nombre", "NO NAME", "-0-", "", "...", "\u202e", "xxxxxx 000"]
)
def test_a_name_that_is_not_known_has_no_words(written: str) -> None:
    assert words(written) == []


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u00ad", "\u202e", "\u2066", "\ufeff"])
def test_an_invisible_sign_neither_parts_a_word_nor_changes_it(hidden: str) -> None:
    assert words(f"{hidden}Car{hidden}men Ve{hidden}lez{hidden}") == ["carmen", "velez"]


def test_a_placeholder_leaves_the_known_part_of_the_name() -> None:
    assert words("FNU Torres") == ["torres"]


def test_a_comma_puts_the_surname_first() -> None:
    name = read_name("DE LA CRUZ VEGA, Ana")
    assert [word.text for word in name.words] == ["ana", "de", "la", "cruz", "vega"]
    assert [name.words[i].text for i in name.surnames] == ["cruz", "vega"]


def test_every_word_points_at_its_place_in_the_field_as_written() -> None:
    full = "DE LA CRUZ,  José\u200bLuis"
    for word in read_name(full).words:
        assert full[word.start : word.end] == word.written


def test_parts_of_a_name_know_their_field() -> None:
    name = read_name("ignored", "Ana", "Torres")
    assert [word.field for word in name.words] == ["given_names", "family_names"]


def test_particles_and_titles_are_light() -> None:
    light = [word.text for word in read_name("Dr. Ana de la Torre").words if word.light]
    assert light == ["dr", "de", "la"]
