"""Names built to cost time: ten thousand characters, hundreds of equal words, five hundred aliases."""

import time

import pytest

from cordillera.engines.names.constants import MAX_NAMES, MAX_TOKENS
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ListIndex
from cordillera.engines.watchlists.un_xml import parse_un

PERSON = ListedPerson("1", (ListedName("VELEZ TORRES, Carmen"),))


@pytest.mark.parametrize(
    "name",
    [
        "A" * 10_000,
        "carmen " * 1_500,
        "Ñ" * 10_000,
        "a " * 5_000,
        "\u0301" * 10_000,
        "محمد " * 2_000,
        ",".join(["carmen"] * 1_000),
        "carmen-" * 2_000,
    ],
)
def test_a_name_of_ten_thousand_characters_costs_little(name: str) -> None:
    index = ListIndex([PERSON, ListedPerson("2", (ListedName(name),))])
    began = time.process_time()
    index.screen([Subject(str(n), name) for n in range(20)])
    assert time.process_time() - began < 2


def test_equal_words_do_not_explode() -> None:
    name = " ".join(["muhammad"] * MAX_TOKENS)
    index = ListIndex([ListedPerson(str(n), (ListedName(name),)) for n in range(50)])
    began = time.process_time()
    index.screen([Subject("s", name)])
    assert time.process_time() - began < 2


def test_a_long_name_is_told_to_be_cut() -> None:
    (matches,) = ListIndex([PERSON]).screen([Subject("s", "Carmen Velez Torres " + " " * 500)])
    assert "names.cut_to_limit" in {term.name for term in matches[0].terms}


def person_with(aliases: int) -> bytes:
    names = "".join(
        "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY>"
        f"<ALIAS_NAME>Alias{n} Carmen</ALIAS_NAME></INDIVIDUAL_ALIAS>"
        for n in range(aliases)
    )
    return (
        "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>CARMEN</FIRST_NAME>"
        f"<SECOND_NAME>VELEZ</SECOND_NAME>{names}</INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"
    ).encode()


def test_five_hundred_aliases_are_all_found_and_screened_fast() -> None:
    parsed = parse_un(person_with(500))
    assert (parsed.names, parsed.unread_fields) == (501, 0)
    index = ListIndex([parsed.entities[0].as_person()])
    began = time.process_time()
    found = index.screen(
        [Subject(str(n), name) for n in range(10) for name in ("Carmen Velez", "Carmen Alias499")]
    )
    assert time.process_time() - began < 3
    assert {matches[0].listed_name for matches in found} == {"CARMEN VELEZ", "Alias499 Carmen"}


def test_names_beyond_the_limit_are_counted_not_forgotten() -> None:
    parsed = parse_un(person_with(MAX_NAMES + 50))
    assert (parsed.names, parsed.unread_fields) == (MAX_NAMES, 51)
