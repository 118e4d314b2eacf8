"""The courier: one worker per partner that carries messages there and receipts back.

Each turn is one transaction (settle the last batch, take the next) and one signed HTTP request over a
connection that stays open, with our certificate shown and the partner's pinned. Nothing is held in
memory that the outbox does not hold: a courier that dies loses an attempt, never a message.
"""

import random
from threading import Event
from typing import Final

import msgspec
import structlog

from cordillera.foundation.errors import BadInput, NotPermitted, Unavailable
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import channel_store
from cordillera.trust.exchange.channel_store import Staged
from cordillera.trust.exchange.core import carry_next
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.line import UNREACHABLE, Line, NotTaken
from cordillera.trust.exchange.outbox import Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.receipt import MAX_BATCH, Result, read_reply
from cordillera.trust.exchange.settlement import Settlement

PATH: Final = "/exchange/v1/messages"
CONTENT_TYPE: Final = "application/vnd.cordillera.envelopes"
UNSETTLED: Final = "exchange.unsettled"
IDLE_SECONDS: Final = 0.02
PAUSE_SECONDS: Final = 1.0
_SCOPE = Scope.node("exchange.send")
_log = structlog.get_logger(__name__)


def post(line: Line, body: bytes, count: int) -> tuple[Result, ...]:
    """Send `count` envelopes; return a result for each. Raises `NotTaken`, `ReceiptRefused`."""
    status, content = line.send(PATH, CONTENT_TYPE, body)
    if status != 200:
        raise NotTaken(status=status, told=_code_of(content))
    return read_reply(content, count).results


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
        self._most = MAX_BATCH
        self._begun = False

    def run(self, stop: Event) -> None:
        """Carry until `stop` is set; a store or ledger that fails is waited for."""
        try:
            while not stop.is_set():
                heard = self._parts.bell.rung
                try:
                    busy = self.turn()
                except (Unavailable, NotPermitted) as error:
                    _log.warning("exchange.courier_waits", partner=self._partner_id, error=error.code)
                    stop.wait(PAUSE_SECONDS)
                    continue
                if not busy:
                    self._parts.bell.wait(heard, IDLE_SECONDS)
        finally:
            self.close()

    def turn(self) -> int:
        """Take and carry one batch; return how many messages were carried. Raises when nothing may leave.

        A batch whose end could not be stored is given up first, so that it need not wait for its lease:
        sent again, it brings the same receipts. So does what a courier before this one, which was killed,
        had taken: the first turn frees it, and asks a partner that was not reached again.
        """
        with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
            partner = self._directory.active(tx, self._partner_id)
            self._parts.identity.refresh(tx)
            if not self._begun:
                channel_store.free(tx, partner.id)
                channel_store.reached(tx, partner.id, UNREACHABLE, self._parts.clock.now())
            if self._unsettled:
                self._settlement.give_up(tx, self._unsettled, UNSETTLED)
            batch = self._outbox.take(tx, partner, self._most)
        self._begun = True
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
            results = post(line, b"".join(bytes(message.envelope) for message in batch), len(batch))
            receipts = self._settlement.check(partner, batch, results)
        except (NotTaken, BadInput) as error:
            _log.warning("exchange.not_taken", partner=partner.id, error=str(error))
            torn = isinstance(error, NotTaken) and error.torn
            if torn:
                self._most = carry_next(len(batch), MAX_BATCH, got_through=False)
            with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
                self._settlement.give_up(tx, batch, error.code, torn=torn)
            return
        self._most = carry_next(self._most, MAX_BATCH, got_through=True)
        with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
            self._settlement.settle(tx, partner, batch, results, receipts)

    def _line_to(self, partner: Partner) -> Line:
        if self._line is not None and not self._line.fits(partner):
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
