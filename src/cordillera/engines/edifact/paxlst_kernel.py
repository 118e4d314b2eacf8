# ruff: noqa: ANN001, ANN202, PLR0911 - compiled functions take types from arrays; one return for each segment
"""Where the facts of each person of a passenger list stand, compiled; reference: paxlst_traveller.py.

It places people whose segments need no thought: each fact once, where it belongs, as plain bytes. Everybody
else (a fact twice or misplaced, a segment it does not know, a released or wrapped value outside a name) is
left to the reference, which none of the judgement here repeats (ADR 0055).
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cordillera.engines.edifact.compiled import inner, outer, place_of
from cordillera.engines.edifact.packing_kernel import trimmed
from cordillera.engines.edifact.tokens import Tokens
from cordillera.engines.edifact.values_kernel import digits

Table = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int32]]

NAMES, DOCUMENTS, REFERENCES, BAGS = 5, 2, 6, 4
"""How many names, documents, references and bags a plain person has at most."""

(SEX, BIRTH, BIRTH_FORM, NATIONALITY, CLEARANCE, RESIDENCE, EMBARKED, DISEMBARKS, BIRTHPLACE, BAG_COUNT,
 BAG_WEIGHT, UNIT, STREET, CITY, REGION, POSTAL_CODE, COUNTRY, POSITION, VERIFIED,
 DOCUMENT) = range(NAMES, NAMES + 20)  # fmt: skip
KIND, NUMBER, ISSUER, EXPIRY, EXPIRY_FORM, PER_DOCUMENT = range(6)
REFERENCE: Final = DOCUMENT + DOCUMENTS * PER_DOCUMENT
BAG: Final = REFERENCE + 2 * REFERENCES
RUN: Final = BAG + BAGS
PLACES: Final = RUN + BAGS
"""Every fact has a place in the row of its person: first and last byte, -1 where there is none."""
LATER: Final = (("EMP", POSITION), ("GEI", VERIFIED))
"""Facts of segments that not every directory has."""

ODD, ROLE, START, END, DOCUMENT_COUNT, REFERENCE_COUNT, BAG_COUNT_FOUND, ODD_NAMES = range(8)
HEAD: Final = 8
WIDTH: Final = HEAD + 2 * PLACES
"""A row: eight numbers about the person, then two for each place."""


_DATA, _SEGMENTS, _CELLS, _ROWS = range(4)
"""What every function gets, each a place in memory."""
_BEGIN, _STOP, _FIRST, _TAG = range(4)
_VALUE, _VALUE_END, _ELEMENT, _REPETITION, _COMPONENT, _FLAGS = range(6)
_IN_SEGMENT, _IN_CELL = 4, 6
"""Numbers kept of each segment and value."""


def _code(text: str) -> int:
    return int.from_bytes(text.encode(), "big")


_NAD, _ATT, _DTM, _LOC, _NAT, _RFF, _MEA, _FTX, _DOC, _EMP, _GEI = (
    _code(tag) for tag in ("NAD", "ATT", "DTM", "LOC", "NAT", "RFF", "MEA", "FTX", "DOC", "EMP", "GEI")
)
_CNT, _AUT, _UNT, _TDT = (_code(tag) for tag in ("CNT", "AUT", "UNT", "TDT"))
_FL, _FM, _DDU, _DDT = (_code(code) for code in ("FL", "FM", "DDU", "DDT"))
_2, _4, _329, _36, _91 = (_code(code) for code in ("2", "4", "329", "36", "91"))
_CT, _WT, _BAG_TAG = (_code(code) for code in ("CT", "WT", "BAG"))
_22, _174, _178, _179, _180 = (_code(code) for code in ("22", "174", "178", "179", "180"))
_MASKED, _SEEN = _code("#"), -2
_SLASH, _BLANK, _SEGMENT_HEAD, _NAMES_AT, _TAGS_AT, _STREET_AT = 47, 32, 4, 3, 3, 4


@inner
def _find(t, segment, element, component):
    """The row of a value, or -1 where it is absent or empty."""
    cells = t[_CELLS]
    for row in range(
        t[_SEGMENTS][segment * _IN_SEGMENT + _FIRST], t[_SEGMENTS][(segment + 1) * _IN_SEGMENT + _FIRST]
    ):
        if (
            cells[row * _IN_CELL + _ELEMENT] == element
            and cells[row * _IN_CELL + _COMPONENT] == component
            and not cells[row * _IN_CELL + _REPETITION]
        ):
            return row if cells[row * _IN_CELL + _VALUE_END] > cells[row * _IN_CELL + _VALUE] else -1
        if cells[row * _IN_CELL + _ELEMENT] > element:
            break
    return -1


@inner
def _word(t, segment):
    """The first value as a number, eight bits a letter; 0: absent, -1: bytes are not text, -2: long."""
    data, cells = t[_DATA], t[_CELLS]
    row = _find(t, segment, 0, 0)
    if row < 0:
        return 0
    begin = t[_SEGMENTS][segment * _IN_SEGMENT + _BEGIN] + cells[row * _IN_CELL + _VALUE]
    end = begin + cells[row * _IN_CELL + _VALUE_END] - cells[row * _IN_CELL + _VALUE]
    if cells[row * _IN_CELL + _FLAGS]:
        return -1
    begin, end = trimmed(data, begin, end)
    if end - begin > 3:
        return -2
    code = 0
    for at in range(begin, end):
        code = code << 8 | data[at]
    return code


@outer
def find_people(table, people) -> Any:
    """Fill `people` with the segments that begin a person; gives (how many, where the tail begins).

    -1 people: a NAD whose code cannot be told here, or a flight behind people, which dates those behind it.
    """
    t = (place_of(table[0]), place_of(table[1]), place_of(table[2]), place_of(people))
    count = 0
    last = len(table[1]) - 1
    tail = last
    for segment in range(last):
        tag = table[1][segment, _TAG]
        if tag == _NAD:
            code = _word(t, segment)
            if code == -1:
                return -1, 0
            if code in (_FL, _FM, _DDU, _DDT):
                people[count] = segment
                count += 1
                tail = last
        elif tag == _TDT and count:
            return -1, 0
        elif tail == last and tag in (_CNT, _AUT, _UNT):
            tail = segment
    return count, tail


@outer
def place_people(table, spans, rows) -> None:
    """Fill one row of `rows` for each person; person n has the segments spans[n] up to spans[n + 1]."""
    t = (place_of(table[0]), place_of(table[1]), place_of(table[2]), place_of(rows))
    for person in range(len(spans) - 1):
        _place_person(t, spans[person], spans[person + 1], person * WIDTH)


@inner
def _place_person(t, first, stop, row):
    rows = t[_ROWS]
    for at in range(WIDTH):
        rows[row + at] = 0 if at < HEAD else -1
    rows[row + ROLE] = _word(t, first)
    rows[row + START] = t[_SEGMENTS][first * _IN_SEGMENT + _BEGIN]
    rows[row + END] = t[_SEGMENTS][(stop - 1) * _IN_SEGMENT + _STOP]
    odd = _name(t, first, row) + _address(t, first, row)
    for segment in range(first + 1, stop):
        if odd:
            break
        if rows[row + DOCUMENT_COUNT] or t[_SEGMENTS][segment * _IN_SEGMENT + _TAG] == _DOC:
            odd = _in_document(t, segment, row)
        else:
            odd = _of_person(t, segment, row)
    rows[row + ODD] = odd


@inner
def _has_edge(t, begin, value):
    """Whether a value that is not empty begins or ends with what its text has not: blanks, controls."""
    data, cells = t[_DATA], t[_CELLS]
    return (
        data[begin + cells[value * _IN_CELL + _VALUE]] <= _BLANK
        or data[begin + cells[value * _IN_CELL + _VALUE_END] - 1] <= _BLANK
    )


@inner
def _put(t, segment, value, row, place):
    """Note where a value stands; 1 when there is one already or its bytes are not its text."""
    if value < 0:
        return 0
    at = HEAD + 2 * place
    begin, cells = t[_SEGMENTS][segment * _IN_SEGMENT + _BEGIN], t[_CELLS]
    if t[_ROWS][row + at] >= 0 or cells[value * _IN_CELL + _FLAGS] or _has_edge(t, begin, value):
        return 1
    t[_ROWS][row + at], t[_ROWS][row + at + 1] = (
        begin + cells[value * _IN_CELL + _VALUE],
        begin + cells[value * _IN_CELL + _VALUE_END],
    )
    return 0


@inner
def _name(t, segment, row):
    """The names of C080; released and accented letters are allowed, the row says which names have them."""
    data, cells = t[_DATA], t[_CELLS]
    begin = t[_SEGMENTS][segment * _IN_SEGMENT + _BEGIN]
    found = 0
    parts = 0
    for value in range(
        t[_SEGMENTS][segment * _IN_SEGMENT + _FIRST], t[_SEGMENTS][(segment + 1) * _IN_SEGMENT + _FIRST]
    ):
        if cells[value * _IN_CELL + _ELEMENT] != _NAMES_AT:
            continue
        part = cells[value * _IN_CELL + _COMPONENT]
        parts += 1
        if cells[value * _IN_CELL + _REPETITION] or part >= NAMES:
            return 1
        if cells[value * _IN_CELL + _VALUE_END] > cells[value * _IN_CELL + _VALUE]:
            found += 1
            at = HEAD + 2 * part
            t[_ROWS][row + at], t[_ROWS][row + at + 1] = (
                begin + cells[value * _IN_CELL + _VALUE],
                begin + cells[value * _IN_CELL + _VALUE_END],
            )
            if cells[value * _IN_CELL + _FLAGS] or _has_edge(t, begin, value):
                t[_ROWS][row + ODD_NAMES] |= 1 << part
    if parts == 1:
        for at in range(t[_ROWS][row + HEAD], t[_ROWS][row + HEAD + 1]):
            if data[at] == _SLASH:
                return 1
    return 0 if found else 1


@inner
def _address(t, segment, row):
    """The address of a person; 1 where an element of it has more than one component."""
    cells = t[_CELLS]
    odd = 0
    for value in range(
        t[_SEGMENTS][segment * _IN_SEGMENT + _FIRST], t[_SEGMENTS][(segment + 1) * _IN_SEGMENT + _FIRST]
    ):
        part = cells[value * _IN_CELL + _ELEMENT] - _STREET_AT
        if part < 0 or cells[value * _IN_CELL + _VALUE_END] == cells[value * _IN_CELL + _VALUE]:
            continue
        if part >= 5 or cells[value * _IN_CELL + _COMPONENT] or cells[value * _IN_CELL + _REPETITION]:
            return 1
        odd += _put(t, segment, value, row, STREET + part)
    return odd


@inner
def _either(t, segment, element):
    """A code, or the name that stands three components behind it."""
    value = _find(t, segment, element, 0)
    return value if value >= 0 else _find(t, segment, element, 3)


@inner
def _of_person(t, segment, row):
    """Place one segment of the person itself; 1 when the reference has to look at this person."""
    tag = t[_SEGMENTS][segment * _IN_SEGMENT + _TAG]
    code = _word(t, segment)
    if tag == _LOC:
        return _place(t, segment, code, row)
    if tag == _RFF:
        return _reference(t, segment, row) if code > 0 else 1
    if tag == _ATT:
        return _attribute(t, segment, code, row)
    if tag == _DTM and code == _329:
        form = _put(t, segment, _find(t, segment, 0, 2), row, BIRTH_FORM)
        return form + _once(t, segment, _find(t, segment, 0, 1), row, BIRTH)
    if tag == _NAT:
        return _once(t, segment, _either(t, segment, 1), row, NATIONALITY)
    if tag == _MEA:
        return _measure(t, segment, code, row)
    if tag == _FTX and code == _BAG_TAG and t[_ROWS][row + BAG_COUNT_FOUND] < BAGS:
        t[_ROWS][row + BAG_COUNT_FOUND] += 1
        return _bag(t, segment, row, t[_ROWS][row + BAG_COUNT_FOUND] - 1)
    if tag == _EMP:
        return _once(t, segment, _either(t, segment, 1), row, POSITION)
    if tag == _GEI and code == _4:
        return _once(t, segment, _find(t, segment, 1, 0), row, VERIFIED)
    return 1


@inner
def _bag(t, segment, row, each):
    """FTX of a bag: its tag, and how many are in row; 1 for several tags in one segment."""
    data, cells = t[_DATA], t[_CELLS]
    for value in range(
        t[_SEGMENTS][segment * _IN_SEGMENT + _FIRST], t[_SEGMENTS][(segment + 1) * _IN_SEGMENT + _FIRST]
    ):
        length = cells[value * _IN_CELL + _VALUE_END] - cells[value * _IN_CELL + _VALUE]
        if cells[value * _IN_CELL + _ELEMENT] != _TAGS_AT or length == 0:
            continue
        place = cells[value * _IN_CELL + _COMPONENT]
        if place > 1 or cells[value * _IN_CELL + _REPETITION]:
            return 1
        if place == 1:
            begin = t[_SEGMENTS][segment * _IN_SEGMENT + _BEGIN] + cells[value * _IN_CELL + _VALUE]
            if length > 2 or digits(data, begin, begin + length) < 0:
                return 1
    count = _put(t, segment, _find(t, segment, _TAGS_AT, 1), row, RUN + each)
    return count + _once(t, segment, _find(t, segment, _TAGS_AT, 0), row, BAG + each)


@inner
def _attribute(t, segment, code, row):
    """ATT: the sex; where it was masked before storage none is told, and the person has no other ATT."""
    end = row + HEAD + 2 * SEX + 1
    if t[_ROWS][end] != -1:
        return 1
    if code == _MASKED:
        t[_ROWS][end] = _SEEN
        return 0
    return _once(t, segment, _find(t, segment, 2, 0), row, SEX) if code == _2 else 1


@inner
def _place(t, segment, code, row):
    """LOC of a person; 1 for one that is no fact about a person."""
    place = -1
    for at, known in enumerate((_22, _174, _178, _179, _180)):
        if code == known:
            place = CLEARANCE + at
    if place < 0:
        return 1
    named = _find(t, segment, 1, 3) if place == BIRTHPLACE else -1
    return _once(t, segment, named if named >= 0 else _either(t, segment, 1), row, place)


@inner
def _measure(t, segment, code, row):
    """MEA: how many bags, or how heavy."""
    value = _find(t, segment, 2, 1)
    if code == _CT:
        return _once(t, segment, value if value >= 0 else _find(t, segment, 2, 0), row, BAG_COUNT)
    if code != _WT:
        return 1
    unit = _put(t, segment, _find(t, segment, 2, 0), row, UNIT)
    return unit + _once(t, segment, value, row, BAG_WEIGHT)


@inner
def _once(t, segment, value, row, place):
    """Like `_put`; 1 also when there is no value, so that a second segment cannot go unseen."""
    return 1 if value < 0 else _put(t, segment, value, row, place)


@inner
def _reference(t, segment, row):
    code, value = _find(t, segment, 0, 0), _find(t, segment, 0, 1)
    if (
        t[_ROWS][row + REFERENCE_COUNT] == REFERENCES
        or value < 0
        or t[_CELLS][code * _IN_CELL + _VALUE] != _SEGMENT_HEAD
    ):
        return 1
    place = REFERENCE + 2 * t[_ROWS][row + REFERENCE_COUNT]
    t[_ROWS][row + REFERENCE_COUNT] += 1
    named = _put(t, segment, code, row, place)
    return named + _put(t, segment, value, row, place + 1)


@inner
def _in_document(t, segment, row):
    """Place DOC or one segment behind it; 1 when the reference has to look at this person."""
    tag = t[_SEGMENTS][segment * _IN_SEGMENT + _TAG]
    if tag == _DOC:
        if t[_ROWS][row + DOCUMENT_COUNT] == DOCUMENTS:
            return 1
        place = DOCUMENT + t[_ROWS][row + DOCUMENT_COUNT] * PER_DOCUMENT
        t[_ROWS][row + DOCUMENT_COUNT] += 1
        kind = _put(t, segment, _find(t, segment, 0, 0), row, place + KIND)
        return kind + _put(t, segment, _find(t, segment, 1, 0), row, place + NUMBER)
    place = DOCUMENT + (t[_ROWS][row + DOCUMENT_COUNT] - 1) * PER_DOCUMENT
    code = _word(t, segment)
    if tag == _DTM and code == _36:
        form = _put(t, segment, _find(t, segment, 0, 2), row, place + EXPIRY_FORM)
        return form + _once(t, segment, _find(t, segment, 0, 1), row, place + EXPIRY)
    if tag == _LOC and code == _91:
        return _once(t, segment, _find(t, segment, 1, 0), row, place + ISSUER)
    return 1


def table_of(found: Tokens) -> Table:
    """The bytes, the segments (begin, end, first value, tag) and the values as the functions here take them.

    Three arrays, since each one handed from function to function costs as much as looking at a value.
    """
    segments = np.zeros((len(found) + 1, 4), np.int64)
    segments[:-1, _BEGIN], segments[:-1, _STOP] = found.bounds[::2], found.bounds[1::2]
    segments[:, _FIRST], segments[:-1, _TAG] = found.first, found.tags
    places = (found.starts, found.ends, found.elements, found.repetitions, found.components, found.flags)
    columns: tuple[NDArray[Any], ...] = places
    cells = np.empty((len(found.starts), 6), np.int32)
    for at, column in enumerate(columns):
        cells[:, at] = column
    return np.frombuffer(found.source.data, np.uint8), segments, cells


def rows_for(people: int) -> NDArray[np.int64]:
    """Room for so many people."""
    return np.empty((people, WIDTH), np.int64)


# Compiled with ae422599983c5dd5
