"""The pages of notices, at both ends: written, released by another, accepted with its conditions in view."""

import msgspec
import pytest
from tests.sim.federation import Pair
from tests.sim.flows import CANARY, CONTENT, Desk, give
from tests.web.house import House

from cordillera.foundation.store.database import Scope
from cordillera.runtime.watch import NoticeRounds
from cordillera.trust.access.model import Role

pytest_plugins = ["tests.sim.fixtures"]
FORM = {
    "route": "us us-ec-2025", "full_name": CANARY, "aliases": "La Canaria\nLa Otra", "nationalities": "ecu",
    "facts": "Seen loading crates at the pier of an invented port.", "source": "B", "information": "2",
    "document_type": "P", "document_number": "X1", "document_issuer": "EC", "purpose": "drug_trafficking",
    "offence": "drug_trafficking", "max_penalty_months": "120", "case_ref": "CASE-9", "ground": "case",
    "subject_category": "suspect", "tlp": "RED", "codes": "H1,H2",
}  # fmt: skip

NONE = {"files": ("", b"", "application/octet-stream")}
"""What a browser sends of an empty box."""


@pytest.fixture
def site(pair: Pair) -> House:
    return House(pair.ec.store, pair.ec.clock, pair.ec.home)


def analyst(site: House, login: str):
    return site.browser(login, Role.ANALYST, purpose="drug_trafficking")


def test_one_writes_and_another_releases(pair: Pair, site: House):
    ana, berta = analyst(site, "ana"), analyst(site, "berta")
    assert "us us-ec-2025" in ana.get("/notices/new").text
    assert ana.post("/notices", data=FORM | {"facts": "short"}, files=NONE).status_code == 422
    written = ana.post("/notices", data=FORM, files=NONE, follow_redirects=False)
    assert written.status_code == 303, written.text
    address = written.headers["location"]
    assert CANARY in ana.get(address).text
    assert ana.get("/notices?tab=drafts&lang=en").text.count("Draft") == 1
    writer = berta.get(f"{address}.json").json()
    assert writer["names"][writer["notice"]["line"]["writer"]]
    assert writer["notice"]["line"]["writer"] not in berta.get(address).text
    refused = ana.post(f"{address}/release")
    assert refused.status_code == 403
    assert "does not release it" in refused.text
    released = berta.post(f"{address}/release", follow_redirects=False)
    assert released.status_code == 303
    pair.ec.turn("us")
    assert pair.us.leaves("notice.received") == 1
    twin = berta.get(f"{address}.json").json()
    assert twin["notice"]["line"]["state"] == "released"
    assert twin["badge"]["level"] == "red"
    assert berta.get("/notices?tab=sent").status_code == 200


def test_a_suspended_agreement_offers_no_form(site: House):
    lawyer = site.browser("jurista", Role.AGREEMENT_OFFICER, purpose="agreement_work")
    lawyer.post("/agreements/us-ec-2025/steps", data={"step": "suspend", "reason": "data protection"})
    page = analyst(site, "ana").get("/notices/new?lang=en")
    assert page.status_code == 200
    assert ("is suspended" in page.text, 'name="facts"' in page.text) == (True, False)


def test_conditions_come_before_content(pair: Pair, site: House):
    us = Desk(pair.us)
    notice_id, _ = give(pair, us, Desk(pair.ec))
    ana = analyst(site, "ana")
    assert CANARY not in ana.get("/notices.json").text
    sealed = ana.get(f"/notices/{notice_id}")
    assert CANARY not in sealed.text
    assert "art11.1" in sealed.text
    assert ana.get(f"/api/notices/{notice_id}/content").status_code == 403
    digest = ana.get(f"/notices/{notice_id}.json").json()["notice"]["conditions"]["digest"]
    assert ana.post(f"/notices/{notice_id}/accept", data={"conditions": "0" * 64}).status_code == 409
    accepted = ana.post(f"/notices/{notice_id}/accept", data={"conditions": digest}, follow_redirects=False)
    assert accepted.status_code == 303
    opened = ana.get(f"/notices/{notice_id}")
    assert CANARY in opened.text
    assert "TLP:AMBER+STRICT" in opened.text
    assert [row["label"] for row in ana.get("/api/alerts").json()["rows"]] == [CANARY]
    alert = ana.get("/alerts.json").json()["rows"][0]["id"]
    assert ana.get(f"/alerts/{alert}").status_code == 200
    assert ana.post(f"/notices/{notice_id}/keep", data={"reason": " "}).status_code == 422
    gone = ana.post(f"/notices/{notice_id}/erase", data={"reason": "Another person"}, follow_redirects=False)
    assert gone.status_code == 303
    assert ana.get("/api/alerts").json()["rows"] == []
    assert CANARY not in ana.get(f"/notices/{notice_id}").text


def test_exports_follow_the_marking(pair: Pair, site: House):
    us = Desk(pair.us)
    notice_id, _ = give(pair, us, Desk(pair.ec))
    ana = analyst(site, "ana")
    assert ana.get(f"/handling/{notice_id}/export").status_code == 403
    digest = ana.get(f"/api/notices/{notice_id}").json()["conditions"]["digest"]
    assert ana.post(f"/api/notices/{notice_id}/accept", json={"conditions": digest}).json()["allow"]
    copy = ana.get(f"/handling/{notice_id}/export?format=csv&case_ref=C-1")
    assert copy.status_code == 200
    assert copy.headers["x-handling"] == "TLP:AMBER+STRICT H1 H2"
    assert all("H1 H2" in line for line in copy.text.splitlines()[1:])
    assert "amber-strict" in copy.headers["content-disposition"]
    assert ana.get(f"/handling/{notice_id}/export?use=dissemination").status_code == 403
    evidence = ana.get(f"/handling/{notice_id}/export?use=evidence", follow_redirects=False)
    assert evidence.headers["location"].endswith("/assistance")
    form = ana.get(f"/handling/{notice_id}/assistance?lang=en")
    assert "18(15)(d)" in form.text
    assert CANARY not in form.text
    assert ana.get(f"/api/handling/{notice_id}/export?use=evidence").status_code == 403
    limited = ana.post(f"/api/handling/{notice_id}/restrict", json={"tlp": "RED"})
    assert limited.json()["level"] == "red"
    assert (
        ana.post(f"/api/handling/{notice_id}/restrict", json={"tlp": "CLEAR", "codes": []}).json()["level"]
        == "red"
    )
    assert ana.post(f"/api/handling/{notice_id}/restrict", json={"codes": ["H1"]}).status_code == 422
    assert ana.get(f"/handling/{notice_id}/export").status_code == 403
    added = ana.post(f"/handling/{notice_id}/restrict", data={"codes": "H1,H2,H3"}, follow_redirects=False)
    assert added.headers["location"] == f"/notices/{notice_id}"


def test_programs_can_write_and_decline(pair: Pair, site: House):
    ana = analyst(site, "ana")
    body = {
        "partner": "us",
        "draft": {
            "content": {"full_name": CANARY, "facts": "Seen at the pier on two nights.", "grading": "C3"},
            "grounds": {
                "agreement_id": "us-ec-2025", "purpose": "drug_trafficking", "offence": "drug_trafficking",
                "max_penalty_months": 120, "case_ref": "C-2",
            },
        },
    }  # fmt: skip
    draft = ana.post("/api/notices", json=body).json()["id"]
    assert [row["id"] for row in ana.get("/api/notices?tab=drafts").json()] == [draft]
    assert ana.post(f"/api/notices/{draft}/release").status_code == 403
    assert ana.post(f"/api/notices/{draft}/withdraw").status_code == 204
    notice_id, _ = give(pair, Desk(pair.us), Desk(pair.ec))
    declined = ana.post(f"/api/notices/{notice_id}/decline", json={"reason": "Not our case"})
    assert declined.json()["allow"]
    assert ana.get(f"/api/notices/{notice_id}/content").status_code == 404


def test_a_corrected_notice_is_watched_for_as_it_reads_now(pair: Pair, site: House):
    us = Desk(pair.us)
    notice_id, _ = give(pair, us, Desk(pair.ec))
    ana = analyst(site, "ana")
    digest = ana.get(f"/api/notices/{notice_id}").json()["conditions"]["digest"]
    ana.post(f"/api/notices/{notice_id}/accept", json={"conditions": digest})
    rounds = NoticeRounds(site.node.notices)
    assert rounds.run_once(site.node.store) == 0
    content = msgspec.structs.replace(CONTENT, full_name="Zoraida Corregida")
    us.do(us.records.correct, notice_id, "The name was misheard", msgspec.json.encode(content))
    pair.us.turn("ec")  # the simulated node has no queue; the site's own is told here
    with site.node.store.transaction(Scope.node("test")) as tx:
        assert len(site.node.notice_alerts.apply(tx, "correct", [notice_id])) == 1
    assert ana.get("/api/alerts").json()["rows"] == []
    assert rounds.run_once(site.node.store) == 1
    assert [row["label"] for row in ana.get("/api/alerts").json()["rows"]] == ["Zoraida Corregida"]
