# ruff: noqa: ANN001, ANN201, ANN202 - compiled functions take their types from the arrays
"""Reservations written as records, compiled; reference: pnrgov.py.

A reservation with anything that needs thought (a segment without a place, an infant's document under an
adult, a date that cannot be) is odd and left to the reference.
"""

from cordillera.engines.edifact import packing_keys as keys
from cordillera.engines.edifact.compiled import inner, outer, place_of
from cordillera.engines.edifact.packing_kernel import (
    AT,
    BEGIN,
    COUNT,
    FULL,
    ODD,
    SEGMENTS,
    STATE,
    STOP,
    WIDE,
    close,
    close_list,
    code_of,
    number,
    open_item,
    open_list,
)
from cordillera.engines.edifact.pnrgov_flights_kernel import (
    history,
    leg,
    office_of,
    others,
    splits,
)
from cordillera.engines.edifact.pnrgov_people_kernel import (
    addresses_of,
    asked,
    collected,
    documents,
    own,
    traveller,
)
from cordillera.engines.edifact.pnrgov_places_kernel import (
    FROM,
    GROUPS,
    TO,
    below,
    first_of,
    place,
)

(_DAT, _EBD, _FTI, _ORG, _RCI, _TIF, _TVL) = (
    code_of(tag) for tag in (
        "DAT", "EBD", "FTI", "ORG", "RCI", "TIF", "TVL",
    )
)  # fmt: skip
_MANY = 4_096


@inner
def _reservation(t, tree):
    """SRC."""
    at = open_item(t)
    number(t, keys.START, t[SEGMENTS][(tree[GROUPS][0 * WIDE + FROM]) * WIDE + BEGIN])
    number(t, keys.END, t[SEGMENTS][(tree[GROUPS][0 * WIDE + TO] - 1) * WIDE + STOP])
    if not collected(t, tree, 0, keys.LOCATORS, _RCI):
        t[STATE][ODD] = 1
    collected(t, tree, 0, keys.MOMENTS, _DAT)
    office_of(t, keys.AGENCY, first_of(t, tree, 0, _ORG))
    addresses_of(t, tree, 0)
    asked(t, tree, 0, keys.CONTACTS)
    collected(t, tree, 0, keys.EXCESS_BAGS, _EBD)
    collected(t, tree, 0, keys.FREQUENT_FLYER, _FTI)
    people = open_list(t, keys.TRAVELLERS)
    inner = below(t, tree, 0, 1, _TIF)
    while inner >= 0:
        traveller(t, tree, inner)
        inner = below(t, tree, 0, inner + 1, _TIF)
    close_list(t, people, keys.TRAVELLERS)
    flights = open_list(t, keys.LEGS)
    inner = below(t, tree, 0, 1, _TVL)
    while inner >= 0:
        leg(t, tree, inner)
        inner = below(t, tree, 0, inner + 1, _TVL)
    close_list(t, flights, keys.LEGS)
    others(t, tree)
    splits(t, tree)
    documents(t, tree, 0)
    asked(t, tree, 0, keys.SEATS)
    asked(t, tree, 0, keys.SERVICES)
    asked(t, tree, 0, keys.REMARKS)
    history(t, tree)
    close(t, at)


@outer
def pack_reservations(packs, found, begins, first, odd):
    """Write reservations from number `first` on while there is room; gives the number of the next.

    Reservation n has the segments begins[n] up to begins[n + 1]; odd[n] is set where the reference looks.
    """
    data, segments, cells, out, state = packs
    t = (place_of(data), place_of(segments), place_of(cells), place_of(out), place_of(state))
    groups, packed, bounds, moves = found
    tree = (place_of(groups), place_of(packed), place_of(bounds), place_of(moves))
    begun = state[AT]
    for each in range(first, len(begins) - 1):
        at, count = state[AT], state[COUNT]
        state[ODD] = begins[each + 1] - begins[each] > _MANY or not place(
            t, tree, begins[each], begins[each + 1]
        )
        if not state[ODD]:
            own(t, tree)
        if not state[ODD]:
            _reservation(t, tree)
        if state[ODD] or state[FULL]:
            state[AT], state[COUNT] = at, count
            if state[FULL] and at != begun:  # odd or not is seen with all the room
                state[FULL] = 0
                return each
            state[FULL] = 0
            odd[each] = 1
    return len(begins) - 1


# Compiled with c1aa5d7c2ba22237
