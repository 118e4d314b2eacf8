"""The API's description (OpenAPI 3.1), made to say exactly what the node enforces.

Litestar leaves out three things that are mended here: objects that forbid unknown fields, limits on the
items of arrays, and the statuses with which the guard and the problem documents answer.
"""

import copy
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar._openapi.plugin import OpenAPIPlugin
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.params import BodyKwarg
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition

from cordillera.foundation import shapes
from cordillera.trust.access.guard import NO_AUDIT, Access, declared, public
from cordillera.web.problems import MEDIA_TYPE, TITLES, ProblemDocument

TITLE = "Cordillera node"
VERSION = "1.0.0"
NO_NUL = r"^[^\x00]*$"


def _collected(app: Litestar) -> dict[str, Any]:
    """Let Litestar describe the operations without serving pages of its own.

    Its plugin is given a configuration only here: with one at the start it would add routes that declare
    no permission.
    """
    plugin = app.plugins.get(OpenAPIPlugin)
    plugin._openapi_config = OpenAPIConfig(title=TITLE, version=VERSION, use_handler_docstrings=True)  # noqa: SLF001 - see above
    return plugin.provide_openapi_schema()


@get(
    "/api/openapi.json",
    opt=public(audit=NO_AUDIT("the description of the interface")),
    sync_to_thread=False,
    include_in_schema=False,
)
def api_document(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Describe the API."""
    return Response(_document(request.app), media_type="application/vnd.oai.openapi+json")


@lru_cache(maxsize=4)
def _document(app: Litestar) -> bytes:
    return msgspec.json.encode(describe(app))


def describe(app: Litestar) -> dict[str, Any]:
    """Return the mended description of `app`."""
    document = copy.deepcopy(_collected(app))
    operations = list(_operations(app, document))
    bodies = [
        (operation, kind, place) for operation, handler in operations for kind, place in _shapes(handler)
    ]
    kinds = [ProblemDocument, *(kind for _, kind, _ in bodies)]
    schemas, components = shapes.schemas(kinds, "#/components/schemas/{name}")
    for (operation, _, place), schema in zip(bodies, schemas[1:], strict=True):
        _put(operation, place, schema)
    document.setdefault("components", {}).setdefault("schemas", {}).update(components)
    _forbid_nul(document)
    _add_security(document, app.state["site"].cookie)
    for operation, handler in operations:
        _complete(operation, declared(handler.opt), handler)
    return document


def _operations(app: Litestar, document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], HTTPRouteHandler]]:
    """Yield each described operation with its handler."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        item = document["paths"].get(route.path_format or "/", {})
        for method, (handler, _) in route.route_handler_map.items():
            if method.lower() in item:
                yield item[method.lower()], handler


def _shapes(handler: HTTPRouteHandler) -> Iterator[tuple[Any, str]]:
    """Yield the JSON shapes that a handler takes ("request") and gives (its status)."""
    taken = handler.parsed_data_field
    if taken is not None and not (isinstance(taken.kwarg_definition, BodyKwarg) and _is_file(taken)):
        yield taken.raw, "request"
    given = handler.parsed_return_field
    if given.is_subclass_of(Response):
        given = given.inner_types[0] if given.inner_types else given
    if given.annotation not in {None, type(None), bytes, str} and not given.is_subclass_of(Response):
        yield given.raw, str(handler.status_code)


def _is_file(field: FieldDefinition) -> bool:
    kwarg = field.kwarg_definition
    return isinstance(kwarg, BodyKwarg) and kwarg.media_type != RequestEncodingType.JSON


def _put(operation: dict[str, Any], place: str, schema: dict[str, Any]) -> None:
    holder = operation["requestBody"] if place == "request" else operation["responses"][place]
    for media in holder["content"].values():
        media["schema"] = schema


def _forbid_nul(node: Any) -> None:
    """Say of every free text that it holds no NUL byte: the guard refuses one before the handler runs."""
    if isinstance(node, list):
        for part in node:
            _forbid_nul(part)
    elif isinstance(node, dict):
        if node.get("type") == "string" and not {"enum", "format", "pattern", "const"} & set(node):
            node["pattern"] = NO_NUL
        for part in node.values():
            _forbid_nul(part)


def _add_security(document: dict[str, Any], cookie_name: str) -> None:
    cookie = {"type": "apiKey", "in": "cookie", "name": cookie_name}
    document["components"]["securitySchemes"] = {
        "session": cookie,
        "machine": {"type": "http", "scheme": "bearer"},
    }


def _complete(operation: dict[str, Any], access: Access | None, handler: HTTPRouteHandler) -> None:
    """Add the problem answers that this operation can give, and who may call it."""
    statuses = {400, 401, 403, 404, 405, 422, 500, 503}
    if access is not None and access.who != "anyone":
        ways = {"officer": ("session",), "machine": ("machine",), "program": ("session", "machine")}
        operation["security"] = [{way: []} for way in ways[access.who]]
        if access.permission is not None:
            operation["x-permission"] = access.permission.value
    if handler.http_methods - {"GET", "HEAD"}:
        statuses |= {409, 413, 415, 429}
    for status in sorted(statuses):
        operation["responses"][str(status)] = {
            "description": TITLES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
