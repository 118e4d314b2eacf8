"""Thresholds per list: measured, and moved only by two officers; the numbered conditions of the service."""

import pytest
from tests.desks.people.persons import JHON, SCOPE, Persons

from cordillera.desks.people.compare_engine import SCALE, default_threshold, grid_of
from cordillera.desks.people.threshold_core import Scored, chart, curve, rate, wilson
from cordillera.desks.people.threshold_service import shipped
from cordillera.trust.access.model import Role

PAGE = "/people/thresholds/PRUEBA"
HIGHER = str(grid_of()[-1])
WHY = "Too many false alerts at the present threshold"


@pytest.fixture
def second(house):
    return house.browser("segunda", Role.ANALYST)


def propose(client, value: str = HIGHER, reason: str = WHY):
    sent = {"act": "propose", "value": value, "reason": reason}
    return client.post(PAGE, data=sent, follow_redirects=False)


def decide(client, verdict: str = "agree"):
    waiting = client.get(f"{PAGE}.json").json()["waiting"]["id"]
    return client.post(f"/people/threshold/{waiting}", data={"verdict": verdict}, follow_redirects=False)


def test_two_officers_move_a_threshold_and_screening_reads_it(world: Persons, analyst, second):
    world.list()
    assert analyst.get(f"{PAGE}.json").json()["value"] == default_threshold()
    assert propose(analyst).status_code == 303
    assert world.land(JHON).alerts == 1  # a proposal changes nothing yet
    assert decide(analyst).status_code == 403  # condition 6
    assert decide(second).status_code == 303
    assert analyst.get(f"{PAGE}.json").json()["value"] == grid_of()[-1]
    assert world.land(("VELEZ", "JON", "850805", "P5550009"), ref="2").alerts == 0
    with world.node.store.transaction(SCOPE) as tx:
        acts = {
            (row.detail or {}).get("act") for row in world.node.ledger.events(tx, subject_ref="list:PRUEBA")
        }
    assert {"threshold.proposed", "threshold.active"} <= acts


def test_conditions_1_to_5(world: Persons, analyst, second):
    assert analyst.get("/people/thresholds/NONE").status_code == 404  # 1
    world.list()
    for wrong in ("", "abc", "nan", "-99", "1e9"):
        assert propose(analyst, wrong).status_code == 422  # 2
    assert propose(analyst, reason="short").status_code == 422  # 3
    propose(analyst)
    assert propose(second).status_code == 422  # 4
    waiting = analyst.get(f"{PAGE}.json").json()["waiting"]["id"]
    assert decide(second, "refuse").status_code == 303
    again = second.post(f"/people/threshold/{waiting}", data={"verdict": "agree"})
    assert again.status_code == 409  # 5
    assert analyst.get(f"{PAGE}.json").json()["value"] == default_threshold()


def test_this_nodes_own_travellers_are_measured_and_only_counted(world: Persons, analyst):
    world.list()
    world.land(JHON, ("QUISPE", "ROSA", "900101", "P7654321"))
    assert analyst.post(PAGE, data={"act": "measure"}, follow_redirects=False).status_code == 303
    page = analyst.get(f"{PAGE}.json").json()
    assert page["measure"]["travellers"] == 2
    lowest = page["points"][0]["alerts"]
    assert (lowest["value"], lowest["low"] < 1.0 < lowest["high"]) == (1.0, True)
    for language in ("es", "en", "qps"):
        assert analyst.get(f"{PAGE}?lang={language}").status_code == 200
        assert analyst.get(f"/people/thresholds?lang={language}").status_code == 200


def test_a_supervisor_reads_and_may_not_move(world: Persons, house):
    world.list()
    supervisor = house.browser("supervisora", Role.SUPERVISOR)
    assert supervisor.get(PAGE).status_code == 200
    assert propose(supervisor).status_code == 403


def test_the_shipped_evaluation_is_of_the_engines_scale():
    found = shipped()
    assert found is not None, "run scripts/measure_thresholds.py: it was measured on another scale"
    assert found.scale == SCALE
    assert found.pairs == len(found.scored())


def test_precision_rises_recall_falls_and_intervals_hold_the_value():
    pairs = tuple(Scored(step / 10, step % 3 != 0) for step in range(10))
    points = curve((0.0, 0.5, 0.9), pairs, (0.4, 0.9), 100, 50.0)
    assert [point.recall.value for point in points] == sorted((p.recall.value for p in points), reverse=True)
    assert [point.alerts.value for point in points] == [1.0, 0.5, 0.5]
    for point in points:
        for one in (point.precision, point.recall, point.alerts):
            assert one.value is None or one.low <= one.value <= one.high


def test_of_nothing_everything_is_possible():
    assert wilson(0, 0) == (0.0, 1.0)
    assert rate(0, 0).value is None
    assert chart(curve((0.0, 1.0), (), (), 0, 0.0), ("precision",), 0.5).curves[0].line == ""
