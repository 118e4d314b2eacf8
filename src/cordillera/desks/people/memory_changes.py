"""What a new version of a list changed for the index in memory, when it is little.

Conditions under which an index is changed and not built anew:
1. the version in memory is still kept, and its entries can be opened;
2. no more than a fifth of the entries differ.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import lists_store, store
from cordillera.desks.people.codec import open_entity
from cordillera.desks.people.model import StoredVersion
from cordillera.engines.watchlists.model import ListedEntity
from cordillera.foundation.store.sealing import FieldSealer, KeyDestroyed

SHARE: Final = 5


class Changes(msgspec.Struct, frozen=True):
    """The ids of entries that are gone or otherwise now, and those that are new or otherwise."""

    gone: frozenset[str]
    there: dict[str, ListedEntity]


class SmallChanges:
    """Finds what differs."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer

    def between(self, tx: sa.Connection, old: UUID, new: StoredVersion) -> Changes | None:
        """Return what differs in `new` from `old`; None when the index is better built anew."""
        before, now = store.version(tx, old), new.version
        if before is None:  # 1
            return None
        if sum(lists_store.difference_counts(tx, old, now.version_id)) * SHARE > now.entries:  # 2
            return None
        found = lists_store.differences(tx, old, now.version_id, (0, None))
        try:
            was = self._opened(tx, before, [one.old for one in found if one.old is not None])
        except KeyDestroyed:  # 1
            return None
        there = self._opened(tx, new, [one.new for one in found if one.new is not None])
        gone = frozenset(entity.reference for entity in was)
        return Changes(gone, {entity.reference: entity for entity in there})

    def _opened(
        self, tx: sa.Connection, stored: StoredVersion, ordinals: Sequence[int]
    ) -> list[ListedEntity]:
        if not ordinals:
            return []
        key, version_id = self._sealer.load_key(tx, stored.key_id), stored.version.version_id
        return [
            open_entity(self._sealer, key, (version_id, ordinal), sealed)
            for ordinal, sealed in lists_store.bodies(tx, version_id, ordinals)
        ]
