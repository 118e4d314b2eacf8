"""Confirmed not the same: silences exactly one traveller-and-entry pair, never more, and can be ended."""

import pytest
from tests.desks.people.persons import JHON, REMARKS, SCOPE, Persons

from cordillera.desks.people.same_core import Known, Memory, material_of, silences, traveller_keys
from cordillera.foundation.ids import uuid7

CLEAR = {"outcome": "not_same_person", "reason": "Other document, other parents; seen in person"}
OTHER_DOCUMENT = ("VELEZ", "JHON", "850805", "P5550001")
OTHER_BIRTH = ("VELEZ", "JHON", "850804", "P5550002")


@pytest.fixture
def cleared(world: Persons, analyst):
    """The alert on Jhon was decided: he is not the person on the list."""
    world.list()
    world.land(JHON)
    (row,) = analyst.get("/api/alerts").json()["rows"]
    answer = analyst.post(f"/api/alerts/{row['id']}/decision", json=CLEAR)
    assert answer.status_code in {200, 201}, answer.text
    return row["id"]


def numbers(analyst) -> list[dict]:
    return analyst.get("/people/not-same.json").json()["numbers"]


@pytest.mark.usefixtures("cleared")
def test_a_decision_gives_a_redress_number(analyst):
    (number,) = numbers(analyst)
    assert number["number"].startswith("RN-20")
    assert (number["told"]["listed_name"], number["state"]) == ("VELEZ TORRES, Jhon Alexander", "standing")


@pytest.mark.usefixtures("cleared")
def test_the_same_document_is_not_asked_again_and_the_alert_page_would_say_so(world: Persons, analyst):
    result = world.land(JHON, ref="2")
    assert (result.alerts, result.cleared) == (0, 1)
    assert numbers(analyst)[0]["uses"] == 1


@pytest.mark.usefixtures("cleared")
def test_the_same_name_and_birth_is_not_asked_again(world: Persons):
    result = world.land(OTHER_DOCUMENT, ref="2")
    assert (result.alerts, result.cleared) == (0, 1)


@pytest.mark.usefixtures("cleared")
def test_another_traveller_of_the_same_name_is_asked(world: Persons):
    assert world.land(OTHER_BIRTH, ref="2").alerts == 1


@pytest.mark.usefixtures("cleared")
def test_condition_4_the_same_document_with_another_birth_is_asked(world: Persons):
    assert world.land(("VELEZ", "JHON", "850804", JHON[3]), ref="2").alerts == 1


@pytest.mark.usefixtures("cleared")
def test_condition_2_a_changed_entry_asks_again_and_the_number_says_so(world: Persons, analyst):
    world.list(REMARKS.replace("Passport", "alt. DOB 06 Aug 1985; Passport"))
    assert world.land(JHON, ref="2").alerts == 1
    assert numbers(analyst)[0]["state"] == "reopened"


@pytest.mark.usefixtures("cleared")
def test_a_new_programme_alone_asks_nobody(world: Persons):
    world.list(programme="OTHER-PROGRAMME")
    assert world.land(JHON, ref="2").alerts == 0


@pytest.mark.usefixtures("cleared")
def test_a_revoked_number_asks_again(world: Persons, analyst):
    address = f"/people/not-same/{numbers(analyst)[0]['id']}"
    assert analyst.post(address, data={"reason": "short"}).status_code == 422
    done = analyst.post(address, data={"reason": "The parents' names were wrong"}, follow_redirects=False)
    assert done.status_code == 303
    assert analyst.post(address, data={"reason": "The parents' names were wrong"}).status_code == 409
    assert world.land(JHON, ref="2").alerts == 1
    for language in ("es", "en"):
        assert "RN-" in analyst.get(f"{address}?lang={language}").text


def test_an_undone_decision_leaves_no_number(analyst, cleared):
    assert analyst.post(f"/api/alerts/{cleared}/undo").status_code in {200, 201}
    assert numbers(analyst) == []


@pytest.mark.usefixtures("cleared")
def test_what_recognises_the_traveller_is_blind(world: Persons):
    with world.node.store.transaction(SCOPE) as tx:
        keys = tx.exec_driver_sql("SELECT key FROM not_same_key").scalars().all()
        sealed = tx.exec_driver_sql("SELECT sealed FROM not_same").scalars().all()
    assert len(keys) == 2
    assert not any(b"VELEZ" in bytes(one) for one in sealed)


@pytest.mark.usefixtures("cleared")
def test_the_alert_on_another_entry_says_what_was_silenced(world: Persons, analyst):
    world.list(name="SEGUNDA")
    assert world.land(JHON, ref="2").alerts == 1
    (row,) = analyst.get("/api/alerts").json()["rows"]
    page = analyst.get(f"/alerts/{row['id']}.json").json()
    assert [one["number"][:3] for one in page["detail"]["silenced"]] == ["RN-"]
    for language in ("es", "en"):
        assert "RN-" in analyst.get(f"/alerts/{row['id']}?lang={language}").text


def test_the_conditions_one_by_one():
    memory = Memory(uuid7(), b"m", b"b", revoked=False, over=False)
    assert silences(memory, b"m", b"b", ()) == "silenced"
    assert silences(memory, b"m", None, ()) == "silenced"
    assert silences(memory, b"x", b"b", ()) == "entry_changed"
    assert silences(memory, b"m", b"c", ()) == "birth_differs"
    assert silences(memory, b"m", b"b", ("names.document_equal",)) == "document_equal"
    assert silences(Memory(memory.id, b"m", b"b", revoked=True, over=False), b"m", b"b", ()) == "revoked"
    assert silences(Memory(memory.id, b"m", b"b", revoked=False, over=True), b"m", b"b", ()) == "over"


def test_a_name_alone_or_a_year_alone_recognises_nobody():
    assert traveller_keys(Known("Ana", "Torres", "1980", ())) == ()
    assert traveller_keys(Known("", "Torres", "1980-05-04", ())) == ()


def test_the_order_in_which_an_entry_says_things_does_not_matter():
    one = (("people.field.name", "ANA"), ("people.field.birth", "1980"))
    assert material_of(one) == material_of(one[::-1])
    assert material_of((*one, ("people.field.programme", "X"))) == material_of(one)


def test_condition_3_a_number_without_its_state_recognises_only_with_a_whole_date_of_birth():
    told, untold = (("A123456", "COL"),), (("A123456", ""),)
    of = {name: set(traveller_keys(Known("Ana", "", birth, documents))) for name, birth, documents in (
        ("state", "", told), ("date", "1980-05-04", untold), ("year", "1980", untold), ("none", "", untold),
        ("other date", "1980-05-05", untold), ("other state", "", (("A123456", "PER"),)),
    )}  # fmt: skip
    assert of["year"] == of["none"] == set()
    named = [of[name] for name in ("state", "other state", "date", "other date")]
    assert all(named)
    assert not any(one & two for place, one in enumerate(named) for two in named[:place])
