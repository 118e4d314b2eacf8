"""Time escalates and never decides: the 48 hours of Pruem II, the emergency's review within a day."""

from datetime import timedelta

import msgspec
import pytest
from tests.sim.federation import GROUNDS, NOON

from cordillera.foundation.ids import uuid7
from cordillera.trust.followup.emergencies import EmergencyWatch
from cordillera.trust.followup.timers import (
    ANSWER,
    EMERGENCY,
    EMERGENCY_TERM,
    RULES,
    Deadline,
    Level,
    due_after,
    next_level,
)


def deadline(kind: str, term: timedelta, level: int = 0) -> Deadline:
    at = None if not level else NOON + term
    return Deadline(
        uuid7(), "EC-PN", kind, uuid7(), "us", "us-ec-2025", "of-1", NOON, NOON + term, level, at, None, ""
    )


def test_core_data_are_due_forty_eight_hours_after_a_confirmed_match():
    one = deadline(ANSWER, due_after(48, "routine"))
    assert next_level(one, NOON + timedelta(hours=47, minutes=59)) is None
    assert next_level(one, NOON + timedelta(hours=48)) is Level.ESCALATED


def test_an_emergency_without_a_review_is_before_the_supervisor_at_twenty_four_hours():
    one = deadline(EMERGENCY, EMERGENCY_TERM)
    assert next_level(one, NOON + timedelta(hours=23, minutes=59)) is None
    assert next_level(one, NOON + timedelta(hours=24)) is Level.SUPERVISOR
    assert timedelta(hours=24) == EMERGENCY_TERM
    assert EmergencyWatch.asked.__doc__


def test_an_answer_never_ends_or_approves_itself():
    one = deadline(ANSWER, due_after(48, "routine"), Level.SUPERVISOR)
    assert next_level(one, NOON + timedelta(days=4000)) is None
    assert RULES[ANSWER].end is None


@pytest.mark.parametrize("urgency", ["routine", "urgent", "emergency"])
def test_urgency_shortens_the_time_and_changes_nothing_else(urgency):
    assert due_after(48, urgency) <= due_after(48, "routine")
    assert msgspec.structs.replace(GROUNDS, urgency=urgency).purpose == GROUNDS.purpose
