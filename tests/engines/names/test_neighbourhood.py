import random

import pytest

from cordillera.engines.names.core import read_parts
from cordillera.engines.names.likeness import word_likeness
from cordillera.engines.names.neighbourhood import Neighbourhoods
from cordillera.engines.names.synthetic import invent
from cordillera.engines.names.tokens import Tokens

ODD = "alhamdani hamdani delacruz cruz jhon john abdurrahman rahman pepe jose m xi ivanova ivanov mhmd_"


@pytest.fixture(scope="module")
def words() -> list[str]:
    people = invent(1_500, seed=31)
    found = {part.text for person in people for part in read_parts("", person.given, person.family).parts}
    return sorted(found | set(ODD.split()))


def brute(word: str, words: list[str]) -> dict[str, tuple[int, int]]:
    likes = ((other, word_likeness(word, other)) for other in words)
    return {other: (like.units, like.code) for other, like in likes if like.units}


def found(hoods: Neighbourhoods, word: str) -> dict[str, tuple[int, int]]:
    return {other: (like.units, like.code) for other, like in hoods.of(word).items()}


def test_a_neighbourhood_is_what_comparing_with_every_word_gives(words):
    hoods, rng = Neighbourhoods(words), random.Random(1)
    for word in [*rng.sample(words, 40), *ODD.split(), "fernand~", "12345", "zambranoo"]:
        assert found(hoods, word) == brute(word, words)


def test_a_word_that_may_be_cut_is_like_what_it_begins_and_what_the_whole_word_is_like(words):
    hoods, rng = Neighbourhoods(words[: len(words) // 2]), random.Random(2)
    cut = [word[: rng.randint(1, len(word))] + "~" for word in rng.sample(words, 25)]
    cut += [f"{word}~" for word in ("fernand", "mhmd", "hamdani", "123", "ivanov", "jos", "mo", "m")]
    for word in cut:
        hoods.reach(word)
    for word in words[len(words) // 2 :]:
        hoods.tokens.add(word)
    for word in cut:
        assert found(hoods, word) == brute(word, words)
    hoods.tokens.add("fernan~")  # a word of the vocabulary that may be cut itself
    assert found(hoods, "fernand~") == brute("fernand~", [*words, "fernan~"])


def test_words_added_later_are_found_and_the_others_stay(words):
    hoods = Neighbourhoods(words[::2])
    asked = words[:20]
    for word in asked:
        hoods.reach(word)
    for word in words[1::2]:
        hoods.tokens.add(word)
    for word in asked:
        assert found(hoods, word) == brute(word, words)


def test_two_words_written_as_one_are_found_by_their_consonants():
    hoods = Neighbourhoods(["mariajose", "mariajosse", "delgado", "maraujeusa"])
    texts = [hoods.tokens.text(number) for number in hoods.written_as_one("mariajoze").tolist()]
    assert texts == ["mariajose", "mariajosse"]
    assert hoods.written_as_one("luisdelgado").tolist() == []


def test_a_word_keeps_its_number_and_marks_take_no_part_in_spelling():
    tokens = Tokens()
    assert [tokens.add(word) for word in ("ana", "luis", "ana", "x" * 300)] == [0, 1, 0, 2]
    assert tokens.number("rosa") == -1
    assert tokens.words() == ["ana", "luis", "x" * 300]
