"""The pages of the exchange, from the form to the confirmed candidate, in a node with a real partner."""

import re

import pytest
from tests.sim.federation import KNOWN, Pair
from tests.web.house import House

from cordillera.trust.access.model import Role

pytest_plugins = ["tests.sim.fixtures"]

ALERT = "0195f9f0-0000-7000-8000-000000000001"
FORM = {
    "subject_ref": ALERT, "back": "", "route": "us us-ec-2025", "full_name": KNOWN,
    "date_of_birth": "1980-05-17", "document_type": "P", "document_number": "X1234567",
    "document_issuer": "EC",
    "purpose": "drug_trafficking", "offence": "drug_trafficking", "max_penalty_months": "120",
    "case_ref": "CASE-1", "ordered_by": "chief", "ground": "list_match", "subject_category": "suspect",
    "urgency": "routine", "duties_reason": "Seen to by the shift before",
}  # fmt: skip


@pytest.fixture
def site(pair: Pair) -> House:
    return House(pair.ec.store, pair.ec.clock, pair.ec.home)


def analyst(site: House, login: str = "analista"):
    return site.browser(login, Role.ANALYST, purpose="drug_trafficking")


def ask(browser, **changes: str):
    return browser.post("/exchange/ask", data=FORM | changes, follow_redirects=False)


def test_the_form_shows_what_will_leave_and_whom_it_can_go_to(site: House):
    page = analyst(site).post("/exchange/ask/new", data={"full_name": KNOWN, "subject_ref": ALERT})
    assert page.status_code == 200
    assert KNOWN in page.text
    assert "us us-ec-2025" in page.text


def test_a_question_is_asked_answered_and_judged(pair: Pair, site: House):
    browser = analyst(site)
    sent = ask(browser)
    assert sent.status_code == 303
    address = sent.headers["location"]
    assert "/exchange/queries/" in address
    pair.flow()
    shown = browser.get(address)
    assert shown.status_code == 200
    assert "ref-7f3a" in shown.text
    assert KNOWN in shown.text
    assert "Lo que se supone antes de comparar" not in shown.text  # arithmetic of a score contradicts nobody
    judged = browser.post(
        f"{address}/candidates/ref-7f3a",
        data={"verdict": "confirmed", "reason": "Same fingerprint card", "duties_reason": "By the examiner"},
        follow_redirects=False,
    )
    assert judged.status_code == 303
    assert "Same fingerprint card" in browser.get(address).text
    pair.ec.turn("us")
    assert pair.us.leaves("hit.confirmed") == 1
    twin = browser.get(address + ".json").json()
    assert twin["query"]["outcome"] == "hit"
    assert browser.get("/exchange").status_code == 200


def test_no_question_and_no_confirmation_leaves_while_duties_are_open_without_a_word(pair: Pair, site: House):
    browser = analyst(site)
    assert ask(browser, duties_reason=" ").status_code == 422
    assert pair.ec.scalar("SELECT count(*) FROM exchange_outbox") == 0
    address = ask(browser).headers["location"]
    pair.flow()
    judged = {"verdict": "confirmed", "reason": "Same fingerprint card"}
    page = browser.post(f"{address}/candidates/ref-7f3a", data=judged)
    assert page.status_code == 422
    assert pair.ec.leaves("hit.confirmed") == 0


def test_a_judgement_without_reason_is_asked_for_again(pair: Pair, site: House):
    browser = analyst(site)
    address = ask(browser).headers["location"]
    pair.flow()
    page = browser.post(f"{address}/candidates/ref-7f3a", data={"verdict": "rejected", "reason": " "})
    assert page.status_code == 422
    assert pair.us.leaves("hit.rejected") == 0


def test_a_refused_question_names_every_article_and_leaves_nothing(pair: Pair, site: House):
    page = ask(analyst(site), offence="", max_penalty_months="3")
    assert page.status_code == 403
    assert re.search(r"US-EC/art[\d.]+", page.text)
    assert pair.ec.scalar("SELECT count(*) FROM exchange_outbox") == 0
    assert pair.ec.leaves("refusal") == 1


@pytest.mark.parametrize("box", ["full_name", "case_ref", "max_penalty_months"])
def test_a_form_that_cannot_be_read_is_shown_again(site: House, box: str):
    assert ask(analyst(site), **{box: ""}).status_code == 422


def test_a_watch_officer_may_ask_but_not_confirm(pair: Pair, site: House):
    browser = site.browser("guardia", Role.WATCH_OFFICER, purpose="drug_trafficking")
    address = ask(browser).headers["location"]
    pair.flow()
    answer = browser.post(f"{address}/candidates/ref-7f3a", data={"verdict": "confirmed", "reason": "x"})
    assert answer.status_code == 403


def test_the_partner_sees_why_it_was_asked_but_not_who(pair: Pair, site: House):
    """The site is the partner's here: US asks, EC answers and looks at what came in."""
    pair.us.ask(partner="ec")
    pair.us.turn("ec")
    browser = site.browser("enlace", Role.LIAISON, purpose="drug_trafficking")
    rows = browser.get("/exchange.json?tab=received").json()["received"]
    waiting = browser.get(f"/exchange/received/{rows[0]['id']}")
    assert waiting.status_code == 200
    pair.ec.answer()
    page = browser.get(f"/exchange/received/{rows[0]['id']}?lang=en")
    assert page.status_code == 200
    assert "CASE-2026-0042" in page.text
    assert "erased after comparison" in page.text
    assert KNOWN not in page.text
    assert browser.get("/exchange?tab=received").status_code == 200


def test_programs_can_do_the_same(pair: Pair, site: House):
    browser = analyst(site)
    assert [one["id"] for one in browser.get("/api/exchange/partners").json()] == ["us"]
    body = {
        "partner": "us", "subject_ref": ALERT,
        "query": {"full_name": KNOWN},
        "grounds": {
            "agreement_id": "us-ec-2025", "purpose": "drug_trafficking", "offence": "drug_trafficking",
            "max_penalty_months": 120, "case_ref": "CASE-2",
        },
    }  # fmt: skip
    asked = browser.post("/api/exchange/queries", json=body).json()
    assert asked["decision"]["allow"]
    pair.flow()
    one = browser.get(f"/api/exchange/queries/{asked['query_id']}").json()
    assert one["outcome"] == "hit"
    judged = browser.post(
        f"/api/exchange/queries/{asked['query_id']}/candidates/ref-7f3a",
        json={"verdict": "rejected", "reason": "Other fingerprint card"},
    )
    assert judged.json()["allow"]
    assert len(browser.get("/api/exchange/queries").json()) == 1
    assert browser.get("/api/exchange/received").json() == []


def test_a_node_that_only_answers_opens_at_what_it_received(pair: Pair, site: House):
    """The site is Ecuador's: it has sent nothing and received one query."""
    browser = site.browser("enlace", Role.LIAISON, purpose="drug_trafficking")
    assert browser.get("/exchange.json").json()["tab"] == "sent"
    pair.us.ask(partner="ec")
    pair.us.turn("ec")
    assert browser.get("/exchange.json").json()["tab"] == "received"
    assert browser.get("/exchange.json?tab=sent").json()["tab"] == "sent"
