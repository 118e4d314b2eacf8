"""Fills the traveller desk's port for lists that change with the versions of the people desk."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people import store
from cordillera.desks.people.changed_entries import ChangedEntries, ListChanges
from cordillera.desks.people.errors import ListNotFound
from cordillera.desks.travellers.ports import ListHit, ScreeningSubject
from cordillera.desks.travellers.rescreening_ports import ListInUse
from cordillera.runtime.adapters import list_hit


class AskedChanges:
    """What differs in a version, with hits as the traveller desk takes them."""

    def __init__(self, changed: ChangedEntries) -> None:
        self._changed = changed
        self.entries = changed.entries
        self.touches = changed.touches

    def screen(
        self, tx: sa.Connection, subjects: Sequence[ScreeningSubject]
    ) -> tuple[tuple[ListHit, ...], ...]:
        """Return the candidates of each subject, the best first."""
        return tuple(tuple(map(list_hit, hits)) for hits in self._changed.screen(tx, subjects))


class VersionsOfLists:
    """The lists in use and their differences."""

    def __init__(self, changes: ListChanges) -> None:
        self._changes = changes

    def in_use(self, tx: sa.Connection) -> tuple[ListInUse, ...]:
        """Return the active version of every list."""
        return tuple(
            ListInUse(one.version.list_name, one.version.version_id, one.version.stated_date)
            for one in store.active_versions(tx)
        )

    def changes(self, tx: sa.Connection, since: Sequence[UUID], now: ListInUse) -> AskedChanges:
        """Return what differs; raise `ListNotFound` when `now` is not active any more."""
        active = store.active_versions(tx, now.list_name)
        if not active or active[0].version.version_id != now.version:
            raise ListNotFound(list=now.list_name)
        return AskedChanges(self._changes.since(tx, since, active[0].version))

    def standing(self, tx: sa.Connection, list_name: str, entry_ids: Collection[str]) -> frozenset[str]:
        """Return which entries stand."""
        return self._changes.standing(tx, list_name, entry_ids)
