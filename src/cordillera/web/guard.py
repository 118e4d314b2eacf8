"""The one guard in front of every handler. It refuses what the handler's declaration does not allow.

1. The handler declares who may call it; one that does not is refused (and the node does not start with it).
2. A request that changes something comes from our own page: Sec-Fetch-Site and Origin, where sent, say so.
   Not where the key stands in the address (reconciliation): a page that knows it needs no officer's cookie.
3. A machine brings a living token of the declared scope. Where officers may call, too, whoever brings none
   is one.
4. An officer brings an open session.
5. A one-time password has been replaced.
6. One of the officer's roles holds the declared permission.
7. A purpose is declared.
8. A request that changes something carries the session's token against forgery.
9. Moments in the address and the body are of the declared kind and shape (`web.body`).
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import anyio.to_thread
import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import BaseRouteHandler

from cordillera.trust.access.errors import (
    ForgedRequest,
    NotLoggedIn,
    PasswordNotReplaced,
    PermissionMissing,
    PurposeMissing,
)
from cordillera.trust.access.guard import Access, declared
from cordillera.trust.access.logins import SCOPE
from cordillera.trust.access.model import MachineSession, OfficerSession
from cordillera.web.body import check_body, check_moments
from cordillera.web.call import Call, call_of, is_api
from cordillera.web.site import Site

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def enforce(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let a request through to `handler`, or raise the error of the condition it fails."""
    request: Request[Any, Any, Any] = connection  # type: ignore[assignment] # the node has HTTP routes only
    if request.method == "OPTIONS":
        methods = request.app.state["site"].methods(request.scope["path_template"])
        raise MethodNotAllowedException(headers={"allow": methods})
    access = declared(handler.opt)
    if access is None:  # 1
        raise PermissionMissing
    changes = request.method not in SAFE
    ours = came_from_us(request.headers.get("sec-fetch-site"), request.headers)
    if changes and not ours and not _with_key(request, access):  # 2
        raise ForgedRequest
    await _admit(request, access, changes=changes)
    check_moments(request, handler)
    if changes:
        await check_body(request, handler)  # 9


async def _admit(request: Request[Any, Any, Any], access: Access, *, changes: bool) -> None:
    site: Site = request.app.state["site"]
    call = call_of(request.scope)
    if access.who == "machine":
        call.machine = await _machine(site, _token(request), access)  # 3
    elif access.who == "program" and (token := _token(request, in_address=access.key_in_address)):
        call.machine = await _machine(site, token, access)  # 3
    elif access.who in {"officer", "program"}:
        token = request.cookies.get(site.cookie, "")
        call.session = await anyio.to_thread.run_sync(_find, site, token, call)  # 4
        check_officer(call.session, access)
        if changes and not site.node.access.sessions.proves_origin(call.session, await _proof(request)):  # 8
            raise ForgedRequest
        if not is_api(request.scope) and not changes:
            call.open_alerts = await anyio.to_thread.run_sync(site.open_alerts, call.session)


def _with_key(request: Request[Any, Any, Any], access: Access) -> bool:
    return access.who == "program" and access.key_in_address and bool(request.query_params.get("key"))


def check_officer(session: OfficerSession, access: Access) -> None:
    """Raise unless the officer may call a handler that declares `access` (conditions 5 to 7)."""
    if session.must_change_password and not access.before_password:  # 5
        raise PasswordNotReplaced
    if access.permission is None or not session.may(access.permission):  # 6
        raise PermissionMissing
    if access.purpose and not session.purpose:  # 7
        raise PurposeMissing


def came_from_us(fetch_site: str | None, headers: Any) -> bool:
    """Tell whether the browser says that our own page sent this; a program that says nothing may pass.

    Both headers are set by the browser and cannot be set by a page (Fetch Metadata; RFC 6454, 7).
    """
    if fetch_site is not None and fetch_site != "same-origin":
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def _find(site: Site, token: str, call: Call) -> OfficerSession:
    if not token:
        raise NotLoggedIn
    with site.node.store.transaction(SCOPE) as tx:
        session = site.node.access.session(tx, token)
    return msgspec.structs.replace(session, language=call.language, theme=call.theme)


def _token(request: Request[Any, Any, Any], *, in_address: bool = False) -> str:
    """Return the token that a machine brings, or ""; `ApiKey` is how clients of other matchers call it."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() in {"bearer", "apikey"} and token.strip():
        return token.strip()
    return request.query_params.get("key", "") if in_address else ""


async def _machine(site: Site, token: str, access: Access) -> MachineSession:
    if not token:
        raise NotLoggedIn

    return await anyio.to_thread.run_sync(machine_with, site, token, access)


def machine_with(site: Site, token: str, access: Access) -> MachineSession:
    """Return the machine of a token (condition 3); raise `NotLoggedIn` or `PermissionMissing`."""
    (found,) = machines_with(site, [token], access)
    if isinstance(found, Exception):
        raise found
    return found


def machines_with(
    site: Site, tokens: Sequence[str], access: Access
) -> list[MachineSession | NotLoggedIn | PermissionMissing]:
    """Return for each token what `machine_with` returns or raises."""
    with site.node.store.transaction(SCOPE, gathered=True) as tx:
        found = site.node.access.machines(tx, set(tokens))
    return [_admitted(found.get(token), access) for token in tokens]


def _admitted(
    machine: MachineSession | None, access: Access
) -> MachineSession | NotLoggedIn | PermissionMissing:
    if machine is None:
        return NotLoggedIn()
    return machine if machine.scope_name == access.machine_scope else PermissionMissing()


async def _proof(request: Request[Any, Any, Any]) -> str:
    given = request.headers.get("x-csrf-token")
    if given is not None:
        return given
    if request.headers.get("content-type", "").split(";")[0].strip().lower() in _FORMS:
        return str((await request.form()).get("csrf_token", ""))
    return ""
