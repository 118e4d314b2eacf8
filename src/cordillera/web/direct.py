"""A shorter way for what machines send all day: the same guard, the same handler, less of the framework.

An operation that declares it (`for_machine(..., direct=True)`) is taken here when all of this holds. Every
other request goes the framework's way, which says what is wrong with it.

1. It is a POST to exactly the path of the operation, without a query.
2. No browser says that it sent it: there is neither Sec-Fetch-Site nor Origin; nor does it come in chunks.
3. It brings a bearer token, and no header twice.
4. Its length is told, and is no more than the operation takes.

Looking for the token and the operation's own work share one turn of a thread (ADR 0085). Where an
operation says how several requests are taken together, short ones that wait at the same time are (ADR 0076).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import anyio.to_thread
import msgspec
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from cordillera.trust.access.guard import Access, declared
from cordillera.web.call import call_of
from cordillera.web.gathered import Gathered
from cordillera.web.guard import machine_with, machines_with
from cordillera.web.problems import logged_problem
from cordillera.web.services import SERVICES
from cordillera.web.site import Site

_ELSEWHERE: Final = frozenset({b"sec-fetch-site", b"origin", b"transfer-encoding"})
_LENGTH, _TOKEN = b"content-length", b"authorization"
_BEARER: Final = b"bearer"
SHORT: Final = 8_192
"""Bytes up to which a request goes with others: a longer one does not hold up those who wait."""
Sent = tuple[str, bytes]
"""The token and the body."""


class Operation(msgspec.Struct, frozen=True):
    """A handler that takes its whole body: what it declares, which services it takes, how long a body."""

    work: Callable[..., Any]
    access: Access
    services: tuple[str, ...]
    longest: int
    status: int


class Direct:
    """Takes requests for some operations, and hands all others on."""

    def __init__(self, site: Site, inner: ASGIApp, operations: Mapping[str, Operation]) -> None:
        self._site = site
        self._inner = inner
        self._operations = operations
        self._gathered = {
            path: Gathered(partial(self._taken_all, one))
            for path, one in operations.items()
            if one.access.together is not None
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request in, or hand it on."""
        found = self._operations.get(scope["path"])
        token = "" if found is None or scope["type"] != ScopeType.HTTP else _plain_token(scope, found.longest)
        if found is None or not token:
            await self._inner(scope, receive, send)
            return
        body = await _body(receive)
        if body is not None:
            answer = await self._answer(scope, found, (token, body))
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope, operation: Operation, sent: Sent) -> ASGIResponse:
        call = call_of(scope)
        gathered = self._gathered.get(scope["path"]) if len(sent[1]) <= SHORT else None
        try:
            if gathered is None:
                result = await anyio.to_thread.run_sync(self._taken, operation, *sent)
            else:
                result = await gathered.take(sent)
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a problem document
            return logged_problem(error, call.request_id).answer(call.request_id)
        body = msgspec.json.encode(result)
        return ASGIResponse(body=body, status_code=operation.status, media_type="application/json")

    def _taken(self, operation: Operation, token: str, body: bytes) -> Any:
        machine = machine_with(self._site, token, operation.access)
        return operation.work(machine=machine, body=body, **self._services(operation))

    def _taken_all(self, operation: Operation, sent: Sequence[Sent]) -> list[Any]:
        """What becomes of several requests: a refusal, or what the operation makes of them."""
        machines = machines_with(self._site, [token for token, _ in sent], operation.access)
        brought = [
            (machine, body)
            for machine, (_, body) in zip(machines, sent, strict=True)
            if not isinstance(machine, Exception)
        ]
        together = operation.access.together
        done = iter(together(brought, **self._services(operation)) if brought and together else ())
        return [machine if isinstance(machine, Exception) else next(done) for machine in machines]

    def _services(self, operation: Operation) -> dict[str, Any]:
        return {name: self._site.service(name) for name in operation.services}


def operations_of(handlers: list[tuple[str, HTTPRouteHandler]], longest: int) -> dict[str, Operation]:
    """Return what may go the shorter way by path; `longest` is how many bytes a body has elsewhere."""
    return {
        path: _operation(handler, access, longest)
        for path, handler in handlers
        if (access := declared(handler.opt)) is not None and access.direct
    }


def _operation(handler: HTTPRouteHandler, access: Access, longest: int) -> Operation:
    services = tuple(name for name in handler.parsed_fn_signature.parameters if name in SERVICES)
    own = handler.request_max_body_size
    work = getattr(handler.fn, "func", handler.fn)  # the framework has put a turn of a thread around it
    return Operation(work, access, services, own if isinstance(own, int) else longest, handler.status_code)


def _plain_token(scope: HTTPScope, longest: int) -> str:
    """Return the token of a request that may go this way (conditions 1 to 4), or ""."""
    if scope["method"] != "POST" or scope["query_string"]:  # 1
        return ""
    told = list(scope["headers"])
    headers = dict(told)
    if len(headers) < len(told) or not headers.keys().isdisjoint(_ELSEWHERE):  # 3, 2
        return ""
    kind, _, token = headers.get(_TOKEN, b"").partition(b" ")
    length = headers.get(_LENGTH, b"")
    fits = length.isdigit() and len(length) <= len(str(longest)) and int(length) <= longest
    return token.strip().decode("latin-1") if kind.lower() == _BEARER and fits else ""  # 3, 4


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, or None when the sender hung up."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)
