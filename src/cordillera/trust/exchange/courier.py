"""The courier: one worker per partner that carries messages there and receipts back.

Each turn is one transaction (settle the last batch, take the next) and one signed HTTP request over a
connection that stays open, with our certificate shown and the partner's pinned. Nothing is held in
memory that the outbox does not hold: a courier that dies loses an attempt, never a message.
"""

import random
import ssl
from threading import Event
from typing import Final
from urllib.parse import urlsplit

import httpx2
import msgspec
import structlog

from cordillera.foundation.canonical import MAX_BYTES
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.certificates import client_context
from cordillera.foundation.crypto.jws import encode
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.errors import BadInput, NotPermitted, Unavailable
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import hop
from cordillera.trust.exchange.channel_store import Staged
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.identity import NodeIdentity
from cordillera.trust.exchange.outbox import Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.receipt import Result, read_reply
from cordillera.trust.exchange.settlement import Settlement

PATH: Final = "/exchange/v1/messages"
CONTENT_TYPE: Final = "application/vnd.cordillera.envelopes"
UNREACHABLE: Final = "exchange.unreachable"
UNSETTLED: Final = "exchange.unsettled"
TIMEOUT: Final = 30.0
IDLE_SECONDS: Final = 0.02
PAUSE_SECONDS: Final = 1.0
_SCOPE = Scope.node("exchange.send")
_log = structlog.get_logger(__name__)


class NotTaken(Unavailable):
    """The partner's node did not take the batch: unreachable, busy, or it refused the request."""

    code = UNREACHABLE


class Line:
    """A connection to one partner that stays open."""

    def __init__(self, identity: NodeIdentity, partner: Partner, clock: Clock) -> None:
        self._identity = identity
        self._clock = clock
        self.partner = partner
        context: ssl.SSLContext = client_context(identity.certificate, partner.certificates)
        self._client = httpx2.Client(verify=context, timeout=TIMEOUT, trust_env=False)

    def post(self, body: bytes, count: int) -> tuple[Result, ...]:
        """Send `count` envelopes; return a result for each. Raises `NotTaken`, `ReceiptRefused`."""
        signed = self.sign(body)
        try:
            status, content = self._exchange(signed)
        except (httpx2.HTTPError, OSError) as error:
            raise NotTaken(reason=type(error).__name__) from error
        if status != 200:
            raise NotTaken(status=status, told=_code_of(content))
        return read_reply(content, count).results

    def _exchange(self, signed: hop.Request) -> tuple[int, bytes]:
        """Send the request and read the answer, no further than an answer may be long."""
        headers = dict(signed.headers)
        with self._client.stream("POST", signed.target_uri, content=signed.body, headers=headers) as response:
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > MAX_BYTES:
                    raise NotTaken(reason="reply too long")
            return response.status_code, bytes(content)

    def sign(self, body: bytes) -> hop.Request:
        """Return the signed request that carries `body` to the partner."""
        url = self.partner.url.rstrip("/") + PATH
        request = hop.Request("POST", urlsplit(url).netloc, url, {"content-type": CONTENT_TYPE}, body)
        now = int(self._clock.now().timestamp())
        return hop.sign(
            request, self._identity.signing, self._identity.kid, now=now, nonce=encode(token_bytes(18))
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class Courier:
    """Carries the messages for one partner, batch after batch."""

    def __init__(self, parts: ExchangeParts, partner_id: str, jitter: random.Random | None = None) -> None:
        self._parts = parts
        self._partner_id = partner_id
        self._outbox = Outbox(parts)
        self._settlement = Settlement(parts, jitter)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._line: Line | None = None
        self._unsettled: list[Staged] = []

    def run(self, stop: Event) -> None:
        """Carry until `stop` is set; a store or ledger that fails is waited for."""
        try:
            while not stop.is_set():
                try:
                    busy = self.turn()
                except (Unavailable, NotPermitted) as error:
                    _log.warning("exchange.courier_waits", partner=self._partner_id, error=error.code)
                    stop.wait(PAUSE_SECONDS)
                    continue
                if not busy:
                    stop.wait(IDLE_SECONDS)
        finally:
            self.close()

    def turn(self) -> int:
        """Take and carry one batch; return how many messages were carried. Raises when nothing may leave.

        A batch whose end could not be stored is given up first, so that it need not wait for its lease:
        sent again, it brings the same receipts.
        """
        with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
            partner = self._directory.active(tx, self._partner_id)
            if self._unsettled:
                self._settlement.give_up(tx, self._unsettled, UNSETTLED)
            batch = self._outbox.take(tx, partner)
        self._unsettled = batch
        if batch:
            self._carry(partner, batch)
        self._unsettled = []
        return len(batch)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _carry(self, partner: Partner, batch: list[Staged]) -> None:
        try:
            line = self._line_to(partner)
            results = line.post(b"".join(bytes(message.envelope) for message in batch), len(batch))
            receipts = self._settlement.check(partner, batch, results)
        except (NotTaken, BadInput) as error:
            _log.warning("exchange.not_taken", partner=partner.id, error=str(error))
            with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
                self._settlement.give_up(tx, batch, error.code)
            return
        with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
            self._settlement.settle(tx, partner, batch, results, receipts)

    def _line_to(self, partner: Partner) -> Line:
        if self._line is not None and self._line.partner != partner:
            self.close()
        if self._line is None:
            self._line = Line(self._parts.identity, partner, self._parts.clock)
        return self._line


def _code_of(content: bytes) -> str:
    """Return the message id of a problem document, as far as it is one."""
    try:
        return msgspec.json.decode(content[:4096], type=_Problem).code[:64]
    except msgspec.DecodeError:
        return ""


class _Problem(msgspec.Struct):
    code: str = ""
