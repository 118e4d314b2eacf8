"""Which words of a vocabulary may be like a word: signatures, then letters, then sounds. Compiled.

Three filters, each a bound that no pair above it can miss: letters that differ (signature; many words at
once), edits (optimal string alignment, all columns of a row in one machine word: Hyyrö 2003), and the
distance of sounds of `spelling_kernel`. What passes is judged as `likeness.word_likeness`; rapidfuzz is the
test's reference. Words that share a key are proposed whatever their letters.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cordillera.engines.names.nearness_kernel import Others, Own, near
from cordillera.engines.names.spelling import LONGEST
from cordillera.engines.names.spelling_kernel import ROWS, apart_within
from cordillera.foundation.kernels import kernel

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
_WORD = 64  # letters that a machine word holds
_LENGTHS = 256
_BLOCK = 4_096  # words looked at before any of them is looked at closer
_EIGHT = 8
_SLACK = 1e-9
_ONE = np.uint64(1)
_NONE = np.uint64(0)


READ: Final = 1 << 13  # in place of a likeness: only reading judges it


class Batch(NamedTuple):
    """The words asked for, one by one.

    Letters, sounds, stems (`tokens.stems_of`), whether common names, signatures, whether they hold a
    particle, whether only reading judges them, the first word of the vocabulary to be looked at; the words
    that share a key that decides (`surely`), and those that share consonants (`perhaps`). `..._ends`: where
    each one's begin, and the last one's end.
    """

    letters: Bytes
    letter_ends: Longs
    sounds: Bytes
    sound_ends: Longs
    stems: Bytes
    common: Bytes
    bits: npt.NDArray[np.uint64]
    built: Bytes
    odd: Bytes
    firsts: Longs
    surely: Ints
    surely_ends: Longs
    perhaps: Ints
    perhaps_ends: Longs


class Vocabulary(NamedTuple):
    """The words: how many, how long, their signatures, which hold a particle, which only reading judges."""

    size: int
    lengths: Bytes
    signatures: npt.NDArray[np.uint64]
    built: Bytes
    odd: Bytes


@kernel
def neighbours(
    batch: Batch, words: Vocabulary, others: Others, bounds: tuple[float, int, int]
) -> tuple[Longs, Ints]:
    """Return the words like each word asked for: where each one's begin, numbers and likeness.

    The likeness is told as by `nearness_kernel.near`, or READ. `bounds`: share of letters that may differ,
    least likeness of sounds in 1/1024, and the cost of a letter.
    """
    size = len(batch.firsts)
    ends = np.zeros(size + 1, np.int64)
    found = np.empty((2, 256 * size), np.int32)
    room = np.empty((2, words.size), np.int32)
    total = 0
    for i in range(size):
        own = Own(
            batch.letters[batch.letter_ends[i] : batch.letter_ends[i + 1]],
            batch.sounds[batch.sound_ends[i] : batch.sound_ends[i + 1]],
            batch.stems[i],
            batch.common[i] != 0,
        )
        plain, read = proposed(batch, i, own, words, others, bounds, room)
        told = near(own, others, room[0, :plain], room[1, :plain])
        if total + plain + read > found.shape[1]:
            grown = np.empty((2, 2 * (total + plain + read)), np.int32)
            grown[:, :total] = found[:, :total]
            found = grown
        for at in range(plain):
            if told[at]:
                found[0, total], found[1, total] = room[0, at], told[at]
                total += 1
        for at in range(words.size - read, words.size):
            found[0, total], found[1, total] = room[0, at], READ
            total += 1
        ends[i + 1] = total
    return ends, found[:, :total].copy()


@kernel
def proposed(  # noqa: PLR0913 - arrays, not objects
    batch: Batch,
    i: int,
    own: Own,
    words: Vocabulary,
    others: Others,
    bounds: tuple[float, int, int],
    found: Ints,
) -> tuple[int, int]:
    """Write the numbers of the words that may be like the word `i`; return how many of either kind.

    From the left of `found[0]` those that sounds judge, with the likeness of these in `found[1]`; from the
    right those to be read. A word that holds a particle is proposed whatever its sounds.
    """
    first, plain, last = batch.firsts[i], 0, words.size
    state = np.zeros(words.size - first, np.uint8)
    for at in range(batch.surely_ends[i], batch.surely_ends[i + 1]):
        number = batch.surely[at]
        if first <= number < words.size and state[number - first] == 0:
            state[number - first] = 1
            last -= 1
            found[0, last] = number
    room = np.zeros((ROWS, LONGEST + 1), np.int32)
    count = spelt_alike(own.letters, batch.bits[i], others, words, first, bounds[0], found[1])
    start = batch.perhaps_ends[i] - count
    for at in range(batch.perhaps_ends[i + 1] - start):
        number = found[1, at] if at < count else batch.perhaps[start + at]
        if not first <= number < words.size or state[number - first]:
            continue
        state[number - first] = 1
        sounds = others.folds[number, : others.fold_lengths[number]]
        alike = units_of(room, own.sounds, sounds, bounds[1:])
        if alike < bounds[1] and not batch.built[i] and not words.built[number]:
            continue
        if batch.odd[i] or words.odd[number]:
            last -= 1
            found[0, last] = number
        else:
            found[0, plain], found[1, plain] = number, alike
            plain += 1
    return plain, words.size - last


@kernel
def spelt_alike(  # noqa: PLR0913 - arrays, not objects
    word: Bytes,
    bits: np.uint64,
    others: Others,
    words: Vocabulary,
    first: int,
    share: float,
    found: Ints,
) -> int:
    """Write the numbers from `first` on of the words that differ in no more than this share of letters."""
    size = len(word)
    allowed = _allowed(size, share)
    places = np.zeros(_LENGTHS, np.uint64)
    for at in range(min(size, _WORD)):
        places[word[at]] |= _ONE << np.uint64(at)
    passed = np.zeros(_BLOCK, np.uint8)
    eights = passed.view(np.uint64)
    per_256 = int(share * _LENGTHS) + 1
    total = 0
    for start in range(first, words.size, _BLOCK):
        end = min(start + _BLOCK, words.size)
        lengths, signatures = words.lengths[start:end], words.signatures[start:end]
        first_look((size, per_256), bits, lengths, signatures, passed[: end - start])
        passed[end - start :] = 0
        for eight in range(len(eights)):
            if eights[eight] == 0:
                continue
            for at in range(_EIGHT * eight, _EIGHT * (eight + 1)):
                if passed[at] == 0:
                    continue
                number = start + at
                there, edits = words.signatures[number], allowed[words.lengths[number]]
                if _ones(bits & ~there) > edits or _ones(there & ~bits) > edits:
                    continue
                other = others.letters[others.starts[number] : others.starts[number + 1]]
                if size <= _WORD and _edits(places, size, other) > edits:
                    continue
                found[total] = number
                total += 1
    return total


@kernel
def first_look(
    asked: tuple[int, int],
    bits: np.uint64,
    lengths: Bytes,
    signatures: npt.NDArray[np.uint64],
    passed: Bytes,
) -> None:
    """Tell which words' signatures and lengths allow them to be near: no branches, so many at once.

    `asked`: letters of the word, and how many of 256 may differ (not less than the share allowed).
    """
    size, per_256 = asked
    for at in range(len(signatures)):
        other, there = int(lengths[at]), signatures[at]
        edits = (max(size, other) * per_256) >> _EIGHT
        less, more = _ones(bits & ~there), _ones(there & ~bits)
        passed[at] = (less <= edits) & (more <= edits) & (abs(size - other) <= edits)


@kernel
def units_of(room: Ints, left: Bytes, right: Bytes, bounds: tuple[int, int]) -> int:
    """Return the likeness of sounds in 1/1024, or less than what counts; `bounds`: the least, a letter."""
    least, unit = bounds
    longest = unit * max(len(left), len(right))
    if longest == 0:
        return 0
    most = ((1024 - least + 1) * longest - 1) // 1024
    return 1024 - 1024 * apart_within(room, left, right, most) // longest


@kernel
def beginning_with(  # noqa: PLR0913 - arrays, not objects
    word: Bytes,
    bits: np.uint64,
    starts: npt.NDArray[np.int64],
    letters: Bytes,
    signatures: npt.NDArray[np.uint64],
    span: tuple[int, int],
    found: Ints,
) -> int:
    """Write the numbers in `span` of longer words that begin with `word`; return how many."""
    size = len(word)
    total = 0
    passed = np.zeros(_BLOCK, np.uint8)
    eights = passed.view(np.uint64)
    for begin in range(span[0], span[1], _BLOCK):
        end = min(begin + _BLOCK, span[1])
        holding(bits, signatures[begin:end], passed[: end - begin])
        passed[end - begin :] = 0
        for eight in range(len(eights)):
            if eights[eight] == 0:
                continue
            for at in range(_EIGHT * eight, _EIGHT * (eight + 1)):
                start = starts[begin + at] if passed[at] else 0
                if passed[at] == 0 or starts[begin + at + 1] - start <= size:
                    continue
                if begins(letters, start, word):
                    found[total] = begin + at
                    total += 1
    return total


@kernel
def holding(bits: np.uint64, signatures: npt.NDArray[np.uint64], passed: Bytes) -> None:
    """Tell which words hold all letters of a word."""
    for at in range(len(signatures)):
        passed[at] = (bits & ~signatures[at]) == 0


@kernel
def begins(letters: Bytes, start: int, word: Bytes) -> bool:
    """Tell whether the letters from `start` on are those of a word."""
    for at in range(len(word)):  # noqa: SIM110 - compiled code has no generators
        if letters[start + at] != word[at]:
            return False
    return True


@kernel
def _allowed(size: int, share: float) -> npt.NDArray[np.int64]:
    """Return, by the other word's length, how many edits leave the words alike; -1 for none."""
    allowed = np.full(_LENGTHS, -1, np.int64)
    for other in range(_LENGTHS):
        most = int(share * max(size, other) + _SLACK)
        if abs(size - other) <= most:
            allowed[other] = most
    return allowed


@kernel
def _ones(bits: np.uint64) -> int:
    """Count the ones (Warren, Hacker's Delight, 5-1)."""
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def _edits(places: npt.NDArray[np.uint64], size: int, other: Bytes) -> int:
    """Return the optimal string alignment distance (Hyyrö 2003, bit-parallel)."""
    plus = ~_NONE
    minus = _NONE
    diagonal = _NONE
    before = _NONE
    last = _ONE << np.uint64(size - 1)
    distance = size
    for sign in other:
        here = places[sign]
        exchanged = (((~diagonal) & here) << _ONE) & before
        diagonal = (((here & plus) + plus) ^ plus) | here | minus | exchanged
        up = minus | ~(diagonal | plus)
        down = diagonal & plus
        if up & last:
            distance += 1
        if down & last:
            distance -= 1
        up = (up << _ONE) | _ONE
        down = down << _ONE
        plus = down | ~(diagonal | up)
        minus = up & diagonal
        before = here
    return distance


# Compiled with c087ad1298b0d602
