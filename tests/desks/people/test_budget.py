"""A threshold from a budget of false alerts: worked out by hand, and the numbered conditions of accepting."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.desks.people.persons import JHON, SCOPE, Persons

from cordillera.desks.people import budget_core as core
from cordillera.desks.people.budget_core import Budget, Traffic, allowed, cost, missed, proposed
from cordillera.desks.people.compare_engine import default_threshold, grid_of
from cordillera.desks.people.threshold_core import Scored
from cordillera.desks.people.threshold_service import shipped
from cordillera.desks.people.threshold_store import MeasureRow, keep_measure
from cordillera.foundation.ids import uuid7
from cordillera.trust.access.model import Role
from cordillera.trust.review.model import Outcome

PAGE = "/people/thresholds/PRUEBA"
API = "/api/watchlists/PRUEBA/budget"
WHY = "Too many false alerts at the present threshold"
GRID = (0.0, 2.0, 4.0, 6.0)
TRAFFIC = Traffic(((0.0, 50), (2.0, 30), (4.0, 15), (6.0, 5)), 10_000, 2_000.0)
"""Of 10,000 travellers, 2,000 a day: 100 reach 0 bits, 50 reach 2, 20 reach 4 and 5 reach 6."""


def test_a_cost_is_the_share_that_reaches_the_threshold_per_100_000_and_per_day() -> None:
    found = cost(4.0, TRAFFIC)
    assert found.share.value == 200.0  # 20 of 10,000
    assert (round(found.share.low), round(found.share.high)) == (130, 309)  # Wilson's, worked out by hand
    assert found.daily is not None
    assert found.daily.value == 4.0  # 2,000 travellers a day, 200 in 100,000


@pytest.mark.parametrize(
    ("most", "threshold"),
    [(1_000, 0.0), (999, 2.0), (500, 2.0), (499, 4.0), (200, 4.0), (60, 6.0), (50, 6.0)],
)
def test_the_lowest_threshold_within_the_budget_is_proposed(most: float, threshold: float) -> None:
    found = proposed(GRID, TRAFFIC, Budget(most))
    assert found is not None
    assert (found.threshold, found.within) == (threshold, True)


def test_a_budget_per_day_is_one_per_100_000_at_the_traffic() -> None:
    assert allowed(Budget(4.0, "day"), 2_000.0) == 200.0
    found = proposed(GRID, TRAFFIC, Budget(4.0, "day"))
    assert found is not None
    assert found.threshold == 4.0
    assert proposed(GRID, msgspec.structs.replace(TRAFFIC, per_day=0.0), Budget(4.0, "day")) is None


def test_few_travellers_leave_wide_bounds_and_do_not_raise_the_threshold() -> None:
    few = Traffic(((4.0, 1),), 500)  # one in 500: 200 in 100,000, from 35 to 1,124
    many = Traffic(((4.0, 200),), 100_000)
    for traffic, sure in ((few, False), (many, True)):
        found = proposed(GRID, traffic, Budget(240.0))
        assert found is not None
        assert (found.threshold, found.within, found.sure) == (0.0, True, sure)
    assert (round(cost(4.0, few).share.low), round(cost(4.0, few).share.high)) == (35, 1124)


def test_where_no_threshold_is_within_the_budget_the_highest_is_told_as_beyond() -> None:
    found = proposed(GRID, TRAFFIC, Budget(49.0))
    assert found is not None
    assert (found.threshold, found.within, found.sure) == (6.0, False, False)
    assert proposed(GRID, Traffic((), 0), Budget()) is None


def test_a_list_twice_as_long_costs_twice_as_much_and_never_more_than_everybody() -> None:
    assert cost(4.0, msgspec.structs.replace(TRAFFIC, scale=2.0)).share.value == 400.0
    assert cost(4.0, msgspec.structs.replace(TRAFFIC, scale=9_999.0)).share.value == 100_000.0


def test_confirmed_alerts_below_a_threshold_are_missed_and_others_are_not_counted() -> None:
    decided = (Scored(3.0, True), Scored(5.0, True), Scored(7.0, True), Scored(3.0, False))
    found = missed(5.0, decided)
    assert (found.confirmed, found.below) == (3, 1)
    assert (round(found.share.low, 2), round(found.share.high, 2)) == (0.06, 0.79)


@given(
    counts=st.lists(st.tuples(st.sampled_from(GRID), st.integers(0, 50)), max_size=6),
    budgets=st.tuples(st.floats(0.1, 5_000), st.floats(0.1, 5_000)),
)
def test_a_larger_budget_never_gives_a_higher_threshold(
    counts: list[tuple[float, int]], budgets: tuple[float, float]
) -> None:
    traffic = Traffic(tuple(counts), 1_000)
    small, large = (proposed(GRID, traffic, Budget(one)) for one in sorted(budgets))
    assert small is not None
    assert large is not None
    assert large.threshold <= small.threshold


def measured(world: Persons, counts: tuple[tuple[float, int], ...], travellers: int = 10_000) -> None:
    """What this node measured of its travellers: 2,000 a day for five days."""
    world.house.clock.advance(timedelta(minutes=1))
    with world.node.store.transaction(SCOPE) as tx:
        now, day = world.house.clock.now(), "2026-11-01"
        row = MeasureRow(uuid7(), "PRUEBA", "bits", now, "of-1", day, travellers, travellers / 2_000, counts)
        keep_measure(tx, row)


def confirmed(world: Persons, analyst) -> float:
    """Land a listed traveller and confirm the alert; return its bits."""
    world.land(JHON)
    (row,) = analyst.get("/api/alerts").json()["rows"]
    sent = {"outcome": "confirmed", "reason": "Same document, same face"}
    assert analyst.post(f"/api/alerts/{row['id']}/decision", json=sent).status_code in {200, 201}
    with world.node.store.transaction(SCOPE) as tx:
        ((bits, outcome),) = world.node.review.labelled(tx, "PRUEBA")
    assert outcome is Outcome.CONFIRMED
    return bits


def test_a_node_with_little_traffic_uses_the_shipped_counts_by_the_size_of_the_list(world: Persons, analyst):
    world.list()
    told = shipped()
    assert told is not None
    assert told.crowd is not None
    found = analyst.get(API).json()
    assert (found["from_own"], found["travellers"], found["own_travellers"]) == (
        False,
        told.crowd.travellers,
        0,
    )
    assert found["proposed"]["threshold"] == core.LOWEST  # one person is listed: chance finds nobody
    measured(world, ((4.0, 1),), core.ENOUGH - 1)
    assert analyst.get(API).json()["from_own"] is False
    measured(world, ((4.0, 1),), core.ENOUGH)
    assert analyst.get(API).json()["from_own"] is True


def test_accepting_needs_conditions_7_to_9_and_then_a_second_officer(world: Persons, house, analyst):
    world.list()
    day = {"budget": {"most": 1, "per": "day"}, "threshold": 5.0, "reason": WHY}
    answer = analyst.post(API, json=day)
    assert (answer.status_code, answer.json()["type"]) == (422, "people.budget_unmeasured")  # 7
    bits = confirmed(world, analyst)
    high = next(one for one in grid_of() if one > bits)
    measured(world, ((high - 0.25, 100), (high, 5)))  # 105 in 10,000, and 5 from `high` on
    found = analyst.get(API, params={"most": 2, "per": "day"}).json()
    assert (found["proposed"]["threshold"], found["raises"]) == (high, True)
    assert found["proposed"]["cost"]["daily"]["value"] == 1.0
    assert (found["missed"]["below"], found["missed"]["confirmed"]) == (1, 1)
    sent = {"budget": found["budget"], "threshold": high, "reason": WHY}
    for wrong, code, status in (
        ({**sent, "threshold": high + 0.5}, "people.budget_moved", 409),  # 8
        (sent, "people.misses_unsaid", 422),  # 9
        ({**sent, "missing": 0}, "people.misses_unsaid", 422),
        ({**sent, "missing": 1, "reason": "short"}, "people.reason_too_short", 422),  # 3
    ):
        answer = analyst.post(API, json=wrong)
        assert (answer.status_code, answer.json()["type"]) == (status, code)
    assert analyst.post(API, json={**sent, "missing": 1}).status_code == 201
    page = analyst.get(f"{PAGE}.json").json()
    assert (page["value"], page["waiting"]["value"]) == (default_threshold(), high)
    second = house.browser("segunda", Role.ANALYST)
    address = f"/people/threshold/{page['waiting']['id']}"
    assert analyst.post(address, data={"verdict": "agree"}).status_code == 403
    assert second.post(address, data={"verdict": "agree"}, follow_redirects=False).status_code == 303
    assert analyst.get(f"{PAGE}.json").json()["value"] == high
    with world.node.store.transaction(SCOPE) as tx:
        told = [row.detail or {} for row in world.node.ledger.events(tx, subject_ref="list:PRUEBA")]
    (leaf,) = [one for one in told if one.get("act") == "threshold.proposed"]
    assert (leaf["budget"], leaf["would_miss"]) == ("2 per day", "1 of 1 confirmed")


def test_the_page_shows_a_budget_and_takes_its_threshold_in_both_languages(world: Persons, house, analyst):
    world.list()
    confirmed(world, analyst)
    measured(world, ((20.0, 100),))
    for language in ("es", "en", "qps"):
        assert analyst.get(f"{PAGE}?most=20&per=travellers&lang={language}").status_code == 200
    shown = analyst.get(f"{PAGE}.json?most=20&per=travellers").json()["suggestion"]
    form = {"act": "accept", "most": "20.0", "per": "travellers", "reason": WHY}
    value = str(shown["proposed"]["threshold"])
    assert analyst.post(PAGE, data={**form, "value": value}).status_code == 422  # 9
    done = analyst.post(PAGE, data={**form, "value": value, "missing": "1"}, follow_redirects=False)
    assert done.status_code == 303
    assert analyst.get(f"{PAGE}.json").json()["waiting"]["value"] == float(value)
    for wrong in ("0", "-1", "nan", "x"):
        assert analyst.get(f"{PAGE}?most={wrong}").status_code == 422
    supervisor = house.browser("supervisora", Role.SUPERVISOR)
    assert supervisor.get(API).status_code == 200
    assert supervisor.post(API, json={"budget": {}, "threshold": 1, "reason": WHY}).status_code == 403


def test_a_traveller_confirmed_to_be_listed_is_not_counted_as_innocent(world: Persons, analyst):
    world.list()
    confirmed(world, analyst)
    analyst.post(PAGE, data={"act": "measure"})
    assert analyst.get(f"{PAGE}.json").json()["measure"]["travellers"] == 0
    world.land(("QUISPE", "ROSA", "900101", "P7654321"), ref="2")
    world.house.clock.advance(timedelta(minutes=1))
    analyst.post(PAGE, data={"act": "measure"})
    assert analyst.get(f"{PAGE}.json").json()["measure"]["travellers"] == 1
