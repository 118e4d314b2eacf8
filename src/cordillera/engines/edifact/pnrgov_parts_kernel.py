# ruff: noqa: ANN001, ANN201, ANN202 - compiled functions take their types from the arrays
"""Single segments of a reservation written as records, compiled; reference: pnrgov_parts.py.

Each function adds the records of one segment to the list that is open, in the order of the reference.
"""

from cordillera.engines.edifact import packing_keys as keys
from cordillera.engines.edifact.compiled import inner
from cordillera.engines.edifact.packing_kernel import (
    CELLS,
    DATA,
    ELEMENT,
    FIRST,
    FLAGS,
    ODD,
    REPETITION,
    SEGMENTS,
    STATE,
    WIDE,
    close,
    code_of,
    open_item,
    open_member,
    said,
    trimmed,
)
from cordillera.engines.edifact.values_kernel import (
    digits,
    field,
    is_filled,
    known,
    known_text,
    moment,
    row_of,
    span,
    text,
    told,
    when,
    word,
)

_HP, _MP = code_of("HP"), code_of("MP")
_KG, _LB = code_of("kg"), code_of("lb")
_KILOGRAMS = tuple(code_of(code) for code in ("700", "K", "KG", "KGM"))
_POUNDS = tuple(code_of(code) for code in ("701", "L", "LB", "LBR"))
_PLUS, _ZERO, _NINE, _A, _Z = 43, 48, 57, 65, 90


@inner
def rows_from(t, segment, element):
    """The first row from an element on, and where the rows of the segment end."""
    row, last = t[SEGMENTS][segment * WIDE + FIRST], t[SEGMENTS][(segment + 1) * WIDE + FIRST]
    while row < last and t[CELLS][row * WIDE + ELEMENT] < element:
        row += 1
    return row, last


@inner
def end_of(t, row, last):
    """Where the composite that begins at a row ends."""
    cells = t[CELLS]
    stop = row + 1
    while (
        stop < last
        and cells[stop * WIDE + ELEMENT] == cells[row * WIDE + ELEMENT]
        and cells[stop * WIDE + REPETITION] == cells[row * WIDE + REPETITION]
    ):
        stop += 1
    return stop


@inner
def part(t, segment, place, stop):
    """The row of a component, or -1 where the composite has none or only blanks."""
    return place if place < stop and is_filled(t, segment, place) else -1


@inner
def locators(t, segment):
    """RCI."""
    row, last = rows_from(t, segment, 0)
    while row < last:
        stop = end_of(t, row, last)
        code = part(t, segment, row + 1, stop)
        if code >= 0:
            at = open_item(t)
            known(t, keys.COMPANY, segment, part(t, segment, row, stop))
            field(t, keys.CODE, segment, code)
            made = row + (2 if has_digits(t, segment, part(t, segment, row + 2, stop), 6) else 3)
            when(t, keys.MADE, segment, part(t, segment, made, stop), part(t, segment, made + 1, stop))
            close(t, at)
        row = stop


@inner
def has_digits(t, segment, row, count):
    """Whether a value is so many digits."""
    if row < 0:
        return False
    if t[CELLS][row * WIDE + FLAGS]:
        t[STATE][ODD] = 1
        return False
    begin, end = span(t, segment, row)
    begin, end = trimmed(t[DATA], begin, end)
    return end - begin == count and digits(t[DATA], begin, end) >= 0


@inner
def moments(t, segment):
    """DAT."""
    row, last = rows_from(t, segment, 0)
    while row < last:
        stop = end_of(t, row, last)
        day, clock = part(t, segment, row + 1, stop), part(t, segment, row + 2, stop)
        if moment(t, segment, day, clock) >= 0:
            at = open_item(t)
            known_text(t, keys.QUALIFIER, segment, row)
            when(t, keys.AT, segment, day, clock)
            close(t, at)
        row = stop


@inner
def moment_of(t, segment, key, qualifier):
    """The first time of a DAT with that qualifier as a member; 0 when there is none."""
    row, last = rows_from(t, segment, 0)
    while row < last:
        stop = end_of(t, row, last)
        if word(t, segment, row) == qualifier and when(
            t, key, segment, part(t, segment, row + 1, stop), part(t, segment, row + 2, stop)
        ):
            return 1
        row = stop
    return 0


@inner
def first_moment(t, segment, key):
    """The first time of a DAT as a member; 0 when there is none."""
    row, last = rows_from(t, segment, 0)
    while row < last:
        stop = end_of(t, row, last)
        if when(t, key, segment, part(t, segment, row + 1, stop), part(t, segment, row + 2, stop)):
            return 1
        row = stop
    return 0


@inner
def changer(t, segment):
    """The members of ABI."""
    told(t, keys.COMPANY, segment, 4, 0)
    told(t, keys.OFFICE, segment, 1, 1)
    told(t, keys.CITY, segment, 2, 0)
    told(t, keys.KIND, segment, 0, 0)
    told(t, keys.AGENT, segment, 1, 0)


@inner
def office(t, segment):
    """The members of ORG."""
    told(t, keys.COMPANY, segment, 0, 0)
    told(t, keys.LOCATION, segment, 0, 1)
    told(t, keys.NUMBER, segment, 1, 0)
    told(t, keys.OFFICE, segment, 1, 1)
    told(t, keys.CITY, segment, 2, 0)
    told(t, keys.KIND, segment, 4, 0)
    told(t, keys.COUNTRY, segment, 5, 0)
    told(t, keys.AGENT, segment, 6, 0)


@inner
def addresses(t, segment):
    """ADD."""
    row, last = rows_from(t, segment, 1)
    while row < last:
        stop = end_of(t, row, last)
        if _is_address(t, segment, row, stop):
            at = open_item(t)
            _address(t, segment, row, stop)
            close(t, at)
        row = stop


@inner
def first_address(t, segment):
    """The first address of ADD as a member; False when there is none."""
    row, last = rows_from(t, segment, 1)
    while row < last:
        stop = end_of(t, row, last)
        if _is_address(t, segment, row, stop):
            at = open_member(t, keys.ADDRESS)
            _address(t, segment, row, stop)
            close(t, at)
            return True
        row = stop
    return False


@inner
def _is_address(t, segment, row, stop):
    filled = _phone(t, segment, row, stop) >= 0
    for place in (1, 2, 3, 5, 6):
        filled |= part(t, segment, row + place, stop) >= 0
    return filled


@inner
def _phone(t, segment, row, stop):
    """The row of a number alone; a text around one is read as a contact."""
    found = part(t, segment, row + 7, stop)
    return found if is_phone(t, segment, found) else -1


@inner
def _address(t, segment, row, stop):
    """The members of one address of ADD."""
    known_text(t, keys.PURPOSE, segment, row)
    field(t, keys.STREET, segment, part(t, segment, row + 1, stop))
    field(t, keys.CITY, segment, part(t, segment, row + 2, stop))
    field(t, keys.REGION, segment, part(t, segment, row + 3, stop))
    field(t, keys.COUNTRY, segment, part(t, segment, row + 5, stop))
    field(t, keys.POSTAL_CODE, segment, part(t, segment, row + 6, stop))
    field(t, keys.PHONE, segment, _phone(t, segment, row, stop))


@inner
def is_phone(t, segment, row):
    """Whether a value is a telephone number alone."""
    if row < 0:
        return False
    if t[CELLS][row * WIDE + FLAGS]:
        t[STATE][ODD] = 1
        return False
    data = t[DATA]
    begin, end = span(t, segment, row)
    begin, end = trimmed(data, begin, end)
    begin += data[begin] == _PLUS
    for at in range(begin, end):
        byte = data[at]
        if not (_ZERO <= byte <= _NINE or byte in (32, 40, 41, 45, 46, 47)):
            return False
    return 5 <= end - begin <= 25


@inner
def money(t, segment):
    """MON."""
    row, last = rows_from(t, segment, 0)
    while row < last:
        stop = end_of(t, row, last)
        amount = part(t, segment, row + 1, stop)
        if amount >= 0:
            at = open_item(t)
            known_text(t, keys.KIND, segment, row)
            field(t, keys.AMOUNT, segment, amount)
            field(t, keys.CURRENCY, segment, part(t, segment, row + 2, stop))
            close(t, at)
        row = stop


@inner
def excess(t, segment):
    """EBD."""
    amount = row_of(t, segment, 0, 1)
    if is_filled(t, segment, amount):
        at = open_item(t)
        known_text(t, keys.KIND, segment, row_of(t, segment, 1, 0))
        field(t, keys.AMOUNT, segment, amount)
        told(t, keys.CURRENCY, segment, 0, 0)
        close(t, at)


@inner
def memberships(t, segment):
    """FTI."""
    row, last = rows_from(t, segment, 0)
    while row < last:
        stop = end_of(t, row, last)
        own = part(t, segment, row + 1, stop)
        if own >= 0:
            at = open_item(t)
            known(t, keys.COMPANY, segment, part(t, segment, row, stop))
            field(t, keys.NUMBER, segment, own)
            if not field(t, keys.TIER, segment, part(t, segment, row + 4, stop)):
                field(t, keys.TIER, segment, part(t, segment, row + 3, stop))
            close(t, at)
        row = stop


@inner
def bags(t, segment, holder_segment, holder):
    """TBD: a bag for each run of tags; pieces and weight stand with the first."""
    pieces, weight = row_of(t, segment, 1, 0), row_of(t, segment, 1, 1)
    weighed = is_filled(t, segment, pieces) or is_filled(t, segment, weight)
    pool = _pool(t, segment)
    first = True
    row, last = rows_from(t, segment, 3)
    while row < last:
        stop = end_of(t, row, last)
        tag = part(t, segment, row + 1, stop)
        if tag >= 0:
            at = open_item(t)
            _weighed(t, segment, pieces, weight, first)
            text(t, keys.POOL, segment, pool)
            field(t, keys.CARRIER, segment, part(t, segment, row, stop))
            field(t, keys.TAG, segment, tag)
            field(t, keys.IN_ROW, segment, part(t, segment, row + 2, stop))
            field(t, keys.DESTINATION, segment, part(t, segment, row + 3, stop))
            text(t, keys.HOLDER, holder_segment, holder)
            close(t, at)
            first = False
        row = stop
    if first and (weighed or pool >= 0):
        at = open_item(t)
        _weighed(t, segment, pieces, weight, first)
        text(t, keys.POOL, segment, pool)
        text(t, keys.HOLDER, holder_segment, holder)
        close(t, at)


@inner
def _pool(t, segment):
    """The row that says whether the bags are of a head or a member of a pool, or -1."""
    for element in (0, 2, 3):
        row = row_of(t, segment, element, 0)
        if word(t, segment, row) in (_HP, _MP):
            return row
    return -1


@inner
def _weighed(t, segment, pieces, weight, first):
    if not first:
        return
    field(t, keys.PIECES, segment, pieces)
    field(t, keys.WEIGHT, segment, weight)
    unit = row_of(t, segment, 1, 2)
    code = word(t, segment, unit)
    if code in _KILOGRAMS:
        said(t, keys.UNIT, _KG)
    elif code in _POUNDS:
        said(t, keys.UNIT, _LB)
    else:
        text(t, keys.UNIT, segment, unit)


@inner
def seat_number(t, segment, row):
    """The row when it is a seat such as 15A, else -1."""
    if row < 0:
        return -1
    if t[CELLS][row * WIDE + FLAGS]:
        t[STATE][ODD] = 1
        return -1
    data = t[DATA]
    begin, end = span(t, segment, row)
    begin, end = trimmed(data, begin, end)
    letters = end
    while letters > begin and _A <= data[letters - 1] <= _Z:
        letters -= 1
    figures = digits(data, begin, letters)
    if not 1 <= end - letters <= 2 or not 1 <= letters - begin <= 5 or figures <= 0:
        return -1
    zeros = 0
    while data[begin + zeros] == _ZERO:
        zeros += 1
    return row if zeros <= 2 and letters - begin - zeros <= 3 else -1


# Compiled with a7f4c15391bd4073
