"""What was given under a marking that forbids acting waits for its giver's consent, or the giver is told."""

import pytest
from litestar.testing import TestClient
from tests.sim.federation import Pair
from tests.sim.flows import Desk, conditions, give
from tests.web.house import House

from cordillera.trust.access.model import Role

pytest_plugins = ["tests.sim.fixtures"]
REASON = "La misma persona: nombre y fecha de nacimiento"
URGENT = "El vuelo aterriza en veinte minutos"


class Border:
    """EC accepted a notice from US that nobody may act upon (the handling of us-ec-2025); its alert waits."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.us = Desk(pair.us)
        desk = Desk(pair.ec)
        self.notice_id, decision = give(pair, self.us, desk)
        assert decision.allow
        site = House(pair.ec.store, pair.ec.clock, pair.ec.home)
        self.ana = site.browser("ana", Role.ANALYST, purpose="drug_trafficking")
        digest = conditions(desk, self.notice_id)
        accepted = self.ana.post(f"/api/notices/{self.notice_id}/accept", json={"conditions": digest})
        assert accepted.json()["allow"]
        self.alert = self.ana.get("/api/alerts").json()["rows"][0]["id"]

    def decide(self, **said: object):
        body = {"outcome": "confirmed", "reason": REASON} | said
        return self.ana.post(f"/api/alerts/{self.alert}/decision", json=body)

    def restraint(self) -> dict[str, str]:
        (one,) = self.ana.get(f"/api/alerts/{self.alert}").json()["restraints"]
        return one

    def carried(self) -> None:
        for _ in range(2):
            self.pair.ec.turn("us")
            self.pair.us.turn("ec")
            self.pair.sequence()

    def granted(self) -> None:
        (asked,) = self.us.ask(self.us.records.consents_waiting)
        for name in ("one", "two"):
            who = self.us.officer(name, "agreement_officer")
            self.us.do(self.us.records.grant_consent, asked.consent_id, by=who)
        self.carried()

    def told(self) -> dict[str, str]:
        """What the leaf of the newest decision says."""
        events = self.ana.get(f"/alerts/{self.alert}.json?tab=history").json()["detail"]["history"]
        return next(one["told"] for one in events if one["kind"] == "decision")


@pytest.fixture
def border(pair: Pair) -> Border:
    return Border(pair)


def test_condition_7_nobody_confirms_on_what_must_not_be_acted_upon(border: Border) -> None:
    refused = border.decide()
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("review.consent_needed")
    assert border.decide(urgent="ya").status_code == 422
    assert border.ana.get(f"/api/alerts/{border.alert}").json()["row"]["status"] == "open"


def test_letting_somebody_go_needs_nobodys_consent(border: Border) -> None:
    assert border.decide(outcome="not_same_person").status_code == 200


def test_with_the_consent_of_the_giver_it_is_confirmed_and_the_leaf_names_the_grant(border: Border) -> None:
    asked = border.ana.post(f"/api/alerts/{border.alert}/consent", json={"reason": "We would stop him."})
    assert [one["consent"] for one in asked.json()] == ["requested"]
    again = border.ana.post(f"/api/alerts/{border.alert}/consent", json={"reason": "We would stop him."})
    assert again.json()["type"].endswith("review.nobody_to_ask")
    border.carried()
    assert border.decide().status_code == 403
    border.granted()
    assert border.restraint()["consent"] == "granted"
    assert border.decide().status_code == 200
    assert border.told()["consent"] == border.restraint()["leaf"]
    assert "without_consent" not in border.told()


def test_a_consent_that_was_withdrawn_permits_no_longer_and_erases_nothing(border: Border) -> None:
    border.ana.post(f"/api/alerts/{border.alert}/consent", json={"reason": "We would stop him."})
    border.carried()
    border.granted()
    desk = border.us
    (consent,) = desk.ask(desk.records.consents, border.notice_id)
    lawyer = desk.officer("one", "agreement_officer")
    assert (
        desk.do(desk.records.revoke_consent, consent.consent_id, "The source is at risk", by=lawyer) is None
    )
    border.carried()
    assert border.restraint()["consent"] == "revoked"
    assert border.decide().status_code == 403
    assert border.ana.get(f"/api/notices/{border.notice_id}").json()["content"] is not None


def test_what_cannot_wait_is_confirmed_with_words_that_the_giver_reads(border: Border) -> None:
    assert border.decide(urgent=URGENT).status_code == 200
    assert (border.told()["without_consent"], border.told()["told"]) == ("us", "us")
    border.carried()
    (heard,) = border.us.ask(border.us.records.consents_waiting)
    assert (heard.purpose, heard.recipient, heard.peer, heard.reason) == ("act.told", "ec", "ec", URGENT)


def test_a_giver_that_cannot_be_reached_holds_nobody_up_and_the_leaf_says_who_was_not_told(
    border: Border,
) -> None:
    border.pair.ec.revoke("us")
    assert border.decide(urgent=URGENT).status_code == 200
    assert (border.told()["without_consent"], border.told()["told"]) == ("us", "")


def test_the_head_of_an_alert_bears_the_marking_of_what_it_rests_on(border: Border) -> None:
    badge = border.ana.get(f"/alerts/{border.alert}.json").json()["detail"]["badge"]
    assert (badge["level"], badge["stamp"]) == ("amber-strict", "TLP:AMBER+STRICT H1 H2")
    shown = page(border.ana, f"/alerts/{border.alert}")
    assert "handling-amber-strict" in shown
    assert "What this rests on was given as <b>TLP:AMBER+STRICT H1 H2</b>" in shown


def test_the_page_tells_the_officer_what_to_do(border: Border) -> None:
    address = f"/alerts/{border.alert}"
    shown = page(border.ana, address)
    assert ("comes from a partner" in shown, "has been erased" in shown) == (True, False)
    assert "US asks to consent before anybody acts" in shown
    assert ('name="urgent"' in shown, 'value="ask_consent"' in shown) == (True, True)
    version = str(border.ana.get(f"{address}.json").json()["detail"]["alert"]["row"]["version"])
    said = {"outcome": "confirmed", "version": version, "reason": REASON}
    refused = border.ana.post(f"{address}/decision?lang=en", data=said)
    assert refused.status_code == 422
    assert REASON in refused.text
    asked = border.ana.post(f"{address}/decision", data=said | {"outcome": "ask_consent"})
    assert asked.status_code == 200
    shown = page(border.ana, address)
    assert "US was asked whether this may be acted upon" in shown
    assert 'value="ask_consent"' not in shown
    urgent = border.ana.post(f"{address}/decision", data=said | {"urgent": URGENT}, follow_redirects=False)
    assert urgent.status_code == 303


def page(browser: TestClient, address: str) -> str:
    return browser.get(f"{address}?lang=en").text
