"""The pages about rules: written without script, kept as drafts, refused with what was written."""

import re
from html import unescape

import pytest
from tests.sim.rules import Rulers, in_force
from tests.web.house import House

from cordillera.desks.travellers.model import Channel, Origin
from cordillera.desks.travellers.rules_views import half_a_year
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role

HEAVY = """rule heavy-cash "Heavy bag, paid in cash" for drug_trafficking
when any bag (weight > 30 kg) and any payment (method = "CASH")
unless traveller.journeys >= 6"""
LANDING = (
    b"UNB+UNOC:3+XAIR+ECMIG+261121:1000+2'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA15'LOC+125+UIO'"
    b"DTM+189:2611211130:201'LOC+87+BOG'DTM+232:2611211300:201'NAD+FL+++INVENTADO:ANA'DTM+329:720805'UNT+10+1'UNZ+1+2'"
)
TABS = ("overview", "report", "versions")
LIMITS = {"review_on": "2027-05-01", "hits_per_day": "40", "precision_floor": "7,5", "min_decided": "30"}


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def analyst(house):
    with house.browser("ana", Role.ANALYST) as browser:
        yield browser


def saved(browser, text: str = HEAVY) -> str:
    answer = browser.post("/rules/new", data={"act": "save", "text": text, **LIMITS}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_rule_is_written_checked_tried_and_saved_without_script(analyst):
    empty = analyst.get("/rules/new?lang=es").text
    assert "Aún no hay nada escrito" in empty
    checked = analyst.post("/rules/new", data={"act": "check", "text": HEAVY}).text
    assert "Lícita" in checked
    assert "peso &gt; 30 kg" in checked
    facts = (
        '{"subject": "viajera 1", "sets": {"bag": [{"weight": "31 kg"}], "payment": [{"method": "CASH"}]}}'
    )
    tried = analyst.post("/rules/new", data={"act": "try", "text": HEAVY, "facts": facts}).text
    assert "Señalado: viajera 1" in tried
    address = saved(analyst)
    assert analyst.get(f"{address}.json").json()["detail"]["version"]["limits"]["precision_floor"] == 0.075
    assert "Heavy bag, paid in cash" in analyst.get("/rules").text
    assert "Aún no probada" in analyst.get(address).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "rule x"}, "does not belong here"),
        ({"text": ""}, "this text holds 0"),
        ({"review_on": "soon"}, "not a day"),
        ({"hits_per_day": "many"}, "not a number"),
        ({"review_on": "2020-01-01"}, "reviewed on a day to come"),
        ({"precision_floor": "nan"}, "limit"),
        ({"hits_per_day": "0"}, "limit"),
    ],
)
def test_what_is_refused_comes_back_as_it_was_written(analyst, change, said):
    form = {"act": "save", "text": HEAVY, **LIMITS} | change
    analyst.get("/?lang=en")
    answer = analyst.post("/rules/new", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert analyst.get("/rules.json").json()["rows"] == []


def face(browser, **form: str) -> tuple[str, str]:
    """The tree and the text that the builder's script is answered."""
    page = browser.post("/rules/faces", data=form).text
    tree, text = (re.search(f'data-{name}="([^"]*)"', page) for name in ("rule", "text"))
    return unescape(tree[1]), unescape(text[1])


def test_both_faces_are_answered_and_nothing_is_kept(analyst):
    analyst.get("/?lang=en")
    tree, text = face(analyst, text=HEAVY)
    assert text == HEAVY
    again, printed = face(analyst, rule=tree)
    assert again == tree
    assert printed.startswith('rule heavy-cash "Heavy bag, paid in cash"\nfor drug_trafficking\nwhen any bag')
    assert face(analyst, text="rule x") == ("", "")
    assert analyst.get("/rules.json").json()["rows"] == []


def test_hostile_text_is_shown_as_text(analyst):
    page = analyst.post("/rules/new", data={"act": "check", "text": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
    title = HEAVY.replace("Heavy bag, paid in cash", "<img src=x onerror=alert(1)>' onload='x")
    address = saved(analyst, title)
    for path in (address, "/rules", f"/rules/new?version={address.rpartition('/')[2]}"):
        page = analyst.get(path).text
        assert "<img src=x" not in page
        assert "' onload='x" not in page.replace("&#39;", "’")


def test_next_version_starts_from_the_last_and_shows_what_changed(analyst):
    first = saved(analyst)
    form = analyst.get(f"/rules/new?version={first.rpartition('/')[2]}").text
    assert "heavy-cash" in form
    second = saved(analyst, HEAVY.replace("30 kg", "32 kg"))
    changes = analyst.get(f"{second}.json?tab=versions").json()["changes"]
    assert [one["kind"] for one in changes].count("same") >= 3
    assert any(one["kind"] == "added" and "32 kg" in one["text"] for one in changes)
    assert analyst.get(f"{second}?tab=versions").status_code == 200
    states = [row["line"]["version"]["state"] for row in analyst.get("/rules.json").json()["rows"]]
    assert states == ["draft"]
    assert len(analyst.get("/rules.json?state=retired").json()["rows"]) == 1


def test_watch_officers_read_rules_and_write_none(house, analyst):
    address = saved(analyst)
    with house.browser("leo", Role.WATCH_OFFICER) as leo:
        assert leo.get(address).status_code == 200
        assert leo.post("/rules/new", data={"act": "check", "text": HEAVY}).status_code == 403
        for act in ("pretest", "propose", "activate", "reject", "suspend", "retire", "review"):
            assert leo.post(f"{address}/{act}", data={"reason": "because it is so"}).status_code == 403
    with house.browser("liz", Role.LIAISON) as liz:
        assert liz.get("/rules").status_code == 403
        assert liz.post("/rules/faces", data={"text": HEAVY}).status_code == 403


def test_rules_of_another_agency_are_not_found(house, analyst):
    address = saved(analyst)
    with house.browser("otra", Role.ANALYST, Role.AGREEMENT_OFFICER) as other:
        token, opened = house.session("otra")
        with house.transaction() as tx:
            house.access.sessions.declare(tx, opened, "EC-SENAE", "border_control")
        other.cookies.clear()
        other.cookies.set("__Host-cordillera-ec", token)
        other.headers["x-csrf-token"] = opened.csrf_token
        assert other.get("/rules.json").json()["rows"] == []
        version = address.rpartition("/")[2]
        for path in (
            address,
            f"{address}?tab=report",
            f"{address}?tab=versions",
            f"/rules/new?version={version}",
        ):
            assert other.get(path).status_code == 404, path
        form = {
            "reason": "I want what is not mine",
            "digest": "x",
            "pretest": version,
            "review_on": "2027-01-01",
        }
        for act in ("pretest", "propose", "activate", "reject", "suspend", "retire", "review"):
            assert other.post(f"{address}/{act}", data=form).status_code == 404, act


def test_a_step_that_does_not_lead_from_here_is_refused_in_words(analyst):
    address = saved(analyst)
    answer = analyst.post(f"{address}/propose", data={"reason": "It is worth trying"})
    assert answer.status_code == 409
    assert "It is worth trying" in answer.text
    assert analyst.post(f"{address}/retire", data={"reason": "no"}).status_code == 422
    assert analyst.post(f"{address}/retire", data={"reason": "Wrong from the start"}).status_code == 200
    assert analyst.get(f"{address}.json").json()["detail"]["version"]["state"] == "retired"


def test_review_is_proposed_within_a_year(clock):
    today = clock.now().date()
    assert half_a_year(today.replace(month=8, day=31)) == f"{today.year + 1}-02-28"
    assert half_a_year(today.replace(month=1, day=1)) == f"{today.year}-07-01"


def test_report_tells_decisions_against_the_floor_and_groups(house, store):
    rulers = Rulers(house)
    condition = 'flight.origin = "UIO" and traveller.age >= 50 years unless traveller.visa = yes'
    version = in_force(rulers, f'rule quito "From Quito" for drug_trafficking when {condition}')
    with store.transaction(Scope("EC-PN", "border.ingest")) as tx:
        house.node.travellers.ingest(tx, LANDING, Origin(Channel.FILE, "l.txt", "EC-PN"))
    with house.browser("leo", Role.WATCH_OFFICER) as leo:
        (alert,) = leo.get("/alerts.json").json()["rows"]
        form = {"outcome": "not_same_person", "version": str(alert["version"]), "reason": "On a holiday"}
        assert leo.post(f"/alerts/{alert['id']}/decision", data=form).status_code == 200
        leo.get("/?lang=en")
        assert "which counts from 20 decisions on" in leo.get(f"/rules/{version.id}?tab=report").text
        report = leo.get(f"/rules/{version.id}.json?tab=report").json()["report"]
        assert (report["decided"], report["false_alerts"], report["precision"]) == (1, 1, 0.0)
        (row,) = leo.get("/rules.json").json()["rows"]
        assert row["report"]["decided"] == 1
        assert "0 of 1 decided" in leo.get("/rules").text
