"""The bell between workers of one process."""

import threading
import time

from cordillera.trust.exchange.bell import Bell


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
