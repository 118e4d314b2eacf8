import re
from datetime import timedelta
from uuid import UUID

import pytest
from tests.desks.people.persons import JHON, SCOPE, Persons

from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role
from cordillera.trust.records.store import flag


def ask(client, line: str, **more: str) -> dict:
    answer = client.post("/people", data={"q": line, **more}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"] + ".json").json()


def sources(found: dict) -> list[str]:
    return [one["item"]["source"] for one in found["result"]["found"]]


def test_one_line_finds_lists_travellers_and_partner_records(world: Persons, analyst):
    world.list()
    world.land(JHON)
    world.record(full_name="John Velez Torres", date_of_birth="1985-08-05", phone="+593 99 123 4567")
    found = ask(analyst, "Jhon Vélez 1985")
    assert sorted(sources(found)) == ["list", "record", "traveller"]
    assert [part["kind"] for part in found["result"]["parts"]] == ["name", "birth"]


def test_a_document_finds_whatever_the_name_is(world: Persons, analyst):
    world.land(JHON, ("QUISPE", "ROSA", "900101", "P7654321"))
    found = ask(analyst, "p-7654321")["result"]["found"]
    assert [one["item"]["label"] for one in found] == ["QUISPE, ROSA"]
    assert found[0]["exact"] == ["document"]


def test_a_phone_finds_the_record_that_names_it(world: Persons, analyst):
    world.record(full_name="Invented Caller", phone="+593 99 123 4567")
    assert sources(ask(analyst, "0991234567")) == ["record"]
    assert sources(ask(analyst, "+593991234567")) == ["record"]


def test_one_surname_and_a_year_find_the_one_among_many_of_that_name(world: Persons, analyst):
    meant = world.record(full_name="Rosa Elena Quispe Mamani", date_of_birth="1990-03-02")
    for day in range(1, 29):
        for month in range(1, 6):
            world.record(full_name="Quispe Huanca Luz", date_of_birth=f"1961-{month:02}-{day:02}")
    for line in ("Quispe 1990", "1990-03-02 quispe", "Kispe 1990"):
        found = ask(analyst, line)["result"]["found"]
        assert found[0]["item"]["ref"] == meant, line


@pytest.mark.parametrize("written", ["Xi Jinping", "习近平"])
def test_a_name_is_found_in_another_script(world: Persons, analyst, written: str):
    world.record(full_name="习近平")
    assert sources(ask(analyst, written)) == ["record"]


def test_no_name_is_in_the_address_and_the_box_posts(world: Persons, analyst):
    world.land(JHON)
    answer = analyst.post("/people", data={"q": "Jhon Vélez"}, follow_redirects=False)
    assert answer.headers["location"].startswith("/people/searches/")
    page = analyst.get(answer.headers["location"] + "?lang=es")
    assert "elez" not in answer.headers["location"].lower()
    assert 'method="post" action="/people"' in page.text
    assert not any("elez" in href.lower() for href in re.findall(r'(?:href|action)="([^"]*)"', page.text))


def test_a_part_can_be_taken_away(analyst):
    found = ask(analyst, "Jhon Vélez 1985 0912345678", without="1")
    assert [part["kind"] for part in found["result"]["parts"]] == ["name", "number"]


def test_a_line_that_says_nothing_is_told(analyst):
    answer = analyst.post("/people", data={"q": " , "}, follow_redirects=False)
    assert answer.status_code == 422


def test_a_watch_officer_sees_travellers_and_a_liaison_may_not_search(world: Persons, house):
    world.land(JHON)
    assert house.browser("enlace", Role.LIAISON).get("/people").status_code == 403
    assert sources(ask(house.browser("guardia", Role.WATCH_OFFICER), "Jhon Velez")) == ["traveller"]


def test_another_agency_finds_neither_travellers_nor_records_nor_the_search(world: Persons, house, analyst):
    world.land(JHON)
    world.record(full_name="Jhon Velez")
    address = analyst.post("/people", data={"q": "Jhon Velez"}, follow_redirects=False).headers["location"]
    other = house.browser("ajena", Role.ANALYST)
    token, opened = house.session("ajena")
    with house.transaction() as tx:
        house.access.sessions.declare(tx, opened, "EC-SENAE", "border_control")
    other.cookies.clear()
    other.cookies.set("__Host-cordillera-ec", token)
    other.headers["x-csrf-token"] = opened.csrf_token
    assert other.get(address).status_code == 404
    assert sources(ask(other, "Jhon Velez")) == []


def test_what_was_typed_is_kept_sealed_and_goes_after_thirty_days(world: Persons, analyst, clock):
    address = analyst.post("/people", data={"q": "Jhon Velez"}, follow_redirects=False).headers["location"]
    with world.node.store.transaction(SCOPE) as tx:
        (row,) = tx.exec_driver_sql("SELECT sealed, erase_after FROM person_search").all()
    assert b"Velez" not in bytes(row.sealed)
    clock.advance(timedelta(days=31))
    world.node.safeguards.run_once(world.node.store)
    with world.node.store.transaction(SCOPE) as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM person_search").scalar_one() == 0
    assert address


def test_blind_keys_name_nobody_and_go_with_the_record(world: Persons, analyst, clock):
    world.record(full_name="Jhon Velez")
    ask(analyst, "Jhon Velez")
    with world.node.store.transaction(SCOPE) as tx:
        keys = tx.exec_driver_sql("SELECT key FROM person_key").scalars().all()
    assert keys
    assert all(len(bytes(key)) == 16 for key in keys)
    clock.advance(timedelta(days=91))
    world.node.safeguards.run_once(world.node.store)
    with world.node.store.transaction(Scope.node("test")) as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM person_key").scalar_one() == 0


def test_every_stored_person_shown_is_in_the_ledger_once_for_the_search(world: Persons, analyst):
    record = world.record(full_name="Jhon Velez")
    ask(analyst, "Jhon Velez")
    with world.node.store.transaction(SCOPE) as tx:
        seen = world.node.ledger.events(tx, subject_ref=f"person:record/{record}")
    assert [row.kind for row in seen] == ["consultation"]


def test_a_traveller_older_than_six_months_is_not_found_by_name(world: Persons, analyst, clock):
    world.land(JHON)
    assert sources(ask(analyst, "Jhon Velez")) == ["traveller"]
    clock.advance(timedelta(days=184))
    assert sources(ask(analyst_again(world), "Jhon Velez")) == []


def analyst_again(world: Persons):
    """A session of the first analyst has ended meanwhile."""
    return world.house.browser("otra-analista", Role.ANALYST)


def test_the_operation_answers_what_the_page_does(world: Persons, analyst):
    world.record(full_name="Jhon Velez", date_of_birth="1985-08-05")
    found = analyst.post("/api/people/find", json={"q": "Jhon Vélez 1985"}).json()
    assert found == ask(analyst, "Jhon Vélez 1985")["result"]
    item = found["found"][0]["item"]
    held = analyst.get(f"/api/people/items/{item['source']}/{item['ref']}").json()
    assert [one["ref"] for one in held["items"]] == [item["ref"]]
    assert analyst.post("/api/people/find", json={"q": ",;"}).status_code == 422
    assert analyst.get("/api/people/items/record/none").status_code == 404


def test_a_record_whose_conditions_are_not_accepted_or_that_is_blocked_is_not_found(world: Persons, analyst):
    sealed = world.record(full_name="Jhon Velez", sealed=True)
    blocked = world.record(full_name="Jhon Velez")
    with world.node.store.transaction(SCOPE) as tx:
        flag(tx, [UUID(blocked)], "blocked", on=True)
    assert sources(ask(analyst, "Jhon Velez")) == []
    for ref in (sealed, blocked):
        assert analyst.get(f"/people/item/record/{ref}").status_code == 404


def test_a_corrected_record_is_found_by_what_it_says_now(world: Persons, analyst):
    ref = UUID(world.record(full_name="Jhon Velez"))
    assert sources(ask(analyst, "Jhon Velez")) == ["record"]
    records = world.node.records
    with world.node.store.transaction(SCOPE) as tx:
        follow = next(one for one in records.derived if one.name == "person")
        follow.apply(tx, "correct", [ref])
        records.renew(tx, records.row(tx, ref, lock=True), 2, b'{"full_name": "Rosa Quispe"}')
    assert sources(ask(analyst, "Rosa Quispe")) == ["record"]
    assert sources(ask(analyst, "Jhon Velez")) == []
