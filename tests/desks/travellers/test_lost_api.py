"""Lists of lost documents over JSON: replaced whole, counted, ended; each agency's are its own."""

import pytest
from tests.web.house import House

from cordillera.trust.access.model import Role

LIST = "/api/lost-documents/robados%202026"
ONE = {"number": "AB123456", "issuer": "Colombia"}
TWO = {"documents": [ONE, {"number": "ZZ000001", "issuer": "PE"}, {"number": "", "issuer": ""}]}


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


def test_a_list_is_replaced_counted_and_ended(house):
    with house.browser("ana", Role.OPERATOR) as ana:
        first = ana.put(LIST, json=TWO).json()
        assert first == {"list_name": "robados 2026", "documents": 2, "added": 2, "ended": 0, "left_out": 1}
        second = ana.put(LIST, json={"documents": [ONE]}).json()
        assert (second["documents"], second["added"], second["ended"]) == (1, 0, 1)
        (line,) = ana.get("/api/lost-documents").json()["lists"]
        assert (line["list_name"], line["documents"]) == ("robados 2026", 1)
        assert "AB123456" not in ana.get("/api/lost-documents").text
        assert ana.delete(LIST).json()["ended"] == 1
        assert ana.get("/api/lost-documents").json() == {"lists": []}


def test_a_list_that_cannot_be_read_or_names_nothing_changes_nothing(house):
    with house.browser("ana", Role.OPERATOR) as ana:
        ana.put(LIST, json=TWO)
        for broken in ({}, {"documents": [{"number": "AB1"}]}, {"documents": "AB1"}, {**TWO, "list": "x"}):
            assert ana.put(LIST, json=broken).status_code == 422, broken
        for nothing in ([], [{"number": "", "issuer": "PE"}], [{"number": "AB1", "issuer": "Atlantis"}]):
            answer = ana.put(LIST, json={"documents": nothing})
            assert (answer.status_code, answer.json()["type"]) == (409, "travellers.lost_list_empty")
        assert ana.get("/api/lost-documents").json()["lists"][0]["documents"] == 2


def test_who_may_not_import_lists_changes_none(house):
    with house.browser("turno", Role.WATCH_OFFICER) as officer:
        assert officer.put(LIST, json=TWO).status_code == 403
        assert officer.delete(LIST).status_code == 403


def test_another_agency_sees_and_ends_its_own_lists_only(house):
    with house.browser("ana", Role.OPERATOR) as ana:
        ana.put(LIST, json=TWO)
        with house.browser("otra", Role.OPERATOR) as other:
            token, opened = house.session("otra")
            with house.transaction() as tx:
                house.access.sessions.declare(tx, opened, "EC-SENAE", "border_control")
            other.cookies.clear()
            other.cookies.set("__Host-cordillera-ec", token)
            other.headers["x-csrf-token"] = opened.csrf_token
            assert other.get("/api/lost-documents").json() == {"lists": []}
            assert other.delete(LIST).json()["ended"] == 0
        assert ana.get("/api/lost-documents").json()["lists"][0]["documents"] == 2
