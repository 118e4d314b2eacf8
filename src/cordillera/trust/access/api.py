"""Sessions over JSON, for commands and programs that act as an officer; and the session cookie.

The cookie is `__Host-`, Secure, HttpOnly, SameSite=Strict. Browsers treat loopback as a secure context, so
it holds on http://127.0.0.1 too; everywhere else the site refuses to start without TLS. The node's id in its
name keeps two nodes on one machine apart, because cookies do not know ports.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie

from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import NO_AUDIT, guarded, public
from cordillera.trust.access.logins import SCOPE, Attempt
from cordillera.trust.access.model import OfficerSession, Permission, Purpose
from cordillera.trust.access.service import AccessService
from cordillera.trust.ledger.model import LeafKind


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Login and password."""

    login: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which agency and purpose the session works from now on."""

    agency: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    purpose: Purpose


class SessionState(msgspec.Struct, frozen=True):
    """The open session; `csrf_token` goes into the X-CSRF-Token header of requests that change something."""

    login: str
    name: str
    agency: str
    agencies: tuple[str, ...]
    country: str
    roles: tuple[str, ...]
    purpose: str
    must_change_password: bool
    csrf_token: str


@post(
    "/api/session",
    opt=public(audit=LeafKind.LOGIN),
    sync_to_thread=True,
    operation_id="log_in",
    status_code=201,
)
def log_in(
    request: Request[Any, Any, Any],
    data: Credentials,
    access: AccessService,
    store: Store,
    settings: Settings,
) -> Response[SessionState]:
    """Open a session; the answer sets its cookie."""
    address = request.client.host if request.client else ""
    token, session = access.logins.log_in(store, Attempt(data.login, data.password, address))
    return _with_cookie(state_of(session), session_cookie(settings, token), 201)


@get(
    "/api/session",
    opt=guarded(
        Permission.SESSION_OWN,
        audit=NO_AUDIT("the officer's own session"),
        purpose=False,
        before_password=True,
    ),
    sync_to_thread=False,
    operation_id="show_session",
)
def show_session(session: OfficerSession) -> SessionState:
    """Show the open session."""
    return state_of(session)


@post(
    "/api/session/purpose",
    opt=guarded(Permission.SESSION_OWN, audit=LeafKind.PURPOSE_DECLARED, purpose=False),
    sync_to_thread=True,
    operation_id="declare_purpose",
    status_code=200,
)
def declare_purpose(
    session: OfficerSession, data: Declaration, access: AccessService, store: Store
) -> SessionState:
    """Work for another agency of the officer, or for another purpose."""
    with store.transaction(SCOPE) as tx:
        access.sessions.declare(tx, session, data.agency, data.purpose)
    return state_of(msgspec.structs.replace(session, agency=data.agency, purpose=data.purpose))


@delete(
    "/api/session",
    opt=guarded(Permission.SESSION_OWN, audit=LeafKind.LOGOUT, purpose=False, before_password=True),
    sync_to_thread=True,
    operation_id="log_out",
    status_code=204,
)
def log_out(
    session: OfficerSession, access: AccessService, store: Store, settings: Settings
) -> Response[None]:
    """Close the session."""
    with store.transaction(SCOPE) as tx:
        access.sessions.end(tx, session, session.session_id)
    return Response(None, status_code=204, cookies=[ended_cookie(settings)])


def state_of(session: OfficerSession) -> SessionState:
    """Return what a session shows of itself."""
    return SessionState(
        login=session.login,
        name=session.name,
        agency=session.agency,
        agencies=session.agencies,
        country=session.country,
        roles=session.roles,
        purpose=session.purpose,
        must_change_password=session.must_change_password,
        csrf_token=session.csrf_token,
    )


def _with_cookie(state: SessionState, cookie: Cookie, status: int) -> Response[SessionState]:
    return Response(state, status_code=status, cookies=[cookie])


def cookie_name(settings: Settings) -> str:
    """Return the name of the node's session cookie."""
    return f"__Host-cordillera-{settings.node.id}"


def session_cookie(settings: Settings, token: str) -> Cookie:
    """Return the cookie that hands a session's token to the browser, until it closes."""
    return _cookie(settings, token, None)


def ended_cookie(settings: Settings) -> Cookie:
    """Return the cookie that takes the token away again."""
    return _cookie(settings, "", 0)


def _cookie(settings: Settings, value: str, max_age: int | None) -> Cookie:
    return Cookie(
        key=cookie_name(settings),
        value=value,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
        max_age=max_age,
    )


handlers = [log_in, show_session, declare_purpose, log_out]
