"""Lists asked by client programs: match, search, entry, catalogue; a leaf for every batch.

Every answer names the lists that were asked with date and version, and holds candidates that no human has
verified. Who may call is declared by the handlers; how much, by `asking_limits`.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

import sqlalchemy as sa

from cordillera.desks.people import match_core as core
from cordillera.desks.people import threshold_store
from cordillera.desks.people.errors import EntryNotFound, ListNotFound, SearchEmpty
from cordillera.desks.people.match_ftm import as_lists, schema, subjects_of
from cordillera.desks.people.match_score import SCALE, default_threshold, to_engine
from cordillera.desks.people.match_wire import (
    Catalog,
    Dataset,
    Entity,
    Example,
    ListTold,
    Matches,
    MatchResponse,
    ScoredEntity,
    SearchResponse,
    Total,
)
from cordillera.desks.people.memory import LoadedList
from cordillera.desks.people.model import Actor, ListVersion, PersonHit
from cordillera.desks.people.service import SEARCH_THRESHOLD, WatchlistService
from cordillera.engines.names.model import Subject
from cordillera.engines.watchlists.model import ListedEntity
from cordillera.trust.access.model import Caller
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

SEARCHED_ENTRIES: Final = 200_000
"""Entries looked through for a beginning of a name, after the names like it."""

_LISTED: Final = "people.match"


class Batch(NamedTuple):
    """What a batch did, for the ledger: operation, questions, results."""

    operation: str
    queries: int
    results: int


class Lists(NamedTuple):
    """The lists that are asked, by their names, with their alert thresholds; `only` names a single one."""

    only: str | None
    loaded: Mapping[str, LoadedList]
    thresholds: Mapping[str, float]

    @property
    def told(self) -> tuple[ListTold, ...]:
        """Name, date and version of each."""
        return tuple(core.told(loaded.version) for loaded in self.loaded.values())


class MatchDesk:
    """The lists of one node, for programs."""

    def __init__(self, people: WatchlistService, ledger: Ledger) -> None:
        self.people = people
        self._ledger = ledger

    def lists(self, tx: sa.Connection, name: str) -> Lists:
        """The lists that a name on the wire stands for; raise `ListNotFound`."""
        active = {version.list_name for version in self.people.active(tx)}
        only = None if name == core.ALL_LISTS and name not in active else name
        found = {loaded.version.list_name: loaded for loaded in self.people.lists.current(tx, only)}
        if not found:
            raise ListNotFound(list=name)
        own = threshold_store.active(tx, SCALE)
        return Lists(only, found, {one: own.get(one, default_threshold()) for one in found})

    def match(
        self, tx: sa.Connection, caller: Caller, name: str, asked: tuple[Mapping[str, Example], core.Choice]
    ) -> MatchResponse:
        """Answer a batch of queries; raise `ListNotFound`, `UnknownSchema` or an error of the limits."""
        queries, choice = asked
        self.heed(caller)
        lists = self.lists(tx, name)
        results = self.candidates(tx, lists, list(queries.values()), choice)
        shown = [found[: choice.limit] for found in results]
        self.count(tx, caller, len(queries), (entity.id for found in shown for entity in found))
        self.record(tx, caller, lists.loaded.values(), Batch("match", len(queries), sum(map(len, shown))))
        answers = zip(queries.items(), results, shown, strict=True)
        return MatchResponse(
            responses={
                key: Matches(200, tuple(best), Total(sum(one.match for one in found)), understood(query))
                for (key, query), found, best in answers
            },
            matcher=core.feature_docs(name for found in shown for one in found for name in one.features),
            limit=choice.limit,
            lists=lists.told,
        )

    def candidates(
        self, tx: sa.Connection, lists: Lists, queries: Sequence[Example], choice: core.Choice
    ) -> list[list[ScoredEntity]]:
        """The candidates of each query above the cutoff, the best first, each entry once."""
        forms = [subjects_of(query.schema_, as_lists(query.properties)) for query in queries]
        hits = iter(self._hits(tx, lists, [subject for many in forms for subject in many], choice))
        found = []
        for query, subjects in zip(queries, forms, strict=True):
            best = _best_of(hit for _ in subjects for hit in next(hits))
            found.append(_shown(best, lists, query.schema_, choice))
        return found

    def candidates_of(
        self, tx: sa.Connection, lists: Lists, subjects: list[Subject], choice: core.Choice
    ) -> list[list[ScoredEntity]]:
        """The candidates of people given as the engine takes them, as `candidates` does."""
        found = self._hits(tx, lists, subjects, choice)
        return [_shown(_best_of(hits), lists, "Thing", choice) for hits in found]

    def _hits(
        self, tx: sa.Connection, lists: Lists, subjects: list[Subject], choice: core.Choice
    ) -> list[tuple[PersonHit, ...]]:
        if not subjects:
            return []
        least = min(choice.cutoff, choice.threshold)
        lowest = min(to_engine(least, threshold) for threshold in lists.thresholds.values())
        asked = max(lowest, SEARCH_THRESHOLD)
        return self.people.lists.hits(tx, subjects, list_name=lists.only, threshold=asked)

    def search(
        self, tx: sa.Connection, caller: Caller, name: str, asked: tuple[str, str, int, int]
    ) -> SearchResponse:
        """Entries like a text or beginning so, given text, schema, limit, offset; raise `SearchEmpty`."""
        text, kind, limit, offset = asked
        if not text.strip():
            raise SearchEmpty
        self.heed(caller)
        lists = self.lists(tx, name)
        every = self.found(tx, lists, text, (kind or "Thing", limit + offset))
        page = tuple(every[offset : offset + limit])
        self.count(tx, caller, 1, (entity.id for entity in page))
        self.record(tx, caller, lists.loaded.values(), Batch("search", 1, len(page)))
        return SearchResponse(page, {}, limit, offset, Total(len(every), "gte"), lists.told)

    def found(self, tx: sa.Connection, lists: Lists, text: str, wanted: tuple[str, int]) -> list[Entity]:
        """Entries like `text`, then those with a word that begins so; at most as many as wanted."""
        kind, limit = wanted
        example = Example(kind, {"name": [text]})
        like = self.candidates(tx, lists, [example], core.Choice(cutoff=0.0))[0][:limit]
        entities: dict[str, Entity] = {one.id: one for one in like}
        for version, entity in _beginning(lists.loaded.values(), text.casefold(), kind):
            if len(entities) >= limit:
                break
            shown = core.entity_of(version, entity)
            entities.setdefault(shown.id, shown)
        return list(entities.values())

    def entity(self, tx: sa.Connection, caller: Caller, given: str) -> Entity:
        """One entry by its id, recorded as seen; raise `EntryNotFound`."""
        self.heed(caller)
        loaded, entity = self.entry(tx, given)
        self.count(tx, caller, 1, [given])
        self.record(tx, caller, [loaded], Batch("entity", 1, 1))
        return core.entity_of(loaded.version, entity)

    def entry(self, tx: sa.Connection, given: str) -> tuple[LoadedList, ListedEntity]:
        """List and entry of an id; raise `EntryNotFound`."""
        list_name, reference = core.decode_id(given)
        try:
            (loaded,) = self.people.lists.current(tx, list_name)
        except ListNotFound as error:
            raise EntryNotFound from error
        found = loaded.entity(reference)
        if found is None:
            raise EntryNotFound
        return loaded, found

    def catalog(self, tx: sa.Connection) -> Catalog:
        """Every active list, with the date it states as its version."""
        versions = self.people.active(tx)
        datasets = tuple(_dataset(version) for version in versions)
        current = tuple(version.list_name for version in versions)
        return Catalog(datasets, current, (), index_stale=False)

    def heed(self, caller: Caller) -> None:
        """Refuse, before any work, a caller who was told to wait; raise `QueriesPerMinute`."""
        self.people.limits.heed(_actor(caller))

    def count(self, tx: sa.Connection, caller: Caller, queries: int, ids: Iterable[str]) -> None:
        """Count questions and the entries about to be shown, by their ids; raise an error of the limits."""
        self.people.limits.count(tx, _actor(caller), queries, map(core.decode_id, ids))

    def record(self, tx: sa.Connection, caller: Caller, lists: Iterable[LoadedList], batch: Batch) -> None:
        """Write the leaf of a batch: who asked which versions how much, and how much was shown."""
        versions = ",".join(str(loaded.version.version_id) for loaded in lists)
        counts = {"queries": str(batch.queries), "results": str(batch.results)}
        self._leaf(tx, caller, LeafKind.CONSULTATION, {"by": batch.operation, "lists": versions, **counts})

    def _leaf(self, tx: sa.Connection, caller: Caller, kind: LeafKind, detail: dict[str, str]) -> None:
        event = Event(
            kind=kind,
            actor=caller.actor,
            agency=caller.agency,
            purpose=caller.purpose,
            detail=detail,
            subject_ref=_LISTED,
        )
        self._ledger.record(tx, event)


def _actor(caller: Caller) -> Actor:
    return Actor(caller.actor, caller.agency, caller.purpose)


def understood(query: Example) -> Example:
    """The query as it is answered: every property a list."""
    return Example(query.schema_, dict(as_lists(query.properties)), query.id)


def _best_of(hits: Iterable[PersonHit]) -> dict[tuple[str, str], PersonHit]:
    """The best hit of each entry over all forms of a name."""
    best: dict[tuple[str, str], PersonHit] = {}
    for hit in hits:
        key = hit.list_name, hit.entry_id
        if key not in best or hit.score > best[key].score:
            best[key] = hit
    return best


def _shown(
    best: Mapping[tuple[str, str], PersonHit],
    lists: Lists,
    kind: str,
    choice: core.Choice,
) -> list[ScoredEntity]:
    """The candidates that are wanted and above the cutoff, the best first."""
    wanted = schema(kind)
    found = []
    for (list_name, entry), hit in best.items():
        if list_name not in lists.loaded:
            continue
        loaded = lists.loaded[list_name]
        entity = loaded.entity(entry)
        if entity is not None and core.is_wanted(choice, loaded.version, entity, wanted):
            lines = lists.thresholds[list_name], choice.threshold
            found.append(core.scored(loaded.version, entity, hit, lines))
    kept = [one for one in found if one.score >= min(choice.cutoff, choice.threshold)]
    return sorted(kept, key=lambda one: (-one.score, one.id))


def _beginning(
    lists: Iterable[LoadedList], start: str, kind: str
) -> Iterable[tuple[ListVersion, ListedEntity]]:
    """Entries that have a word beginning so; after `SEARCHED_ENTRIES` none is looked at any more."""
    kinds = schema(kind).entries
    entries = ((loaded.version, one) for loaded in lists for one in loaded.everything())
    for version, entity in islice(entries, SEARCHED_ENTRIES):
        names = (f" {name.full.casefold()}" for name in entity.names)
        if entity.kind in kinds and any(f" {start}" in name for name in names):
            yield version, entity


def _dataset(version: ListVersion) -> Dataset:
    return Dataset(
        name=version.list_name,
        title=version.list_name,
        version=version.stated_date or str(version.version_id),
        index_version=str(version.version_id),
        index_current=True,
        last_export=version.imported_at.strftime("%Y-%m-%dT%H:%M:%S"),
        entity_count=version.entries,
    )
