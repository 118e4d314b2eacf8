"""The seats of a flight: what is a seat, which telling stands, who contradicts whom."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.desks.travellers.seats_core import (
    Place,
    SeatMap,
    Telling,
    is_infant,
    seat_map,
    seat_of,
)

ANA, LUIS, EVA = UUID(int=1), UUID(int=2), UUID(int=3)
OLD, NEW = UUID(int=100), UUID(int=200)


def told(who: UUID, text: str, message: UUID = OLD, *, assigned: bool = True) -> Telling:
    return Telling(who, text, assigned, message)


def seats(made: SeatMap) -> dict[str, list[UUID]]:
    return {seat.number: [one.traveller_id for one in seat.sitters] for seat in made.seats}


@pytest.mark.parametrize("text", ["12A", "012A", "0012a", "12 A", " 12A ", "012 a"])  # 1
def test_a_row_and_a_letter_are_a_seat_however_they_are_written(text):
    assert seat_of(text) == Place(12, "A")


@pytest.mark.parametrize(
    "text",
    ["", " ", "A12", "12", "1 2A", "12ı", "12\t A", "A", "12AB", "12A-C", "12A-12C", "12ABC", "0A", "000A",
     "1000A", "12-A", "12A/12B", "GATE", "JMP", "XXX", "12Ñ", "１２A", "12Ａ", "-1A", "12A\x00",
     "12A" * 100_000],
)  # fmt: skip
def test_a_range_a_letter_before_its_row_and_rubbish_are_no_seat(text):  # 1
    assert seat_of(text) is None


@given(st.text(max_size=30))
def test_any_text_is_a_seat_or_none_and_is_never_lost(text):  # 1
    made = seat_map([told(ANA, text)], [ANA], ())
    assert len(made.seats) + len(made.unplaced) + len(made.unseated) == 1


def test_what_is_no_seat_is_shown_as_it_was_told():  # 1
    made = seat_map([told(ANA, "12A-C")], [ANA], ())
    assert [(one.traveller_id, one.text) for one in made.unplaced] == [(ANA, "12A-C")]
    assert (made.rows, made.unseated) == ((), ())


def test_the_newest_message_stands_in_whatever_order_they_are_read():  # 2
    both = [told(ANA, "12A", OLD), told(ANA, "30F", NEW)]
    assert seats(seat_map(both, [ANA], ())) == seats(seat_map(both[::-1], [ANA], ())) == {"30F": [ANA]}


def test_a_seat_assigned_goes_before_one_asked_for_later():  # 2
    made = seat_map([told(ANA, "12A", OLD), told(ANA, "14C", NEW, assigned=False)], [ANA], ())
    assert seats(made) == {"12A": [ANA]}


def test_a_seat_only_asked_for_is_shown_as_such():  # 2
    (seat,) = seat_map([told(ANA, "14C", assigned=False)], [ANA], ()).seats
    assert [one.assigned for one in seat.sitters] == [False]


def test_an_empty_newer_telling_takes_no_seat_away():  # 2
    assert seats(seat_map([told(ANA, "12A", OLD), told(ANA, "  ", NEW)], [ANA], ())) == {"12A": [ANA]}


def test_whoever_has_two_seats_sits_in_both_and_contradicts_nobody():  # 3
    made = seat_map([told(ANA, "12A"), told(ANA, "12B"), told(ANA, "012A")], [ANA], ())
    assert seats(made) == {"12A": [ANA], "12B": [ANA]}
    assert not any(seat.contradicts for seat in made.seats)


def test_two_people_told_the_same_seat_contradict_each_other():  # 4
    (seat,) = seat_map([told(ANA, "12A"), told(LUIS, "012a", NEW)], [ANA, LUIS], ()).seats
    assert (len(seat.sitters), seat.contradicts) == (2, True)


@pytest.mark.parametrize(("infants", "contradicts"), [({EVA}, False), ({EVA, LUIS}, False), (set(), True)])
def test_an_infant_in_arms_contradicts_nobody_and_comes_last(infants, contradicts):  # 4
    people = [EVA, ANA] if LUIS not in infants else [EVA, ANA, LUIS]
    (seat,) = seat_map([told(who, "12A") for who in people], people, infants).seats
    assert seat.contradicts is contradicts
    if infants:
        assert seat.sitters[0].traveller_id == ANA


@pytest.mark.parametrize(
    ("born", "departs", "infant"),
    [
        ("2025-11-26", "2026-11-26T09:00", True),
        ("2024-11-27", "2026-11-26T09:00", True),
        ("2024-11-26", "2026-11-26T09:00", False),
        ("2024-02-29", "2026-02-28T23:59", True),
        ("2024-02-29", "2026-03-01T00:01", False),
        ("2026-11-27", "2026-11-26T09:00", False),
        ("2025", "2026-11-26T09:00", False),
        ("", "2026-11-26T09:00", False),
        ("2025-11-26", "", False),
        ("1925-11-26", "2026-11-26", False),
    ],
)
def test_an_infant_is_younger_than_two_on_the_day_of_departure(born, departs, infant):  # 5
    assert is_infant(born, departs) is infant


def test_who_has_no_seat_is_told_and_infants_apart_from_the_others():  # 6
    made = seat_map([told(ANA, "12A")], [ANA, LUIS, EVA], {EVA})
    assert (made.unseated, made.in_arms) == ((LUIS,), (EVA,))


def test_who_is_not_aboard_any_more_has_no_seat():
    assert seat_map([told(ANA, "12A")], [], ()) == SeatMap()


def test_only_rows_and_letters_that_were_told_are_there_in_order():
    made = seat_map([told(ANA, "30F"), told(LUIS, "2A"), told(EVA, "12K")], [ANA, LUIS, EVA], ())
    assert made.letters == ("A", "F", "K")
    assert [row.number for row in made.rows] == [2, 12, 30]
    assert [[seat.number if seat else "" for seat in row.seats] for row in made.rows] == [
        ["2A", "", ""], ["", "", "12K"], ["", "30F", ""],
    ]  # fmt: skip
