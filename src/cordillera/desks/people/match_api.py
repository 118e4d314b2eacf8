"""`POST /match/{list}` and what ordinary clients of it call besides, in the shapes of yente 5."""

from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import Parameter

from cordillera.desks.people import batch_api, reconcile_api
from cordillera.desks.people.match_core import NAME, Choice, check_algorithm
from cordillera.desks.people.match_service import MatchDesk
from cordillera.desks.people.match_wire import (
    Algorithm,
    Algorithms,
    Catalog,
    Entity,
    MatchQuery,
    MatchResponse,
    SearchResponse,
)
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, for_program
from cordillera.trust.access.model import Caller, Permission
from cordillera.trust.ledger.model import LeafKind

SCOPE = "match"
_ASK = for_program(Permission.PERSON_SEARCH, SCOPE, audit=LeafKind.CONSULTATION)
_LOOK = for_program(
    Permission.PERSON_SEARCH, SCOPE, audit=NO_AUDIT("names and dates of lists and matchers; nobody is named")
)
ListName = Annotated[str, Parameter(max_length=80)]
Share = Annotated[float, Parameter(ge=0.0, le=1.0)]
_SINCE: Final = r"^(\d{4}(-\d\d(-\d\d([T ].*)?)?)?)?$"
Names = Annotated[list[str], msgspec.Meta(max_length=50)]


@post("/match/{name:str}", opt=_ASK, sync_to_thread=True, status_code=200, operation_id="match")
def match(  # noqa: PLR0913 - one parameter for each of the wire
    caller: Caller,
    store: Store,
    matching: MatchDesk,
    name: ListName,
    data: MatchQuery,
    limit: Annotated[int, Parameter(ge=1, le=500)] = 5,
    threshold: Share = 0.7,
    cutoff: Share = 0.5,
    algorithm: Annotated[str, Parameter(max_length=40)] = NAME,
    fuzzy: bool = True,  # noqa: FBT001, FBT002 - a parameter of the wire
    include_dataset: Names | None = None,
    exclude_dataset: Names | None = None,
    exclude_schema: Names | None = None,
    exclude_entity_ids: Names | None = None,
    topics: Names | None = None,
    changed_since: Annotated[str, Parameter(max_length=40, pattern=_SINCE)] = "",
) -> MatchResponse:
    """Match a batch of examples against one list, or against all under the name `default`.

    Candidates are not verified. `fuzzy` is accepted and not used: matching always allows for spelling.
    """
    del fuzzy
    check_algorithm(algorithm)
    choice = Choice(
        limit=limit,
        threshold=threshold,
        cutoff=cutoff,
        include_dataset=tuple(include_dataset or ()),
        exclude_dataset=tuple(exclude_dataset or ()),
        exclude_schema=tuple(exclude_schema or ()),
        exclude_entity_ids=tuple(exclude_entity_ids or ()),
        topics=tuple(topics or ()),
        changed_since=changed_since,
    )
    with store.transaction(caller.scope) as tx:
        return matching.match(tx, caller, name, (data.queries, choice))


@get("/search/{name:str}", opt=_ASK, sync_to_thread=True, operation_id="searchList")
def search(  # noqa: PLR0913 - one parameter for each of the wire
    caller: Caller,
    store: Store,
    matching: MatchDesk,
    name: ListName,
    q: Annotated[str, Parameter(min_length=1, max_length=400)],
    schema: Annotated[str, Parameter(max_length=64)] = "",
    limit: Annotated[int, Parameter(ge=1, le=100)] = 10,
    offset: Annotated[int, Parameter(ge=0, le=1_000)] = 0,
) -> SearchResponse:
    """Search one list for a name or the beginning of one."""
    with store.transaction(caller.scope) as tx:
        return matching.search(tx, caller, name, (q, schema, limit, offset))


@get("/entities/{entity_key:str}", opt=_ASK, sync_to_thread=True, operation_id="getListedEntity")
def entity(
    caller: Caller, store: Store, matching: MatchDesk, entity_key: Annotated[str, Parameter(max_length=400)]
) -> Entity:
    """Return one entry of a list by the id that an answer gave."""
    with store.transaction(caller.scope) as tx:
        return matching.entity(tx, caller, entity_key)


@get("/algorithms", opt=_LOOK, sync_to_thread=False, operation_id="listAlgorithms")
def algorithms() -> Algorithms:
    """Return the matchers: one, under whatever name a client asks for it."""
    ours = Algorithm(NAME, "Explained name and identity matcher; terms sum to the score.", {})
    return Algorithms((ours,), NAME, NAME)


@get("/catalog", opt=_LOOK, sync_to_thread=True, operation_id="catalog")
def catalog(caller: Caller, store: Store, matching: MatchDesk) -> Catalog:
    """Return the active lists with their dates and versions."""
    with store.transaction(caller.scope) as tx:
        return matching.catalog(tx)


handlers = [match, search, entity, algorithms, catalog, *batch_api.handlers, *reconcile_api.handlers]
