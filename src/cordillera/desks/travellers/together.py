"""Messages that wait at the same time are taken in together: one transaction, one commit (ADR 0071).

Whoever brings a message and finds nobody at work takes it in at once, with what else waits; nobody waits for
more to come. It must hold of what goes together what `together_core` says. When a batch fails, for whatever
reason, nothing of it is kept and each of its messages is taken in by itself: it fails alone, or not at all.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.desks.travellers.model import IngestResult
from cordillera.desks.travellers.together_core import Arrival, goes_with_others, together
from cordillera.foundation.store.database import Scope, Store

TakeAll = Callable[[sa.Connection, Sequence[Arrival]], list[IngestResult]]
SEVERAL: Final = "several"
"""The actor of a transaction of several carriers' messages; each leaf names its own."""
log = structlog.get_logger(__name__)


class _Waiting:
    """A message that waits for its turn, or for the others of its batch."""

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.result: IngestResult | None = None


class Together:
    """Takes in what one process is brought, in turn."""

    def __init__(self, take_all: TakeAll) -> None:
        self._take_all = take_all
        self._waiting: list[_Waiting] = []
        self._turn = Lock()

    def take(self, store: Store, scope: Scope, arrival: Arrival) -> IngestResult:
        """Take a message in, durably, and return what became of it; raise what it raises alone."""
        if not goes_with_others(arrival.plan):
            return self._transaction(store, scope, [arrival])[0]
        mine = _Waiting(arrival)
        self._waiting.append(mine)
        with self._turn:
            if mine in self._waiting:
                self._lead(store, scope, mine)
        if mine.result is None:  # its batch failed
            return self._transaction(store, scope, [arrival])[0]
        return mine.result

    def _lead(self, store: Store, scope: Scope, mine: _Waiting) -> None:
        """Take a message in with those that wait and may go with it."""
        waiting = [mine, *(one for one in tuple(self._waiting) if one is not mine)]
        batch = [waiting[at] for at in together([one.arrival for one in waiting])]
        for one in batch:
            self._waiting.remove(one)
        try:
            one_actor = len({one.arrival.origin.actor for one in batch}) == 1
            by = scope if one_actor else msgspec.structs.replace(scope, actor=SEVERAL)
            results = self._transaction(store, by, [one.arrival for one in batch])
        except Exception as error:  # each of a batch is tried alone, and raises to who brought it
            if len(batch) == 1:
                raise
            log.warning("travellers.batch_failed", error=type(error).__name__, messages=len(batch))
            return
        for one, result in zip(batch, results, strict=True):
            one.result = result

    def _transaction(self, store: Store, scope: Scope, arrivals: Sequence[Arrival]) -> list[IngestResult]:
        with store.transaction(scope, gathered=True) as tx:
            return self._take_all(tx, arrivals)
