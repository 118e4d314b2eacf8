"""The load of `cordillera bench exchange`: queries offered as fast as they are taken, or at a steady rate."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from cordillera.cli import bench_exchange_store as sql
from cordillera.cli.bench_nodes import AGREEMENT, SCOPE, BenchFailed, officer_of, parts_of
from cordillera.foundation.store.database import Store
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.process import keep_what_is_loaded
from cordillera.trust.exchange.model import LegalGrounds, PersonQuery
from cordillera.trust.exchange.service import ExchangeService

ASKERS: Final = 40
"""As many officers ask at once as a web worker has threads."""
IN_FLIGHT: Final = 256
LOOK_SECONDS: Final = 0.1
STALL_SECONDS: Final = 60.0
_GROUNDS = LegalGrounds(AGREEMENT, "drug_trafficking", "drug_trafficking", 120, "BENCH-1", "chief")


class Load(msgspec.Struct, frozen=True):
    """How many messages (0: as many as fit into `seconds`), and how many a second (0: as many as go)."""

    messages: int
    rate: float = 0.0
    seconds: float = 0.0

    @classmethod
    def of(cls, messages: int, rate: float | None, minutes: float | None) -> "Load":
        """The load that was asked for; when it is to last, the number of messages does not end it."""
        return cls(0 if minutes else messages, rate or 0.0, (minutes or 0.0) * 60)


class Measured(msgspec.Struct, frozen=True):
    """One phase: its messages with their latencies, and what was lost or doubled since the beginning."""

    messages: int
    per_second: float
    waits_ms: list[float]
    taken_in_ms: list[float]
    lost: int
    duplicated: int


class Nodes:
    """The two nodes as the driver sees them: one to ask at, and both to look into."""

    def __init__(self, asking: Node, answering: Node) -> None:
        self._asking = asking
        self._stores = (asking.store, answering.store)
        self._service = ExchangeService(parts_of(asking))
        self._officer = officer_of(asking)
        self._asked = 0

    @classmethod
    @contextmanager
    def of(cls, homes: tuple[Path, Path]) -> Iterator["Nodes"]:
        """Open both."""
        with open_node(homes[0]) as asking, open_node(homes[1]) as answering:
            keep_what_is_loaded()
            asking.ledger.prepare(asking.store)  # as the sequencer does that runs beside a web worker
            yield cls(asking, answering)

    def run(self, load: Load, note: Callable[[], None] = lambda: None) -> Measured:
        """Ask until the load is done and every receipt stored; `note` is called at five even steps."""
        began = datetime.now(UTC)
        turns = _Turns(load)
        threads = [threading.Thread(target=self._ask, args=(turns,), daemon=True) for _ in range(ASKERS)]
        for thread in threads:
            thread.start()
        self._keep_going(turns, note)
        for thread in threads:
            thread.join(10)
        self._asked += turns.given
        self._settle()
        return self._measured(began)

    def _ask(self, turns: "_Turns") -> None:
        while (number := turns.take()) is not None:
            person = PersonQuery(f"Invented Person {number}", date_of_birth="1980-05-17")
            self._service.ask_now(self._officer, "us", f"bench-{number}", person, _GROUNDS)

    def _keep_going(self, turns: "_Turns", note: Callable[[], None]) -> None:
        """Let as many new queries in as receipts were stored, until the last was asked."""
        noted, before, moved = -1, 0, time.monotonic()
        while not turns.over:
            if turns.fifth > noted:
                noted = turns.fifth
                note()
            turns.look(_count(self._stores[0], sql.messages_open))
            if turns.given != before:
                before, moved = turns.given, time.monotonic()
            if time.monotonic() - moved > STALL_SECONDS:
                turns.end()
                raise BenchFailed(reason="nothing moves", asked=turns.given)
            time.sleep(LOOK_SECONDS)
        note()

    def _settle(self) -> None:
        for store in self._stores:
            _wait(store, sql.messages_open)
        _wait(self._stores[0], sql.queries_waiting)
        _wait(self._stores[1], sql.messages_open)

    def _measured(self, began: datetime) -> Measured:
        seen: list[tuple[UUID, float, float]] = []
        taken_in: dict[UUID, float] = {}
        for store in self._stores:
            with store.transaction(SCOPE) as tx:
                seen += sql.delivered(tx, began)
                taken_in |= sql.taken_in(tx, began)
        with self._stores[0].transaction(SCOPE) as tx:
            sent, known, _ = sql.counts(tx)
        with self._stores[1].transaction(SCOPE) as tx:
            answered, _, taken = sql.counts(tx)
        asked = self._asked
        return Measured(
            messages=len(seen),
            per_second=len(seen) / (max(stored for _, _, stored in seen) - began.timestamp()),
            waits_ms=sorted((stored - made) * 1000 for _, made, stored in seen),
            taken_in_ms=sorted((taken_in[one] - made) * 1000 for one, made, _ in seen if one in taken_in),
            lost=asked - min(sent, known) + asked - min(answered, asked),
            duplicated=max(0, taken - asked) + max(0, answered - asked),
        )


class _Turns:
    """Whose turn it is to ask: the next number, once its moment has come and there is room for it."""

    def __init__(self, load: Load) -> None:
        self._queries = max(1, load.messages // 2) if load.messages else 0
        self._each = 2.0 / load.rate if load.rate else 0.0
        self._seconds = load.seconds
        self._began = time.monotonic()
        self._lock = threading.Condition()
        self._room = IN_FLIGHT
        self._ended = False
        self.given = 0

    @property
    def over(self) -> bool:
        """Whether the last query was given out."""
        late = self._seconds > 0 and time.monotonic() - self._began >= self._seconds
        return self._ended or late or (self._queries > 0 and self.given >= self._queries)

    @property
    def fifth(self) -> int:
        """How many fifths of the load are done."""
        if self._seconds:
            return int(5 * (time.monotonic() - self._began) / self._seconds)
        return 5 * self.given // self._queries

    def take(self) -> int | None:
        """Wait for the next turn; None when there is none any more."""
        with self._lock:
            while not self.over and self._room <= 0:
                self._lock.wait(0.1)
            if self.over:
                return None
            number = self.given
            self.given += 1
            self._room -= 1
        if self._each:
            time.sleep(max(0.0, self._began + number * self._each - time.monotonic()))
        return number

    def look(self, waiting: int) -> None:
        """Make room: `waiting` messages are under way."""
        with self._lock:
            self._room = IN_FLIGHT - waiting
            self._lock.notify_all()

    def end(self) -> None:
        """Give out no more."""
        self._ended = True


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many percent do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _count(store: Store, of: Callable[..., int]) -> int:
    with store.transaction(SCOPE, gathered=True) as tx:
        return of(tx)


def _wait(store: Store, of: Callable[..., int]) -> None:
    before, moved = -1, time.monotonic()
    while now := _count(store, of):
        if now != before:
            before, moved = now, time.monotonic()
        if time.monotonic() - moved > STALL_SECONDS:
            raise BenchFailed(reason="nothing moves", waiting=now)
        time.sleep(LOOK_SECONDS)
