"""The outermost layer of the site: what holds for every request before any route is chosen.

1. The Host header names this node (DNS rebinding).
2. Neither path nor query holds a NUL byte, which PostgreSQL text cannot hold.
3. A page's address with `.json` is the page's JSON twin: the same route, answered as JSON.
4. `?lang=` and `?theme=` are kept in a cookie and leave the address.
5. Every answer carries the security headers and a request id, and is not stored by caches, files with a
   content hash excepted.
6. Answers of the reconciliation API, errors and refusals too, may be read by pages of any origin (its 0.2,
   "Cross-Origin Access"). A browser hands them over only when it sent no cookie.
"""

import re
from collections.abc import Collection, Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import Settings
from cordillera.web.call import API, Call, attach
from cordillera.web.i18n import LANGUAGES, PSEUDO, choose, from_accept_language
from cordillera.web.problems import Problem

STATIC = "/static/"
THEMES = ("light", "dark")
_TWIN = ".json"
_YEAR = 31_536_000
_LOOKS = {"lang": (*LANGUAGES, PSEUDO), "theme": THEMES}

POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'"
)
# An entry of a list may be shown in a frame of OpenRefine, which runs on the same machine as the browser.
# It is read with a token in the address, never with the cookie, and has nothing to click.
_PREVIEW = re.compile(r"/reconcile/[^/]+/preview/[^/]+\Z")
_PREVIEW_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none';"
    " frame-ancestors http://127.0.0.1:* http://localhost:*"
)
_RECONCILE = "/reconcile/"
_READ_ANYWHERE = (b"access-control-allow-origin", b"*")
_NOT_IN_PREVIEWS = frozenset(
    {b"content-security-policy", b"x-frame-options", b"cross-origin-resource-policy"}
)
_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), usb=(), payment=(), browsing-topics=()",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
)


class Shell:
    """Wraps the application's own handler."""

    def __init__(self, inner: ASGIApp, settings: Settings, paths: Collection[str]) -> None:
        self._inner = inner
        self._settings = settings
        self._paths = frozenset(paths)
        self._secure = bool(settings.web.tls_certificate)
        self._hosts = frozenset(host.lower() for host in settings.web.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, prepare and pass on one request."""
        if scope["type"] == ScopeType.WEBSOCKET:  # the site has none
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
            return
        headers = _headers(scope["headers"])
        cookies = _cookies(headers.get("cookie", ""))
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        call = Call(request_id=uuid7().hex, language=self._language(headers, cookies))
        call.theme = cookies.get("theme", "") if cookies.get("theme") in THEMES else ""
        attach(scope, call)
        answer = self._decorated(send, call, scope["path"])
        problem = self._refusal(scope, headers, query)
        if problem is not None:
            await problem.answer(call.request_id)(scope, receive, answer)
        elif (kept := _kept_looks(scope, query)) is not None:
            await _redirect(answer, *kept)
        else:
            self._find_twin(scope, call)
            await self._inner(scope, receive, answer)

    def _refusal(
        self, scope: HTTPScope, headers: dict[str, str], query: list[tuple[str, str]]
    ) -> Problem | None:
        host = headers.get("host", "").lower()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if name not in self._hosts:  # 1
            return Problem(400, "web.wrong_host")
        texts = (scope["path"], *(text for pair in query for text in pair))
        if any("\0" in text for text in texts):  # 2
            return Problem(422, "web.nul_byte")
        return None

    def _find_twin(self, scope: HTTPScope, call: Call) -> None:
        path = scope["path"]
        if scope["method"] not in {"GET", "HEAD"} or not path.endswith(_TWIN) or path in self._paths:
            return
        if path.startswith((API, STATIC)):
            return
        call.twin = True  # 3
        bare = "/" if path == "/index.json" else path.removesuffix(_TWIN)
        scope["path"], scope["raw_path"] = bare, bare.encode()

    def _language(self, headers: dict[str, str], cookies: dict[str, str]) -> str:
        browser = headers.get("accept-language", "")
        wanted = (lambda: cookies.get("lang", ""), lambda: from_accept_language(browser))
        return choose(wanted, self._settings.node.language)

    def _decorated(self, send: Send, call: Call, path: str) -> Send:
        async def decorated(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0].lower() != b"server"]
                message["headers"] = [*kept, *self._added(call, path, message["status"], kept)]
            await send(message)

        return decorated

    def _added(
        self, call: Call, path: str, status: int, present: Iterable[tuple[bytes, bytes]]
    ) -> list[tuple[bytes, bytes]]:
        cached = path.startswith(STATIC) and status in {200, 304}
        cache = f"public, max-age={_YEAR}, immutable" if cached else "no-store"
        added = [*_headers_for(path, call), (b"x-request-id", call.request_id.encode())]
        if path.startswith(_RECONCILE):  # 6
            added.append(_READ_ANYWHERE)
        if not any(name.lower() == b"cache-control" for name, _ in present):
            added.append((b"cache-control", cache.encode()))
        if self._secure:
            added.append((b"strict-transport-security", f"max-age={_YEAR}".encode()))
        return added


def _headers_for(path: str, call: Call) -> list[tuple[bytes, bytes]]:
    """The security headers; of a preview that a token opened, those that let OpenRefine frame it."""
    if call.machine is None or not _PREVIEW.match(path):
        return list(_HEADERS)
    kept = [pair for pair in _HEADERS if pair[0] not in _NOT_IN_PREVIEWS]
    return [*kept, (b"content-security-policy", _PREVIEW_POLICY.encode())]


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _kept_looks(scope: HTTPScope, query: list[tuple[str, str]]) -> tuple[str, dict[str, str]] | None:
    """Return where to go on and which cookies to set when the address chooses language or theme (4)."""
    path = scope["path"]
    if scope["method"] != "GET" or path.startswith((API, STATIC, "//")) or "\\" in path:
        return None
    chosen = {name: value for name, value in query if value in _LOOKS.get(name, ())}
    if not chosen:
        return None
    rest = urlencode([pair for pair in query if pair[0] not in _LOOKS])
    target = scope["raw_path"].decode("latin-1").split("?")[0]
    return (f"{target}?{rest}" if rest else target), chosen


async def _redirect(send: Send, target: str, cookies: dict[str, str]) -> None:
    headers = [(b"location", target.encode("latin-1", "replace")), (b"content-length", b"0")]
    for name, value in cookies.items():
        cookie = f"{name}={value}; Path=/; Max-Age={_YEAR}; SameSite=Lax; HttpOnly"
        headers.append((b"set-cookie", cookie.encode()))
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
