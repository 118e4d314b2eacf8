"""Questions against a part of a list, compiled: postings, bounds, scores. What is left over is explained.

The readable references are `candidates.may_reach` (the bound) and `core.compare_names` (the score). A name's
score is at most the sum, over the question's words, of the best that a word of the name can earn with it. So:

1. who is found by a key of births is looked at with what such a birth may add (`exact_keys`);
2. names with two words that may be one word of the question are looked at, found by their frame;
3. for each distance between the years of birth, postings are read of the words without which no name reaches
   the score needed (prefix filter: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007), those
   with the fewest names, and of each word only the names in these years.
"""

from typing import Final

import numba as nb
import numpy as np
import numpy.typing as npt

from cordillera.engines.names import weights as w
from cordillera.engines.names.candidates import CLASHES, LEAST_CONFLICT
from cordillera.engines.names.row_kernel import PARTS, UNKNOWN, load_question, row_score
from cordillera.engines.names.screen_arrays import (
    NO_JOIN,
    Asked,
    Facts,
    Ints,
    Lexicon,
    Listed,
    Longs,
    Scratch,
)

Arrays = tuple[Asked, Facts, Listed, Lexicon, Scratch]
Which = tuple[int, int, int, int, bool]  # question, its first word and the end of its words, stamp, judge
Reached = tuple[Ints, Ints, Ints, Ints]  # words of the list; by word of the question gain, likeness; joined
Found = tuple[Ints, int]

_LOSSES: Final = np.array(w.LOSSES, np.int32)
_ONE_WORD: Final = w.ONE_WORD
_INITIAL: Final = max(w.INITIAL, 0)
_VISITED: Final = 1 << PARTS  # in a stamp, beside one bit for each word that two of the name may be
_SHIFT: Final = PARTS + 1
_FEW: Final = 24  # postings that are read whole
_CLASSES: Final = 5
_YEARS: Final = (0, 2, 10)  # distances between years: none, near, few (`evidence_bound`)
_NEVER: Final = 1 << 30


@nb.njit(cache=True, nogil=True)
def screen(  # noqa: PLR0913 - arrays, not objects
    asked: Asked,
    facts: Facts,
    listed: Listed,
    lexicon: Lexicon,
    scratch: Scratch,
    stamp: int,
    judge: bool,  # noqa: FBT001 - compiled functions take no keywords
) -> Ints:
    """Return question, name and score of each name that may match; UNKNOWN: the reference has to tell.

    `stamp`: questions get stamps from here on, none used before in `scratch`. Without `judge` all names are
    returned that the bound allows.
    """
    found = np.empty((256, 3), np.int32)
    total = 0
    for question in range(len(facts.years)):
        first, last = asked.starts[question], asked.starts[question + 1]
        if first == last:
            continue
        load_question(asked, scratch, first, last)
        lines, gains, units, joined = table(asked, lexicon, scratch.slots, first, last)
        found, total = one(
            (asked, facts, listed, lexicon, scratch),
            (question, first, last, stamp + question, judge),
            (lines, gains, units, joined),
            found,
            total,
        )
        for at in range(len(lines)):
            scratch.slots[lines[at]] = -1
    return found[:total]


@nb.njit(cache=True, nogil=True)
def best_gain(own: int, told: int) -> int:
    """Return what a pair of equal words earns at most."""
    return min(own, told) * w.SHARE_OF_INFORMATION // w.GRID


@nb.njit(cache=True, nogil=True)
def table(
    asked: Asked, lexicon: Lexicon, slots: Ints, first: int, last: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the words of the list that the question reaches, most gain and likeness by word, and who joins.

    A gain of -1: the words do not fit. `slots` tells the line of a word.
    """
    count = last - first
    room = asked.reach[last] - asked.reach[first] + asked.wholes[last] - asked.wholes[first]
    room += len(lexicon.letter_tokens)
    lines = np.empty(room, np.int32)
    gains = np.full((room, count), -1, np.int32)
    units = np.zeros((room, count), np.int32)
    joined = np.zeros(room, np.int32)
    used = 0
    for i in range(count):
        word = first + i
        if asked.single[word]:
            continue
        for at in range(asked.reach[word], asked.reach[word + 1]):
            alike = np.int64(asked.units[at])
            gain = best_gain(asked.told[word], lexicon.told[asked.near[at]]) - _LOSSES[alike]
            if gain >= w.LEAST_GAIN:
                line, used = line_of(asked.near[at], slots, lines, used)
                units[line, i] = alike
                gains[line, i] = max(gains[line, i], gain, 0)
        for token in lexicon.letter_tokens:
            if lexicon.initials[token] == asked.initials[word]:
                line, used = line_of(token, slots, lines, used)
                gains[line, i] = max(gains[line, i], _INITIAL)
        for at in range(asked.wholes[word], asked.wholes[word + 1]):
            line, used = line_of(asked.whole[at], slots, lines, used)
            gain = best_gain(asked.together[word], lexicon.told[asked.whole[at]])
            gains[line, i] = max(gains[line, i], gain)
            gains[line, i - 1] = max(gains[line, i - 1], gain)
            joined[line] = 1
    return lines[:used], gains[:used], units[:used], joined[:used]


@nb.njit(cache=True, nogil=True)
def line_of(token: int, slots: Ints, lines: Ints, used: int) -> tuple[int, int]:
    """Return the line of a word, a new one when it has none, and how many lines there are."""
    line = slots[token]
    if line < 0:
        line = used
        slots[token] = used
        lines[used] = token
        used += 1
    return line, used


@nb.njit(cache=True, nogil=True)
def one(  # noqa: C901 - three steps
    arrays: Arrays, which: Which, reached: Reached, found: Ints, total: int
) -> Found:
    """Add the names of one question to `found` (steps 1 to 3)."""
    asked, facts, listed, _, scratch = arrays
    question, first, last, stamp, _ = which
    _, gains, _, _ = reached
    count = last - first
    most = np.zeros(count, np.int64)
    for line in range(len(gains)):
        for i in range(count):
            most[i] = max(most[i], gains[line, i])
    credit, joins = mark_joins(asked, listed, scratch.stamps, first, last, stamp)
    offset, potential = facts.offset[question], np.int64(0)
    for i in range(count):
        potential += max(most[i], credit[i])
    for at in range(facts.births[question], facts.births[question + 1]):
        least = facts.birth_least[at]
        if potential < least - offset:
            continue
        low, high = span_of(listed.birth_keys, facts.birth_keys[at])
        for k in range(low, high):
            person = listed.birth_persons[k]
            if listed.alive[person]:
                for row in range(listed.first_rows[person], listed.first_rows[person + 1]):
                    found, total = visit(arrays, which, reached, credit, row, least, found, total)
    year = facts.years[question]
    if joins:
        for i in range(2 * count):
            key = asked.frames[2 * first + i]
            low, high = span_of(listed.join_keys, key) if key != NO_JOIN else (0, 0)
            for k in range(low, high):
                row = listed.join_rows[k]
                least = facts.least[question, apart(year, listed.years[listed.persons[row]])]
                if potential >= least - offset:
                    found, total = visit(arrays, which, reached, credit, row, least, found, total)
    return by_words(arrays, which, reached, credit, most, found, total)


@nb.njit(cache=True, nogil=True)
def by_words(  # noqa: C901, PLR0912, PLR0913 - one pass, on groups of arrays
    arrays: Arrays, which: Which, reached: Reached, credit: Longs, most: Longs, found: Ints, total: int
) -> Found:
    """Step 3: read the postings of the words that matter, in the years that matter."""
    _, facts, listed, _, _ = arrays
    question, first, last, _, _ = which
    lines, gains, _, _ = reached
    count = last - first
    whole, year, offset = most.sum(), facts.years[question], facts.offset[question]
    subsets = np.zeros(_CLASSES, np.int64)
    places = np.full(len(lines), -1, np.int64)
    costs = np.zeros(count, np.int64)
    open_classes = 0
    for near in range(1, _CLASSES):
        if whole < facts.least[question, near] - offset or (year == 0 and near > 1):
            continue
        if open_classes == 0:
            for line in range(len(lines)):
                places[line] = place_of(listed.keys, lines[line])
                if places[line] >= 0:
                    names = listed.places[places[line] + 1] - listed.places[places[line]]
                    for i in range(count):
                        if gains[line, i] > 0:
                            costs[i] += names
        subsets[near] = cheapest(most, costs, facts.least[question, near] - offset)
        open_classes |= 1 << near
    if open_classes == 0:
        return found, total
    for line in range(len(lines)):
        if places[line] < 0:
            continue
        admits = 0
        for near in range(1, _CLASSES):
            for i in range(count):
                if subsets[near] >> i & 1 and gains[line, i] > 0 and open_classes >> near & 1:
                    admits |= 1 << near
        if admits == 0:
            continue
        low, high = listed.places[places[line]], listed.places[places[line] + 1]
        if year == 0 or high - low <= _FEW or admits >> 4 & 1:
            found, total = read(arrays, which, reached, credit, (low, high, admits), found, total)
            continue
        widest = 10 if admits >> 3 & 1 else 2 if admits >> 2 & 1 else 0
        if admits >> 1 & 1:
            found, total = read(
                arrays,
                which,
                reached,
                credit,
                (low, year_from(listed.row_years, low, high, 1), admits),
                found,
                total,
            )
        start = year_from(listed.row_years, low, high, max(1, year - widest))
        end = year_from(listed.row_years, start, high, year + widest + 1)
        found, total = read(arrays, which, reached, credit, (start, end, admits), found, total)
    return found, total


@nb.njit(cache=True, nogil=True)
def read(  # noqa: PLR0913 - groups of arrays
    arrays: Arrays,
    which: Which,
    reached: Reached,
    credit: Longs,
    span: tuple[int, int, int],
    found: Ints,
    total: int,
) -> Found:
    """Look at the names of a span of postings, those whose year of birth is admitted."""
    _, facts, listed, _, _ = arrays
    low, high, admits = span
    question = which[0]
    year = facts.years[question]
    for k in range(low, high):
        near = apart(year, listed.row_years[k])
        if admits >> near & 1:
            found, total = visit(
                arrays, which, reached, credit, listed.rows[k], facts.least[question, near], found, total
            )
    return found, total


@nb.njit(cache=True, nogil=True)
def visit(  # noqa: PLR0913 - groups of arrays
    arrays: Arrays,
    which: Which,
    reached: Reached,
    credit: Longs,
    row: int,
    least: int,
    found: Ints,
    total: int,
) -> Found:
    """Add a name that reaches `least`, once."""
    asked, facts, listed, lexicon, scratch = arrays
    question, first, last, stamp, judge = which
    _, gains, units, joined = reached
    state = scratch.stamps[row]
    state = state & ((1 << _SHIFT) - 1) if state >> _SHIFT == stamp else 0
    if state & _VISITED or not listed.alive[listed.persons[row]]:
        return found, total
    most, unknown = bound(
        (asked, listed, lexicon), (first, last, row, state), scratch.slots, gains, joined, credit
    )
    if most < least - facts.offset[question]:
        return found, total
    score = UNKNOWN
    if judge and not unknown:
        score = row_score(asked, first, listed, lexicon, row, units, facts.syllabic[question], scratch)
        if score != UNKNOWN and score < least:
            return found, total
    scratch.stamps[row] = stamp << _SHIFT | state | _VISITED
    if total == len(found):
        grown = np.empty((2 * total, 3), np.int32)
        grown[:total] = found
        found = grown
    found[total, 0], found[total, 1], found[total, 2] = question, row, score
    return found, total + 1


@nb.njit(cache=True, nogil=True)
def bound(  # noqa: C901, PLR0912, PLR0913 - one sum, on groups of arrays
    arrays: tuple[Asked, Listed, Lexicon],
    which: tuple[int, int, int, int],
    slots: Ints,
    gains: Ints,
    joined: Ints,
    credit: Longs,
) -> tuple[int, bool]:
    """Return the most that a name can earn (`candidates.may_reach`), and whether words may be as one."""
    asked, listed, lexicon = arrays
    first, last, row, marks = which
    count = last - first
    start, end = listed.starts[row], listed.starts[row + 1]
    total = fit = own_alone = there_alone = 0
    lenient, unknown = marks != 0, marks != 0
    listed_alone = False
    for t in range(start, end):
        token = listed.tokens[t]
        line = slots[token]
        if lexicon.lengths[token] == 1:
            lenient = True
        if line < 0:
            listed_alone = True
            there_alone |= 1 << listed.roles[t]
        elif joined[line]:
            lenient = unknown = True
    for i in range(count):
        best = -1
        for t in range(start, end):
            line = slots[listed.tokens[t]]
            if line >= 0:
                best = max(best, gains[line, i])
        if marks >> i & 1:
            best = max(best, credit[i])
        if best >= 0:
            fit += 1
            total += best
        else:
            own_alone |= 1 << asked.roles[first + i]
        if asked.single[first + i]:
            lenient = True
    if lenient:
        return total, unknown
    if fit < 2:
        total += _ONE_WORD
    if listed_alone and fit < count:
        total += min(LEAST_CONFLICT, clash(own_alone & there_alone))
    return total, unknown


@nb.njit(cache=True, nogil=True)
def clash(roles: int) -> int:
    """Return what words of one role cost that stand alone on both sides."""
    cost = 0
    for role in range(len(CLASHES)):
        if roles >> role & 1:
            cost += CLASHES[role]
    return cost


@nb.njit(cache=True, nogil=True)
def mark_joins(  # noqa: PLR0913 - arrays, not objects
    asked: Asked, listed: Listed, stamps: Longs, first: int, last: int, stamp: int
) -> tuple[Longs, bool]:
    """Step 2: mark names with two words that may be one of the question, or two; return what that earns."""
    count = last - first
    credit = np.full(count, -1, np.int64)
    marked = False
    for i in range(count):
        for both in range(2):
            key = asked.frames[2 * (first + i) + both]
            if key == NO_JOIN:
                continue
            low, high = span_of(listed.join_keys, key)
            if low == high:
                continue
            marked = True
            told = asked.together[first + i] if both else asked.told[first + i]
            mark = 1 << i
            credit[i] = max(credit[i], best_gain(told, told))
            if both:
                mark |= 1 << (i - 1)
                credit[i - 1] = max(credit[i - 1], best_gain(told, told))
            for k in range(low, high):
                row = listed.join_rows[k]
                if stamps[row] >> _SHIFT != stamp:
                    stamps[row] = stamp << _SHIFT
                stamps[row] |= mark
    return credit, marked


@nb.njit(cache=True, nogil=True)
def apart(year: int, other: int) -> int:
    """Return how far apart births are: 1 in one year or unknown, 2 near, 3 few years, 4 more."""
    years = abs(year - other)
    if year == 0 or other == 0 or years == 0:
        return 1
    return 2 if years <= 2 else 3 if years <= 10 else 4


@nb.njit(cache=True, nogil=True)
def cheapest(most: Longs, costs: Longs, needed: int) -> int:
    """Return, as bits, the words without which nothing reaches `needed`, with the fewest postings."""
    count = len(most)
    best, least = (1 << count) - 1, np.int64(1) << 60
    for subset in range(1 << count):
        left = cost = np.int64(0)
        for i in range(count):
            if subset >> i & 1:
                cost += costs[i]
            else:
                left += most[i]
        if left < needed and cost < least:
            best, least = subset, cost
    return best


@nb.njit(cache=True, nogil=True)
def year_from(years: npt.NDArray[np.signedinteger], low: int, high: int, year: int) -> int:
    """Return the first place in [low, high) whose year is not before `year`; years are sorted there."""
    while low < high:
        middle = (low + high) >> 1
        if years[middle] < year:
            low = middle + 1
        else:
            high = middle
    return low


@nb.njit(cache=True, nogil=True)
def span_of(keys: Ints, key: int) -> tuple[int, int]:
    """Return where a key begins and ends in sorted keys."""
    low = year_from(keys, 0, len(keys), key)
    high = low
    while high < len(keys) and keys[high] == key:
        high += 1
    return low, high


@nb.njit(cache=True, nogil=True)
def place_of(keys: Ints, token: int) -> int:
    """Return where a word stands in sorted `keys`, or -1. A full vocabulary is its own keys."""
    if token < len(keys) and keys[token] == token:
        return token
    at = year_from(keys, 0, len(keys), token)
    return at if at < len(keys) and keys[at] == token else -1
