"""Searches for people's requests, done by a worker: the web only writes down that one is wanted, and by whom.

A search looks at everything that is kept, so it takes as long as there is much. It runs as the officer who
asked, for their agency and purpose, in one transaction; until it is done the ticket says that it runs.
"""

import threading
from typing import Final
from uuid import UUID

import structlog

from cordillera.foundation.errors import CordilleraError, Unavailable
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.redress import store as sql
from cordillera.trust.redress.service import RedressService
from cordillera.trust.redress.store import Searcher

LOOK_SECONDS: Final = 1.0
BATCH: Final = 20
SCOPE: Final = Scope.node("redress")
_log = structlog.get_logger(__name__)


class Searches:
    """The worker that does the searches that are wanted, the oldest first."""

    def __init__(self, store: Store, redress: RedressService) -> None:
        self._store = store
        self._redress = redress

    def run(self, stop: threading.Event) -> None:
        """Search until `stop` is set."""
        while not stop.wait(LOOK_SECONDS):
            try:
                self.run_once()
            except Unavailable as error:
                _log.warning("redress.searches_wait", error=error.code)

    def run_once(self) -> int:
        """Do the searches that are wanted; return how many were done or refused."""
        with self._store.transaction(SCOPE) as tx:
            due = [(one, self._redress.searcher(tx, one)) for one in sql.searches_wanted(tx, BATCH)]
        for ticket_id, who in due:
            self._search(ticket_id, who)
        return len(due)

    def _search(self, ticket_id: UUID, who: Searcher) -> None:
        """Do one search. What refuses it is kept with the ticket; an outage leaves it wanted."""
        try:
            with self._store.transaction(who.scope) as tx:
                self._redress.find(tx, who, ticket_id)
        except Unavailable:
            raise
        except CordilleraError as error:
            _log.warning("redress.search_refused", error=error.code)
            with self._store.transaction(who.scope) as tx:
                sql.search_ended(tx, ticket_id, error.code)
