import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from cordillera.engines.names.likeness import NEAR_LETTERS, Reason, keys, word_likeness

WORDS = st.text("abdehijklmnorstuvxyz_~", min_size=1, max_size=9)
_KNOWN = "jose pepe muhammad mohamed delacruz cruz ivanov ivanova abdrahman kim gim zedong tsetung paco john"
KNOWN = st.sampled_from(_KNOWN.split())


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("jose", "jose", Reason.EQUAL),
        ("pepe", "jose", Reason.SHORT_FORM),
        ("fco", "francisco", Reason.SHORT_FORM),
        ("bob", "robert", Reason.SHORT_FORM),
        ("sasha", "aleksandr", Reason.SHORT_FORM),
        ("mohamed", "muhammad", Reason.OTHER_SPELLING),
        ("yeferson", "jefferson", Reason.OTHER_SPELLING),
        ("tsetung", "zedong", Reason.OTHER_SPELLING),
        ("ivan", "giovanni", Reason.TRANSLATED),
        ("velez", "beles", Reason.SOUNDS_ALIKE),
        ("muel~", "mueller", Reason.CUT_SHORT),
        ("delacruz", "cruz", Reason.PACKED),
        ("nunxxez", "nunez", Reason.PACKED),
        ("abdrahman", "abdrehman", Reason.COMPOUND),
        ("ivanova", "ivanov", Reason.GENDER_ENDING),
        ("zelenskaya", "zelensky", Reason.GENDER_ENDING),
        ("fladimir_", "vladimir", Reason.NEAR),
        ("jordan", "jorgan", Reason.NEAR),
        ("ana", "eva", Reason.DIFFERENT),
        ("44", "45", Reason.DIFFERENT),
        ("pedro", "pablo", Reason.DIFFERENT),
    ],
)
def test_the_reason_of_a_likeness(left: str, right: str, reason: Reason) -> None:
    assert word_likeness(left, right).code is reason
    assert word_likeness(right, left) == word_likeness(left, right)


def test_two_common_names_are_less_alike_than_two_spellings() -> None:
    assert word_likeness("maria", "mario").units < word_likeness("zurbara", "zurbaro").units


@given(WORDS | KNOWN, WORDS | KNOWN)
def test_words_that_are_alike_share_a_key_or_are_near_in_letters(left: str, right: str) -> None:
    found = word_likeness(left, right)
    assert found == word_likeness(right, left)
    if found.units and "~" not in left + right:
        bare = left.replace("_", ""), right.replace("_", "")
        near = max(OSA.normalized_similarity(left, right), OSA.normalized_similarity(*bare)) >= NEAR_LETTERS
        assert near or not keys(left).isdisjoint(keys(right))
