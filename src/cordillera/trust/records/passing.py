"""Giving a record's content to a partner: our own, or another's with its originator's consent."""

from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.trust.agreements.request import PolicyDecision
from cordillera.trust.exchange.approving import ANOTHER, Approving, Waiting, Wanted, same_grounds, takes_two
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.envelope import VERSION, Payload, Retention
from cordillera.trust.exchange.leaves import Note, event_by
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.exchange.outbox import Draft, Outbox
from cordillera.trust.exchange.policy import Circumstances, judge, legal_of
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.handling.added import added
from cordillera.trust.handling.errors import ExportRefused
from cordillera.trust.handling.exports import Export, Item, Use, clear
from cordillera.trust.handling.model import Audience, Caveats, join
from cordillera.trust.handling.wire import caveats_of, handling_of
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.notices.core import conditions_digest
from cordillera.trust.records import consent_store
from cordillera.trust.records.consent_store import ConsentRow
from cordillera.trust.records.errors import ConsentMissing
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import Record

NOTICE: Final = "notice.suspect"


class Shared(msgspec.Struct, frozen=True):
    """What came of passing a record on: the message, or None, and every article relied on.

    `withheld` are the reasons for which a marking that was added here keeps it from being passed on;
    `waits`: it is allowed, and leaves once a second officer gives exactly the same.
    """

    message_id: UUID | None
    decision: PolicyDecision
    withheld: tuple[str, ...] = ()
    waits: bool = False


class Passing:
    """Gives records on."""

    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._parts = holding.parts
        self._outbox = Outbox(holding.parts)
        self._directory = PartnerDirectory(self._parts.ledger, self._parts.clock, holding.own)
        self._approving = Approving(holding.parts)

    def share(
        self, tx: sa.Connection, officer: Officer, record_id: UUID, partner_id: str, grounds: LegalGrounds
    ) -> Shared:
        """Give a record to a partner under the agreement that `grounds` names. It must hold.

        1. It is open here: not sealed, blocked, recalled or erased.
        2. It is ours; or its originator's consent names this partner and this purpose, granted and not
           withdrawn (PCSC 13(2)); nobody gives a record back to those it came from.
           The originator has not revoked that partner (`PartnerDirectory.ensure_onward`).
        3. What was added to its marking here lets it be passed on, as any dissemination (`exports.clear`).
           What it came with is its originator's word, which consent lifts for this one recipient; it
           travels along, joined with what was added.
        4. Our copy of the agreement allows it, with recipient and consent named where it is passed on, and
           a judge's order that holds today where its service asks for one (`court.standing`).
        5. Where its service takes two officers, and where our own marking says that it is not passed on,
           another officer asked for exactly this before (`Approving.agreed`).

        Raises what `Holding.body` raises, `ConsentMissing`, `UnknownPartner`, `OnwardRevoked` and
        `LedgerStalled`.
        """
        body = self._holding.body(tx, record_id)
        record = self._holding.get(tx, record_id)
        consent = self._consent(tx, record, partner_id, grounds.purpose)
        partner = self._directory.active(tx, partner_id)
        self._directory.ensure_onward(tx, record.origin, partner_id)
        self._parts.ledger.ensure_writable(tx)
        more = added(tx, [record_id])[record_id]
        handling = handling_of(join(caveats_of(record.handling), more))
        withheld = _withheld(record_id, more, grounds.case_ref)
        payload = self._payload(tx, officer, record, body, partner, grounds, consent, handling)
        first = None
        if not withheld and self._takes_two(tx, record, grounds):
            first = self._approving.agreed(tx, officer, _wanted(record, payload, grounds))
            ordered = self._parts.identity.pseudonym(first or ANOTHER)
            payload = msgspec.structs.replace(
                payload, legal=msgspec.structs.replace(payload.legal, ordered_by=ordered)
            )
        own, now = self._parts.identity, self._parts.clock.now()
        about = Circumstances(own.country, partner.country, own.environment, now)
        decision = judge(self._parts.policies(tx), payload, about)
        allowed = decision.allow and not withheld
        raw, waits = canonical.dumps(payload), allowed and first == ""
        leaves = allowed and not waits
        kind = LeafKind.NOTICE_SENT if leaves else LeafKind.DECISION if waits else LeafKind.REFUSAL
        code = ExportRefused.code if withheld else ""
        note = Note(kind, decision, raw, code=code, subject_ref=str(record_id))
        if grounds.duties or grounds.duties_reason:
            note = msgspec.structs.replace(note, duties=grounds.duties, duties_reason=grounds.duties_reason)
        if leaves:
            self._send(tx, officer, record, payload, raw, consent)
        self._parts.ledger.record(tx, event_by(officer, payload, note))
        return Shared(payload.msg_id if leaves else None, decision, withheld, waits)

    def waiting(self, tx: sa.Connection, record_id: UUID) -> tuple[Waiting, ...]:
        """Return the partners to whom an officer wants a record given, and who waits for another to agree."""
        return self._approving.waiting(tx, record_id)

    def _takes_two(self, tx: sa.Connection, record: Record, grounds: LegalGrounds) -> bool:
        ours = record.origin == self._holding.own
        closed = ours and not caveats_of(record.handling).may_disseminate
        return closed or takes_two(self._parts.policies(tx), grounds.agreement_id, NOTICE)

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
        handling: dict[str, str],
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
            handling=handling,
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


def _wanted(record: Record, payload: Payload, grounds: LegalGrounds) -> Wanted:
    """Return all that a message about this record would say, without what is made anew for each."""
    about = {
        "version": record.version,
        "partner": payload.recipient,
        "grounds": msgspec.to_builtins(same_grounds(grounds)),
        "consent": payload.legal.consent_ref,
        "handling": payload.handling,
        "erase_after": record.erase_after.isoformat(),
    }
    return Wanted(record.record_id, payload.recipient, canonical.dumps(about))


def _withheld(record_id: UUID, more: Caveats, case_ref: str) -> tuple[str, ...]:
    """Return why what was added here keeps a record from a partner, which is a client beyond the agency."""
    try:
        clear([Item(str(record_id), more)], Export(Use.DISSEMINATION, case_ref, Audience.CLIENTS))
    except ExportRefused as refused:
        return tuple(str(refused.facts["reason"]).split(", "))
    return ()
