"""The holding side: a table a month, evaluations under quota, and nothing learned of what was asked."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.crypto.jws import decode, encode
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.crypto.oprf import OprfKey
from cordillera.foundation.errors import BadInput
from cordillera.foundation.ids import uuid7
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.agreements.vocabulary import Action
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.effects import Outcome
from cordillera.trust.exchange.envelope import VERSION, Payload, Retention, VerifiedEnvelope, data_of
from cordillera.trust.exchange.errors import WrongPayload
from cordillera.trust.exchange.leaves import Note, event_in
from cordillera.trust.exchange.outbox import NOT_PERMITTED, Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, is_in_use, judge
from cordillera.trust.exchange.quota import DayUse
from cordillera.trust.exchange.records import keeping
from cordillera.trust.exchange.routes import Route, RouteAnswer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.lookup import lookup_store as sql
from cordillera.trust.lookup.errors import NotOffered, TableNotReady
from cordillera.trust.lookup.model import SERVICE, Asked, Evaluated, NotReady, TablePart, TableRequest
from cordillera.trust.lookup.table import epoch_of

PATH = "/exchange/v1/lookup/table"
PART = 256 * 1024
RETRY_AFTER = 30
"""Seconds after which a table that is being made is asked for again."""


class PrivateAnswering:
    """Holds the key of each agreement and epoch, and what was made with it."""

    def __init__(self, parts: ExchangeParts, keyring: KeyRing) -> None:
        self._parts = parts
        self._keyring = keyring

    @property
    def route(self) -> Route:
        """The operation by which partners fetch the table of the present epoch."""
        return Route(PATH, self.give)

    def key(self, partner: str, agreement_id: str, epoch: int) -> OprfKey:
        """Return the key for one partner under one agreement in one epoch; made on first use."""
        name = f"oprf-{sha256(f'{partner}|{agreement_id}'.encode()).hex()[:16]}-{epoch}"
        return OprfKey(self._keyring.secret(name), f"{agreement_id}|{epoch}".encode())

    def give(self, tx: sa.Connection, partner: Partner, body: bytes) -> RouteAnswer:
        """Give a partner a part of its table. It must hold.

        1. The request can be read.
        2. The log is witnessed: the table is content that leaves.
        3. The agreement offers private look-up to the partner's country, and is in use now.
        4. The table of the epoch is there. A request makes none: it notes the wish, which the worker
           (`making.TableMaker`) fulfils, and is told to come again.

        Raises `LedgerUnwitnessed`, `NotOffered`; every part leaves a leaf that names the article, so that
        who begins in the middle is recorded too.
        """
        asked = canonical.to_struct(body, TableRequest)
        self._parts.ledger.ensure_writable(tx)
        article = self.offered(tx, partner, asked.agreement_id)
        epoch = epoch_of(self._parts.clock.now())
        row = sql.table(tx, "own", partner.id, asked.agreement_id, epoch)
        if row is None:
            sql.wish(tx, sql.Wish(partner.id, asked.agreement_id, epoch), self._parts.clock.now())
            return _not_ready()
        self._released(tx, partner, row, article, asked.offset)
        part = bytes(row.entries)[asked.offset : asked.offset + PART]
        answer = TablePart(row.epoch, encode(row.public_key), row.sha256, len(row.entries), encode(part))
        return RouteAnswer(200, "application/json", canonical.dumps(answer))

    def offered(self, tx: sa.Connection, partner: Partner, agreement_id: str) -> str:
        """Return the article that offers private look-up to a partner now; raise `NotOffered`."""
        book, own = self._parts.policies(tx), self._parts.identity
        try:
            agreement = book.get(agreement_id).agreement
        except UnknownAgreement as error:
            raise NotOffered(agreement_id=agreement_id[:64]) from error
        service = agreement.service(SERVICE)
        usable = is_in_use(book, agreement_id, own.environment, self._parts.clock.now())
        if service is None or service.mode != "oprf" or not usable:
            raise NotOffered(agreement_id=agreement_id)
        ways = {(way.to, way.from_) for way in service.directions}
        if (own.country, partner.country) not in ways or "table" not in service.fields_for(
            Action.ANSWER_QUERY
        ):
            raise NotOffered(agreement_id=agreement_id)
        return agreement.article_id(service.article)

    def _released(
        self, tx: sa.Connection, partner: Partner, row: sql.TableRow, article: str, offset: int
    ) -> None:
        detail = {
            "table": row.sha256,
            "epoch": str(row.epoch),
            "article": article,
            "offset": str(offset),
        }
        event = Event(
            kind=LeafKind.RELEASE,
            actor="node",
            agency=self._parts.identity.agency,
            agreement_id=row.agreement_id,
            peer=partner.id,
            direction="out",
            detail=detail,
        )
        self._parts.ledger.record(tx, event)


class TakeInBlinded:
    """The effect of `lookup.blinded`: judged, counted, evaluated, answered; nothing is learned or kept."""

    def __init__(self, parts: ExchangeParts, answering: PrivateAnswering) -> None:
        self._parts = parts
        self._answering = answering
        self._outbox = Outbox(parts)

    def prepare(
        self, tx: sa.Connection, partner: Partner, book: PolicyBook, messages: Sequence[VerifiedEnvelope]
    ) -> list[Outcome]:
        """Judge each look-up by our copy of the agreement, and evaluate what is allowed."""
        use = DayUse.load(tx, "in", partner.id, self._parts.clock.now().date())
        outcomes = [self._outcome(partner, book, use, message) for message in messages]
        use.save(tx)
        return outcomes

    def write(self, tx: sa.Connection, done: Sequence[tuple[Outcome, str]]) -> None:
        """Send the answers, each bound to the leaf of its question."""
        book = self._parts.policies(tx)
        for outcome, leaf in done:
            if isinstance(outcome.row, Payload):
                self._answer(tx, book, outcome.row, leaf)

    def _outcome(
        self,
        partner: Partner,
        book: PolicyBook,
        use: DayUse,
        message: VerifiedEnvelope,
    ) -> Outcome:
        own, now = self._parts.identity, self._parts.clock.now()
        about = Circumstances(partner.country, own.country, own.environment, now, *use.of(message.payload))
        decision = judge(book, message.payload, about)
        if not decision.allow:
            return self._refusal(message, NOT_PERMITTED, decision)
        try:
            asked = data_of(message.payload, Asked)
            if asked.epoch != epoch_of(now):
                raise WrongPayload
            key = self._answering.key(partner.id, message.header.agreement_id, asked.epoch)
            answer = key.answer([decode(element) for element in asked.blinded])
        except BadInput:
            return self._refusal(message, WrongPayload.code, decision)
        evaluated = Evaluated(asked.lookup_id, asked.epoch, encode(answer))
        payload = self._payload(book, message, evaluated)
        back = Circumstances(own.country, partner.country, own.environment, now)
        released = judge(book, payload, back)
        if not released.allow:
            return self._refusal(message, NOT_PERMITTED, released)
        use.count(message.payload)
        note = Note(LeafKind.LOOKUP_EVALUATED, decision, message.payload_bytes)
        return Outcome(event_in(message, own.agency, note), row=payload)

    def _payload(self, book: PolicyBook, message: VerifiedEnvelope, evaluated: Evaluated) -> Payload:
        asked = message.payload
        keep = keeping(book, asked.agreement_id, self._parts.clock.now())
        return msgspec.structs.replace(
            asked,
            v=VERSION,
            msg_id=uuid7(),
            sender=self._parts.identity.id,
            recipient=asked.sender,
            type="lookup.evaluated",
            handling=keep.handling,
            retention=Retention(keep.erase_after, keep.review_at),
            data=msgspec.to_builtins(evaluated),
        )

    def _answer(self, tx: sa.Connection, book: PolicyBook, payload: Payload, leaf: str) -> None:
        own, now = self._parts.identity, self._parts.clock.now()
        keep = keeping(book, payload.agreement_id, now)
        key = self._parts.sealer.new_key(tx, "lookup", keep.erase_after)
        raw = canonical.dumps(payload)
        draft = Draft(
            payload=payload,
            raw=raw,
            agency=own.agency,
            officer_id="",
            query_id=payload.msg_id,
            key=key,
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )
        self._outbox.enqueue(tx, [draft])
        event = Event(
            kind=LeafKind.ANSWER_SENT,
            actor="node",
            agency=own.agency,
            purpose=payload.legal.purpose,
            agreement_id=payload.agreement_id,
            message_id=str(payload.msg_id),
            peer=payload.recipient,
            direction="out",
            payload=raw,
            parents=(leaf,),
        )
        self._parts.ledger.record(tx, event)

    def _refusal(self, message: VerifiedEnvelope, code: str, decision: PolicyDecision) -> Outcome:
        note = Note(LeafKind.MESSAGE_REFUSED, decision, message.payload_bytes, code)
        return Outcome(event_in(message, self._parts.identity.agency, note), code)


def _not_ready() -> RouteAnswer:
    """503 with the code and when to come again (RFC 9457; the one problem of the port that says when)."""
    kind = f"urn:cordillera:problem:{TableNotReady.code}"
    told = NotReady("lookup.table_not_ready", RETRY_AFTER, 503, kind)
    return RouteAnswer(503, "application/problem+json", canonical.dumps(told))
