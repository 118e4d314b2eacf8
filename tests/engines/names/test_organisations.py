import pytest

from cordillera.engines.names.organisations import forms_differ, read_organisation
from cordillera.engines.names.organisations_forms import class_of
from cordillera.engines.names.organisations_reading import read_tokens


def words(text: str) -> list[str]:
    return [word.text for word in read_organisation(text).words]


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("S.A.", "stock"), ("S.A.C.", "stock"), ("S.A. de C.V.", "stock"), ("C.A.", "stock"),
        ("AG", "stock"), ("Aktiengesellschaft", "stock"), ("N.V.", "stock"), ("PLC", "stock"),
        ("OAO", "stock"), ("A/S", "stock"), ("Cía. Ltda.", "limited"), ("Ltda.", "limited"),
        ("GmbH", "limited"), ("G.m.b.H.", "limited"), ("B.V.", "limited"), ("B.V.B.A.", "limited"),
        ("OOO", "limited"), ("ООО", "limited"), ("LLC", "limited"), ("Pty Ltd", "limited"),
        ("S.A.R.L.", "limited"), ("S. de R.L. de C.V.", "limited"), ("Sp. z o.o.", "limited"),
        ("Sdn. Bhd.", "limited"), ("d.o.o.", "limited"), ("S.A.S.", "limited"),
        ("Co., Ltd.", "limited"), ("ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ", "limited"),
        ("E.I.R.L.", "sole"), ("L.P.", "partnership"), ("S. en C.", "partnership"),
        ("Cooperativa", "cooperative"), ("Stichting", "foundation"), ("Corp.", "company"),
        ("Inc.", "company"),
    ],
)  # fmt: skip
def test_legal_forms_of_many_countries_fold_to_classes(form: str, kind: str) -> None:
    assert class_of(" ".join(token.text for token in read_tokens(form))) == kind
    reading = read_organisation(f"Volcán Azul {form}")
    assert [word.text for word in reading.words] == ["volcan", "azul"]
    assert reading.forms <= {kind, "company", "limited", "foundation"}
    assert kind in reading.forms


@pytest.mark.parametrize(
    "text", ["OOO Volcan Azul", "Stichting Volcan Azul", "JSC Volcan Azul", "S.R.L. Volcan Azul"]
)
def test_a_form_may_stand_before_the_name(text: str) -> None:
    assert words(text) == ["volcan", "azul"]


def test_a_form_never_takes_the_whole_name() -> None:
    assert words("Company") == ["company"]
    assert words("S.A.") == ["sa"]
    assert words("Management Company") == ["management"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Fabrika 7", ("7",)), ("Fabrika VII", ("7",)), ("Fabrika 007", ("7",)), ("Fabrika Siete", ("7",)),
        ("7th Fabrika", ("7",)), ("7ma Fabrika", ("7",)), ("Brigada Cuarenta y 4", ("44",)),
        ("Brigade Forty Four", ("44",)), ("Fondo XII L.P.", ("12",)), ("Trust 2005-AR16", ("2005", "ar16")),
        ("Fondo I, Ltd.", ("1",)), ("Jihad-i-Islami", ()), ("Vi Ho Trading", ()), ("Xi Trading", ()),
    ],
)  # fmt: skip
def test_numbers_are_read_however_they_are_written(text: str, numbers: tuple[str, ...]) -> None:
    assert read_organisation(text).numbers == numbers


def test_a_name_that_is_only_a_number_is_named_by_it() -> None:
    reading = read_organisation("11420 CORP.")
    assert ([word.text for word in reading.words], reading.numbers) == (["11420"], ())


def test_dotted_and_single_letters_become_one_word() -> None:
    assert words("A.B.C. Traders") == words("ABC Traders")
    assert words("H&M Hennes") == words("H and M Hennes") == ["hm", "hennes"]


def test_connectors_and_translations_do_not_tell_names_apart() -> None:
    assert words("Comercial Azul y Rojo Import Export") == words(
        "Commercial Azul & Rojo Importaciones Exportaciones"
    )
    assert words("Villa de Arte") == words("Villa d'Arte")


def test_generic_words_tell_less_than_names() -> None:
    reading = read_organisation("Comercial Import Cristalord")
    assert reading.information[0] < reading.information[2] > reading.information[1]


def test_a_missing_or_general_form_says_nothing() -> None:
    def differ(left: str, right: str) -> bool | None:
        return forms_differ(read_organisation(left).forms, read_organisation(right).forms)

    assert differ("Azul S.A.", "Azul") is None
    assert differ("Azul S.A.", "Azul Corp.") is None
    assert differ("Azul AG", "Azul GmbH") is True
    assert differ("Azul GmbH", "Azul Cía. Ltda.") is False


@pytest.mark.parametrize(
    "text", ["", "& & &", "...", "S.A. S.A. S.A.", "1 2 3", "ⅫⅢ", "x" * 10_000, "A." * 5_000]
)
def test_no_name_breaks_the_reader(text: str) -> None:
    reading = read_organisation(text)
    assert len(reading.words) == len(reading.information) <= 24
