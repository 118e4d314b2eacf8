"""The receiving side: one transaction per batch, and in it for each message receipt, leaf and effect.

A verified message in its place is kept with its receipt, recorded in the ledger and given its effect, or
none of the three. A duplicate gets the stored receipt. A gap is answered with what is wanted; two
messages at one place, or another history, freeze the channel and keep both sides as evidence.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import savepoint
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.exchange import channel_store as channels
from cordillera.trust.exchange import inbox_store as sql
from cordillera.trust.exchange.core import Channel, Known, check_agreement, check_time, place
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import AsksAhead, Effect, Outcome
from cordillera.trust.exchange.envelope import VerifiedEnvelope, open_envelope, read, split, verify
from cordillera.trust.exchange.errors import (
    EffectRefused,
    EnvelopeRefused,
    Equivocation,
    Expired,
    KeyRevoked,
    Misdirected,
    OutOfOrder,
    Replayed,
    UnknownKey,
    WrongSender,
)
from cordillera.trust.exchange.kinds import AFTER_OTHERS, DUTY_TYPES, IN_ORDER
from cordillera.trust.exchange.leaves import Note, event_in
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.receipt import MAX_BATCH, Nack, Receipt, Result, sign_receipt
from cordillera.trust.ledger.errors import LedgerUnwitnessed
from cordillera.trust.ledger.model import Event, LeafKind

KEEP: Final = timedelta(days=731)
REVIEW: Final = timedelta(days=365)
EFFECT_FAILED: Final = "exchange.effect_failed"
_REFUSALS: Final = (BadInput, Conflict, NotFound, NotPermitted)
"""What an effect raises about one message; an outage (`Unavailable`) ends the whole request instead."""


class Arrived(msgspec.Struct, frozen=True):
    """A message that stands in its place, and why it may have no effect ("" when it may)."""

    at: int
    message: VerifiedEnvelope
    refusal: EnvelopeRefused | None = None


class Inbox:
    """Takes in what partners send."""

    def __init__(self, parts: ExchangeParts, effects: Mapping[str, Effect]) -> None:
        self._parts = parts
        self._effects = effects

    def receive(
        self, tx: sa.Connection, partner: Partner, batch: bytes, *, late: bool = False
    ) -> list[Result]:
        """Take in a batch of envelopes from `partner`; return one result for each, in order.

        `late`: what the store refuses may show with the commit; the caller then asks again without.

        Raises `EnvelopeTooLarge` for too many envelopes, `EnvelopeMalformed` when they cannot be told apart.
        """
        given = split(batch, MAX_BATCH)
        raws = list(dict.fromkeys(given))  # the same bytes twice are one message, not two histories
        judged = [self._judge(raw, partner) for raw in raws]
        messages = [found for found in judged if isinstance(found, VerifiedEnvelope)]
        work = _Work(self._parts, tx, partner, messages, self._ahead)
        results = [work.stored(raws[at], found) or work.place(at, found) for at, found in enumerate(judged)]
        parts = waves(work.arrived)
        for wave in parts:  # a second one reads what the first has written, and so learns of its errors
            self._take_wave(work, wave, results, late=late and len(parts) == 1)
        work.save()
        answers = dict(zip(raws, results, strict=True))
        return [answers[raw] or Result(nack=Nack(EFFECT_FAILED, transient=True)) for raw in given]

    def _judge(self, raw: bytes, partner: Partner) -> VerifiedEnvelope | BadInput:
        own = self._parts.identity
        try:
            sealed = read(raw)
            if sealed.header.sender != partner.id:
                return WrongSender(sender=sealed.header.sender[:64])
            return verify(open_envelope(sealed, own.id, own.sealing_keys), own.id, partner.verify_keys)
        except UnknownKey as error:
            kid = str(error.facts.get("kid", ""))
            return KeyRevoked(kid=kid) if kid in partner.revoked_kids | own.revoked_kids else error
        except BadInput as error:
            return error

    def _ahead(self, tx: sa.Connection, partner: Partner, messages: Sequence[VerifiedEnvelope]) -> None:
        """Have what effects ask first come with the channel's lock, unless something is written before."""
        if len(waves([Arrived(at, message) for at, message in enumerate(messages)])) > 1:
            return
        for kind, effect in self._effects.items():
            some = [message for message in messages if message.header.type == kind]
            if some and isinstance(effect, AsksAhead):
                effect.ahead(tx, partner, some)

    def _take_wave(
        self, work: "_Work", wave: Sequence[Arrived], results: list[Result | None], *, late: bool
    ) -> None:
        """Take in a wave; what comes behind a message that an earlier wave could not take in must wait."""
        behind = [one for one in wave if work.follows_a_gap(one)]
        for one in behind:
            results[one.at] = Result(nack=Nack(OutOfOrder.code, transient=True))
        self._take_in(work, [one for one in wave if one not in behind], results, late=late)

    def _take_in(
        self, work: "_Work", arrived: Sequence[Arrived], results: list[Result | None], *, late: bool = False
    ) -> None:
        """Apply effects, leaves and inbox rows together; if the store or an effect refuses one, one by one.

        What an effect refuses for good is taken in without effect, so that it holds nothing else back.
        """
        if not arrived:
            return
        try:
            with savepoint(work.tx, late=late):
                self._apply(work, arrived, results)
        except (IntegrityError, DataError, *_REFUSALS) as error:
            if len(arrived) == 1 and isinstance(error, _REFUSALS) and arrived[0].refusal is None:
                refused = msgspec.structs.replace(arrived[0], refusal=EffectRefused(cause=error.code))
                self._take_in(work, [refused], results)
                return
            if len(arrived) == 1:
                work.undo(arrived[0])
                return
            for one in arrived:
                if work.follows_a_gap(one):
                    results[one.at] = Result(nack=Nack(OutOfOrder.code, transient=True))
                else:
                    self._take_in(work, [one], results)

    def _apply(self, work: "_Work", arrived: Sequence[Arrived], results: list[Result | None]) -> None:
        outcomes = self._outcomes(work, arrived)
        recorded = self._parts.ledger.record_all(work.tx, [outcome.event for outcome in outcomes.values()])
        leaves = {at: one.leaf_hash.hex() for at, one in zip(outcomes, recorded, strict=True)}
        taken = {one.at: work.taken(one.message, outcomes[one.at], leaves[one.at]) for one in arrived}
        sql.take_in(work.tx, list(taken.values()))
        for kind, effect in self._effects.items():
            done = [(outcomes[a.at], leaves[a.at]) for a in arrived if a.message.header.type == kind]
            effect.write(work.tx, [pair for pair in done if pair[0].row is not None])
        for at, row in taken.items():
            results[at] = Result(receipt=row.receipt)

    def _outcomes(self, work: "_Work", arrived: Sequence[Arrived]) -> dict[int, Outcome]:
        outcomes = {
            one.at: Outcome(self._refusal(one.message, one.refusal), one.refusal.code)
            for one in arrived
            if one.refusal is not None
        }
        for kind, effect in self._effects.items():
            good = [one for one in arrived if one.refusal is None and one.message.header.type == kind]
            if good:
                made = effect.prepare(work.tx, work.partner, work.book, [one.message for one in good])
                outcomes |= {one.at: outcome for one, outcome in zip(good, made, strict=True)}
        return {one.at: outcomes[one.at] for one in arrived}

    def _refusal(self, message: VerifiedEnvelope, refusal: EnvelopeRefused) -> Event:
        kind = LeafKind.MESSAGE_EXPIRED if isinstance(refusal, Expired) else LeafKind.MESSAGE_REFUSED
        note = Note(kind, payload=message.payload_bytes, code=refusal.code)
        return event_in(message, self._parts.identity.agency, note)


def waves(arrived: Sequence[Arrived]) -> list[list[Arrived]]:
    """Part a batch, in order, where a message is judged by what one before it in the batch has written.

    That is a follow-up after the conclusion it follows, and any two types of one family (`kinds.IN_ORDER`).
    """
    found: list[list[Arrived]] = []
    last = ""
    seen: dict[str, str] = {}
    for one in arrived:
        kind = one.message.header.type
        family = IN_ORDER.get(kind)
        follows = kind in AFTER_OTHERS and last not in AFTER_OTHERS
        if not found or follows or (family is not None and seen.get(family, kind) != kind):
            found.append([])
            seen = {}
        if family is not None:
            seen[family] = kind
        found[-1].append(one)
        last = kind
    return found


class _Work:
    """One batch in one transaction: where its channels stand, and what is known of its messages."""

    def __init__(
        self,
        parts: ExchangeParts,
        tx: sa.Connection,
        partner: Partner,
        messages: Sequence[VerifiedEnvelope],
        ahead: Callable[[sa.Connection, Partner, Sequence[VerifiedEnvelope]], None],
    ) -> None:
        self.tx = tx
        self.partner = partner
        self.book: PolicyBook = parts.policies(tx)
        self.arrived: list[Arrived] = []
        self._parts = parts
        self._now = parts.clock.now()
        self._witnessed = parts.ledger.witnessed(tx)
        names = {m.header.agreement_id for m in messages}
        known_names = [name for name in names if self.book.carries(name)]
        sought = self._sought(messages)

        def then() -> None:
            sql.known_ahead(tx, sought)
            ahead(tx, partner, messages)

        self._channels = (
            channels.lock_channels(tx, "in", partner.id, known_names, then) if known_names else {}
        )
        self._before = dict(self._channels)
        self._known = sql.known_messages(tx, sought) if messages else []

    def place(self, at: int, found: VerifiedEnvelope | BadInput) -> Result | None:
        """Return the answer to a message that is not taken in now; None for one that is to be."""
        if isinstance(found, BadInput):
            return self._nack(found)
        channel = self._channels.get(found.header.agreement_id)
        if channel is None:
            return self._nack(UnknownAgreement(agreement_id=found.header.agreement_id[:64]))
        known = self._known_at(found)
        try:
            if place(found, channel, known) == "known" and known is not None:
                return Result(receipt=known.receipt)
            if not self._witnessed and found.header.type not in DUTY_TYPES:
                return Result(nack=Nack(LedgerUnwitnessed.code, transient=True))
            refusal = self._judge(found)
        except EnvelopeRefused as error:
            if isinstance(error, Equivocation | Replayed):
                self._freeze(found, known)
            return self._nack(error)
        self._channels[channel.agreement_id] = Channel(
            channel.agreement_id, found.header.channel_seq, found.hash
        )
        self.arrived.append(Arrived(at, found, refusal))
        return None

    def stored(self, raw: bytes, found: VerifiedEnvelope | BadInput) -> Result | None:
        """Return the receipt of bytes that were taken in before their key was retired or revoked."""
        if not isinstance(found, UnknownKey | KeyRevoked):
            return None
        known = sql.known_messages(self.tx, sql.sought(self.partner.id, [read(raw).header.msg_id], []))
        same = [one for one in known if one.msg_hash == sha256(raw).hex()]
        return Result(receipt=same[0].receipt) if same else None

    def taken(self, message: VerifiedEnvelope, outcome: Outcome, leaf: str) -> sql.Taken:
        """Return the inbox row of a message, with the receipt it gets."""
        header = message.header
        receipt = Receipt(
            v=1,
            msg_id=header.msg_id,
            msg_hash=message.hash,
            sender=header.sender,
            recipient=header.recipient,
            agreement_id=header.agreement_id,
            channel_seq=header.channel_seq,
            outcome=outcome.word,
            code=outcome.code,
            created=header.created,
            received_at=self._now,
            leaf=leaf,
        )
        return sql.Taken(
            agency=self._parts.identity.agency,
            sender=header.sender,
            msg_id=header.msg_id,
            agreement_id=header.agreement_id,
            channel_seq=header.channel_seq,
            msg_hash=message.hash,
            header=message.header_bytes,
            signature=message.signature,
            outcome=receipt.outcome,
            receipt=sign_receipt(receipt, self._parts.identity.signing),
            received_at=self._now,
            erase_after=self._now + KEEP,
            review_at=self._now + REVIEW,
        )

    def undo(self, one: Arrived) -> None:
        """Take back the place of a message that the store refused."""
        header = one.message.header
        self._channels[header.agreement_id] = Channel(
            header.agreement_id, header.channel_seq - 1, header.prev_msg_hash
        )

    def follows_a_gap(self, one: Arrived) -> bool:
        """Whether a message before this one in its channel was not taken in."""
        header = one.message.header
        return self._channels[header.agreement_id].last_seq < header.channel_seq

    def save(self) -> None:
        """Keep how far the channels have come."""
        moved = [c for name, c in self._channels.items() if c != self._before[name]]
        channels.save_channels(self.tx, "in", self.partner.id, moved)

    def _judge(self, message: VerifiedEnvelope) -> EnvelopeRefused | None:
        try:
            check_time(message, self._now)
            if message.header.type not in DUTY_TYPES:  # a duty outlives a change of the text
                check_agreement(message, self.book, self._now)
        except EnvelopeRefused as error:
            if not error.recorded:
                raise
            return error
        return None

    def _sought(self, messages: Sequence[VerifiedEnvelope]) -> dict[str, object]:
        ids = [m.header.msg_id for m in messages]
        places = [(m.header.agreement_id, m.header.channel_seq) for m in messages]
        return sql.sought(self.partner.id, ids, places)

    def _known_at(self, message: VerifiedEnvelope) -> Known | None:
        header = message.header
        same_id = [k for k in self._known if k.msg_id == header.msg_id]
        same_place = [
            k
            for k in self._known
            if (k.agreement_id, k.channel_seq) == (header.agreement_id, header.channel_seq)
        ]
        return next(iter(same_id + same_place), None)

    def _freeze(self, message: VerifiedEnvelope, known: Known | None) -> None:
        header = message.header
        channels.freeze_channel(self.tx, "in", header.sender, header.agreement_id, self._now)
        channel = self._channels[header.agreement_id]
        self._channels[header.agreement_id] = msgspec.structs.replace(channel, frozen=True)
        evidence = sql.Evidence(
            id=uuid7(),
            agency=self._parts.identity.agency,
            sender=header.sender,
            agreement_id=header.agreement_id,
            channel_seq=header.channel_seq,
            known_hash=known.msg_hash if known else channel.last_hash,
            known_header=bytes(known.header) if known else None,
            known_signature=known.signature if known else "",
            other_hash=message.hash,
            other_header=message.header_bytes,
            other_signature=message.signature,
            seen_at=self._now,
            erase_after=self._now + KEEP,
            review_at=self._now + REVIEW,
        )
        sql.keep_evidence(self.tx, evidence)
        note = Note(LeafKind.FROZEN, payload=message.payload_bytes, code=Equivocation.code)
        self._parts.ledger.record(self.tx, event_in(message, self._parts.identity.agency, note))

    def _nack(self, error: BadInput | UnknownAgreement) -> Result:
        if isinstance(error, Misdirected):
            self._record_misdirected()
        transient = isinstance(error, EnvelopeRefused) and error.transient
        have, want = error.facts.get("have", -1), error.facts.get("want", -1)
        at = (have, want) if isinstance(have, int) and isinstance(want, int) else (-1, -1)
        return Result(nack=Nack(error.code, transient, *at))

    def _record_misdirected(self) -> None:
        event = Event(
            kind=LeafKind.MISDIRECTED,
            actor="node",
            agency=self._parts.identity.agency,
            peer=self.partner.id,
            direction="in",
        )
        self._parts.ledger.record(self.tx, event)
