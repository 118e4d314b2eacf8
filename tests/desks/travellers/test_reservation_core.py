"""One person of a list and a reservation, or two: never by name alone."""

import pytest
from tests.engines.edifact.pnr_texts import SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.desks.travellers.model import TravelDocument, TravellerFacts
from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.reservation_core import (
    Known,
    adds_to,
    agree,
    facts_of,
    flight_of,
    partners,
    people_on,
    same_number,
    without_title,
)
from cordillera.engines.edifact.pnr_state import fold

HOME = "America/Guayaquil"


def person(family="LOOR", given="ANA", born="", locator="", number="") -> TravellerFacts:
    documents = (TravelDocument("P", number, "ECU"),) if number else ()
    return TravellerFacts(
        f"{given} {family}", given, family, "passenger", born, "", "", "", locator, documents, (), 0, 9, False
    )


def test_a_name_alone_never_makes_one_of_two():
    assert not agree(person(), person())
    assert not agree(person(born="1980-05-17"), person())
    assert not agree(person(born="1980"), person(born="1980"))


@pytest.mark.parametrize(
    "facts", [{"born": "1980-05-17"}, {"number": "A 123-4567"}, {"locator": "mfn4ti"}], ids=str
)
def test_a_name_with_birth_date_or_document_or_locator_does(facts):
    told = {
        key: value.upper().replace(" ", "").replace("-", "") if key != "born" else value
        for key, value in facts.items()
    }
    assert agree(person(**facts), person(**told))


def test_what_agrees_without_the_name_does_not():
    for other in (person(family="MORA", number="A1"), person(given="EVA", number="A1")):
        assert not agree(person(number="A1"), other)


def test_given_names_agree_word_by_word_and_not_by_their_begin():
    assert agree(person(given="ANA MARIA", number="A1"), person(given="ANAMARIAMRS", number="A1"))
    assert agree(person(given="ANA MARIA", number="A1"), person(given="ANAMRS", number="A1"))
    assert not agree(person(given="ANA MARIA", born="2015-01-01"), person(given="ANA LUZ", born="2015-01-01"))
    assert not agree(person(given="ANABEL", born="2015-01-01"), person(given="ANA", born="2015-01-01"))


def test_father_and_son_of_one_name_in_one_reservation_stay_two():
    father, son = person(born="1970-01-01", locator="MFN4TI"), person(born="2001-01-01", locator="MFN4TI")
    assert not agree(father, son)
    assert not agree(person(number="A1", locator="MFN4TI"), person(number="B2", locator="MFN4TI"))


def test_accents_and_spaces_do_not_part_a_person():
    assert agree(person(family="NÚÑEZ DE LA ROSA", number="A1"), person(family="NUNEZDELAROSA", number="A1"))


def test_where_two_could_be_meant_nobody_is_joined():
    one = person(born="1980-05-17")
    two = {"a": person(born="1980-05-17", number="A1"), "b": person(born="1980-05-17", number="B2")}
    assert partners([one], Known(two)) == [None]
    assert partners([person(born="1980-05-17", number="B2")], Known(two)) == ["b"]
    assert partners([one, one], Known({"a": one})) == [None, None]
    assert partners([one], Known({"a": one}), without={"a"}) == [None]


def test_titles_go_and_names_stay():
    told = {
        "ANAMRS": "ANA",
        "LUIS MR": "LUIS",
        "EVAMISS": "EVA",
        "OMAR": "OMAR",
        "AMR": "AMR",
        "JUANMSTR": "JUAN",
    }
    assert {name: without_title(name) for name in told} == told


def test_a_reservation_adds_what_a_list_lacks():
    assert adds_to(person(born="1980-05-17"), person())
    assert adds_to(person(number="A1"), person(number="B2"))
    assert not adds_to(person(born="1980-05-17"), person(born="1981-01-01"))


def test_flight_numbers_with_zeros_are_one():
    assert same_number("XA0412", "XA412")
    assert same_number("XAA 0412", "XAA412")
    assert not same_number("XA412", "XB412")


def standing(raw: bytes):
    plan = plan_message(raw, HOME)
    state = fold(plan.reservations)
    return plan, people_on(state.standing, plan.reservations[0].flight)


def test_people_of_a_reservation_have_the_names_birth_date_and_document_of_their_passport():
    plan, (first, second) = standing(message(TWO_TRAVELLERS + SECOND_LEG))
    facts = first.facts
    assert (facts.family_names, facts.given_names, facts.date_of_birth) == ("LOOR", "ANA MARIA", "1980-05-17")
    assert (facts.reservation, facts.embarked, facts.debarked, facts.role) == (
        "MFN4TI",
        "UIO",
        "BOG",
        "passenger",
    )
    assert facts.documents == (TravelDocument("P", "A1234567", "ECU", "2031-02-18"),)
    assert second.facts.family_names == "QUISPE"
    for fact in facts.facts:
        if fact.field != "date_of_birth":
            assert plan.raw[fact.start : fact.end].decode() == fact.text


def test_the_flight_of_a_message_is_read_with_its_utc_arrival():
    plan = plan_message(message(TWO_TRAVELLERS), HOME)
    flight = flight_of(plan.reservations[0].flight, HOME)
    assert (flight.number, flight.origin, flight.destination) == ("XA412", "UIO", "BOG")
    assert flight.arrives_at.isoformat() == "2026-11-26T16:05:00+00:00"


def test_a_reservation_that_lost_the_flight_has_nobody_on_it():
    moved = TWO_TRAVELLERS.replace(b"TVL+261126:0900::1105+UIO+BOG", b"TVL+281126:0900::1105+UIO+BOG")
    assert standing(message(moved))[1] == ()


def test_an_adult_is_not_named_after_the_infant_whose_document_stands_with_them():
    infant = (
        b"SRC'RCI+XA:INF001'SSR+DOCS:HK:1:XA:::::/P/ECU/B1/ECU/01JUN26/FI/01JAN30/SALAS/TINA+::1'"
        b"TIF+SALAS+NINA:A:1:1'TVL+261126:0900::1105+UIO+BOG+XA+412:Y'"
    )
    (pnr,) = plan_message(message(infant), HOME).reservations[0].pnrs
    facts = facts_of(pnr.travellers[0], pnr, None)
    assert (facts.given_names, facts.date_of_birth, facts.documents) == ("NINA", "", ())
    told = infant.replace(b"TVL+", b"TIF+SALAS+TINA:IN:2'TVL+", 1)
    (pnr,) = plan_message(message(told), HOME).reservations[0].pnrs
    facts = facts_of(pnr.travellers[1], pnr, None)
    assert (facts.given_names, facts.date_of_birth, facts.documents[0].number) == ("TINA", "2026-06-01", "B1")
