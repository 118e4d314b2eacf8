"""Questions against a part of a list, compiled: postings, bounds, scores. What is left over is explained.

The readable references are `candidates.may_reach` (the bound) and `core.compare_names` (the score). A name's
score is at most the sum, over the question's words, of the best that a word of the name can earn with it. So:

1. who is found by a key of births is looked at with what such a birth may add (`exact_keys`);
2. names with two words that may be one word of the question are looked at, found by their frame;
3. for each distance between the years of birth, postings are read of the words without which no name reaches
   the score needed (prefix filter: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007), those
   with the fewest names; of each word only the names in these years, and only words of the list that earn
   the share of the score that this word must contribute.
"""

from typing import Final

import numpy as np

from cordillera.engines.names.brief_kernel import earned_at_most, forget_worth, set_worth
from cordillera.engines.names.frames import FRAMES
from cordillera.engines.names.reach_kernel import (
    apart,
    best_gain,
    bound,
    place_of,
    span_of,
    table,
    told_apart,
    told_together,
    year_from,
    year_soon,
)
from cordillera.engines.names.row_kernel import JOINS, PARTS, SCORE, UNKNOWN, load_question, row_scores
from cordillera.engines.names.screen_arrays import (
    HINTS,
    NO_JOIN,
    Asked,
    Facts,
    Ints,
    Lexicon,
    Listed,
    Longs,
    Scratch,
    Shorts,
)
from cordillera.foundation.kernels import kernel

Arrays = tuple[Asked, Facts, Listed, Lexicon, Scratch]
Which = tuple[int, int, int, int]  # question, its first word and the end of its words, stamp
Found = tuple[Ints, int]  # rows, and how many of them are filled

_VISITED: Final = 1 << PARTS  # in a stamp, beside one bit for each word that two of the name may be
_SHIFT: Final = PARTS + 1
_FEW: Final = 24  # postings that are read whole
_TOGETHER: Final = 64  # names whose codes are fetched at once
_CLASSES: Final = 5
_NONE: Final = 1 << 30
_HINTED: Final = HINTS - 1
_KEYS: Final = FRAMES + 1  # frames asked for each word: its own, and that of it and the word before it


@kernel
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

    The fourth column is 1 when words may be written as one, the score then that of the words as they are.
    `stamp`: questions get stamps from here on, none used before in `scratch`. Without `judge` all names are
    returned that the bound allows.
    """
    arrays = (asked, facts, listed, lexicon, scratch)
    found, proposed = np.empty((256, 4), np.int32), np.empty((1024, 4), np.int32)
    total = 0
    for question in range(len(facts.years)):
        first, last = asked.starts[question], asked.starts[question + 1]
        if first == last:
            continue
        which = (question, first, last, stamp + question)
        load_question(asked, scratch, first, last)
        lines, gains, units, joined = table(asked, lexicon, scratch.slots, first, last)
        set_worth(scratch.worth, lexicon, lines, gains, joined)
        most = np.zeros(last - first, np.int64)
        for line in range(len(lines)):
            for i in range(last - first):
                most[i] = max(most[i], gains[line, i])
        credit, joins = mark_joins(asked, listed, lexicon, scratch, first, last, stamp + question)
        potential = told_together(np.maximum(most, credit).sum())
        proposed, count = by_keys(arrays, which, potential, proposed)
        if len(joins):
            proposed, count = by_frames(arrays, which, potential, joins, proposed, count)
        proposed, count = by_words(arrays, which, (lines, gains, most), proposed, count)
        found, total = judged(
            arrays, which, (gains, units, joined, credit), (proposed[:count], judge), found, total
        )
        if len(joins):
            scratch.hints[:] = 0
        forget_worth(scratch.worth, lexicon, lines)
        for at in range(len(lines)):
            scratch.slots[lines[at]] = -1
    return found[:total]


@kernel
def judged(  # noqa: PLR0913 - groups of arrays
    arrays: Arrays,
    which: Which,
    reached: tuple[Ints, Ints, Ints, Longs],
    proposals: tuple[Ints, bool],
    found: Ints,
    total: int,
) -> Found:
    """Add to `found` the names proposed that reach what they need, each once."""
    asked, facts, listed, lexicon, scratch = arrays
    question, first, _, stamp = which
    proposed, judge = proposals
    reaching = proposed[: in_reach(arrays, which, reached, proposed)]
    if judge:
        row_scores(asked, first, listed, lexicon, reaching, reached[1], facts.syllabic[question], scratch)
    stamps, persons, alive = scratch.stamps, listed.persons, listed.alive
    for at in range(len(reaching)):
        row, score, unknown = reaching[at, 0], reaching[at, SCORE] if judge else UNKNOWN, reaching[at, JOINS]
        if score != UNKNOWN and score < reaching[at, 1] and not unknown:
            continue
        state = marked(stamps[row], stamp)
        if state & _VISITED or not alive[persons[row]]:
            continue
        stamps[row] = stamp << _SHIFT | state | _VISITED
        found = with_room(found, total + 1)
        found[total, 0], found[total, 1], found[total, 2] = question, row, score
        found[total, 3] = 1 if unknown and score != UNKNOWN else 0
        total += 1
    return found, total


@kernel
def in_reach(arrays: Arrays, which: Which, reached: tuple[Ints, Ints, Ints, Longs], proposed: Ints) -> int:
    """Move what the bound allows to the front, tell whose words may be as one; return how many."""
    asked, facts, listed, lexicon, scratch = arrays
    question, first, last, stamp = which
    gains, _, joined, credit = reached
    slots, worth, stamps, hints, brief = (
        scratch.slots,
        scratch.worth,
        scratch.stamps,
        scratch.hints,
        listed.brief,
    )
    own, names = (asked.single, asked.roles), (listed.starts, listed.tokens, listed.roles)
    lengths, offset = lexicon.lengths, facts.offset[question]
    count = 0 if asked.single[first:last].any() else last - first
    kept = 0
    looked = np.empty((_TOGETHER, PARTS), np.uint16)
    for at in range(len(proposed)):
        if at % _TOGETHER == 0:
            look_at(brief, proposed[at : at + _TOGETHER], looked)
        row, least = proposed[at, 0], proposed[at, 1]
        marks = marked(stamps[row], stamp) if hints[row & _HINTED] else 0
        if marks == 0 and earned_at_most(worth, looked, at % _TOGETHER, count) < least - offset:
            continue
        where = (first, last, row, marks)
        earned, unknown = bound(where, own, names, lengths, slots, gains, joined, credit)
        if earned >= least - offset:
            proposed[kept, 0], proposed[kept, 1], proposed[kept, JOINS] = row, least, unknown
            kept += 1
    return kept


@kernel
def look_at(brief: Shorts, proposed: Ints, looked: Shorts) -> None:
    """Copy the codes of some names to one place: the memory is asked for all of them at once."""
    for at in range(len(proposed)):
        row = proposed[at, 0]
        for part in range(PARTS):
            looked[at, part] = brief[row, part]


@kernel
def marked(state: int, stamp: int) -> int:
    """Return what a question has marked at a name."""
    return state & ((1 << _SHIFT) - 1) if state >> _SHIFT == stamp else 0


@kernel
def with_room(rows: Ints, needed: int) -> Ints:
    """Return rows with room for `needed`."""
    if needed <= len(rows):
        return rows
    grown = np.empty((max(needed, 2 * len(rows)), rows.shape[1]), np.int32)
    grown[: len(rows)] = rows
    return grown


@kernel
def by_keys(arrays: Arrays, which: Which, potential: int, proposed: Ints) -> Found:
    """Step 1: propose who is found by a key of births."""
    _, facts, listed, _, _ = arrays
    question, _, _, _ = which
    keys, places, rows = listed.birth_keys, listed.birth_places, listed.birth_rows
    count = 0
    for at in range(facts.births[question], facts.births[question + 1]):
        least = facts.birth_least[at]
        if potential < least - facts.offset[question]:
            continue
        low, high = span_of(keys, facts.birth_keys[at])
        if low == high:
            continue
        proposed = with_room(proposed, count + places[high] - places[low])
        for k in range(places[low], places[high]):
            proposed[count, 0], proposed[count, 1] = rows[k], least
            count += 1
    return proposed, count


@kernel
def by_frames(  # noqa: PLR0913 - arrays, not objects
    arrays: Arrays, which: Which, potential: int, joins: Ints, proposed: Ints, filled: int
) -> Found:
    """Step 2: propose names with two words that may be one of the question, or two (`joins`)."""
    _, facts, listed, _, _ = arrays
    question, _, _, _ = which
    places, rows, persons, years = listed.join_places, listed.join_rows, listed.persons, listed.years
    count, year, admits = filled, facts.years[question], 0
    for near in range(1, _CLASSES):
        if potential >= facts.least[question, near] - facts.offset[question]:
            admits |= 1 << near
    if admits == 0:
        return proposed, count
    for pair in joins:
        proposed = with_room(proposed, count + places[pair + 1] - places[pair])
        for k in range(places[pair], places[pair + 1]):
            near = apart(year, years[persons[rows[k]]])
            if admits >> near & 1:
                proposed[count, 0], proposed[count, 1] = rows[k], facts.least[question, near]
                count += 1
    return proposed, count


@kernel
def by_words(  # noqa: C901, PLR0912 - one pass over the words of the list
    arrays: Arrays, which: Which, reached: tuple[Ints, Ints, Longs], proposed: Ints, filled: int
) -> Found:
    """Step 3: propose the names of the words that matter, in the years that matter."""
    _, facts, listed, _, _ = arrays
    question, first, last, _ = which
    lines, gains, most = reached
    count, year = last - first, facts.years[question]
    places, costs = np.full(len(lines), -1, np.int64), np.zeros(count, np.int64)
    cutoffs = np.full((_CLASSES, count), _NONE, np.int64)
    known = any_open = False
    for near in range(1, 2 if year == 0 else _CLASSES):
        needed = told_apart(facts.least[question, near] - facts.offset[question])
        if most.sum() < needed:
            continue
        if not known:
            for line in range(len(lines)):
                places[line] = place_of(listed.keys, lines[line])
                if places[line] >= 0:
                    names = listed.places[places[line] + 1] - listed.places[places[line]]
                    for i in range(count):
                        if gains[line, i] > 0:
                            costs[i] += names
            known = True
        set_cutoffs(most, cheapest(most, costs, needed), needed, cutoffs[near])
        any_open = True
    for line in range(len(lines) if any_open else 0):
        if places[line] < 0:
            continue
        admits = 0
        for near in range(1, _CLASSES):
            for i in range(count):
                if gains[line, i] >= cutoffs[near, i]:
                    admits |= 1 << near
        if admits == 0:
            continue
        low, high = listed.places[places[line]], listed.places[places[line] + 1]
        known_from = low
        if year and high - low > _FEW and not admits >> 4 & 1:
            widest = 10 if admits >> 3 & 1 else 2 if admits >> 2 & 1 else 0
            known_from = year_from(listed.row_years, low, high, max(1, year - widest))
            if not admits >> 1 & 1:
                low = known_from
            high = year_soon(listed.row_years, known_from, high, year + widest + 1)
        unknown_to = year_soon(listed.row_years, low, known_from, 1)
        proposed = with_room(proposed, filled + high - low)
        for k in range(low, high):
            if unknown_to <= k < known_from:
                continue
            near = apart(year, listed.row_years[k])
            if admits >> near & 1:
                proposed[filled, 0], proposed[filled, 1] = listed.rows[k], facts.least[question, near]
                filled += 1
    return proposed, filled


@kernel
def set_cutoffs(most: Longs, subset: int, needed: int, cutoffs: Longs) -> None:
    """Set what a word of the list must earn with each word to be read, so that who reaches `needed` is met.

    If all words of `subset` earned less than their cutoffs, whose sum is at most what the others leave, the
    name would not reach `needed`. A cutoff is at least 1: what earns nothing proposes nobody.
    """
    left, together = needed, 0
    for i in range(len(most)):
        if subset >> i & 1:
            together += most[i]
        else:
            left -= most[i]
    for i in range(len(most)):
        if subset >> i & 1:
            cutoffs[i] = max(left * most[i] // together, 1) if together else 1


@kernel
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


@kernel
def mark_joins(  # noqa: PLR0913 - arrays, not objects
    asked: Asked, listed: Listed, lexicon: Lexicon, scratch: Scratch, first: int, last: int, stamp: int
) -> tuple[Longs, Ints]:
    """Step 2: mark names with two words that may be one of the question, or two.

    Return what that earns by word, and the pairs of words.
    """
    credit = np.full(last - first, -1, np.int64)
    joins, total = np.empty((64, 1), np.int32), 0
    stamps, hints = scratch.stamps, scratch.hints
    keys, places, rows = listed.join_keys, listed.join_places, listed.join_rows
    for at in range(_KEYS * first, _KEYS * last):
        if asked.frames[at] == NO_JOIN:
            continue
        i, both = at // _KEYS - first, at % _KEYS == FRAMES
        told = asked.together[first + i] if both else asked.told[first + i]
        mark = 1 << i | (1 << (i - 1) if both else 0)
        low, high = span_of(keys, asked.frames[at])
        for pair in range(low, high):
            if not may_join(asked, listed, lexicon, at, pair):
                continue
            joins = with_room(joins, total + 1)
            joins[total, 0] = pair
            total += 1
            credit[i] = max(credit[i], best_gain(told, told))
            if both:
                credit[i - 1] = max(credit[i - 1], best_gain(told, told))
            for k in range(places[pair], places[pair + 1]):
                row = rows[k]
                hints[row & _HINTED] = 1
                if stamps[row] >> _SHIFT != stamp:
                    stamps[row] = stamp << _SHIFT
                stamps[row] |= mark
    return credit, joins[:total, 0]


@kernel
def may_join(asked: Asked, listed: Listed, lexicon: Lexicon, at: int, pair: int) -> bool:
    """Tell whether two words of the list may be what frame `at` stands for (`core.joined`).

    Two words of either side are one word when they are the same letters, divided elsewhere.
    """
    if at % _KEYS != FRAMES:
        return True
    word, one, two = at // _KEYS, listed.join_firsts[pair], listed.join_seconds[pair]
    letters = lexicon.lengths[one] + lexicon.lengths[two]
    return bool(letters == asked.together_letters[word] and one != asked.tokens[word - 1])


# Compiled with 08cb611e7404cccb
