# ruff: noqa: ANN001, ANN201, ANN202 - compiled functions take their types from the arrays
"""Which segments of a reservation are in which group, compiled from the table of pnrgov_grammar.py.

Reference: grammar.walk. The same walk, from the innermost open group outwards; a segment without a place, and
groups that are not made here, leave the reservation to the reference.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cordillera.engines.edifact.compiled import inner
from cordillera.engines.edifact.grammar import GroupRule
from cordillera.engines.edifact.packing_kernel import SEGMENTS, TAG, WIDE
from cordillera.engines.edifact.pnrgov_grammar import GRAMMAR

GROUP, OWNER = 4, 5
"""More about a segment: the group it is in, the traveller whose document it is."""

TRIGGER, PARENT, FROM, TO = range(4)
"""A group: its rule, the group around it, its first segment, where its last one ends."""

GROUPS, MOVING = 0, 3
"""Where the groups of a reservation and the table of all moves are in the tree."""

_NOTHING, _MEMBER, _ONCE = 0, -1, 100
_LETTERS: Final = 26
_TAGS: Final = _LETTERS**3


def moves_of(grammar: GroupRule) -> NDArray[np.int64]:
    """What every tag does in every group: 0 nothing, -1 is a member, else the group it begins."""
    rules = _rules(next(rule for rule in grammar.groups if rule.trigger == "SRC"))
    moves = np.zeros((len(rules) + 1, _TAGS), np.int64)
    for number, rule in enumerate(rules, 1):
        for inner_rule in rule.groups:
            moves[number, _letters(inner_rule.trigger)] = _number_of(inner_rule, rules)
        for tag in rule.members:
            moves[number, _letters(tag)] = _MEMBER
    return moves.ravel()


def _number_of(rule: GroupRule, rules: list[GroupRule]) -> int:
    """The number of a rule; one that comes once has a hundred more."""
    return rules.index(rule) + 1 + (_ONCE if rule.once else 0)


def _rules(rule: GroupRule) -> list[GroupRule]:
    return [rule, *(below for one in rule.groups for below in _rules(one))]


def _letters(tag: str) -> int:
    found = 0
    for letter in tag:
        found = _LETTERS * found + ord(letter) - ord("A")
    return found


MOVES: Final = moves_of(GRAMMAR)


@inner
def place(t, tree, first, stop):
    """Fill `groups` with those of a reservation, the outermost first; False for a segment without a place."""
    segments, groups, moves = t[SEGMENTS], tree[GROUPS], tree[MOVING]
    count, current = 1, 0
    groups[0 * WIDE + TRIGGER], groups[0 * WIDE + PARENT], groups[0 * WIDE + FROM], groups[0 * WIDE + TO] = (
        1,
        -1,
        first,
        stop,
    )
    segments[first * WIDE + GROUP] = 0
    for segment in range(first + 1, stop):
        letters = _tag_letters(segments[segment * WIDE + TAG])
        move, came = _NOTHING, 0
        while current >= 0 and letters >= 0:
            move = moves[groups[current * WIDE + TRIGGER] * _TAGS + letters]
            if move > _ONCE and move - _ONCE == came:
                move = _NOTHING
            if move != _NOTHING:
                break
            came = groups[current * WIDE + TRIGGER]
            current = groups[current * WIDE + PARENT]
        if move == _NOTHING:
            return False
        if move != _MEMBER:
            groups[count * WIDE + TRIGGER], groups[count * WIDE + PARENT] = move % _ONCE, current
            groups[count * WIDE + FROM] = segment
            current = count
            count += 1
        segments[segment * WIDE + GROUP] = current
        around = current
        while around > 0:
            groups[around * WIDE + TO] = segment + 1
            around = groups[around * WIDE + PARENT]
    groups[count * WIDE + FROM] = stop
    return True


@inner
def _tag_letters(tag):
    found = 0
    for shift in (16, 8, 0):
        letter = (tag >> shift & 0xFF) - 65
        if not 0 <= letter < _LETTERS:
            return -1
        found = _LETTERS * found + letter
    return found


@inner
def following(t, tree, group, segment, tag):
    """The next segment of a tag in the group itself, from `segment` on, or -1."""
    segments = t[SEGMENTS]
    for at in range(segment, tree[GROUPS][group * WIDE + TO]):
        if segments[at * WIDE + TAG] == tag and segments[at * WIDE + GROUP] == group:
            return at
    return -1


@inner
def first_of(t, tree, group, tag):
    """The first segment of a tag in the group itself, or -1."""
    return following(t, tree, group, tree[GROUPS][group * WIDE + FROM], tag)


@inner
def below(t, tree, group, at, tag):
    """The next group in `group` that a tag begins, from number `at` on, or -1."""
    groups = tree[GROUPS]
    while groups[at * WIDE + FROM] < groups[group * WIDE + TO]:
        if (
            groups[at * WIDE + PARENT] == group
            and t[SEGMENTS][(groups[at * WIDE + FROM]) * WIDE + TAG] == tag
        ):
            return at
        at += 1
    return -1


# Compiled with 105caa19868465a3
