# ruff: noqa: ANN001, ANN201, ANN202, D103 - compiled functions take their types from the arrays; their names say what they do
"""Records as MessagePack, written by compiled code and read into types by msgspec (ADR 0061).

A record is a map of those of its members that are not their defaults, a field a map of text and bytes. What
cannot be written without thought sets `ODD`: the reference then makes the record. Every write looks for room
first; where there is none nothing is written and `FULL` is set.
"""

from typing import Final

import numpy as np

from cordillera.engines.edifact import packing_keys as keys
from cordillera.engines.edifact.compiled import inner

DATA, SEGMENTS, CELLS, OUT, STATE = range(5)
"""What every function gets, each a place in memory: bytes, segments, values, what is written, numbers."""

BEGIN, STOP, FIRST, TAG = range(4)
VALUE, VALUE_END, ELEMENT, REPETITION, COMPONENT, FLAGS = range(6)
WIDE: Final = 8
"""Numbers kept of each segment, value and group: all tables are one row behind the other."""

AT, COUNT, ODD, FULL, RELEASE, CODEC, FLIGHT_DAY, ROOM, OWNED, SCRATCH = range(10)
STATE_SIZE: Final = SCRATCH + 24
OTHER, LATIN, UTF = range(3)
"""How bytes beyond ASCII become text: not here, one letter each, or as they are."""

_LONGEST: Final = 24
_KEYS = np.zeros((len(keys.NAMES), _LONGEST), np.uint8)
_LENGTHS = np.array([len(name) + 1 for name in keys.NAMES], np.int64)
for _number, _name in enumerate(keys.NAMES):
    _KEYS[_number, : len(_name) + 1] = list(bytes([0xA0 | len(_name)]) + _name.encode())

_NIL, _TRUE, _MAP, _MAP3, _LIST, _NUMBER, _LONG_TEXT = 0xC0, 0xC3, 0xDF, 0x83, 0xDD, 0xCE, 0xDA
_HEAD, _FIELD, _MOST_TEXT = 5, 48, 0xFFFF
_CR, _LF, _TAB, _BLANK, _HIGH = 13, 10, 9, 32, 0x80


def code_of(text: str) -> np.int64:
    """A short text as a number, eight bits a letter, as `word` gives it.

    Not an `int`, since numba compiles a function anew for each of those that it is called with.
    """
    return np.int64(int.from_bytes(text.encode(), "big"))


@inner
def has_room(t, size):
    if t[STATE][AT] + size > t[STATE][ROOM]:
        t[STATE][FULL] = 1
        return False
    return True


@inner
def _key(t, key):
    """Write the name of a member; the caller has looked for room."""
    out, state = t[OUT], t[STATE]
    at = state[AT]
    for place in range(_LENGTHS[key]):
        out[at + place] = _KEYS[key, place]
    state[AT] = at + _LENGTHS[key]
    state[COUNT] += 1


@inner
def _four(out, at, mark, number):
    out[at] = mark
    out[at + 1] = number >> 24 & 0xFF
    out[at + 2] = number >> 16 & 0xFF
    out[at + 3] = number >> 8 & 0xFF
    out[at + 4] = number & 0xFF


@inner
def _begun(t, mark):
    """Begin a map or list; where its size will be, the size so far of what encloses it waits."""
    out, state = t[OUT], t[STATE]
    if has_room(t, _HEAD):
        _four(out, state[AT], mark, state[COUNT])
        state[AT] += _HEAD
        state[COUNT] = 0


@inner
def _ended(t, at):
    """End the map or list whose head is at `at`."""
    out, state = t[OUT], t[STATE]
    if state[FULL]:
        return
    outer = 0
    for place in range(1, _HEAD):
        outer = outer << 8 | out[at + place]
    _four(out, at, out[at], state[COUNT])
    state[COUNT] = outer


@inner
def open_item(t):
    """Begin a record as one of a list; gives what `close` needs."""
    at = t[STATE][AT]
    t[STATE][COUNT] += 1
    _begun(t, _MAP)
    return at


@inner
def close(t, at):
    _ended(t, at)


@inner
def open_member(t, key):
    """Begin a record as a member of another; gives what `close` needs."""
    if has_room(t, _LONGEST):
        _key(t, key)
    at = t[STATE][AT]
    _begun(t, _MAP)
    return at


@inner
def open_list(t, key):
    """Begin a list; gives what `close_list` needs."""
    at = t[STATE][AT]
    if has_room(t, _LONGEST):
        _key(t, key)
    _begun(t, _LIST)
    return at


@inner
def close_list(t, at, key):
    """End a list; an empty one is left out. Gives how many it has."""
    state = t[STATE]
    count = state[COUNT]
    _ended(t, at + _LENGTHS[key])
    if count == 0 and not state[FULL]:
        state[AT] = at
        state[COUNT] -= 1
    return count


@inner
def nil(t, key):
    """Write that a member is unknown, where it has no default."""
    if has_room(t, _LONGEST + 1):
        _key(t, key)
        t[OUT][t[STATE][AT]] = _NIL
        t[STATE][AT] += 1


@inner
def true(t, key):
    if has_room(t, _LONGEST + 1):
        _key(t, key)
        t[OUT][t[STATE][AT]] = _TRUE
        t[STATE][AT] += 1


@inner
def number(t, key, value):
    if has_room(t, _LONGEST + _HEAD):
        _key(t, key)
        _four(t[OUT], t[STATE][AT], _NUMBER, value)
        t[STATE][AT] += _HEAD


@inner
def said(t, key, code):
    """Write a short text that is known beforehand, as `code_of` gives it."""
    out, state = t[OUT], t[STATE]
    if not has_room(t, _LONGEST + 9):
        return
    _key(t, key)
    length = 0
    while length < 8 and code >> 8 * length:
        length += 1
    out[state[AT]] = 0xA0 | length
    for place in range(length):
        out[state[AT] + 1 + place] = code >> 8 * (length - 1 - place) & 0xFF
    state[AT] += 1 + length


@inner
def written(t, key, letters, length):
    """Write a text of up to 31 letters that is known beforehand."""
    out, state = t[OUT], t[STATE]
    if has_room(t, _LONGEST + _BLANK):
        _key(t, key)
        out[state[AT]] = 0xA0 | length
        for place in range(length):
            out[state[AT] + 1 + place] = letters[place]
        state[AT] += 1 + length


@inner
def copied(t, source, begin, end):
    """Write a record that was packed elsewhere, as one of a list."""
    out, state = t[OUT], t[STATE]
    if has_room(t, end - begin):
        for at in range(begin, end):
            out[state[AT] + at - begin] = source[at]
        state[AT] += end - begin
        state[COUNT] += 1


@inner
def trimmed(data, begin, end):
    """The bytes without outer blanks."""
    while begin < end and (data[begin] == _BLANK or data[begin] == _TAB):
        begin += 1
    while end > begin and (data[end - 1] == _BLANK or data[end - 1] == _TAB):
        end -= 1
    return begin, end


@inner
def _plain_text(t, begin, end):
    """Write a text whose bytes are its letters; gives its length, and writes nothing when that is none."""
    data, out, state = t[DATA], t[OUT], t[STATE]
    begin, end = trimmed(data, begin, end)
    length = end - begin
    if length == 0:
        return 0
    if length > _MOST_TEXT:
        state[ODD] = 1
    if not has_room(t, length + 3):
        return length
    at = state[AT]
    if length < _BLANK:
        out[at] = 0xA0 | length
        at += 1
    else:
        out[at] = _LONG_TEXT
        out[at + 1] = length >> 8 & 0xFF
        out[at + 2] = length & 0xFF
        at += 3
    for place in range(length):
        out[at + place] = data[begin + place]
    state[AT] = at + length
    return length


@inner
def _is_doubtful(byte):
    """Whether a letter with this first byte may be a blank beyond ASCII."""
    return byte in (0xC2, 0xE1, 0xE2, 0xE3)


@inner
def _written_text(t, begin, end):  # noqa: C901, PLR0912 - one pass over letters
    """Like `_plain_text` for released, wrapped and accented letters (lexer.value_of)."""
    data, out, state = t[DATA], t[OUT], t[STATE]
    if not has_room(t, 2 * (end - begin) + 3):
        return 1
    first = state[AT] + 3
    at = first
    while begin < end:
        byte = data[begin]
        if byte == state[RELEASE]:
            begin += 1
            if begin == end or data[begin] in (_CR, _LF):
                state[ODD] = 1
                break
            byte = data[begin]
        begin += 1
        if byte in (_CR, _LF) or (at == first and byte in (_BLANK, _TAB)):
            continue
        if byte < _BLANK and byte != _TAB:
            state[ODD] = 1
        if byte < _HIGH or state[CODEC] == UTF:
            out[at] = byte
            at += 1
        elif state[CODEC] == LATIN:
            out[at] = 0xC0 | byte >> 6
            out[at + 1] = _HIGH | byte & 0x3F
            at += 2
        else:
            state[ODD] = 1
    while at > first and (out[at - 1] == _BLANK or out[at - 1] == _TAB):
        at -= 1
    length = at - first
    if length == 0:
        return 0
    last = at - 1
    while last > first and out[last] & 0xC0 == _HIGH:
        last -= 1
    if _is_doubtful(out[first]) or _is_doubtful(out[last]) or length > _MOST_TEXT:
        state[ODD] = 1
    out[first - 3] = _LONG_TEXT
    out[first - 2] = length >> 8 & 0xFF
    out[first - 1] = length & 0xFF
    state[AT] = at
    return length


@inner
def field_at(t, key, begin, end, flags):
    """Write a member with its bytes; 0 when its text is empty, and so it is left out."""
    state = t[STATE]
    if end <= begin or not has_room(t, _LONGEST + _FIELD):
        return 0
    before = state[AT]
    _key(t, key)
    return _field(t, begin, end, flags, before)


@inner
def field_item(t, begin, end, flags):
    """Write a field as one of a list; 0 when its text is empty, and so it is left out."""
    state = t[STATE]
    if end <= begin or not has_room(t, _FIELD):
        return 0
    state[COUNT] += 1
    return _field(t, begin, end, flags, state[AT])


@inner
def _text_begun(out, at):
    """The head of a field and the name of its text: letter by letter, which becomes one store."""
    out[at] = _MAP3
    out[at + 1] = 0xA4
    out[at + 2] = 116
    out[at + 3] = 101
    out[at + 4] = 120
    out[at + 5] = 116
    return at + 6


@inner
def _bytes(t, begin, end):
    """Write where a field stands."""
    out, state = t[OUT], t[STATE]
    if not has_room(t, _FIELD):
        return
    at = state[AT]
    out[at] = 0xA5
    out[at + 1] = 115
    out[at + 2] = 116
    out[at + 3] = 97
    out[at + 4] = 114
    out[at + 5] = 116
    _four(out, at + 6, _NUMBER, begin)
    out[at + 11] = 0xA3
    out[at + 12] = 101
    out[at + 13] = 110
    out[at + 14] = 100
    _four(out, at + 15, _NUMBER, end)
    state[AT] = at + 20


@inner
def _field(t, begin, end, flags, before):
    state = t[STATE]
    state[AT] = _text_begun(t[OUT], state[AT])
    length = _written_text(t, begin, end) if flags else _plain_text(t, begin, end)
    if length == 0:
        state[AT] = before
        state[COUNT] -= 1
        return 0
    _bytes(t, begin, end)
    return 1


@inner
def open_field(t, key):
    """Begin a field whose text the caller writes, up to sixteen letters; False where there is no room."""
    if not has_room(t, _LONGEST + 2 * _FIELD):
        return False
    _key(t, key)
    t[STATE][AT] = _text_begun(t[OUT], t[STATE][AT])
    return True


@inner
def close_field(t, begin, end):
    """End it with its bytes."""
    _bytes(t, begin, end)


@inner
def text_at(t, key, begin, end, flags):
    """Write a member that is a text without its bytes; 0 when it is empty, and so it is left out."""
    state = t[STATE]
    if end <= begin or not has_room(t, _LONGEST):
        return 0
    before = state[AT]
    _key(t, key)
    length = _written_text(t, begin, end) if flags else _plain_text(t, begin, end)
    if length == 0:
        state[AT] = before
        state[COUNT] -= 1
        return 0
    return 1


# Compiled with 9ee81a48d446b608
