"""The lines of a score and the similarity, compiled: conditions 1 and 3 to 5 of `core.py`."""

from typing import Final

import numba as nb
import numpy as np

from cordillera.engines.names import core
from cordillera.engines.names import weights as w
from cordillera.engines.names.arrays import Scratch, Words
from cordillera.engines.names.likeness import FULL
from cordillera.engines.names.roles import Role
from cordillera.engines.names.spelling import UNIT
from cordillera.engines.names.spelling_kernel import apart_in

_ROLES: Final = tuple(Role)
_CROSSED: Final = np.array(
    [[{a, b} == {Role.FAMILY, Role.MATERNAL} for b in _ROLES] for a in _ROLES], np.uint8
)
_CONTRADICT: Final = np.array(core.CONTRADICT, np.uint8)
_COSTS: Final = np.array([cost for _, cost in core.KINDS], np.int32)
_KINDS: Final = len(core.KINDS)
_INITIALS: Final = core.INITIALS
_EXTRA: Final = np.array([w.EXTRA[role] for role in _ROLES], np.int32)
_IS_GIVEN: Final = np.array([role in core.GIVEN_ROLES for role in _ROLES], np.uint8)
_IS_FAMILY: Final = np.array([role in core.FAMILY_ROLES for role in _ROLES], np.uint8)
_CHAIN: Final = int(Role.CHAIN)
_FAMILY_CLASH: Final = 0
_GIVEN_CLASH: Final = 1
_EXTRA_SHARE: Final = core.EXTRA_SHARE
_INITIAL_WEIGHT: Final = core.INITIAL_WEIGHT
_FAR_APART: Final = w.FAR_APART


@nb.njit(cache=True, nogil=True)
def score(words: Words, room: Scratch, count: int) -> int:
    """Return the sum of all lines of conditions 1 to 5."""
    total = w.PRIOR
    for number in range(count):
        total += room.gains[room.pairs[number, 0], room.pairs[number, 1]] - w.SAVED
    left, right = without_partner(room, count, 0), without_partner(room, count, 1)
    clashes, left, right = contradictions(room, left, right)
    for number in range(clashes):
        total += _COSTS[room.clash[number, 2]]
    if min(room.counts[0], room.counts[1]) > 1 or count == 0:
        total += extras(room, 0, left) + extras(room, 1, right)
        if left and right:
            total += w.BOTH_HAVE_MORE
    total += order(room, count)
    if clashes:
        total += whole_parts(room, count, clashes)
    if clashes and total >= w.FAR_FROM:
        total += far_apart(words, room, clashes)
    return total


@nb.njit(cache=True, nogil=True)
def without_partner(room: Scratch, count: int, side: int) -> int:
    """Write the words of a side that no pair holds to `alone`; return how many."""
    left = 0
    for i in range(room.counts[side]):
        paired = False
        for number in range(count):
            paired = paired or room.pairs[number, side] == i
        if not paired:
            room.alone[side, left] = i
            left += 1
    return left


@nb.njit(cache=True, nogil=True)
def contradictions(room: Scratch, left: int, right: int) -> tuple[int, int, int]:
    """Condition 3: write what contradicts each other to `clash`; return how many, and who is left."""
    clashes = 0
    for kind in range(_KINDS if left and right else 0):
        i = 0
        while i < left:
            j = contradict(room, kind, right, room.alone[0, i])
            if j >= 0:
                room.clash[clashes, 0], room.clash[clashes, 1] = room.alone[0, i], room.alone[1, j]
                room.clash[clashes, 2] = kind
                clashes += 1
                for at in range(i, left - 1):
                    room.alone[0, at] = room.alone[0, at + 1]
                for at in range(j, right - 1):
                    room.alone[1, at] = room.alone[1, at + 1]
                left -= 1
                right -= 1
            else:
                i += 1
    return clashes, left, right


@nb.njit(cache=True, nogil=True)
def contradict(room: Scratch, kind: int, right: int, own: int) -> int:
    """Return the first place among the right words left that contradicts `own` in this way, or -1."""
    role, single = room.roles[0, own], room.single[0, own] != 0
    for j in range(right):
        other = room.alone[1, j]
        initials = single or room.single[1, other] != 0
        if initials == (kind == _INITIALS) and _CONTRADICT[kind, role, room.roles[1, other]]:
            return j
    return -1


@nb.njit(cache=True, nogil=True)
def extras(room: Scratch, side: int, left: int) -> int:
    """Condition 4: return what the words cost that only this side has."""
    total = 0
    for number in range(left):
        i = room.alone[side, number]
        total += w.EXTRA_INITIAL if room.single[side, i] else _EXTRA[room.roles[side, i]]
    return total


@nb.njit(cache=True, nogil=True)
def whole_parts(room: Scratch, count: int, clashes: int) -> int:
    """Condition 5: return what it costs that no given name, or no surname, fits."""
    given, family = False, False
    for number in range(count):
        i, j = room.pairs[number, 0], room.pairs[number, 1]
        if not room.single[0, i]:
            own, other = room.roles[0, i], room.roles[1, j]
            given = given or _IS_GIVEN[own] != 0 or _IS_GIVEN[other] != 0
            family = family or _IS_FAMILY[own] != 0 or _IS_FAMILY[other] != 0
    total, given_clash, family_clash = 0, False, False
    for number in range(clashes):
        given_clash = given_clash or room.clash[number, 2] == _GIVEN_CLASH
        family_clash = family_clash or room.clash[number, 2] == _FAMILY_CLASH
    if given_clash and not given:
        total += w.NO_GIVEN_NAME_FITS
    if family_clash and not family:
        total += w.NO_SURNAME_FITS
    return total


@nb.njit(cache=True, nogil=True)
def order(room: Scratch, count: int) -> int:
    """Condition 5: return what the order of the words and their number cost."""
    total, crossed, falls, chain = 0, 0, 0, False
    for number in range(count):
        i, j = room.pairs[number, 0], room.pairs[number, 1]
        crossed += _CROSSED[room.roles[0, i], room.roles[1, j]]
        chain = chain or (room.roles[0, i] == _CHAIN and room.roles[1, j] == _CHAIN)
        falls += j > room.pairs[(number + 1) % count, 1]
    if crossed == 2:
        total += w.SURNAMES_SWAPPED
    if falls > 1:
        total += (w.CHAIN_INVERSION if chain else w.INVERSION) * (falls - 1)
    if count < 2:
        total += w.ONE_WORD
    return total


@nb.njit(cache=True, nogil=True)
def far_apart(words: Words, room: Scratch, clashes: int) -> int:
    """Condition 3: return what words lower that contradict each other and are not even spelt alike."""
    total = 0
    for number in range(clashes):
        own, other = room.words[0, room.clash[number, 0]], room.words[1, room.clash[number, 1]]
        if room.clash[number, 2] == _INITIALS:
            continue
        left = words.symbols[words.letters[own] : words.letters[own + 1]]
        right = words.symbols[words.letters[other] : words.letters[other + 1]]
        longest = max(len(left), len(right))
        if (
            longest > 0
            and FULL - FULL * apart_in(room.distances, left, right) // (UNIT * longest) < w.FAR_BELOW
        ):
            total += _FAR_APART
    return total


@nb.njit(cache=True, nogil=True)
def similarity(room: Scratch, count: int) -> int:
    """Return the share of the weight of both names that agrees, in 1/1024; `told` becomes the weights."""
    matched, agreed = 0, 0
    own_rest, other_rest = weigh(room, 0), weigh(room, 1)
    for number in range(count):
        i, j = room.pairs[number, 0], room.pairs[number, 1]
        own, other = room.told[0, i], room.told[1, j]
        own_rest -= own
        other_rest -= other
        matched += min(own, other)
        agreed += min(own, other) * max(0, FULL - 3 * (FULL - room.units[i, j]) // 2)
    least, most = min(own_rest, other_rest), max(own_rest, other_rest)
    whole = matched + least + (most - least) // _EXTRA_SHARE
    return agreed // whole if whole else 0


@nb.njit(cache=True, nogil=True)
def weigh(room: Scratch, side: int) -> int:
    """Make `told` of a side its weights in the similarity, little for an initial; return their sum."""
    total = 0
    for i in range(room.counts[side]):
        if room.single[side, i]:
            room.told[side, i] = _INITIAL_WEIGHT
        total += room.told[side, i]
    return total
