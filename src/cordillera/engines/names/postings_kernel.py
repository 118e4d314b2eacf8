"""Which names of a segment can reach a score: a bound that no such name misses. Compiled, on arrays.

The readable reference is `candidates.may_reach`; a test compares both name by name. A pair of words earns at
most its *gain*; so a name's score is at most the sum, over the subject's words, of the best gain among the
name's words. Postings are read for the words without which nothing reaches what is needed (prefix filter:
Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007), those with the fewest postings.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]


@njit(cache=True, nogil=True)
def reaching(  # noqa: C901, PLR0913 - arrays, not objects
    reach_starts: Ints,
    reach_tokens: Ints,
    reach_gains: Ints,
    reach_admits: Bytes,
    year: int,
    needed: Ints,
    starts: Ints,
    tokens: Ints,
    persons: Ints,
    keys: Ints,
    places: Ints,
    rows: Ints,
    years: npt.NDArray[np.int16],
    alive: Bytes,
    near_rows: Ints,
    near_needed: Ints,
    roles: Bytes,
    lengths: Bytes,
    penalties: tuple[int, int, int],
    own_roles: Bytes,
    clashes: Ints,
    slots: Ints,
    stamps: Ints,
    stamp: int,
) -> Ints:
    """Return the names whose gains reach what is needed.

    Word i of the subject reaches the tokens `reach_starts[i]` to `reach_starts[i + 1]`, each with the most
    that the pair can earn; `reach_admits` marks those whose postings are read. `needed`: gains needed by the
    years between the births (`year` and `years`, 0: not one known day): (1) none, or unknown, (2) one or two,
    (3) up to ten, (4) more; `near_needed` by the names of `near_rows`, whose evidence may be stronger.
    `lengths` of words tell initials; `penalties` and `clashes` (by role): see `candidates.py`. `slots` (one
    per token, all -1) and `stamps` (one per name, none equal to `stamp`) are scratch.
    """
    count = len(reach_starts) - 1
    gains = _gains(reach_starts, reach_tokens, reach_gains, slots)
    found = np.empty(64, np.int32)
    total = 0
    for at in range(len(near_rows)):
        row = near_rows[at]
        most = _bound(row, starts, tokens, roles, lengths, penalties, own_roles, clashes, slots, gains)
        if most >= near_needed[at] and stamps[row] != stamp and alive[persons[row]]:
            stamps[row] = stamp
            found, total = _with(found, total, row)
    admitting = _cheapest(
        reach_starts, reach_tokens, reach_gains, reach_admits, needed[1:].min(), penalties, keys, places
    )
    for i in range(count):
        if not admitting >> i & 1:
            continue
        for at in range(reach_starts[i], reach_starts[i + 1]):
            place = _place(keys, reach_tokens[at]) if reach_admits[at] else -1
            if place < 0:
                continue
            for k in range(places[place], places[place + 1]):
                row = rows[k]
                if stamps[row] == stamp:
                    continue
                stamps[row] = stamp
                person = persons[row]
                least = needed[_apart(year, years[person])]
                if (
                    _bound(row, starts, tokens, roles, lengths, penalties, own_roles, clashes, slots, gains)
                    >= least
                    and alive[person]
                ):
                    found, total = _with(found, total, row)
    for at in range(reach_starts[0], reach_starts[count]):
        slots[reach_tokens[at]] = -1
    return found[:total]


@njit(cache=True, nogil=True)
def _apart(year: int, other: int) -> int:
    if year == 0 or other in (0, year):
        return 1
    years = abs(year - other)
    return 2 if years <= 2 else 3 if years <= 10 else 4


@njit(cache=True, nogil=True)
def _with(found: Ints, total: int, row: int) -> tuple[Ints, int]:
    if total == len(found):
        grown = np.empty(2 * total, np.int32)
        grown[:total] = found
        found = grown
    found[total] = row
    return found, total + 1


@njit(cache=True, nogil=True)
def _gains(reach_starts: Ints, reach_tokens: Ints, reach_gains: Ints, slots: Ints) -> npt.NDArray[np.int32]:
    """Return the most that each token reached earns with each word; `slots` tells a token's line."""
    count = len(reach_starts) - 1
    table = np.full((reach_starts[count] + 1, count), -1, np.int32)
    used = 0
    for i in range(count):
        for at in range(reach_starts[i], reach_starts[i + 1]):
            token = reach_tokens[at]
            if slots[token] < 0:
                slots[token] = used
                used += 1
            table[slots[token], i] = max(table[slots[token], i], reach_gains[at])
    return table


@njit(cache=True, nogil=True)
def _bound(  # noqa: C901, PLR0913 - arrays, not objects
    row: int,
    starts: Ints,
    tokens: Ints,
    roles: Bytes,
    lengths: Bytes,
    penalties: tuple[int, int, int],
    own_roles: Bytes,
    clashes: Ints,
    slots: Ints,
    gains: npt.NDArray[np.int32],
) -> int:
    """Return the most that a name can earn (conditions 1 to 6)."""
    count = gains.shape[1]
    one_word, conflict, initials = penalties
    total = fit = 0
    first, last = starts[row], starts[row + 1]
    listed_alone = False
    own_alone = there_alone = 0
    for t in range(first, last):
        if lengths[tokens[t]] == 1:
            initials += 1
        if slots[tokens[t]] < 0:
            listed_alone = True
            there_alone |= 1 << roles[t]
    for i in range(count):
        best = -1
        for t in range(first, last):
            slot = slots[tokens[t]]
            if slot >= 0:
                best = max(best, gains[slot, i])
        if best >= 0:
            fit += 1
            total += best
        else:
            own_alone |= 1 << own_roles[i]
    if initials:
        return total
    if fit < 2:
        total += one_word
    if listed_alone and fit < count:
        total += min(conflict, _clash(own_alone & there_alone, clashes))
    return total


@njit(cache=True, nogil=True)
def _clash(roles: int, clashes: Ints) -> int:
    """Return what words of one role cost that stand alone on both sides."""
    cost = 0
    for role in range(len(clashes)):
        if roles >> role & 1:
            cost += clashes[role]
    return cost


@njit(cache=True, nogil=True)
def _cheapest(  # noqa: PLR0913 - arrays, not objects
    reach_starts: Ints,
    reach_tokens: Ints,
    reach_gains: Ints,
    reach_admits: Bytes,
    needed: int,
    penalties: tuple[int, int, int],
    keys: Ints,
    places: Ints,
) -> int:
    """Return, as bits, the words without which nothing reaches `needed`, with the fewest postings."""
    count = len(reach_starts) - 1
    costs = np.zeros(count, np.int64)
    most = np.zeros(count, np.int64)
    for i in range(count):
        for at in range(reach_starts[i], reach_starts[i + 1]):
            most[i] = max(most[i], reach_gains[at])
            place = _place(keys, reach_tokens[at]) if reach_admits[at] else -1
            if place >= 0:
                costs[i] += places[place + 1] - places[place]
    best, least = (1 << count) - 1, np.int64(1) << 60
    lone = penalties[2] == 0
    for subset in range(1 << count):
        left = cost = others = np.int64(0)
        for i in range(count):
            if subset >> i & 1:
                cost += costs[i]
            else:
                left += most[i]
                others += 1
        if others == 1 and lone:
            left += penalties[0]
        if left < needed and cost < least:
            best, least = subset, cost
    return best


@njit(cache=True, nogil=True)
def _place(keys: Ints, token: int) -> int:
    """Return where a token stands in sorted `keys`, or -1. Full vocabularies are their own keys."""
    if token < len(keys) and keys[token] == token:
        return token
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < token:
            low = middle + 1
        else:
            high = middle
    return low if low < len(keys) and keys[low] == token else -1
