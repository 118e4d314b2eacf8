"""The reconciliation API 0.2: manifest, questions, suggestions, preview, data extension.

Clients in a browser, on other origins, may read the answers, errors too (`web.shell`): they bring the token
themselves, no cookie is taken from them, and no page of ours is among the answers.
"""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter

from cordillera.desks.people import reconcile_core as core
from cordillera.desks.people import reconcile_service as service
from cordillera.desks.people.match_errors import QueryUnreadable
from cordillera.desks.people.match_service import MatchDesk
from cordillera.desks.people.reconcile_wire import Proposal, ReconcileForm, Suggested, SuggestedNames
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, for_program
from cordillera.trust.access.model import Caller, Permission
from cordillera.trust.ledger.model import LeafKind

SCOPE: Final = "reconcile"
_ASK = for_program(Permission.PERSON_SEARCH, SCOPE, audit=LeafKind.CONSULTATION, key_in_address=True)
_LOOK = for_program(
    Permission.PERSON_SEARCH,
    SCOPE,
    audit=NO_AUDIT("names of types and properties, or what the service can do; nobody is named"),
    key_in_address=True,
)
_ALONE: Final = "query"
_HANDED_ON: Final = ("key", "purpose")
ListName = Annotated[str, Parameter(max_length=80)]
Typed = Annotated[str, Parameter(max_length=200)]


@get("/reconcile/{name:str}", opt=_ASK, sync_to_thread=True, operation_id="reconcileManifest")
def manifest(  # noqa: PLR0913 - one parameter for each of the wire
    request: Request[Any, Any, Any],
    caller: Caller,
    store: Store,
    matching: MatchDesk,
    name: ListName,
    queries: Annotated[str, Parameter(max_length=20_000)] = "",
    extend: Annotated[str, Parameter(max_length=20_000)] = "",
    alone: Annotated[str, Parameter(query="query", max_length=20_000)] = "",
) -> Response[Any]:
    """Say what the service can do; or, with `queries`, `extend` or `query`, answer as the POST does."""
    if queries or extend or alone:
        return _answered(caller, store, matching, (name, ReconcileForm(queries, extend, alone)))
    base = str(request.base_url).rstrip("/")
    handed_on = {one: request.query_params[one] for one in _HANDED_ON if one in request.query_params}
    with store.transaction(caller.scope) as tx:
        lists = service.told_lists(matching, tx, name)
    return Response(core.manifest(base, name, lists, handed_on))


@post(
    "/reconcile/{name:str}", opt=_ASK, sync_to_thread=True, status_code=200, operation_id="reconcileQueries"
)
def questions(
    caller: Caller,
    store: Store,
    matching: MatchDesk,
    name: ListName,
    data: Annotated[ReconcileForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Answer a batch of questions or a question alone, or fetch properties of entries."""
    return _answered(caller, store, matching, (name, data))


def _answered(
    caller: Caller, store: Store, matching: MatchDesk, asked: tuple[str, ReconcileForm]
) -> Response[Any]:
    name, form = asked
    if not form.queries and not form.extend and not form.query:
        raise QueryUnreadable(reason="neither queries nor extend nor query")
    with store.transaction(caller.scope) as tx:
        if form.extend:
            fetched = service.extend(matching, tx, caller, (name, core.read_extension(form.extend)))
            return Response(fetched)
        alone = {} if form.queries else {_ALONE: core.read_query(form.query)}
        results = service.reconcile(matching, tx, caller, (name, alone or core.read_queries(form.queries)))
    return Response(results[_ALONE] if alone else results)


@get(
    "/reconcile/{name:str}/suggest/entity",
    opt=_ASK,
    sync_to_thread=True,
    operation_id="reconcileSuggestEntity",
)
def suggest_entity(  # noqa: PLR0913 - one parameter for each of the wire
    caller: Caller,
    store: Store,
    matching: MatchDesk,
    name: ListName,
    prefix: Typed = "",
    limit: Annotated[int, Parameter(ge=1)] = 10,
) -> Response[Suggested]:
    """Suggest entries for what was typed."""
    with store.transaction(caller.scope) as tx:
        found = service.suggest(matching, tx, caller, (name, prefix, min(limit, core.MAX_LIMIT)))
    return Response(found)


@get(
    "/reconcile/{name:str}/suggest/type",
    opt=_LOOK,
    sync_to_thread=False,
    operation_id="reconcileSuggestType",
)
def suggest_type(name: ListName, prefix: Typed = "") -> Response[SuggestedNames]:
    """Suggest types for what was typed."""
    del name  # the same for every list
    return Response(SuggestedNames(core.types_beginning(prefix), prefix))


@get(
    "/reconcile/{name:str}/suggest/property",
    opt=_LOOK,
    sync_to_thread=False,
    operation_id="reconcileSuggestProperty",
)
def suggest_property(name: ListName, prefix: Typed = "") -> Response[SuggestedNames]:
    """Suggest properties for what was typed."""
    del name  # the same for every list
    return Response(SuggestedNames(core.properties_beginning(prefix), prefix))


@get(
    "/reconcile/{name:str}/extend/properties",
    opt=_LOOK,
    sync_to_thread=False,
    operation_id="reconcileProperties",
)
def propose_properties(
    name: ListName,
    kind: Annotated[str, Parameter(query="type", max_length=64)] = "Thing",
    limit: Annotated[int, Parameter(ge=1)] = 50,
) -> Response[Proposal]:
    """Name the properties that can be fetched of entries."""
    del name  # the same for every list
    return Response(Proposal(kind, core.fetched_properties()[:limit], limit))


@get(
    "/reconcile/{name:str}/preview/{entity_key:str}",
    opt=_ASK,
    sync_to_thread=True,
    operation_id="reconcilePreview",
)
def preview(
    caller: Caller,
    store: Store,
    matching: MatchDesk,
    name: ListName,
    entity_key: Annotated[str, Parameter(max_length=400)],
) -> Response[str]:
    """Show an entry in a small frame of the client."""
    with store.transaction(caller.scope) as tx:
        page = service.preview(matching, tx, caller, (name, entity_key))
    return Response(page, media_type="text/html")


handlers = [
    manifest,
    questions,
    suggest_entity,
    suggest_type,
    suggest_property,
    propose_properties,
    preview,
]
