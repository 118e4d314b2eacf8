"""What becomes of messages after an attempt: receipts are stored, nacks acted upon, failures retried."""

import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.exchange import channel_store as sql
from cordillera.trust.exchange.core import Channel, retry_delay
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import Ended, end
from cordillera.trust.exchange.envelope import read
from cordillera.trust.exchange.errors import (
    ChannelFrozen,
    Equivocation,
    KeyRevoked,
    OutOfOrder,
    Replayed,
    UnknownKey,
)
from cordillera.trust.exchange.kinds import DUTY_TYPES, URGENT_TYPES
from cordillera.trust.exchange.leaves import Note, event_out
from cordillera.trust.exchange.outbox import NOT_PERMITTED
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.receipt import Nack, Receipt, Result, Sent, read_receipt
from cordillera.trust.ledger.model import LeafKind

_STATES = {"accepted": "delivered", "refused": "refused", "expired": "expired"}
_OTHER_KEY = frozenset({UnknownKey.code, KeyRevoked.code})
_FREEZING = frozenset({Equivocation.code, Replayed.code, ChannelFrozen.code})
PAUSE_FROZEN_ATTEMPTS = 12
LONGEST_URGENT_PAUSE = timedelta(seconds=20)
"""A suspension reaches a partner within a minute after the line is back."""

Stored = tuple[sql.Staged, Receipt, str]


class Settlement:
    """Ends or repeats the messages of one attempt."""

    def __init__(self, parts: ExchangeParts, jitter: random.Random | None = None) -> None:
        self._parts = parts
        self._jitter = jitter or random.Random()  # noqa: S311 - spreads retries, no secret

    def check(
        self, partner: Partner, batch: Sequence[sql.Staged], results: Sequence[Result]
    ) -> list[Receipt]:
        """Verify every receipt of a reply before anything is stored; raise `ReceiptRefused`."""
        keys = partner.verify_keys
        pairs = zip(batch, results, strict=True)
        return [read_receipt(r.receipt, _sent(m, partner), keys) for m, r in pairs if r.nack is None]

    def settle(
        self,
        tx: sa.Connection,
        partner: Partner,
        batch: Sequence[sql.Staged],
        results: Sequence[Result],
        receipts: Sequence[Receipt],
    ) -> None:
        """Store the receipts of a batch; act on the first message of each channel that got none.

        What another courier has settled meanwhile, since this one's lease ran out, stays as it is.
        """
        verified = iter(receipts)
        now = self._parts.clock.now()
        found = [next(verified) if result.nack is None else None for result in results]
        ours = sql.still_staged(tx, [message.msg_id for message in batch])
        stored: list[Stored] = []
        stopped: dict[str, list[UUID]] = {}
        pauses: dict[str, timedelta] = {}
        for message, result, receipt in zip(batch, results, found, strict=True):
            if ours.get(message.msg_id) != message.msg_hash:
                continue
            if result.nack is None and receipt is not None:
                stored.append((message, receipt, result.receipt))
            elif message.agreement_id in stopped:
                stopped[message.agreement_id].append(message.msg_id)
            elif result.nack is not None:
                stopped[message.agreement_id] = []
                pauses[message.agreement_id] = self._refused(tx, partner, message, result.nack)
        self._store_receipts(tx, partner, stored)
        behind = [msg_id for ids in stopped.values() for msg_id in ids]
        sql.postpone(tx, behind, now, "")
        for agreement_id, pause in pauses.items():
            if pause:
                sql.try_together(tx, partner.id, agreement_id, now + pause, NOT_PERMITTED)

    def give_up(
        self, tx: sa.Connection, batch: Sequence[sql.Staged], error: str, *, torn: bool = False
    ) -> None:
        """After a batch that did not get through: try again later, with pauses that grow (`retry_delay`)."""
        pause = retry_delay(max(message.attempts for message in batch), self._jitter, soon=torn)
        if any(message.type in URGENT_TYPES for message in batch):
            pause = min(pause, LONGEST_URGENT_PAUSE)
        until, ids = self._parts.clock.now() + pause, [message.msg_id for message in batch]
        sql.postpone(tx, ids, until, error)
        sql.postpone_behind(tx, ids, until, (error, NOT_PERMITTED))

    def _refused(self, tx: sa.Connection, partner: Partner, message: sql.Staged, nack: Nack) -> timedelta:
        """Act on a message that was not taken; return how long its channel waits before it goes again."""
        now = self._parts.clock.now()
        if nack.code in _FREEZING:
            sql.freeze_channel(tx, "out", partner.id, message.agreement_id, now)
            sql.postpone(tx, [message.msg_id], now, nack.code)
            note = Note(LeafKind.FROZEN, code=nack.code)
            self._parts.ledger.record(tx, event_out(partner.id, message, note))
        elif nack.code in _OTHER_KEY and self._has_older_keys(partner, message):
            self._seal_anew(tx, partner, message)
        elif nack.code == OutOfOrder.code and (held := self._held(tx, partner, message, nack)):
            self._withdraw(tx, partner, held, NOT_PERMITTED)
        elif nack.transient or nack.code in _OTHER_KEY:
            sql.postpone(tx, [message.msg_id], now, nack.code)
            gap = nack.code == OutOfOrder.code and sql.stands_at(
                tx, partner.id, message.agreement_id, nack.want
            )
            return retry_delay(message.attempts, self._jitter, soon=gap)
        else:
            self._withdraw(tx, partner, message, nack.code)
        return timedelta(0)

    def _held(
        self, tx: sa.Connection, partner: Partner, message: sql.Staged, nack: Nack
    ) -> sql.Staged | None:
        """Return the message that the partner misses before a duty, when the policy holds it back here."""
        if message.type not in DUTY_TYPES:
            return None
        return sql.held_at(tx, partner.id, message.agreement_id, nack.want, NOT_PERMITTED)

    def _has_older_keys(self, partner: Partner, message: sql.Staged) -> bool:
        """Whether the message would be sealed to, or signed by, another key now."""
        header = read(message.envelope).header
        return header.enc_kid != partner.sealing_kid or header.created < self._parts.identity.signing_since

    def _seal_anew(self, tx: sa.Connection, partner: Partner, message: sql.Staged) -> None:
        """The partner no longer takes these keys and has not taken this message: give it new ones."""
        sql.unstage_after(tx, partner.id, message.agreement_id, message.channel_seq - 1)
        before = read(message.envelope).header.prev_msg_hash
        channel = Channel(message.agreement_id, message.channel_seq - 1, before)
        sql.save_channels(tx, "out", partner.id, [channel])

    def _withdraw(self, tx: sa.Connection, partner: Partner, message: sql.Staged, code: str) -> None:
        """The partner can never take these bytes and has not: give their place to the next message."""
        sql.close_unsent(tx, [(message.msg_id, "rejected", code)])
        sql.unstage_after(tx, partner.id, message.agreement_id, message.channel_seq)
        before = read(message.envelope).header.prev_msg_hash
        channel = Channel(message.agreement_id, message.channel_seq - 1, before)
        sql.save_channels(tx, "out", partner.id, [channel])
        ended = Ended(message.msg_id, message.query_id, partner.id, "refused", code)
        end(self._parts.endings, tx, message.type, ended)
        note = Note(LeafKind.MESSAGE_REFUSED, code=code)
        self._parts.ledger.record(tx, event_out(partner.id, message, note))

    def _store_receipts(self, tx: sa.Connection, partner: Partner, stored: Sequence[Stored]) -> None:
        rows = [(m.msg_id, _STATES[r.outcome], text, r.code) for m, r, text in stored]
        sql.settle(tx, rows, self._parts.clock.now())
        leaves = [
            event_out(
                partner.id,
                message,
                Note(LeafKind.RECEIPT_STORED, payload=text.encode("ascii"), code=receipt.code),
            )
            for message, receipt, text in stored
        ]
        self._parts.ledger.record_all(tx, leaves)
        for message, receipt, _ in stored:
            if receipt.outcome != "accepted":
                ended = Ended(message.msg_id, message.query_id, partner.id, receipt.outcome, receipt.code)
                end(self._parts.endings, tx, message.type, ended)


def _sent(message: sql.Staged, partner: Partner) -> Sent:
    return Sent(message.msg_id, message.msg_hash, message.agreement_id, message.channel_seq, partner.id)
