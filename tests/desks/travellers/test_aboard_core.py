"""Who of a flight is shown and in which order, by values alone."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from cordillera.desks.travellers.aboard_core import PER_PAGE, AboardQuery, Known, aboard, seats_of
from cordillera.desks.travellers.model import TravelDocument, TravellerFacts, TravellerRow
from cordillera.desks.travellers.seats_core import Telling, seat_map
from cordillera.trust.review.model import Retention

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PASSPORT = TravelDocument(type="P", number="A1")
NOTHING = Known("UIO", seats={}, seatless=(), masked=(), alerts={}, open=())


def ref(number: int) -> UUID:
    return UUID(int=number)


def person(number: int, family: str, *, role="passenger", debarked="UIO", documents=(PASSPORT,)):
    facts = TravellerFacts(
        full_name="", given_names="", family_names=family, role=role, date_of_birth="", nationality="",
        embarked="BOG", debarked=debarked, reservation="", documents=documents, facts=(),
        start=0, end=1, partial=False,
    )  # fmt: skip
    return TravellerRow(ref(number), ref(900), ref(901), facts, Retention(NOW, NOW))


def names(people, known=NOTHING, **asked) -> list[str]:
    return [one.facts.family_names for one in aboard(people, known, AboardQuery(**asked)).travellers]


def test_who_has_an_open_alert_comes_first_in_the_order_of_the_queue_then_who_had_one():
    people = [person(1, "ALBA"), person(2, "BRAVO"), person(3, "CRUZ"), person(4, "DIAZ")]
    known = msgspec.structs.replace(NOTHING, alerts={ref(2): 0, ref(4): 1, ref(3): 2}, open={ref(4), ref(3)})
    assert names(people, known) == ["DIAZ", "CRUZ", "BRAVO", "ALBA"]
    assert names(people, known, show="alerts") == ["DIAZ", "CRUZ"]


def test_names_are_in_order_whatever_their_case_and_the_unnamed_come_last():
    people = [person(1, ""), person(2, "vera"), person(3, "PAZ"), person(4, "Sol")]
    assert names(people, sort="name") == ["PAZ", "Sol", "vera", ""]


def test_seats_are_in_the_order_of_rows_and_letters_and_who_has_none_comes_last():
    people = [person(1, "A"), person(2, "B"), person(3, "C"), person(4, "D")]
    told = [Telling(ref(1), "12A", True, ref(900)), Telling(ref(2), "9C", True, ref(900))]
    told += [Telling(ref(4), "9B", True, ref(900)), Telling(ref(4), "9A", True, ref(900))]
    drawn = seat_map(told, [ref(number) for number in (1, 2, 3, 4)], ())
    known = msgspec.structs.replace(NOTHING, seats=seats_of(drawn), seatless=drawn.unseated)
    assert known.seats[ref(4)] == ("9A", "9B")
    assert names(people, known, sort="seat") == ["D", "B", "A", "C"]
    assert names(people, known, show="no_seat") == ["C"]


@pytest.mark.parametrize("documents", [(), (TravelDocument(type="P"),), (TravelDocument("V", "V123"),)])
def test_a_number_that_was_not_told_and_a_visa_are_no_travel_document(documents):
    people = [person(1, "CON"), person(2, "SIN", documents=documents)]
    assert names(people, show="no_document") == ["SIN"]
    assert names(people, sort="document") == ["SIN", "CON"]


def test_whom_age_masks_lacks_no_document_and_comes_last():
    people = [person(1, "", documents=()), person(2, "SIN", documents=()), person(3, "CON")]
    known = msgspec.structs.replace(NOTHING, masked={ref(1)})
    assert names(people, known, show="no_document") == ["SIN"]
    assert names(people, known, sort="document") == ["SIN", "CON", ""]


def test_in_transit_is_who_was_announced_so_or_goes_on_elsewhere():
    people = [
        person(1, "LLEGA"), person(2, "SIGUE", debarked="LIM"), person(3, "TRANS", role="transit_passenger"),
        person(4, "NADA", debarked=""),
    ]  # fmt: skip
    assert names(people, show="in_transit") == ["SIGUE", "TRANS"]
    assert names(people, msgspec.structs.replace(NOTHING, lands=""), show="in_transit") == ["TRANS"]


def test_each_filter_tells_how_many_it_lets_through():
    people = [person(1, "A", role="crew"), person(2, "B", documents=()), person(3, "C")]
    counts = aboard(people, NOTHING, AboardQuery(show="crew")).counts
    assert counts == {"all": 3, "alerts": 0, "no_document": 1, "in_transit": 0, "no_seat": 0, "crew": 1}


def test_a_page_beyond_the_last_is_the_last():
    people = [person(number, f"N{number:04}") for number in range(1, PER_PAGE + 3)]
    found = aboard(people, NOTHING, AboardQuery(page=9))
    assert (found.page, found.pages, [one.facts.family_names for one in found.travellers]) == (
        2, 2, [f"N{PER_PAGE + 1:04}", f"N{PER_PAGE + 2:04}"],
    )  # fmt: skip
