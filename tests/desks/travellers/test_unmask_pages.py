"""The pages on which a traveller is seen again after six months: form, second officer, who has done so."""

import pytest
from tests.desks.travellers.test_depersonalise import MESSAGE
from tests.web.house import House

from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role
from cordillera.trust.ledger.model import LeafKind

FORM = {
    "judicial_ref": "JUEZ-2027-0042",
    "article": "art12.3.b.i",
    "reason": "Un secuestro; expediente 12",
}


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def traveller(house, store, clock) -> tuple[str, str]:
    """The flight and the traveller of a message that came six months ago."""
    with store.transaction(Scope("EC-PN", "setup")) as tx:
        house.node.travellers.ingest(tx, MESSAGE, Origin(Channel.FILE, "f", "EC-PN"))
    clock.advance(AFTER)
    with house.browser("antes") as ana:
        day = ana.get("/flights.json?day=2026-11-21").json()
        flight = day["flights"][0]["id"]
        (one,) = ana.get(f"/flights/{flight}.json").json()["travellers"]
    return flight, one["id"]


def test_a_traveller_is_seen_again_for_a_day_once_another_officer_grants_it(house, traveller, clock):
    flight, one = traveller
    page = f"/travellers/{one}/unmask"
    with house.browser("ana") as ana, house.browser("leo", Role.AGREEMENT_OFFICER) as leo:
        shown = ana.get(f"/flights/{flight}?lang=es").text
        assert "INVENTED" not in shown
        assert page in shown
        assert "Despersonalizado" in ana.get(page).text
        assert ana.post(page, data=FORM | {"reason": " "}).status_code == 422
        assert "Falta el motivo" in ana.post(page, data=FORM | {"reason": ""}).text
        assert ana.post(page, data=FORM | {"judicial_ref": "x"}).status_code == 422
        assert ana.post(page, data=FORM, follow_redirects=False).status_code == 303
        assert ana.get("/travellers/unmask").status_code == 403
        (row,) = leo.get("/travellers/unmask.json").json()["waiting"]
        assert (row["judicial_ref"], row["reason"]) == (FORM["judicial_ref"], FORM["reason"])
        assert "INVENTED" not in leo.get("/travellers/unmask").text
        grant = f"/travellers/unmask/{row['id']}/grant"
        assert ana.post(grant).status_code == 403
        assert leo.post(grant, follow_redirects=False).status_code == 303
        assert leo.post(grant).status_code == 403
        (done,) = leo.get("/travellers/unmask.json").json()["granted"]
        assert done["granted_by"] != done["asked_by"]
        assert "INVENTED" in ana.get(f"/flights/{flight}").text
        twin = ana.get(f"{page}.json").json()
        assert twin["facts"]["family_names"] == "INVENTED"
        assert twin["requests"][0]["granted_by"] == done["granted_by"]
        clock.advance(AFTER)
    with house.browser("eva") as eva:
        assert "INVENTED" not in eva.get(f"/flights/{flight}").text


def test_a_supervisor_sees_who_has_done_so_and_grants_nothing(house, traveller):
    _, one = traveller
    with house.browser("ana") as ana, house.browser("sol", Role.SUPERVISOR) as sol:
        ana.post(f"/travellers/{one}/unmask", data=FORM)
        shown = sol.get("/travellers/unmask?lang=en").text
        assert "JUEZ-2027-0042" in shown
        assert "Grant for a day" not in shown
        (row,) = sol.get("/api/travellers/unmask").json()
        assert sol.post(f"/travellers/unmask/{row['id']}/grant").status_code == 403


def test_whoever_is_shown_anyway_needs_no_request(house, store):
    with store.transaction(Scope("EC-PN", "setup")) as tx:
        house.node.travellers.ingest(tx, MESSAGE, Origin(Channel.FILE, "f", "EC-PN"))
    with house.browser("ana") as ana:
        flight = ana.get("/flights.json?day=2026-11-21").json()["flights"][0]["id"]
        (one,) = ana.get(f"/flights/{flight}.json").json()["travellers"]
        assert ana.post(f"/travellers/{one['id']}/unmask", data=FORM).status_code == 409


def looks(house, store) -> int:
    """How many times somebody was written down as having looked at a traveller."""
    with store.transaction(Scope.node("oversight")) as tx:
        return sum(row.kind == LeafKind.CONSULTATION.value for row in house.node.ledger.events(tx, limit=500))


def test_who_looks_at_the_form_is_written_down_also_when_they_are_refused(house, store):
    with store.transaction(Scope("EC-PN", "setup")) as tx:
        house.node.travellers.ingest(tx, MESSAGE, Origin(Channel.FILE, "f", "EC-PN"))
    with house.browser("ana") as ana:
        flight = ana.get("/flights.json?day=2026-11-21").json()["flights"][0]["id"]
        (one,) = ana.get(f"/flights/{flight}.json").json()["travellers"]
        page = f"/travellers/{one['id']}/unmask"
        before = looks(house, store)
        assert ana.get(f"{page}.json").json()["facts"]["family_names"] == "INVENTED"
        assert looks(house, store) == before + 1
        assert ana.get(page).status_code == 200
        assert ana.post(page, data=FORM | {"reason": ""}).status_code == 422
        assert looks(house, store) == before + 3


def test_a_program_gives_a_reason_too(house, traveller):
    _, one = traveller
    with house.browser("ana") as ana:
        asked = {"judicial_ref": FORM["judicial_ref"], "article": FORM["article"]}
        for reason in ({}, {"reason": ""}, {"reason": "- - - - - - - -"}):
            refused = ana.post(f"/api/travellers/{one}/unmask", json=asked | reason)
            assert refused.status_code in {400, 422}, refused.text
        assert ana.post(f"/api/travellers/{one}/unmask", json=FORM).status_code == 201
