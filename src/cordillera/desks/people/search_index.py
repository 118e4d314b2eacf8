"""Keeps the blind keys of stored people up with what sources keep; a worker and each search call it."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people import search_store as sql
from cordillera.desks.people.person_ports import Indexed, Owned
from cordillera.desks.people.search_keys import COLUMN, keys_of, scheme
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.safeguards.model import DueGroup, DueReview

PURPOSE: Final = "people.index"
BATCH: Final = 500
_ROUNDS: Final = 400  # batches of one run: a backlog is worked off in several


class PersonIndex:
    """Reads what is new at each source and keeps its keys. Calling it twice changes nothing."""

    def __init__(self, sealer: FieldSealer, sources: Sequence[Indexed]) -> None:
        self._sealer = sealer
        self._sources = tuple(sources)

    def run_once(self, store: Store, _clock: Clock | None = None) -> int:
        """Index everything that is new; return how many items."""
        return sum(self._run(store, source) for source in self._sources)

    def catch_up(self, store: Store) -> int:
        """Index one batch of each source, so that a search finds what has just come."""
        return sum(self._batch(store, source) for source in self._sources)

    def keys(self, words: frozenset[str]) -> list[bytes]:
        """Return the blind keys of plain ones."""
        return [self._sealer.blind(COLUMN, word) for word in sorted(words)]

    def index(self, tx: sa.Connection, source: str, owned: Sequence[Owned]) -> None:
        """Keep the keys of items, in place of those that they had."""
        sql.forget_keys(tx, source, [one.item.ref for one in owned])
        sql.add_keys(tx, [row for one in owned for row in self._rows(source, one)])

    def _run(self, store: Store, source: Indexed) -> int:
        done = 0
        for _ in range(_ROUNDS):
            found = self._batch(store, source)
            done += found
            if found < BATCH:
                break
        return done

    def _batch(self, store: Store, source: Indexed) -> int:
        with store.transaction(Scope.node(PURPOSE)) as tx:
            last = sql.mark(tx, source.name, scheme())
            again = sql.to_read_again(tx, source.name, BATCH)
            if again:
                sql.forget_keys(tx, source.name, again)
                self.index(tx, source.name, source.again(tx, again))
            found, reached = source.newer(tx, last, BATCH)
            if found:
                self.index(tx, source.name, found)
            if reached != last:
                sql.move_mark(tx, source.name, scheme(), reached)
        return len(found)

    def _rows(self, source: str, owned: Owned) -> list[sql.KeyRow]:
        due = owned.until
        blind = self.keys(keys_of(owned.item))
        return [sql.KeyRow(owned.agency, source, owned.item.ref, key, due, due) for key in blind]


class ErasableKeys:
    """Blind keys: they go with the item, or when it may no longer be found by name."""

    name: ClassVar[str] = "person_key"
    tables: ClassVar[Sequence[str]] = ("person_key",)

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:
        """Return items whose keys are due, the oldest first."""
        found = sql.due_keys(tx, now, limit)
        return tuple(
            DueGroup(self.name, f"{source}/{ref}", agency, due) for agency, source, ref, due in found
        )

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Delete the keys of an item."""
        source, _, ref = str(group.ref).partition("/")
        return sql.forget_keys(tx, source, [ref])

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: keys have no need of their own."""
        return ()

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: a blind key is not sealed."""
        return ()
