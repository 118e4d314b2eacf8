"""Giving a record's content to a partner: our own, or another's with its originator's consent."""

from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.envelope import VERSION, Payload, Retention
from cordillera.trust.exchange.leaves import Note, event_by
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.policy import Circumstances, judge, legal_of
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.notices.core import conditions_digest
from cordillera.trust.records import consent_store
from cordillera.trust.records.consent_store import ConsentRow
from cordillera.trust.records.errors import ConsentMissing
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import Record

NOTICE: Final = "notice.suspect"


class Shared(msgspec.Struct, frozen=True):
    """What came of passing a record on: the message, or None, and every article relied on."""

    message_id: UUID | None
    decision: PolicyDecision


class Passing:
    """Gives records on."""

    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._parts = holding.parts
        self._outbox = Outbox(holding.parts)
        self._directory = PartnerDirectory(self._parts.ledger, self._parts.clock, holding.own)

    def share(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, partner_id: str, grounds: LegalGrounds
    ) -> Shared:
        """Give a record to a partner under the agreement that `grounds` names. It must hold.

        1. It is open here: not sealed, blocked, recalled or erased.
        2. It is ours; or its originator's consent names this partner and this purpose, granted and not
           withdrawn (PCSC 13(2)); nobody gives a record back to those it came from.
           The originator has not revoked that partner (`PartnerDirectory.ensure_onward`).
        3. Our copy of the agreement allows it, with recipient and consent named where it is passed on.

        Raises what `Holding.body` raises, `ConsentMissing`, `UnknownPartner`, `OnwardRevoked` and
        `LedgerStalled`.
        """
        body = self._holding.body(tx, record_id)
        record = self._holding.get(tx, record_id)
        consent = self._consent(tx, record, partner_id, grounds.purpose)
        partner = self._directory.active(tx, partner_id)
        self._directory.ensure_onward(tx, record.origin, partner_id)
        self._parts.ledger.ensure_writable(tx)
        payload = self._payload(tx, officer, record, body, partner, grounds, consent)
        own, now = self._parts.identity, self._parts.clock.now()
        about = Circumstances(own.country, partner.country, own.environment, now)
        decision = judge(self._parts.policies(tx), payload, about)
        raw = canonical.dumps(payload)
        kind = LeafKind.NOTICE_SENT if decision.allow else LeafKind.REFUSAL
        note = Note(kind, decision, raw, subject_ref=str(record_id))
        if decision.allow:
            self._send(tx, officer, record, payload, raw, consent)
        self._parts.ledger.record(tx, event_by(officer, payload, note))
        return Shared(payload.msg_id if decision.allow else None, decision)

    def _consent(self, tx: sa.Connection, record: Record, partner_id: str, purpose: str) -> ConsentRow | None:
        if record.origin == self._holding.own:
            return None
        for row in consent_store.of_record(tx, record.record_id):
            if (row.state, row.recipient, row.purpose) == ("granted", partner_id, purpose) and row.leaf:
                return row
        raise ConsentMissing(condition=2, recipient=partner_id, purpose=purpose)

    def _payload(  # noqa: PLR0913 - everything one message consists of
        self,
        tx: sa.Connection,
        officer: Officer,
        record: Record,
        body: bytes,
        partner: Partner,
        grounds: LegalGrounds,
        consent: ConsentRow | None,
    ) -> Payload:
        own = self._parts.identity
        agreement = self._parts.policies(tx).get(grounds.agreement_id)
        legal = legal_of(own, officer, grounds)
        if consent is not None:
            ref = f"{consent.id}/{consent.leaf}"
            legal = msgspec.structs.replace(legal, onward_to=partner.id, consent_ref=ref)
        content = canonical.loads(body)
        data: dict[str, object] = {**content} if isinstance(content, dict) else {"facts": str(content)}
        data |= {"record_id": str(record.record_id)}
        if record.origin != self._holding.own:
            data |= {"origin_id": record.origin}
        return Payload(
            v=VERSION,
            msg_id=uuid7(),
            sender=own.id,
            recipient=partner.id,
            agreement_id=grounds.agreement_id,
            agr_hash=agreement.agreement_hash,
            type="notice.suspect",
            legal=msgspec.structs.replace(legal, service=NOTICE),
            subject_category=record.subject_category,
            handling=dict(record.handling),
            retention=Retention(record.erase_after, record.review_at),
            data=data,
        )

    def _send(  # noqa: PLR0913 - everything one message consists of
        self,
        tx: sa.Connection,
        officer: Officer,
        record: Record,
        payload: Payload,
        raw: bytes,
        consent: ConsentRow | None,
    ) -> None:
        """The copy in the outbox has a key of two halves of its own, so that it goes with the record."""
        draft = Draft(
            payload=payload,
            raw=raw,
            agency=officer.agency,
            officer_id=officer.officer_id,
            query_id=record.record_id,
            key=self._parts.sealer.new_split_key(tx, "record.given", record.erase_after),
            erase_after=record.erase_after,
            review_at=record.review_at,
        )
        self._outbox.enqueue(tx, [draft])
        self._holding.gave(
            tx,
            record.record_id,
            payload.recipient,
            payload.msg_id,
            agreement_id=payload.agreement_id,
            consent_id=consent.id if consent else None,
            until=payload.retention.erase_after,
        )
        self._holding.given_under(tx, record.record_id, payload.recipient, conditions_digest(payload))
