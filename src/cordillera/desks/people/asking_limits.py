"""How much one caller, officer or program, may ask of the lists, and how much of them it may come to see.

1. At most so many queries in a minute. A row of a batch counts a fiftieth: it asks for less work, and
   condition 2 bounds what it can reveal. A single question or batch is never too many by itself.
2. At most so many different entries in a day: who asks many questions to copy a list is stopped, and the
   supervisor reads of it in the ledger, once a day. Entries that were shown already cost nothing.
3. At most such a share of the entries of any one list in a day, so that a short list is not copied below the
   limit of 2; but always `entries_always`, so that ordinary work goes on.

Every way of asking counts here, in the transaction of its answer: what is refused counts nothing and shows
nothing. The counts stand in the database, so processes share them and a restart forgets none. A minute and
a day begin with the first question. Limits come from the settings `[people]`. Source: ADR 0081.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from cordillera.desks.people import asking_store
from cordillera.desks.people.asking_store import DAY, MINUTE
from cordillera.desks.people.model import Actor
from cordillera.foundation.clock import Clock
from cordillera.foundation.settings import PeopleSettings
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.access.errors import TooManyAttempts
from cordillera.trust.access.model import MACHINE
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

ROWS_PER_QUERY: Final = 50
_SHOWN: Final = "list_shown.entry"
_LIST: Final = "list_shown.list"
_ALARM: Final = "people.match"

Entry = tuple[str, str]
"""List and the entry's own number in it."""


class QueriesPerMinute(TooManyAttempts):
    """A caller asked more in a minute than one may; `seconds` says how long to wait."""

    code = "people.too_many_queries"


class ListEnumerated(TooManyAttempts):
    """A caller has seen more entries in a day than one may, of all or of one list; the supervisor is told."""

    code = "people.list_enumerated"


class AskingLimits:
    """Counts what callers ask and see; threads, processes and all ways of asking share it."""

    def __init__(self, store: Store, ledger: Ledger, sealer: FieldSealer, settings: PeopleSettings) -> None:
        self.settings = settings
        self._store = store
        self._ledger = ledger
        self._sealer = sealer
        self._waiting: dict[tuple[str, str], datetime] = {}

    @property
    def _clock(self) -> Clock:
        return self._ledger.clock

    def heed(self, by: Actor) -> None:
        """Refuse without any work a caller who was told to wait and did not; raise `QueriesPerMinute`."""
        until = self._waiting.get((by.agency, by.actor))
        if until is None:
            return
        now = self._clock.now()
        if now < until:
            raise QueriesPerMinute(seconds=_seconds(until - now))
        self._waiting.pop((by.agency, by.actor), None)

    def count(self, tx: sa.Connection, by: Actor, queries: int, shown: Iterable[Entry]) -> None:
        """Count questions and the entries about to be shown, in one statement.

        Raises `QueriesPerMinute` (condition 1) or `ListEnumerated` (2, 3); the answer's transaction must end.
        """
        now, entries = self._clock.now(), sorted(set(shown))
        told = asking_store.count(tx, by, (queries, sorted(map(self._mark, entries))), now)
        most_queries, most_entries, share = self._most(by)
        if told.asked > max(most_queries, queries):
            until = self._waiting[by.agency, by.actor] = told.asked_since + MINUTE
            raise QueriesPerMinute(seconds=_seconds(until - now))
        over = {} if told.shown <= most_entries else {"entries": str(told.shown)}
        if told.fresh and not over and told.shown > self.settings.entries_always:
            over = self._beyond_share(tx, by, entries, share)
        if told.fresh and over:
            self._alarm(by, now, over)
            raise ListEnumerated(seconds=_seconds(told.shown_since + DAY - now))

    def _mark(self, entry: Entry) -> bytes:
        """Return the blind mark of an entry; those of one list begin alike, so that they can be counted."""
        return self._of_list(entry[0]) + self._sealer.blind(_SHOWN, "\n".join(entry))

    def _of_list(self, name: str) -> bytes:
        return self._sealer.blind(_LIST, name)[: asking_store.OF_LIST]

    def _beyond_share(
        self, tx: sa.Connection, by: Actor, entries: Sequence[Entry], share: int
    ) -> dict[str, str]:
        """Return the list of which too large a share was seen, and how much; nothing if there is none (3)."""
        lists = {name: self._of_list(name) for name, _ in entries}
        for name, seen, size in asking_store.seen_of(tx, by, lists, self._clock.now()):
            if seen > max(self.settings.entries_always, size * share // 100):
                return {"list": name, "seen": str(seen), "of": str(size)}
        return {}

    def _most(self, by: Actor) -> tuple[int, int, int]:
        limits = self.settings
        if by.actor.startswith(MACHINE):
            most = limits.program_queries_a_minute, limits.program_entries_a_day
            return *most, limits.program_share_of_list
        most = limits.officer_queries_a_minute, limits.officer_entries_a_day
        return *most, limits.officer_share_of_list

    def _alarm(self, by: Actor, now: datetime, over: dict[str, str]) -> None:
        """Tell the supervisor, in a transaction of its own: the refusal ends the other."""
        with self._store.transaction(Scope(by.agency, by.purpose, by.actor)) as tx:
            if not asking_store.is_new_alarm(tx, by, now):
                return
            event = Event(
                kind=LeafKind.ESCALATED,
                actor=by.actor,
                agency=by.agency,
                purpose=by.purpose,
                detail={"reason": ListEnumerated.code, **over},
                subject_ref=_ALARM,
            )
            self._ledger.record(tx, event)


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()) + 1)
