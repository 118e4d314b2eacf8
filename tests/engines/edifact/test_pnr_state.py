"""Messages folded into what stands: who is cancelled disappears, history stays, order does not matter."""

from itertools import permutations

import pytest
from tests.engines.edifact.pnr_texts import HISTORY, SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnr_state import FlightState, Reservation, fold
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage

A = TWO_TRAVELLERS + SECOND_LEG
B = TWO_TRAVELLERS.replace(b"MFN4TI", b"BBBB22").replace(b"LOOR", b"VERA").replace(b"QUISPE", b"ROJAS")
LUIS = b"TIF+QUISPE+LUISMR:A:2'" + A[A.index(b"SSR+DOCS:HK:1:XA:::::/P/PER") : A.index(b"TVL+261126:0900")]
ALONE = A.replace(LUIS, b"", 1)
ONLY_CHANGES = b"SRC'RCI+XA:MFN4TI'ABI+1+AG7:UIORR+UIO++XA'DAT+ZT:251126:1230'SAC+++X'TIF+QUISPE+LUISMR:A:2'"
FULL, UPDATE = b"22", b"141"


def told(*reservations: bytes, code: bytes = FULL, hour: int = 12) -> PnrgovMessage:
    made = b"261125:%02d00" % hour
    return pnrgov_messages(read(message(*reservations, code=code, made=made)))[0]


def state(*messages: PnrgovMessage) -> FlightState:
    return fold(messages)


def only(found: FlightState) -> Reservation:
    assert len(found.standing) == 1
    return found.standing[0]


def names(one: Reservation) -> list[str]:
    return [text_of(person.surname) for person in one.pnr.travellers]


def flights(one: Reservation) -> list[str]:
    return [leg.flight for leg in one.pnr.legs]


def test_condition_1_the_newest_message_holds() -> None:
    late = state(told(ALONE, code=UPDATE, hour=14), told(A, hour=12))
    assert names(only(late)) == ["LOOR"]
    assert only(late).as_of == "2026-11-25T14:00"


def test_condition_2_a_whole_message_cancels_what_it_does_not_hold() -> None:
    found = state(told(A, B), told(A, hour=13))
    assert [one.key for one in found.standing] == ["XA:MFN4TI"]
    assert [(one.what, one.name, one.at) for one in found.reservations[1].gone] == [
        ("reservation", "XA:BBBB22", "2026-11-25T13:00")
    ]


def test_condition_2_an_update_cancels_nothing_that_it_does_not_hold() -> None:
    assert len(state(told(A, B), told(ALONE, code=UPDATE, hour=13)).standing) == 2


def test_condition_2_a_late_message_brings_nothing_back() -> None:
    assert [one.key for one in state(told(A, hour=13), told(A, B, hour=12)).standing] == ["XA:MFN4TI"]


def test_condition_3_a_cancelled_traveller_disappears_and_is_remembered() -> None:
    found = only(state(told(A), told(ALONE, code=UPDATE, hour=13)))
    assert names(found) == ["LOOR"]
    assert [(one.what, one.name) for one in found.gone] == [("traveller", "QUISPE/LUISMR/A")]


def test_condition_3_a_cancelled_flight_disappears() -> None:
    found = only(state(told(A), told(TWO_TRAVELLERS, code=UPDATE, hour=13)))
    assert flights(found) == ["XA412"]
    assert [one.name for one in found.gone] == ["XA18 2026-11-26 BOG-MAD"]


@pytest.mark.parametrize("status", [b"HX", b"XX", b"UN", b"UC", b"NO"])
def test_condition_3_a_flight_whose_status_says_cancelled_is_gone(status: bytes) -> None:
    changed = TWO_TRAVELLERS + SECOND_LEG.replace(b"+HK", b"+" + status)
    found = only(state(told(A), told(changed, code=UPDATE, hour=13)))
    assert flights(found) == ["XA412"]


def test_condition_3_a_flight_at_another_hour_is_the_same_flight() -> None:
    found = only(state(told(A), told(A.replace(b":1300:", b":1400:"), code=UPDATE, hour=13)))
    assert found.gone == ()
    assert text_of(found.pnr.legs[1].departs) == "2026-11-26T14:00"


@pytest.mark.parametrize("order", [1, -1])
def test_condition_4_changes_alone_cancel_whom_they_name_even_before_the_whole_is_known(order: int) -> None:
    messages = told(A), told(ONLY_CHANGES, code=UPDATE, hour=13)
    found = only(state(*messages[::order]))
    assert names(found) == ["LOOR"]
    assert [(one.what, one.name) for one in found.gone] == [("traveller", "QUISPE/LUISMR/A")]
    assert [one.action for one in found.history] == ["X"]


def test_condition_4_a_reservation_with_nothing_left_is_cancelled() -> None:
    found = state(told(A), told(b"SRC'RCI+XA:MFN4TI'", code=UPDATE, hour=13))
    assert found.standing == ()
    assert [one.what for one in found.reservations[0].gone].count("traveller") == 2


def test_condition_5_what_was_cut_removes_nobody() -> None:
    whole = message(A, B, made=b"261125:1300")
    cut = pnrgov_messages(read(whole[: whole.index(b"TIF+QUISPE")]))[0]
    found = state(told(A, B), cut)
    assert [names(one) for one in found.standing] == [["LOOR", "QUISPE"], ["VERA", "ROJAS"]]


def test_condition_6_history_stays_once_when_the_reservation_forgets_it() -> None:
    before = told(A + HISTORY)
    found = only(state(before, told(A + HISTORY, code=UPDATE, hour=13), told(ALONE, code=UPDATE, hour=14)))
    assert [one.action for one in found.history] == ["X", "A"]


def test_a_reservation_that_comes_back_stands_again() -> None:
    found = state(told(A, B), told(A, hour=13), told(B, code=UPDATE, hour=14))
    assert sorted(one.key for one in found.standing) == ["XA:BBBB22", "XA:MFN4TI"]


def test_whatever_order_messages_come_in_the_same_stands() -> None:
    messages = [told(A, B), told(ONLY_CHANGES, code=UPDATE, hour=13), told(ALONE + HISTORY, hour=14)]
    results = {state(*order) for order in permutations(messages)}
    assert len(results) == 1
    (found,) = results.pop().standing
    assert (names(found), flights(found), len(found.history)) == (["LOOR"], ["XA412", "XA18"], 3)
