"""The site's own pages and files: start page, keys, health, and the built assets."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from cordillera.foundation.clock import Clock
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.access.guard import NO_AUDIT, guarded, public
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.web.call import call_of
from cordillera.web.navigation import RAIL, Destination, destinations
from cordillera.web.site import Site

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "json": "application/json",
    "png": "image/png",
}


class HomeDesk(msgspec.Struct, frozen=True):
    """One place the officer may open, with what waits there."""

    href: str
    title: str
    icon: str
    waiting: int | None = None


class HomeView(msgspec.Struct, frozen=True):
    """What needs the officer, and where they may go."""

    name: str
    agency: str
    purpose: str
    now: datetime
    open_alerts: int | None
    desks: tuple[HomeDesk, ...]
    trust: tuple[HomeDesk, ...]


class KeysView(msgspec.Struct, frozen=True):
    """The page of keys has no facts of its own."""


class Health(msgspec.Struct, frozen=True):
    """Whether the node can work."""

    status: str
    node: str
    environment: str


@get(
    "/",
    opt=guarded(Permission.HOME_VIEW, audit=NO_AUDIT("counts only")),
    sync_to_thread=True,
    include_in_schema=False,
)
def home(request: Request[Any, Any, Any], session: OfficerSession, clock: Clock) -> Page:
    """Show what needs the officer."""
    site: Site = request.app.state["site"]
    call = call_of(request.scope)
    waiting = call.open_alerts if not call.twin else site.open_alerts(session)
    allowed = [place for place in destinations(session, site.paths) if place.href != "/"]
    trust = {place.href for place in RAIL[2][1]}
    return Page(
        "shell/home.html",
        HomeView(
            name=session.name,
            agency=session.agency,
            purpose=session.purpose,
            now=clock.now(),
            open_alerts=waiting,
            desks=tuple(_desk(place, waiting) for place in allowed if place.href not in trust),
            trust=tuple(_desk(place, None) for place in allowed if place.href in trust),
        ),
    )


@get(
    "/keys",
    opt=guarded(Permission.HOME_VIEW, audit=NO_AUDIT("shows no data"), purpose=False),
    sync_to_thread=False,
    include_in_schema=False,
)
def keys() -> Page:
    """Show all keys."""
    return Page("shell/keys.html", KeysView())


@get("/api/health", opt=public(audit=NO_AUDIT("shows no data")), sync_to_thread=True, operation_id="health")
def health(settings: Settings, store: Store) -> Health:
    """Tell whether the node and its database answer."""
    with store.transaction(Scope.node("health")) as tx:
        tx.exec_driver_sql("SELECT 1")
    return Health("ok", settings.node.id, settings.node.environment)


@get(
    "/static/assets/{name:str}",
    opt=public(audit=NO_AUDIT("public files")),
    sync_to_thread=False,
    include_in_schema=False,
)
def asset(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    """Send one built file; its name holds a hash of its content."""
    site: Site = request.app.state["site"]
    body = site.assets.files.get(name)
    if body is None:
        raise NotFoundException
    return Response(body, media_type=_TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream"))


def _desk(place: Destination, waiting: int | None) -> HomeDesk:
    return HomeDesk(place.href, place.title, place.icon, waiting if place.href == "/alerts" else None)


handlers = [home, keys, health, asset]
