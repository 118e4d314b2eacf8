import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.engines.names.constants import MIN_SIMILARITY
from cordillera.engines.names.similarity import word_similarity

WORDS = st.text("abcdehijlmnorstuvyz", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("jhon", "john"),
        ("velez", "belez"),
        ("velez", "veles"),
        ("llerena", "yerena"),
        ("hernandez", "ernandes"),
        ("yeferson", "jefferson"),
        ("wilmer", "vilmer"),
        ("quiroga", "kiroga"),
        ("attiiqullah", "attiqullah"),
    ],
)
def test_names_that_sound_alike_in_spanish_are_nearly_equal(left: str, right: str) -> None:
    assert word_similarity(left, right).reason == "names.word_sounds_alike"


@pytest.mark.parametrize(("left", "right"), [("fco", "francisco"), ("ma", "maria"), ("pepe", "jose")])
def test_short_forms_stand_for_the_name(left: str, right: str) -> None:
    assert word_similarity(left, right).reason == "names.word_short_form"


def test_exchanged_letters_cost_less_than_other_edits() -> None:
    assert word_similarity("mohammed", "omhammed").value > word_similarity("mohammed", "mohammex").value


def test_antonio_and_antonia_are_not_the_same_name() -> None:
    assert word_similarity("antonio", "antonia").value <= 0.75
    assert word_similarity("daniel", "daniela").value <= 0.75


@given(WORDS, WORDS)
def test_similarity_is_symmetric_and_bounded(left: str, right: str) -> None:
    one, other = word_similarity(left, right), word_similarity(right, left)
    assert one == other
    assert one.value == 0.0 or MIN_SIMILARITY <= one.value <= 1.0
