"""A clock that jumps makes timers approve, refuse, forget or erase: they escalate, one step at a time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.sim.federation import LISTED, Pair
from tests.sim.flows import CONTENT, Desk, conditions, give, hit

from cordillera.foundation.ids import uuid7
from cordillera.trust.followup.model import Ask
from cordillera.trust.followup.timers import NECESSITY, RULES, Deadline, Level, due_after, next_level

pytest_plugins = ["tests.sim.fixtures"]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MONTH = timedelta(days=30)


def test_a_jump_ahead_wakes_people_and_erases_nothing(pair: Pair):
    ec, us = Desk(pair.ec), Desk(pair.us)
    notice_id, _ = give(pair, ec, us)
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    ask = Ask(thread_id=hit(pair), reference=LISTED.reference, fields_wanted=("full_name",))
    request_id = ec.do(ec.followups.ask, ask).request_id
    ec.node.turn("us")
    us.node.clock.advance(timedelta(days=200))
    assert us.tick() == 2
    assert us.tick() == 0
    assert us.do(us.notices.read, notice_id) == CONTENT
    assert us.do(us.followups.view, request_id).line.state == "open"
    us.node.clock.advance(timedelta(days=-200))
    assert us.tick() == 0
    assert us.node.leaves("escalated") == 2
    us.node.clock.advance(timedelta(days=200 + 7))
    assert us.tick() == 2
    assert us.do(us.notices.view, notice_id).line.level == Level.SUPERVISOR
    assert us.do(us.followups.view, request_id).line.state == "open"
    us.node.clock.advance(timedelta(days=22))
    assert us.tick() == 0
    us.node.clock.advance(timedelta(days=1))
    assert us.tick() == 1
    assert us.do(us.notices.view, notice_id).line.state == "erased"
    assert us.lookout.taken_away == [("erase", notice_id)]
    assert us.do(us.followups.view, request_id).line.state == "open"
    assert us.tick() == 0


@given(st.lists(st.integers(-400, 400), max_size=12), st.sampled_from(sorted(RULES)))
def test_no_walk_of_the_clock_skips_a_step_or_the_time_of_one(days: list[int], kind: str):
    now, level, since = NOON, 0, None
    for step in days:
        now += timedelta(days=step)
        deadline = Deadline(
            uuid7(),
            "A",
            kind,
            uuid7(),
            "us",
            "x",
            "",
            NOON,
            NOON + timedelta(days=30),
            level,
            since,
            None,
            "",
        )
        reached = next_level(deadline, now)
        if reached is None:
            continue
        assert reached > level
        if reached is Level.ENDED:
            assert kind == NECESSITY
            assert since is not None
            assert now - since >= timedelta(days=23)
            return
        level, since = int(reached), now


def test_an_emergency_shortens_and_never_removes_the_time():
    assert due_after(48, "urgent") == timedelta(hours=24)
    assert due_after(48, "emergency") == timedelta(hours=4)
    assert due_after(0, "emergency") == due_after(1, "emergency") == timedelta(hours=1)
