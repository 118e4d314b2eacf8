"""A message that an officer's act sends: judged by the agreement, enqueued, recorded, in one transaction.

What the agreement forbids leaves nothing but a leaf of the refusal, with every article it would break.
"""

from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import DataKey
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.exchange.envelope import VERSION, Legal, MessageType, Payload, Retention
from cordillera.trust.exchange.leaves import Note, event_by
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.policy import Circumstances, judge
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.ledger.model import LeafKind


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be sent, to whom, why, and for how long the thread it belongs to is kept here."""

    type: MessageType
    peer: str
    agreement_id: str
    legal: Legal
    subject_category: str
    handling: dict[str, str]
    retention: Retention
    data: msgspec.Struct
    thread: UUID
    key: DataKey
    leaf: LeafKind
    erase_after: datetime
    review_at: datetime
    subject_ref: str = ""


class Posted(msgspec.Struct, frozen=True):
    """What the agreement said, and the message as it was, or would have been, sent."""

    decision: PolicyDecision
    payload: Payload


class Letters:
    """Sends what officers decide."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._outbox = Outbox(parts)
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    def send(self, tx: sa.Connection, officer: Officer, letter: Letter) -> Posted:
        """Send a letter. It must hold.

        1. The partner is active.
        2. The ledger takes leaves in time, or nothing may leave.
        3. Our own copy of the agreement allows it; if not, the refusal is recorded and nothing leaves.

        Raises `UnknownPartner`, `PartnerRevoked`, `LedgerStalled`.
        """
        partner = self._directory.active(tx, letter.peer)  # 1
        self._parts.ledger.ensure_writable(tx)  # 2
        book, own = self._parts.policies(tx), self._parts.identity
        payload = self._payload(book, letter)
        about = Circumstances(own.country, partner.country, own.environment, self._parts.clock.now())
        decision = judge(book, payload, about)  # 3
        raw = canonical.dumps(payload)
        if decision.allow:
            self._outbox.enqueue(tx, [_draft(officer, letter, payload, raw)])
        kind = letter.leaf if decision.allow else LeafKind.REFUSAL
        note = Note(kind, decision, raw, subject_ref=letter.subject_ref)
        self._parts.ledger.record(tx, event_by(officer, payload, note))
        return Posted(decision, payload)

    def _payload(self, book: PolicyBook, letter: Letter) -> Payload:
        return Payload(
            v=VERSION,
            msg_id=uuid7(),
            sender=self._parts.identity.id,
            recipient=letter.peer,
            agreement_id=letter.agreement_id,
            agr_hash=agreement_hash(book, letter.agreement_id),
            type=letter.type,
            legal=letter.legal,
            subject_category=letter.subject_category,
            handling=letter.handling,
            retention=letter.retention,
            data=msgspec.to_builtins(letter.data),
        )


def agreement_hash(book: PolicyBook, agreement_id: str) -> str:
    """Return the hash of an agreement's text, or "" where this node does not hold it."""
    try:
        return book.get(agreement_id).agreement_hash
    except UnknownAgreement:
        return ""


def _draft(officer: Officer, letter: Letter, payload: Payload, raw: bytes) -> Draft:
    return Draft(
        payload=payload,
        raw=raw,
        agency=officer.agency,
        officer_id=officer.officer_id,
        query_id=letter.thread,
        key=letter.key,
        erase_after=letter.erase_after,
        review_at=letter.review_at,
    )
