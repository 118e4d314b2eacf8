"""A first look at a name, by the codes of its words in one place: compiled.

Most names that a posting or a birthday proposes hold no second word of the question. To see that, it is
enough to add up what the codes of their words can earn; only who passes is looked at word by word
(`reach_kernel.bound`). A code may stand for several words, then for the best of them, so the sum is never
below the bound; a test compares both.
"""

from typing import Final

from cordillera.engines.names import weights as w
from cordillera.engines.names.candidates import LEAST_CONFLICT
from cordillera.engines.names.parts import MAX_PARTS
from cordillera.engines.names.postings import CODES
from cordillera.engines.names.reach_kernel import told_together
from cordillera.engines.names.screen_arrays import Ints, Lexicon, Shorts
from cordillera.foundation.kernels import kernel

_PARTS: Final = MAX_PARTS
_CODES: Final = CODES - 1
_FIT: Final = 1 << 20  # in what a code is worth: words that may fit, above what they earn
_LENIENT: Final = 2 * _FIT  # who holds such a word pays nothing for words that do not fit
_EARNED: Final = _FIT - 1
_NO_FIT: Final = w.ONE_WORD + w.NOTHING_FITS
_ONE_FIT: Final = w.ONE_WORD + w.ONE_OF_MANY + LEAST_CONFLICT


@kernel
def set_worth(worth: Ints, lexicon: Lexicon, lines: Ints, gains: Ints, joined: Ints) -> None:
    """Tell what each code earns at most with the words of a question, and whether it fits at all."""
    for line in range(len(lines)):
        code = 1 + lines[line] % _CODES
        earned = 0
        for i in range(gains.shape[1]):
            earned += max(gains[line, i], 0)
        known = worth[code]
        worth[code] = max(_LENIENT if joined[line] else _FIT, known & ~_EARNED) + max(earned, known & _EARNED)
    for token in lexicon.short_tokens:
        code = 1 + token % _CODES
        worth[code] = _LENIENT + (worth[code] & _EARNED)


@kernel
def forget_worth(worth: Ints, lexicon: Lexicon, lines: Ints) -> None:
    """Set back what `set_worth` has set."""
    for token in lines:
        worth[1 + token % _CODES] = 0
    for token in lexicon.short_tokens:
        worth[1 + token % _CODES] = 0


@kernel
def earned_at_most(worth: Ints, brief: Shorts, row: int, count: int) -> int:
    """Return what a name earns at most with a question of `count` words, 0 for one that has an initial."""
    total = words = 0
    for at in range(_PARTS):
        code = brief[row, at]
        total += worth[code]
        words += code != 0
    told = told_together(total & _EARNED)
    fit = total // _FIT
    if count == 0 or fit > 1:
        return told
    if fit == 0:
        return told + _NO_FIT
    return told + _ONE_FIT if min(count, words) > 1 else told + w.ONE_WORD


# Compiled with 0136b060c3b083a6
