"""The bell between the workers of a node, of one process and of several."""

import threading
import time

from cordillera.foundation.store.calls import call
from cordillera.foundation.store.database import DatabaseUrls, Scope, Store
from cordillera.trust.exchange.bell import CHANNEL, Bell, Ringer


def test_a_bell_that_was_rung_before_the_wait_is_not_missed() -> None:
    bell = Bell()
    heard = bell.rung
    bell.ring()
    began = time.monotonic()
    bell.wait(heard, 5.0)
    assert time.monotonic() - began < 1.0


def test_ringing_wakes_who_waits_and_silence_ends_with_the_time() -> None:
    bell = Bell()
    threading.Timer(0.05, bell.ring).start()
    began = time.monotonic()
    bell.wait(bell.rung, 5.0)
    assert time.monotonic() - began < 2.0
    bell.wait(bell.rung, 0.01)


def called(store: Store, mark: str) -> None:
    with store.transaction(Scope.node("test")) as tx:
        call(tx, CHANNEL, mark)


def test_a_bell_rings_for_what_other_processes_put_there_and_not_twice_for_its_own(store: Store) -> None:
    bell, stop = Bell(), threading.Event()
    ringer = threading.Thread(target=Ringer(store, bell).run, args=(stop,))
    ringer.start()
    try:
        bell.wait(0, 10.0)  # it rings as soon as it listens
        assert (bell.rung, bell.carries) == (1, True)
        called(store, bell.mark)
        called(store, Bell().mark)
        bell.wait(1, 10.0)
        bell.wait(2, 0.1)
        assert bell.rung == 2
    finally:
        stop.set()
        ringer.join(20)
    assert not bell.carries


def test_a_bell_whose_database_does_not_answer_says_that_it_carries_nothing() -> None:
    nowhere = "postgresql://nobody:x@/none?host=/nonexistent"
    bell, stop = Bell(), threading.Event()
    ringer = threading.Thread(target=Ringer(Store(DatabaseUrls(*[nowhere] * 3)), bell).run, args=(stop,))
    ringer.start()
    bell.wait(0, 0.2)
    assert (bell.rung, bell.carries) == (0, False)
    stop.set()
    ringer.join(20)
    assert not ringer.is_alive()
