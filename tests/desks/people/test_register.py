"""Joining and parting persons: the numbered conditions, exactly as docs/people.md tells them."""

from datetime import timedelta

import pytest
from tests.desks.people.persons import JHON, SCOPE, Persons
from tests.desks.people.test_search import ask

from cordillera.trust.access.model import Role

WHY = "Same document and same date of birth"


@pytest.fixture
def second(house):
    return house.browser("segunda", Role.ANALYST)


def two(world: Persons) -> tuple[str, str]:
    """Two partner's records about one person, under the same agreement."""
    said = {"full_name": "Jhon Velez", "date_of_birth": "1985-08-05"}
    return world.record(**said), world.record(**said, phone="+593 99 123 4567")


def join(client, left: str, right: str, reason: str = WHY):
    sides = {"left": f"record|{left}", "right": f"record|{right}", "reason": reason}
    return client.post("/people/merges", data=sides, follow_redirects=False)


def merge_of(answer) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def decide(client, address: str, verdict: str, reason: str = "Checked both sources again"):
    return client.post(address, data={"verdict": verdict, "reason": reason}, follow_redirects=False)


def items(client, ref: str) -> set[str]:
    page = client.get(f"/people/item/record/{ref}.json").json()
    return {item["ref"] for item in page["dossier"]["items"]}


def test_two_items_become_one_person_and_part_again_exactly(world: Persons, analyst):
    left, right = two(world)
    address = merge_of(join(analyst, left, right))
    assert items(analyst, left) == items(analyst, right) == {left, right}
    assert decide(analyst, address, "part").status_code == 303
    assert items(analyst, left) == {left}
    assert items(analyst, right) == {right}
    steps = analyst.get(f"{address}.json").json()["merge"]["steps"]
    assert [step["act"] for step in steps] == ["joined", "parted"]
    assert steps[0]["reason"] == WHY


def test_parting_one_merge_keeps_what_another_joined(world: Persons, analyst):
    left, right = two(world)
    third = world.record(full_name="Jhon Velez", date_of_birth="1985-08-05")
    first = merge_of(join(analyst, left, right))
    merge_of(join(analyst, left, third))
    assert items(analyst, third) == {left, right, third}
    decide(analyst, first, "part")
    joined = [items(analyst, ref) for ref in (left, right, third)]
    assert sorted(map(len, joined)) == [1, 2, 2]


def test_condition_1_a_reason_is_needed(world: Persons, analyst):
    left, right = two(world)
    answer = join(analyst, left, right, "same")
    assert answer.status_code == 422
    assert items(analyst, left) == {left}


def test_condition_2_what_may_not_be_seen_is_not_joined(world: Persons, analyst):
    left, _ = two(world)
    foreign = world.record(agency="EC-SENAE", full_name="Jhon Velez")
    assert join(analyst, left, foreign).status_code == 404


def test_condition_3_one_person_is_not_joined_twice_and_a_proposal_not_repeated(world: Persons, analyst):
    left, right = two(world)
    merge_of(join(analyst, left, right))
    assert join(analyst, right, left).status_code == 409


def test_condition_5_across_handling_two_officers_decide(world: Persons, analyst, second):
    left = world.record(full_name="Jhon Velez", date_of_birth="1985-08-05")
    right = world.record(full_name="Jhon Velez", date_of_birth="1985-08-05", handling={"tlp": "RED"})
    address = merge_of(join(analyst, left, right))
    page = analyst.get(f"{address}.json").json()["merge"]
    assert (page["state"], page["evidence"]["because"]) == ("proposed", ["handling"])
    assert items(analyst, left) == {left}
    assert join(analyst, left, right).status_code == 409  # condition 3: the proposal waits
    assert decide(analyst, address, "agree").status_code == 403  # condition 8
    assert decide(second, address, "agree").status_code == 303
    assert items(analyst, left) == {left, right}
    assert decide(second, address, "agree").status_code == 409  # condition 7


def test_condition_6_where_facts_contradict_two_officers_decide(world: Persons, analyst, second):
    left = world.record(full_name="Jhon Velez", date_of_birth="1985-08-05")
    right = world.record(full_name="Jhon Velez", date_of_birth="1979-01-31")
    address = merge_of(join(analyst, left, right))
    page = second.get(f"{address}.json").json()
    assert page["merge"]["evidence"]["because"] == ["contradiction"]
    assert page["drawn"]["facts"][0]["fact"] == "birth"
    assert decide(second, address, "refuse").status_code == 303
    assert items(analyst, left) == {left}


def test_condition_9_what_does_not_stand_is_not_parted(world: Persons, analyst):
    left, right = two(world)
    address = merge_of(join(analyst, left, right))
    decide(analyst, address, "part")
    assert decide(analyst, address, "part").status_code == 409


def test_every_step_is_a_leaf_and_events_cannot_be_changed(world: Persons, analyst):
    left, right = two(world)
    address = merge_of(join(analyst, left, right))
    decide(analyst, address, "part")
    with world.node.store.transaction(SCOPE) as tx:
        leaves = world.node.ledger.events(tx, subject_ref=address.rpartition("/")[2])
        assert sorted((row.detail or {}).get("act", "") for row in leaves) == [
            "register.joined",
            "register.parted",
        ]
        rights = tx.exec_driver_sql(
            "SELECT has_table_privilege(current_user, 'register_event', 'update')"
        ).scalar_one()
    assert rights is False


def test_a_recalled_source_leaves_the_register_and_the_search(world: Persons, analyst):
    left, right = two(world)
    merge_of(join(analyst, left, right))
    assert len(ask(analyst, "Jhon Velez")["result"]["found"]) == 2
    with world.node.store.transaction(SCOPE) as tx:
        follow = next(one for one in world.node.records.derived if one.name == "person")
        assert follow.affected(tx, [left])
        follow.apply(tx, "recall", [left])
    assert items(analyst, right) == {right}
    found = ask(analyst, "Jhon Velez")["result"]["found"]
    assert left not in {one["item"]["ref"] for one in found}


def test_a_corrected_source_asks_for_a_look_at_the_merge(world: Persons, analyst):
    left, right = two(world)
    address = merge_of(join(analyst, left, right))
    with world.node.store.transaction(SCOPE) as tx:
        follow = next(one for one in world.node.records.derived if one.name == "person")
        follow.apply(tx, "correct", [left])
    assert analyst.get(f"{address}.json").json()["merge"]["state"] == "questioned"
    assert items(analyst, left) == {left, right}
    for language in ("es", "en"):
        assert analyst.get(f"{address}?lang={language}").status_code == 200


def test_a_merge_lives_as_long_as_the_shortest_lived_source(world: Persons, analyst, clock):
    left, right = two(world)
    merge_of(join(analyst, left, right))
    clock.advance(timedelta(days=91))
    world.node.safeguards.run_once(world.node.store)
    with world.node.store.transaction(SCOPE) as tx:
        for table in ("register_item", "register_merge", "register_event"):
            assert tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0


def test_items_of_the_register_are_sealed(world: Persons, analyst):
    merge_of(join(analyst, *two(world)))
    with world.node.store.transaction(SCOPE) as tx:
        rows = tx.exec_driver_sql("SELECT sealed FROM register_item").scalars().all()
        reasons = tx.exec_driver_sql("SELECT sealed FROM register_event").scalars().all()
    assert rows
    assert not any(b"document" in bytes(one) for one in reasons)


def test_the_pages_of_a_person_speak_both_languages(world: Persons, analyst):
    world.land(JHON)
    left, right = two(world)
    address = merge_of(join(analyst, left, right))
    pages = [address, "/people/merges", "/people/not-same", "/people/compare"]
    tabs = ("overview", "relations", "timeline", "documents", "history", "seen")
    pages += [f"/people/item/record/{left}?tab={tab}" for tab in tabs]
    for page in pages:
        for language in ("es", "en", "qps"):
            joint = "&" if "?" in page else "?"
            assert analyst.get(f"{page}{joint}lang={language}").status_code == 200, page
