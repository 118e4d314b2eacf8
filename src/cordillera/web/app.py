"""The site for people and programs of one agency, as an ASGI application.

`create_app(node)` collects the handlers of all packages, refuses to start with one that declares no
permission, and puts the shell, the guard and the problem documents around them. The listener for partner
nodes is another application on another port.
"""

from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from cordillera.foundation.errors import CordilleraError
from cordillera.trust.access.guard import declared
from cordillera.web import registry
from cordillera.web.answers import Answer
from cordillera.web.assets import Assets
from cordillera.web.direct import Direct, operations_of
from cordillera.web.forms import NodeRequest
from cordillera.web.guard import enforce
from cordillera.web.openapi import api_document
from cordillera.web.problems import handle
from cordillera.web.services import dependencies
from cordillera.web.shell import Shell
from cordillera.web.site import OpenNode, Site

MAX_BODY = 1_048_576


class Undeclared(CordilleraError):
    """A handler does not say who may call it and what the ledger learns."""

    code = "web.undeclared"


def create_app(node: OpenNode, packages: Sequence[str] = registry.PACKAGES) -> Litestar:
    """Make the application of `node`; raise `Undeclared` or `AssetsMissing`."""
    site = Site(node, packages, Assets())
    app = Litestar(
        # One router: registered one by one, handlers that share a path would be prepared more than once.
        route_handlers=[Router("/", route_handlers=[*registry.collect(packages), api_document])],
        guards=[enforce],
        dependencies=dependencies(site),
        exception_handlers={Exception: handle},
        request_class=NodeRequest,
        response_class=Answer,
        openapi_config=None,  # described by web.openapi
        request_max_body_size=MAX_BODY,
        state=State({"site": site}),
        logging_config=None,
        debug=False,
    )
    check_declared(app)
    for path, handler in handlers_of(app):
        site.allowed.setdefault(path, set()).update(map(str, handler.http_methods))
    inner = Direct(site, app.asgi_handler, operations_of(handlers_of(app), MAX_BODY))
    app.asgi_handler = Shell(inner, node.settings, site.paths)
    return app


def handlers_of(app: Litestar) -> list[tuple[str, HTTPRouteHandler]]:
    """Return every path with each of its handlers, the automatic OPTIONS ones left out."""
    return [
        (route.path, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and handler.http_methods != {"OPTIONS"}
    ]


def check_declared(app: Litestar) -> None:
    """Raise `Undeclared` for a handler without a declaration: default deny begins at the start."""
    bare = [f"{path} ({handler.handler_name})" for path, handler in handlers_of(app) if not _says(handler)]
    if bare:
        raise Undeclared(handlers=bare)


def _says(handler: Any) -> bool:
    return declared(handler.opt) is not None
