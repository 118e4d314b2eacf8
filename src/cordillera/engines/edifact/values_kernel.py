# ruff: noqa: ANN001, ANN201, ANN202 - compiled functions take their types from the arrays
"""Values of segments for compiled records: where one stands, what it says, what day it means (ADR 0061).

The same as segments (values.py) and dates (dates.py, padis_dates.py) say; what they would have to think about
sets `ODD`, and the reference makes the record.
"""

from typing import Final

import numpy as np

from cordillera.engines.edifact.compiled import inner, outer
from cordillera.engines.edifact.kernel import HAS_BREAK, HAS_RELEASE
from cordillera.engines.edifact.packing_kernel import (
    AT,
    BEGIN,
    CELLS,
    COMPONENT,
    DATA,
    ELEMENT,
    FIRST,
    FLAGS,
    FLIGHT_DAY,
    ODD,
    OUT,
    RELEASE,
    REPETITION,
    SEGMENTS,
    STATE,
    STOP,
    TAG,
    VALUE,
    VALUE_END,
    WIDE,
    close_field,
    field_at,
    nil,
    open_field,
    said,
    text_at,
    trimmed,
)

_CR, _LF, _SPACE, _ZERO, _NINE, _LOWER, _SHIFT = 13, 10, 32, 48, 57, 97, 32
_MONTHS = np.frombuffer(b"JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", np.uint8)
_DAYS = np.array((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), np.int64)
_PIVOT = 80
NO_CLOCK: Final = 9999
"""The clock of a day without one."""


@outer
def lay_out(found, segments, cells):
    """Fill the tables of segments and values from the columns of the tokenizer, a row at a time."""
    bounds, first, tags, starts, ends, elements, repetitions, components, flags = found
    for segment in range(len(tags)):
        segments[segment, BEGIN], segments[segment, STOP] = bounds[2 * segment], bounds[2 * segment + 1]
        segments[segment, FIRST], segments[segment, TAG] = first[segment], tags[segment]
    segments[len(tags), FIRST] = first[len(tags)]
    for row in range(len(starts)):
        cells[row, VALUE], cells[row, VALUE_END] = starts[row], ends[row]
        cells[row, ELEMENT], cells[row, REPETITION] = elements[row], repetitions[row]
        cells[row, COMPONENT], cells[row, FLAGS] = components[row], flags[row]
        for more in range(FLAGS + 1, WIDE):
            cells[row, more] = -1


@inner
def row_of(t, segment, element, component):
    """The row of a value of the first repetition, or -1 where it is absent or empty."""
    segments, cells = t[SEGMENTS], t[CELLS]
    for row in range(segments[segment * WIDE + FIRST], segments[(segment + 1) * WIDE + FIRST]):
        if cells[row * WIDE + ELEMENT] == element:
            if cells[row * WIDE + REPETITION]:
                return -1
            if cells[row * WIDE + COMPONENT] == component:
                return row if has_letters(t, segment, row) else -1
        elif cells[row * WIDE + ELEMENT] > element:
            return -1
    return -1


@inner
def has_letters(t, segment, row):
    """Whether a value has any text; one of line breaks only has none."""
    cells = t[CELLS]
    if cells[row * WIDE + VALUE_END] == cells[row * WIDE + VALUE]:
        return False
    if cells[row * WIDE + FLAGS] & (HAS_BREAK | HAS_RELEASE):
        begin = t[SEGMENTS][segment * WIDE + BEGIN]
        for at in range(begin + cells[row * WIDE + VALUE], begin + cells[row * WIDE + VALUE_END]):
            byte = t[DATA][at]
            if byte not in (_CR, _LF) and byte != t[STATE][RELEASE]:
                return True
        t[STATE][ODD] = 1
    return True


@inner
def span(t, segment, row):
    """The bytes of a value in the file."""
    begin = t[SEGMENTS][segment * WIDE + BEGIN]
    return begin + t[CELLS][row * WIDE + VALUE], begin + t[CELLS][row * WIDE + VALUE_END]


@inner
def field(t, key, segment, row):
    """Write the value of a row as a member; 0 when there is none."""
    if row < 0:
        return 0
    begin, end = span(t, segment, row)
    return field_at(t, key, begin, end, t[CELLS][row * WIDE + FLAGS])


@inner
def known(t, key, segment, row):
    """Like `field`, for a member without default: nothing is written as unknown."""
    if not field(t, key, segment, row):
        nil(t, key)


@inner
def told(t, key, segment, element, component):
    """Write a value of the first repetition as a member; 0 when there is none."""
    return field(t, key, segment, row_of(t, segment, element, component))


@inner
def text(t, key, segment, row):
    """Write the value of a row as a plain text; 0 when there is none."""
    if row < 0:
        return 0
    begin, end = span(t, segment, row)
    return text_at(t, key, begin, end, t[CELLS][row * WIDE + FLAGS])


@inner
def known_text(t, key, segment, row):
    """Like `text`, for a member without default."""
    if not text(t, key, segment, row):
        said(t, key, 0)


@inner
def word(t, segment, row):
    """A short text as a number, eight bits a letter, without outer blanks; -1 when longer than seven."""
    if row < 0:
        return 0
    if t[CELLS][row * WIDE + FLAGS]:
        t[STATE][ODD] = 1
        return -1
    begin, end = span(t, segment, row)
    return word_at(t[DATA], begin, end)


@inner
def word_at(data, begin, end):
    """The same of bytes."""
    begin, end = trimmed(data, begin, end)
    if end - begin > 7:
        return -1
    code = 0
    for at in range(begin, end):
        code = code << 8 | data[at]
    return code


@inner
def upper(code):
    """A word in capital letters."""
    for place in range(7):
        letter = code >> 8 * place & 0xFF
        if _LOWER <= letter < _LOWER + 26:
            code -= _SHIFT << 8 * place
    return code


@inner
def digits(data, begin, end):
    """The number that these bytes write, or -1 when one is no digit."""
    found = 0
    for at in range(begin, end):
        if not _ZERO <= data[at] <= _NINE:
            return -1
        found = 10 * found + data[at] - _ZERO
    return found


@inner
def is_day(year, month, day):
    """Whether the calendar has this day."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and day >= 1):
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= _DAYS[month - 1] + (leap and month == 2)


@inner
def ordinal(year, month, day):
    """The number of a day, as date.toordinal gives it."""
    before = year - 1
    number = 365 * before + before // 4 - before // 100 + before // 400 + day
    for each in range(month - 1):
        number += _DAYS[each]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return number + (leap and month > 2)


@inner
def moment(t, segment, day, clock):
    """DDMMYY and HHMM as one number (padis_dates.moment), or -1 when that is no time."""
    data, cells = t[DATA], t[CELLS]
    if day < 0:
        return -1
    if cells[day * WIDE + FLAGS] or (clock >= 0 and cells[clock * WIDE + FLAGS]):
        t[STATE][ODD] = 1
        return -1
    begin, end = span(t, segment, day)
    begin, end = trimmed(data, begin, end)
    found = digits(data, begin, end) if end - begin == 6 else -1
    if found < 0:
        return -1
    year = found % 100
    year += 1900 if year >= _PIVOT else 2000
    month, number = found // 100 % 100, found // 10_000
    if not is_day(year, month, number):
        return -1
    return (10_000 * year + 100 * month + number) * 10_000 + _clock(t, segment, clock)


@inner
def _clock(t, segment, row):
    if row < 0:
        return NO_CLOCK
    begin, end = span(t, segment, row)
    begin, end = trimmed(t[DATA], begin, end)
    if end - begin not in (4, 6) or digits(t[DATA], begin, end) < 0:
        return NO_CLOCK
    found = digits(t[DATA], begin, begin + 4)
    return found if found < 2400 and found % 100 < 60 else NO_CLOCK


@inner
def is_filled(t, segment, row):
    """Whether a value has more than blanks."""
    if row < 0:
        return False
    begin, end = span(t, segment, row)
    for at in range(begin, end):
        if t[DATA][at] > _SPACE and t[DATA][at] != t[STATE][RELEASE]:
            return True
    if t[CELLS][row * WIDE + FLAGS]:
        t[STATE][ODD] = 1
    return False


@inner
def when(t, key, segment, day, clock):
    """Write a local time over its day and clock (pnrgov_parts.when); 0 when the day is none."""
    at = moment(t, segment, day, clock)
    if at < 0:
        return 0
    begin, end = span(t, segment, day)
    if is_filled(t, segment, clock):
        _, end = span(t, segment, clock)
    return iso(t, key, at, begin, end)


@inner
def iso(t, key, at, begin, end):
    """Write a day, and a clock where there is one, as ISO 8601 with its bytes."""
    if not open_field(t, key):
        return 0
    out, state = t[OUT], t[STATE]
    place = state[AT]
    day, clock = at // 10_000, at % 10_000
    length = 10 if clock == NO_CLOCK else 16
    out[place] = 0xA0 | length
    _digits_to(out, place + 1, 4, day // 10_000)
    _digits_to(out, place + 6, 2, day // 100 % 100)
    _digits_to(out, place + 9, 2, day % 100)
    out[place + 5] = out[place + 8] = 45
    if clock != NO_CLOCK:
        out[place + 11], out[place + 14] = 84, 58
        _digits_to(out, place + 12, 2, clock // 100)
        _digits_to(out, place + 15, 2, clock % 100)
    state[AT] += 1 + length
    close_field(t, begin, end)
    return 1


@inner
def _digits_to(out, at, width, value):
    for place in range(width):
        out[at + width - 1 - place] = _ZERO + value % 10
        value //= 10


@inner
def day_of_person(t, key, day, span_of, is_birth):
    """Write a birth or expiry; `day` is its digits, year first, six or eight of them by their size.

    The latest century not after the flight, or the nearest to it (dates.py); what is neither is odd.
    """
    flight, short = t[STATE][FLIGHT_DAY], day < 1_000_000
    if flight < 0:
        t[STATE][ODD] = 1
        return
    month, number = day // 100 % 100, day % 100
    found, chosen = -1, 0
    for century in (1900, 2000) if short else (0, -1):
        if century < 0:
            break
        year = day // 10_000 + century
        if not is_day(year, month, number):
            continue
        distance = flight - ordinal(year, month, number)
        if is_birth and distance < 0:
            continue
        if found < 0 or abs(distance) < found:
            found, chosen = abs(distance), 10_000 * year + 100 * month + number
    if found < 0:
        t[STATE][ODD] = 1
    else:
        iso(t, key, chosen * 10_000 + NO_CLOCK, span_of[0], span_of[1])


@inner
def written_day(data, begin, end):
    """DDMMMYY or DDMMMYYYY as digits, year first, or -1 (padis_dates); a year of four below 100 is none."""
    begin, end = trimmed(data, begin, end)
    wide = 1 if begin + 1 < end and not _ZERO <= data[begin + 1] <= _NINE else 2
    year = end - begin - wide - 3
    if year not in (2, 4):
        return -1
    day, found = digits(data, begin, begin + wide), digits(data, begin + wide + 3, end)
    month = _month(data, begin + wide)
    if day < 0 or found < 0 or month < 0 or (year == 4 and found < 100):
        return -1
    return 10_000 * found + 100 * month + day


@inner
def _month(data, begin):
    for month in range(12):
        same = True
        for place in range(3):
            letter = data[begin + place]
            letter -= _SHIFT if _LOWER <= letter < _LOWER + 26 else 0
            same &= letter == _MONTHS[3 * month + place]
        if same:
            return month + 1
    return -1


# Compiled with bb0226aaea3f5a25
