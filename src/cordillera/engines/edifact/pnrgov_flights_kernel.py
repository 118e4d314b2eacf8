# ruff: noqa: ANN001, ANN201, ANN202 - compiled functions take their types from the arrays
"""Flights, check-ins, other services, splits and history of a reservation; reference: pnrgov_groups.py."""

from cordillera.engines.edifact import packing_keys as keys
from cordillera.engines.edifact.compiled import inner
from cordillera.engines.edifact.packing_kernel import (
    BEGIN,
    ODD,
    SEGMENTS,
    STATE,
    STOP,
    WIDE,
    close,
    close_list,
    code_of,
    nil,
    number,
    open_item,
    open_list,
    open_member,
    said,
)
from cordillera.engines.edifact.pnrgov_parts_kernel import (
    bags,
    changer,
    first_moment,
    has_digits,
    moment_of,
    office,
    seat_number,
)
from cordillera.engines.edifact.pnrgov_people_kernel import (
    asked,
    collected,
    documents,
    one,
)
from cordillera.engines.edifact.pnrgov_places_kernel import (
    FROM,
    GROUPS,
    TO,
    below,
    first_of,
    following,
)
from cordillera.engines.edifact.pnrgov_services_kernel import (
    DOCA,
    DOCO,
    DOCS,
    FOID,
    request,
)
from cordillera.engines.edifact.values_kernel import (
    NO_CLOCK,
    field,
    is_filled,
    iso,
    known,
    known_text,
    moment,
    row_of,
    span,
    text,
    told,
    when,
)

(_ABI, _APD, _DAT, _EQN, _MSG, _ORG, _RCI, _RPI, _SAC, _SSD, _SSR, _TBD, _TIF, _TRA, _TRI, _TVL) = (
    code_of(tag) for tag in (
        "ABI", "APD", "DAT", "EQN", "MSG", "ORG", "RCI",
        "RPI", "SAC", "SSD", "SSR", "TBD", "TIF", "TRA", "TRI", "TVL",
    )
)  # fmt: skip
_2 = code_of("2")
_OTHER = code_of("other")


@inner
def leg(t, tree, group):
    """TVL of a flight, as one of a list."""
    at = open_item(t)
    _members(t, tree, group)
    close(t, at)


@inner
def _members(t, tree, group):
    segment = tree[GROUPS][group * WIDE + FROM]
    number(t, keys.START, t[SEGMENTS][segment * WIDE + BEGIN])
    number(t, keys.END, t[SEGMENTS][(tree[GROUPS][group * WIDE + TO] - 1) * WIDE + STOP])
    known(t, keys.ORIGIN, segment, row_of(t, segment, 1, 0))
    known(t, keys.DESTINATION, segment, row_of(t, segment, 2, 0))
    _times(t, segment)
    known(t, keys.CARRIER, segment, row_of(t, segment, 3, 0))
    known(t, keys.NUMBER, segment, row_of(t, segment, 4, 0))
    shared, status = first_of(t, tree, group, _TRA), first_of(t, tree, group, _RPI)
    if shared < 0 or not told(t, keys.OPERATING, shared, 0, 0):
        told(t, keys.OPERATING, segment, 3, 1)
    if shared >= 0:
        told(t, keys.OPERATING_NUMBER, shared, 1, 0)
    text(t, keys.BOOKING_CLASS, segment, row_of(t, segment, 4, 1))
    if status >= 0:
        told(t, keys.STATUS, status, 1, 0)
        told(t, keys.PERSONS, status, 0, 0)
    _without_documents(t, tree, group)
    plane = first_of(t, tree, group, _APD)
    if plane >= 0:
        told(t, keys.AIRCRAFT, plane, 0, 0)
    collected(t, tree, group, keys.LOCATORS, _RCI)
    asked(t, tree, group, keys.SEATS)
    _check_ins(t, tree, group)
    asked(t, tree, group, keys.SERVICES)
    asked(t, tree, group, keys.REMARKS)
    asked(t, tree, group, keys.CONTACTS)


@inner
def _without_documents(t, tree, group):
    """Whose a document under a flight is has to be thought about."""
    segment = first_of(t, tree, group, _SSR)
    while segment >= 0:
        kind, _ = request(t, segment)
        if kind in (DOCS, DOCO, DOCA, FOID):
            t[STATE][ODD] = 1
        segment = following(t, tree, group, segment + 1, _SSR)


@inner
def _times(t, segment):
    """Departure and arrival; an arrival without a day of its own is on the day of departure."""
    day, clock = _filled(t, segment, 0), _filled(t, segment, 1)
    day_after, clock_after = _filled(t, segment, 2), _filled(t, segment, 3)
    if not when(t, keys.DEPARTS, segment, day, clock):
        nil(t, keys.DEPARTS)
    if clock_after < 0 and has_digits(t, segment, day_after, 4):
        day_after, clock_after = -1, day_after  # the day left out together with its colon
    arrives = 0
    if day_after >= 0:
        arrives = when(t, keys.ARRIVES, segment, day_after, clock_after)
    elif clock_after >= 0:
        found = moment(t, segment, day, clock_after)
        if found >= 0 and found % 10_000 != NO_CLOCK:
            begin, end = span(t, segment, clock_after)
            arrives = iso(t, keys.ARRIVES, found, begin, end)
    if not arrives:
        nil(t, keys.ARRIVES)


@inner
def _filled(t, segment, component):
    row = row_of(t, segment, 0, component)
    return row if is_filled(t, segment, row) else -1


@inner
def _check_ins(t, tree, group):
    """TRI below a flight, or below a DAT of it, in the order they came."""
    at = open_list(t, keys.CHECK_INS)
    alone, dated = below(t, tree, group, group + 1, _TRI), below(t, tree, group, group + 1, _DAT)
    while alone >= 0 or dated >= 0:
        if dated < 0 or 0 <= alone < dated:
            _check_in(t, tree, alone, -1)
            alone = below(t, tree, group, alone + 1, _TRI)
            continue
        told_at = below(t, tree, dated, dated + 1, _TRI)
        while told_at >= 0:
            _check_in(t, tree, told_at, dated)
            told_at = below(t, tree, dated, told_at + 1, _TRI)
        dated = below(t, tree, group, dated + 1, _DAT)
    close_list(t, at, keys.CHECK_INS)


@inner
def _check_in(t, tree, group, at_group):
    at = open_item(t)
    segment = tree[GROUPS][group * WIDE + FROM]
    person, seat = first_of(t, tree, group, _TIF), first_of(t, tree, group, _SSD)
    named, holder = segment, row_of(t, segment, 1, 3)
    if person >= 0 and not is_filled(t, segment, holder):
        named, holder = person, row_of(t, person, 1, 2)
    known_text(t, keys.HOLDER, named, holder)
    if at_group >= 0:
        moment_of(t, tree[GROUPS][at_group * WIDE + FROM], keys.AT, _2)
        office_of(t, keys.OFFICE, first_of(t, tree, at_group, _ORG))
    told(t, keys.SEQUENCE, segment, 1, 0)
    if person >= 0:
        told(t, keys.SURNAME, person, 0, 0)
        told(t, keys.GIVEN, person, 1, 0)
    if seat >= 0:
        field(t, keys.SEAT, seat, seat_number(t, seat, row_of(t, seat, 0, 0)))
        text(t, keys.CABIN, seat, row_of(t, seat, 4, 0))
    tagged = open_list(t, keys.BAGS)
    bag = first_of(t, tree, group, _TBD)
    while bag >= 0:
        bags(t, bag, named, holder)
        bag = following(t, tree, group, bag + 1, _TBD)
    close_list(t, tagged, keys.BAGS)
    close(t, at)


@inner
def office_of(t, key, segment):
    """ORG as a member, where there is one."""
    if segment >= 0:
        at = open_member(t, key)
        office(t, segment)
        close(t, at)


@inner
def others(t, tree):
    """MSG with its TVL: a hotel, a car or another service."""
    at = open_list(t, keys.OTHERS)
    group = below(t, tree, 0, 1, _MSG)
    while group >= 0:
        segment = tree[GROUPS][group * WIDE + FROM]
        named = row_of(t, segment, 0, 0)
        named = named if is_filled(t, segment, named) else row_of(t, segment, 0, 1)
        inner_group = below(t, tree, group, group + 1, _TVL)
        while inner_group >= 0:
            item = open_item(t)
            _members(t, tree, inner_group)
            if not text(t, keys.KIND, segment, named):
                said(t, keys.KIND, _OTHER)
            close(t, item)
            inner_group = below(t, tree, group, inner_group + 1, _TVL)
        group = below(t, tree, 0, group + 1, _MSG)
    close_list(t, at, keys.OTHERS)


@inner
def splits(t, tree):
    """EQN with RCI: persons split off this reservation."""
    at = open_list(t, keys.SPLITS)
    group = below(t, tree, 0, 1, _EQN)
    while group >= 0:
        segment = tree[GROUPS][group * WIDE + FROM]
        item = open_item(t)
        known(t, keys.PERSONS, segment, row_of(t, segment, 0, 0))
        if not collected(t, tree, group, keys.LOCATORS, _RCI):
            t[STATE][ODD] = 1
        close(t, item)
        group = below(t, tree, 0, group + 1, _EQN)
    close_list(t, at, keys.SPLITS)


@inner
def history(t, tree):
    """SAC in ABI or without one, in the order they came."""
    at = open_list(t, keys.HISTORY)
    alone, made = below(t, tree, 0, 1, _SAC), below(t, tree, 0, 1, _ABI)
    while alone >= 0 or made >= 0:
        if made < 0 or 0 <= alone < made:
            _change(t, tree, alone, -1)
            alone = below(t, tree, 0, alone + 1, _SAC)
            continue
        change = below(t, tree, made, made + 1, _SAC)
        while change >= 0:
            _change(t, tree, change, made)
            change = below(t, tree, made, change + 1, _SAC)
        made = below(t, tree, 0, made + 1, _ABI)
    close_list(t, at, keys.HISTORY)


@inner
def _change(t, tree, group, made):
    at = open_item(t)
    segment = tree[GROUPS][group * WIDE + FROM]
    if not text(t, keys.ACTION, segment, row_of(t, segment, 2, 0)):
        known_text(t, keys.ACTION, segment, row_of(t, segment, 0, 0))
    number(t, keys.START, t[SEGMENTS][segment * WIDE + BEGIN])
    number(t, keys.END, t[SEGMENTS][(tree[GROUPS][group * WIDE + TO] - 1) * WIDE + STOP])
    if made >= 0:
        _made(t, tree, made)
    person = first_of(t, tree, group, _TIF)
    names = open_list(t, keys.TRAVELLER)
    if person >= 0:
        one(t, person, row_of(t, person, 0, 0))
        one(t, person, row_of(t, person, 1, 0))
    close_list(t, names, keys.TRAVELLER)
    flight = below(t, tree, group, group + 1, _TVL)
    if flight >= 0:
        told_leg = open_member(t, keys.LEG)
        _members(t, tree, flight)
        close(t, told_leg)
    asked(t, tree, group, keys.SERVICES)
    asked(t, tree, group, keys.SEATS)
    documents(t, tree, group)
    _without_addresses(t, tree, group)
    tagged = open_list(t, keys.BAGS)
    bag = first_of(t, tree, group, _TBD)
    while bag >= 0:
        bags(t, bag, bag, -1)
        bag = following(t, tree, group, bag + 1, _TBD)
    close_list(t, tagged, keys.BAGS)
    asked(t, tree, group, keys.CONTACTS)
    asked(t, tree, group, keys.REMARKS)
    close(t, at)


@inner
def _made(t, tree, group):
    """When, and by whom: DAT and ABI."""
    segment = first_of(t, tree, group, _DAT)
    while segment >= 0 and not first_moment(t, segment, keys.AT):
        segment = following(t, tree, group, segment + 1, _DAT)
    at = open_member(t, keys.OFFICE)
    changer(t, tree[GROUPS][group * WIDE + FROM])
    close(t, at)


@inner
def _without_addresses(t, tree, group):
    """An address in the history is nobody's, but could be one that cannot be read."""
    segment = first_of(t, tree, group, _SSR)
    while segment >= 0:
        kind, _ = request(t, segment)
        if kind == DOCA:
            t[STATE][ODD] = 1
        segment = following(t, tree, group, segment + 1, _SSR)


# Compiled with 5f86c4d9afcdbc4f
