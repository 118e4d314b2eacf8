"""The lines of a score and the similarity, compiled: conditions 1, 2b and 3 to 6 of `core.py`.

The weights are compiled in: after a change run `scripts/stamp_kernels.py`, or numba's cache stays old.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from cordillera.engines.names import core
from cordillera.engines.names import weights as w
from cordillera.engines.names.arrays import (
    ALONE,
    CLASH,
    COUNTS,
    DISTANCES,
    GAINS,
    PAIRS,
    ROLES,
    SINGLE,
    TOLD,
    UNITS,
    WORDS,
    Bytes,
    Ints,
)
from cordillera.engines.names.core_similarity import EXTRA_SHARE, INITIAL_WEIGHT
from cordillera.engines.names.likeness import FULL
from cordillera.engines.names.roles import Role
from cordillera.engines.names.spelling import UNIT
from cordillera.engines.names.spelling_kernel import ROWS, apart_in
from cordillera.foundation.kernels import kernel

_ROLES: Final = tuple(Role)
_CROSSED: Final = np.array([[{a, b} == {Role.GIVEN, Role.SECOND} for b in _ROLES] for a in _ROLES], np.uint8)
_CONTRADICT: Final = np.array(core.CONTRADICT, np.uint8)
_COSTS: Final = np.array([cost for _, cost in core.KINDS], np.int32)
_KINDS: Final = len(core.KINDS)
_INITIALS: Final = core.INITIALS
_EXTRA: Final = np.array([w.EXTRA[role] for role in _ROLES], np.int32)
_IS_GIVEN: Final = np.array([role in core.GIVEN_ROLES for role in _ROLES], np.uint8)
_IS_FAMILY: Final = np.array([role in core.FAMILY_ROLES for role in _ROLES], np.uint8)
_CHAIN: Final = int(Role.CHAIN)
_FAMILY: Final = int(Role.FAMILY)
_FIRST: Final = int(Role.GIVEN)
_SECOND: Final = int(Role.SECOND)
_MATERNAL: Final = int(Role.MATERNAL)
_UNKNOWN: Final = int(Role.UNKNOWN)
_FAMILY_CLASH: Final = core.FAMILY_CLASH
_GIVEN_CLASH: Final = core.GIVEN_CLASH
_EXTRA_SHARE: Final = EXTRA_SHARE
_INITIAL_WEIGHT: Final = INITIAL_WEIGHT
_FAR_APART: Final = w.FAR_APART


@kernel
def score(letters: npt.NDArray[np.int64], symbols: Bytes, room: Ints, count: int) -> int:
    """Return the sum of all lines; `symbols` along `letters`: the sounds of the words."""
    total, clashes = score_apart(room, count)
    if clashes and total >= w.FAR_FROM:
        total += far_apart(letters, symbols, room, count, clashes)
    return total


@kernel
def score_apart(room: Ints, count: int) -> tuple[int, int]:
    """Return the sum of all lines but those that ask for spelling, and how many words contradict."""
    told = 0
    for number in range(count):
        told += room[GAINS + room[PAIRS, number], room[PAIRS + 1, number]] - w.SAVED
    total = w.PRIOR + told - max(0, (told - w.TOGETHER) // 2)
    left, right = without_partner(room, count, 0), without_partner(room, count, 1)
    clashes, left, right = contradictions(room, left, right)
    for number in range(clashes):
        total += _COSTS[room[CLASH + 2, number]]
    if min(room[COUNTS, 0], room[COUNTS, 1]) > 1 or count == 0:
        total += extras(room, 0, left) + extras(room, 1, right)
        if left and right:
            total += w.BOTH_HAVE_MORE
    total += order(room, count) if count > 1 else few_fit(room, count)
    if paternal_missing(room, count, 0, left) or paternal_missing(room, count, 1, right):
        total += w.PATERNAL_MISSING
    if clashes:
        total += whole_parts(room, count, clashes)
    return total, clashes


@kernel
def without_partner(room: Ints, count: int, side: int) -> int:
    """Write the words of a side that no pair holds to `alone`; return how many."""
    left = 0
    for i in range(room[COUNTS, side]):
        paired = False
        for number in range(count):
            paired = paired or room[PAIRS + side, number] == i
        if not paired:
            room[ALONE + side, left] = i
            left += 1
    return left


@kernel
def contradictions(room: Ints, left: int, right: int) -> tuple[int, int, int]:
    """Condition 3: write what contradicts each other to `clash`; return how many, and who is left."""
    clashes = 0
    for kind in range(_KINDS if left and right else 0):
        i = 0
        while i < left:
            j = contradict(room, kind, right, room[ALONE, i])
            if j >= 0:
                room[CLASH, clashes], room[CLASH + 1, clashes] = room[ALONE, i], room[ALONE + 1, j]
                room[CLASH + 2, clashes] = kind
                clashes += 1
                for at in range(i, left - 1):
                    room[ALONE, at] = room[ALONE, at + 1]
                for at in range(j, right - 1):
                    room[ALONE + 1, at] = room[ALONE + 1, at + 1]
                left -= 1
                right -= 1
            else:
                i += 1
    return clashes, left, right


@kernel
def contradict(room: Ints, kind: int, right: int, own: int) -> int:
    """Return the first place among the right words left that contradicts `own` in this way, or -1."""
    role, single = room[ROLES, own], room[SINGLE, own] != 0
    for j in range(right):
        other = room[ALONE + 1, j]
        initials = single or room[SINGLE + 1, other] != 0
        if initials == (kind == _INITIALS) and _CONTRADICT[kind, role, room[ROLES + 1, other]]:
            return j
    return -1


@kernel
def extras(room: Ints, side: int, left: int) -> int:
    """Condition 4: return what the words cost that only this side has."""
    total = 0
    for number in range(left):
        i = room[ALONE + side, number]
        total += w.EXTRA_INITIAL if room[SINGLE + side, i] else _EXTRA[room[ROLES + side, i]]
    return total


@kernel
def whole_parts(room: Ints, count: int, clashes: int) -> int:
    """Condition 5: return what it costs that no given name, or no surname, fits."""
    given, family = False, False
    for number in range(count):
        i, j = room[PAIRS, number], room[PAIRS + 1, number]
        if not room[SINGLE, i]:
            own, other = room[ROLES, i], room[ROLES + 1, j]
            given = given or _IS_GIVEN[own] != 0 or _IS_GIVEN[other] != 0
            family = family or _IS_FAMILY[own] != 0 or _IS_FAMILY[other] != 0
    total, given_clash, family_clash = 0, False, False
    for number in range(clashes):
        given_clash = given_clash or room[CLASH + 2, number] == _GIVEN_CLASH
        family_clash = family_clash or room[CLASH + 2, number] == _FAMILY_CLASH
    if given_clash and not given:
        total += w.NO_GIVEN_NAME_FITS
    if family_clash and not family:
        total += w.NO_SURNAME_FITS
    return total


@kernel
def order(room: Ints, count: int) -> int:
    """Condition 5: return what the order of the words and their number cost."""
    total, crossed, falls, chain = 0, 0, 0, False
    for number in range(count):
        i, j = room[PAIRS, number], room[PAIRS + 1, number]
        if not room[SINGLE, i] and not room[SINGLE + 1, j]:
            crossed += _CROSSED[room[ROLES, i], room[ROLES + 1, j]]
        chain = chain or (room[ROLES, i] == _CHAIN and room[ROLES + 1, j] == _CHAIN)
        falls += j > room[PAIRS + 1, (number + 1) % count]
    if crossed == 2:
        total += w.GIVEN_NAMES_EXCHANGED
    if falls > 1:
        total += (w.CHAIN_INVERSION if chain else w.INVERSION) * (falls - 1)
    return total


@kernel
def paternal_missing(room: Ints, count: int, side: int, left: int) -> bool:
    """Condition 5: tell that only the maternal surname fits, a word of no known part."""
    missing = False
    for number in range(left):
        missing = missing or room[ROLES + side, room[ALONE + side, number]] == _FAMILY
    if missing:
        for number in range(count):
            own, other = room[PAIRS + side, number], room[PAIRS + 1 - side, number]
            if room[ROLES + side, own] == _MATERNAL and room[ROLES + 1 - side, other] == _UNKNOWN:
                return True
    return False


@kernel
def few_fit(room: Ints, count: int) -> int:
    """Condition 6: return what it costs that no word fits, or only one."""
    if count == 0:
        return w.ONE_WORD + w.NOTHING_FITS
    if min(room[COUNTS, 0], room[COUNTS, 1]) > 1:
        return w.ONE_WORD + w.ONE_OF_MANY
    near = room[UNITS + room[PAIRS, 0], room[PAIRS + 1, 0]] < w.NEAR_BELOW
    return w.ONE_WORD + w.NEAR_ALONE if near else w.ONE_WORD


@kernel
def far_apart(letters: npt.NDArray[np.int64], symbols: Bytes, room: Ints, count: int, clashes: int) -> int:
    """Condition 3a: return what words lower that contradict each other and are not even spelt alike."""
    total, first_names = 0, False
    for number in range(clashes):
        own, other = room[WORDS, room[CLASH, number]], room[WORDS + 1, room[CLASH + 1, number]]
        if room[CLASH + 2, number] == _INITIALS:
            continue
        left = symbols[letters[own] : letters[own + 1]]
        right = symbols[letters[other] : letters[other + 1]]
        longest = max(len(left), len(right))
        if (
            longest > 0
            and FULL - FULL * apart_in(room[DISTANCES : DISTANCES + ROWS], left, right) // (UNIT * longest)
            < w.FAR_BELOW
        ):
            total += _FAR_APART
            first_names = first_names or room[CLASH + 2, number] == _GIVEN_CLASH
    if first_names and only_a_second_name_fits(room, count):
        total += w.SECOND_NAME_ONLY
    return total


@kernel
def only_a_second_name_fits(room: Ints, count: int) -> bool:
    """Condition 3a: tell that a second given name fits, and no first one."""
    found = False
    for number in range(count):
        i = room[PAIRS, number]
        own, other = room[ROLES, i], room[ROLES + 1, room[PAIRS + 1, number]]
        if not room[SINGLE, i]:
            if _FIRST in (own, other):
                return False
            found = found or _SECOND in (own, other)
    return found


@kernel
def similarity(room: Ints, count: int) -> int:
    """Return the share of the weight of both names that agrees, in 1/1024; `told` becomes the weights."""
    matched, agreed = 0, 0
    own_rest, other_rest = weigh(room, 0), weigh(room, 1)
    for number in range(count):
        i, j = room[PAIRS, number], room[PAIRS + 1, number]
        own, other = room[TOLD, i], room[TOLD + 1, j]
        own_rest -= own
        other_rest -= other
        matched += min(own, other)
        agreed += min(own, other) * max(0, FULL - 3 * (FULL - room[UNITS + i, j]) // 2)
    least, most = min(own_rest, other_rest), max(own_rest, other_rest)
    whole = matched + least + (most - least) // _EXTRA_SHARE
    return agreed // whole if whole else 0


@kernel
def weigh(room: Ints, side: int) -> int:
    """Make `told` of a side its weights in the similarity, little for an initial; return their sum."""
    total = 0
    for i in range(room[COUNTS, side]):
        if room[SINGLE + side, i]:
            room[TOLD + side, i] = _INITIAL_WEIGHT
        total += room[TOLD + side, i]
    return total


# Compiled with e6c8eaa8c516924b
