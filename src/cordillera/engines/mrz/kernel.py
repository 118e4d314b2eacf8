# ruff: noqa: ANN001, ANN202 - compiled functions take their types from the arrays
"""Verdicts on arrays of zones; the same bits as core.py, zone by zone (tests compare them).

Zones are rows of bytes, lines put end to end, zero behind the end. Work splits by rows without remainder.
"""

import numpy as np
from numpy.typing import NDArray

from cordillera.engines.mrz.conditions import Condition, bit
from cordillera.engines.mrz.layouts import COMPOSITE_PLACE, FORMATS, LAYOUTS
from cordillera.engines.mrz.states import STATES, WITHDRAWN
from cordillera.foundation.kernels import kernel

ROW = 91
"""Bytes of a row: the longest zone, and one that tells a longer one."""

_FILLER = 36
_NONE = 255


def _values() -> NDArray[np.uint8]:
    """A byte's value: digits 0 to 9, letters 10 to 35, the filler 36, anything else 255."""
    values = np.full(256, _NONE, np.uint8)
    values[ord("0") : ord("9") + 1] = range(10)
    values[ord("A") : ord("Z") + 1] = range(10, 36)
    values[ord("<")] = _FILLER
    return values


def _states() -> NDArray[np.bool_]:
    """For three values, base 37, whether they are a state's code."""
    known = np.zeros(37**3, np.bool_)
    for code in STATES | WITHDRAWN:
        first, second, third = (_VALUES[ord(letter)] for letter in code.ljust(3, "<"))
        known[(int(first) * 37 + int(second)) * 37 + int(third)] = True
    return known


def _places() -> NDArray[np.int64]:
    """One row per format with the places of its fields.

    Number, nationality, birth, sex, expiry, optional and its end, names and their end, composite digit,
    whether optional data have a digit and numbers may be long, four spans of the composite.
    """
    table = np.zeros((len(FORMATS), 20), np.int64)
    for row, name in enumerate(FORMATS):
        layout = LAYOUTS[name]
        spans = [edge for span in layout.composite for edge in span]
        told = [layout.number[0], layout.nationality[0], layout.birth[0], layout.sex[0], layout.expiry[0]]
        told += [*layout.optional[0], *layout.names, COMPOSITE_PLACE.get(name, 0)]
        told += [int(layout.has_optional_check), int(layout.long_number), *spans]
        table[row, : len(told)] = told
    return table


_VALUES = _values()
_STATES = _states()
_PLACES = _places()
_TYPES = np.array([[ord(letter) for letter in LAYOUTS[name].types.ljust(3, "\0")] for name in FORMATS])
_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_WEIGHTS = np.array([7, 3, 1])

_B_LENGTH, _B_CHARACTERS = bit(Condition.LENGTH), bit(Condition.CHARACTERS)
_B_TYPE, _B_ISSUER, _B_NAMES = bit(Condition.DOCUMENT_TYPE), bit(Condition.ISSUER), bit(Condition.NAMES)
_B_NUMBER, _B_NATIONALITY = bit(Condition.NUMBER_CHECK), bit(Condition.NATIONALITY)
_B_BIRTH_CHECK, _B_BIRTH, _B_SEX = bit(Condition.BIRTH_CHECK), bit(Condition.BIRTH_DATE), bit(Condition.SEX)
_B_EXPIRY_CHECK, _B_EXPIRY = bit(Condition.EXPIRY_CHECK), bit(Condition.EXPIRY_DATE)
_B_OPTIONAL, _B_COMPOSITE = bit(Condition.OPTIONAL_CHECK), bit(Condition.COMPOSITE_CHECK)


def verdicts(rows: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """The verdict of each row (n, 91): bits of the conditions that do not hold, 0 for a valid zone."""
    out = np.empty(len(rows), np.uint16)
    _judge_all(rows, out)
    return out


@kernel
def _judge_all(rows, out):
    values = np.empty(ROW, np.int64)
    for row in range(len(rows)):
        out[row] = _judge(rows[row], values)


@kernel
def _judge(raw, values):  # noqa: PLR0912, C901 - one condition after the other
    size = 0
    while size < ROW and raw[size] != 0:
        size += 1
    if size not in (72, 88, 90):
        return _B_LENGTH
    for at in range(size):
        values[at] = _VALUES[raw[at]]
        if values[at] == _NONE:
            return _B_CHARACTERS
    visa = raw[0] == 86
    if size == 90:
        kind = 0
    elif size == 72:
        kind = 4 if visa else 1
    else:
        kind = 3 if visa else 2
    place = _PLACES[kind]
    found = 0
    if raw[0] != _TYPES[kind, 0] and raw[0] != _TYPES[kind, 1] and raw[0] != _TYPES[kind, 2]:
        found |= _B_TYPE
    if not _STATES[(values[2] * 37 + values[3]) * 37 + values[4]]:
        found |= _B_ISSUER
    if not _names_hold(values, place[7], place[8]):
        found |= _B_NAMES
    if not _number_holds(values, place):
        found |= _B_NUMBER
    at = place[1]
    if not _STATES[(values[at] * 37 + values[at + 1]) * 37 + values[at + 2]]:
        found |= _B_NATIONALITY
    if _sum(values, place[2], place[2] + 6, 0) != values[place[2] + 6]:
        found |= _B_BIRTH_CHECK
    if not _is_date(values, place[2]):
        found |= _B_BIRTH
    sex = values[place[3]]
    if sex not in (15, 22, 33, _FILLER):
        found |= _B_SEX
    if _sum(values, place[4], place[4] + 6, 0) != values[place[4] + 6]:
        found |= _B_EXPIRY_CHECK
    if not _is_date(values, place[4]):
        found |= _B_EXPIRY
    if place[10] and not _optional_holds(values, place[5], place[6]):
        found |= _B_OPTIONAL
    if place[9] and not _composite_holds(values, place):
        found |= _B_COMPOSITE
    return found


@kernel
def _sum(values, first, end, skipped):
    """The check digit of [first, end), as if `skipped` characters stood before it."""
    total = 0
    for at in range(first, end):
        if values[at] != _FILLER:
            total += values[at] * _WEIGHTS[(at - first + skipped) % 3]
    return total % 10


@kernel
def _names_hold(values, first, end):
    if values[first] == _FILLER:
        return False
    for at in range(first, end):  # noqa: SIM110 - a generator does not compile
        if values[at] < 10:
            return False
    return True


@kernel
def _number_holds(values, place):
    first, end = place[0], place[0] + 9
    if not _is_filled(values, first, end):
        return False
    if place[11] and values[end] == _FILLER:
        last = place[5]
        while last < place[6] and values[last] != _FILLER:
            last += 1
        if last - place[5] > 1:
            total = _sum(values, first, end, 0)
            close = (total + _sum(values, place[5], last - 1, 0)) % 10
            apart = (total + _sum(values, place[5], last - 1, 1)) % 10
            return values[last - 1] in (close, apart)
    return _sum(values, first, end, 0) == values[end]


@kernel
def _is_filled(values, first, end):
    for at in range(first, end):  # noqa: SIM110 - a generator does not compile
        if values[at] != _FILLER:
            return True
    return False


@kernel
def _optional_holds(values, first, end):
    if values[end] == _FILLER:
        return not _is_filled(values, first, end)
    return _sum(values, first, end, 0) == values[end]


@kernel
def _composite_holds(values, place):
    total, before = 0, 0
    for span in range(12, 20, 2):
        total += _sum(values, place[span], place[span + 1], before)
        before += place[span + 1] - place[span]
    return total % 10 == values[place[9]]


@kernel
def _is_date(values, at):
    year = _pair(values[at], values[at + 1])
    month = _pair(values[at + 2], values[at + 3])
    day = _pair(values[at + 4], values[at + 5])
    if year == -2 or month == -2 or day == -2:
        return False
    if month == 0 or month > 12 or day == 0:
        return False
    longest = _DAYS[month - 1] if month > 0 else 31
    if month == 2 and year > 0 and year % 4 != 0:
        longest = 28
    return day <= longest


@kernel
def _pair(first, second):
    """Two digits as a number; -1 for two fillers, -2 for anything else."""
    if first == _FILLER and second == _FILLER:
        return -1
    if first > 9 or second > 9:
        return -2
    return first * 10 + second
