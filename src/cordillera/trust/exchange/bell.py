"""A bell between the workers of one process: who has put something into the outbox wakes the couriers.

What another process puts there is found at the couriers' next look, as before.

>>> bell = Bell()
>>> heard = bell.rung
>>> bell.ring()
>>> bell.wait(heard, 1.0)
"""

import threading


class Bell:
    """Counts how often it was rung, so that nobody who looks in time misses it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.rung = 0

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self.rung += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Wait until it is rung more often than `heard` times, at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.rung != heard, seconds)
