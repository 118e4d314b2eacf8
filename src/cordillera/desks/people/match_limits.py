"""How much one caller may ask, and how much of a list it may come to see.

1. At most `QUERIES_A_MINUTE` queries in 60 seconds.
   A row of a batch counts a fiftieth: it asks for less work, and rule 2 bounds what it can reveal.
2. At most `ENTRIES_A_DAY` different entries shown in 24 hours: who asks many questions to copy the list is
   stopped, and the supervisor reads of it in the ledger. Entries that were shown already cost nothing.

Kept in memory, per process, under hashes; a restart forgets. The ledger keeps every batch.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from cordillera.trust.access.errors import TooManyAttempts

QUERIES_A_MINUTE: Final = 6_000
ENTRIES_A_DAY: Final = 2_000
ROWS_PER_QUERY: Final = 50
_MINUTE: Final = timedelta(seconds=60)
_DAY: Final = timedelta(hours=24)
_MOST_CALLERS: Final = 10_000


class QueriesPerMinute(TooManyAttempts):
    """A caller asked more in a minute than one may; `seconds` says how long to wait."""

    code = "people.too_many_queries"


class ListEnumerated(TooManyAttempts):
    """A caller has seen more different entries in a day than one may; the supervisor is told."""

    code = "people.list_enumerated"


class QueryLimits:
    """Counts by caller; threads may share it."""

    def __init__(self, queries: int = QUERIES_A_MINUTE, entries: int = ENTRIES_A_DAY) -> None:
        self._queries = queries
        self._entries = entries
        self._asked: dict[str, deque[tuple[datetime, int]]] = {}
        self._shown: dict[str, dict[str, datetime]] = {}
        self._alarmed: dict[str, datetime] = {}
        self._lock = Lock()

    def ask(self, caller: str, queries: int, now: datetime) -> None:
        """Count queries about to be answered; raise `QueriesPerMinute`."""
        with self._lock:
            asked = self._asked.setdefault(caller, deque())
            while asked and asked[0][0] <= now - _MINUTE:
                asked.popleft()
            if asked and sum(count for _, count in asked) + queries > self._queries:
                raise QueriesPerMinute(seconds=_seconds(asked[0][0] + _MINUTE - now))
            asked.append((now, queries))
            self._forget_idle(now)

    def show(self, caller: str, entries: Iterable[str], now: datetime) -> None:
        """Count entries about to be shown; raise `ListEnumerated` when they are too many, and count none."""
        with self._lock:
            seen = self._seen(caller, now)
            new = {entry: now for entry in entries if entry not in seen}
            if new and len(seen) + len(new) > self._entries:
                oldest = min(seen.values(), default=now)
                raise ListEnumerated(seconds=_seconds(oldest + _DAY - now))
            seen.update(new)

    def is_new_alarm(self, caller: str, now: datetime) -> bool:
        """Whether the supervisor has not been told of this caller for a day."""
        with self._lock:
            if self._alarmed.get(caller, now - _DAY) > now - _DAY:
                return False
            self._alarmed[caller] = now
            return True

    def _seen(self, caller: str, now: datetime) -> dict[str, datetime]:
        kept = {entry: at for entry, at in self._shown.get(caller, {}).items() if at > now - _DAY}
        self._shown[caller] = kept
        return kept

    def _forget_idle(self, now: datetime) -> None:
        if len(self._asked) > _MOST_CALLERS:
            idle = [name for name, asked in self._asked.items() if not asked or asked[-1][0] < now - _DAY]
            for name in idle:
                del self._asked[name]
                self._shown.pop(name, None)


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()) + 1)
