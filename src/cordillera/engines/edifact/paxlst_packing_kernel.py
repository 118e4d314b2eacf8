# ruff: noqa: ANN001, ANN201, ANN202 - compiled functions take their types from the arrays
"""People of a list written as records from the rows of paxlst_kernel.py; reference: paxlst_traveller.py."""

import numpy as np

from cordillera.engines.edifact import packing_keys as keys
from cordillera.engines.edifact import paxlst_kernel as rows_of
from cordillera.engines.edifact.compiled import inner, outer, place_of
from cordillera.engines.edifact.packing_kernel import (
    AT,
    COUNT,
    DATA,
    FULL,
    ODD,
    OUT,
    STATE,
    close,
    close_list,
    code_of,
    field_at,
    field_item,
    has_room,
    number,
    open_item,
    open_list,
    open_member,
    text_at,
    written,
)
from cordillera.engines.edifact.paxlst_traveller import ROLES
from cordillera.engines.edifact.values_kernel import day_of_person, digits, word_at

_202 = code_of("202")
_CODES = np.array([code_of(code) for code in ROLES], np.int64)
_LENGTHS = np.array([len(role.value) for role in ROLES.values()], np.int64)
_ROLES = np.array([list(role.value.ljust(20).encode()) for role in ROLES.values()], np.uint8)
_SHORT_YEARS = (6, 10)
_LONG_YEARS = (8, 14)
_EITHER = 12


@inner
def _place(t, key, row, place):
    """Write a fact of a person as a member; 0 when there is none."""
    at = rows_of.HEAD + 2 * place
    return field_at(t, key, row[at], row[at + 1], 0) if row[at] >= 0 else 0


@inner
def _name(t, key, row, part):
    at = rows_of.HEAD + 2 * part
    if row[at] < 0:
        return 0
    return field_at(t, key, row[at], row[at + 1], row[rows_of.ODD_NAMES] >> part & 1)


@inner
def _names(t, row):
    found = _name(t, keys.SURNAME, row, 0) + _name(t, keys.GIVEN, row, 1)
    more = open_list(t, keys.MORE_NAMES)
    for part in range(2, rows_of.NAMES):
        at = rows_of.HEAD + 2 * part
        if row[at] >= 0:
            found += field_item(t, row[at], row[at + 1], row[rows_of.ODD_NAMES] >> part & 1)
    close_list(t, more, keys.MORE_NAMES)
    if not found:
        t[STATE][ODD] = 1


@inner
def _date(t, key, row, place):
    """A date as ISO (dates.py); its form stands in the place behind."""
    at = rows_of.HEAD + 2 * place
    begin, end = row[at], row[at + 1]
    if begin < 0:
        return
    length = end - begin
    form = word_at(t[DATA], row[at + 2], row[at + 3]) if row[at + 2] >= 0 else 0
    is_short = length in _SHORT_YEARS or (length == _EITHER and form == _202)
    width = 2 if is_short else 4
    if not (is_short or length in _LONG_YEARS or length == _EITHER) or digits(t[DATA], begin, end) < 0:
        t[STATE][ODD] = 1
        return
    day = digits(t[DATA], begin, begin + width + 4)
    if not is_short and day < 1_000_000:
        t[STATE][ODD] = 1
        return
    day_of_person(t, key, day, (begin, end), key == keys.DATE_OF_BIRTH)


@inner
def _documents(t, row):
    at = open_list(t, keys.DOCUMENTS)
    for each in range(row[rows_of.DOCUMENT_COUNT]):
        place = rows_of.DOCUMENT + each * rows_of.PER_DOCUMENT
        item = open_item(t)
        _place(t, keys.TYPE, row, place + rows_of.KIND)
        _place(t, keys.NUMBER, row, place + rows_of.NUMBER)
        _place(t, keys.ISSUER, row, place + rows_of.ISSUER)
        _date(t, keys.EXPIRES, row, place + rows_of.EXPIRY)
        close(t, item)
    close_list(t, at, keys.DOCUMENTS)


@inner
def _references(t, row):
    at = open_list(t, keys.REFERENCES)
    for each in range(row[rows_of.REFERENCE_COUNT]):
        place = rows_of.REFERENCE + 2 * each
        item = open_item(t)
        code = rows_of.HEAD + 2 * place
        text_at(t, keys.QUALIFIER, row[code], row[code + 1], 0)
        _place(t, keys.VALUE, row, place + 1)
        close(t, item)
    close_list(t, at, keys.REFERENCES)


@inner
def _bags(t, row):
    at = open_list(t, keys.BAGS)
    for each in range(rows_of.BAGS):
        place = rows_of.HEAD + 2 * (rows_of.BAG + each)
        if row[place] >= 0:
            field_item(t, row[place], row[place + 1], 0)
    close_list(t, at, keys.BAGS)


@inner
def _run(t, row, each):
    """How many tags are in row: one, where none is told."""
    place = rows_of.HEAD + 2 * (rows_of.RUN + each)
    return max(1, digits(t[DATA], row[place], row[place + 1])) if row[place] >= 0 else 1


@inner
def _runs(t, row):
    """How long the runs of tags are, where one is of more than one: up to 99, one byte each."""
    bags = row[rows_of.BAG_COUNT_FOUND]
    longest = 1
    for each in range(bags):
        longest = max(longest, _run(t, row, each))
    if longest == 1:
        return
    at = open_list(t, keys.BAG_RUNS)
    for each in range(bags):
        if has_room(t, 1):
            t[OUT][t[STATE][AT]] = _run(t, row, each)
            t[STATE][AT] += 1
            t[STATE][COUNT] += 1
    close_list(t, at, keys.BAG_RUNS)


@inner
def _role(t, code):
    for each in range(len(_CODES)):
        if _CODES[each] == code:
            written(t, keys.ROLE, _ROLES[each], _LENGTHS[each])


@inner
def _address(t, row):
    """NAD: where the person lives or stays."""
    at = open_member(t, keys.ADDRESS)
    _place(t, keys.STREET, row, rows_of.STREET)
    _place(t, keys.CITY, row, rows_of.CITY)
    _place(t, keys.REGION, row, rows_of.REGION)
    _place(t, keys.POSTAL_CODE, row, rows_of.POSTAL_CODE)
    _place(t, keys.COUNTRY, row, rows_of.COUNTRY)
    close(t, at)


@inner
def _has_address(row):
    for place in range(rows_of.STREET, rows_of.COUNTRY + 1):  # noqa: SIM110 - numba has no any() over a generator
        if row[rows_of.HEAD + 2 * place] >= 0:
            return True
    return False


@inner
def _person(t, row):
    at = open_item(t)
    _role(t, row[rows_of.ROLE])
    number(t, keys.START, row[rows_of.START])
    number(t, keys.END, row[rows_of.END])
    _names(t, row)
    _place(t, keys.SEX, row, rows_of.SEX)
    _date(t, keys.DATE_OF_BIRTH, row, rows_of.BIRTH)
    _place(t, keys.NATIONALITY, row, rows_of.NATIONALITY)
    _place(t, keys.RESIDENCE, row, rows_of.RESIDENCE)
    _place(t, keys.BIRTHPLACE, row, rows_of.BIRTHPLACE)
    _place(t, keys.EMBARKED, row, rows_of.EMBARKED)
    _place(t, keys.DISEMBARKS, row, rows_of.DISEMBARKS)
    _place(t, keys.CLEARANCE, row, rows_of.CLEARANCE)
    _documents(t, row)
    _references(t, row)
    _bags(t, row)
    _place(t, keys.BAG_COUNT, row, rows_of.BAG_COUNT)
    _place(t, keys.BAG_WEIGHT, row, rows_of.BAG_WEIGHT)
    unit = rows_of.HEAD + 2 * rows_of.UNIT
    if row[unit] >= 0:
        text_at(t, keys.BAG_WEIGHT_UNIT, row[unit], row[unit + 1], 0)
    if _has_address(row):
        _address(t, row)
    _place(t, keys.POSITION, row, rows_of.POSITION)
    _place(t, keys.VERIFIED, row, rows_of.VERIFIED)
    _runs(t, row)
    close(t, at)


@outer
def pack_people(packs, rows, first):
    """Write people from row `first` on while there is room; gives the row of the next.

    Rows that are odd are passed over; rows about which that is found out here are marked so.
    """
    data, segments, cells, out, state = packs
    t = (place_of(data), place_of(segments), place_of(cells), place_of(out), place_of(state))
    begun = state[AT]
    for each in range(first, len(rows)):
        row = rows[each]
        if row[rows_of.ODD]:
            continue
        at, count = state[AT], state[COUNT]
        state[ODD] = 0
        _person(t, row)
        if state[ODD] or state[FULL]:
            state[AT], state[COUNT] = at, count
            if state[FULL] and at != begun:  # odd or not is seen with all the room
                state[FULL] = 0
                return each
            state[FULL] = 0
            row[rows_of.ODD] = 1
    return len(rows)


# Compiled with 0c80418c239e6ced
