import pytest

from cordillera.desks.people.person_model import Item
from cordillera.desks.people.search_core import PartKind, plain_phone, read_line, subject_of, without
from cordillera.desks.people.search_keys import born_keys, keys_of


def kinds(line: str) -> list[tuple[str, str]]:
    return [(part.kind.value, part.text) for part in read_line(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Jhon Vélez 1985 0912345678", [("name", "Jhon Vélez"), ("birth", "1985"), ("number", "0912345678")]),
        ("1985 0912345678 Vélez Jhon", [("name", "Vélez Jhon"), ("birth", "1985"), ("number", "0912345678")]),
        ("习近平 1953-06-15", [("name", "习近平"), ("birth", "1953-06-15")]),
        ("محمد القاضي, A1234567", [("name", "محمد القاضي"), ("document", "A1234567")]),
        ("AB 123456", [("document", "AB 123456")]),
        ("12.345.678-5", [("document", "12.345.678-5")]),
        ("+593 99 123 4567", [("phone", "+593 99 123 4567")]),
        ("Ana 31/12/1979", [("name", "Ana"), ("birth", "31/12/1979")]),
        ("", []),
        ("  ,; ", []),
        ("1234", [("name", "1234")]),
    ],
)
def test_a_line_is_read_into_its_parts_in_any_order(line, expected):
    assert kinds(line) == expected


def test_a_date_with_an_impossible_day_is_not_taken_for_a_birth():
    assert all(part.kind is not PartKind.BIRTH for part in read_line("Ana 45/99/1979"))


@pytest.mark.parametrize("typed", ["31/02/1980", "30.02.1980", "1980-02-31", "45/99/1979"])
def test_an_impossible_date_is_told_and_searched_as_nothing(typed):
    parts = read_line(f"Ana {typed}")
    assert kinds(f"Ana {typed}") == [("name", "Ana"), ("no_date", typed)]
    assert (subject_of(parts).documents, subject_of(parts).date_of_birth) == ((), "")


@pytest.mark.parametrize("typed", ["08/1981", "8/1981", "8.1981", "08-1981", "1981/08", "1981-08"])
def test_a_month_of_a_year_is_a_month_of_birth_and_no_document(typed):
    part = read_line(f"Ana Vera {typed}")[1]
    assert (part.kind.value, part.value) == ("birth", "1981-08")


@pytest.mark.parametrize("typed", ["12/2345", "123/1981", "1712-1981", "2019-123456"])
def test_what_is_no_month_of_a_year_stays_a_document(typed):
    assert kinds(f"Ana {typed}") == [("name", "Ana"), ("document", typed)]


def test_a_document_number_that_only_looks_like_a_part_of_a_date_stays_one():
    assert kinds("1234-56 AB-1980-31") == [("document", "1234-56"), ("document", "AB-1980-31")]


def test_hidden_characters_are_told_of():
    assert read_line("An\u202ea Torres")[0].hidden
    assert not read_line("Ana Torres")[0].hidden


def test_taking_a_part_away_leaves_the_rest():
    parts = read_line("Jhon Vélez 1985 0912345678")
    assert kinds(without(parts, 1)) == [("name", "Jhon Vélez"), ("number", "0912345678")]


def test_a_number_is_asked_for_as_every_kind_of_document_and_as_a_phone():
    subject = subject_of(read_line("0912345678"))
    assert {document.number for document in subject.documents} == {"0912345678"}
    assert plain_phone("0991234567") == plain_phone("+593 (99) 123-4567")


def test_a_very_long_line_is_cut_and_never_raises():
    parts = read_line("Ana " * 5_000 + "9" * 50)
    assert sum(len(part.text) for part in parts) <= 400


def test_a_year_of_birth_has_a_key_only_together_with_a_word_of_the_name():
    item = Item(source="record", ref="1", label="", names=("Jhon Vélez",), births=("1985-08-05",))
    born = {key for key in keys_of(item) if "1985" in key}
    assert born == born_keys(["Jhon Vélez"], ["1985"])
    assert all(key.startswith("y:1985:w:") and len(key) > len("y:1985:w:") for key in born)
    assert keys_of(Item(source="record", ref="1", label="", births=("1985-08-05",))) == frozenset()


def test_one_comma_between_names_stays_and_others_do_not():
    assert kinds("Vélez Torres, Jhon, 1985") == [("name", "Vélez Torres, Jhon"), ("birth", "1985")]
    assert kinds("Ana, Rosa, Vélez") == [("name", "Ana Rosa Vélez")]
