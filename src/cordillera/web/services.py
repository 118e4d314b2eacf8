"""What handlers may take by name: who calls, and the services of the node."""

from typing import Any

from litestar import Request
from litestar.di import Provide

from cordillera.trust.access.errors import NotLoggedIn, WrongChoice
from cordillera.trust.access.model import PURPOSES, Caller, MachineSession, OfficerSession
from cordillera.web.call import call_of
from cordillera.web.site import Site

SERVICES = (
    "store",
    "clock",
    "settings",
    "keyring",
    "sealer",
    "ledger",
    "oversight",
    "agreements",
    "exchange",
    "lookups",
    "attachments",
    "records",
    "handling",
    "queue_markings",
    "notices",
    "followups",
    "vigilance",
    "review",
    "travellers",
    "rules",
    "people",
    "watchlists",
    "persons",
    "matching",
    "safeguards",
    "redress",
    "access",
)


def session_of(request: Request[Any, Any, Any]) -> OfficerSession:
    """Return the officer's session that the guard admitted."""
    session = call_of(request.scope).session
    if session is None:
        raise NotLoggedIn
    return session


def machine_of(request: Request[Any, Any, Any]) -> MachineSession:
    """Return the machine that the guard admitted."""
    machine = call_of(request.scope).machine
    if machine is None:
        raise NotLoggedIn
    return machine


def caller_of(request: Request[Any, Any, Any]) -> Caller:
    """Return who calls, officer or machine; a machine may declare its purpose in the query or a header."""
    call = call_of(request.scope)
    if call.machine is None:
        session = session_of(request)
        return Caller(session.officer_id, session.agency, session.purpose)
    machine = call.machine
    purpose = request.query_params.get("purpose") or request.headers.get("x-purpose") or machine.scope_name
    if purpose not in {*PURPOSES, machine.scope_name}:
        raise WrongChoice(field="purpose")
    return Caller(machine.actor, machine.agency, purpose)


def _service(site: Site, name: str) -> Provide:
    def provide() -> Any:
        return site.service(name)

    return Provide(provide, sync_to_thread=False)


def dependencies(site: Site) -> dict[str, Provide]:
    """Return the providers of everything a handler may name."""
    return {
        "session": Provide(session_of, sync_to_thread=False),
        "machine": Provide(machine_of, sync_to_thread=False),
        "caller": Provide(caller_of, sync_to_thread=False),
        **{name: _service(site, name) for name in SERVICES},
    }
