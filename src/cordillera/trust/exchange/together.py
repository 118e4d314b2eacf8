"""Questions that come while another one is being kept are kept together: a group commit for officers.

An officer waits until the question is durable. While one transaction is under way, the questions of other
officers of the same agency, under the same purpose, gather and share the next one. A question that comes
alone is kept at once. Each is judged for itself; where keeping them together fails for any reason, each
is kept, or refused, in a transaction of its own.
"""

import threading
import time
from collections import defaultdict
from typing import Final

from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.exchange.asking import Ask, Asking
from cordillera.trust.exchange.model import AskOutcome

MOST: Final = 64
GATHER_SECONDS: Final = 0.025
"""From the beginning of one transaction of a lane to that of the next, unless it is full: a transaction costs
nearly the same for one question as for several. Who asks after a pause is kept at once."""
SEVERAL: Final = "several"
"""The actor of a transaction of several officers; each leaf names its own."""


class Together:
    """Asks for officers who wait, in as few transactions as their number allows."""

    def __init__(self, store: Store, asking: Asking) -> None:
        self._store = store
        self._asking = asking
        self._lock = threading.Lock()
        self._waiting: defaultdict[tuple[str, str], list[_Waiting]] = defaultdict(list)
        self._led: set[tuple[str, str]] = set()
        self._begun: dict[tuple[str, str], float] = {}

    def ask(self, ask: Ask) -> AskOutcome:
        """Return what became of a question, once it is durable; raises what `Asking.ask_all` raises."""
        lane = (ask.officer.agency, ask.officer.purpose)
        one = _Waiting(ask)
        with self._lock:
            self._waiting[lane].append(one)
            if lane not in self._led:
                self._led.add(lane)
                one.turn.set()
        one.turn.wait()
        if not one.done:
            self._lead(lane)
        return one.outcome()

    def _lead(self, lane: tuple[str, str]) -> None:
        """Keep what has gathered, the caller's own question included, and hand the lead on."""
        self._gather(lane)
        with self._lock:
            batch, rest = self._waiting[lane][:MOST], self._waiting[lane][MOST:]
            self._waiting[lane] = rest
        try:
            self._keep(batch)
        finally:
            self._hand_on(lane)
            for one in batch:
                one.done = True
                one.turn.set()

    def _gather(self, lane: tuple[str, str]) -> None:
        """Let others join who come soon after the last transaction began."""
        rest = self._begun.get(lane, 0.0) + GATHER_SECONDS - time.monotonic()
        if rest > 0 and len(self._waiting[lane]) < MOST:
            time.sleep(rest)
        self._begun[lane] = time.monotonic()

    def _hand_on(self, lane: tuple[str, str]) -> None:
        with self._lock:
            if self._waiting[lane]:
                self._waiting[lane][0].turn.set()
            else:
                self._led.discard(lane)
                del self._waiting[lane]

    def _keep(self, batch: "list[_Waiting]") -> None:
        try:
            self._ask(batch)
        except Exception:  # noqa: BLE001 - each officer gets the error of the own question, below
            for one in batch:
                self._alone(one)

    def _alone(self, one: "_Waiting") -> None:
        try:
            self._ask([one])
        except Exception as error:  # noqa: BLE001 - raised in the thread of the officer who asked
            one.error = error

    def _ask(self, batch: "list[_Waiting]") -> None:
        first = batch[0].ask.officer
        actor = first.officer_id if len({one.ask.officer.officer_id for one in batch}) == 1 else SEVERAL
        scope = Scope(agency=first.agency, purpose=first.purpose, actor=actor)
        with self._store.transaction(scope, gathered=True) as tx:
            found = self._asking.ask_all(tx, [one.ask for one in batch])
        for one, outcome in zip(batch, found, strict=True):
            one.found = outcome


class _Waiting:
    """A question, the officer's thread that waits for it, and what became of it."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.turn = threading.Event()
        self.done = False
        self.found: AskOutcome | None = None
        self.error: Exception | None = None

    def outcome(self) -> AskOutcome:
        """Return the outcome, or raise the error."""
        if self.error is not None:
            raise self.error
        if self.found is None:
            raise RuntimeError(self.ask.partner_id)
        return self.found
