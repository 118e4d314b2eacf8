"""Back-pressure between partners: one that asks too much, or is away too long, does not slow the others.

Each partner has at most a few requests under way and a bounded number in a second, so that the threads
and connections of the node port are never all in one hand; and at most so many messages wait for it.

>>> gate = Gate(at_once=1, per_second=10, now=lambda: 0.0)
>>> with gate.enter("aa"):
...     with gate.enter("bb"):
...         pass
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from cordillera.foundation.errors import Unavailable

AT_ONCE: Final = 8
PER_SECOND: Final = 400
_MOST: Final = 4_096


class TooBusy(Unavailable):
    """This partner has too many requests under way, or sent too many in a second; it tries again later."""

    code = "exchange.too_busy"


class QueueFull(Unavailable):
    """So many messages wait for this partner that no more are taken; see the page of channels."""

    code = "exchange.queue_full"


class Gate:
    """Counts the requests of each caller; a caller is the SHA-256 of a certificate."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        per_second: int = PER_SECOND,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._now = now
        self._lock = threading.Lock()
        self._under_way: dict[str, int] = {}
        self._second: dict[str, tuple[int, int]] = {}

    @contextmanager
    def enter(self, caller: str) -> Iterator[None]:
        """Let one request of a caller in; raise `TooBusy`.

        1. It has fewer requests under way than one caller may have.
        2. It has sent fewer in this second than one caller may send.
        """
        with self._lock:
            self._admit(caller)
        try:
            yield
        finally:
            with self._lock:
                left = self._under_way.get(caller, 1) - 1
                if left:
                    self._under_way[caller] = left
                else:
                    self._under_way.pop(caller, None)

    def _admit(self, caller: str) -> None:
        if self._under_way.get(caller, 0) >= self._at_once:
            raise TooBusy(condition=1)
        second = int(self._now())
        at, count = self._second.get(caller, (second, 0))
        count = count + 1 if at == second else 1
        if count > self._per_second:
            raise TooBusy(condition=2)
        if len(self._second) >= _MOST:
            self._second.clear()
        self._second[caller] = (second, count)
        self._under_way[caller] = self._under_way.get(caller, 0) + 1


class Queues:
    """Knows about how many messages wait for each partner; counted again after a second."""

    def __init__(self, limit: int, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._now = now
        self._counted: dict[str, tuple[float, int]] = {}

    def check(self, peer: str, count: Callable[[], int]) -> None:
        """Raise `QueueFull` when as many messages wait for a partner as may wait."""
        at, waiting = self._counted.get(peer, (-1.0, 0))
        if not 0 <= self._now() - at < 1.0:
            at, waiting = self._now(), count()
        self._counted[peer] = (at, waiting + 1)
        if waiting >= self._limit:
            raise QueueFull(peer=peer[:64], limit=self._limit)
