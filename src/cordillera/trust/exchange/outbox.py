"""The sending side of store-and-forward: enqueue, and take a place in the channel.

A message is enqueued in the transaction of the business change. Its place in the channel (gapless
`channel_seq`, chained by `prev_msg_hash`) and its final bytes are fixed later, by one worker per partner,
in the transaction that asks the policy once more: a suspended agreement, a revoked officer or a used-up
quota stops it there, without leaving a hole. What has a place is sent as the same bytes until a receipt
is stored. Reference: docs/adr/0009.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.crypto.hpke import SUITE, Seals
from cordillera.foundation.store.calls import call
from cordillera.foundation.store.sealing import DataKey, Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange import channel_store as sql
from cordillera.trust.exchange.bell import CHANNEL
from cordillera.trust.exchange.core import Channel
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import Ended, end
from cordillera.trust.exchange.envelope import VERSION, Header, Payload, seal
from cordillera.trust.exchange.errors import AgreementMismatch, Expired
from cordillera.trust.exchange.gate import Queues
from cordillera.trust.exchange.kinds import DUTY_TYPES
from cordillera.trust.exchange.leaves import Note, event_out
from cordillera.trust.exchange.operation_store import waiting_at
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, judge
from cordillera.trust.exchange.quota import DayUse
from cordillera.trust.exchange.receipt import MAX_BATCH
from cordillera.trust.ledger.model import Event, LeafKind

LEASE = timedelta(seconds=8)
"""How long what a courier that died had taken waits for the next one. A slow courier may outlive it: what is
then sent twice gets the stored receipt, and settlement stores it once."""
LOOK_AHEAD = 16 * MAX_BATCH
HOLD = timedelta(seconds=30)
OFFICER_REVOKED = "exchange.officer_revoked"
NOT_PERMITTED = "exchange.not_permitted"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A message to be enqueued: its exact payload bytes, who sends it, the key its copy is sealed under."""

    payload: Payload
    raw: bytes
    agency: str
    officer_id: str
    query_id: UUID
    key: DataKey
    erase_after: datetime
    review_at: datetime


class Outbox:
    """Messages of this node on their way to partners."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._queues = Queues(parts.settings.queue_limit)

    def enqueue(self, tx: sa.Connection, drafts: Sequence[Draft]) -> None:
        """Put messages into the outbox in the caller's transaction; raise `QueueFull`.

        Officers wait when too much waits for a partner already; answers and duties do not.
        """
        asked = {d.payload.recipient for d in drafts if d.officer_id and d.payload.type not in DUTY_TYPES}
        for peer in asked:
            self._queues.check(peer, partial(waiting_at, tx, peer))
        now = self._parts.clock.now()
        expires = now + timedelta(hours=self._parts.settings.message_hours)
        sql.enqueue(tx, [self._new_message(draft, now, expires) for draft in drafts])
        call(tx, CHANNEL, self._parts.bell.mark)
        for follower in self._parts.followers:
            for draft in drafts:
                follower.sent(tx, draft.payload)

    def ahead(self, tx: sa.Connection, partner_id: str, expected: Sequence[str], most: int) -> None:
        """Have what `take` asks first come with the next answer, for what is `expected` to wait."""
        sql.waiting_ahead(tx, partner_id)
        if expected:
            sql.next_ahead(tx, partner_id, expected, most)

    def take(
        self,
        tx: sa.Connection,
        partner: Partner,
        most: int = MAX_BATCH,
        waiting: Sequence[str] | None = None,
        expected: Sequence[str] = (),
    ) -> list[sql.Staged]:
        """Return the next messages for `partner`, leased, in order: unanswered ones again, then new ones.

        `waiting`: the agreements under which something waits, where that was asked; `expected`: those that
        were asked for `ahead`. Their channels are locked: others, which have their place in that order, are
        left to the next call.

        A channel with unanswered messages gets no new ones, but for duties where all of them are held back
        by the policy: a suspension keeps no correction from arriving.

        Raises `LedgerStalled`: then nothing leaves;
        `LedgerUnwitnessed`: then only duties would, and there are none.
        """
        waiting = sql.waiting_agreements(tx, partner.id) if waiting is None else waiting
        if not waiting or (expected and not set(waiting) & set(expected)):
            return []
        first = sql.queued(tx, partner.id, expected, most) if expected else []
        names = expected or waiting
        channels = sql.lock_channels(tx, "out", partner.id, names, lambda: self._ahead(tx, partner, first))
        flowing = {name: channel for name, channel in channels.items() if not channel.frozen}
        behind = sql.outstanding(tx, partner.id, NOT_PERMITTED)
        again = sql.due(tx, partner.id, list(flowing), self._parts.clock.now(), most) if behind else []
        free = sorted(name for name in flowing if name not in behind)
        fresh = first if free == sorted(expected) else sql.queued(tx, partner.id, free, most)
        held = [name for name in flowing if behind.get(name)]
        fresh += self._duties(tx, partner, held) if held else []
        if not again and not fresh:
            return []
        if not self._parts.ledger.witnessed(tx):
            again = _leading_duties(again)
            fresh = self._duties(tx, partner, [*free, *held])
        self._parts.ledger.ensure_writable(tx, duty=bool(again or fresh))
        book = self._parts.policies(tx)
        return [*self._repeat(tx, partner, book, again), *self._stage(tx, partner, book, fresh, flowing)]

    def _ahead(self, tx: sa.Connection, partner: Partner, first: Sequence[sql.Queued]) -> None:
        """Have the answers that taking needs under the lock come together, those about `first` too."""
        sql.outstanding_ahead(tx, partner.id, NOT_PERMITTED)
        DayUse.ahead(tx, "out", partner.id, self._parts.clock.now().date())
        self._parts.ledger.ahead(tx)
        PolicyBook.ahead(tx)
        if first:
            self._people_ahead(tx, first)

    def _people_ahead(self, tx: sa.Connection, rows: Sequence[sql.Queued]) -> None:
        """Have the keys of messages, and their officers, come with the next answer."""
        self._parts.sealer.ahead(tx, _keys_of(rows))
        self._parts.officers.ahead(tx, _officers_of(rows))

    def _duties(self, tx: sa.Connection, partner: Partner, names: Sequence[str]) -> list[sql.Queued]:
        waiting = sql.queued(tx, partner.id, names, LOOK_AHEAD)
        return [row for row in waiting if row.type in DUTY_TYPES][:MAX_BATCH]

    def _new_message(self, draft: Draft, now: datetime, expires: datetime) -> sql.NewMessage:
        payload = draft.payload
        return sql.NewMessage(
            msg_id=payload.msg_id,
            agency=draft.agency,
            peer=payload.recipient,
            agreement_id=payload.agreement_id,
            type=payload.type,
            officer_id=draft.officer_id,
            query_id=draft.query_id,
            payload=self._parts.sealer.seal(draft.key, _place(payload.msg_id), draft.raw),
            key_id=draft.key.key_id,
            created_at=now,
            expires_at=expires,
            erase_after=draft.erase_after,
            review_at=draft.review_at,
        )

    def _stage(
        self,
        tx: sa.Connection,
        partner: Partner,
        book: PolicyBook,
        rows: Sequence[sql.Queued],
        channels: dict[str, Channel],
    ) -> list[sql.Staged]:
        """Give each message that may leave the next place of its channel; end the others."""
        if not rows:
            return []
        now = self._parts.clock.now()
        use = DayUse.load(tx, "out", partner.id, now.date())
        self._people_ahead(tx, rows)
        active = self._parts.officers.active(tx, _officers_of(rows))
        staged: list[sql.Staged] = []
        leaves: list[Event] = []
        sealing = partner.sealing_key.sealing()  # what leaves together shares one agreement of keys
        for row, (raw, payload) in zip(rows, self._payloads(tx, rows), strict=True):
            decision = judge(book, payload, self._circumstances(partner, now, use.of(payload)))
            stop = _why_not(row, payload, decision, active, now)
            if stop:
                self._end(tx, partner, row, decision, stop)
                continue
            message = self._seal(row, raw, payload, channels[row.agreement_id], (partner, sealing))
            channels[row.agreement_id] = Channel(row.agreement_id, message.channel_seq, message.msg_hash)
            use.count(payload)
            staged.append(message)
            leaves.append(event_out(partner.id, message, Note(LeafKind.RELEASE, decision, raw)))
        self._parts.ledger.record_all(tx, leaves)
        sql.stage(tx, staged, now + LEASE)
        sql.save_channels(
            tx, "out", partner.id, [channels[name] for name in {m.agreement_id for m in staged}]
        )
        use.save(tx)
        return staged

    def _repeat(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, rows: Sequence[sql.Staged]
    ) -> list[sql.Staged]:
        """Return what may still leave; where the policy now says no, all but duties waits behind it."""
        if not rows:
            return []
        now = self._parts.clock.now()
        held: set[str] = set()
        going: list[sql.Staged] = []
        for row, (_, payload) in zip(rows, self._payloads(tx, rows), strict=True):
            if not judge(book, payload, self._circumstances(partner, now, (0, 0))).allow:
                held.add(row.agreement_id)
            if row.agreement_id not in held or row.type in DUTY_TYPES:
                going.append(row)
                self._note_expiry(tx, partner, row, now)
        leaving = {row.msg_id for row in going}
        sql.postpone(tx, [row.msg_id for row in rows if row.msg_id not in leaving], now + HOLD, NOT_PERMITTED)
        sql.lease(tx, [row.msg_id for row in going], now + LEASE)
        return going

    def _payloads(self, tx: sa.Connection, rows: Sequence[sql.Queued]) -> list[tuple[bytes, Payload]]:
        sealer = self._parts.sealer
        keys = sealer.load_keys(tx, _keys_of(rows))
        opened = [sealer.open(keys[row.key_id], _place(row.msg_id), row.payload) for row in rows]
        return [(raw, shapes.decode(raw, Payload)) for raw in opened]

    def _circumstances(self, partner: Partner, now: datetime, use: tuple[int, int]) -> Circumstances:
        own = self._parts.identity
        return Circumstances(own.country, partner.country, own.environment, now, *use)

    def _seal(
        self, row: sql.Queued, raw: bytes, payload: Payload, channel: Channel, to: tuple[Partner, Seals]
    ) -> sql.Staged:
        partner, sealing = to
        header = Header(
            v=VERSION,
            msg_id=row.msg_id,
            sender=self._parts.identity.id,
            recipient=partner.id,
            agreement_id=row.agreement_id,
            agr_hash=payload.agr_hash,
            channel_seq=channel.last_seq + 1,
            prev_msg_hash=channel.last_hash,
            created=self._parts.clock.now(),
            expires=row.expires_at,
            type=payload.type,
            enc_kid=partner.sealing_kid,
            suite=SUITE,
        )
        sealed = seal(header, raw, self._parts.identity.signing, sealing)
        return sql.Staged(
            **msgspec.structs.asdict(row),
            channel_seq=header.channel_seq,
            envelope=sealed.raw,
            msg_hash=sealed.hash,
            attempts=1,
        )

    def _end(
        self, tx: sa.Connection, partner: Partner, row: sql.Queued, decision: PolicyDecision, code: str
    ) -> None:
        late = code == Expired.code
        sql.close_unsent(tx, [(row.msg_id, "expired" if late else "rejected", code)])
        how: Literal["expired", "refused"] = "expired" if late else "refused"
        ended = Ended(row.msg_id, row.query_id, partner.id, how, code, decision.violated)
        end(self._parts.endings, tx, row.type, ended)
        kind = LeafKind.MESSAGE_EXPIRED if late else LeafKind.REFUSAL
        self._parts.ledger.record(tx, event_out(partner.id, row, Note(kind, decision, code=code)))

    def _note_expiry(self, tx: sa.Connection, partner: Partner, row: sql.Staged, now: datetime) -> None:
        """Tell people that a query came too late; its place is still filled, without effect there."""
        if row.expires_at > now:
            return
        ended = Ended(row.msg_id, row.query_id, partner.id, "expired", Expired.code)
        if end(self._parts.endings, tx, row.type, ended):
            note = Note(LeafKind.MESSAGE_EXPIRED, code=Expired.code)
            self._parts.ledger.record(tx, event_out(partner.id, row, note))


def _why_not(
    row: sql.Queued, payload: Payload, decision: PolicyDecision, active: Collection[str], now: datetime
) -> str:
    """Return why a message must not leave, or "". It must hold.

    1. It has not expired.
    2. The officer who sends it is still active.
    3. The agreement has the text under which it was asked; a duty outlives a change of text.
    4. The agreement allows it now.
    """
    if row.expires_at <= now:
        return Expired.code
    if row.officer_id and row.officer_id not in active:
        return OFFICER_REVOKED
    same = payload.agr_hash == decision.agreement_hash or payload.type in DUTY_TYPES
    if decision.agreement_hash and not same:
        return AgreementMismatch.code
    return "" if decision.allow else NOT_PERMITTED


def _officers_of(rows: Sequence[sql.Queued]) -> set[str]:
    return {row.officer_id for row in rows if row.officer_id}


def _keys_of(rows: Sequence[sql.Queued]) -> list[UUID]:
    return sorted({row.key_id for row in rows})


def _leading_duties(rows: Sequence[sql.Staged]) -> list[sql.Staged]:
    """The duties of each channel before its first governed message, which keeps its place and waits."""
    held: set[str] = set()
    going = []
    for row in rows:
        if row.type not in DUTY_TYPES:
            held.add(row.agreement_id)
        if row.agreement_id not in held:
            going.append(row)
    return going


def _place(msg_id: UUID) -> Place:
    return Place("exchange_outbox", "payload", str(msg_id))
