"""Time, retries and buckets."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cordillera.trust.exchange.core import (
    LAST_RETRY_SECONDS,
    LONGEST_SOON_PAUSE,
    answer_due,
    carry_next,
    retry_delay,
)

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.integers(0, 10_000), st.integers())
def test_a_retry_waits_between_nothing_and_its_ceiling(attempts: int, seed: int):
    pause = retry_delay(attempts, random.Random(seed), soon=False).total_seconds()
    assert 0 <= pause <= min(LAST_RETRY_SECONDS, 2.0 ** min(attempts, 20))


@given(MOMENTS, st.sampled_from([1, 100, 200, 1000, 60_000]))
def test_answers_leave_at_common_moments_a_whole_bucket_later(received: datetime, bucket_ms: int):
    due = answer_due(received, bucket_ms)
    bucket = timedelta(milliseconds=bucket_ms)
    assert bucket <= due - received <= 2 * bucket
    assert (due - datetime(1970, 1, 1, tzinfo=UTC)) % bucket == timedelta(0)


def test_two_queries_of_one_moment_are_answered_together():
    start = datetime(2026, 11, 21, 12, 0, 0, 10_000, tzinfo=UTC)
    assert answer_due(start, 200) == answer_due(start + timedelta(milliseconds=150), 200)


@given(st.integers(1, 60), st.integers(0, 2**32))
def test_what_may_go_soon_goes_within_a_second(attempts: int, seed: int):
    assert timedelta() <= retry_delay(attempts, random.Random(seed), soon=True) <= LONGEST_SOON_PAUSE


def test_a_bad_line_is_given_less_at_a_time_and_more_again_as_it_holds():
    carried, sizes = 64, []
    for through in (False, False, False, False, True, True):
        carried = carry_next(carried, 64, got_through=through)
        sizes.append(carried)
    assert sizes == [16, 4, 1, 1, 2, 4]
    assert carry_next(64, 64, got_through=True) == 64
