"""The score of a question and a name of the list, compiled: no words are joined, likeness comes in a table.

Likeness is filled in here as in `kernel.find_edges`; the rest is `kernel` and `score_kernel`. A test
compares with `core.compare_names` over an index. Names in which words may be written as one are left to
the reference.
"""

from typing import Final

from cordillera.engines.names import weights as w
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
)
from cordillera.engines.names.assignment_kernel import best_pairs
from cordillera.engines.names.kernel import both_syllabic, pair_gain
from cordillera.engines.names.likeness import FULL
from cordillera.engines.names.parts import MAX_PARTS
from cordillera.engines.names.score_kernel import far_apart, score_apart
from cordillera.engines.names.screen_arrays import MARKED, Asked, Bytes, Lexicon, Listed, Longs, Scratch
from cordillera.foundation.kernels import kernel

PARTS: Final = MAX_PARTS
UNKNOWN: Final = -(1 << 30)  # the readable comparison has to tell
SCORE: Final = 2  # columns of a name proposed, beside its number and the least that it needs:
JOINS: Final = 3  # its score, and whether words may be written as one


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
def row_scores(  # noqa: PLR0913 - arrays, not objects
    asked: Asked,
    first: int,
    listed: Listed,
    lexicon: Lexicon,
    rows: Ints,
    units: Ints,
    syllabic: int,
    scratch: Scratch,
) -> None:
    """Write the scores of the question in the room and names proposed; `units`: likeness by slot and word.

    The score of a name that needs more, its words not written as one, may be told higher than it is.
    """
    room, slots, letters, symbols = scratch.room, scratch.slots, scratch.letters, scratch.symbols
    own = (asked.tokens, asked.initials)
    starts, tokens, roles, of_syllables = listed.starts, listed.tokens, listed.roles, listed.syllabic
    told, single, initials = lexicon.told, lexicon.single, lexicon.initials
    folds, fold_lengths = lexicon.folds, lexicon.fold_lengths
    for at in range(len(rows)):
        row = rows[at, 0]
        start, end = starts[row], starts[row + 1]
        room[COUNTS, STRICT] = both_syllabic(syllabic, of_syllables[row])
        if not load_name(room, start, end, tokens, roles, told, single):
            rows[at, SCORE] = UNKNOWN
            continue
        likenesses(room, first, start, own, tokens, initials, units, slots)
        count = best_pairs(room)
        total, clashes = score_apart(room, count)
        if clashes and total >= w.FAR_FROM and (total >= rows[at, 1] or rows[at, JOINS]):
            load_sounds(start, end, tokens, folds, fold_lengths, letters, symbols)
            total += far_apart(letters, symbols, room, count, clashes)
        rows[at, SCORE] = total


@kernel
def load_name(  # noqa: PLR0913 - arrays, not objects
    room: Ints, start: int, end: int, tokens: Ints, roles: Bytes, told: Ints, single: Bytes
) -> bool:
    """Put the words of a name into the room; False when one of them bears a mark."""
    room[COUNTS, 1] = end - start
    for j in range(end - start):
        token = tokens[start + j]
        if single[token] == MARKED:
            return False
        room[WORDS + 1, j] = PARTS + j
        room[ROLES + 1, j] = roles[start + j]
        room[TOLD + 1, j] = told[token]
        room[SINGLE + 1, j] = single[token]
    return True


@kernel
def likenesses(  # noqa: PLR0913 - arrays, not objects
    room: Ints,
    first: int,
    start: int,
    own: tuple[Ints, Bytes],
    tokens: Ints,
    initials: Bytes,
    units: Ints,
    slots: Ints,
) -> None:
    """Put the likeness of all pairs of words into the room, and what they earn."""
    own_tokens, own_initials = own
    for j in range(room[COUNTS, 1]):
        token = tokens[start + j]
        slot = slots[token]
        for i in range(room[COUNTS, 0]):
            alike = 0
            if room[SINGLE, i] != room[SINGLE + 1, j]:
                alike = FULL if own_initials[first + i] == initials[token] else 0
            elif own_tokens[first + i] == token:
                alike = FULL
            elif slot >= 0 and room[SINGLE, i] == 0:
                alike = units[slot, i]
            room[UNITS + i, j] = alike
            room[GAINS + i, j] = pair_gain(room, i, j)


@kernel
def load_sounds(  # noqa: PLR0913 - arrays, not objects
    start: int, end: int, tokens: Ints, folds: Bytes, fold_lengths: Bytes, letters: Longs, symbols: Bytes
) -> None:
    """Put the sounds of a name's words behind those of the question."""
    told = letters[PARTS]
    for j in range(end - start):
        token = tokens[start + j]
        for k in range(fold_lengths[token]):
            symbols[told + k] = folds[token, k]
        told += fold_lengths[token]
        letters[PARTS + j + 1] = told


# Compiled with 0bdbd99f22def149
