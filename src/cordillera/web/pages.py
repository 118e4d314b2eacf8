"""The site's own pages and files: start page, keys, health, and the built assets."""

from collections.abc import Iterator
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
from cordillera.web.navigation import RAIL, destinations
from cordillera.web.site import Site
from cordillera.web.waiting import Waiting, waiting_for

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "json": "application/json",
    "png": "image/png",
}


class HomeDesk(msgspec.Struct, frozen=True):
    """One place the officer may open."""

    href: str
    title: str
    icon: str


class HomeGroup(msgspec.Struct, frozen=True):
    """Places under one heading of the rail."""

    title: str
    places: tuple[HomeDesk, ...]


class HomeView(msgspec.Struct, frozen=True):
    """What needs the officer, and where they may go."""

    name: str
    agency: str
    purpose: str
    now: datetime
    waiting: tuple[Waiting, ...]
    groups: tuple[HomeGroup, ...]


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
    return Page(
        "shell/home.html",
        HomeView(
            name=session.name,
            agency=session.agency,
            purpose=session.purpose,
            now=clock.now(),
            waiting=waiting_for(session, site),
            groups=tuple(_groups(session, site)),
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


def _groups(session: OfficerSession, site: Site) -> Iterator[HomeGroup]:
    allowed = [place for place in destinations(session, site.paths) if place.href != "/"]
    waiting: list[HomeDesk] = []  # the untitled group opens the rail; here it joins the one after it
    for title, places in RAIL:
        waiting += [HomeDesk(place.href, place.title, place.icon) for place in places if place in allowed]
        if title and waiting:
            yield HomeGroup(title, tuple(waiting))
            waiting = []


handlers = [home, keys, health, asset]
