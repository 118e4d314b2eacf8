"""Messages that wait at the same time are taken in together: one transaction, one commit (ADR 0071).

Whoever brings a message and finds nobody at work takes it in at once, with what else waits; nobody waits for
more to come. It must hold of what goes together what `together_core` says. When a batch fails, for whatever
reason, nothing of it is kept and each of its messages is taken in by itself: it fails alone, or not at all.
"""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import Final

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.desks.travellers.model import IngestResult
from cordillera.desks.travellers.together_core import Arrival, goes_with_others, together
from cordillera.foundation.store.database import Scope, Store

TakeAll = Callable[[sa.Connection, Sequence[Arrival]], list[IngestResult]]
Outcome = IngestResult | Exception | Callable[[], IngestResult]
"""What became of a message, what it failed with, or what is still to be done about it, by itself."""
SEVERAL: Final = "several"
"""The actor of a transaction of several carriers' messages; each leaf names its own."""
log = structlog.get_logger(__name__)


class _Waiting:
    """A message that waits for its turn, or for the others of its batch."""

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.outcome: IngestResult | Exception | None = None


class Together:
    """Takes in what one process is brought, in turn."""

    def __init__(self, take_all: TakeAll) -> None:
        self._take_all = take_all
        self._waiting: list[_Waiting] = []
        self._turn = Lock()

    def take(self, store: Store, scope: Scope, arrival: Arrival) -> IngestResult:
        """Take a message in, durably, and return what became of it; raise what it raises alone."""
        if not goes_with_others(arrival.plan):
            return self._alone(store, scope, arrival)
        mine = _Waiting(arrival)
        self._waiting.append(mine)
        with self._turn:
            if mine in self._waiting:
                self._lead(store, scope, mine)
        if mine.outcome is None:  # its batch failed
            return self._alone(store, scope, arrival)
        if isinstance(mine.outcome, Exception):
            raise mine.outcome
        return mine.outcome

    def take_all(self, store: Store, brought: Sequence[tuple[Scope, Arrival]]) -> list[Outcome]:
        """Take in what was brought at one time and may go together; what may not is left to do, each alone.

        What may not is whole flights, and what was in a transaction that failed.
        """
        done: dict[int, Outcome] = {}
        waiting = [at for at, (_, arrival) in enumerate(brought) if goes_with_others(arrival.plan)]
        while waiting:
            batch = [waiting[at] for at in together([brought[at][1] for at in waiting])]
            results = self._of_batch(store, brought[batch[0]][0], [brought[at][1] for at in batch])
            done.update(zip(batch, results, strict=False))
            waiting = [at for at in waiting if at not in batch]
        return [done.get(at) or partial(self._alone, store, *one) for at, one in enumerate(brought)]

    def _alone(self, store: Store, scope: Scope, arrival: Arrival) -> IngestResult:
        return self._transaction(store, scope, [arrival])[0]

    def _of_batch(
        self, store: Store, scope: Scope, arrivals: Sequence[Arrival]
    ) -> Sequence[IngestResult | Exception]:
        """What became of messages that share a transaction; nothing when it failed."""
        try:
            return self._transaction(store, _scope_of(scope, arrivals), arrivals)
        except Exception as error:  # noqa: BLE001 - each of a batch is tried alone, and raises to who brought it
            if len(arrivals) == 1:
                return [error]
            log.warning("travellers.batch_failed", error=type(error).__name__, messages=len(arrivals))
            return []

    def _lead(self, store: Store, scope: Scope, mine: _Waiting) -> None:
        """Take a message in with those that wait and may go with it."""
        waiting = [mine, *(one for one in tuple(self._waiting) if one is not mine)]
        batch = [waiting[at] for at in together([one.arrival for one in waiting])]
        for one in batch:
            self._waiting.remove(one)
        outcomes = self._of_batch(store, scope, [one.arrival for one in batch])
        for one, outcome in zip(batch, outcomes, strict=False):
            one.outcome = outcome

    def _transaction(self, store: Store, scope: Scope, arrivals: Sequence[Arrival]) -> list[IngestResult]:
        with store.transaction(scope, gathered=True) as tx:
            return self._take_all(tx, arrivals)


def _scope_of(scope: Scope, arrivals: Sequence[Arrival]) -> Scope:
    """The scope of one that brought a message, for all of its batch."""
    one_actor = len({one.origin.actor for one in arrivals}) == 1
    return scope if one_actor else msgspec.structs.replace(scope, actor=SEVERAL)
