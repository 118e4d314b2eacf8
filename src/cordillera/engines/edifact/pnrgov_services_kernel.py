# ruff: noqa: ANN001, ANN201, ANN202 - compiled functions take their types from the arrays
"""Services, seats, documents and free text of a reservation as records; reference: pnrgov_services.py.

Contacts are not looked for here: `list_texts` says which values could tell one, the reference reads those,
and what it found is copied to its place.
"""

from cordillera.engines.edifact import packing_keys as keys
from cordillera.engines.edifact.compiled import inner, outer, place_of
from cordillera.engines.edifact.packing_kernel import (
    CELLS,
    DATA,
    FLAGS,
    ODD,
    RELEASE,
    SCRATCH,
    SEGMENTS,
    STATE,
    STOP,
    TAG,
    WIDE,
    close,
    code_of,
    field_at,
    field_item,
    number,
    open_item,
    said,
    trimmed,
)
from cordillera.engines.edifact.pnrgov_parts_kernel import end_of, part, rows_from, seat_number
from cordillera.engines.edifact.values_kernel import (
    day_of_person,
    field,
    is_filled,
    known_text,
    row_of,
    span,
    text,
    upper,
    word,
    word_at,
    written_day,
)

SERVICE, CONTACT = 0, 1
DOCS, DOCO, DOCA, SEAT, FOID = (code_of(code) for code in ("DOCS", "DOCO", "DOCA", "SEAT", "FOID"))
"""What an SSR is: one of the codes that are read, or 0 for a service, 1 for a contact."""

_CTC, _I, _ADDRESS = (code_of(code) for code in ("CTC", "I", "DOCA "))
_IFT, _LTS, _ADD, _SSR = (code_of(tag) for tag in ("IFT", "LTS", "ADD", "SSR"))
_SHOWN = tuple(code_of(code) for code in ("PP", "NI", "ID", "DL"))
_SLASH, _SPACE, _PARTS, _LONGEST_KIND = 47, 32, 10, 4
_C, _T = 67, 84
ANSWER, ANSWERS = 6, 7
"""Which columns of values say what contacts were found in one: the first of them, and how many."""


@inner
def request(t, segment):
    """What an SSR is, and the row of its text (-1: none)."""
    row, last = rows_from(t, segment, 0)
    stop = end_of(t, row, last) if row < last else row
    code = word(t, segment, row) if row < last else 0
    if code < 0:
        t[STATE][ODD] = 1
        return SERVICE, -1
    code = upper(code)
    found = row + 8 if row + 8 < stop else -1
    for place in range(row + 4, stop):
        if _begins_with_slash(t, segment, place):
            found = place
            break
    if code in (DOCS, DOCO, DOCA, SEAT) or (code == FOID and _identity(t, segment, found) >= 0):
        return code, found
    start = code
    while start >> 24:
        start >>= 8
    return (CONTACT if start == _CTC and found >= 0 else SERVICE), found


@inner
def _identity(t, segment, row):
    """Where the kind of the document that an SSR FOID shows begins, or -1 when it shows none."""
    if row < 0:
        return -1
    if t[CELLS][row * WIDE + FLAGS]:
        t[STATE][ODD] = 1
        return -1
    begin, end = span(t, segment, row)
    begin, end = trimmed(t[DATA], begin, end)
    if begin < end and t[DATA][begin] == _SLASH:
        begin, end = trimmed(t[DATA], begin + 1, end)
    return begin if end - begin > 2 and word_at(t[DATA], begin, begin + 2) in _SHOWN else -1


@inner
def _begins_with_slash(t, segment, row):
    begin, end = span(t, segment, row)
    if (
        begin < end
        and t[CELLS][row * WIDE + FLAGS]
        and (t[DATA][begin] < 32 or t[DATA][begin] == t[STATE][RELEASE])
    ):
        t[STATE][ODD] = 1
    return begin < end and t[DATA][begin] == _SLASH


@inner
def holder_of(t, segment):
    """The row that says whom an SSR is for, or -1."""
    row, last = rows_from(t, segment, 1)
    while row < last:
        stop = end_of(t, row, last)
        found = part(t, segment, row + 2, stop)
        if found >= 0:
            return found
        row = stop
    return -1


@inner
def seats(t, segment):
    """SSR SEAT."""
    row, last = rows_from(t, segment, 1)
    while row < last:
        stop = end_of(t, row, last)
        found = seat_number(t, segment, part(t, segment, row, stop))
        if found >= 0:
            at = open_item(t)
            field(t, keys.NUMBER, segment, found)
            text(t, keys.HOLDER, segment, part(t, segment, row + 2, stop))
            close(t, at)
        row = stop


@inner
def services(t, segment, told_row):
    """Any other SSR: a service for each traveller whom it names."""
    named = False
    row, last = rows_from(t, segment, 1)
    while row < last:
        stop = end_of(t, row, last)
        found = part(t, segment, row + 2, stop)
        if found >= 0:
            _service(t, segment, told_row, found)
            named = True
        row = stop
    if not named:
        _service(t, segment, told_row, -1)


@inner
def _service(t, segment, told_row, holder):
    at = open_item(t)
    first = row_of(t, segment, 0, 0)
    code = word(t, segment, first)
    if upper(code) == code:
        known_text(t, keys.CODE, segment, first)
    else:
        said(t, keys.CODE, upper(code))
    number(t, keys.START, t[SEGMENTS][segment * WIDE])
    number(t, keys.END, t[SEGMENTS][segment * WIDE + STOP])
    text(t, keys.STATUS, segment, row_of(t, segment, 0, 1))
    text(t, keys.CARRIER, segment, row_of(t, segment, 0, 3))
    text(t, keys.ORIGIN, segment, row_of(t, segment, 0, 6))
    text(t, keys.DESTINATION, segment, row_of(t, segment, 0, 7))
    text(t, keys.HOLDER, segment, holder)
    field(t, keys.TEXT, segment, told_row)
    close(t, at)


@inner
def free_text(t, segment):
    """IFT and LTS: a remark for each value."""
    is_list = t[SEGMENTS][segment * WIDE + TAG] == _LTS
    named = -1 if is_list else row_of(t, segment, 0, 1)
    named = named if is_list or named >= 0 else row_of(t, segment, 0, 0)
    row, last = rows_from(t, segment, 0 if is_list else 1)
    while row < last:
        if is_filled(t, segment, row):
            at = open_item(t)
            if is_list:
                said(t, keys.CODE, _LTS)
            else:
                known_text(t, keys.CODE, segment, named)
            field(t, keys.TEXT, segment, row)
            close(t, at)
        row += 1


@inner
def payers(t, segment, sponsor):
    """IFT below a payment: the texts that tell of the payer."""
    named = row_of(t, segment, 0, 1)
    named = named if named >= 0 else row_of(t, segment, 0, 0)
    if word(t, segment, named) != sponsor:
        return
    row, last = rows_from(t, segment, 1)
    while row < last:
        begin, end = span(t, segment, row)
        field_item(t, begin, end, t[CELLS][row * WIDE + FLAGS])
        row += 1


@inner
def document(t, segment, row):
    """SSR DOCS, DOCO or FOID; an infant's is odd."""
    code, _ = request(t, segment)
    if code != FOID and not _pieces(t, segment, row):
        t[STATE][ODD] = 1
        return
    flags = t[CELLS][row * WIDE + FLAGS]
    at = open_item(t)
    said(t, keys.SOURCE, code)
    text(t, keys.HOLDER, segment, holder_of(t, segment))
    if code == FOID:
        begin = _identity(t, segment, row)
        field_at(t, keys.KIND, begin, begin + 2, flags)
        field_at(t, keys.NUMBER, begin + 2, span(t, segment, row)[1], flags)
    elif code == DOCO:
        _visa(t, flags)
    else:
        _passport(t, flags)
    close(t, at)


@inner
def _visa(t, flags):
    """DOCO; an infant's is odd, and so is one with a short place of issue and no state."""
    _piece(t, keys.KIND, 1, flags)
    if not _piece(t, keys.ISSUER, 5, flags) and _piece_word(t, 3) != 0:
        t[STATE][ODD] = 1
    _piece(t, keys.NUMBER, 2, flags)
    _piece(t, keys.BIRTHPLACE, 0, flags)
    _day(t, keys.ISSUED, 4)
    _piece(t, keys.ISSUED_AT, 3, flags)
    if _piece_word(t, 6) != 0:
        t[STATE][ODD] = 1


@inner
def _passport(t, flags):
    sex = _piece_word(t, 5)
    if sex == _I or (sex & 0xFF == _I and sex >> 16 == 0 and sex > 0):
        t[STATE][ODD] = 1
    _piece(t, keys.KIND, 0, flags)
    _piece(t, keys.ISSUER, 1, flags)
    _piece(t, keys.NUMBER, 2, flags)
    _piece(t, keys.NATIONALITY, 3, flags)
    _day(t, keys.DATE_OF_BIRTH, 4)
    _piece(t, keys.SEX, 5, flags)
    _day(t, keys.EXPIRES, 6)
    _piece(t, keys.SURNAME, 7, flags)
    _piece(t, keys.GIVEN, 8, flags)
    _piece(t, keys.MIDDLE, 9, flags)


@inner
def home(t, segment, row):
    """SSR DOCA as an address."""
    if not _pieces(t, segment, row):
        t[STATE][ODD] = 1
        return
    flags = t[CELLS][row * WIDE + FLAGS]
    kind = _piece_word(t, 0)
    if kind < 0 or kind >> 16 or (kind and flags):
        t[STATE][ODD] = 1
        return
    purpose = _ADDRESS >> 8
    if kind:
        purpose = _ADDRESS << (16 if kind >> 8 else 8) | kind
    at = open_item(t)
    said(t, keys.PURPOSE, purpose)
    _piece(t, keys.STREET, 2, flags)
    _piece(t, keys.CITY, 3, flags)
    _piece(t, keys.REGION, 4, flags)
    _piece(t, keys.COUNTRY, 1, flags)
    _piece(t, keys.POSTAL_CODE, 5, flags)
    close(t, at)


@inner
def _pieces(t, segment, row):
    """Note where the first ten parts between slashes are; False when none of them says anything."""
    if row < 0:
        return False
    data, state = t[DATA], t[STATE]
    begin, end = span(t, segment, row)
    found, at, first = 0, begin, True
    any_filled = False
    while at <= end and found < _PARTS:
        stop = at
        while stop < end and data[stop] != _SLASH:
            stop += 1
        if at < stop < end and data[stop - 1] == state[RELEASE]:  # a released slash
            state[ODD] = 1
        filled = _is_told(t, at, stop, t[CELLS][row * WIDE + FLAGS])
        if first and filled and stop - at > _LONGEST_KIND:  # of an automated system
            state[ODD] = 1
        if not first or filled:
            state[SCRATCH + 2 * found], state[SCRATCH + 2 * found + 1] = at, stop
            found += 1
            any_filled |= filled
        first = False
        at = stop + 1
    for rest in range(found, _PARTS):
        state[SCRATCH + 2 * rest] = state[SCRATCH + 2 * rest + 1] = end
    return any_filled


@inner
def _is_told(t, begin, end, flags):
    for at in range(begin, end):
        if t[DATA][at] > _SPACE and t[DATA][at] != t[STATE][RELEASE]:
            return True
    if flags and end > begin:
        t[STATE][ODD] = 1
    return False


@inner
def _piece(t, key, place, flags):
    begin, end = t[STATE][SCRATCH + 2 * place], t[STATE][SCRATCH + 2 * place + 1]
    return field_at(t, key, begin, end, flags)


@inner
def _piece_word(t, place):
    return word_at(t[DATA], t[STATE][SCRATCH + 2 * place], t[STATE][SCRATCH + 2 * place + 1])


@inner
def _day(t, key, place):
    begin, end = t[STATE][SCRATCH + 2 * place], t[STATE][SCRATCH + 2 * place + 1]
    first, last = trimmed(t[DATA], begin, end)
    if first == last:
        return
    found = written_day(t[DATA], begin, end)
    if found < 0:
        t[STATE][ODD] = 1
    else:
        day_of_person(t, key, found, (begin, end), key != keys.EXPIRES)


@outer
def list_texts(packs, asked):
    """Fill `asked` with (segment, row) of every value that may tell a contact; gives how many."""
    data, segments, cells, out, state = packs
    t = (place_of(data), place_of(segments), place_of(cells), place_of(out), place_of(state))
    count = 0
    for segment in range(len(segments) - 1):
        tag = segments[segment, TAG]
        if tag == _SSR:
            kind, row = request(t, segment)
            if kind == CONTACT:
                asked[count, 0], asked[count, 1] = segment, row
                count += 1
        elif tag in (_IFT, _LTS, _ADD):
            row, last = rows_from(t, segment, 0 if tag == _LTS else 1)
            while row < last:
                stop = end_of(t, row, last) if tag == _ADD else row + 1
                if (tag != _ADD or stop - row > 1) and _may_tell(t, segment, stop - 1):
                    asked[count, 0], asked[count, 1] = segment, stop - 1
                    count += 1
                row = stop
    return count


@inner
def _may_tell(t, segment, row):
    """Whether a value has a CTC in it, or letters that are not as they stand."""
    data = t[DATA]
    begin, end = span(t, segment, row)
    if t[CELLS][row * WIDE + FLAGS]:
        return end > begin
    for at in range(begin, end - 2):  # noqa: SIM110 - numba has no any() over a generator
        if data[at] == _C and data[at + 1] == _T and data[at + 2] == _C:
            return True
    return False


# Compiled with 692182c3c6a1cbaa
