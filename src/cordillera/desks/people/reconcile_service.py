"""Reconciliation of tables with the lists: the same questions as match, in another protocol."""

from collections.abc import Mapping

import sqlalchemy as sa

from cordillera.desks.people import match_core
from cordillera.desks.people import reconcile_core as core
from cordillera.desks.people.errors import EntryNotFound
from cordillera.desks.people.match_service import Batch, MatchDesk
from cordillera.desks.people.match_wire import Entity, ListTold
from cordillera.desks.people.reconcile_wire import (
    ExtendQuery,
    Extension,
    ReconcileQuery,
    Result,
    Suggested,
    Suggestion,
)
from cordillera.trust.access.model import Caller


def told_lists(desk: MatchDesk, tx: sa.Connection, name: str) -> tuple[ListTold, ...]:
    """The lists that a name stands for, with their dates; raise `ListNotFound`."""
    return desk.lists(tx, name).told


def reconcile(
    desk: MatchDesk, tx: sa.Connection, caller: Caller, asked: tuple[str, Mapping[str, ReconcileQuery]]
) -> dict[str, Result]:
    """Answer a batch of questions and write its leaf; raise errors of lists and limits."""
    name, queries = asked
    desk.heed(caller)
    lists = desk.lists(tx, name)
    examples = [core.example_of(query) for query in queries.values()]
    found = desk.candidates(tx, lists, examples, match_core.Choice())
    results = {
        key: core.result_of(best, core.limit_of(query))
        for (key, query), best in zip(queries.items(), found, strict=True)
    }
    shown = [one.id for result in results.values() for one in result.result]
    desk.count(tx, caller, len(queries), shown)
    desk.record(tx, caller, lists.loaded.values(), Batch("reconcile", len(queries), len(shown)))
    return results


def extend(desk: MatchDesk, tx: sa.Connection, caller: Caller, asked: tuple[str, ExtendQuery]) -> Extension:
    """Fetch properties of entries of a list and write the leaf; unknown ids give empty rows."""
    name, query = asked
    desk.heed(caller)
    lists = desk.lists(tx, name)
    entities = {given: found for given in query.ids if (found := _entity(desk, tx, set(lists.loaded), given))}
    desk.count(tx, caller, len(query.ids), entities)
    desk.record(tx, caller, lists.loaded.values(), Batch("extend", len(query.ids), len(entities)))
    return core.extension_of(query, entities)


def _entity(desk: MatchDesk, tx: sa.Connection, lists: set[str], given: str) -> Entity | None:
    try:
        loaded, entity = desk.entry(tx, given)
    except EntryNotFound:
        return None
    return match_core.entity_of(loaded.version, entity) if loaded.version.list_name in lists else None


def suggest(desk: MatchDesk, tx: sa.Connection, caller: Caller, asked: tuple[str, str, int]) -> Suggested:
    """Entries like what was typed, or with a word that begins so; nothing for less than two letters."""
    name, prefix, limit = asked
    found = desk.search(tx, caller, name, (prefix, "", limit, 0)).results if len(prefix.strip()) > 1 else ()
    result = tuple(
        Suggestion(one.id, one.caption, core.described(one), (core.named_type(one.schema_),)) for one in found
    )
    return Suggested(result, prefix)


def preview(desk: MatchDesk, tx: sa.Connection, caller: Caller, asked: tuple[str, str]) -> str:
    """One entry of a list as a small page; raise `EntryNotFound`."""
    name, given = asked
    if match_core.decode_id(given)[0] not in desk.lists(tx, name).loaded:
        raise EntryNotFound
    return core.preview_of(desk.entity(tx, caller, given))
