import pytest

from cordillera.engines.names.parts import read_parts

ROLES = {
    "José Adolfo Macías Villamar": "GIVEN SECOND FAMILY MATERNAL",
    "MACIAS VILLAMAR, Jose Adolfo": "GIVEN SECOND FAMILY MATERNAL",
    "Juan Pérez": "GIVEN FAMILY",
    "Carlos Alberto Ruiz": "GIVEN SECOND FAMILY",
    "Juan Carlos Pérez López": "GIVEN SECOND FAMILY MATERNAL",
    "María del Carmen de la Torre y Zambrano": "GIVEN SECOND FAMILY MATERNAL",
    "Rosa Vera de Loor": "GIVEN FAMILY MARRIED",
    "María Torres Vda. de Ruiz": "GIVEN FAMILY MARRIED",
    "VERA DE LOOR, Rosa María": "GIVEN SECOND FAMILY MARRIED",
    "Petr Sergeevich Ivanov": "GIVEN PATRONYMIC FAMILY",
    "Ivanov Petr Sergeevich": "FAMILY GIVEN PATRONYMIC",
    "IVANOV, Petr Sergeevich": "GIVEN PATRONYMIC FAMILY",
    "习近平": "FAMILY GIVEN",
    "Xi Jinping": "FAMILY GIVEN",
    "Kim Jong Un": "FAMILY GIVEN GIVEN",
    "Osama bin Laden": "UNKNOWN CHAIN",
    "Mohamed Ould Ahmed": "UNKNOWN CHAIN",
    "Abu Bakr al-Baghdadi": "KUNYA UNKNOWN",
}


@pytest.mark.parametrize(("name", "roles"), ROLES.items())
def test_each_part_of_a_name_has_its_role(name: str, roles: str) -> None:
    assert [part.role.name for part in read_parts(name).parts] == roles.split()


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("'Abd al-Rahman al-Qaduli", "abdrahman qaduli"),
        ("Abdurrahman Alkadi", "abdrahman alkadi"),
        ("Nur al-Din Zengi", "nuruddin zengi"),
        ("Sheikh Abu Bakr al-Baghdadi", "abubakr baghdadi"),
        ("De la Cruz", "cruz"),
        ("Dr. Mr.", ""),
        ("Vladimir V. Putin", "vladimir v putin"),
        ("Президент Путин", "putin"),
    ],
)
def test_compounds_are_one_part_and_light_words_none(name: str, texts: str) -> None:
    assert [part.text for part in read_parts(name).parts] == texts.split()


def test_a_name_of_many_words_keeps_its_beginning_and_its_end() -> None:
    name = read_parts(" ".join(f"{letter}name" for letter in "bcdfghjklm"))
    assert [part.text for part in name.parts][:1] == ["bname"]
    assert [part.text for part in name.parts][-1:] == ["mname"]
    assert len(name.parts) == 8
    assert name.flags == ("names.cut_to_limit",)


def test_a_name_that_a_machine_readable_line_may_have_cut_is_marked() -> None:
    name = "ECHEVERRIA SAMANIEGO, MARIA FERN"
    assert read_parts(name, may_be_cut=True).parts[1].text == "fern~"
    assert "~" not in "".join(part.text for part in read_parts(name).parts)
