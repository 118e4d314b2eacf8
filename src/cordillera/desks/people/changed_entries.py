"""What a new version of a list changed, as an index of its own: small, and asked about people already stored.

When the version before is not kept any more, the whole list is asked.
"""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people import store, threshold_store
from cordillera.desks.people.codec import REFERENCE
from cordillera.desks.people.compare_engine import SCALE, default_threshold
from cordillera.desks.people.errors import ListNotFound
from cordillera.desks.people.lists_diff import ListDifferences
from cordillera.desks.people.lists_errors import VersionNotFound
from cordillera.desks.people.memory import ListsInMemory, LoadedList, hit_of
from cordillera.desks.people.model import ListVersion, PersonHit
from cordillera.desks.people.ports import ScreenedSubject
from cordillera.desks.people.screening import screened
from cordillera.engines.names.whole_index import WholeIndex
from cordillera.engines.watchlists.model import EntityKind, ListedEntity
from cordillera.foundation.store.sealing import FieldSealer, KeyDestroyed

_LARGE: Final = 20_000
"""From so many differing entries on, the list in memory is asked instead of an index of its own."""


class ChangedEntries:
    """The persons that were added or changed, ready to be asked."""

    def __init__(self, loaded: LoadedList) -> None:
        self._loaded = loaded

    @property
    def entries(self) -> int:
        """How many persons are asked."""
        return len(self._loaded.entities)

    def touches(self, entry_id: str) -> bool:
        """Tell whether a person is one of them."""
        return entry_id in self._loaded.entities

    def screen(
        self, tx: sa.Connection, subjects: Sequence[ScreenedSubject]
    ) -> tuple[tuple[PersonHit, ...], ...]:
        """Return each subject's candidates by the list's own threshold, the best first."""
        asked = [screened(one) for one in subjects]
        own = threshold_store.active(tx, SCALE)
        line = own.get(self._loaded.version.list_name, default_threshold())
        return tuple(
            tuple(hit for match in matches if (hit := hit_of(self._loaded, match, line)).strong)
            for matches in self._loaded.index.screen(asked, line)
        )


class ListChanges:
    """Finds what changed."""

    def __init__(self, sealer: FieldSealer, differences: ListDifferences, lists: ListsInMemory) -> None:
        self._sealer = sealer
        self._differences = differences
        self._lists = lists

    def since(self, tx: sa.Connection, versions: Sequence[UUID], now: ListVersion) -> ChangedEntries:
        """Return what differs in `now` from any of `versions`; without one that is kept, the whole list.

        Raises `ListNotFound` when `now` is not the active version.
        """
        found: dict[str, ListedEntity] = {}
        try:
            for version in versions:
                for _, entity in self._differences.differing(tx, version, now.version_id):
                    if entity is not None and entity.kind is EntityKind.PERSON:
                        found.setdefault(entity.reference, entity)
        except (VersionNotFound, KeyDestroyed):
            return self._whole(tx, now)
        if not versions or len(found) > _LARGE:
            return self._whole(tx, now)
        index = WholeIndex(entity.as_person() for entity in found.values())
        return ChangedEntries(LoadedList(now, index, found))

    def standing(self, tx: sa.Connection, list_name: str, entry_ids: Collection[str]) -> frozenset[str]:
        """Return which of some entries stand in the active version of a list."""
        active = store.active_versions(tx, list_name)
        if not active:
            return frozenset()
        version = active[0].version.version_id
        return frozenset(
            one
            for one in entry_ids
            if store.entry_of_list(tx, version, self._sealer.blind(REFERENCE, one)) is not None
        )

    def _whole(self, tx: sa.Connection, now: ListVersion) -> ChangedEntries:
        loaded = self._lists.current(tx, now.list_name)[0]
        if loaded.version.version_id != now.version_id:
            raise ListNotFound(list=now.list_name)
        return ChangedEntries(loaded)
