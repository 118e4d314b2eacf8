# ruff: noqa: ANN001, ANN201, ANN202 - compiled functions take their types from the arrays
"""What stands in any group of a reservation, and its travellers with tickets; reference: pnrgov_groups.py."""

from cordillera.engines.edifact import packing_keys as keys
from cordillera.engines.edifact.compiled import inner
from cordillera.engines.edifact.packing_kernel import (
    BEGIN,
    CELLS,
    DATA,
    FIRST,
    FLAGS,
    ODD,
    OWNED,
    SEGMENTS,
    STATE,
    STOP,
    TAG,
    WIDE,
    close,
    close_list,
    code_of,
    copied,
    field_item,
    number,
    open_item,
    open_list,
    trimmed,
    true,
)
from cordillera.engines.edifact.pnrgov_parts_kernel import (
    addresses,
    end_of,
    excess,
    first_address,
    locators,
    memberships,
    moment_of,
    moments,
    money,
    part,
    rows_from,
)
from cordillera.engines.edifact.pnrgov_places_kernel import (
    FROM,
    GROUP,
    GROUPS,
    OWNER,
    TO,
    below,
    first_of,
    following,
)
from cordillera.engines.edifact.pnrgov_services_kernel import (
    ANSWER,
    ANSWERS,
    DOCA,
    DOCO,
    DOCS,
    FOID,
    SEAT,
    SERVICE,
    document,
    free_text,
    holder_of,
    home,
    payers,
    request,
    seats,
    services,
)
from cordillera.engines.edifact.values_kernel import (
    digits,
    field,
    known,
    known_text,
    row_of,
    span,
    text,
    word,
)

(_ADD, _DAT, _EBD, _FAR, _FOP, _FTI, _IFT, _LTS, _MON, _RCI, _REF, _SSR, _TIF, _TKT) = (
    code_of(tag) for tag in (
        "ADD", "DAT", "EBD", "FAR", "FOP", "FTI", "IFT", "LTS", "MON", "RCI", "REF", "SSR", "TIF", "TKT",
    )
)  # fmt: skip
_710 = code_of("710")
_43 = code_of("43")
_1, _2, _3 = (code_of(code) for code in "123")
_ZERO = 48
PACKED, BOUNDS = 1, 2
"""Where the contacts that the reference found, and the bounds of each, are in the tree."""
_MANY = 4_096


@inner
def collected(t, tree, group, key, tag):
    """The records of every segment of a tag in the group itself, as a member."""
    at = open_list(t, key)
    segment = first_of(t, tree, group, tag)
    while segment >= 0:
        if tag == _RCI:
            locators(t, segment)
        elif tag == _DAT:
            moments(t, segment)
        elif tag == _MON:
            money(t, segment)
        elif tag == _EBD:
            excess(t, segment)
        elif tag == _FTI:
            memberships(t, segment)
        elif tag == _REF:
            _identifiers(t, segment)
        elif tag == _FAR:
            one(t, segment, row_of(t, segment, 5, 0))
        segment = following(t, tree, group, segment + 1, tag)
    return close_list(t, at, key)


@inner
def one(t, segment, row):
    """A field as one of a list."""
    if row >= 0:
        begin, end = span(t, segment, row)
        field_item(t, begin, end, t[CELLS][row * WIDE + FLAGS])


@inner
def _identifiers(t, segment):
    """REF: the second component of every composite."""
    row, last = rows_from(t, segment, 0)
    while row < last:
        stop = end_of(t, row, last)
        one(t, segment, part(t, segment, row + 1, stop))
        row = stop


@inner
def asked(t, tree, group, key):
    """Seats, services or contacts of a group, as its SSR and texts tell them in order."""
    at = open_list(t, key)
    segments = t[SEGMENTS]
    for segment in range(tree[GROUPS][group * WIDE + FROM], tree[GROUPS][group * WIDE + TO]):
        if segments[segment * WIDE + GROUP] != group:
            continue
        tag = segments[segment * WIDE + TAG]
        if key == keys.CONTACTS:
            if tag in (_SSR, _IFT, _LTS, _ADD):
                _contacts(t, tree, segment)
        elif key == keys.REMARKS:
            if tag in (_IFT, _LTS):
                free_text(t, segment)
        elif tag == _SSR:
            kind, row = request(t, segment)
            if kind == SEAT and key == keys.SEATS:
                seats(t, segment)
            elif kind == SERVICE and key == keys.SERVICES:
                services(t, segment, row)
    close_list(t, at, key)


@inner
def _contacts(t, tree, segment):
    segments, cells = t[SEGMENTS], t[CELLS]
    for row in range(segments[segment * WIDE + FIRST], segments[(segment + 1) * WIDE + FIRST]):
        first = cells[row * WIDE + ANSWER]
        for answer in range(first, first + cells[row * WIDE + ANSWERS] if first >= 0 else first):
            copied(t, tree[PACKED], tree[BOUNDS][answer], tree[BOUNDS][answer + 1])


@inner
def addresses_of(t, tree, group):
    """ADD, then SSR DOCA."""
    at = open_list(t, keys.ADDRESSES)
    segment = first_of(t, tree, group, _ADD)
    while segment >= 0:
        addresses(t, segment)
        segment = following(t, tree, group, segment + 1, _ADD)
    segment = first_of(t, tree, group, _SSR)
    while segment >= 0:
        kind, row = request(t, segment)
        if kind == DOCA:
            home(t, segment, row)
        segment = following(t, tree, group, segment + 1, _SSR)
    close_list(t, at, keys.ADDRESSES)


@inner
def documents(t, tree, group):
    """The documents of a traveller, own ones first, or those of a reservation that are nobody's."""
    at = open_list(t, keys.DOCUMENTS)
    documents_of(t, tree, group, -1)
    if group > 0 and t[STATE][OWNED]:
        documents_of(t, tree, 0, group)
    close_list(t, at, keys.DOCUMENTS)


@inner
def documents_of(t, tree, group, owner):
    """The documents in a group; of those in the whole reservation only the owner's."""
    segment = first_of(t, tree, group, _SSR)
    while segment >= 0:
        kind, row = request(t, segment)
        if kind in (DOCS, DOCO, FOID) and (group > 0 or t[SEGMENTS][segment * WIDE + OWNER] == owner):
            document(t, segment, row)
        segment = following(t, tree, group, segment + 1, _SSR)


@inner
def own(t, tree):
    """Note for each document of the whole reservation whose it is: the first traveller its holder names."""
    looked = 0
    t[STATE][OWNED] = 0
    segment = first_of(t, tree, 0, _SSR)
    while segment >= 0:
        t[SEGMENTS][segment * WIDE + OWNER] = -1
        kind, _ = request(t, segment)
        if kind in (DOCS, DOCO, FOID):
            holder = word(t, segment, holder_of(t, segment))
            if holder < 0:
                t[STATE][ODD] = 1
            group = below(t, tree, 0, 1, _TIF) if holder > 0 else -1
            while group >= 0:
                looked += 1
                named = tree[GROUPS][group * WIDE + FROM]
                if word(t, named, row_of(t, named, 1, 2)) == holder:
                    t[SEGMENTS][segment * WIDE + OWNER] = group
                    t[STATE][OWNED] = 1
                    break
                group = below(t, tree, 0, group + 1, _TIF)
            if looked > _MANY:  # a flood of travellers and documents (attack)
                t[STATE][ODD] = 1
                return
        segment = following(t, tree, 0, segment + 1, _SSR)


@inner
def _are_several(t, segment, row):
    """Whether a value is a number from 2 to 99."""
    if row < 0:
        return False
    if t[CELLS][row * WIDE + FLAGS]:
        t[STATE][ODD] = 1
        return False
    begin, end = span(t, segment, row)
    begin, end = trimmed(t[DATA], begin, end)
    return end - begin <= 2 and t[DATA][begin] != _ZERO and digits(t[DATA], begin, end) > 1


@inner
def _ticket(t, tree, group):
    """TKT."""
    at = open_item(t)
    segment = tree[GROUPS][group * WIDE + FROM]
    known(t, keys.NUMBER, segment, row_of(t, segment, 0, 0))
    text(t, keys.KIND, segment, row_of(t, segment, 0, 1))
    collected(t, tree, group, keys.PRICES, _MON)
    issued = first_of(t, tree, group, _DAT)
    while issued >= 0 and not moment_of(t, issued, keys.ISSUED, _710):
        issued = following(t, tree, group, issued + 1, _DAT)
    paid = open_list(t, keys.PAYMENTS)
    inner = below(t, tree, group, group + 1, _FOP)
    while inner >= 0:
        _payments(t, tree, inner)
        inner = below(t, tree, group, inner + 1, _FOP)
    close_list(t, paid, keys.PAYMENTS)
    booklets = row_of(t, segment, 0, 2)
    if _are_several(t, segment, booklets):
        field(t, keys.BOOKLETS, segment, booklets)
    more = open_list(t, keys.CONJUNCTION)
    row, last = rows_from(t, segment, 0)
    row = end_of(t, row, last) if row < last else row
    while row < last:
        stop = end_of(t, row, last)
        one(t, segment, part(t, segment, row, stop))
        row = stop
    close_list(t, more, keys.CONJUNCTION)
    close(t, at)


@inner
def _payments(t, tree, group):
    """FOP; who pays stands with the first form of payment."""
    segment = tree[GROUPS][group * WIDE + FROM]
    first = True
    row, last = rows_from(t, segment, 0)
    while row < last:
        stop = end_of(t, row, last)
        filled = False
        for each in range(row, min(row + 6, stop)):
            filled |= part(t, segment, each, stop) >= 0
        if filled:
            at = open_item(t)
            known_text(t, keys.KIND, segment, row)
            field(t, keys.FORM, segment, part(t, segment, row, stop))
            field(t, keys.AMOUNT, segment, part(t, segment, row + 2, stop))
            field(t, keys.VENDOR, segment, part(t, segment, row + 3, stop))
            field(t, keys.ACCOUNT, segment, part(t, segment, row + 4, stop))
            field(t, keys.EXPIRES, segment, part(t, segment, row + 5, stop))
            if first:
                _payer(t, tree, group)
            close(t, at)
            first = False
        row = stop


@inner
def _payer(t, tree, group):
    at = open_list(t, keys.PAYER)
    segment = first_of(t, tree, group, _IFT)
    while segment >= 0:
        payers(t, segment, _43)
        segment = following(t, tree, group, segment + 1, _IFT)
    close_list(t, at, keys.PAYER)
    segment = first_of(t, tree, group, _ADD)
    while segment >= 0:
        if first_address(t, segment):
            return
        segment = following(t, tree, group, segment + 1, _ADD)


@inner
def traveller(t, tree, group):
    """TIF."""
    at = open_item(t)
    segment = tree[GROUPS][group * WIDE + FROM]
    number(t, keys.START, t[SEGMENTS][segment * WIDE + BEGIN])
    number(t, keys.END, t[SEGMENTS][(tree[GROUPS][group * WIDE + TO] - 1) * WIDE + STOP])
    known_text(t, keys.REFERENCE, segment, row_of(t, segment, 1, 2))
    known(t, keys.SURNAME, segment, row_of(t, segment, 0, 0))
    known(t, keys.GIVEN, segment, row_of(t, segment, 1, 0))
    if not text(t, keys.KIND, segment, row_of(t, segment, 1, 1)):
        text(t, keys.KIND, segment, row_of(t, segment, 0, 1))
    if word(t, segment, row_of(t, segment, 1, 3)) in (_1, _2, _3):
        true(t, keys.WITH_INFANT)
    names = open_list(t, keys.MORE_GIVEN)
    row, last = rows_from(t, segment, 2)
    while row < last:
        stop = end_of(t, row, last)
        if part(t, segment, row + 1, stop) >= 0 or part(t, segment, row + 2, stop) >= 0:  # somebody else
            t[STATE][ODD] = 1
        one(t, segment, row)
        row = stop
    close_list(t, names, keys.MORE_GIVEN)
    collected(t, tree, group, keys.FREQUENT_FLYER, _FTI)
    collected(t, tree, group, keys.IDENTIFIERS, _REF)
    collected(t, tree, group, keys.FARES, _FAR)
    documents(t, tree, group)
    asked(t, tree, group, keys.CONTACTS)
    addresses_of(t, tree, group)
    tickets = open_list(t, keys.TICKETS)
    inner = below(t, tree, group, group + 1, _TKT)
    while inner >= 0:
        _ticket(t, tree, inner)
        inner = below(t, tree, group, inner + 1, _TKT)
    close_list(t, tickets, keys.TICKETS)
    collected(t, tree, group, keys.EXCESS_BAGS, _EBD)
    asked(t, tree, group, keys.SERVICES)
    asked(t, tree, group, keys.REMARKS)
    close(t, at)


# Compiled with c2884ce2c3f13685
