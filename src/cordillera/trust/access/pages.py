"""Pages of access: log in, choose a password, declare a purpose, own account and sessions, all officers."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter
from litestar.response import Redirect

from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.api import ended_cookie, session_cookie
from cordillera.trust.access.core import MIN_PASSWORD, check_same, reason_of
from cordillera.trust.access.errors import (
    ForeignAgency,
    TooManyAttempts,
    WrongChoice,
    WrongLogin,
    WrongPassword,
)
from cordillera.trust.access.guard import NO_AUDIT, guarded, public
from cordillera.trust.access.logins import SCOPE, Attempt
from cordillera.trust.access.model import PURPOSES, OfficerRow, OfficerSession, Permission, SessionRow
from cordillera.trust.access.page import Page
from cordillera.trust.access.service import AccessService
from cordillera.trust.ledger.model import LeafKind

_OWN = NO_AUDIT("the officer's own session")
Next = Annotated[str, Parameter(query="next", max_length=1000)]


class LoginForm(msgspec.Struct, frozen=True):
    """What the log-in form sends."""

    login: Annotated[str, msgspec.Meta(max_length=40)] = ""
    password: Annotated[str, msgspec.Meta(max_length=128)] = ""
    next: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class PasswordForm(msgspec.Struct, frozen=True):
    """What the password form sends."""

    new: Annotated[str, msgspec.Meta(max_length=200)] = ""
    again: Annotated[str, msgspec.Meta(max_length=200)] = ""
    old: Annotated[str, msgspec.Meta(max_length=128)] = ""


class PurposeForm(msgspec.Struct, frozen=True):
    """What the purpose form sends."""

    agency: Annotated[str, msgspec.Meta(max_length=40)] = ""
    purpose: Annotated[str, msgspec.Meta(max_length=40)] = ""
    next: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class LoginView(msgspec.Struct, frozen=True):
    """The log-in page. `error` is a message id or empty; `wait_seconds` with too many attempts."""

    next: str
    login: str = ""
    error: str = ""
    wait_seconds: int = 0


class PasswordView(msgspec.Struct, frozen=True):
    """The page to choose a password; `first` when a one-time password is being replaced."""

    first: bool
    min_length: int
    error: str = ""


class PurposeView(msgspec.Struct, frozen=True):
    """The page to declare agency and purpose."""

    agencies: tuple[str, ...]
    purposes: tuple[str, ...]
    agency: str
    purpose: str
    next: str
    error: str = ""


class AccountView(msgspec.Struct, frozen=True):
    """The officer's own account."""

    login: str
    name: str
    agency: str
    purpose: str
    roles: tuple[str, ...]
    sessions: tuple[SessionRow, ...]


class OfficersView(msgspec.Struct, frozen=True):
    """All officers, without secrets."""

    officers: tuple[OfficerRow, ...]


@get("/login", opt=public(audit=NO_AUDIT("shows no data")), sync_to_thread=False, include_in_schema=False)
def login_page(onward: Next = "") -> Page:
    """Ask for login and password."""
    return Page("access/login.html", LoginView(next=safe_next(onward)))


@post(
    "/login",
    opt=public(audit=LeafKind.LOGIN),
    sync_to_thread=True,
    include_in_schema=False,
    status_code=200,
)
def log_in(
    request: Request[Any, Any, Any],
    access: AccessService,
    store: Store,
    settings: Settings,
    data: Annotated[LoginForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Response[Any]:
    """Open a session, or say why not."""
    address = request.client.host if request.client else ""
    onward = safe_next(data.next)
    try:
        token, session = access.logins.log_in(store, Attempt(data.login, data.password, address))
    except WrongLogin as error:
        return Page("access/login.html", LoginView(onward, data.login, error.code), status=401)
    except TooManyAttempts as error:
        wait = int(str(error.facts.get("seconds", 1)))
        return Page("access/login.html", LoginView(onward, data.login, error.code, wait), status=429)
    target = "/account/password" if session.must_change_password else purpose_url(onward)
    return Redirect(target, status_code=303, cookies=[session_cookie(settings, token)])


@post(
    "/logout",
    opt=guarded(Permission.SESSION_OWN, audit=LeafKind.LOGOUT, purpose=False, before_password=True),
    sync_to_thread=True,
    include_in_schema=False,
)
def log_out(session: OfficerSession, access: AccessService, store: Store, settings: Settings) -> Redirect:
    """Close the session."""
    with store.transaction(SCOPE) as tx:
        access.sessions.end(tx, session, session.session_id)
    return Redirect("/login", status_code=303, cookies=[ended_cookie(settings)])


@get(
    "/account/password",
    opt=guarded(Permission.SESSION_OWN, audit=_OWN, purpose=False, before_password=True),
    sync_to_thread=False,
    include_in_schema=False,
)
def password_page(session: OfficerSession) -> Page:
    """Ask for a new password."""
    return Page("access/password.html", PasswordView(session.must_change_password, MIN_PASSWORD))


@post(
    "/account/password",
    opt=guarded(Permission.SESSION_OWN, audit=LeafKind.OFFICER_CHANGED, purpose=False, before_password=True),
    sync_to_thread=True,
    include_in_schema=False,
)
def choose_password(
    session: OfficerSession,
    access: AccessService,
    store: Store,
    data: Annotated[PasswordForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Replace the password."""
    first = session.must_change_password
    try:
        check_same(data.new, data.again)
        with store.transaction(SCOPE) as tx:
            access.officers.replace_password(tx, session, data.old, data.new)
    except WrongPassword as error:
        view = PasswordView(first, MIN_PASSWORD, reason_of(error))
        return Page("access/password.html", view, status=422)
    return Redirect(purpose_url("") if first else "/account", status_code=303)


@get(
    "/account/purpose",
    opt=guarded(Permission.SESSION_OWN, audit=_OWN, purpose=False),
    sync_to_thread=False,
    include_in_schema=False,
)
def purpose_page(session: OfficerSession, onward: Next = "") -> Page:
    """Ask for which agency and purpose the officer works."""
    return Page("access/purpose.html", _purpose_view(session, safe_next(onward)))


@post(
    "/account/purpose",
    opt=guarded(Permission.SESSION_OWN, audit=LeafKind.PURPOSE_DECLARED, purpose=False),
    sync_to_thread=True,
    include_in_schema=False,
)
def declare_purpose(
    session: OfficerSession,
    access: AccessService,
    store: Store,
    data: Annotated[PurposeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Page | Redirect:
    """Work for this agency and purpose from now on."""
    onward = safe_next(data.next)
    try:
        with store.transaction(SCOPE) as tx:
            access.sessions.declare(tx, session, data.agency, data.purpose)
    except (ForeignAgency, WrongChoice) as error:
        view = msgspec.structs.replace(_purpose_view(session, onward), error=error.code)
        return Page("access/purpose.html", view, status=422)
    return Redirect(onward, status_code=303)


@get(
    "/account",
    opt=guarded(Permission.SESSION_OWN, audit=_OWN, purpose=False),
    sync_to_thread=True,
    include_in_schema=False,
)
def account(session: OfficerSession, access: AccessService, store: Store) -> Page:
    """Show the officer's account and open sessions."""
    with store.transaction(SCOPE) as tx:
        rows = access.sessions.all(tx, session)
    view = AccountView(session.login, session.name, session.agency, session.purpose, session.roles, rows)
    return Page("access/account.html", view)


@post(
    "/account/sessions/{session_id:uuid}/end",
    opt=guarded(Permission.SESSION_OWN, audit=LeafKind.LOGOUT, purpose=False),
    sync_to_thread=True,
    include_in_schema=False,
)
def end_session(session: OfficerSession, access: AccessService, store: Store, session_id: UUID) -> Redirect:
    """Close one of the officer's sessions."""
    with store.transaction(SCOPE) as tx:
        access.sessions.end(tx, session, session_id)
    return Redirect("/account", status_code=303)


@get(
    "/officers",
    opt=guarded(Permission.OFFICER_READ, audit=NO_AUDIT("staff of this node, no record about a person")),
    sync_to_thread=True,
    include_in_schema=False,
)
def officers(access: AccessService, store: Store) -> Page:
    """Show who may enter."""
    with store.transaction(SCOPE) as tx:
        return Page("access/officers.html", OfficersView(access.officers.all(tx)))


def safe_next(target: str) -> str:
    """Return `target` when it is a path of this site, else the start page: no redirect leads away."""
    path = target.startswith("/") and not target.startswith(("//", "/\\"))
    clean = target.isprintable() and "\\" not in target
    return target if path and clean and not target.startswith(("/login", "/logout")) else "/"


def purpose_url(onward: str) -> str:
    """Return the address of the page that asks for a purpose and then leads onward."""
    return "/account/purpose" if onward in {"", "/"} else f"/account/purpose?next={quote(onward, safe='')}"


def _purpose_view(session: OfficerSession, onward: str) -> PurposeView:
    return PurposeView(session.agencies, PURPOSES, session.agency, session.purpose, onward)


handlers = [
    login_page,
    log_in,
    log_out,
    password_page,
    choose_password,
    purpose_page,
    declare_purpose,
    account,
    end_session,
    officers,
]
