"""The courier: one worker per partner that carries messages there and receipts back.

Each round is one transaction (store what came of the last batch, take the next) and one signed HTTP
request over a connection that stays open, with our certificate shown and the partner's pinned. Nothing
is held in memory that the outbox does not hold: a courier that dies loses an attempt, never a message.
"""

import random
import time
from collections.abc import Sequence
from threading import Event
from typing import Final

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput, NotPermitted, Unavailable
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import channel_store
from cordillera.trust.exchange.channel_store import Staged
from cordillera.trust.exchange.core import carry_next
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.line import ANSWER_SECONDS, UNREACHABLE, Line, NotTaken
from cordillera.trust.exchange.outbox import Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.receipt import MAX_BATCH, Receipt, Result, read_reply
from cordillera.trust.exchange.settlement import Settlement

PATH: Final = "/exchange/v1/messages"
CONTENT_TYPE: Final = "application/vnd.cordillera.envelopes"
UNSETTLED: Final = "exchange.unsettled"
IDLE_SECONDS: Final = 0.25
"""A courier at rest looks so often by itself, for what is to be tried again and for calls it missed."""
UNHEARD_SECONDS: Final = 0.02
"""So often where it cannot be called: what other processes put there is found by looking."""
GATHER_SECONDS: Final = 0.02
"""From the beginning of a round that carried something to that of the next, unless a full batch waits: a
round costs nearly the same for one message as for many. What comes after a pause is carried at once."""
PAUSE_SECONDS: Final = 1.0
_SCOPE = Scope.node("exchange.send")
_log = structlog.get_logger(__name__)


def post(line: Line, body: bytes, count: int) -> tuple[Result, ...]:
    """Send `count` envelopes; return a result for each. Raises `NotTaken`, `ReceiptRefused`."""
    status, content = line.send(PATH, CONTENT_TYPE, body, within=ANSWER_SECONDS)
    if status != 200:
        raise NotTaken(status=status, told=_code_of(content))
    return read_reply(content, count).results


class _Carried(msgspec.Struct, frozen=True):
    """A batch that was sent: the partner's answer, or why there is none (`error`)."""

    partner: Partner
    batch: list[Staged]
    results: tuple[Result, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    error: str = UNSETTLED
    torn: bool = False


class Courier:
    """Carries the messages for one partner, batch after batch."""

    def __init__(self, parts: ExchangeParts, partner_id: str, jitter: random.Random | None = None) -> None:
        self._parts = parts
        self._partner_id = partner_id
        self._outbox = Outbox(parts)
        self._settlement = Settlement(parts, jitter)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._line: Line | None = None
        self._carried: _Carried | None = None
        self._most = MAX_BATCH
        self._begun = False
        self._expected: tuple[str, ...] = ()
        self._left = False

    def run(self, stop: Event) -> None:
        """Carry until `stop` is set; a store or ledger that fails is waited for."""
        try:
            while not stop.is_set():
                heard, began = self._parts.bell.rung, time.monotonic()
                try:
                    if self._round() < self._most:
                        self._rest(stop, heard, began)
                except (Unavailable, NotPermitted) as error:
                    _log.warning("exchange.courier_waits", partner=self._partner_id, error=error.code)
                    stop.wait(PAUSE_SECONDS)
        finally:
            self._end()

    def turn(self) -> int:
        """Take and carry one batch, and store what came of it; return how many messages were carried.

        Raises when nothing may leave.
        """
        self._expected = ()
        count = self._round()
        self._store()
        return count

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _rest(self, stop: Event, heard: int, began: float) -> None:
        """Wait until something may be there to carry, and has had time to gather.

        Receipts that came are stored meanwhile, unless the next round begins at once and stores them.
        """
        bell, again = self._parts.bell, self._soon_again()
        if bell.rung == heard or began + GATHER_SECONDS > time.monotonic():
            self._store()
        if not again:
            self._listen(stop, heard)
        stop.wait(max(0.0, began + GATHER_SECONDS - time.monotonic()))

    def _soon_again(self) -> bool:
        """Whether more waits: under an agreement nobody expected to, or because it was refused."""
        refused = self._carried is not None and any(one.nack for one in self._carried.results)
        return self._left or refused

    def _listen(self, stop: Event, heard: int) -> None:
        """Wait until the bell rings, or a look finds something."""
        bell = self._parts.bell
        while not stop.is_set():
            bell.wait(heard, IDLE_SECONDS if bell.carries else UNHEARD_SECONDS)
            if bell.rung != heard or self._waits():
                return

    def _waits(self) -> bool:
        """Whether anything waits for the partner, which costs a third of a round to see."""
        with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
            self._expected = tuple(channel_store.waiting_agreements(tx, self._partner_id))
            return bool(self._expected)

    def _round(self) -> int:
        """Store what came of the last batch and take the next, in one transaction; carry that.

        What came of the last batch is stored also where nothing may be taken. What a courier before this
        one, which was killed, had taken is freed by the first round, which also asks a partner that was not
        reached again.
        """
        expected, self._expected = self._foreseen(), ()
        try:
            with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
                self._ahead(tx, expected)
                partner = self._directory.active(tx, self._partner_id)
                self._parts.identity.refresh(tx)
                if not self._begun:
                    channel_store.free(tx, partner.id)
                    channel_store.reached(tx, partner.id, UNREACHABLE, self._parts.clock.now())
                self._settle(tx)
                waiting = channel_store.waiting_agreements(tx, partner.id)
                batch = self._outbox.take(tx, partner, self._most, waiting, expected)
        except Exception:
            self._store()
            raise
        self._begun = True
        self._carried, self._expected = None, tuple(waiting)
        self._left = bool(expected) and not set(waiting) <= set(expected)
        if batch:
            self._carried = _Carried(partner, batch)
            self._carried = self._carry(partner, batch)
        return len(batch)

    def _foreseen(self) -> tuple[str, ...]:
        """What is likely to wait now, unless what comes of the last batch may move a channel."""
        last = self._carried
        settled = last is None or (last.results and all(one.nack is None for one in last.results))
        return self._expected if self._begun and settled else ()

    def _ahead(self, tx: sa.Connection, expected: Sequence[str]) -> None:
        """Have what every round asks first come with one answer; what is `expected` to wait comes along."""
        self._parts.identity.ahead(tx)
        if self._carried is not None and self._carried.results:
            channel_store.still_staged_ahead(tx, [message.msg_id for message in self._carried.batch])
        self._outbox.ahead(tx, self._partner_id, expected, self._most)

    def _store(self) -> None:
        """Store what came of the last batch, alone."""
        if self._carried is not None:
            with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
                self._settle(tx)
            self._carried = None

    def _settle(self, tx: sa.Connection) -> None:
        """Store receipts; a batch that got none is given up, so that it need not wait for its lease.

        Sent again, it brings the same receipts.
        """
        last = self._carried
        if last is None:
            return
        if last.results:
            self._settlement.settle(tx, last.partner, last.batch, last.results, last.receipts)
        else:
            self._settlement.give_up(tx, last.batch, last.error, torn=last.torn)

    def _end(self) -> None:
        try:
            self._store()
        except (Unavailable, NotPermitted) as error:
            _log.warning("exchange.courier_waits", partner=self._partner_id, error=error.code)
        finally:
            self.close()

    def _carry(self, partner: Partner, batch: list[Staged]) -> _Carried:
        try:
            line = self._line_to(partner)
            results = post(line, b"".join(bytes(message.envelope) for message in batch), len(batch))
            receipts = self._settlement.check(partner, batch, results)
        except (NotTaken, BadInput) as error:
            _log.warning("exchange.not_taken", partner=partner.id, error=str(error))
            torn = isinstance(error, NotTaken) and error.torn
            if torn:
                self._most = carry_next(len(batch), MAX_BATCH, got_through=False)
            return _Carried(partner, batch, error=error.code, torn=torn)
        self._most = carry_next(self._most, MAX_BATCH, got_through=True)
        return _Carried(partner, batch, results, tuple(receipts))

    def _line_to(self, partner: Partner) -> Line:
        if self._line is not None and not self._line.fits(partner):
            self.close()
        if self._line is None:
            self._line = Line(self._parts.identity, partner, self._parts.clock)
        return self._line


def _code_of(content: bytes) -> str:
    """Return the message id of a problem document, as far as it is one."""
    try:
        return shapes.decode(content[:4096], _Problem).code[:64]
    except msgspec.DecodeError:
        return ""


class _Problem(msgspec.Struct):
    code: str = ""
