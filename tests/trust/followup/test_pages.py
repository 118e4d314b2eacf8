"""The pages of follow-up, at both ends: from a confirmed candidate to data with caveats."""

from datetime import timedelta

import pytest
from tests.sim.federation import LISTED, Pair
from tests.sim.flows import BEHIND, Desk, hit
from tests.trust.followup.test_flow import ask_for
from tests.web.house import House

from cordillera.trust.access.model import Role
from cordillera.trust.followup.model import Response

pytest_plugins = ["tests.sim.fixtures"]


@pytest.fixture
def site(pair: Pair) -> House:
    return House(pair.ec.store, pair.ec.clock, pair.ec.home)


def analyst(site: House, login: str = "ana"):
    return site.browser(login, Role.ANALYST, purpose="drug_trafficking")


def test_from_a_confirmed_candidate_to_what_was_given(pair: Pair, site: House):
    query_id = hit(pair)
    us, ana = Desk(pair.us), analyst(site)
    link = f"/followup/new?thread={query_id}&amp;reference={LISTED.reference}"
    assert link in ana.get(f"/exchange/queries/{query_id}").text
    form = ana.get(link.replace("&amp;", "&"))
    assert 'name="date_of_birth"' in form.text
    fields = {"thread": str(query_id), "reference": LISTED.reference, "intended_use": "evidence"}
    assert ana.post("/followup", data=fields).status_code == 422
    sent = ana.post("/followup", data=fields | {"full_name": "1", "aliases": "1"}, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    address = sent.headers["location"]
    assert ana.post("/followup", data=fields | {"full_name": "1"}).status_code == 409
    pair.ec.turn("us")
    request_id = us.ask(us.followups.received)[0].id

    us.do(us.followups.respond, request_id, Response(content=us.do(us.followups.held, request_id)))
    pair.us.turn("ec")
    shown = ana.get(address)
    assert BEHIND.aliases[0] in shown.text
    assert "TLP:AMBER+STRICT" in shown.text
    assert "/assistance" in shown.text
    twin = ana.get(f"{address}.json").json()
    assert twin["request"]["line"]["outcome"] == "full"
    assert ana.get("/followup?tab=asked").status_code == 200
    assert ana.get("/api/followup?side=asked").json()[0]["outcome"] == "full"


def test_an_officer_answers_or_refuses(pair: Pair, site: House):
    """The site is the partner's: US asks, EC answers from what its list holds, which is nothing here."""
    pair.us.ask(partner="ec")
    pair.us.turn("ec")
    pair.ec.answer()
    pair.ec.turn("us")
    us = Desk(pair.us)
    with pair.us.store.transaction(pair.us.officer.scope) as tx:
        query = pair.us.service.sent(tx)[0]
        pair.us.service.confirm_candidate(tx, pair.us.officer, query.id, LISTED.reference, True, "same card")
    us.do(us.followups.ask, ask_for(query.id))
    pair.us.turn("ec")
    ana = analyst(site)
    request_id = ana.get("/api/followup").json()[0]["id"]
    page = ana.get(f"/followup/{request_id}")
    assert 'name="full_name"' in page.text
    assert 'name="sex"' not in page.text
    assert ana.post(f"/followup/{request_id}/answer", data={"tlp": ""}).status_code == 422
    assert ana.post(f"/followup/{request_id}/answer", data={"sex": "F"}).status_code == 422
    given = {"full_name": "Invented Known Person", "aliases": "One\nTwo", "codes": "H1,H2,H3"}
    assert ana.post(f"/followup/{request_id}/answer", data=given, follow_redirects=False).status_code == 303
    refused = ana.post(f"/followup/{request_id}/refuse", data={"ground": "national_law", "reason": "x"})
    assert refused.status_code == 409
    pair.ec.turn("us")
    view = us.do(us.followups.view, us.ask(us.followups.asked)[0].id)
    assert (view.line.outcome, view.content.aliases) == ("partial", ("One", "Two"))


def test_emergencies_and_alarms_are_reviewed_by_others(pair: Pair, site: House):
    query_id = hit(pair)
    fields = {"thread": str(query_id), "reference": LISTED.reference, "full_name": "1"}
    fields |= {"urgency": "emergency"}
    assert analyst(site).post("/followup", data=fields, follow_redirects=False).status_code == 303
    site.clock.advance(timedelta(days=1))
    assert site.node.deadlines.run_once(site.node.store) == 2
    ana, berta = again(site, "ana"), analyst(site, "berta")
    boss = site.browser("jefa", Role.SUPERVISOR, Role.AGREEMENT_OFFICER, purpose="oversight")
    overdue = {one["kind"]: one for one in ana.get("/api/followup/overdue").json()}
    assert overdue["emergency.review"]["level"] == 2
    act = f"/followup/emergencies/{overdue['emergency.review']['ref']}/review"
    said = {"finding": "justified", "reason": "A life was at stake"}
    page = ana.get("/followup?tab=overdue")
    assert (page.status_code, "officer-" in page.text, "María Quishpe" in page.text) == (200, False, True)
    assert ana.post(act, data=said).status_code == 403
    assert berta.post(act, data=said, follow_redirects=False).status_code == 303
    assert boss.get("/followup?tab=alarms").status_code == 200
    assert boss.get("/api/followup/alarms").json() == []
    assert ana.get("/api/followup/alarms").status_code == 403


def again(site: House, login: str):
    """The same officer in a new session."""
    token, session = site.session(login, "drug_trafficking")
    client = site.visitor()
    client.cookies.set("__Host-cordillera-ec", token)
    client.headers["x-csrf-token"] = session.csrf_token
    return client
