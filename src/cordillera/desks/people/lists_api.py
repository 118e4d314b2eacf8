"""Lists over JSON: the same use cases as the pages."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import Parameter

from cordillera.desks.people.asking import actor_of
from cordillera.desks.people.lists_desk import ListDesk, ListLine
from cordillera.desks.people.lists_model import (
    DiffPage,
    KnownSource,
    ListDelta,
    ListSource,
    SourceState,
    Update,
)
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.ledger.model import LeafKind

_READ = guarded(Permission.LIST_READ, audit=NO_AUDIT("names, dates and counts of lists; nobody is named"))
_SOURCE = guarded(Permission.LIST_IMPORT, audit=LeafKind.SETTINGS_CHANGED)
_APPROVE = guarded(Permission.LIST_APPROVE, audit=LeafKind.LIST_CHANGED)
_COMPARE = guarded(Permission.LIST_APPROVE, audit=LeafKind.CONSULTATION)
_Name = Annotated[str, Parameter(max_length=80)]


class ListLines(msgspec.Struct, frozen=True):
    """Every list with its source, its last update and what waits."""

    lists: tuple[ListLine, ...]


class Updates(msgspec.Struct, frozen=True):
    """What updates of a list did, the newest first."""

    updates: tuple[Update, ...]


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why, in words."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


@get("/api/watchlists", opt=_READ, sync_to_thread=True, operation_id="listWatchlists")
def lists(session: OfficerSession, store: Store, watchlists: ListDesk) -> ListLines:
    """Return every list: active version, source, last update, what waits, whether it is stale."""
    with store.transaction(session.scope) as tx:
        return ListLines(watchlists.lines(tx))


@get("/api/watchlists/{name:str}/updates", opt=_READ, sync_to_thread=True, operation_id="listUpdates")
def updates(session: OfficerSession, store: Store, watchlists: ListDesk, name: _Name) -> Updates:
    """Return what updates of a list did, the newest first."""
    with store.transaction(session.scope) as tx:
        return Updates(watchlists.keeper.updates(tx, name))


@put("/api/watchlists/{name:str}/source", opt=_SOURCE, sync_to_thread=True, operation_id="putListSource")
def put_source(
    session: OfficerSession, store: Store, watchlists: ListDesk, name: _Name, data: ListSource
) -> KnownSource:
    """Say where a list comes from and when a new version takes effect by itself."""
    source = msgspec.structs.replace(data, list_name=name)
    return watchlists.updater.put_source(store, source, actor_of(session))


@delete(
    "/api/watchlists/{name:str}/source",
    opt=_SOURCE,
    sync_to_thread=True,
    status_code=204,
    operation_id="removeListSource",
)
def remove_source(session: OfficerSession, store: Store, watchlists: ListDesk, name: _Name) -> None:
    """Forget where a list comes from; the list stays."""
    watchlists.updater.remove_source(store, name, actor_of(session))


@post(
    "/api/watchlists/{name:str}/look",
    opt=guarded(Permission.LIST_IMPORT, audit=LeafKind.LIST_CHANGED),
    sync_to_thread=True,
    status_code=200,
    operation_id="lookAtListSource",
)
def look(store: Store, watchlists: ListDesk, name: _Name) -> SourceState:
    """Look at the source of a list now; the answer says what came of it."""
    return watchlists.updater.look(store, name)


@get(
    "/api/watchlists/versions/{version_id:uuid}/difference",
    opt=_COMPARE,
    sync_to_thread=True,
    operation_id="listDifference",
)
def difference(  # noqa: PLR0913 - one parameter for each service and part of the address
    session: OfficerSession,
    store: Store,
    watchlists: ListDesk,
    version_id: UUID,
    against: UUID | None = None,
    page: Annotated[int, Parameter(ge=1, le=1_000_000)] = 1,
) -> DiffPage:
    """Return what a version changes beside the active one or `against`, a page of it, field by field."""
    with store.transaction(session.scope) as tx:
        old, new = watchlists.compared(tx, version_id, against)
        before = None if old is None else old.version_id
        return watchlists.differences.page(tx, before, new.version_id, page, actor_of(session))


@get(
    "/api/watchlists/versions/{version_id:uuid}/delta",
    opt=_COMPARE,
    sync_to_thread=True,
    operation_id="listDelta",
)
def delta(
    session: OfficerSession,
    store: Store,
    watchlists: ListDesk,
    version_id: UUID,
    against: UUID | None = None,
) -> ListDelta:
    """Return the ids of entries that a version adds, removes and changes."""
    with store.transaction(session.scope) as tx:
        old, new = watchlists.compared(tx, version_id, against)
        before = None if old is None else old.version_id
        watchlists.differences.seen(tx, new, actor_of(session))
        return watchlists.differences.delta(tx, before, new.version_id)


@post(
    "/api/watchlists/versions/{version_id:uuid}/agree",
    opt=_APPROVE,
    sync_to_thread=True,
    status_code=200,
    operation_id="agreeToList",
)
def agree(session: OfficerSession, store: Store, watchlists: ListDesk, version_id: UUID) -> Update:
    """Agree to a version that waits; it takes effect when enough officers have."""
    with store.transaction(session.scope) as tx:
        return watchlists.keeper.agree(tx, version_id, actor_of(session))


@post(
    "/api/watchlists/versions/{version_id:uuid}/refuse",
    opt=_APPROVE,
    sync_to_thread=True,
    status_code=200,
    operation_id="refuseList",
)
def refuse(
    session: OfficerSession, store: Store, watchlists: ListDesk, version_id: UUID, data: Reason
) -> Update:
    """Refuse a version that waits, with a reason; its entries are erased."""
    with store.transaction(session.scope) as tx:
        return watchlists.keeper.refuse(tx, version_id, actor_of(session), data.reason)


@post(
    "/api/watchlists/versions/{version_id:uuid}/rollback",
    opt=_APPROVE,
    sync_to_thread=True,
    status_code=200,
    operation_id="rollBackList",
)
def roll_back(
    session: OfficerSession, store: Store, watchlists: ListDesk, version_id: UUID, data: Reason
) -> Update:
    """Make a superseded version the active one again, with a reason."""
    with store.transaction(session.scope) as tx:
        return watchlists.keeper.roll_back(tx, version_id, actor_of(session), data.reason)


handlers = [lists, updates, put_source, remove_source, look, difference, delta, agree, refuse, roll_back]
