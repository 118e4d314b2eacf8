"""What differs between two versions: the ids, for the live index and for re-screening, and page by page.

The difference is derived from the marks of the sealed entries and stored nowhere.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.people import lists_store, store
from cordillera.desks.people.codec import open_entity
from cordillera.desks.people.lists_core import entry_change
from cordillera.desks.people.lists_errors import VersionNotFound
from cordillera.desks.people.lists_model import DiffPage, EntryChange, ListDelta, UpdateCounts
from cordillera.desks.people.lists_store import Difference
from cordillera.desks.people.model import Actor, ListVersion, StoredVersion
from cordillera.engines.watchlists.model import ListedEntity
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

PAGE: Final = 25
_BATCH: Final = 5_000


class ListDifferences:
    """Compares versions of a list."""

    def __init__(self, sealer: FieldSealer, ledger: Ledger) -> None:
        self._sealer = sealer
        self._ledger = ledger

    def delta(self, tx: sa.Connection, old: UUID | None, new: UUID | None) -> ListDelta:
        """Return which entries differ, by their ids; raise `VersionNotFound`.

        Entries themselves come from `entities`.
        """
        versions = self._both(tx, old, new)
        found = lists_store.differences(tx, old, new, (0, None))
        before = dict(self._references(tx, versions[0], [one.old for one in found if one.new is None]))
        after = dict(self._references(tx, versions[1], [one.new for one in found]))
        return ListDelta(
            next(one.version.list_name for one in versions if one),
            old,
            new,
            added=tuple(after[one.new] for one in found if one.old is None and one.new is not None),
            removed=tuple(before[one.old] for one in found if one.new is None and one.old is not None),
            changed=tuple(after[one.new] for one in found if one.old is not None and one.new is not None),
        )

    def entities(
        self, tx: sa.Connection, version_id: UUID, ordinals: Sequence[int]
    ) -> Iterator[tuple[int, ListedEntity]]:
        """Yield some entries of a version with their ordinals; raise `VersionNotFound`."""
        stored = store.version(tx, version_id)
        if stored is None:
            raise VersionNotFound
        yield from self._open(tx, stored, ordinals)

    def differing(
        self, tx: sa.Connection, old: UUID | None, new: UUID | None, skip: int = 0
    ) -> Iterator[tuple[ListedEntity | None, ListedEntity | None]]:
        """Yield every differing entry, less the first `skip`, as it was and as it is, a batch at a time.

        Those that are gone come first, then those that changed, then those that came.
        """
        versions = self._both(tx, old, new)
        while found := lists_store.differences(tx, old, new, (skip, _BATCH)):
            yield from self._pairs(tx, versions, found)
            skip += len(found)

    def page(self, tx: sa.Connection, old: UUID | None, new: UUID, page: int, by: Actor) -> DiffPage:
        """Return one page of a difference, field by field, and record that it was seen."""
        versions = self._both(tx, old, new)
        counts = lists_store.difference_counts(tx, old, new)
        pages = max(1, -(-sum(counts) // PAGE))
        at = min(max(1, page), pages)
        found = lists_store.differences(tx, old, new, ((at - 1) * PAGE, PAGE))
        rows = tuple(entry_change(*pair) for pair in self._pairs(tx, versions, found))
        self._seen(tx, versions[1] or versions[0], by, at)
        sizes = [one.version if one else None for one in versions]
        return DiffPage(_counts(sizes[0], sizes[1], counts), rows, at, pages)

    def changes(self, tx: sa.Connection, old: UUID | None, new: UUID, by: Actor) -> Iterator[EntryChange]:
        """Yield the whole difference field by field, for an export, and record that it was taken out."""
        versions = self._both(tx, old, new)
        self._seen(tx, versions[1], by, 0)
        return (entry_change(*pair) for pair in self.differing(tx, old, new))

    def seen(self, tx: sa.Connection, version: ListVersion, by: Actor) -> None:
        """Record that somebody was told which entries differ."""
        self._seen(tx, store.version(tx, version.version_id), by, 0)

    def _both(
        self, tx: sa.Connection, old: UUID | None, new: UUID | None
    ) -> tuple[StoredVersion | None, StoredVersion | None]:
        found = [None if one is None else store.version(tx, one) for one in (old, new)]
        missing = any(one is not None and kept is None for one, kept in zip((old, new), found, strict=True))
        names = {one.version.list_name for one in found if one}
        if missing or len(names) != 1:
            raise VersionNotFound
        return found[0], found[1]

    def _pairs(
        self,
        tx: sa.Connection,
        versions: tuple[StoredVersion | None, StoredVersion | None],
        found: Sequence[Difference],
    ) -> Iterator[tuple[ListedEntity | None, ListedEntity | None]]:
        before = dict(self._open(tx, versions[0], [one.old for one in found]))
        after = dict(self._open(tx, versions[1], [one.new for one in found]))
        for one in found:
            was = None if one.old is None else before.get(one.old)
            yield was, None if one.new is None else after.get(one.new)

    def _references(
        self, tx: sa.Connection, stored: StoredVersion | None, ordinals: Sequence[int | None]
    ) -> Iterator[tuple[int | None, str]]:
        for ordinal, entity in self._open(tx, stored, ordinals):
            yield ordinal, entity.reference

    def _open(
        self, tx: sa.Connection, stored: StoredVersion | None, ordinals: Sequence[int | None]
    ) -> Iterator[tuple[int, ListedEntity]]:
        wanted = [one for one in ordinals if one is not None]
        if stored is None or not wanted:
            return
        key, version_id = self._sealer.load_key(tx, stored.key_id), stored.version.version_id
        for start in range(0, len(wanted), _BATCH):
            for ordinal, sealed in lists_store.bodies(tx, version_id, wanted[start : start + _BATCH]):
                yield ordinal, open_entity(self._sealer, key, (version_id, ordinal), sealed)

    def _seen(self, tx: sa.Connection, stored: StoredVersion | None, by: Actor, page: int) -> None:
        name = stored.version.list_name if stored else ""
        version = str(stored.version.version_id) if stored else ""
        event = Event(
            kind=LeafKind.CONSULTATION,
            actor=by.actor,
            agency=by.agency,
            purpose=by.purpose,
            detail={"difference": version, "page": str(page) if page else "all"},
            subject_ref=f"list:{name}",
        )
        self._ledger.record(tx, event)


def _counts(old: ListVersion | None, new: ListVersion | None, counts: tuple[int, int, int]) -> UpdateCounts:
    return UpdateCounts(
        new.entries if new else 0,
        old.entries if old else 0,
        new.source_bytes if new else 0,
        old.source_bytes if old else 0,
        *counts,
    )
