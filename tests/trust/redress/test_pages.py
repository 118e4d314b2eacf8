"""Pages of redress, from the public page to the letter, in a whole node."""

import pytest
from tests.web.house import House

from cordillera.trust.access.model import Role
from cordillera.trust.redress.searching import Searches

FORM = {
    "kind": "access", "full_name": "Rosario Quilumba Invented", "date_of_birth": "1980-05-17",
    "document_number": "X1234567", "applicant_document": "1712345678", "language": "es",
}  # fmt: skip


@pytest.fixture
def site(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


def searched(site: House) -> int:
    """The worker's turn."""
    return Searches(site.node.store, site.node.redress).run_once()


def test_anybody_may_read_how_to_ask(site):
    for language, word in (("es", "Sus datos y sus derechos"), ("en", "Your data and your rights")):
        page = site.visitor().get(f"/redress/how?lang={language}")
        assert (page.status_code, word in page.text) == (200, True)
    assert site.visitor().get("/redress", follow_redirects=False).status_code in {303, 401}


def test_a_request_is_opened_searched_decided_and_answered(site):
    browser = site.browser("jurista", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    sent = browser.post("/redress", data=FORM, follow_redirects=False)
    assert sent.status_code == 303
    address = sent.headers["location"]
    waits = browser.get(f"{address}?lang=en").text
    assert "R-2026-0001" in waits
    assert ("is searching everything" in waits, "data-waiting" in waits) == (True, True)
    assert ('http-equiv="refresh"' in waits, "Look again" in waits) == (False, True)
    assert ("What was found appears here" in waits, f'action="{address}/decision"' in waits) == (True, False)
    assert searched(site) == 1
    done = browser.get(f"{address}?lang=en").text
    assert ("is searching everything" in done, "data-waiting" in done) == (False, False)
    assert ("What was found appears here" in done, f'action="{address}/decision"' in done) == (False, True)
    decided = browser.post(
        f"{address}/decision",
        data={"outcome": "granted", "article": "LED art. 14", "reason": "Identity is clear"},
        follow_redirects=False,
    )
    assert decided.status_code == 303
    twin = browser.get(f"{address}.json").json()
    assert "No conservamos datos sobre usted." in twin["ticket"]["letters"]["es"]
    assert browser.post(f"{address}/answer", follow_redirects=False).status_code == 303
    assert browser.get(f"{address}.json").json()["ticket"]["row"]["status"] == "answered"
    assert "R-2026-0001" in browser.get("/redress").text


def test_a_refused_decision_keeps_what_was_typed(site):
    browser = site.browser("jurista", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    address = browser.post("/redress", data=FORM, follow_redirects=False).headers["location"]
    searched(site)
    form = {"outcome": "refused", "article": "LED art. 15", "reason": "An inquiry would be endangered"}
    short = browser.post(f"{address}/decision", data=form | {"reason": "no"})
    assert short.status_code == 422
    for kept in ('value="refused" checked', 'value="LED art. 15"', ">no</textarea>"):
        assert kept in short.text


def test_what_is_missing_is_said_beside_the_form(site):
    browser = site.browser("jurista", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    for changes in ({"date_of_birth": "", "document_number": ""}, {"applicant_document": "1"}, {"kind": "x"}):
        page = browser.post("/redress", data=FORM | changes)
        assert page.status_code == 422
        assert "Rosario" in page.text


def test_only_those_who_may_see_requests(site):
    browser = site.browser("vigia", Role.WATCH_OFFICER)
    assert browser.get("/redress").status_code == 403
    assert browser.post("/redress", data=FORM).status_code == 403


def test_the_interface_does_what_the_pages_do(site):
    browser = site.browser("jurista", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    new = {
        "kind": "access",
        "about": {"full_name": "Rosario Quilumba Invented", "date_of_birth": "1980-05-17"},
        "applicant": {
            "name": "Rosario Quilumba", "relation": "self", "checked": "in_person", "document": "1712345678"
        },
    }  # fmt: skip
    opened = browser.post("/api/redress", json=new)
    assert opened.status_code == 201, opened.text
    one = opened.json()["row"]["id"]
    assert opened.json()["row"]["search_wanted_at"]
    early = {"outcome": "granted", "article": "LED art. 14", "reason": "Identity is clear"}
    assert browser.post(f"/api/redress/{one}/decision", json=early).status_code == 409
    assert (searched(site), searched(site)) == (1, 0)
    assert browser.get(f"/api/redress/{one}").json()["row"]["search_wanted_at"] is None
    assert browser.post(f"/api/redress/{one}/find").status_code == 202
    assert browser.post(f"/api/redress/{one}/decision", json=early).status_code == 409
    assert searched(site) == 1
    ruling = {"outcome": "granted", "article": "LED art. 14", "reason": "Identity is clear"}
    assert browser.post(f"/api/redress/{one}/decision", json=ruling).json()["row"]["status"] == "decided"
    assert browser.post(f"/api/redress/{one}/answer").json()["es"]
    assert [line["row"]["id"] for line in browser.get("/api/redress").json()] == [one]
