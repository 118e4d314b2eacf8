"""A connection to one partner that stays open: mutual TLS, and an RFC 9421 signature on every request."""

import select
import socket
import time
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from cordillera.foundation.canonical import MAX_BYTES
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.certificates import NodeCertificate, client_context
from cordillera.foundation.crypto.jws import encode
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.errors import Unavailable
from cordillera.trust.exchange import hop
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.identity import NodeIdentity

UNREACHABLE: Final = "exchange.unreachable"
TIMEOUT: Final = 30.0
ANSWER_SECONDS: Final = 10.0
"""A batch of messages is taken in within a second; who is silent for this long has lost it on the way."""
KEEP_SECONDS: Final = 5.0
"""A connection that was idle for longer is not used again: who stands between may have forgotten it."""
NO_CONNECTION: Final = "no connection"
BROKEN_OFF: Final = "broken off"
SILENT: Final = "silent"
NO_HTTP: Final = "no HTTP answer"
_TORN: Final = frozenset({BROKEN_OFF, SILENT, NO_HTTP})


class NotTaken(Unavailable):
    """The partner's node did not take the request: unreachable, busy, or it refused."""

    code = UNREACHABLE

    @property
    def torn(self) -> bool:
        """Whether a connection that stood was lost on the way: somebody was there."""
        return self.facts.get("reason") in _TORN


class Line:
    """A connection to one partner that stays open."""

    def __init__(
        self,
        identity: NodeIdentity,
        partner: Partner,
        clock: Clock,
        certificate: NodeCertificate | None = None,
    ) -> None:
        self._identity = identity
        self._clock = clock
        self.partner = partner
        self._certificate = certificate or identity.certificate
        context = client_context(self._certificate, partner.certificates)
        self._wire = HTTPSConnection(*_address(partner.url), context=context)
        self._used_at = 0.0

    def fits(self, partner: Partner) -> bool:
        """Whether this connection is still to that partner as known now, with our certificate of now."""
        return self.partner == partner and self._identity.certificate == self._certificate

    def send(
        self, path: str, content_type: str, body: bytes, *, within: float = TIMEOUT
    ) -> tuple[int, bytes]:
        """Send one signed request; return status and body of the answer. Raises `NotTaken`.

        `within`: how many seconds the partner may be silent.
        """
        signed = self.sign(path, content_type, body)
        try:
            self._connect(within)
            return self._exchange(signed)
        except NotTaken:
            self.close()
            raise

    def sign(self, path: str, content_type: str, body: bytes) -> hop.Request:
        """Return the signed request that carries `body` to the partner."""
        url = self.partner.url.rstrip("/") + path
        request = hop.Request("POST", urlsplit(url).netloc, url, {"content-type": content_type}, body)
        now = int(self._clock.now().timestamp())
        return hop.sign(
            request, self._identity.signing, self._identity.kid, now=now, nonce=encode(token_bytes(18))
        )

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    def _connect(self, within: float) -> None:
        """Use the connection that stands, or make one; `within`: for how long the partner may be silent."""
        if self._wire.sock is not None and (_is_over(self._wire.sock) or self._is_old()):
            self._wire.close()
        self._wire.timeout = within
        try:
            if self._wire.sock is None:
                self._wire.connect()
            self._wire.sock.settimeout(within)
        except (OSError, HTTPException) as error:
            raise NotTaken(reason=NO_CONNECTION, told=type(error).__name__) from error

    def _is_old(self) -> bool:
        return time.monotonic() - self._used_at > KEEP_SECONDS

    def _exchange(self, signed: hop.Request) -> tuple[int, bytes]:
        """Send the request and read the answer."""
        try:
            self._say(signed)
            answer = self._wire.getresponse()
            content = _read(answer)
        except TimeoutError as error:
            raise NotTaken(reason=SILENT) from error
        except HTTPException as error:
            raise NotTaken(reason=NO_HTTP, told=type(error).__name__) from error
        except OSError as error:
            raise NotTaken(reason=BROKEN_OFF, told=type(error).__name__) from error
        self._used_at = time.monotonic()
        return answer.status, content

    def _say(self, signed: hop.Request) -> None:
        """Send the request; a partner that refuses it may answer and hang up before it has heard all."""
        try:
            self._wire.request("POST", urlsplit(signed.target_uri).path, signed.body, dict(signed.headers))
        except TimeoutError:
            raise
        except OSError:
            return  # what was answered is read next, and nothing is a broken line


def _address(url: str) -> tuple[str, int]:
    """Return host and port of a partner's URL; raise `NotTaken` for what is none."""
    try:
        where = urlsplit(url)
        port = where.port or 443
    except ValueError as error:
        raise NotTaken(reason=NO_CONNECTION) from error
    return where.hostname or "", port


def _read(answer: HTTPResponse) -> bytes:
    """Read a whole answer, no further than an answer may be long."""
    content = answer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise NotTaken(reason="reply too long")
    if answer.length:
        raise NotTaken(reason=NO_HTTP, missing=answer.length)
    return content


def _is_over(sock: socket.socket) -> bool:
    """Whether the partner hung up a connection while nothing was asked: there is something to read."""
    try:
        waiting = select.poll()
        waiting.register(sock, select.POLLIN)
        return bool(waiting.poll(0))
    except (OSError, ValueError):
        return True
