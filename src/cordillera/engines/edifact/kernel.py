# ruff: noqa: ANN001, ANN202 - compiled functions take their types from the arrays
"""Where segments end and what is inside them, compiled (ISO 9735-1 clauses 7 to 9); reference: lexer.py.

`plain_run` takes the segments that need no thought; it stops before anything else (a service segment, a cut
or wrapped one, rubbish, a limit), which the reader then looks at: none of its judgement is repeated here.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cordillera.foundation.kernels import kernel

PLAIN, SPACE, HIGH, ELEMENT, REPETITION, COMPONENT, RELEASE, BREAK, TERMINATOR = range(9)
"""What a byte is; where a separator is a blank too, the separator wins."""

HAS_RELEASE, HAS_BREAK, HAS_HIGH, HAS_CONTROL = 1, 2, 4, 8
"""What the bytes of a value hold that its text does not, or not as one letter a byte."""

LONGEST_WRAP = 4
"""Line breaks at most between a release character and what it releases."""
_BLANK = np.zeros(256, np.bool_)
_BLANK[[0, 9, 10, 11, 12, 13, 32]] = True
_DIGIT_FIRST, _DIGIT_LAST, _LETTER_FIRST, _LETTER_LAST = 48, 57, 65, 90
_U, _N = 85, 78


@kernel
def _is_tag(data, at, end):
    """Whether three bytes from `at` on are a letter, then letters or digits."""
    if at + 3 > end:
        return False
    for place in range(3):
        byte = data[at + place]
        letter = _LETTER_FIRST <= byte <= _LETTER_LAST
        if not letter and (place == 0 or not _DIGIT_FIRST <= byte <= _DIGIT_LAST):
            return False
    return True


@kernel
def _plain_end(data, begin, stop, kinds):
    """The terminator of the segment at `begin`; -1: none before `stop`, or a line in it begins like a tag."""
    at = begin
    while at < stop:
        while at < stop and kinds[data[at]] < RELEASE:
            at += 1
        if at >= stop:
            return -1
        kind = kinds[data[at]]
        if kind == TERMINATOR:
            return at
        at += 1
        if kind == RELEASE:
            if at >= stop or kinds[data[at]] == BREAK:  # what is released can stand on the next line
                return -1
            kind = BREAK if data[at] in (10, 13) else RELEASE
            at += 1
        if kind == BREAK:
            while at < stop and data[at] in (9, 10, 13, 32) and kinds[data[at]] != TERMINATOR:
                at += 1
            if _is_tag(data, at, len(data) - 1) and kinds[data[at + 3]] == ELEMENT:
                return -1
    return -1


@kernel
def plain_run(data, position, kinds, limits, bounds) -> Any:
    """Bounds of plain segments from `position` on: (how many, where to go on, bytes between, bytes inside).

    `limits`: longest plain segment in bytes, end of the message in bytes; at most len(bounds) // 2 segments.
    """
    found = 0
    separators = 0
    inside = 0
    room = len(bounds) // 2
    while found < room:
        begin = position
        while begin < len(data) and _BLANK[data[begin]]:
            begin += 1
        if not _is_tag(data, begin, len(data) - 1) or (data[begin] == _U and data[begin + 1] == _N):
            break
        after = kinds[data[begin + 3]]
        if after not in (ELEMENT, COMPONENT, TERMINATOR):
            break
        end = _plain_end(data, begin, min(len(data), begin + limits[0] + 1), kinds)
        if end < 0 or end > limits[1]:
            break
        bounds[2 * found] = begin
        bounds[2 * found + 1] = end
        found += 1
        separators += begin - position + 1
        inside += end - begin
        position = end + 1
    return found, position, separators, inside


@kernel
def count_marks(data, bounds, kinds) -> Any:
    """How many separators stand in the segments, released ones included: no more values can come."""
    marks = 0
    for segment in range(len(bounds) // 2):
        for at in range(bounds[2 * segment], bounds[2 * segment + 1]):
            marks += ELEMENT <= kinds[data[at]] <= COMPONENT
    return marks


@kernel
def split_all(data, bounds, kinds, columns, tags) -> Any:
    """Fill `columns` (start, end, element, repetition, component, flags, first) and `tags`; gives the rows.

    Rows of a segment are first[segment]:first[segment + 1]; offsets count from its first byte.
    A tag is its three letters, eight bits each.
    """
    starts, ends, elements, repetitions, components, flags, first = columns
    row = 0
    for segment in range(len(bounds) // 2):
        first[segment] = row
        begin, stop = bounds[2 * segment], bounds[2 * segment + 1]
        tags[segment] = _tag_code(data, begin, stop)
        element, repetition, component, noted = -1, 0, 0, 0
        start = begin
        at = begin
        while at <= stop:
            while at < stop and kinds[data[at]] <= SPACE:
                at += 1
            kind = ELEMENT if at >= stop else kinds[data[at]]
            if kind == HIGH or kind > COMPONENT:
                if kind == RELEASE:
                    wrapped = _past_wrap(data, at, stop, kinds)
                    noted |= HAS_RELEASE | HAS_BREAK * (wrapped > at)
                    at = wrapped + (wrapped + 1 < stop)
                noted |= _note(data[at])
                at += 1
                continue
            if element >= 0:
                starts[row], ends[row], elements[row] = start - begin, at - begin, element
                repetitions[row], components[row], flags[row] = repetition, component, noted
                row += 1
            if kind == ELEMENT:
                element += 1
                repetition = component = 0
            elif kind == REPETITION:
                repetition += 1
                component = 0
            else:
                component += 1
            at += 1
            start = at
            noted = 0
    first[len(bounds) // 2] = row
    return row


@kernel
def _past_wrap(data, at, stop, kinds):
    """The last byte of the line break behind a release character, or that character."""
    for _ in range(LONGEST_WRAP):
        if at + 1 < stop and kinds[data[at + 1]] == BREAK:
            at += 1
    return at


@kernel
def tags_of(data, bounds, tags) -> Any:
    """Fill `tags` with the tag of each segment: its three letters, eight bits each."""
    for segment in range(len(tags)):
        tags[segment] = _tag_code(data, bounds[2 * segment], bounds[2 * segment + 1])


@kernel
def _note(byte):
    if byte in (10, 13):
        return HAS_BREAK
    if byte > 127:
        return HAS_HIGH
    return HAS_CONTROL if byte < 32 and byte != 9 else 0


@kernel
def _tag_code(data, begin, stop):
    """The three letters of the tag; a line break may stand between them."""
    code = 0
    letters = 0
    at = begin
    while at < stop and letters < 3:
        if data[at] not in (10, 13):
            code = code << 8 | data[at]
            letters += 1
        at += 1
    return code


def kinds_of(roles: dict[int, bytes]) -> NDArray[np.uint8]:
    """The table that tells for every byte what it is, from the service characters by their role."""
    kinds = np.full(256, PLAIN, np.uint8)
    kinds[128:] = HIGH
    kinds[:32] = HIGH  # to be noted likewise
    kinds[[9, 32]] = SPACE
    kinds[[10, 13]] = BREAK
    for kind, mark in roles.items():
        if mark:
            kinds[mark[0]] = kind
    return kinds


# Compiled with eef3b1e29f37565a
