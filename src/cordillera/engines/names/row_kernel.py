"""The score of a question and a name of the list, compiled: no words are joined, likeness comes in a table.

Likeness is filled in here as in `kernel.find_edges`; the rest is `kernel` and `score_kernel`. A test
compares with `core.compare_names` over an index. Names in which words may be written as one are left to
the reference.
"""

from typing import Final

import numpy as np

from cordillera.engines.names.arrays import (
    COUNTS,
    GAINS,
    ROLES,
    SINGLE,
    STRICT,
    TOLD,
    UNITS,
    WORDS,
    Ints,
    Words,
)
from cordillera.engines.names.assignment_kernel import best_pairs
from cordillera.engines.names.kernel import both_syllabic, pair_gain
from cordillera.engines.names.likeness import FULL
from cordillera.engines.names.parts import MAX_PARTS
from cordillera.engines.names.score_kernel import score
from cordillera.engines.names.screen_arrays import MARKED, Asked, Lexicon, Listed, Scratch
from cordillera.foundation.kernels import kernel

PARTS: Final = MAX_PARTS
UNKNOWN: Final = -(1 << 30)  # the readable comparison has to tell
_NONE32: Final = np.zeros(0, np.int32)
_NO_FRAMES: Final = np.zeros((0, 1), np.int32)
_NONE64: Final = np.zeros(0, np.int64)
_NONE8: Final = np.zeros(0, np.uint8)


@kernel
def load_question(asked: Asked, scratch: Scratch, first: int, last: int) -> None:
    """Put the words of a question into the room."""
    room = scratch.room
    room[COUNTS, 0] = last - first
    end = 0
    for i in range(first, last):
        at = i - first
        room[WORDS, at] = at
        room[ROLES, at] = asked.roles[i]
        room[TOLD, at] = asked.told[i]
        room[SINGLE, at] = asked.single[i]
        scratch.letters[at] = end
        for k in range(asked.letters[i], asked.letters[i + 1]):
            scratch.symbols[end] = asked.symbols[k]
            end += 1
    for at in range(last - first, PARTS + 1):
        scratch.letters[at] = end


@kernel
def row_score(  # noqa: PLR0913 - arrays, not objects
    asked: Asked,
    first: int,
    listed: Listed,
    lexicon: Lexicon,
    row: int,
    units: Ints,
    syllabic: int,
    scratch: Scratch,
) -> int:
    """Return the score of the question in the room and a name; `units`: likeness by slot and word."""
    room = scratch.room
    start, end = listed.starts[row], listed.starts[row + 1]
    room[COUNTS, STRICT] = both_syllabic(syllabic, listed.syllabic[row])
    room[COUNTS, 1] = end - start
    for j in range(end - start):
        token = listed.tokens[start + j]
        if lexicon.single[token] == MARKED:
            return UNKNOWN
        room[WORDS + 1, j] = PARTS + j
        room[ROLES + 1, j] = listed.roles[start + j]
        room[TOLD + 1, j] = lexicon.told[token]
        room[SINGLE + 1, j] = lexicon.single[token]
        told = scratch.letters[PARTS + j]
        for k in range(lexicon.fold_lengths[token]):
            scratch.symbols[told + k] = lexicon.folds[token, k]
        scratch.letters[PARTS + j + 1] = told + lexicon.fold_lengths[token]
    for i in range(room[COUNTS, 0]):
        for j in range(end - start):
            token = listed.tokens[start + j]
            room[UNITS + i, j] = likeness(asked, lexicon, first + i, token, units, i, scratch.slots[token])
            room[GAINS + i, j] = pair_gain(room, i, j)
    words = Words(_NONE64, _NONE32, _NONE32, _NONE8, _NONE8, scratch.letters, scratch.symbols, _NO_FRAMES)
    for i in range(room[COUNTS, 0]):
        room[TOLD, i] = asked.told[first + i]
    return score(words, room, best_pairs(room))


@kernel
def likeness(  # noqa: PLR0913 - arrays, not objects
    asked: Asked, lexicon: Lexicon, word: int, token: int, units: Ints, i: int, slot: int
) -> int:
    """Return the likeness of a word and a word of the list."""
    if asked.single[word] != lexicon.single[token]:
        return FULL if asked.initials[word] == lexicon.initials[token] else 0
    if asked.tokens[word] == token:
        return FULL
    return units[slot, i] if slot >= 0 and asked.single[word] == 0 else 0


# Compiled with 81f13eeaf7402ef3
