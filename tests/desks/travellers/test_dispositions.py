"""What became of travellers at the border, officers' own findings, and rules that stand still."""

from datetime import timedelta

import pytest
from tests.desks.travellers.conftest import Person
from tests.desks.travellers.rules_world import activated
from tests.desks.travellers.test_history import listed
from tests.web.house import House

from cordillera.desks.travellers.disposition_core import Disposition, Verdict, verdict
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.desks.travellers.rules_model import Act
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role
from cordillera.trust.review.model import Outcome, QueueFilter, Ruling

WHY = "the bag was opened and searched"
GROUNDS = "Paid twice at two desks for one seat; seen by me"


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def come(house, store):
    def do(raw: bytes):
        with store.transaction(Scope("EC-PN", "setup")) as tx:
            return house.node.travellers.ingest(tx, raw, Origin(Channel.FILE, "f", "EC-PN"))

    return do


def rows(house, store):
    with store.transaction(Person().scope) as tx:
        return house.node.review.queue(tx, QueueFilter()).rows


def the_traveller(browser, day: str) -> str:
    flights = browser.get(f"/flights.json?day={day}").json()["flights"]
    (one,) = browser.get(f"/flights/{flights[0]['id']}.json").json()["travellers"]
    return one["id"]


def test_what_a_check_found_counts_in_the_precision_of_the_rule(house, store, come):
    come(listed("MORA:INES|750101|ZZ000001", day="261119"))
    version = activated(house.node.rules, store)
    come(listed("PEREZ:ANA|800517|AB1", "SOTO:EVA|810517|AB2", "RUIZ:LUZ|820517|AB3", day="261121"))
    found = rows(house, store)
    assert len(found) == 3
    with store.transaction(Person().scope) as tx:
        for row in found:
            house.node.review.decide(tx, Person(), row.id, Ruling(Outcome.CONFIRMED, "look at the bag"))
    with house.browser("ana") as ana:
        for row, said in zip(found, ("secondary_positive", "secondary_negative", "missed"), strict=True):
            page = f"/alerts/{row.id}/disposition"
            assert ana.post(page, data={"disposition": said, "reason": " "}).status_code == 422
            assert ana.post(page, data={"disposition": "deported", "reason": WHY}).status_code == 422
            assert ana.post(page, data={"disposition": said, "reason": WHY}).status_code == 200
            assert WHY in ana.get(f"{page}?lang=es").text
        report = ana.get(f"/rules/{version.id}.json?tab=report").json()["report"]
    told = {name: report[name] for name in ("confirmed", "false_alerts", "missed", "open", "precision")}
    assert told == {"confirmed": 1, "false_alerts": 1, "missed": 1, "open": 0, "precision": 0.5}


def test_the_report_of_a_rule_leads_to_its_alerts_and_to_no_others(house, store, come):
    come(listed("MORA:INES|750101|ZZ000001", day="261119"))
    version = activated(house.node.rules, store)
    come(listed("PEREZ:ANA|800517|AB1", "SOTO:EVA|810517|AB2", day="261121"))
    with house.browser("ana") as ana:
        where = f"/alerts?view=all&rule={version.id}"
        assert where.replace("&", "&amp;") in ana.get(f"/rules/{version.id}?tab=report").text
        of_rule = ana.get(where.replace("/alerts", "/alerts.json")).json()
        other = ana.get(f"/alerts.json?view=all&rule={of_rule['rows'][0]['id']}").json()
        assert (of_rule["total"], other["total"], other["rows"]) == (2, 0, [])
        assert "de una regla" in ana.get(f"{where}&lang=es").text
        first, second = of_rule["rows"]
        form = {"outcome": "confirmed", "reason": "Se mira la maleta", "version": first["version"]}
        decided = ana.post(f"/alerts/{first['id']}/decision?rule={version.id}", data=form)
        assert second["label"] in decided.text
        assert "PEREZ" in ana.get(f"/alerts/export.csv?view=all&rule={version.id}").text
    with store.transaction(Scope("EC-SENAE", "border_control")) as tx:
        assert house.node.travellers.alerts_by_rule(tx, version.id) == ()


def test_nothing_is_recorded_before_an_officer_has_confirmed(house, store, come):
    come(listed("MORA:INES|750101|ZZ000001", day="261119"))
    activated(house.node.rules, store)
    come(listed("PEREZ:ANA|800517|AB1", day="261121"))
    (row,) = rows(house, store)
    said = {"alert_id": str(row.id), "disposition": "refused_entry", "reason": WHY}
    with house.browser("ana") as ana:
        assert ana.post(f"/alerts/{row.id}/disposition", data=said).status_code == 409
        assert ana.post("/api/dispositions", json=said).status_code == 409


@pytest.mark.parametrize(
    ("outcome", "disposition", "says"),
    [
        (None, None, Verdict.OPEN),
        (Outcome.NEEDS_MORE, None, Verdict.OPEN),
        (Outcome.CONFIRMED, None, Verdict.RIGHT),
        (Outcome.CONFIRMED, Disposition.DENIED_BOARDING, Verdict.RIGHT),
        (Outcome.CONFIRMED, Disposition.FALSE_POSITIVE, Verdict.FALSE),
        (Outcome.CONFIRMED, Disposition.MISSED, Verdict.MISSED),
        (Outcome.NOT_SAME_PERSON, None, Verdict.FALSE),
        (Outcome.NO_GROUND, None, Verdict.FALSE),
    ],
)
def test_what_an_end_says_of_a_rule(outcome, disposition, says):
    assert verdict(outcome, disposition) is says


def test_an_officer_adds_a_finding_to_whom_nothing_was_found(house, store, come, clock):
    come(listed("PEREZ:ANA|800517|AB1", day="261121"))
    assert rows(house, store) == ()
    soon = (clock.now() + timedelta(days=10)).date().isoformat()
    with house.browser("ana") as ana:
        page = f"/travellers/{the_traveller(ana, '2026-11-21')}/finding"
        assert "Añadir un hallazgo" in ana.get(f"{page}?lang=es").text
        good = {"grounds": GROUNDS, "purpose": "drug_trafficking", "review_on": soon}
        for wrong in (
            {"grounds": "odd"},
            {"purpose": "curiosity"},
            {"review_on": "2031-01-01"},
            {"review_on": "x"},
        ):
            assert ana.post(page, data=good | wrong).status_code == 422, wrong
        assert rows(house, store) == ()
        opened = ana.post(page, data=good).text
        assert GROUNDS in opened
        assert "PEREZ" in opened
    (row,) = rows(house, store)
    with store.transaction(Person().scope) as tx:
        alert = house.node.review.get(tx, Person(), row.id)
        kinds = {one.kind for one in house.node.ledger.events(tx, subject_ref=str(row.id), limit=20)}
    assert [finding.kind for finding in alert.findings] == ["finding.manual"]
    assert alert.keep.review_at.date().isoformat() == soon
    assert {"alert.raised", "decision"} <= kinds


def test_no_finding_about_a_traveller_of_another_agency(house, come, clock):
    come(listed("PEREZ:ANA|800517|AB1", day="261121"))
    with house.browser("ana") as ana:
        ref = the_traveller(ana, "2026-11-21")
    soon = (clock.now() + timedelta(days=10)).date()
    said = {"traveller_id": ref, "grounds": GROUNDS, "purpose": "terrorism", "review_on": str(soon)}
    with house.browser("otra") as other:
        token, opened = house.session("otra")
        with house.transaction() as tx:
            house.access.sessions.declare(tx, opened, "EC-SENAE", "border_control")
        other.cookies.clear()
        other.cookies.set("__Host-cordillera-ec", token)
        other.headers["x-csrf-token"] = opened.csrf_token
        assert other.post("/api/findings", json=said).status_code == 404
        assert other.get(f"/travellers/{ref}/finding").status_code == 404


def test_suspended_rules_are_told_to_those_who_may_act(house, store, come):
    come(listed("MORA:INES|750101|ZZ000001", day="261119"))
    version = activated(house.node.rules, store)
    with house.browser("ana", Role.ANALYST) as ana, house.browser("vigia", Role.WATCH_OFFICER) as vigia:
        assert "suspendida" not in ana.get("/alerts?lang=es").text
        with store.transaction(Scope.node("test")) as tx:
            assert house.node.rules.stop(tx, version.id, Act.OVERDUE)
        for page in ("/alerts", "/rules"):
            assert "1 regla está suspendida" in ana.get(f"{page}?lang=es").text, page
        waiting = {line["title"]: line["count"] for line in ana.get("/index.json").json()["waiting"]}
        assert waiting["home.waiting.rules_suspended"] == 1
        assert isinstance(vigia.get("/alerts").text, str)
