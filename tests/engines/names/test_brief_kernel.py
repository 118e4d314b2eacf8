"""The first look at a name is never below its bound, whatever words share a code."""

import numpy as np

from cordillera.engines.names import weights as w
from cordillera.engines.names.brief_kernel import earned_at_most, forget_worth, set_worth
from cordillera.engines.names.live import ListedName, ListedPerson, LiveNames
from cordillera.engines.names.postings import CODES, in_brief

WORD = 5
SAME_CODE = WORD + CODES - 1


def looked_at(words: list[int], count: int) -> int:
    """Look at a name of these words, of which a question's words are like two that share a code."""
    live = LiveNames([ListedPerson("7", (ListedName("VELEZ, John J."),))])
    lexicon, worth = live.lexicon(), np.zeros(CODES, np.int32)
    lines, gains = np.array([WORD, SAME_CODE], np.int32), np.array([[100, -1], [-1, 3000]], np.int32)
    brief = in_brief(np.array([0, len(words)], np.int32), np.array(words, np.int32))
    set_worth(worth, lexicon, lines, gains, np.zeros(2, np.int32))
    found = earned_at_most(worth, brief, 0, count)
    forget_worth(worth, lexicon, lines)
    assert not worth.any()
    return found


def test_words_that_share_a_code_are_worth_the_best_of_them():
    assert looked_at([WORD], 2) == looked_at([SAME_CODE], 2) == 3000 + w.ONE_WORD


def test_a_name_of_which_nothing_fits_or_one_word_of_many_is_worth_less():
    assert looked_at([9], 2) == w.ONE_WORD + w.NOTHING_FITS
    assert looked_at([9, WORD], 2) < looked_at([WORD], 2)
    assert looked_at([SAME_CODE, WORD], 2) == 6000


def test_a_name_or_a_question_with_an_initial_pays_nothing_for_words_that_do_not_fit():
    initial = LiveNames([ListedPerson("7", (ListedName("VELEZ, John J."),))]).tokens.number("j")
    assert looked_at([initial, 9], 2) == 0
    assert looked_at([9], 0) == 0
