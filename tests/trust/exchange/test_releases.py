"""What waits for a second officer is told to those who may agree, and to who asked."""

import pytest
from tests.sim.federation import Pair, officer
from tests.sim.flows import with_terms
from tests.trust.exchange.test_two_officers import four_eyes
from tests.web.house import House

from cordillera.trust.access.model import Role

pytest_plugins = ["tests.sim.fixtures"]
FORM = {
    "route": "us us-ec-2025", "full_name": "Ana Inventada", "purpose": "drug_trafficking",
    "offence": "drug_trafficking", "max_penalty_months": "120", "case_ref": "CASE-7", "ground": "case",
    "subject_category": "suspect", "duties_reason": "Seen to by the desk",
}  # fmt: skip


@pytest.fixture
def site(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> House:
    with_terms(monkeypatch, four_eyes)
    return House(pair.ec.store, pair.ec.clock, pair.ec.home)


def analyst(site: House, login: str):
    return site.browser(login, Role.ANALYST, purpose="drug_trafficking")


def test_the_second_officer_is_told_and_agrees_with_the_form_filled_in(pair: Pair, site: House):
    ana, berta = analyst(site, "ana"), analyst(site, "berta")
    assert ana.post("/exchange/ask", data=FORM).status_code == 202
    assert "as second officer" not in ana.get("/?lang=en").text
    assert "1 release waits for you as second officer" in berta.get("/?lang=en").text
    looks = pair.ec.leaves("consultation")
    page = berta.get("/exchange/releases?lang=en").text
    assert pair.ec.leaves("consultation") == looks + 1
    assert "A query to US" in page
    assert 'name="full_name" value="Ana Inventada"' in page
    (one,) = berta.get("/api/exchange/releases").json()
    assert (one["kind"], one["reference"], one["mine"]) == ("query", "us", False)
    (own,) = ana.get("/exchange/releases.json").json()["mine"]
    assert own["until"] > own["asked_at"]
    assert 'value="Ana Inventada"' in berta.post("/exchange/ask/new", data=one["form"]).text
    again = one["form"] | {"duties_reason": "Seen to by the desk"}
    assert berta.post("/exchange/ask", data=again, follow_redirects=False).status_code == 303
    assert berta.get("/api/exchange/releases").json() == []
    assert pair.ec.turn("us") == 1


def test_who_may_not_do_the_act_is_told_nothing(site: House):
    analyst(site, "ana").post("/exchange/ask", data=FORM)
    lawyer = site.browser("jurista", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    assert lawyer.get("/api/exchange/releases").json() == []


def test_what_had_its_time_waits_no_longer(pair: Pair, site: House):
    who = officer("EC", ("analyst",), "ana")
    assert pair.ec.ask(by=who).waits
    pair.ec.execute("UPDATE exchange_release SET erase_after = now() - interval '9000 days'")
    assert analyst(site, "berta").get("/api/exchange/releases").json() == []
