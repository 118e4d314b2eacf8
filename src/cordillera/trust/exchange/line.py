"""A connection to one partner that stays open: mutual TLS, and an RFC 9421 signature on every request."""

import ssl
from typing import Final
from urllib.parse import urlsplit

import httpx2

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
_TORN: Final = frozenset(
    {"ReadError", "WriteError", "CloseError", "RemoteProtocolError", "ReadTimeout", "WriteTimeout"}
)


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
        context: ssl.SSLContext = client_context(self._certificate, partner.certificates)
        self._client = httpx2.Client(verify=context, timeout=TIMEOUT, trust_env=False)

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
            return self._exchange(signed, within)
        except (httpx2.HTTPError, OSError) as error:
            raise NotTaken(reason=type(error).__name__) from error

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
        self._client.close()

    def _exchange(self, signed: hop.Request, within: float) -> tuple[int, bytes]:
        """Send the request and read the answer, no further than an answer may be long."""
        headers = dict(signed.headers)
        with self._client.stream(
            "POST", signed.target_uri, content=signed.body, headers=headers, timeout=within
        ) as response:
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > MAX_BYTES:
                    raise NotTaken(reason="reply too long")
            return response.status_code, bytes(content)
