"""What expires here: list versions with their entries, and references given to partners."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people import asking_store, lists_store, store
from cordillera.foundation.store.database import NODE
from cordillera.trust.safeguards.model import DueGroup, DueReview
from cordillera.trust.safeguards.ports import Erasable
from cordillera.trust.safeguards.store import ErasableTogether


class ErasableLists:
    """List versions: superseded ones after 90 days, active ones that nobody renewed after a year."""

    name: ClassVar[str] = "watchlist"
    tables: ClassVar[Sequence[str]] = ("watchlist_version", "watchlist_entry", "watchlist_document")

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:
        """Return versions whose time has come, the oldest first."""
        found = (stored.version for stored in store.due_versions(tx, now, limit))
        return tuple(DueGroup(self.name, version.version_id, NODE, version.erase_after) for version in found)

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Delete a version with its entries, documents and references; return how many entries."""
        return store.delete_version(tx, UUID(str(group.ref)))

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:
        """Return active versions that should have been renewed."""
        found = store.versions_to_review(tx, now, limit)
        return tuple(DueReview(self.name, str(v.version_id), NODE, v.review_at, v.erase_after) for v in found)

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:
        """Return the key that seals the version."""
        stored = store.version(tx, UUID(str(group.ref)))
        return () if stored is None else (stored.key_id,)


class ErasableReferences:
    """References that partners were given, 90 days after."""

    name: ClassVar[str] = "watchlist_reference"
    tables: ClassVar[Sequence[str]] = ("watchlist_reference",)

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:
        """Return references whose time has come, the oldest first."""
        found = store.due_references(tx, now, limit)
        return tuple(DueGroup(self.name, reference, NODE, erase_after) for reference, erase_after in found)

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Delete a reference."""
        return store.delete_reference(tx, str(group.ref))

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: a reference is only a pointer and goes by itself."""
        return ()

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: a reference holds no sealed field."""
        return ()


class ErasableUpdates:
    """What updates did, and which officers agreed: two years, for whoever asks why a list was in use."""

    name: ClassVar[str] = "watchlist_update"
    tables: ClassVar[Sequence[str]] = ("watchlist_update",)

    def due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueGroup, ...]:
        """Return updates whose time has come, the oldest first."""
        found = lists_store.due_updates(tx, now, limit)
        return tuple(DueGroup(self.name, update_id, NODE, erase_after) for update_id, erase_after in found)

    def erase(self, tx: sa.Connection, group: DueGroup) -> int:
        """Delete an update."""
        return lists_store.delete_update(tx, UUID(str(group.ref)))

    def review_due(self, tx: sa.Connection, now: datetime, limit: int) -> tuple[DueReview, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: an update that waits is shown where officers decide on it."""
        return ()

    def keys_of(self, tx: sa.Connection, group: DueGroup) -> tuple[UUID, ...]:  # noqa: ARG002 - the port's shape
        """Return nothing: an update holds counts and codes, no sealed field."""
        return ()


ERASABLES: Final[tuple[Erasable, ...]] = (
    ErasableLists(),
    ErasableReferences(),
    ErasableUpdates(),
    *(ErasableTogether(table) for table in asking_store.TABLES),  # asked and seen, for the limits: a day
)
