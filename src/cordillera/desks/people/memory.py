"""The active lists in memory: one index per version. Of a list that changes a little, the index is changed.

Whoever is still asking a version goes on asking it whole: the index of the next one is a fork.
Organisations and vessels are not held: the index compares names by the rules of people's names.

Answers are candidates that no human has verified. Each names its list and the list's date.
"""

from collections.abc import Sequence
from threading import Lock
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import store, threshold_store
from cordillera.desks.people.codec import open_entity
from cordillera.desks.people.compare_engine import SCALE, default_threshold
from cordillera.desks.people.core import shown_fields
from cordillera.desks.people.errors import ListNotFound
from cordillera.desks.people.memory_changes import SmallChanges, persons_of
from cordillera.desks.people.model import ListVersion, PersonHit, StoredVersion
from cordillera.engines.names.model import Subject
from cordillera.engines.names.screen_index import ListIndex, Match
from cordillera.engines.watchlists.model import ListedEntity
from cordillera.foundation.store.sealing import FieldSealer


class LoadedList(msgspec.Struct, frozen=True):
    """A list version in memory. `entities` holds the persons of the index by their ids."""

    version: ListVersion
    index: ListIndex
    entities: dict[str, ListedEntity]


class ListsInMemory:
    """Loads what changed and finds candidates."""

    def __init__(self, sealer: FieldSealer) -> None:
        self._sealer = sealer
        self._changes = SmallChanges(sealer)
        self._loaded: dict[UUID, LoadedList] = {}
        self._loading = Lock()

    def hits(
        self,
        tx: sa.Connection,
        subjects: Sequence[Subject],
        *,
        list_name: str | None = None,
        threshold: float | None = None,
    ) -> list[tuple[PersonHit, ...]]:
        """Return candidates of at least `threshold` bits, or what a list alerts on; raise `ListNotFound`."""
        found: list[list[PersonHit]] = [[] for _ in subjects]
        own = threshold_store.active(tx, SCALE)
        for loaded in self.current(tx, list_name):
            line = own.get(loaded.version.list_name, default_threshold())
            asked = loaded.index.screen(subjects, line if threshold is None else threshold)
            for hits, matches in zip(found, asked, strict=True):
                shown = [hit_of(loaded, match, line) for match in matches]
                hits.extend(hit for hit in shown if threshold is not None or hit.strong)
        return [tuple(sorted(hits, key=_best_first)) for hits in found]

    def current(self, tx: sa.Connection, list_name: str | None = None) -> tuple[LoadedList, ...]:
        """Return the active lists as indexes, loading what has changed since; raise `ListNotFound`."""
        active = store.active_versions(tx)
        wanted = [stored for stored in active if list_name in {None, stored.version.list_name}]
        if list_name is not None and not wanted:
            raise ListNotFound(list=list_name)
        with self._loading:
            before = {loaded.version.list_name: loaded for loaded in self._loaded.values()}
            kept = {stored.version.version_id for stored in active}
            self._loaded = {key: value for key, value in self._loaded.items() if key in kept}
            for stored in wanted:
                if stored.version.version_id not in self._loaded:
                    old = before.get(stored.version.list_name)
                    self._loaded[stored.version.version_id] = self._load(tx, stored, old)
            return tuple(self._loaded[stored.version.version_id] for stored in wanted)

    def _load(self, tx: sa.Connection, stored: StoredVersion, old: LoadedList | None) -> LoadedList:
        changes = None if old is None else self._changes.between(tx, old.version.version_id, stored)
        if old is None or changes is None:
            return self._load_whole(tx, stored)
        index = old.index.fork()
        for reference in changes.gone & old.entities.keys():
            index.remove(reference)
        index.add_all([entity.as_person() for entity in changes.there.values()])
        stays = {one: entity for one, entity in old.entities.items() if one not in changes.gone}
        return LoadedList(stored.version, index, stays | changes.there)

    def _load_whole(self, tx: sa.Connection, stored: StoredVersion) -> LoadedList:
        key = self._sealer.load_key(tx, stored.key_id)
        version_id = stored.version.version_id
        entities: dict[str, ListedEntity] = {}
        for ordinal, sealed in store.entries(tx, version_id):
            entity = open_entity(self._sealer, key, (version_id, ordinal), sealed)
            entities.setdefault(entity.reference, entity)
        persons = persons_of(entities.values())
        return LoadedList(stored.version, ListIndex(one.as_person() for one in persons.values()), persons)


def hit_of(loaded: LoadedList, match: Match, threshold: float) -> PersonHit:
    """Return a match with what its entry says; `threshold` is its list's own, in bits."""
    entity = loaded.entities[match.entry_id]
    version = loaded.version
    return PersonHit(
        list_name=version.list_name,
        list_date=version.stated_date,
        version_id=version.version_id,
        entry_id=match.entry_id,
        kind=entity.kind,
        listed_name=match.listed_name,
        similarity=match.similarity,
        score=match.score,
        probability=match.probability,
        completeness=match.completeness,
        threshold=threshold,
        terms=match.terms,
        fields=tuple(shown_fields(entity)),
    )


def _best_first(hit: PersonHit) -> tuple[float, str, str]:
    return -hit.score, hit.list_name, hit.entry_id
