"""The active lists in memory: one index per version. Of a list that changes a little, the index is changed.

Whoever is still asking a version goes on asking it whole: the index of the next one is a fork.
Persons, organisations and vessels are compared each by the rules of their kind (`whole_index.py`).

Answers are candidates that no human has verified. Each names its list and the list's date.
"""

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import store, threshold_store
from cordillera.desks.people.codec import open_entity
from cordillera.desks.people.compare_engine import SCALE, default_threshold
from cordillera.desks.people.core import shown_fields
from cordillera.desks.people.errors import EntryNotFound, ListNotFound
from cordillera.desks.people.memory_changes import SmallChanges
from cordillera.desks.people.model import ListVersion, PersonHit, StoredVersion
from cordillera.engines.names.basis import rests_on
from cordillera.engines.names.model import Subject
from cordillera.engines.names.whole_index import Match, WholeIndex
from cordillera.engines.watchlists.model import EntityKind, ListedEntity
from cordillera.foundation.store.sealing import FieldSealer


class LoadedList(msgspec.Struct, frozen=True):
    """A list version in memory: the persons of the index by their ids, and what else stands in it."""

    version: ListVersion
    index: WholeIndex
    entities: dict[str, ListedEntity]
    others: dict[str, ListedEntity] = {}

    def entity(self, entry_id: str) -> ListedEntity | None:
        """Return an entry by its id, whatever its kind."""
        return self.entities.get(entry_id) or self.others.get(entry_id)

    def everything(self) -> Iterator[ListedEntity]:
        """Yield every entry, persons first."""
        yield from self.entities.values()
        yield from self.others.values()

    @classmethod
    def of(
        cls, version: ListVersion, index: WholeIndex, entities: Mapping[str, ListedEntity]
    ) -> "LoadedList":
        """Return a list in memory with its entries by kind."""
        persons = {key: one for key, one in entities.items() if one.kind is EntityKind.PERSON}
        return cls(version, index, persons, {key: entities[key] for key in entities.keys() - persons})


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
        for_partner: bool = False,
    ) -> list[tuple[PersonHit, ...]]:
        """Return candidates of at least `threshold` bits, or what a list alerts on; raise `ListNotFound`.

        `for_partner`: only of lists that may answer a partner (`may_answer_partners`).
        """
        found: list[list[PersonHit]] = [[] for _ in subjects]
        store.active_versions_ahead(tx)
        own = threshold_store.active(tx, SCALE)
        asked_of = self.current(tx, list_name)
        for loaded in asked_of if not for_partner else filter(may_answer_partners, asked_of):
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
        held = {entity.reference: entity for entity in old.everything()}
        for reference in changes.gone & held.keys():
            index.remove(reference)
        index.add_all([entity.as_person() for entity in changes.there.values()])
        stays = {one: entity for one, entity in held.items() if one not in changes.gone}
        return LoadedList.of(stored.version, index, stays | changes.there)

    def _load_whole(self, tx: sa.Connection, stored: StoredVersion) -> LoadedList:
        key = self._sealer.load_key(tx, stored.key_id)
        version_id = stored.version.version_id
        entities: dict[str, ListedEntity] = {}
        for ordinal, sealed in store.entries(tx, version_id):
            entity = open_entity(self._sealer, key, (version_id, ordinal), sealed)
            entities.setdefault(entity.reference, entity)
        index = WholeIndex(one.as_person() for one in entities.values())
        return LoadedList.of(stored.version, index, entities)


def may_answer_partners(loaded: LoadedList) -> bool:
    """Whether a list may answer a partner's question (PCSC 13(2), LED 35(1)(c),(e)). It must hold.

    1. It is not one that a partner gave under an agreement: telling a third that somebody stands on it would
       pass it on, and telling its giver would tell back what they gave. What its originator consents to is
       passed on as a record (`trust.records.passing`), with the consent's leaf.
    """
    return not loaded.version.agreement_id


def hit_of(loaded: LoadedList, match: Match, threshold: float) -> PersonHit:
    """Return a match with what its entry says; `threshold` is its list's own, in bits."""
    entity = loaded.entity(match.entry_id)
    if entity is None:
        raise EntryNotFound
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
        rests_on=rests_on(match.terms),
    )


def _best_first(hit: PersonHit) -> tuple[float, str, str]:
    return -hit.score, hit.list_name, hit.entry_id
