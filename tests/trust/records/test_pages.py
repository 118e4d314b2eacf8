"""The pages and operations of records, in a node with a real partner."""

import re

import pytest
from tests.sim.federation import GROUNDS, NODE, Pair
from tests.sim.recalls import CANARY, kept, shared_by_two
from tests.web.house import House

from cordillera.trust.access.model import Role

pytest_plugins = ["tests.sim.fixtures"]


@pytest.fixture
def site(pair: Pair) -> House:
    return House(pair.ec.store, pair.ec.clock, pair.ec.home)


@pytest.fixture
def desk(site: House):
    return site.browser("analista", Role.ANALYST, purpose="drug_trafficking")


def given(pair: Pair) -> str:
    """A record of EC that US was given."""
    record_id, ec = kept(pair.ec), pair.ec
    assert shared_by_two(ec, record_id, "us", GROUNDS).message_id is not None
    ec.turn("us")
    return str(record_id)


def carry(pair: Pair) -> None:
    """Bring orders there and proofs back."""
    for _ in range(3):
        for node, other in ((pair.ec, "us"), (pair.us, "ec")):
            node.turn(other)
            node.sequencer.catch_up()
            node.records.duties.run_once()


def test_the_list_shows_records_by_origin_without_their_contents(pair: Pair, desk) -> None:
    record_id = given(pair)
    page = desk.get("/records")
    assert page.status_code == 200
    assert record_id in page.text
    assert CANARY not in page.text
    assert desk.get("/records?status=erased").text.count(record_id) == 0
    assert desk.get("/records.json").json()["counts"][0]["records"] == 1


def test_one_record_shows_who_has_it_and_reading_it_is_recorded(pair: Pair, desk) -> None:
    record_id = given(pair)
    page = desk.get(f"/records/{record_id}")
    assert page.status_code == 200
    assert CANARY in page.text
    assert "us-ec-2025" in page.text
    assert pair.ec.leaves("consultation") >= 1
    named = [one for one in desk.get(f"/records/{record_id}.json").json()["seen"] if one["name"]]
    assert named
    assert named[0]["actor"] not in desk.get(f"/records/{record_id}").text


@pytest.mark.parametrize(
    ("handling", "level"),
    [({"tlp": "AMBER,AMBER+STRICT"}, "AMBER+STRICT"), ({}, "RED"), ({"tlp": "PURPLE"}, "RED")],
)
def test_markings_of_two_origins_are_shown_as_the_stricter(pair: Pair, desk, handling: dict, level: str):
    record_id = kept(pair.ec, handling=handling)
    page = desk.get(f"/records/{record_id}?lang=en")
    assert page.status_code == 200
    assert f"TLP:{level}" in page.text


def test_a_record_that_is_gone_offers_nothing_more(pair: Pair, desk) -> None:
    record_id = given(pair)
    desk.post(f"/records/{record_id}/changes", data={"kind": "erase", "reason": "the source took it back"})
    page = desk.get(f"/records/{record_id}?lang=en").text
    assert ("What remains is the mark" in page, "Mark kept until" in page) == (True, True)
    assert ("may correct" in page, 'value="erase"' in page) == (False, False)


def test_what_cannot_be_undone_says_who_loses_it(pair: Pair, desk) -> None:
    page = desk.get(f"/records/{given(pair)}?lang=en").text
    assert "cannot be undone" in page
    assert "Also at: US" in page


def test_a_recall_by_page_is_proved_by_the_partner(pair: Pair, desk) -> None:
    record_id = given(pair)
    answer = desk.post(
        f"/records/{record_id}/changes", data={"kind": "recall", "reason": "otra persona"},
        follow_redirects=False,
    )  # fmt: skip
    assert answer.status_code == 303
    assert "otra persona" in desk.get("/records/changes").text
    carry(pair)
    page = desk.get(f"/records/{record_id}")
    assert "c2sp.org/tlog-proof" in page.text
    assert CANARY not in page.text
    assert desk.get("/records/changes.json").json()["changes"] == []
    assert not pair.us.scalar("SELECT count(*) FROM record WHERE body IS NOT NULL")


def test_what_may_not_be_ordered_is_said_on_the_page(pair: Pair, desk) -> None:
    record_id = given(pair)
    answer = desk.post(f"/records/{record_id}/changes", data={"kind": "recall", "reason": " "})
    assert answer.status_code == 422
    assert "motivo" in answer.text


def test_a_correction_needs_strict_json(pair: Pair, desk) -> None:
    record_id = given(pair)
    bad = {"kind": "correct", "reason": "typo", "content": "{not json"}
    assert desk.post(f"/api/records/{record_id}/changes", json=bad, headers=token(desk)).status_code == 422
    good = bad | {"content": '{"full_name": "Pteranodon Invented"}'}
    answer = desk.post(f"/api/records/{record_id}/changes", json=good, headers=token(desk))
    assert answer.status_code == 201, answer.text
    assert answer.json()["version"] == 2
    assert "Pteranodon" in desk.get(f"/api/records/{record_id}").json()["content"]


def test_an_extension_takes_two_officers(pair: Pair, site: House, desk) -> None:
    record_id = given(pair)
    asked = {"kind": "extend", "reason": "trial", "until": "2028-01-01T00:00:00Z"}
    change = desk.post(f"/api/records/{record_id}/changes", json=asked, headers=token(desk)).json()
    assert change["state"] == "proposed"
    again = f"/api/records/changes/{change['change_id']}/second"
    assert desk.post(again, headers=token(desk)).status_code == 403
    other = site.browser("segunda", Role.ANALYST, purpose="drug_trafficking")
    assert other.post(again, headers=token(other)).json()["state"] == "open"
    with pair.ec.store.transaction(NODE) as tx:
        assert next(iter(pair.ec.records.newest(tx))).erase_after.year == 2028


def test_the_supervisor_sees_what_is_overdue_and_changes_nothing(pair: Pair, site: House) -> None:
    record_id = given(pair)
    watcher = site.browser("supervisora", Role.SUPERVISOR, purpose="oversight")
    assert watcher.get("/records/changes").status_code == 200
    denied = watcher.post(f"/records/{record_id}/changes", data={"kind": "recall", "reason": "x"})
    assert denied.status_code == 403


def token(desk) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', desk.get("/records/changes").text)
    return {"X-CSRF-Token": found[1]} if found else {}


@pytest.mark.parametrize(
    "form", [{"kind": "extend", "until": "mañana"}, {"kind": "correct", "content": "{no"}]
)
def test_a_change_that_cannot_be_read_is_said_on_the_page_and_keeps_what_was_typed(
    pair: Pair, desk, form: dict[str, str]
) -> None:
    record_id = given(pair)
    page = desk.post(f"/records/{record_id}/changes", data={"reason": "otra persona", **form})
    assert page.status_code == 422
    assert "otra persona</textarea>" in page.text
    assert form.get("until", form.get("content", "")) in page.text
    assert CANARY in page.text
