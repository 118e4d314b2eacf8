"""The node-to-node port: TLS 1.3 with a certificate on both sides, a few operations, nothing for people.

No released server hands the verified client certificate to the application, so a small subclass of
uvicorn's protocol puts its SHA-256 into the request's state. The handshake lets in holders of partner
certificates; the directory is asked again for every request, because a certificate cannot be taken out
of a live context. Identity of a message comes from its signature, never from TLS alone.
"""

import hashlib
import ssl
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from threading import Event
from typing import Any, Final

import anyio
import structlog
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cordillera.foundation import canonical
from cordillera.foundation.crypto.certificates import NodeCertificate, server_context, show, trust
from cordillera.foundation.errors import BadInput, CordilleraError, NotFound, NotPermitted, Unavailable
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import hop, partner_store
from cordillera.trust.exchange.directory import ACTIVE, REVOKED, PartnerDirectory
from cordillera.trust.exchange.effects import Effect
from cordillera.trust.exchange.envelope import MAX_ENVELOPE
from cordillera.trust.exchange.errors import EnvelopeTooLarge, HopRefused, PartnerRevoked, WrongRequest
from cordillera.trust.exchange.gate import Gate
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.reception import Reception
from cordillera.trust.exchange.routes import Route, RouteAnswer

FINGERPRINT: Final = "client_certificate_sha256"
MAX_BODY: Final = 8 * MAX_ENVELOPE
MAX_CONNECTIONS: Final = 256
"""Bodies are held while they arrive, so this many partners' requests bound the memory they can take."""
REFRESH_SECONDS: Final = 2.0
_SCOPE = Scope.node("exchange.directory")
_SIGNED = ("content-digest", "content-type", "signature-input", "signature")
_STATUS: Final[tuple[tuple[type[CordilleraError], int], ...]] = (
    (HopRefused, 401),
    (NotPermitted, 403),
    (NotFound, 404),
    (WrongRequest, 405),
    (EnvelopeTooLarge, 413),
    (BadInput, 400),
    (Unavailable, 503),
)
Scoped = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_log = structlog.get_logger(__name__)


class CertificateProtocol(HttpToolsProtocol):
    """HTTP/1.1 that tells the application which certificate holds the connection."""

    def connection_made(self, transport: Any) -> None:
        """Keep the SHA-256 of the verified client certificate in the connection's state."""
        tls = transport.get_extra_info("ssl_object")
        shown: bytes = (tls.getpeercert(binary_form=True) if tls is not None else None) or b""
        fingerprint = hashlib.sha256(shown).hexdigest() if shown else ""
        self.app_state = {**self.app_state, FINGERPRINT: fingerprint}
        super().connection_made(transport)

    def shutdown(self) -> None:
        """Hang up at once when nothing is being answered: an idle partner would not answer a farewell."""
        idle = self.cycle is None or self.cycle.response_complete
        super().shutdown()
        if idle:
            self.transport.abort()


class NodePort:
    """The application of the port, plain ASGI: a few operations, bodies bounded while they arrive.

    Who is known to be revoked is turned away before a byte of the body is kept; everybody else is judged
    by `Reception`, which asks the directory itself.
    """

    def __init__(self, reception: Reception, is_revoked: Callable[[str], bool]) -> None:
        self._reception = reception
        self._is_revoked = is_revoked
        self._gate = Gate()

    async def __call__(self, scope: Scoped, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            answer = await self._take(scope, receive)
            status, kind, body = answer.status, answer.content_type, answer.body
        except CordilleraError as error:
            status, kind, body = refuse(error)
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _take(self, scope: Scoped, receive: Receive) -> RouteAnswer:
        if scope["type"] != "http" or scope["path"] not in self._reception.paths:
            raise NotFound
        if scope["method"] != "POST" or scope["query_string"]:
            raise WrongRequest(method=scope["method"])
        fingerprint = str(scope["state"].get(FINGERPRINT, ""))
        if self._is_revoked(fingerprint):
            raise PartnerRevoked
        with self._gate.enter(fingerprint):
            return await self._admit(scope, receive, fingerprint)

    async def _admit(self, scope: Scoped, receive: Receive, fingerprint: str) -> RouteAnswer:
        body = await _read_body(receive)
        given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        headers = {name: given[name] for name in _SIGNED if name in given}
        request = hop.Request(scope["method"], "", scope["path"], headers, body)
        return await anyio.to_thread.run_sync(self._reception.take, fingerprint, request)


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise WrongRequest(reason="hung up")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            raise EnvelopeTooLarge(limit=MAX_BODY)
        if not message.get("more_body", False):
            return b"".join(parts)


def refuse(error: CordilleraError) -> tuple[int, str, bytes]:
    """Answer a refused request with its message id and nothing else (RFC 9457)."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    _log.warning("exchange.request_refused", status=status, error=error.code)
    problem = {"type": f"urn:cordillera:problem:{error.code}", "status": status, "code": error.code}
    return status, "application/problem+json", canonical.dumps(problem)


class Listener:
    """The port with its TLS context, and the worker that lets new partners in without a restart."""

    def __init__(
        self, parts: ExchangeParts, effects: Mapping[str, Effect], routes: Sequence[Route] = ()
    ) -> None:
        self._parts = parts
        self._reception = Reception(parts, effects, routes)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._trusted: set[str] = set()
        self._revoked: frozenset[str] = frozenset()
        self._shown = parts.identity.certificate
        self.context: ssl.SSLContext = server_context(self._shown, ())
        self.refresh()

    def config(self) -> uvicorn.Config:
        """Return how the port is served."""
        settings = self._parts.settings
        return uvicorn.Config(
            NodePort(self._reception, lambda fingerprint: fingerprint in self._revoked),
            host=settings.host,
            port=settings.port,
            http=CertificateProtocol,
            ssl_context_factory=lambda _config, _default: self.context,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
            limit_concurrency=MAX_CONNECTIONS,
            h11_max_incomplete_event_size=None,
        )

    def refresh(self) -> None:
        """Let holders of newly added certificates through the handshake; drop nonces that are past."""
        with self._parts.store.transaction(_SCOPE) as tx:
            partners = self._directory.all(tx)
            partner_store.forget_nonces(tx, self._parts.clock.now())
            self._parts.identity.refresh(tx)
        self._show(self._parts.identity.certificate)
        self._revoked = frozenset(
            shown for partner in partners if partner.status == REVOKED for shown in partner.fingerprints
        )
        for partner in partners:
            for fingerprint, pem in zip(partner.fingerprints, partner.certificates, strict=True):
                if partner.status == ACTIVE and fingerprint not in self._trusted:
                    trust(self.context, pem)
                    self._trusted.add(fingerprint)

    def _show(self, certificate: NodeCertificate) -> None:
        """Show a new certificate from the next handshake on; open connections keep theirs."""
        if certificate != self._shown:
            show(self.context, certificate)
            self._shown = certificate

    def run(self, stop: Event) -> None:
        """Refresh until `stop` is set."""
        while not stop.wait(REFRESH_SECONDS):
            try:
                self.refresh()
            except Unavailable as error:
                _log.warning("exchange.refresh_waits", error=error.code)
