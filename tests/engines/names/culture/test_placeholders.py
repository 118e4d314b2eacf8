"""What stands where a name is not known says nothing, and real short names stay names."""

import pytest

from cordillera.engines.names.birth import read_births
from cordillera.engines.names.conclude import LIST_THRESHOLD, compare_person
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.parts import read_parts


def parts(full: str, given: str = "", family: str = "") -> list[str]:
    return [part.text for part in read_parts(full, given, family).parts]


@pytest.mark.parametrize(
    "written", ["UNKNOWN", "Desconocida", "Ignorado", "INCONNU", "неизвестно", "不详", "مجهول"]
)
def test_1_words_that_mean_unknown_are_no_names(written: str) -> None:
    assert parts(written) == []
    assert parts(f"{written} Vélez") == ["velez"]


@pytest.mark.parametrize(
    "written",
    [
        "NO CONSTA",
        "No tiene",
        "SIN APELLIDO",
        "sin segundo apellido",
        "se desconoce",
        "Não informado",
        "no last name",
    ],
)
def test_2_phrases_that_say_that_nothing_is_known_are_no_names(written: str) -> None:
    assert parts(written) == []
    assert parts("", "Ana", written) == ["ana"]
    assert parts(f"{written}, Ana") == ["ana"]


def test_2_a_patronymic_that_is_not_there_is_none() -> None:
    assert parts("Иванов Пётр без отчества") == parts("Иванов Пётр")


@pytest.mark.parametrize("written", ["S/N", "s/n", "N/A", "N/D", "S/A", "n/c", "б/о"])
def test_3_a_letter_a_slash_and_a_letter_are_no_initials(written: str) -> None:
    assert parts(written) == []
    assert parts(f"Vélez {written}") == ["velez"]


@pytest.mark.parametrize("link", ["S/O", "d/o", "A/L", "a/p"])
def test_3_of_son_and_daughter_of_the_father_remains(link: str) -> None:
    assert parts(f"RAJAN {link} KUMAR") == parts("RAJAN bin KUMAR") == ["rajan", "kumar"]


def test_3_a_slash_between_names_parts_them() -> None:
    assert parts("Vélez/Ana María") == ["velez", "ana", "maria"]
    assert parts("A/Vélez") == ["a", "velez"]


@pytest.mark.parametrize(
    "written", ["XX", "xxxx", "ХХХХ", "ΧΧΧ", "\uff38\uff38\uff38", "AAAA", "zzz", "000", "-----"]
)
def test_4_what_fills_a_field_is_no_name(written: str) -> None:
    assert parts(written) == []
    assert parts(f"{written} Vélez") == ["velez"]


@pytest.mark.parametrize("written", ["NN", "N.N.", "N. N.", "n/n", "NN NN"])
def test_5_nomen_nescio_is_no_name(written: str) -> None:
    assert parts(written) == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ng Wei", ["ng", "wei"]),
        ("NG", ["ng"]),
        ("Nn Sokha", ["nn", "sokha"]),
        ("No Tae-woo", ["no", "tae", "woo"]),
        ("Sin Yong", ["sin", "yong"]),
        ("Na Li", ["na", "li"]),
        ("X. Vélez", ["x", "velez"]),
        ("S. N. Vélez", ["s", "n", "velez"]),
        ("Christopher Null", ["christopher", "null"]),
        ("Nil Aydın", ["nil", "aydin"]),
        ("Samuel Doe", ["samuel", "doe"]),
        ("Xenia Xu", ["xenia", "xu"]),
        ("Aaron", ["aaron"]),
    ],
)
def test_short_and_odd_names_that_people_bear_stay(written: str, read: list[str]) -> None:
    assert parts(written) == read


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        ("S/N", "S/N"),
        ("NN NN", "N.N."),
        ("ХХХХ Vélez", "ХХХХ Tamayo"),
        ("NO CONSTA Vélez", "Tamayo, NO CONSTA"),
        ("Vélez, SIN NOMBRE", "SIN NOMBRE Tamayo"),
        ("UNKNOWN UNKNOWN", "UNKNOWN"),
        ("Vélez, XX", "XX Tamayo"),
    ],
)
def test_a_placeholder_and_a_birthday_in_common_raise_no_alert(own: str, listed: str) -> None:
    person = ListedPerson("1", (ListedName(listed),), read_births("1980-05-04"))
    found = compare_person(Subject("1", own, date_of_birth="1980-05-04"), person)
    assert found.score < LIST_THRESHOLD
    assert found.score == sum(term.contribution for term in found.terms)
