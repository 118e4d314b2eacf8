"""Updates by themselves: each source is looked at when its time has come; what goes wrong is told.

A download is done before a transaction is open. A refusal leaves the active version active; it is told on
the page of lists, on the start page of whoever keeps lists, and in the history of updates.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from cordillera.desks.people import lists_store
from cordillera.desks.people import store as versions
from cordillera.desks.people.core import check_name
from cordillera.desks.people.lists_core import fresh_until
from cordillera.desks.people.lists_errors import ListSourceNotFound
from cordillera.desks.people.lists_fetch import Fetched, check_source, fetched
from cordillera.desks.people.lists_model import (
    KnownSource,
    ListSource,
    Outcome,
    SourceState,
    Update,
    UpdateCounts,
)
from cordillera.desks.people.lists_proof import check_public
from cordillera.desks.people.lists_service import KEPT, LOOKED_AT, ListKeeper
from cordillera.desks.people.model import Actor
from cordillera.engines.watchlists.formats import Delivery
from cordillera.engines.watchlists.mapping import read_mapping
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import NODE, Scope, Store
from cordillera.trust.ledger.model import Event, LeafKind

SCOPE: Final = Scope.node("list.update")
RETRY: Final = timedelta(minutes=10)  # after a failure, when the source is looked at more rarely


class ListUpdater:
    """Looks at sources."""

    def __init__(self, keeper: ListKeeper, agency: str) -> None:
        self._keeper = keeper
        self._clock = keeper.importer.clock
        self._ledger = keeper.importer.ledger
        self._by = Actor(NODE, agency, "operation")

    def run_once(self, store: Store, _clock: Clock | None = None) -> int:
        """Look at every source whose time has come; return how many."""
        with store.transaction(SCOPE) as tx:
            due = lists_store.due_sources(tx, self._clock.now())
        for name in due:
            self.look(store, name)
        return len(due)

    def look(self, store: Store, list_name: str) -> SourceState:
        """Look at one source now; what comes of it is in the state returned. Raise `ListSourceNotFound`."""
        known = self.source(store, list_name)
        try:
            with fetched(known.source, known.state) as found:
                return self._taken(store, known, found)
        except CordilleraError as error:
            return self._failed(store, known, error)

    def source(self, store: Store, list_name: str) -> KnownSource:
        """Return where a list comes from; raise `ListSourceNotFound`."""
        with store.transaction(SCOPE) as tx:
            known = lists_store.sources(tx, list_name)
        if not known:
            raise ListSourceNotFound(list=list_name[:40])
        return known[0]

    def put_source(self, store: Store, source: ListSource, by: Actor) -> KnownSource:
        """Configure where a list comes from; it is looked at at once if it has a schedule.

        Raises `ListNameInvalid`, `ListSourceUnsafe`, `ListSignatureWrong` (the key), `ListMappingWrong`.
        """
        check_name(source.list_name)
        check_source(source)
        if source.public_key:
            check_public(source.public_key)
        if source.mapping:
            read_mapping(source.mapping)
        now = self._clock.now()
        known = KnownSource(source, SourceState(next_at=now if source.every_minutes else None))
        with store.transaction(SCOPE) as tx:
            lists_store.put_source(tx, known, by.actor, now)
            self._ledger.record(tx, _configured(source.list_name, by, source))
        return known

    def remove_source(self, store: Store, list_name: str, by: Actor) -> None:
        """Forget where a list comes from; the list stays. Raise `ListSourceNotFound`."""
        with store.transaction(SCOPE) as tx:
            if not lists_store.remove_source(tx, list_name):
                raise ListSourceNotFound(list=list_name[:40])
            self._ledger.record(tx, _configured(list_name, by, None))

    def _taken(self, store: Store, known: KnownSource, found: Fetched) -> SourceState:
        """Take in what came, in one transaction with what is remembered of the source.

        What is active already, or was offered before, is nothing new; only the former keeps a list fresh.
        """
        now, name = self._clock.now(), known.source.list_name
        digest = known.state.seen_hash if found.delivery is None else _hash(found.delivery)
        with store.transaction(SCOPE) as tx:
            versions.lock_list(tx, name)
            active = next((one.version for one in versions.active_versions(tx, name)), None)
            current = active is not None and active.source_hash == digest
            if active is not None and current:
                lists_store.renew(tx, name, fresh_until(active.list_date, now, known.source.policy))
            if found.delivery is None or current or digest == known.state.seen_hash:
                outcome = Outcome.UNCHANGED
            else:
                outcome = self._keeper.offer(tx, found.delivery, known, self._by).outcome
            state = msgspec.structs.replace(
                found.state,
                seen_hash=digest,
                next_at=_next(known, now),
                checked_at=now,
                outcome=outcome.value,
                code="",
            )
            lists_store.note_state(tx, name, state)
        return state

    def _failed(self, store: Store, known: KnownSource, error: CordilleraError) -> SourceState:
        """Remember a failure; the same one again is not told twice in the history."""
        now = self._clock.now()
        soon = min(filter(None, (_next(known, now), now + RETRY))) if known.source.every_minutes else None
        state = msgspec.structs.replace(
            known.state, next_at=soon, checked_at=now, outcome=Outcome.FAILED.value, code=error.code
        )
        with store.transaction(SCOPE) as tx:
            if (known.state.outcome, known.state.code) != (state.outcome, state.code):
                lists_store.add_update(tx, _failure(known.source, error, now))
            lists_store.note_state(tx, known.source.list_name, state)
        return state


def _next(known: KnownSource, now: datetime) -> datetime | None:
    minutes = known.source.every_minutes
    return now + timedelta(minutes=minutes) if minutes else None


def _hash(delivery: Delivery) -> str:
    return sha256(b"".join(file.digest() for file in delivery.files)).hex()


def _failure(source: ListSource, error: CordilleraError, now: datetime) -> Update:
    return Update(
        update_id=uuid7(),
        list_name=source.list_name,
        version_id=None,
        replaces=None,
        outcome=Outcome.FAILED,
        code=error.code,
        reasons=(),
        counts=UpdateCounts(),
        source_hash="",
        place=source.place,
        officers_needed=0,
        first_officer="",
        second_officer="",
        made_by=NODE,
        made_at=now,
        closed_at=now,
        erase_after=now + KEPT,
        review_at=now + LOOKED_AT,
    )


def _configured(list_name: str, by: Actor, source: ListSource | None) -> Event:
    detail = {"list": list_name, "source": source.place if source else "", "removed": str(source is None)}
    if source:
        detail |= {"sums": source.sums, "signature": source.signature, "public_key": source.public_key}
        detail |= {"automatic": str(source.policy.automatic), "every_minutes": str(source.every_minutes)}
    return Event(
        kind=LeafKind.SETTINGS_CHANGED,
        actor=by.actor,
        agency=by.agency,
        purpose=by.purpose,
        detail=detail,
        subject_ref=f"list:{list_name}",
    )
