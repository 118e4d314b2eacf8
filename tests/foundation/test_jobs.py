"""Jobs on a real queue: periodic, asked for, failing, and left behind by a worker that died."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest
import sqlalchemy as sa

from cordillera.foundation.clock import Clock, FixedClock
from cordillera.foundation.jobs import Job, JobWorker, enqueue
from cordillera.foundation.store.database import Scope, Store

WORK = Scope.node("test")


@contextmanager
def working(store: Store, clock: Clock, *jobs: Job) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=JobWorker(store, clock, jobs).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def statuses(store: Store) -> list[str]:
    with psycopg.connect(store.urls.owner) as connection:
        rows = connection.execute("SELECT status FROM procrastinate_jobs ORDER BY id").fetchall()
    return [row[0] for row in rows]


def test_a_job_that_is_asked_for_runs_with_the_store_and_the_clock(store: Store, clock: FixedClock) -> None:
    seen: list[tuple[Store, Clock]] = []
    with store.transaction(WORK) as tx:
        assert enqueue(tx, "once")
    with working(store, clock, Job("once", "", lambda s, c: seen.append((s, c)))):
        wait_until(lambda: statuses(store) == [])
    assert seen == [(store, clock)]


def test_a_job_of_a_transaction_that_is_rolled_back_is_never_run(store: Store) -> None:
    class Stop(Exception):
        pass

    def enqueue_then_stop() -> None:
        with store.transaction(WORK) as tx:
            enqueue(tx, "never")
            raise Stop

    with pytest.raises(Stop):
        enqueue_then_stop()
    assert statuses(store) == []


def test_a_job_waits_once_however_often_it_is_asked_for(store: Store) -> None:
    with store.transaction(WORK) as tx:
        assert enqueue(tx, "once")
        assert not enqueue(tx, "once")
        assert tx.execute(sa.text("SELECT 1")).scalar_one() == 1
    assert statuses(store) == ["todo"]


def test_a_periodic_job_runs_by_its_time_table(store: Store, clock: FixedClock) -> None:
    ran = Event()
    with working(store, clock, Job("each-minute", "* * * * *", lambda _store, _clock: ran.set())):
        assert ran.wait(20)


def test_a_job_that_fails_is_tried_again(store: Store, clock: FixedClock) -> None:
    tries: list[int] = []

    def fail(_store: Store, _clock: Clock) -> None:
        tries.append(1)
        raise OSError

    with store.transaction(WORK) as tx:
        enqueue(tx, "failing")
    with working(store, clock, Job("failing", "", fail)):
        wait_until(lambda: bool(tries) and statuses(store) == ["todo"])
    assert tries == [1]


def test_a_job_left_by_a_dead_worker_is_done_again(store: Store, clock: FixedClock) -> None:
    with store.transaction(WORK) as tx:
        enqueue(tx, "left")
    with psycopg.connect(store.urls.owner) as connection:
        connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')"
        )
        connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing',"
            " worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )
    ran = Event()
    with working(store, clock, Job("left", "", lambda _store, _clock: ran.set())):
        assert ran.wait(20)


def test_a_running_job_is_finished_before_the_worker_ends(store: Store, clock: FixedClock) -> None:
    started, done = Event(), Event()

    def slow(_store: Store, _clock: Clock) -> None:
        started.set()
        time.sleep(0.5)
        done.set()

    with store.transaction(WORK) as tx:
        enqueue(tx, "slow")
    with working(store, clock, Job("slow", "", slow)):
        assert started.wait(20)
    assert done.is_set()
    assert statuses(store) == []


def test_the_application_role_cannot_change_the_queue_itself(store: Store) -> None:
    with psycopg.connect(store.urls.app) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("ALTER TABLE procrastinate_jobs ADD COLUMN intruder int")
