"""Spellings of one name in Latin letters."""

import pytest

from cordillera.engines.names.neighbours import Neighbours
from cordillera.engines.names.romanisation import same_name, spellings
from cordillera.engines.names.similarity import word_similarity


@pytest.mark.parametrize(
    ("left", "right"),
    [("mohamed", "muhammad"), ("youssef", "yusuf"), ("sergei", "serhiy"), ("uthman", "osman")],
)
def test_spellings_of_one_name_are_alike(left: str, right: str) -> None:
    assert word_similarity(left, right).value >= 0.95
    assert word_similarity(left, right) == word_similarity(right, left)


@pytest.mark.parametrize(("left", "right"), [("hassan", "hussein"), ("mahmud", "muhammad"), ("ana", "nur")])
def test_different_names_stay_different(left: str, right: str) -> None:
    assert not same_name(left, right)


def test_a_spelling_of_two_names_finds_both() -> None:
    assert {"saeed", "sayyid"} <= spellings("said")
    assert not same_name("saeed", "sayyid")


def test_the_index_proposes_other_spellings() -> None:
    found = Neighbours(["muhammad", "quishpe"]).of(["mohamed"])["mohamed"]
    assert found["muhammad"].reason == "names.word_romanised_otherwise"
