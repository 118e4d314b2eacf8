"""What each page and operation must declare: who may call it, and what the ledger learns of it.

Every handler carries `opt=guarded(...)`, `for_machine(...)`, `for_program(...)` or `public(...)`; the web
refuses to start with one that carries nothing, and a guard refuses every call that its declaration does not
allow. The declaration is data; enforcing it is `cordillera.web.guard`.

>>> from cordillera.trust.access.model import Permission
>>> opt = guarded(Permission.ALERT_READ, audit=NO_AUDIT("a list of references, no personal data"))
>>> declared(opt).permission
<Permission.ALERT_READ: 'alert.read'>
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from cordillera.trust.access.model import Permission

_KEY = "access"


class NO_AUDIT(msgspec.Struct, frozen=True):  # noqa: N801 - reads as a constant where it is used
    """No leaf is written, for this reason."""

    reason: str


class Access(msgspec.Struct, frozen=True):
    """Who may call a handler and which leaf its service writes."""

    who: Literal["officer", "machine", "program", "anyone"]
    audit: str | NO_AUDIT
    permission: Permission | None = None
    machine_scope: str = ""
    purpose: bool = True
    before_password: bool = False
    key_in_address: bool = False
    direct: bool = False
    together: Callable[..., Any] | None = None


def guarded(
    permission: Permission, *, audit: str | NO_AUDIT, purpose: bool = True, before_password: bool = False
) -> dict[str, object]:
    """Let officers with `permission` call this; `purpose=False` also before a purpose is declared."""
    return {
        _KEY: Access(
            who="officer",
            permission=permission,
            audit=audit,
            purpose=purpose,
            before_password=before_password,
        )
    }


def for_machine(
    scope: str, *, audit: str | NO_AUDIT, direct: bool = False, together: Callable[..., Any] | None = None
) -> dict[str, object]:
    """Let machines with a bearer token of `scope` call this, and nobody else.

    `direct`: it takes `machine`, services and the whole `body`, and may go the shorter way (`web.direct`).
    `together`: the same for what several machines send at one time; it takes a list of (machine, body) and
    the same services, and returns for each in order the result, the error, or what is left to do alone.
    """
    access = Access(who="machine", machine_scope=scope, audit=audit, direct=direct, together=together)
    return {_KEY: access}


def for_program(
    permission: Permission, scope: str, *, audit: str | NO_AUDIT, key_in_address: bool = False
) -> dict[str, object]:
    """Let machines with a token of `scope` call this, and officers with `permission` in an open session.

    `key_in_address`: the token may stand in the query as `key`, for clients that cannot send headers.
    """
    return {
        _KEY: Access(
            who="program",
            permission=permission,
            machine_scope=scope,
            audit=audit,
            key_in_address=key_in_address,
        )
    }


def public(*, audit: str | NO_AUDIT) -> dict[str, object]:
    """Let anyone call this: log in, static files, health. Say why in the reason."""
    return {_KEY: Access(who="anyone", audit=audit)}


def declared(opt: Mapping[str, object]) -> Access | None:
    """Return what a handler declared, or None when it declared nothing."""
    found = opt.get(_KEY)
    return found if isinstance(found, Access) else None
