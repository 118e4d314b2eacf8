"""The asking side: blind one person's keys, ask, and read the answer against the partner's table."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical, shapes
from cordillera.foundation.crypto.jws import decode, encode
from cordillera.foundation.crypto.oprf import Blinded
from cordillera.foundation.errors import BadInput
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import Place
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.approving import ANOTHER, Approving, Wanted, same_grounds, takes_two
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Ended, Outcome
from cordillera.trust.exchange.envelope import VERSION, Payload, Retention, VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Note, event_by, event_in
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, judge, legal_of
from cordillera.trust.exchange.ports import Asked as Question
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.quota import others_in
from cordillera.trust.exchange.records import keeping
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.lookup import lookup_store as sql
from cordillera.trust.lookup.errors import BlindingForgotten, KeyNotExact, NoSuchLookup, NoTable
from cordillera.trust.lookup.model import (
    MAX_KEYS,
    SERVICE,
    Asked,
    Evaluated,
    ExactKey,
    LookupOutcome,
    LookupView,
)
from cordillera.trust.lookup.table import epoch_of, holds
from cordillera.trust.lookup.waiting import READ_WITHIN, Waiting


class PrivateAsking:
    """Asks privately. What undoes the blinding is kept in this object, never in the store."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._waiting = Waiting()
        self._approving = Approving(parts)

    def ask(
        self,
        tx: sa.Connection,
        officer: Officer,
        partner_id: str,
        keys: Sequence[ExactKey],
        grounds: LegalGrounds,
    ) -> LookupOutcome:
        """Ask a partner privately about one person's or thing's exact keys. It must hold.

        1. There are one to sixteen keys, each with one way of being written.
        2. The partner is active, and its table of this epoch is here.
        3. The ledger takes leaves in time.
        4. Our own copy of the agreement allows it, quota included, each key counted; else nothing leaves.
        5. Where the service takes two officers, another asked exactly this before (`Approving.agreed`);
           the first one's look-up only waits, and `waits` says so.

        Like every question it is told to those who watch what is asked.

        Raises `KeyNotExact`, `NoTable`, `UnknownPartner`, `PartnerRevoked`, `LedgerStalled`.
        """
        tokens = [key.token for key in keys]
        if not 1 <= len(tokens) <= MAX_KEYS:
            raise KeyNotExact(count=len(tokens), limit=MAX_KEYS)
        partner = self._directory.active(tx, partner_id)
        epoch = epoch_of(self._parts.clock.now())
        if sql.table(tx, "peer", partner.id, grounds.agreement_id, epoch) is None:
            raise NoTable(partner=partner.id, epoch=epoch)
        self._parts.ledger.ensure_writable(tx)
        book = self._parts.policies(tx)
        blinded = Blinded(tokens)
        first = None
        if takes_two(book, grounds.agreement_id, SERVICE):
            first = self._approving.agreed(tx, officer, self._wanted(partner_id, keys, grounds))
            grounds = msgspec.structs.replace(grounds, ordered_by=first or ANOTHER)
        payload = self._payload(book, officer, partner, grounds, blinded)
        own, now, more = self._parts.identity, self._parts.clock.now(), others_in(payload)
        about = Circumstances(own.country, partner.country, own.environment, now, more, more)
        decision = judge(book, payload, about)
        raw, waits = canonical.dumps(payload), decision.allow and first == ""
        if not decision.allow or waits:
            kind = LeafKind.DECISION if waits else LeafKind.REFUSAL
            self._parts.ledger.record(tx, event_by(officer, payload, Note(kind, decision, raw)))
            return LookupOutcome(None, decision, waits)
        self._send(tx, officer, book, payload, raw, keys, decision)
        until = now + timedelta(hours=self._parts.settings.message_hours) + READ_WITHIN
        self._waiting.keep(payload.msg_id, blinded, now, until)
        return LookupOutcome(payload.msg_id, decision)

    def result(self, tx: sa.Connection, lookup_id: UUID) -> LookupView:
        """Return where a look-up stands, reading its answer when it is there.

        Raises `NoSuchLookup`; `BlindingForgotten` when another process asked; `BadProof` when the answer
        was not made with the partner's published key; `NoTable`.
        """
        row = sql.lookups(tx, [lookup_id], lock=True).get(lookup_id)
        if row is None:
            raise NoSuchLookup
        if row.state in {"refused", "expired"}:
            self._waiting.drop(lookup_id)
        if row.state == "answered" and row.found is None:
            row = msgspec.structs.replace(row, found=self._read(tx, row))
        return view_of(row)

    def _wanted(self, partner_id: str, keys: Sequence[ExactKey], grounds: LegalGrounds) -> Wanted:
        told = [msgspec.to_builtins(one) for one in (*keys, same_grounds(grounds))]
        about = canonical.dumps(told)
        thing = UUID(bytes=self._parts.sealer.blind_bytes("exchange_release.thing", about))
        return Wanted(thing, partner_id, about)

    def _payload(
        self, book: PolicyBook, officer: Officer, partner: Partner, grounds: LegalGrounds, blinded: Blinded
    ) -> Payload:
        now = self._parts.clock.now()
        expires = now + timedelta(hours=self._parts.settings.message_hours)
        msg_id = uuid7()
        asked = Asked(msg_id, epoch_of(now), tuple(encode(element) for element in blinded.elements))
        legal = legal_of(self._parts.identity, officer, grounds)
        return Payload(
            v=VERSION,
            msg_id=msg_id,
            sender=self._parts.identity.id,
            recipient=partner.id,
            agreement_id=grounds.agreement_id,
            agr_hash=book.get(grounds.agreement_id).agreement_hash,
            type="lookup.blinded",
            legal=msgspec.structs.replace(legal, service=SERVICE),
            subject_category=grounds.subject_category,
            handling={},
            retention=Retention(expires, expires, "nothing to keep"),
            data=msgspec.to_builtins(asked),
        )

    def _send(  # noqa: PLR0913 - everything one allowed look-up consists of
        self,
        tx: sa.Connection,
        officer: Officer,
        book: PolicyBook,
        payload: Payload,
        raw: bytes,
        keys: Sequence[ExactKey],
        decision: PolicyDecision,
    ) -> None:
        now = self._parts.clock.now()
        keep = keeping(book, payload.agreement_id, now)
        key = self._parts.sealer.new_key(tx, "lookup", keep.erase_after)
        row = sql.LookupRow(
            id=payload.msg_id,
            agency=officer.agency,
            peer=payload.recipient,
            agreement_id=payload.agreement_id,
            epoch=epoch_of(now),
            officer_id=officer.officer_id,
            state="waiting",
            keys=len(keys),
            asked_at=now,
            key_id=key.key_id,
            asked=self._parts.sealer.seal(key, _place("asked", payload.msg_id), canonical.dumps(list(keys))),
            evaluated=None,
            found=None,
            error="",
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )
        sql.insert_lookup(tx, row)
        draft = Draft(
            payload=payload,
            raw=raw,
            agency=officer.agency,
            officer_id=officer.officer_id,
            query_id=payload.msg_id,
            key=key,
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )
        self._outbox.enqueue(tx, [draft])
        asked = Question(officer, payload, tuple(_numbers(key) for key in keys))
        for watcher in self._parts.watchers:
            watcher.asked(tx, [asked])
        # The leaf commits to the keys themselves, so that a supervisor can have them opened.
        note = Note(LeafKind.QUERY_SENT, decision, canonical.dumps([raw.hex(), list(keys)]))
        self._parts.ledger.record(tx, event_by(officer, payload, note))

    def _read(self, tx: sa.Connection, row: sql.LookupRow) -> list[bool]:
        blinded = self._waiting.get(row.id, self._parts.clock.now())
        if blinded is None or row.evaluated is None:
            raise BlindingForgotten
        table = sql.table(tx, "peer", row.peer, row.agreement_id, row.epoch)
        if table is None:
            raise NoTable(partner=row.peer, epoch=row.epoch)
        key = self._parts.sealer.load_key(tx, row.key_id)
        answer = self._parts.sealer.open(key, _place("evaluated", row.id), row.evaluated)
        outputs = blinded.finish(answer, bytes(table.public_key))
        found = [holds(bytes(table.entries), output) for output in outputs]
        sql.keep_found(tx, row.id, found)
        self._waiting.drop(row.id)
        return found


class TakeInEvaluated:
    """The effect of `lookup.evaluated`: the look-up that waits gets its answer, once."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Match answers to our waiting look-ups to this partner; anything else is refused."""
        del book  # an answer that was asked for may come back after the agreement ended (PCSC 23)
        return [self._outcome(tx, partner, message) for message in messages]

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Keep the answers, sealed."""
        for outcome, _ in done:
            if isinstance(outcome.row, tuple):
                lookup_id, evaluated = outcome.row
                sql.keep_answer(tx, lookup_id, evaluated)

    def _outcome(self, tx: sa.Connection, partner: Partner, message: VerifiedEnvelope) -> Outcome:
        agency = self._parts.identity.agency
        try:
            answer = data_of(message.payload, Evaluated)
            row = sql.lookups(tx, [answer.lookup_id], lock=True).get(answer.lookup_id)
            if row is None or row.state != "waiting" or not _fits(row, partner, message, answer):
                raise WrongPayload
            raw = decode(answer.evaluated)
        except BadInput:
            note = Note(LeafKind.MESSAGE_REFUSED, payload=message.payload_bytes, code=WrongPayload.code)
            return Outcome(event_in(message, agency, note), WrongPayload.code)
        key = self._parts.sealer.load_key(tx, row.key_id)
        sealed = self._parts.sealer.seal(key, _place("evaluated", row.id), raw)
        note = Note(LeafKind.ANSWER_RECEIVED, payload=message.payload_bytes)
        return Outcome(event_in(message, row.agency, note), row=(row.id, sealed))


class LookupEnding:
    """A look-up that ends without an answer is closed."""

    def ended(self, tx: sa.Connection, one: Ended) -> bool:
        """Close the look-up."""
        return sql.close(tx, one.thread, one.how, one.code)


def view_of(row: sql.LookupRow) -> LookupView:
    """Return a look-up as pages and programs see it."""
    return shapes.convert(
        {
            "id": row.id,
            "peer": row.peer,
            "agreement_id": row.agreement_id,
            "state": row.state,
            "asked_at": row.asked_at,
            "keys": row.keys,
            "found": row.found,
            "error": row.error,
        },
        LookupView,
    )


def _numbers(key: ExactKey) -> tuple[str, ...]:
    """Return a document's number as the token writes it."""
    return (key.token.decode().rpartition("|")[2],) if key.kind == "document" else ()


def _fits(row: sql.LookupRow, partner: Partner, message: VerifiedEnvelope, answer: Evaluated) -> bool:
    same_way = row.peer == partner.id and row.agreement_id == message.header.agreement_id
    return same_way and row.epoch == answer.epoch


def _place(column: str, lookup_id: UUID) -> Place:
    return Place("lookup_asked", column, str(lookup_id))
