"""Pages and API of agreements in a whole node: read by everyone, changed by two agreement officers."""

import msgspec
import pytest
from litestar.testing import TestClient
from tests.trust.agreements.signing import roots, second, signed
from tests.web.house import House

from cordillera.trust.access.model import Role
from cordillera.trust.agreements.loading import SHIPPED

US_EC = "/agreements/us-ec-2025"
GOOD = {
    "service": "query.person", "action": "send_query", "sender_country": "EC", "recipient_country": "US",
    "at": "2026-11-21T12:00:00Z", "purpose": "terrorism", "offence": "terrorism", "max_penalty_months": 120,
    "case_ref": "EC-1", "officer_id": "o1", "officer_roles": ["analyst"], "subject_category": "suspect",
    "fields": ["full_name"], "individual_case": True, "environment": "exercise", "queries_today": 0,
    "officer_queries_today": 0, "grounds": ["case"],
}  # fmt: skip
FORM = {
    "use": "query.person send_query", "route": "EC>US", "purpose": "terrorism", "offence": "terrorism",
    "max_penalty_months": "120", "case_ref": "EC-1", "role": "analyst", "ordered": "another",
    "subject_category": "suspect", "fields": "full_name, date_of_birth", "ground": "case",
    "environment": "exercise", "queries_today": "0", "officer_queries_today": "0",
}  # fmt: skip


def in_english(browser: TestClient) -> TestClient:
    browser.get("/agreements?lang=en")
    return browser


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def lawyer(house):
    return in_english(house.browser("alawyer", Role.AGREEMENT_OFFICER, purpose="agreement_work"))


@pytest.fixture
def watch(house):
    return house.browser("awatch", Role.WATCH_OFFICER)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/agreements",
        US_EC,
        f"{US_EC}?tab=services",
        f"{US_EC}?tab=standing",
        f"{US_EC}?tab=versions",
        f"{US_EC}/diff",
        "/agreements/adoption",
        "/agreements/us-cl-2025",
    ],
)
def test_every_officer_reads_agreements_in_both_languages(watch, path, language):
    answer = watch.get(path + ("&" if "?" in path else "?") + f"lang={language}")
    assert answer.status_code == 200
    assert {"es": "Acuerdos", "en": "Agreements"}[language] in answer.text


def test_an_article_stands_beside_the_policy_that_enforces_it(watch):
    answer = watch.get(f"{US_EC}?lang=en")
    assert "US-EC/art1.5" in answer.text
    assert "context.max_penalty_months &gt; 12" in answer.text
    twin = watch.get(f"{US_EC}.json").json()
    assert twin["agreement"]["summary"]["coverage"]["unmapped"] == 0


def test_services_fields_and_assumed_terms_are_told_in_words(lawyer):
    pages = {tab: lawyer.get(f"{US_EC}{tab}").text for tab in ("?lang=es", "?tab=services", "?tab=standing")}
    assert "Consulta de una persona: hay o no hay coincidencia; " in pages["?lang=es"]
    assert "lugar de nacimiento" in pages["?tab=services"]
    assert "<b>Delito grave</b>" in pages["?tab=standing"]
    assert "query.person ·" not in lawyer.get(f"{US_EC}/simulation").text
    assert "Hay una sola versión" in lawyer.get(f"{US_EC}/diff").text


def test_the_simulation_shows_every_article_in_the_way(lawyer):
    assert lawyer.get(f"{US_EC}/simulation").status_code == 200
    allowed = lawyer.post(f"{US_EC}/simulation", data=FORM)
    assert allowed.status_code == 200
    assert "It would be allowed" in allowed.text
    denied = lawyer.post(
        f"{US_EC}/simulation",
        data=FORM | {"max_penalty_months": "six", "purpose": '"><script>', "fields": ""},
    )
    assert "It would be denied" in denied.text
    for article in ("US-EC/art1.5", "US-EC/art2.1", "US-EC/art5.2", "US-EC/art16.2c"):
        assert article in denied.text
    assert "<script>" not in denied.text.partition("<main")[2]


def test_a_watch_officer_neither_simulates_nor_changes(watch):
    assert watch.get(f"{US_EC}/simulation").status_code == 403
    assert watch.post(f"{US_EC}/steps", data={"step": "suspend", "reason": "r"}).status_code == 403
    assert watch.post(f"/api{US_EC}/confirmations", json={"articles": ["art1.5"]}).status_code == 403


def test_suspending_takes_one_officer_and_resuming_two(house, lawyer):
    answer = lawyer.post(f"{US_EC}/steps", data={"step": "suspend", "reason": "note"}, follow_redirects=False)
    assert answer.status_code == 303
    assert lawyer.get("/api/agreements/us-ec-2025").json()["summary"]["status"] == "suspended"
    lawyer.post(f"{US_EC}/steps", data={"step": "resume", "reason": "settled"})
    again = lawyer.post(f"{US_EC}/steps", data={"step": "resume", "reason": "settled"})
    assert again.status_code == 422
    assert "another officer is needed" in again.text
    assert ">settled</textarea>" in again.text
    second = house.browser("blawyer", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    (line,) = second.get("/index.json").json()["waiting"]
    assert (line["title"], line["count"], line["href"]) == ("home.waiting.agreements", 1, "/agreements")
    asked = second.get(f"{US_EC}?tab=standing&lang=en").text
    assert "Another officer has asked for it" in asked
    assert ("settled" in asked, "María Quishpe" in asked) == (True, True)
    done = second.post(f"/api{US_EC}/steps", json={"step": "resume", "reason": "agreed"})
    assert done.json() == {"step": "resume", "done": True, "status": "in_force"}
    assert second.get("/index.json").json()["waiting"] == []
    history = second.get(f"{US_EC}?tab=versions&lang=en")
    assert ("officer-" in history.text, "María Quishpe, María Quishpe" in history.text) == (False, True)


def test_wrong_steps_are_answered_and_change_nothing(lawyer):
    for data in ({"step": "resume", "reason": "r"}, {"step": "suspend", "reason": "  "}):
        assert lawyer.post(f"{US_EC}/steps", data=data).status_code == 422
    assert lawyer.post(f"{US_EC}/steps", data={"step": "forget", "reason": "r"}).status_code == 422
    assert lawyer.get("/agreements/us-xx-1999").status_code == 404
    assert (
        lawyer.post("/api/agreements/us-xx-1999/steps", json={"step": "suspend", "reason": "r"}).status_code
        == 404
    )


def test_an_assumed_term_is_confirmed_by_two_different_officers(house, lawyer):
    first = lawyer.post(f"{US_EC}/confirmations", data={"article": "art1.5"}, follow_redirects=False)
    assert first.status_code == 303
    assert lawyer.post(f"{US_EC}/confirmations", data={"article": "art1.5"}).status_code == 422
    second = house.browser("blawyer", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    answer = second.post(f"/api{US_EC}/confirmations", json={"articles": ["art1.5"]})
    assert answer.json() == {"articles": ["art1.5"]}
    assert second.post(f"/api{US_EC}/confirmations", json={"articles": ["art2.1"]}).status_code == 409


def test_the_api_simulates_under_the_agreement_of_its_address(lawyer):
    allowed = lawyer.post(f"/api{US_EC}/simulation", json=GOOD).json()
    assert (allowed["allow"], allowed["permitting"][0]) == (True, "US-EC/art5.1")
    denied = lawyer.post(f"/api{US_EC}/simulation", json=GOOD | {"grounds": ["nationality"]}).json()
    assert denied["violated"] == ["US-EC/art3.1"]
    unread = lawyer.post(f"/api{US_EC}/simulation", json=GOOD | {"at": "yesterday"}).json()
    assert unread["errors"] == ["agreements.condition.2.at"]
    assert lawyer.post(f"/api{US_EC}/simulation", json=GOOD | {"surprise": 1}).status_code == 422
    assert [row["id"] for row in lawyer.get("/api/agreements").json()] == sorted(SHIPPED)


@pytest.fixture
def rooted(house, monkeypatch):
    """The node knows the roots of both parties."""
    links = msgspec.structs.replace(house.node.agreements._links, roots=roots)
    monkeypatch.setattr(house.node.agreements, "_links", links)
    return house


def test_a_signed_text_is_proposed_compared_and_adopted_by_two_officers(rooted, lawyer):
    file = {"file": ("us-ec-2.json", signed(second("2026-11-21")), "application/json")}
    proposed = lawyer.post(
        "/agreements/adoption", files=file, data={"reason": "signed"}, follow_redirects=False
    )
    assert proposed.status_code == 303
    page = lawyer.get("/agreements/adoption?lang=en")
    assert "You proposed it: another officer adopts it." in page.text
    assert ("María Quishpe" in page.text, "officer-" in page.text) == (True, False)
    (offer,) = lawyer.get("/agreements/adoption.json").json()["offers"]
    assert offer["difference"]["changes"]
    form = {"agreement_hash": offer["draft"]["agreement_hash"], "choice": "adopt", "reason": "agreed"}
    assert lawyer.post("/agreements/adoption/choice", data=form).status_code == 422
    other = in_english(rooted.browser("blawyer", Role.AGREEMENT_OFFICER, purpose="agreement_work"))
    assert other.get(f"{US_EC}/diff").status_code == 200
    done = other.post("/agreements/adoption/choice", data=form, follow_redirects=False)
    assert done.headers["location"] == f"{US_EC}?tab=versions"
    versions = other.get(f"{US_EC}?tab=versions")
    assert "Signed by both parties" in versions.text
    assert other.get(f"{US_EC}/diff?old=1&new=2&lang=en").status_code == 200
    life = other.get(f"/api{US_EC}/life").json()
    assert [(one["version"], one["signed"]) for one in life["versions"]] == [(1, False), (2, True)]
    assert [step["step"] for step in life["history"]] == ["adopt"]


@pytest.mark.usefixtures("rooted")
def test_wrong_files_are_answered_in_words_and_change_nothing(lawyer):
    for content in (b"# a treaty", second(), signed(second(), {"EC": "EC", "US": "CL"})):
        answer = lawyer.post("/agreements/adoption", files={"file": ("x", content)}, data={"reason": "r"})
        assert answer.status_code == 422
    assert "No known root of that party" in answer.text
    assert lawyer.get("/api/agreement-drafts").json() == []


def test_the_api_proposes_adopts_and_puts_aside(rooted, lawyer):
    body = {"file": signed(second()).decode(), "reason": "signed"}
    proposed = lawyer.post("/api/agreement-drafts", json=body).json()
    assert proposed["done"] is False
    place = f"/api/agreement-drafts/{proposed['agreement_hash']}"
    assert lawyer.post(f"{place}/withdrawal", json={"reason": "wrong annex"}).status_code == 204
    assert lawyer.post(f"{place}/adoption", json={"reason": "r"}).status_code == 409
    lawyer.post("/api/agreement-drafts", json=body)
    other = rooted.browser("blawyer", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    assert other.post(f"{place}/adoption", json={"reason": "agreed"}).json()["done"] is True
    assert other.post("/api/agreement-drafts", json=body).status_code == 409


def test_the_api_compares_and_lints(lawyer):
    assert lawyer.get(f"/api{US_EC}/diff?old=1&new=1").json()["same"] is True
    assert lawyer.get(f"/api{US_EC}/diff?old=1&new=9").status_code == 404
    codes = {smell["code"] for smell in lawyer.get(f"/api{US_EC}/lint").json()}
    assert "assumed_term" in codes


def test_a_watch_officer_adopts_nothing(watch):
    assert watch.get("/agreements/adoption").status_code == 200
    assert watch.post("/agreements/adoption/choice", data={"choice": "adopt"}).status_code == 403
    assert watch.post("/api/agreement-drafts", json={"file": "x", "reason": "r"}).status_code == 403
