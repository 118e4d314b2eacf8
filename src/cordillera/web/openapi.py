"""The API's description (OpenAPI 3.1), made to say exactly what the node enforces.

Litestar leaves out three things that are mended here: objects that forbid unknown fields, limits on the
items of arrays, and the statuses with which the guard and the problem documents answer.
"""

from functools import lru_cache
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar._openapi.plugin import OpenAPIPlugin
from litestar.openapi import OpenAPIConfig

from cordillera.trust.access.guard import NO_AUDIT, Access, declared, public
from cordillera.web.problems import MEDIA_TYPE, TITLES, ProblemDocument

TITLE = "Cordillera node"
VERSION = "1.0.0"


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
    document = _collected(app)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    _, exact = msgspec.json.schema_components(
        [ProblemDocument, *_types(app)], ref_template="#/components/schemas/{name}"
    )
    known = {_short(name): schema for name, schema in exact.items()}
    for name in list(schemas):
        if _short(name) in known:
            schemas[name] = known[_short(name)]
    for name, schema in known.items():
        schemas.setdefault(name, schema)
    _add_security(document)
    accesses = _accesses(app)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                _complete(operation, accesses.get((path, method.upper())), path)
    return document


def _types(app: Litestar) -> list[Any]:
    """Return every struct that a described handler takes or gives."""
    found: dict[str, Any] = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if getattr(handler, "include_in_schema", True) is False:
                continue
            fields = [handler.parsed_data_field, handler.parsed_return_field]
            for field in filter(None, fields):
                for kind in (field, *field.inner_types):
                    if isinstance(kind.annotation, type) and issubclass(kind.annotation, msgspec.Struct):
                        found[kind.annotation.__name__] = kind.annotation
    return list(found.values())


def _short(name: str) -> str:
    return name.rsplit(".", 1)[-1].rsplit("_", 1)[-1]


def _accesses(app: Litestar) -> dict[tuple[str, str], Access]:
    found = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            access = declared(handler.opt)
            if access is not None:
                for method in handler.http_methods:
                    found[getattr(route, "path_format", route.path), str(method)] = access
    return found


def _add_security(document: dict[str, Any]) -> None:
    cookie = {"type": "apiKey", "in": "cookie", "name": "__Host-cordillera-<node>"}
    document["components"]["securitySchemes"] = {
        "session": cookie,
        "machine": {"type": "http", "scheme": "bearer"},
    }


def _complete(operation: dict[str, Any], access: Access | None, path: str) -> None:
    """Add the problem answers that this operation can give, and who may call it."""
    statuses = {400, 405, 422, 500, 503}
    if access is not None and access.who != "anyone":
        statuses |= {401, 403}
        operation["security"] = [{"session" if access.who == "officer" else "machine": []}]
        if access.permission is not None:
            operation["x-permission"] = access.permission.value
    if "requestBody" in operation:
        statuses |= {403, 409, 413, 415}
    if "{" in path:
        statuses |= {404, 409}
    if path == "/api/session":
        statuses |= {401, 429}
    for status in sorted(statuses):
        operation["responses"][str(status)] = {
            "description": TITLES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
