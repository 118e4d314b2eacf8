"""A bell that wakes the couriers when something was put into the outbox, by whichever process of the node.

Within a process it is rung by hand, once the transaction has committed. The other processes hear it
through the database (`Ringer`), as a call that bears the `mark` of the bell it comes from.

>>> bell = Bell()
>>> heard = bell.rung
>>> bell.ring()
>>> bell.wait(heard, 1.0)
"""

import threading
from typing import Final

import structlog

from cordillera.foundation.errors import Unavailable
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.calls import listening
from cordillera.foundation.store.database import Store

CHANNEL: Final = "cordillera_outbox"
HEAR_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 1.0
_log = structlog.get_logger(__name__)


class Bell:
    """Counts how often it was rung, so that nobody who looks in time misses it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.mark = str(uuid7())
        self.rung = 0
        self.carries = False
        """Whether it is rung for what other processes do, too."""

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self.rung += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Wait until it is rung more often than `heard` times, at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.rung != heard, seconds)


class Ringer:
    """Rings the bell of this process when another one of the node has put something into the outbox."""

    def __init__(self, store: Store, bell: Bell) -> None:
        self._store = store
        self._bell = bell

    def run(self, stop: threading.Event) -> None:
        """Listen until `stop` is set; while the database is away, the couriers look for themselves."""
        while not stop.is_set():
            try:
                self._listen(stop)
            except Unavailable as error:
                _log.warning("exchange.bell_unheard", error=error.code)
                stop.wait(PAUSE_SECONDS)
            finally:
                self._bell.carries = False

    def _listen(self, stop: threading.Event) -> None:
        with listening(self._store, CHANNEL) as hear:
            self._bell.carries = True
            self._bell.ring()  # what came before this was not heard
            while not stop.is_set():
                if any(mark != self._bell.mark for mark in hear(HEAR_SECONDS)):
                    self._bell.ring()
