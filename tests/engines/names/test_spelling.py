import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.engines.names import spelling_kernel
from cordillera.engines.names.spelling import UNIT, apart, distance, folded, skeleton

WORDS = st.text("abcdefghijklmnopqrstuvwxyz01459", max_size=30)


@given(WORDS, WORDS)
def test_the_kernel_and_the_reference_agree(left: str, right: str) -> None:
    first, second = folded(left), folded(right)
    codes = np.frombuffer(first, np.uint8), np.frombuffer(second, np.uint8)
    assert spelling_kernel.apart(*codes) == apart(first, second) == apart(second, first)


@pytest.mark.parametrize(
    ("left", "right"), [("husayn", "hussein"), ("sobhi", "soubi"), ("hisham", "hicham"), ("velez", "beles")]
)
def test_letters_that_sound_alike_cost_less_than_one_letter(left: str, right: str) -> None:
    assert distance(left, right) < UNIT


def test_another_consonant_costs_a_letter() -> None:
    assert distance("jordan", "jorgan") == UNIT
    assert distance("", "") == 0


def test_the_skeleton_keeps_what_two_romanisations_share() -> None:
    assert skeleton("vladimir") == skeleton("fladimir")
    assert skeleton("putin") == skeleton("butin")
