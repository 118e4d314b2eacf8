"""Attack: the listed person travels as the double whom an officer once cleared, to pass without an alert.

The redress number of the innocent names a document or a name with a whole date of birth. Whoever brings the
listed passport, another birth date, or comes after the list learned more, is asked about all the same.
"""

import pytest
from tests.desks.people.persons import JHON, REMARKS, Persons
from tests.web.house import House

from cordillera.trust.access.model import Role

LISTED_PASSPORT = "AB0912345"
WHY = {"outcome": "not_same_person", "reason": "Other document, other parents; seen in person"}


@pytest.fixture
def world(store, clock, tmp_path) -> Persons:
    made = Persons(House(store, clock, tmp_path))
    made.list()
    made.land(JHON)
    with made.house.browser("analista", Role.ANALYST) as officer:
        (row,) = officer.get("/api/alerts").json()["rows"]
        officer.post(f"/api/alerts/{row['id']}/decision", json=WHY)
    return made


def test_the_listed_passport_is_asked_about_though_name_and_birth_are_the_doubles(world: Persons):
    assert world.land(("VELEZ", "JHON", "850805", LISTED_PASSPORT), ref="2").alerts == 1


def test_the_doubles_document_with_another_birth_date_is_asked_about(world: Persons):
    assert world.land(("VELEZ", "JHON", "850806", JHON[3]), ref="2").alerts == 1


def test_once_the_list_learned_more_everybody_is_asked_again(world: Persons):
    world.list(REMARKS.replace("Passport AB0912345", "Passport AB0912345 (Colombia); Passport XY7654321"))
    assert world.land(JHON, ref="2").alerts == 1


def test_the_double_himself_passes(world: Persons):
    assert world.land(JHON, ref="2").alerts == 0
