"""Which words of a vocabulary may be spelled like a word: signatures, then letters, then sounds. Compiled.

Three filters, each a bound that no pair above it can miss: letters that differ (signature), edits (optimal
string alignment, all columns of a row in one machine word: Hyyrö 2003), and the distance of sounds of
`spelling_kernel`. What passes is judged by `likeness.word_likeness`; rapidfuzz is the test's reference.
"""

import numpy as np
import numpy.typing as npt

from cordillera.engines.names.spelling_kernel import apart
from cordillera.foundation.kernels import kernel

Bytes = npt.NDArray[np.uint8]
_WORD = 64  # letters that a machine word holds
_LENGTHS = 256
_SLACK = 1e-9
_ONE = np.uint64(1)
_NONE = np.uint64(0)


@kernel
def spelled_alike(  # noqa: PLR0913 - arrays, not objects
    word: Bytes,
    bits: np.uint64,
    folded: Bytes,
    built: bool,  # noqa: FBT001 - compiled functions take no keywords
    starts: npt.NDArray[np.int64],
    letters: Bytes,
    lengths: Bytes,
    signatures: npt.NDArray[np.uint64],
    folds: npt.NDArray[np.uint8],
    fold_lengths: Bytes,
    made: Bytes,
    span: tuple[int, int],
    bounds: tuple[float, int, int],
    found: npt.NDArray[np.int32],
    units: npt.NDArray[np.int32],
) -> int:
    """Write the numbers in `span` of the words that may be spelled like `word`; return how many.

    `bounds`: share of letters that may differ, least likeness of sounds in 1/1024, and the cost of a letter.
    `built` and `made` tell words that hold a particle: for those the distance of sounds decides nothing.
    `units` gets the likeness of the sounds.
    """
    share, least, unit = bounds
    size = len(word)
    allowed = _allowed(size, share)
    places = np.zeros(_LENGTHS, np.uint64)
    for at in range(min(size, _WORD)):
        places[word[at]] |= _ONE << np.uint64(at)
    total = 0
    for number in range(span[0], span[1]):
        there, edits = signatures[number], allowed[lengths[number]]
        if _ones(bits & ~there) > edits or _ones(there & ~bits) > edits:
            continue
        if size <= _WORD and _edits(places, size, letters[starts[number] : starts[number + 1]]) > edits:
            continue
        alike = _units(folded, folds[number, : fold_lengths[number]], unit)
        if alike >= least or built or made[number]:
            found[total] = number
            units[total] = alike
            total += 1
    return total


@kernel
def sounding_alike(
    folded: Bytes,
    numbers: npt.NDArray[np.int32],
    folds: npt.NDArray[np.uint8],
    fold_lengths: Bytes,
    unit: int,
) -> npt.NDArray[np.int32]:
    """Return the likeness of the sounds of a word and of those given by number, in 1/1024."""
    units = np.empty(len(numbers), np.int32)
    for at, number in enumerate(numbers):
        units[at] = _units(folded, folds[number, : fold_lengths[number]], unit)
    return units


@kernel
def _units(left: Bytes, right: Bytes, unit: int) -> int:
    longest = max(len(left), len(right))
    return 1024 - 1024 * apart(left, right) // (unit * longest) if longest else 0


@kernel
def beginning_with(  # noqa: PLR0913 - arrays, not objects
    word: Bytes,
    bits: np.uint64,
    starts: npt.NDArray[np.int64],
    letters: Bytes,
    signatures: npt.NDArray[np.uint64],
    span: tuple[int, int],
    found: npt.NDArray[np.int32],
) -> int:
    """Write the numbers in `span` of longer words that begin with `word`; return how many."""
    size = len(word)
    total = 0
    for number in range(span[0], span[1]):
        if bits & ~signatures[number]:
            continue
        start = starts[number]
        if starts[number + 1] - start <= size:
            continue
        same = True
        for at in range(size):
            if letters[start + at] != word[at]:
                same = False
                break
        if same:
            found[total] = number
            total += 1
    return total


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


# Compiled with fbc7eb5c7e64df8f
